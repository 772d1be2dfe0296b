import { fieldsOf, isObject, readFlag, readMeasure } from './fields.ts';

/** What an honest answer stays below: ten thousand windows are half of it. */
const most = { depth: 100, containers: 25_000, values: 250_000 } as const;

/** The text of a response as JSON; undefined if it is none, or would take too much memory. */
export function parseJson(text: string): unknown {
  if (!isModest(text)) return undefined;
  try {
    // Reading each number again takes time, so only if one may be inexact.
    return /\d{16}/.test(text) ? JSON.parse(text, keepExact as Reviver) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Reviver = (this: unknown, key: string, value: unknown) => unknown;

/** A whole number that a JavaScript number cannot hold becomes a text: ids are compared as texts anyway. */
function keepExact(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  const isInexact = typeof value === 'number' && !Number.isSafeInteger(value);
  return isInexact && source !== undefined && /^\d+$/.test(source) ? source : value;
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

/** Where the string that begins at an index ends; the end of the text if it does not. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return at;
    if (text[at] === '\\') at += 1;
  }
  return text.length;
}

/** One entry of a reply, as something we know; undefined if it lacks what is needed. */
export type Parse<R> = (entry: unknown) => R | undefined;

/** A list as far as it could be read. Each entry says whether it shows its message. */
export interface Listing<R> {
  readonly records: readonly R[];
  /** False if there may be an entry that the list does not show, or not in a form that can be read. */
  readonly complete: boolean;
}

/** The record in an answer: in an envelope or bare, itself or as the only object inside another; undefined if there is none. */
export function parseOne<R>(body: string, parse: Parse<R>): R | undefined {
  const answer = parseJson(body);
  const data = unwrap(answer);
  for (const candidate of [data, onlyObjectIn(data), answer, onlyObjectIn(answer)]) {
    const record = parse(candidate);
    if (record !== undefined) return record;
  }
  return undefined;
}

/**
 * The list in an answer: in an envelope or bare, itself or as the only list inside an object; undefined if there is none. It is
 * complete if each entry could be read, and the server counts no more than it shows.
 */
export function parseEntries<R>(body: string, parse: Parse<R>): Listing<R> | undefined {
  const answer = parseJson(body);
  const data = answer === undefined ? undefined : unwrap(answer);
  const listing = readListing(data, parse) ?? readListing(onlyListIn(data), parse);
  if (listing === undefined) return undefined;
  const { records, complete } = listing;
  const showsAll = [answer, data].every((part) => countIn(part) <= records.length && !hasMore(part));
  return { records, complete: complete && showsAll };
}

/** The entries of a list that can be read, null being an empty one; undefined if it is no list. */
export function readListing<R>(list: unknown, parse: Parse<R>): Listing<R> | undefined {
  if (list === null) return { records: [], complete: true };
  if (!Array.isArray(list)) return undefined;
  const records = list.map(parse).filter((record) => record !== undefined);
  return { records, complete: records.length === list.length };
}

function unwrap(answer: unknown): unknown {
  const found = fieldsOf(answer)?.all('data') ?? [];
  return found.length === 0 ? answer : found[0];
}

/** What an answer may have beside the one thing that it is about. */
const besides = /^(success|ok|status|code|message|meta|pagination|links?|errors?|warnings?)$/i;

/** The one object that an object holds by its name, such as `{ "maintenance": { … } }`. */
function onlyObjectIn(value: unknown): unknown {
  if (!isObject(value)) return undefined;
  const [only, ...more] = Object.entries(value).filter(([name]) => !besides.test(name));
  return only !== undefined && more.length === 0 && isObject(only[1]) ? only[1] : undefined;
}

/** Under these names Go writes an empty list as null. */
const listNames = /^(maintenances|incidents|monitors|status[_-]?pages|pages|items|records|results|list)$/i;

/** The one list that an object holds by its name, such as `{ "maintenances": [ … ], "total": 1 }`. */
function onlyListIn(value: unknown): unknown {
  if (!isObject(value)) return undefined;
  const lists = Object.entries(value).filter(
    ([name, one]) => !besides.test(name) && (Array.isArray(one) || (one === null && listNames.test(name))),
  );
  return lists.length === 1 ? lists[0]?.[1] : undefined;
}

/** How many entries the server says there are; 0 if it does not say. */
function countIn(part: unknown): number {
  const counts = metaOf(part).flatMap((fields) => fields?.first('count', readMeasure) ?? []);
  return Math.max(0, ...counts);
}

function hasMore(part: unknown): boolean {
  return metaOf(part).some((fields) => fields?.first('hasMore', readFlag) === true);
}

function metaOf(part: unknown) {
  const fields = fieldsOf(part);
  return [fields, ...(fields?.all('meta') ?? []).map(fieldsOf)];
}
