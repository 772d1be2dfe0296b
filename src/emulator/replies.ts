import { createHash } from 'node:crypto';
import type * as z from 'zod/mini';
import type { Options } from './options.ts';
import type { RecordId } from './records.ts';

/** What a response is about. The option `nesting` puts this name around the record. */
export type Noun = 'incident' | 'maintenance' | 'update' | 'monitor' | 'status_page' | 'availability';

/** 200 with one record. The documented examples of single records show `data` without `meta`. */
export function replyOne(noun: Noun, record: object, options: Options): Response {
  return Response.json(wrap(noun, record, options));
}

/** 200 with a list, in the envelope of the overview page. `meta` counts what the list holds. */
export function replyList(noun: Noun, records: readonly object[], options: Options): Response {
  const list = records.length === 0 && options.emptyList === 'null' ? null : records;
  const wrapped = wrap(`${noun}s`, list, options);
  if (options.envelope !== 'data+meta') return Response.json(wrapped);
  return Response.json({ ...wrapped, meta: { count: records.length } });
}

/** 201 with a new record, which shows at least its id. */
export function replyCreated(noun: Noun, record: { readonly id: RecordId }, options: Options): Response {
  const shown = options.createReply === 'full' ? record : { id: record.id };
  return Response.json(wrap(noun, shown, options), { status: 201 });
}

/** The response to a change or a timeline update. It may not even show the id. */
export function replyChanged(
  status: 200 | 201,
  noun: Noun,
  record: { readonly id: RecordId },
  options: Options,
): Response {
  switch (options.changeReply) {
    case 'full':
      return Response.json(wrap(noun, record, options), { status });
    case 'id-only':
      return Response.json(wrap(noun, { id: record.id }, options), { status });
    case 'empty':
      return new Response(null, { status });
  }
}

/** The response to DELETE, which the documents do not show. */
export function replyDeleted({ deleteStatus, envelope }: Options): Response {
  switch (deleteStatus) {
    case 200:
      return Response.json(envelope === 'bare' ? null : { data: null });
    case 204:
      return new Response(null, { status: 204 });
  }
}

/** An error in the form of the overview page: one sentence, no code, no list of fields. */
export function replyError(status: number, sentence: string): Response {
  return Response.json({ error: sentence }, { status });
}

/** The records of a list in the order of the option, cut to the limit of the request and of the server. */
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

function wrap(name: string, value: object | null, options: Options): object | null {
  const renamed = value === null ? null : Object(renameFields(value, options));
  const nested = options.nesting === 'by-name' ? { [name]: renamed } : renamed;
  return options.envelope === 'bare' ? nested : { data: nested };
}

/** Gives every field of a record the names of the options. Ids that no double can hold become numbers in the text. */
function renameFields(value: unknown, options: Options): unknown {
  if (Array.isArray(value)) return value.map((item) => renameFields(item, options));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      renameField(name, options),
      name === 'id' && isLargeId(field) ? rawJson(field) : renameFields(field, options),
    ]),
  );
}

function renameField(name: string, { fieldNames, idName }: Options): string {
  const chosen = name === 'id' ? idName : name;
  return fieldNames === 'go' ? chosen.split('_').map(toGoName).join('') : chosen;
}

/** Go writes initialisms in capitals: `StatusPageID`, `StartAt`. */
function toGoName(word: string): string {
  return ['id', 'uuid', 'url'].includes(word) ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1);
}

const isLargeId = (id: unknown): id is string => typeof id === 'string' && /^\d+$/.test(id);

/** A number that `JSON.stringify` writes digit by digit. TypeScript does not know the function yet. */
function rawJson(digits: string): unknown {
  return (JSON as typeof JSON & { rawJSON(text: string): unknown }).rawJSON(digits);
}

function drawLot(seed: number, id: RecordId): number {
  return createHash('sha256').update(`${seed} ${id}`).digest().readUInt32BE();
}

type RefusalStatus = 400 | 401 | 403 | 404 | 409 | 422 | 500;

/** A request that the API refuses, with the sentence that goes into `error`. 409 and 422 are not documented. */
export class Refusal extends Error {
  readonly status: RefusalStatus;

  constructor(status: RefusalStatus, sentence: string) {
    super(sentence);
    this.name = 'Refusal';
    this.status = status;
  }
}

/** A validation error (400) that names everything that is wrong at once. The issues must hold their input. */
export function refuseInvalid(error: z.core.$ZodError): Refusal {
  return new Refusal(400, error.issues.map(describeIssue).join('; '));
}

function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `unknown field: ${issue.keys.join(', ')}`;
  if (issue.path.length > 0 && issue.input === undefined) return `${issue.path.join(' ')} is required`;
  return [...issue.path, issue.message].join(' ');
}
