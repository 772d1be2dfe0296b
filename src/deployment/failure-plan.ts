import { compareRuns, isOwn, type OwnReference, type Reference } from '../domain/deployment-reference.ts';
import { type Incident, incidentStates } from '../domain/record.ts';
import { isOpenIncident, isUntouched, newestReference, openingReference } from './match.ts';
import { isOlder, type Older, opensBefore } from './supersede.ts';

/** The state that the incident of a failure is opened in. */
export const failureState = incidentStates.investigating;

/** What a failure does about its incident on a page: open one, add an entry to the one that is open, or leave it to the person who edited it. */
export type FailurePlan =
  | { readonly action: 'open' }
  | { readonly action: 'add' | 'leave'; readonly incident: Incident; readonly reference: Reference };

/** Plans the incident of a failure. One is open for each deployment and page; if there are more, the oldest counts. */
export function planFailure(incidents: readonly Incident[], ours: OwnReference): FailurePlan {
  const [oldest] = findFailures(incidents, ours.key).toSorted(byOpening);
  if (oldest === undefined) return { action: 'open' };
  const { record: incident, reference } = oldest;
  // If no reply shows the state, the entries decide: one entry too many is better than a failure that nobody reads of.
  const seen = { ...incident, state: incident.state ?? failureState };
  return { action: isUntouched(seen, ours.key, failureState) ? 'add' : 'leave', incident, reference };
}

/** What a success does about the incidents that earlier failures of its deployment opened. */
export interface Recovery {
  readonly resolve: readonly Older<Incident>[];
  /** Incidents that a person has edited: they are named, and left alone. */
  readonly touched: readonly Older<Incident>[];
}

/**
 * Plans the recovery. An incident that is from a newer run, or whose last entry is, stays: the success does not speak for that. So does what our
 * own run and attempt opened, because it is the failure of another leg, unless a user asks for its end, as in a rollback job (`mayEndOwnRun`).
 */
export function planRecovery(incidents: readonly Incident[], ours: OwnReference, mayEndOwnRun: boolean): Recovery {
  const mayEnd = (found: Reference) =>
    isBefore(found, ours) || (mayEndOwnRun && isOwn(found) && found.run === ours.run && found.attempt === ours.attempt);
  const earlier = findFailures(incidents, ours.key).filter(({ record, reference }) => {
    const newest = newestReference(record);
    return mayEnd(reference) && (newest === undefined || newest.key !== ours.key || mayEnd(newest));
  });
  const isUnedited = ({ record }: Older<Incident>) => isUntouched(record, ours.key, failureState);
  return { resolve: earlier.filter(isUnedited), touched: earlier.filter((older) => !isUnedited(older)) };
}

function findFailures(incidents: readonly Incident[], key: string): readonly Older<Incident>[] {
  return incidents.filter(isOpenIncident).flatMap((record) => {
    const reference = openingReference(record);
    if (reference?.of !== 'failure' || reference.key !== key || !isOwn(reference)) return [];
    return [{ record, reference }];
  });
}

/** Whether something of our deployment is from an earlier run, or from an earlier attempt of our own run. */
function isBefore(found: Reference, ours: OwnReference): boolean {
  if (!isOwn(found)) return false;
  if (found.run !== ours.run) return opensBefore(found, ours);
  if (found.attempt === undefined || ours.attempt === undefined) return isOlder(found, ours);
  return found.attempt < ours.attempt;
}

function byOpening({ reference: one }: Older<Incident>, { reference: other }: Older<Incident>): number {
  return one.openedAt.getTime() - other.openedAt.getTime() || compareRuns(one.run, other.run);
}
