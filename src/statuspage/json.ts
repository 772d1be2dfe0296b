import { fieldsOf, isObject, readFlag, readMeasure } from './fields.ts';

/** What an honest answer stays below: ten thousand windows are half of it. */
const most = { depth: 100, containers: 25_000, values: 250_000 } as const;

/** The text of a response as JSON; undefined if it is none, or would take too much memory. */
export function parseJson(text: string): unknown {
  return survey(text) === undefined ? undefined : parseModest(text);
}

function parseModest(text: string): unknown {
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

/** Where a list is in a text: its brackets, and every hundredth of its entries. */
interface ListSpan {
  readonly begin: number;
  readonly end: number;
  readonly groups: readonly number[];
}

const groupSize = 100;

/**
 * Counts before anything is built, because a list of a million lists takes a hundred times its text. Returns the first list of objects if there
 * is one; undefined for a text that is too much.
 */
function survey(text: string): { readonly list?: ListSpan } | undefined {
  let depth = 0;
  let containers = 0;
  let values = 0;
  let begin = -1;
  let end = -1;
  let listDepth = -1;
  let entries = 0;
  const groups: number[] = [];
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '"':
        at = endOfString(text, at);
        break;
      case '[':
      case '{':
        if (depth === listDepth && entries++ % groupSize === 0) groups.push(at);
        depth += 1;
        containers += 1;
        if (depth > most.depth || containers > most.containers) return undefined;
        if (begin < 0 && text[at] === '[' && /\s*\{/y.test(text.slice(at + 1, at + 10)))
          [begin, listDepth] = [at, depth];
        break;
      case ']':
      case '}':
        if (depth === listDepth) [end, listDepth] = [at, -1];
        depth -= 1;
        break;
      case ',':
        values += 1;
        if (values > most.values) return undefined;
    }
  }
  return end < 0 ? {} : { list: { begin, end, groups } };
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
  const surveyed = survey(body);
  if (surveyed === undefined) return undefined;
  return parseInGroups(body, surveyed.list, parse) ?? readAnswer(parseModest(body), (list) => readListing(list, parse));
}

function readAnswer<R>(answer: unknown, read: (list: unknown) => Listing<R> | undefined): Listing<R> | undefined {
  const data = answer === undefined ? undefined : unwrap(answer);
  const listing = read(data) ?? read(onlyListIn(data));
  if (listing === undefined) return undefined;
  const { records, complete } = listing;
  const showsAll = [answer, data].every((part) => countIn(part) <= records.length && !hasMore(part));
  return { records, complete: complete && showsAll };
}

/** Stands for all entries of a list in the text around it. No server can know it. */
const standIn = `${Math.random()}`;

/**
 * Reads a long list in groups, so that what is no longer needed of one can be freed before the next. Returns undefined if the list is short, is
 * not what the answer is about, or cannot be split.
 */
function parseInGroups<R>(body: string, span: ListSpan | undefined, parse: Parse<R>): Listing<R> | undefined {
  if (span === undefined || span.groups.length < 2) return undefined;
  const { begin, end, groups } = span;
  const parts = groups.map((from, at) => ({ from, to: groups[at + 1] ?? end, isLast: at === groups.length - 1 }));
  return readAnswer(parseModest(`${body.slice(0, begin + 1)}"${standIn}"${body.slice(end)}`), (list) => {
    if (!Array.isArray(list) || list[0] !== standIn) return undefined;
    const listings = parts.map(({ from, to, isLast }) => {
      const text = body.slice(from, to).trimEnd();
      if (isLast) return readListing(parseModest(`[${text}]`), parse);
      return text.endsWith(',') ? readListing(parseModest(`[${text.slice(0, -1)}]`), parse) : undefined;
    });
    if (listings.includes(undefined)) return undefined;
    const read = listings.filter((one) => one !== undefined);
    return { records: read.flatMap(({ records }) => records), complete: read.every(({ complete }) => complete) };
  });
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
