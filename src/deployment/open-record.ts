import { type Marker, withMarker } from '../domain/marker.ts';
import type { Page } from '../domain/page.ts';
import { msBetween, secondMs } from '../domain/time.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { StatusPage } from '../statuspage/status-page.ts';
import { create } from './create.ts';
import { type DeploymentRecord, noRecord } from './deployment.ts';
import { type AnyRecord, fetchShown, findOpen, inOrder, type Search, searchIn } from './find.ts';
import { notShown, UnlocatedError } from './locate.ts';
import { moveTimes, moveToServerClock } from './move-times.ts';
import { adoptionChange, mayTakeOver, planTimes, timesOnServerClock } from './open-window.ts';
import type { Opener } from './opener.ts';
import type { Plan } from './plan.ts';

/** How a record came to be the one of this deployment. */
export type Way = 'created' | 'adopted' | 'taken-over';

/** Two openers of one key wait this long, so that each sees what the other made; a record older than ten seconds has no rival. */
const settleMs = 2 * secondMs;
const youngMs = 10 * secondMs;

/** An open record of an earlier attempt, job or run that this deployment goes on with. */
export interface Earlier {
  readonly record: AnyRecord;
  readonly way: 'adopted' | 'taken-over';
}

/**
 * Looks on a page for a record to go on with, in one request where the list shows what is needed.
 * Throws what the list throws, and UnlocatedError where one may be there that the lists do not show.
 */
export async function findEarlier(statusPage: StatusPage, plan: Plan, page: Page): Promise<Earlier | undefined> {
  if (plan.marker === undefined || !plan.lookFirst) return undefined;
  const shown = await fetchShown(statusPage, plan.kind, page.id);
  const { open, provenAbsent } = searchIn(shown, plan.marker);
  if (open[0] !== undefined) return { record: open[0], way: 'adopted' };
  if (plan.mayHaveTwin && !provenAbsent) throw new UnlocatedError(notShown);
  if (plan.takeOver === undefined) return undefined;
  const announced = searchIn(shown, plan.takeOver).open;
  const record = announced.find(
    (window) => window.kind === 'maintenance' && mayTakeOver(window, statusPage.serverNow()),
  );
  return record && { record, way: 'taken-over' };
}

/** Goes on with an earlier record, or makes one. Throws StatusPageError, or MayExistError where a creation's answer was lost. */
export async function openRecord(opener: Opener, plan: Plan, page: Page, earlier: Earlier | undefined): Promise<Way> {
  if (earlier === undefined) return createRecord(opener, plan, page);
  const { record: chosen, way } = earlier;
  const record = isShared(plan) && isYoung(chosen, opener) ? await settle(opener, plan, page, chosen, false) : chosen;
  if (record === undefined) return createRecord(opener, plan, page);
  await adopt(opener, plan, record, way);
  return way;
}

function isShared(plan: Plan): boolean {
  return !plan.own && plan.key !== undefined;
}

function isYoung({ createdAt }: AnyRecord, { statusPage }: Opener): boolean {
  return createdAt === undefined || msBetween(createdAt, statusPage.serverNow()) < youngMs;
}

/**
 * The record that all openers of the key agree on after a moment; our own choice where the page cannot be asked, and undefined where it has gone
 * meanwhile. What we have just made counts even if the list does not show it yet.
 */
async function settle(
  { statusPage }: Opener,
  plan: Plan,
  page: Page,
  chosen: AnyRecord,
  isOurs: boolean,
): Promise<AnyRecord | undefined> {
  if (plan.marker === undefined) return chosen;
  await statusPage.wait(settleMs);
  const search = await findOpen(statusPage, plan.kind, page.id, plan.marker).catch(() => undefined);
  if (search === undefined) return chosen;
  if (!isOurs) return search.open[0] ?? (search.provenAbsent ? undefined : chosen);
  const seen = search.open.some(({ id }) => id === chosen.id);
  return (seen ? search.open : inOrder([chosen, ...search.open]))[0];
}

