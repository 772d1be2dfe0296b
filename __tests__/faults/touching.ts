import { isEarlier, isFailure, isOfOwner, isShared, type Reference } from './references.ts';
import type { Standing } from './standing.ts';
import type { Step } from './step.ts';

type Toucher = Pick<
  Step,
  'what' | 'use' | 'identity' | 'title' | 'message' | 'failureTitle' | 'inProgress' | 'main' | 'outcome'
>;

/**
 * Whether a step may change a record: its own, what an earlier attempt of it opened, what everybody with the key shares, and, if something was
 * deployed, what earlier runs left.
 */
export function mayTouch(step: Toucher, record: Standing): boolean {
  const { reference } = record;
  if (record.message.startsWith(step.message) || record.title === step.failureTitle) return true;
  if (reference === undefined) return false;
  const { what, identity } = step;
  if (isOfOwner(reference, identity) && (reference.own?.attempt ?? 0) <= identity.attempt) return true;
  if (isShared(reference, identity)) return true;
  if (what === 'main') return false;
  if (isFailure(reference, identity)) {
    // A success resolves what earlier failures opened, and never the failure of another leg of its own run.
    return what === 'resolve' || (hasDeployed(step) && (step.outcome !== 'success' || isEarlier(reference, identity)));
  }
  if (what === 'resolve') return reference.of === 'deployment' && reference.key === identity.key;
  return maySupersede(step) && !record.isAnnouncement && isOlder(reference, step) && !isInProgress(reference, step);
}

/** Whether a record was left by an earlier run of the deployment. */
export function isOlder(reference: Reference, { identity }: Pick<Step, 'identity'>): boolean {
  const { of, key, run } = reference;
  return of === 'deployment' && key === identity.key && run !== identity.run && isEarlier(reference, identity);
}

/** Whether GitHub has said that the run of a reference is still in progress. */
export function isInProgress({ run }: Reference, { inProgress }: Pick<Step, 'inProgress'>): boolean {
  return [...inProgress].some((id) => Number(id).toString(36) === run);
}

/** Whether main came to its end and something was deployed. */
function hasDeployed({ main, outcome }: Toucher): boolean {
  return main !== undefined && hasFinished(main) && outcome !== 'skipped';
}

/** A main step that is killed after it has saved its end, while other requests are under way, has come to it all the same. */
function hasFinished({ stage: { exitCode, states } }: Step): boolean {
  return exitCode === 0 || (exitCode === undefined && /"stage":"open"/.test(states.at(-1)?.deployment ?? ''));
}

/** Whether how a run ended is a reason to end what earlier ones left: it has succeeded, or its own record tells the story from now on. */
export function maySupersede(step: Toucher): boolean {
  const { use, outcome } = step;
  if (!hasDeployed(step) || !use.own || !use.marker) return false;
  return outcome === 'success' || (outcome === 'failure' ? use.onFailure : use.onCancel) !== 'resolve';
}
