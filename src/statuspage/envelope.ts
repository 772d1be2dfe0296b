import * as z from 'zod/mini';
import { parseJson } from './json.ts';

const envelopeSchema = z.looseObject({ data: z.optional(z.unknown()) });
const countedSchema = z.looseObject({ meta: z.looseObject({ count: z.number() }) });
const errorSchema = z.looseObject({ error: z.string() });

/** One entry of a reply, as something we know; undefined where it lacks what is needed. */
export type Parse<R> = (entry: unknown) => R | undefined;

/** A list as far as it could be read. Whether its entries show their messages is told by each of them. */
export interface Listing<R> {
  readonly records: readonly R[];
  /** False where there may be an entry that the list does not show, or not in a way that can be read. */
  readonly complete: boolean;
}

/** `error` of an answer, where it is a string; undefined else. */
export function parseErrorMessage(body: string): string | undefined {
  const parsed = errorSchema.safeParse(parseJson(body));
  return parsed.success && parsed.data.error.trim() !== '' ? parsed.data.error : undefined;
}

/** One record out of an answer, in an envelope or bare; undefined where there is none. */
export function parseOne<R>(body: string, parse: Parse<R>): R | undefined {
  const answer = parseJson(body);
  return parse(unwrap(answer)) ?? parse(answer);
}

/**
 * The list of an answer, in an envelope or bare; undefined where there is none. It is complete where each entry could
 * be read, and the server counts no more than it shows.
 */
export function parseEntries<R>(body: string, parse: Parse<R>): Listing<R> | undefined {
  const answer = parseJson(body);
  const listing = answer === undefined ? undefined : readListing(unwrap(answer), parse);
  if (listing === undefined) return undefined;
  const { records, complete } = listing;
  return { records, complete: complete && countOf(answer) <= records.length };
}

/** The entries of a list that can be read, null being an empty one; undefined where it is no list. */
export function readListing<R>(list: unknown, parse: Parse<R>): Listing<R> | undefined {
  if (list === null) return { records: [], complete: true };
  if (!Array.isArray(list)) return undefined;
  const records = list.map(parse).filter((record) => record !== undefined);
  return { records, complete: records.length === list.length };
}

/** How many records the server says there are; 0 where it does not say. */
function countOf(answer: unknown): number {
  const counted = countedSchema.safeParse(answer);
  return counted.success ? counted.data.meta.count : 0;
}

function unwrap(answer: unknown): unknown {
  const envelope = envelopeSchema.safeParse(answer);
  return envelope.success && 'data' in envelope.data ? envelope.data.data : answer;
}
