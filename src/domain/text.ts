import { distance } from 'fastest-levenshtein';
import { describeDuration, describeTime, msBetween } from './time.ts';

/** What visitors read if the run that opened an incident ended without closing it. Nothing else is known. */
export const abandonedMessage = 'The update that opened this notice ended without closing it.';

/** What the placeholders of a text for visitors stand for. */
export interface Facts {
  readonly startedAt: Date;
  readonly now: Date;
  /** The announced end; incidents have none. */
  readonly endAt: Date | undefined;
  readonly tag: string | undefined;
}

/** The text with `{elapsed}`, `{end-at}` and `{tag}` filled in; what is not known is left out with the blank before it, other braces stay. */
export function fillPlaceholders(text: string, { startedAt, now, endAt, tag }: Facts): string {
  const values: Readonly<Record<string, string | undefined>> = {
    elapsed: describeDuration(msBetween(startedAt, now)),
    'end-at': endAt && describeTime(endAt, now),
    tag,
  };
  return text.replace(/ ?\{(elapsed|end-at|tag)\}/g, (found, name: string) => {
    const value = values[name];
    if (value === undefined) return '';
    return found.startsWith(' ') ? ` ${value}` : value;
  });
}

/** A list for readers: `a`, `a and b`, `a, b and c`. */
export function list(words: readonly string[], last: 'and' | 'or' = 'and'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

/** A text as the beginning of a sentence. */
export function capitalize(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** A typo changes at most this many letters. */
const mostChanged = 3;

/** The known word that a mistyped one probably means, regardless of case; undefined without a good guess. */
export function findNear<Known extends string>(typed: string, known: readonly Known[]): Known | undefined {
  const changed = (word: string) => distance(word.toLowerCase(), typed.toLowerCase());
  const [nearest] = known.toSorted((a, b) => changed(a) - changed(b));
  return nearest !== undefined && changed(nearest) <= Math.min(mostChanged, typed.length / 2) ? nearest : undefined;
}

/** A name in double quotes, in which two quotes stand for one, or any text without a comma or newline. */
const part = /\s*(?:"((?:[^"]|"")*)"[^\S\n]*(?=,|\n|$)|([^,\n]*))(?:,|\n|$)/gy;

/** Splits a list at commas and newlines. A name with a comma goes in double quotes: `"Acme, Inc.", Beta`. */
export function splitNames(text: string): readonly string[] {
  const names = [...text.matchAll(part)].map(([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain);
  return names.map((name) => name.trim()).filter((name) => name !== '');
}

/** The known name with a comma that was split into some of the parts, because it was written without quotes. */
export function findSplitName(parts: readonly string[], known: readonly string[]): string | undefined {
  const lower = parts.map((one) => one.toLowerCase());
  return known.find((name) => {
    const pieces = name.split(',').map((piece) => piece.trim().toLowerCase());
    return pieces.length > 1 && lower.some((_, at) => pieces.every((piece, offset) => lower[at + offset] === piece));
  });
}

const lineEnd = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g;
/** Bounded everywhere, so that a hostile text costs no more than its length. */
const tag = /<(\/?)([a-z][a-z0-9]{0,15})(?=[\s/>])[^<>]{0,2000}>/gi;
const entity = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi;

const blocks = new Set(
  (
    'address article aside blockquote body br center dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 ' +
    'header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul'
  ).split(' '),
);

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  colon: ':',
  hyphen: '-',
  dash: '-',
  newline: '\n',
  tab: '\t',
};

/**
 * The lines that a reader sees of a message, trimmed and without the empty ones, whether a server shows it as it was written or as HTML. Block
 * tags and every kind of line end are line breaks, other tags are left out, entities are decoded once. A line of a block quote begins with `> `.
 */
export function linesOf(message: string): readonly string[] {
  let text = '';
  let from = 0;
  let depth = 0;
  const add = (part: string) => {
    const decoded = decodeEntities(part);
    text += depth > 0 ? decoded.replace(lineEnd, quoted) : decoded;
  };
  for (const { 0: whole, 1: slash, 2: name = '', index } of message.matchAll(tag)) {
    add(message.slice(from, index));
    from = index + whole.length;
    if (name.toLowerCase() === 'blockquote') depth = Math.max(0, depth + (slash === '' ? 1 : -1));
    if (blocks.has(name.toLowerCase())) text += depth > 0 ? quoted : '\n';
  }
  add(message.slice(from));
  return text
    .split(lineEnd)
    .map((line) => line.trim())
    .filter((line) => line !== '' && line !== quoted.trim());
}

const quoted = '\n> ';

function decodeEntities(text: string): string {
  return text.replace(entity, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return named[name.toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
