import { parseJson } from './json.ts';

/** What the body of a response says about a failure. */
export interface ErrorBody {
  /** The server's own words, on one line. */
  readonly serverMessage: string | undefined;
  /** The beginning of a body that has no words in a known field: the title of an HTML page, or text without tags. */
  readonly excerpt: string | undefined;
  /** Whether it is JSON with a text in `error`, which is how the API itself reports an error. */
  readonly isFromApi: boolean;
}

/** Reads the body of a failure. The caller masks the API key in what it returns. */
export function readErrorBody(text: string): ErrorBody {
  const body = parseJson(text);
  const reasons = [...new Set(reasonsIn(body, 0))].slice(0, mostReasons);
  const serverMessage = sentenceOf(reasons.length > 1 ? reasons.map(withoutPeriod).join('; ') : (reasons[0] ?? ''));
  const isFromApi = isObject(body) && typeof body.error === 'string' && body.error.trim() !== '';
  return { serverMessage, excerpt: serverMessage === undefined ? excerptOf(text) : undefined, isFromApi };
}

/** A body that reports a failure is short. */
const longestFailure = 20_000;

/** Whether the body of a 2xx says that the request failed. */
export function reportsFailure(text: string): boolean {
  if (text.length > longestFailure) return false;
  const body = parseJson(text);
  if (!isObject(body)) return false;
  if (body.success === false || body.ok === false) return true;
  return isText(body.error) && (body.data ?? body.id ?? undefined) === undefined;
}

const mostReasons = 10;
const deepest = 4;
/** The fields in which servers give reasons: the documented `error`, and those of frameworks and of RFC 9457. */
const reasonFields = ['error', 'message', 'detail', 'reason', 'errors'];
const nameFields = ['field', 'path', 'param', 'name'];

function reasonsIn(value: unknown, depth: number): readonly string[] {
  if (depth > deepest) return [];
  if (isText(value)) return [value.trim()];
  if (Array.isArray(value)) return value.slice(0, mostReasons).flatMap((one) => reasonsIn(one, depth + 1));
  if (!isObject(value)) return [];
  const named = nameFields.map((field) => value[field]).find(isText);
  const found = reasonFields.flatMap((field) => {
    const inner = value[field];
    return field === 'errors' && isObject(inner) ? reasonsByField(inner, depth + 1) : reasonsIn(inner, depth + 1);
  });
  return named === undefined ? found : found.map((reason) => `${named}: ${reason}`);
}

/** `{ "title": ["is required"] }`: the name of a field with its reasons. */
function reasonsByField(errors: Readonly<Record<string, unknown>>, depth: number): readonly string[] {
  return Object.entries(errors)
    .slice(0, mostReasons)
    .flatMap(([field, value]) => reasonsIn(value, depth + 1).map((reason) => `${field}: ${reason}`));
}

function withoutPeriod(reason: string): string {
  return reason.replace(/\.$/, '');
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const longestShown = 300;
/** As much of a body is searched for text. */
const longestSearched = 10_000;

/** A text of the server on one line, without control and formatting characters; undefined if nothing printable is left. */
export function sentenceOf(text: string): string | undefined {
  const line = text
    .slice(0, longestSearched)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim();
  const characters = [...line];
  const cut = characters.length > longestShown ? `${characters.slice(0, longestShown - 1).join('')}…` : line;
  return cut === '' ? undefined : cut;
}

/** The title of an HTML page, else the beginning of a text, without tags; undefined if nothing printable is left. */
export function excerptOf(text: string): string | undefined {
  const start = text.slice(0, longestSearched);
  if (!/<[a-z!/]/i.test(start)) return sentenceOf(start);
  const title = /<title\b[^<>]*>([^<]*)/i.exec(start)?.[1] ?? '';
  const shown = start.replace(/<(script|style|title|head)\b[\s\S]*?<\/\1\s*>/gi, ' ').replace(/<[^<>]*>?/g, ' ');
  return sentenceOf(decode(title)) ?? sentenceOf(decode(shown));
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ', '#39': "'" };

function decode(text: string): string {
  return text.replace(
    /&(#39|amp|lt|gt|quot|nbsp);/gi,
    (entity, name: string) => entities[name.toLowerCase()] ?? entity,
  );
}
