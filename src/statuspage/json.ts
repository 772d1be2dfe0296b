import * as z from 'zod/mini';

/** What an honest answer stays below: ten thousand windows are half of it. */
const most = { depth: 100, containers: 25_000, values: 250_000 } as const;

/** The text of an answer as JSON; undefined where it is none, or one that would take more memory than anything it could tell is worth. */
export function parseJson(text: string): unknown {
  if (!isModest(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Counts before anything is built: a list of a million lists takes a hundred times its text. */
function isModest(text: string): boolean {
  let depth = 0;
  let containers = 0;
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '"':
        at = endOfString(text, at);
        break;
      case '[':
      case '{':
        depth += 1;
        containers += 1;
        if (depth > most.depth || containers > most.containers) return false;
        break;
      case ']':
      case '}':
        depth -= 1;
        break;
      case ',':
        values += 1;
        if (values > most.values) return false;
    }
  }
  return true;
}

/** Where the string that begins at a place ends; the end of the text where it does not. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return at;
    if (text[at] === '\\') at += 1;
  }
  return text.length;
}

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

const longestExcerpt = 120;
const longestSentence = 500;

/** The first characters of a text from outside on one line, without control and formatting characters. */
function firstPrintable(text: string, most: number): string | undefined {
  const line = text
    .slice(0, 8 * most)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim();
  const characters = [...line];
  const cut = characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : line;
  return cut === '' ? undefined : cut;
}

/** The beginning of an answer that nobody expected; undefined where nothing of it can be printed. */
export function excerptOf(text: string): string | undefined {
  return firstPrintable(text, longestExcerpt);
}

/** A sentence of the server on one line. */
export function sentenceOf(text: string): string | undefined {
  return firstPrintable(text, longestSentence);
}
