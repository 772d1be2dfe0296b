import { createHash } from 'node:crypto';
import type { Options } from './options.ts';
import type { RecordId } from './records.ts';

/** 200 with one record. The examples of single records show `data` alone, without `meta`. */
export function replyOne(record: object, options: Options): Response {
  return Response.json(wrap(record, options));
}

/** 200 with a list, in the envelope of the overview page, whose `meta` counts what the list holds. */
export function replyList(records: readonly object[], options: Options): Response {
  const list = records.length === 0 && options.emptyList === 'null' ? null : records;
  if (options.envelope !== 'data+meta') return Response.json(wrap(list, options));
  return Response.json({ data: list, meta: { count: records.length } });
}

/** 201 with a new record, of which at least the id is shown. */
export function replyCreated(record: { readonly id: RecordId }, options: Options): Response {
  const shown = options.createReply === 'full' ? record : { id: record.id };
  return Response.json(wrap(shown, options), { status: 201 });
}

/** The answer to a change or a timeline update, of which not even the id is certain. */
export function replyChanged(status: 200 | 201, record: { readonly id: RecordId }, options: Options): Response {
  switch (options.changeReply) {
    case 'full':
      return Response.json(wrap(record, options), { status });
    case 'id-only':
      return Response.json(wrap({ id: record.id }, options), { status });
    case 'empty':
      return new Response(null, { status });
  }
}

/** The answer to DELETE, which no page shows. */
export function replyDeleted(options: Options): Response {
  switch (options.deleteStatus) {
    case 200:
      return Response.json(wrap(null, options));
    case 204:
      return new Response(null, { status: 204 });
  }
}

/** An error in the form of the overview page: one sentence for people, no code, no list of fields. */
export function replyError(status: number, sentence: string): Response {
  return Response.json({ error: sentence }, { status });
}

/** The records of a list in the order of the option, cut at what was asked for and at what the server shows at most. */
export function arrange<R extends { readonly id: RecordId }>(
  records: readonly R[],
  limit: number,
  { order, seed, listCap }: Options,
): R[] {
  const most = Math.min(limit, listCap ?? Number.POSITIVE_INFINITY);
  switch (order) {
    case 'oldest':
      return records.slice(0, most);
    case 'newest':
      return records.toReversed().slice(0, most);
    case 'shuffled':
      return records.toSorted((a, b) => drawLot(seed, a.id) - drawLot(seed, b.id)).slice(0, most);
  }
}

function wrap(value: object | null, { envelope }: Options): object | null {
  return envelope === 'bare' ? value : { data: value };
}

function drawLot(seed: number, id: RecordId): number {
  return createHash('sha256').update(`${seed} ${id}`).digest().readUInt32BE();
}
