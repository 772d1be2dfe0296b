import { createHash } from 'node:crypto';
import type { Run } from './run.ts';

/**
 * The short reference in a record's message that says whose it is.
 * `r<run id, base 36>-<8 hex>`: a step's own record. `k<16 hex>`: shared by a deployment key. `f<16 hex>`: opened by a failure.
 * Hashes keep the names of repositories and keys out of what visitors read.
 */
export type Reference = string;

/** The reference of a record that belongs to one step of one run, in all its attempts. */
export function ownReference(run: Run, key: string | undefined): Reference {
  const place = [run.server, run.repository, run.workflow, run.job, canonicalJson(run.leg), stepOf(run), key ?? ''];
  return `r${runNumber(run.id)}-${hash(place).slice(0, 8)}`;
}

/** The reference of a record that every job and run of the repository finds by its deployment key; without a key, of this step alone. */
export function sharedReference(run: Run, key: string | undefined): Reference {
  return `k${deploymentHash(run, key)}`;
}

/** Whether a reference is one of the kind that `sharedMarker` makes. */
export function isSharedReference(reference: Reference | undefined): boolean {
  return reference?.startsWith('k') ?? false;
}

/** The reference of the incident that a failed deployment opens. */
export function failureReference(run: Run, key: string | undefined): Reference {
  return `f${deploymentHash(run, key)}`;
}

/** The text for visitors with the reference in its last line; the text alone where there is no reference. */
export function withReference(text: string, reference: Reference | undefined): string {
  return reference === undefined ? text : `${text}\n\nRef: ${reference}`;
}

/** Whether a text holds this very reference, not one that merely begins or ends with it. */
export function carriesReference(text: string, reference: Reference): boolean {
  return new RegExp(`(?<![A-Za-z0-9-])${reference}(?![A-Za-z0-9-])`).test(text);
}

/** The reference in the last line of a message, of whatever kind; undefined where there is none. */
export function referenceOf(message: string): Reference | undefined {
  return /(?:^|\n)Ref: (r[0-9a-z]+-[0-9a-f]{8}|[kf][0-9a-f]{16})\s*$/.exec(message)?.[1];
}

/** A reference of the kind that `ownMarker` makes, and the run that it names. */
export interface OwnReference {
  readonly reference: Reference;
  readonly runId: string;
}

/** All references in a text, of whatever kind and each once, bounded on both sides. */
export function referencesIn(text: string): readonly Reference[] {
  const found = text.matchAll(/(?<![A-Za-z0-9-])(?:r[0-9a-z]{1,20}-[0-9a-f]{8}|[kf][0-9a-f]{16})(?![A-Za-z0-9-])/g);
  return [...new Set([...found].map(([reference]) => reference))];
}

/** The run of a reference that belongs to one step; undefined for the other kinds, and for a number that `ownMarker` would write otherwise. */
export function parseOwnReference(reference: Reference): OwnReference | undefined {
  const [, number] = /^r([1-9a-z][0-9a-z]*)-/.exec(reference) ?? [];
  if (number === undefined) return undefined;
  const id = [...number].reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n);
  return { reference, runId: id.toString() };
}

function deploymentHash(run: Run, key: string | undefined): string {
  const names =
    key === undefined
      ? ['run', run.server, run.repository, run.id, run.job, canonicalJson(run.leg), stepOf(run)]
      : ['key', run.server, run.repository, key];
  return hash(names).slice(0, 16);
}

function stepOf({ step, command = '' }: Run): string {
  return step + command;
}

function runNumber(id: string): string {
  return /^\d+$/.test(id) ? BigInt(id).toString(36) : hash([id]).slice(0, 12);
}

function hash(names: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(names)).digest('hex');
}

/** A matrix leg in one spelling: the runner does not promise the order of its keys. */
function canonicalJson(json: string): string {
  return json === '' ? '' : JSON.stringify(sortKeys(JSON.parse(json)));
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sortKeys(inner)]),
  );
}
