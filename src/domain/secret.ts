/** Shorter pieces of a secret are ordinary words, and no use to anybody. */
const leastRun = 8;
const layers = 3;

/** Replaces a secret in a text by `***`. */
export type Mask = (text: string) => string;

/**
 * Masks a secret in every form in which it may come back: as a whole or any 8 characters in a row, in any case, escaped for JSON, URLs
 * or HTML up to three times, with characters between that nobody sees, in hexadecimal, and in base64 at any alignment.
 */
export function createMask(secret: string): Mask {
  const forms = formsOf(secret);
  return (text) => {
    const hidden: Span[] = [];
    let layer: Layer | undefined = { text, starts: undefined };
    for (let depth = 0; depth <= layers && layer !== undefined; depth += 1) {
      for (const form of forms) hidden.push(...findRuns(layer, form));
      layer = readEscapes(layer);
    }
    return hidden.length === 0 ? text : cutOut(text, hidden);
  };
}

/** A text with its escapes read, and for each character its offset in the original; undefined if both are the same. */
interface Layer {
  readonly text: string;
  readonly starts: readonly number[] | undefined;
}

/** From one offset in the original up to another. */
type Span = readonly [start: number, end: number];

/** Pieces of one length, one of which gives the secret away, and how a text must be read to find them. */
interface Form {
  readonly length: number;
  readonly pieces: ReadonlySet<string>;
  readonly read: (text: string) => string;
}

const inLowerCase = (text: string) => text.toLowerCase();
/** Base64 for URLs has other names for two digits. */
const inStandardDigits = (text: string) => text.replaceAll('-', '+').replaceAll('_', '/');

function formsOf(secret: string): readonly Form[] {
  if (secret === '') return [];
  const plain = formOf([secret.toLowerCase()], leastRun, inLowerCase);
  // A short one in other forms looks like ordinary words.
  if (secret.length < leastRun) return [plain];
  const hex = formOf([Buffer.from(secret).toString('hex')], 2 * leastRun, inLowerCase);
  // The digits at both ends also depend on the neighbours.
  const base64 = [0, 1, 2].map((before) =>
    Buffer.from(`${'x'.repeat(before)}${secret}`)
      .toString('base64')
      .replace(/=*$/, '')
      .slice(Math.ceil((before * 4) / 3), -1),
  );
  return [plain, hex, formOf(base64, leastRun, inStandardDigits)];
}

function formOf(texts: readonly string[], most: number, read: Form['read']): Form {
  const length = Math.min(most, ...texts.map((text) => text.length));
  const pieces = texts.flatMap((text) =>
    Array.from({ length: text.length - length + 1 }, (_, at) => text.slice(at, at + length)),
  );
  return { length, pieces: new Set(pieces), read };
}

function findRuns({ text, starts }: Layer, { length, pieces, read }: Form): readonly Span[] {
  const found: Span[] = [];
  const decoded = read(text);
  const offsetOf = (at: number) => starts?.[at] ?? at;
  for (let at = 0; at + length <= decoded.length; at += 1) {
    if (pieces.has(decoded.slice(at, at + length))) found.push([offsetOf(at), offsetOf(at + length)]);
  }
  return found;
}

const escapes =
  /[\p{Cc}\p{Cf}\p{Mn}]+|\\u\{?0*([0-9a-f]{2})\}?|\\x([0-9a-f]{2})|%([0-9a-f]{2})|&#x0*([0-9a-f]{2});?|&#0*([0-9]{2,3});?|\\([!-~])|&(amp|lt|gt|quot|apos|lowbar|percnt|bsol|sol);/giu;
const entities: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", lowbar: '_', percnt: '%', bsol: '\\', sol: '/' },
};

/** The text with one layer of escapes read; undefined if it has none. */
function readEscapes({ text, starts }: Layer): Layer | undefined {
  const offsets: number[] = [];
  let read = '';
  let next = 0;
  const copyUpTo = (end: number) => {
    read += text.slice(next, end);
    for (; next < end; next += 1) offsets.push(starts?.[next] ?? next);
  };
  for (const match of text.matchAll(escapes)) {
    copyUpTo(match.index);
    const character = characterOf(match);
    read += character;
    if (character !== '') offsets.push(starts?.[next] ?? next);
    next += match[0].length;
  }
  if (next === 0) return undefined;
  copyUpTo(text.length);
  return { text: read, starts: [...offsets, starts?.[text.length] ?? text.length] };
}

/** One UTF-16 unit, whatever the escape; nothing for characters that nobody sees. */
function characterOf([, unicode, byte, percent, hex, decimal, itself, name]: RegExpMatchArray): string {
  if (itself !== undefined) return itself;
  if (name !== undefined) return entities[name.toLowerCase()] ?? '?';
  const digits = unicode ?? byte ?? percent ?? hex;
  if (digits === undefined && decimal === undefined) return '';
  return String.fromCharCode(digits === undefined ? Number(decimal) : Number.parseInt(digits, 16));
}

function cutOut(text: string, hidden: readonly Span[]): string {
  let shown = '';
  let next = 0;
  for (const [start, end] of hidden.toSorted(([a], [b]) => a - b)) {
    if (start > next || next === 0) shown += `${text.slice(next, start)}***`;
    next = Math.max(next, end);
  }
  return shown + text.slice(next);
}