async function adopt({ statusPage, note }: Opener, plan: Plan, record: AnyRecord, way: Way): Promise<void> {
  note({
    stage: 'open',
    created: false,
    mailed: false,
    ...seenIn(record),
    ...(way === 'taken-over' && { marker: plan.takeOver }),
  });
  if (plan.kind !== 'maintenance' || record.kind !== 'maintenance') return;
  const change = adoptionChange(record, plan, way === 'taken-over', statusPage.serverNow());
  if (change === undefined) return;
  await moveTimes({ statusPage, note }, record.id, record.endAt, change);
}

async function createRecord(opener: Opener, plan: Plan, page: Page): Promise<Way> {
  const { statusPage, note } = opener;
  const { kind, marker } = plan;
  const { announce, make } = prepare(statusPage, plan, page);
  note({ created: true, mailed: plan.notifySubscribers });
  const look = marker === undefined ? undefined : () => lookForLost(statusPage, plan, page, marker);
  const { made, found } = await create({ kind, marker, make, look, wait: statusPage.wait, leftMs: statusPage.leftMs });
  const announced = announce();
  // Of what was found by a marker that others share, nobody can tell whether we made it.
  note({ stage: 'open', id: made.id, ...announced, created: !(found && isShared(plan)) });
  if (made.id === noRecord) return 'created';
  if (isShared(plan)) {
    const agreed = await settle(opener, plan, page, made, true);
    if (agreed !== undefined && agreed.id !== made.id) {
      if (!found) await deleteRecord(statusPage, kind, made.id);
      await adopt(opener, plan, agreed, 'adopted');
      return 'adopted';
    }
  }
  const moved = plan.kind === 'maintenance' && timesOnServerClock(plan, announced.startAt, statusPage.serverNow());
  if (moved) await moveToServerClock(opener, made.id, announced, moved);
  return found && isShared(plan) ? 'adopted' : 'created';
}

/** An incident on a component may stand on another page than the given one: there its absence proves nothing. */
async function lookForLost(statusPage: StatusPage, plan: Plan, page: Page, marker: Marker): Promise<Search> {
  const search = await findOpen(statusPage, plan.kind, page.id, marker);
  return plan.kind === 'incident' && plan.componentId !== undefined ? { ...search, provenAbsent: false } : search;
}

/** A creation ready to be sent, and what it has announced once it is done. */
interface Creatable {
  readonly announce: () => Partial<DeploymentRecord>;
  readonly make: () => Promise<AnyRecord>;
}

function prepare(statusPage: StatusPage, plan: Plan, page: Page): Creatable {
  const { title, notifySubscribers } = plan;
  const message = withMarker(plan.message, plan.marker);
  const common = { pageId: page.id, title, message, notifySubscribers };
  if (plan.kind === 'maintenance') {
    let times = planTimes(plan, statusPage.serverNow());
    const send = () => statusPage.createWindow({ ...common, ...times });
    const make = async () => {
      try {
        return await send();
      } catch (error) {
        // By the server's own clock such a window may lie in the past, which it may refuse.
        const moved = isInvalid(error) && timesOnServerClock(plan, times.startAt, statusPage.serverNow());
        if (!moved) throw error;
        times = moved;
        return send();
      }
    };
    return { announce: () => times, make };
  }
  const { componentId, state } = plan;
  return {
    announce: () => ({ state, startAt: statusPage.serverNow() }),
    make: () => statusPage.createIncident({ ...common, componentId, state }),
  };
}

function isInvalid(error: unknown): error is StatusPageError {
  return error instanceof StatusPageError && error.trouble === 'invalid';
}

/** Removes a record from the page and its history. Throws what the client throws. */
export function deleteRecord(statusPage: StatusPage, kind: Plan['kind'], id: string): Promise<void> {
  return kind === 'maintenance' ? statusPage.deleteWindow(id) : statusPage.deleteIncident(id);
}

function seenIn(record: AnyRecord): Partial<DeploymentRecord> {
  return {
    id: record.id,
    ...(record.title !== undefined && { title: record.title }),
    startAt: record.startAt,
    ...(record.kind === 'maintenance' ? { endAt: record.endAt } : { state: record.state }),
  };
}
