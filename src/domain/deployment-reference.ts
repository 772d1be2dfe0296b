import { hash, keyLength, ownerLength } from './run.ts';
import { linesOf } from './text.ts';

/*
 * The grammar of a reference, 36 characters at most:
 *
 *   d<key>-<run>                                      a shared record: any job or run with this key may end it
 *   d<key>-<run>-<attempt><owner><opened><random>     a record that one step opened for itself
 *   f<key>-<run>-<attempt><owner><opened><random>     the incident of a failure, and our entries in its timeline
 *
 *   key      8 characters: hash of the deployment key, or of the step's location; of everything else too for a shared record without a key,
 *            which only its id leads to
 *   run      1 to 8 characters: the number of the run; 9 characters: hash of a run id that is not a number, or of a longer one. Outside a CI:
 *            when the run began, in milliseconds, and a random character
 *   attempt  2 characters: the attempt of the run, `00` if the CI does not tell
 *   owner    6 characters: hash of workflow file, job, leg, step, kind and title
 *   opened   6 characters: when the step began to open the record, in seconds since 2020
 *   random   2 characters, so that two records of one second stay apart
 *
 * All of them are digits of base 36 in lower case, so Markdown has nothing to interpret and no name can be read.
 */

/** What any reference says: whether a deployment or its failure is meant, and the hash of its key and its run as they are written. */
export interface SharedReference {
  readonly of: 'deployment' | 'failure';
  readonly key: string;
  readonly run: string;
}

/** A reference that also says which step opened the record, in which attempt of the run, and when. */
export interface OwnReference extends SharedReference {
  /** Undefined if the CI does not say. */
  readonly attempt: number | undefined;
  readonly owner: string;
  /** Whole seconds. */
  readonly openedAt: Date;
  readonly random: string;
}

export type Reference = SharedReference | OwnReference;

const secondMs = 1_000;
const epochMs = Date.UTC(2020, 0, 1);
const attemptLength = 2;
const openedLength = 6;
/** Random characters that a new own reference needs, each a digit of base 36. */
export const randomLength = 2;
const mostRunDigits = 8;
const hashedRunLength = mostRunDigits + 1;

const highest = (length: number) => 36 ** length - 1;
const digits = (value: number, length: number) =>
  Math.min(Math.max(0, Math.floor(value)), highest(length))
    .toString(36)
    .padStart(length, '0');

/** An id for a run outside a CI, so that a later run has a higher one. `random` gives a number from 0 to 1, without 1. */
export function createRunId(startedAt: Date, random: () => number): string {
  return `begun-${digits(startedAt.getTime(), mostRunDigits)}${digits(random() * 36, 1)}`;
}

/** A run id as a reference writes it: its number, or a hash if it has none that is short enough. One of ours is written as it is. */
export function encodeRun(id: string): string {
  const own = /^begun-([0-9a-z]{9})$/.exec(id)?.[1];
  if (own !== undefined) return own;
  const number = /^(?:0|[1-9]\d{0,14})$/.test(id) ? Number(id).toString(36) : '';
  return number !== '' && number.length <= mostRunDigits ? number : hash(['run', id], hashedRunLength);
}

/** The run id of a reference, in decimal digits; undefined if only its hash is known. */
export function runIdOf({ run }: SharedReference): string | undefined {
  return run.length <= mostRunDigits ? Number.parseInt(run, 36).toString() : undefined;
}

/** Whether a reference names the step that opened its record. */
export function isOwn(reference: Reference): reference is OwnReference {
  return 'owner' in reference;
}

/** A reference in its one spelling. */
export function formatReference(reference: Reference): string {
  const { of, key, run } = reference;
  const start = `${of === 'deployment' ? 'd' : 'f'}${key}-${run}`;
  if (!isOwn(reference)) return start;
  const { attempt, owner, openedAt, random } = reference;
  const opened = digits((openedAt.getTime() - epochMs) / secondMs, openedLength);
  return `${start}-${digits(attempt ?? 0, attemptLength)}${owner}${opened}${random}`;
}

const pattern = new RegExp(
  `^([df])([0-9a-z]{${keyLength}})-(0|[1-9a-z][0-9a-z]{0,${mostRunDigits - 1}}|[0-9a-z]{${hashedRunLength}})` +
    `(?:-([0-9a-z]{${attemptLength}})([0-9a-z]{${ownerLength}})([0-9a-z]{${openedLength}})([0-9a-z]{${randomLength}}))?$`,
);
const longestReference = 36;

/** The reference that a text is, and nothing else; undefined for anything that `formatReference` would not write. */
export function parseReference(text: string): Reference | undefined {
  if (text.length > longestReference) return undefined;
  const [, letter, key, run, attempt, owner, opened, random] = pattern.exec(text) ?? [];
  if (letter === undefined || key === undefined || run === undefined) return undefined;
  const shared: SharedReference = { of: letter === 'd' ? 'deployment' : 'failure', key, run };
  if (attempt === undefined || owner === undefined || opened === undefined || random === undefined) return shared;
  const openedAt = new Date(epochMs + Number.parseInt(opened, 36) * secondMs);
  return { ...shared, attempt: Number.parseInt(attempt, 36) || undefined, owner, openedAt, random };
}

