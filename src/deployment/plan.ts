import { type OwnReference, type Reference, withReference } from '../domain/deployment-reference.ts';
import type { Page } from '../domain/page.ts';
import { floorSecond, later, msBetween, secondMs } from '../domain/time.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { KnownFields, RecordWriter } from './deployment.ts';
import type { AnyRecord } from './match.ts';
import type { RememberedRecord } from './record-by-id.ts';
import type { WindowTexts } from './window-change.ts';

/** What a deployment wants to show, and whose it is. */
interface Announcement {
  readonly pages: readonly Page[];
  readonly title: string;
  /** For visitors, without the reference. */
  readonly message: string;
  readonly notifySubscribers: boolean;
  /** `true`: the post step ends the records. `false`: they are left to `resolve`. */
  readonly own: boolean;
  /** Whether the user gave a deployment key. A record that is not own is shared then: found in every job and run with that key. */
  readonly hasKey: boolean;
  /** Who opens this: key, run, attempt and step. Undefined with `marker: false`, because then nothing can be found again. */
  readonly identity: OwnReference | undefined;
  /** What the last line of the message says; undefined with `marker: false`. */
  readonly reference: Reference | undefined;
  /** Whether an earlier attempt of this step may have left its record on the page. */
  readonly mayBeRepeated: boolean;
  /** What a file remembers of this deployment, which was started before. */
  readonly remembered: readonly RememberedRecord[];
  readonly tag: string | undefined;
}

export interface WindowPlan extends Announcement {
  readonly kind: 'maintenance';
  /** Undefined: now. */
  readonly startAt: Date | undefined;
  readonly durationMs: number;
  /** Whether an ending may open an incident, which main must be able to do before the deployment begins. */
  readonly mayOpenIncident: boolean;
}

interface IncidentPlan extends Announcement {
  readonly kind: 'incident';
  readonly state: string;
  readonly componentId: string | undefined;
}

export type Plan = WindowPlan | IncidentPlan;

/** Whether others, in other jobs and runs, find the record by its key. */
export function isShared({ own, hasKey }: Plan): boolean {
  return !own && hasKey;
}

/** Two clocks that differ by more than this show a window at the wrong time. */
export const toleratedSkewMs = 30 * secondMs;

/** Start and end of a window. */
export interface Times {
  readonly startAt: Date;
  readonly endAt: Date;
}

/** The times of a new window. "Now" is rounded down, so that the window has begun when the server reads it. */
function planTimes({ startAt, durationMs }: WindowPlan, now: Date): Times {
  const start = floorSecond(startAt ?? now);
  return { startAt: start, endAt: later(start, durationMs) };
}

/** The times on the server's clock, if a window for "now" was opened by a clock that differs too much; undefined if nothing is to move. */
export function timesOnServerClock(plan: WindowPlan, openedAt: Date | undefined, serverNow: Date): Times | undefined {
  if (plan.startAt !== undefined || openedAt === undefined) return undefined;
  const moved = planTimes(plan, serverNow);
  return Math.abs(msBetween(openedAt, moved.startAt)) > toleratedSkewMs ? moved : undefined;
}

/** A creation that is ready to be sent. */
export interface PlannedCreation {
  readonly texts: WindowTexts;
  /** What the page shows of it once it is made. */
  readonly announce: () => KnownFields;
  readonly make: () => Promise<AnyRecord>;
}

/**
 * The creation of a record as planned. By the server's own clock a window for now may lie in the past, which it may refuse. So whatever is sent
 * again has the server's times.
 */
export function planCreation(
  { statusPage, note }: Pick<RecordWriter, 'statusPage' | 'note'>,
  plan: Plan,
  page: Page,
): PlannedCreation {
  const { title, notifySubscribers } = plan;
  const message = withReference(plan.message, plan.reference);
  const common = { pageId: page.id, title, message, notifySubscribers };
  if (plan.kind === 'maintenance') {
    let times = planTimes(plan, statusPage.serverNow());
    /** Whether there was anything to move. */
    const takeServerTimes = () => {
      const moved = timesOnServerClock(plan, times.startAt, statusPage.serverNow());
      if (moved === undefined) return false;
      times = moved;
      note(times);
      return true;
    };
    const send = () => statusPage.createWindow({ ...common, ...times });
    const make = async () => {
      takeServerTimes();
      try {
        return await send();
      } catch (error) {
        if (!isRefusal(error, times, statusPage.serverNow()) || !takeServerTimes()) throw error;
        return send();
      }
    };
    return { texts: { title, message }, announce: () => times, make };
  }
  const { componentId, state } = plan;
  return {
    texts: { title, message },
    announce: () => ({ state, startAt: statusPage.serverNow() }),
    make: () => statusPage.createIncident({ ...common, componentId, state }),
  };
}

/** Whether no open window can come of an answer. A 409 may follow a create that was done, but a window that is over by then is never open. */
function isRefusal(error: unknown, { endAt }: Times, serverNow: Date): boolean {
  if (!(error instanceof StatusPageError)) return false;
  return error.code === 'invalid' || (error.status === 409 && endAt <= serverNow);
}
