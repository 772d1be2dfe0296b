import { compareRuns, isOwn, type OwnReference, runIdOf } from '../domain/deployment-reference.ts';
import type { Ending } from '../domain/outcome.ts';
import { type Incident, isOpenWindow, type Window } from '../domain/record.ts';
import { floorSecond, later, msBetween, secondMs } from '../domain/time.ts';
import { isOpenIncident, isUntouched, openingReference } from './match.ts';
import { toleratedSkewMs } from './plan.ts';

/** Who asks, and what a list of the page shows. */
export interface SupersedeContext {
  /** Our own reference. Its time is when our record was opened or reused, or when our step began if it has no record. */
  readonly ours: OwnReference;
  /** The ids of our own records: they are ended by themselves. */
  readonly ownIds: ReadonlySet<string>;
  readonly windows: readonly Window[];
  readonly incidents: readonly Incident[];
  readonly now: Date;
  /** The state that this step opens incidents in. */
  readonly givenState: string;
}

/** A record that an earlier run, or an earlier attempt of ours, left on the page. */
export interface Older<R extends Window | Incident = Window | Incident> {
  readonly record: R;
  readonly reference: OwnReference;
}

/** What a later run does about what earlier ones left. */
export interface Superseding {
  /** Windows to be ended now. */
  readonly windows: readonly Older<Window>[];
  /** Incidents to be resolved. */
  readonly incidents: readonly Older<Incident>[];
  /** Incidents that a person has edited: they are named, and left alone. */
  readonly touched: readonly Older<Incident>[];
  /** Records of runs that are still in progress: they are named, and left alone. */
  readonly inProgress: readonly Older[];
  /** The words that the incidents are resolved with. Only a success may claim that the update is complete. */
  readonly words: 'resolve' | 'cancel';
}

/** What our own run left on the page when its ending was done. */
export interface Afterwards {
  /** False if main did not finish, so that nothing was deployed. */
  readonly mainFinished: boolean;
  /** Whether our own record is still open on the page. */
  readonly keptOwn: boolean;
  /** Whether the incident of a failure is open on the page now. */
  readonly openedIncident: boolean;
}

/** Why older records are superseded: something newer works, or shows the newest state. Undefined if they stay as they are. */
export function reasonToSupersede(ending: Ending, afterwards: Afterwards): 'success' | 'kept' | undefined {
  const { mainFinished, keptOwn, openedIncident } = afterwards;
  if (!mainFinished || ending.why === 'skipped') return undefined;
  if (ending.why === 'success') return 'success';
  switch (ending.action) {
    case 'resolve':
      return undefined;
    case 'keep':
      return keptOwn ? 'kept' : undefined;
    case 'incident':
      return openedIncident || keptOwn ? 'kept' : undefined;
  }
}

/** What to do about the records that earlier runs of this deployment left on the page. */
export function planSuperseding(context: SupersedeContext, reason: 'success' | 'kept'): Superseding {
  const { windows, incidents } = findOlder(context);
  const { key } = context.ours;
  const isUnedited = ({ record }: Older<Incident>) => isUntouched(record, key, context.givenState);
  return {
    windows,
    incidents: incidents.filter(isUnedited),
    touched: incidents.filter((older) => !isUnedited(older)),
    inProgress: [],
    words: reason === 'success' ? 'resolve' : 'cancel',
  };
}

/** The runs that must be over before a plan is carried out, each once. A run without a number cannot be asked for. */
export function runsToAsk({ windows, incidents }: Superseding, ours: OwnReference): readonly string[] {
  const others = [...windows, ...incidents].filter(({ reference }) => reference.run !== ours.run);
  const ids = others.map(({ reference }) => runIdOf(reference)).filter((id) => id !== undefined);
  return [...new Set(ids)];
}

/** The plan without the records of runs that are still in progress, by their ids as `runsToAsk` gave them. */
export function spareRuns(plan: Superseding, running: ReadonlySet<string>): Superseding {
  const runs = ({ reference }: Older) => running.has(runIdOf(reference) ?? '');
  return {
    ...plan,
    windows: plan.windows.filter((older) => !runs(older)),
    incidents: plan.incidents.filter((older) => !runs(older)),
    inProgress: [...plan.windows, ...plan.incidents].filter(runs),
  };
}

/**
 * The open records that earlier runs of this deployment opened for themselves, and earlier attempts of this very step. Windows that have not
 * begun are announcements, and shared records are for `resolve`: neither is among them.
 */
function findOlder({ ours, ownIds, windows, incidents, now }: SupersedeContext): {
  readonly windows: readonly Older<Window>[];
  readonly incidents: readonly Older<Incident>[];
} {
  const ofEarlier = <R extends Window | Incident>(records: readonly R[]): readonly Older<R>[] =>
    records.flatMap((record) => {
      const reference = openingReference(record);
      if (reference === undefined || !isOwn(reference) || ownIds.has(record.id)) return [];
      return reference.of === 'deployment' && isOlder(reference, ours) ? [{ record, reference }] : [];
    });
  // An end that was just sent is the next full second.
  const soon = later(now, secondMs);
  return {
    windows: ofEarlier(windows.filter((window) => isOpenWindow(window, soon))).filter(({ record, reference }) =>
      hasBegun(record, reference, now),
    ),
    incidents: ofEarlier(incidents.filter(isOpenIncident)),
  };
}

/** Whether a window is no announcement, so that a later run may end it. One that does not show its start may be one. */
export function hasBegun({ startAt }: Window, reference: OwnReference, now: Date): boolean {
  return startAt !== undefined && (startAt <= now || isForNow(startAt, reference));
}

/**
 * Whether a window was opened for the time of its opening, so that it is no announcement. By the server's clock it may lie ahead, if the clock of
 * its runner was fast and its main was killed before it could move the window.
 */
function isForNow(startAt: Date, { openedAt }: OwnReference): boolean {
  return msBetween(openedAt, startAt) <= toleratedSkewMs;
}

/** Whether a record was opened by an earlier run of our deployment, or by an earlier attempt of our own step. */
export function isOlder(found: OwnReference, ours: OwnReference): boolean {
  if (found.key !== ours.key) return false;
  if (found.run !== ours.run) return opensBefore(found, ours);
  return found.owner === ours.owner && isEarlierAttempt(found, ours);
}

/** Whether one run opened before another; of two in the same second the lower run id is the older. */
export function opensBefore(found: OwnReference, ours: OwnReference): boolean {
  // A reference holds whole seconds, the beginning of our step does not.
  const order = msBetween(floorSecond(ours.openedAt), floorSecond(found.openedAt));
  return order < 0 || (order === 0 && compareRuns(found.run, ours.run) < 0);
}

/** If the CI does not count attempts, the one that began earlier is the earlier. */
function isEarlierAttempt(found: OwnReference, ours: OwnReference): boolean {
  if (found.attempt !== undefined && ours.attempt !== undefined) return found.attempt < ours.attempt;
  return floorSecond(found.openedAt) < floorSecond(ours.openedAt);
}