/** The reference of the incident of a failure that this deployment may open, or of an entry in one. */
export function failureOf(reference: OwnReference): OwnReference {
  return { ...reference, of: 'failure' };
}

/**
 * How closely a reference that was found belongs to ours, the closest first: it is ours; the same step wrote it in this attempt; the same step
 * wrote it in an earlier attempt, or nobody can tell the attempt; it has the same deployment key. Whether it is of a deployment or of a failure
 * counts for all but the last. Undefined if the keys differ.
 */
export type Closeness = 'whole' | 'same-attempt' | 'earlier-attempt' | 'same-key';

export function compareReferences(found: Reference, ours: Reference): Closeness | undefined {
  if (formatReference(found) === formatReference(ours)) return 'whole';
  if (found.key !== ours.key) return undefined;
  const isSameStep = isOwn(found) && isOwn(ours) && found.of === ours.of && isSameRunAndOwner(found, ours);
  if (!isSameStep) return 'same-key';
  if (found.attempt === undefined || ours.attempt === undefined) return 'earlier-attempt';
  if (found.attempt === ours.attempt) return 'same-attempt';
  return found.attempt < ours.attempt ? 'earlier-attempt' : 'same-key';
}

function isSameRunAndOwner(one: OwnReference, other: OwnReference): boolean {
  return one.run === other.run && one.owner === other.owner;
}

/** Below zero if the first run is the older of two that began in the same second. Numbers come before hashes, which have an order of their own. */
export function compareRuns(one: string, other: string): number {
  if (one.length !== other.length) return one.length - other.length;
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** The text for visitors with the reference in its last line; the text alone if there is no reference. */
export function withReference(text: string, reference: Reference | undefined): string {
  return reference === undefined ? text : `${text}\n\nRef: ${formatReference(reference)}`;
}

/** `Ref: …` at the beginning of a line. What a person wrote behind it, after a blank or a mark, does not count. */
const onLine = new RegExp(`^Ref:[ \\t\\u00a0]{1,4}([0-9a-z-]{1,${longestReference}})(?![0-9A-Za-z_-])`);
/** `Ref: …` at the end of a text of one line. */
const atEnd = new RegExp(`(?:^|[ \\t\\u00a0])Ref:[ \\t\\u00a0]{1,4}([0-9a-z-]{1,${longestReference}})$`);

function referenceOn(line: string): Reference | undefined {
  const [, text] = onLine.exec(line) ?? [];
  return text === undefined ? undefined : parseReference(text);
}

/**
 * The references of a message, each once, in their order. Only a line that begins with `Ref: ` has one, or the very end of a message that has no
 * line break. A reference inside a sentence is a quotation.
 */
export function referencesIn(message: string): readonly Reference[] {
  if (!/Ref|[<&]/.test(message)) return [];
  const lines = linesOf(message);
  const found = lines.map(referenceOn);
  if (lines.length === 1) found.push(referenceAtEnd(lines[0]));
  const byText = new Map(found.flatMap((one) => (one === undefined ? [] : [[formatReference(one), one] as const])));
  return [...byText.values()];
}

/** The reference that a message says it belongs to; undefined if it has none, or more than one, because then nobody can tell. */
export function referenceOf(message: string): Reference | undefined {
  const [only, ...others] = referencesIn(message);
  return others.length === 0 ? only : undefined;
}

/** The reference that a message ends with, with nothing behind it, as our entries in a timeline do. */
export function lastReference(message: string): Reference | undefined {
  const lines = linesOf(message);
  const last = lines.at(-1);
  return lines.length > 1 && !last?.startsWith('Ref:') ? undefined : referenceAtEnd(last);
}

function referenceAtEnd(line: string | undefined): Reference | undefined {
  const [, text] = atEnd.exec(line ?? '') ?? [];
  return text === undefined ? undefined : parseReference(text);
}

/** The text of a message above its reference: what the user wrote for visitors. The whole message if it has no reference. */
export function withoutReference(message: string): string {
  return splitAtReference(message)?.text ?? message;
}

/** A message with another text. The line of the reference stays, and so does what a person wrote behind and below it. */
export function replaceText(message: string, text: string): string {
  const split = splitAtReference(message);
  return split === undefined ? text : `${text}\n\n${split.rest}`;
}

/** The message up to its first line with a reference, and from there on; undefined if it has none. */
function splitAtReference(message: string): { readonly text: string; readonly rest: string } | undefined {
  for (const { index, 0: line } of message.matchAll(/[^\r\n]+/g)) {
    if (referenceOn(line.trimStart()) !== undefined)
      return { text: message.slice(0, index).trimEnd(), rest: message.slice(index).trimStart() };
  }
  // As HTML or in one line there is no such line to keep, so what a reader sees is kept instead.
  const lines = linesOf(message);
  const index = lines.findIndex((line) => referenceOn(line) !== undefined);
  if (index >= 0) return { text: lines.slice(0, index).join('\n'), rest: lines.slice(index).join('\n') };
  const [only = ''] = lines;
  const reference = lines.length === 1 ? referenceAtEnd(only) : undefined;
  if (reference === undefined) return undefined;
  return { text: only.slice(0, only.lastIndexOf('Ref:')).trimEnd(), rest: `Ref: ${formatReference(reference)}` };
}
