import { encodeRun } from '../../src/domain/deployment-reference.ts';
import type { Kind } from '../../src/domain/record.ts';
import { hashKey, hashOwner, type Run } from '../../src/domain/run.ts';

/** A reference as the specification describes it. The tests read it by themselves, so that they cannot share a mistake with the product. */
export interface Reference {
  readonly of: 'deployment' | 'failure';
  readonly key: string;
  readonly run: string;
  /** Undefined for a shared record. */
  readonly own: { readonly attempt: number; readonly owner: string; readonly openedMs: number } | undefined;
}

/** Who a step is on the page. */
export interface Identity {
  readonly key: string;
  /** Whether the user gave the key; without it nothing is shared. */
  readonly hasKey: boolean;
  readonly run: string;
  readonly attempt: number;
  readonly owner: string;
  /** When the step began, in whole seconds. */
  readonly openedMs: number;
}

const epochMs = Date.UTC(2020, 0, 1);
const pattern = /^Ref: ([df])([0-9a-z]{8})-([0-9a-z]{1,9})(?:-([0-9a-z]{2})([0-9a-z]{6})([0-9a-z]{6})[0-9a-z]{2})?$/;

/** The reference of a message: the one line that is nothing but `Ref: …`. */
export function readReference(message: string): Reference | undefined {
  const [match] = message.split('\n').flatMap((line) => [pattern.exec(line)].filter((one) => one !== null));
  if (match === undefined) return undefined;
  const [, letter, key = '', run = '', attempt, owner = '', opened = ''] = match;
  const openedMs = epochMs + Number.parseInt(opened, 36) * 1_000;
  return {
    of: letter === 'd' ? 'deployment' : 'failure',
    key,
    run,
    own: attempt === undefined ? undefined : { attempt: Number.parseInt(attempt, 36), owner, openedMs },
  };
}

/** The identity that a step of this run has, if it begins now. */
export function identify(run: Run, key: string | undefined, kind: Kind, title: string, nowMs: number): Identity {
  return {
    key: hashKey(run, key) ?? '',
    hasKey: key !== undefined,
    run: encodeRun(run.id),
    attempt: run.attempt ?? 0,
    owner: hashOwner(run, kind, title),
    openedMs: Math.floor(nowMs / 1_000) * 1_000,
  };
}

/** Whether a record is one that this very step opened in this attempt of the run. */
export function isOfStep({ of, key, run, own }: Reference, ours: Identity): boolean {
  return isOfOwner({ of, key, run, own }, ours) && own?.attempt === ours.attempt;
}

/** Whether a record is one that this very step opened in any attempt of the run. */
export function isOfOwner({ of, key, run, own }: Reference, ours: Identity): boolean {
  return of === 'deployment' && key === ours.key && run === ours.run && own?.owner === ours.owner;
}

/** Whether a record is shared by everybody with the key. */
export function isShared({ of, key, own }: Reference, ours: Pick<Identity, 'key'>): boolean {
  return of === 'deployment' && key === ours.key && own === undefined;
}

/** Whether an incident is that of a failure of the deployment. */
export function isFailure({ of, key }: Reference, ours: Pick<Identity, 'key'>): boolean {
  return of === 'failure' && key === ours.key;
}

/**
 * Whether something was opened before a step began, by another run or in an earlier attempt of this one. Of two in the same second the lower
 * run is the older.
 */
export function isEarlier({ run, own }: Reference, ours: Identity): boolean {
  if (own === undefined) return false;
  if (run === ours.run) return own.attempt < ours.attempt;
  return own.openedMs < ours.openedMs || (own.openedMs === ours.openedMs && run < ours.run);
}

/** What may be on a page once only: a name for each sort of record that a step may leave. */
export function namesOf({ key, run, owner, hasKey }: Identity): readonly string[] {
  return [`own ${key} ${run} ${owner}`, `failure ${key}`, ...(hasKey ? [`shared ${key}`] : [])];
}

/** The name of what a record is, as `namesOf` has it. */
export function nameOf({ of, key, run, own }: Reference): string {
  if (of === 'failure') return `failure ${key}`;
  return own === undefined ? `shared ${key}` : `own ${key} ${run} ${own.owner}`;
}
