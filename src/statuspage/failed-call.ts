import type { Scope } from '../domain/scope.ts';
import { isObject } from './fields.ts';
import { parseJson } from './json.ts';

/** What went wrong with a call, as a closed set: everything that is said or decided about a failure starts here. */
export type ErrorCode =
  /** 400, 422, and a 2xx whose body says that it failed. */
  | 'invalid'
  | 'unauthorized'
  /** 403 with an `error` of the API. */
  | 'forbidden'
  /** 403 without one: a firewall, a proxy or a CDN in front of the API. */
  | 'blocked'
  | 'not-found'
  | 'rate-limited'
  /** Any other 4xx, save 408. */
  | 'client'
  /** 3xx: the key is not sent elsewhere. */
  | 'redirect'
  /** 5xx and 408. */
  | 'server'
  /** A 2xx that is not JSON, or shows no id although one is needed. */
  | 'unreadable'
  | 'too-large'
  /** Sent, and no whole answer within the limit. */
  | 'timeout'
  /** Sent, then broken: reset, cut off, not HTTP. */
  | 'reset'
  /** Never sent: no route, refused, no connection within the limit. */
  | 'refused'
  | 'unknown-host'
  /** The other side could not prove who it is, or TLS could not be agreed on. */
  | 'certificate'
  /** Never sent: the proxy refuses, cannot be reached, or its setting is malformed. */
  | 'proxy'
  /** We were interrupted, before it was sent or while it was under way. */
  | 'interrupted'
  /** Never sent: the budget had ended. */
  | 'out-of-time';

/** One request without key and host, so that it may be printed. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the API's address, with the query. */
  readonly path: string;
  /** The permission that the key needs for this very call. */
  readonly scope: Scope | undefined;
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** The one thing that a call is about. */
export interface Subject {
  readonly what: 'record' | 'monitor' | 'page' | 'component';
  readonly id: string;
}

/** What a call is about; undefined for a list of everything. An incident that is opened on a component names no page. */
export function subjectOf({ path, body }: Call): Subject | undefined {
  const [address = '', query] = path.split('?');
  const [, list, segment] = address.split('/');
  const component = body?.component_id;
  const page = new URLSearchParams(query).get('status_page_id');
  if (segment === undefined && page !== null) return { what: 'page', id: page };
  if (segment === undefined) return typeof component === 'string' ? { what: 'component', id: component } : undefined;
  const id = decodeURIComponent(segment);
  switch (list) {
    case 'monitors':
      return { what: 'monitor', id };
    case 'status-pages':
      return { what: 'page', id };
    default:
      return { what: 'record', id };
  }
}

/** The id of the record that a call is about; undefined for a call to a list, a monitor or a page. */
export function recordIdOf(call: Call): string | undefined {
  const subject = subjectOf(call);
  return subject?.what === 'record' ? subject.id : undefined;
}

/** Everything that is known of a call that failed. */
export interface FailedCall {
  readonly code: ErrorCode;
  readonly call: Call;
  readonly host: string;
  readonly status?: number | undefined;
  readonly serverMessage?: string | undefined;
  readonly excerpt?: string | undefined;
  readonly location?: string | undefined;
  readonly proxy?: string | undefined;
  readonly detail?: string | undefined;
  /** How long the server asked to wait. */
  readonly retryAfterMs?: number | undefined;
  readonly waitedMs?: number;
  readonly attempts?: number;
  readonly serverDate?: Date | undefined;
  /** Whether any attempt may have been applied; by default what the code alone tells. */
  readonly mayHaveArrived?: boolean;
}

const uncertainCodes: readonly ErrorCode[] = ['server', 'unreadable', 'too-large', 'timeout', 'reset'];

/** Whether a single attempt that ended so may have been applied. */
export function isUncertain(code: ErrorCode): boolean {
  return uncertainCodes.includes(code);
}

/** The code that a status stands for; undefined for success. From the API's list of statuses. */
export function codeOfStatus(status: number): ErrorCode | undefined {
  switch (status) {
    case 400:
    case 422:
      return 'invalid';
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
      return 'not-found';
    case 408:
      return 'server';
    case 429:
      return 'rate-limited';
  }
  if (status >= 200 && status < 300) return undefined;
  if (status >= 300 && status < 400) return 'redirect';
  return status >= 400 && status < 500 ? 'client' : 'server';
}

/** The status with the server's own words, or the beginning of what it answered: `HTTP 403, "Insufficient scope"`. */
export function describeAnswer({ status, serverMessage, excerpt }: FailedCall): string {
  const words = serverMessage ?? excerpt;
  const code = status === undefined ? 'no status' : `HTTP ${status}`;
  return words === undefined ? code : `${code}, "${words}"`;
}

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
