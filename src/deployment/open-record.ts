import { formatReference, type Reference } from '../domain/deployment-reference.ts';
import type { Page } from '../domain/page.ts';
import { later } from '../domain/time.ts';
import type { StatusPage } from '../statuspage/client.ts';
import { createOnce } from './create-once.ts';
import type { KnownFields, RecordWriter } from './deployment.ts';
import { fetchShown, findLost, type LostRecord, type Search, searchIn, UnlocatedError } from './find.ts';
import { type AnyRecord, carrying, ofThisStep, openingReference, sharedWith } from './match.ts';
import { isShared, type Plan, planCreation, type Times, timesOnServerClock } from './plan.ts';
import { deleteRecord, findRemembered, longestInMainMs, ownNow, readRecord, whileNew } from './record-by-id.ts';
import { DuplicateError, isMeant, isYoung, settle } from './settle.ts';
import { adoptionChange, mayTakeOver, moveTimes, moveToServerClock } from './times.ts';
import { ChangeIgnoredError, isRefusedChange, textsOf } from './window-change.ts';

/** How a record came to be the one of this deployment. */
export type Way = 'created' | 'adopted' | 'taken-over';

/** An open record of an earlier attempt, job or run that this deployment reuses. */
export interface Earlier {
  readonly record: AnyRecord;
  readonly way: 'adopted' | 'taken-over';
}

/** Whether an earlier attempt, job or run may have left a record that this step is to reuse. */
export function mayFindEarlier(plan: Plan): boolean {
  const { own, identity, mayBeRepeated } = plan;
  if (identity === undefined) return false;
  return isShared(plan) || (own && mayBeRepeated) || mayTakeOverAny(plan);
}

/** Whether an announced record of the key may be taken over: only windows are announced. */
function mayTakeOverAny({ own, hasKey, kind }: Plan): boolean {
  return own && hasKey && kind === 'maintenance';
}

/**
 * Searches a page for a record to reuse, in one request if the list shows what is needed. Throws what the list throws, and UnlocatedError if
 * one may be there that the lists do not show.
 */
export async function findEarlier(statusPage: StatusPage, plan: Plan, page: Page): Promise<Earlier | undefined> {
  const { identity, kind } = plan;
  if (identity === undefined || !mayFindEarlier(plan)) return undefined;
  const shown = await fetchShown(statusPage, kind, page.id);
  const now = statusPage.serverNow();
  if (isShared(plan)) {
    const { open, provenAbsent } = searchIn(shown, sharedWith(identity));
    const record = open.find((one) => isMeant(one, plan, now));
    if (record !== undefined) return { record, way: 'adopted' };
    if (!provenAbsent && open.length === 0) throw new UnlocatedError();
    return undefined;
  }
  if (plan.mayBeRepeated) {
    const { open, provenAbsent } = searchIn(shown, ofThisStep(identity));
    const [record, ...others] = open;
    // Of several nobody can tell which one belongs to this step, so none is reused.
    if (record !== undefined && others.length === 0) return { record, way: 'adopted' };
    if (record === undefined && !provenAbsent) throw new UnlocatedError();
    const known = record === undefined ? plan.remembered.find(({ pageId }) => pageId === page.id) : undefined;
    const unlisted = known && (await findRemembered(statusPage, kind, known, identity));
    if (unlisted !== undefined) return { record: unlisted, way: 'adopted' };
  }
  if (!mayTakeOverAny(plan)) return undefined;
  const announced = searchIn(shown, sharedWith(identity)).open;
  const record = announced.find(
    (one) => one.kind === 'maintenance' && mayTakeOver(one, now) && openingReference(one)?.run !== identity.run,
  );
  return record && { record, way: 'taken-over' };
}

/** Reuses an earlier record, or creates one. Throws StatusPageError, UncertainCreateError if the response to a create was lost, DuplicateError if two may be open. */
export async function openRecord(
  writer: RecordWriter,
  plan: Plan,
  page: Page,
  earlier: Earlier | undefined,
): Promise<Way> {
  if (earlier === undefined) return createRecord(writer, plan, page);
  const { record: chosen, way } = earlier;
  const mayBeDoubled = isShared(plan) && isYoung(chosen, writer);
  const { record, doubt } = mayBeDoubled ? await settle(writer, plan, page.id, chosen, false) : { record: chosen };
  if (record === undefined) return createRecord(writer, plan, page);
  if (way === 'taken-over') return takeOver(writer, plan, page, record);
  await adopt(writer, plan, record, way);
  if (doubt !== undefined) throw doubt;
  return way;
}

/** Takes over an announced window. If the server does not move its start, a window of our own is opened too. */
async function takeOver(writer: RecordWriter, plan: Plan, page: Page, record: AnyRecord): Promise<Way> {
  try {
    await adopt(writer, plan, record, 'taken-over');
    return 'taken-over';
  } catch (error) {
    const startStays = error instanceof ChangeIgnoredError && error.fields.includes('start');
    const liesAhead = record.startAt !== undefined && record.startAt > writer.statusPage.serverNow();
    if (!startStays && !(liesAhead && isRefusedChange(error))) throw error;
    writer.keepBeside();
    return createRecord(writer, plan, page);
  }
}

async function adopt(writer: RecordWriter, plan: Plan, record: AnyRecord, way: Way): Promise<void> {
  const { statusPage } = writer;
  writer.noteReused(record);
  writer.noteOpen(record.id, {
    created: false,
    mailed: false,
    ...seenIn(record),
    ...referenceOfRecord(record),
    ...(way === 'taken-over' && { takenOver: true }),
  });
  if (plan.kind !== 'maintenance' || record.kind !== 'maintenance') return;
  const change = adoptionChange(record, plan, way === 'taken-over', statusPage.serverNow());
  if (change === undefined) return;
  // Another job may have opened it a moment ago: lists can show a record earlier than a request by its id finds it.
  const createdAt = record.createdAt && later(record.createdAt, -(statusPage.clockOffsetMs() ?? 0));
  // It was found by its reference, so it has a message.
  const target = { id: record.id, texts: textsOf(record), isOurs: true, mustKeepText: true };
  await whileNew({ statusPage, createdAt }, () => moveTimes(writer, target, change, change.startAt !== undefined));
}

async function createRecord(writer: RecordWriter, plan: Plan, page: Page): Promise<Way> {
  const { statusPage, note } = writer;
  const { kind, reference } = plan;
  const { texts, announce, make } = planCreation(writer, plan, page);
  // The times too: they tell a record whose reference cannot be read from those of others.
  note({ created: true, mailed: plan.notifySubscribers, ...(kind === 'maintenance' && announce()) });
  const createdAt = ownNow(statusPage);
  const search =
    reference === undefined
      ? undefined
      : () => {
          const announced = { ...announce(), title: plan.title };
          const match = carrying(reference, plan.title);
          return searchLost(statusPage, plan, { kind, pageId: page.id, match, announced, begunAt: createdAt });
        };
  const { made, found, again } = await createOnce({
    kind,
    reference: reference && formatReference(reference),
    make,
    search,
    wait: statusPage.wait,
    leftMs: statusPage.leftMs,
  });
  // What was sent first may have other times than what was sent again.
  const announced = { ...announce(), ...(found && !isShared(plan) && shownTimes(made)) };
  // Of what was found by a reference that others share, nobody can tell whether we made it.
  const known: KnownFields = {
    ...announced,
    created: !(found && isShared(plan)),
    ...(again && { mayHaveDuplicate: true }),
    ...(reference && hidesReference(made, reference) && { referenceLost: true }),
  };
  if (statusPage.isDryRun) {
    note(known);
    return 'created';
  }
  writer.noteOpen(made.id, known);
  if (reference !== undefined && !made.showsMessage && openingReference(made) === undefined) {
    // Only a read shows whether later searches will find it.
    const read = await readRecord(statusPage, kind, made.id);
    if (read !== undefined && hidesReference(read, reference)) note({ referenceLost: true });
  }
  if (found && isShared(plan)) writer.noteReused(made);
  if (isShared(plan)) {
    const { record: agreed, doubt } = await settle(writer, plan, page.id, made, true);
    if (doubt !== undefined) throw doubt;
    if (agreed !== undefined && agreed.id !== made.id) {
      const left = found ? undefined : await tryToDelete(statusPage, plan, made.id, createdAt);
      await adopt(writer, plan, agreed, 'adopted');
      if (left !== undefined) throw left;
      return 'adopted';
    }
  }
  const moved = plan.kind === 'maintenance' && timesOnServerClock(plan, announced.startAt, statusPage.serverNow());
  if (moved) await moveToServerClock(writer, { id: made.id, texts, mustKeepText: true }, announced, moved, createdAt);
  return found && isShared(plan) ? 'adopted' : 'created';
}

function shownTimes(made: AnyRecord): Partial<Times> {
  if (made.kind !== 'maintenance') return {};
  const { startAt, endAt } = made;
  return { ...(startAt && { startAt }), ...(endAt && { endAt }) };
}

/** Whether an answer shows a message without our reference, because the server cuts or rewrites messages. */
function hidesReference(made: AnyRecord, reference: Reference): boolean {
  return made.message !== undefined && !carrying(reference)(made);
}

/** Deletes what we made and do not go on with; what may be left of it. */
async function tryToDelete(
  statusPage: StatusPage,
  { kind }: Plan,
  id: string,
  createdAt: Date,
): Promise<DuplicateError | undefined> {
  try {
    await whileNew({ statusPage, createdAt, withinMs: longestInMainMs }, () => deleteRecord(statusPage, kind, id));
    return undefined;
  } catch (error) {
    return new DuplicateError(kind, id, error);
  }
}

/** An incident on a component may be on another page than the given one: there its absence proves nothing. */
async function searchLost(statusPage: StatusPage, plan: Plan, lost: LostRecord): Promise<Search> {
  const search = await findLost(statusPage, lost);
  return plan.kind === 'incident' && plan.componentId !== undefined ? { ...search, provenAbsent: false } : search;
}

/** A reused record has the reference of whoever opened it. */
function referenceOfRecord(record: AnyRecord): KnownFields {
  const found = openingReference(record);
  return found === undefined ? {} : { reference: formatReference(found) };
}

function seenIn(record: AnyRecord): KnownFields {
  return {
    ...(record.title !== undefined && { title: record.title }),
    startAt: record.startAt,
    ...(record.kind === 'maintenance'
      ? { endAt: record.endAt, startBefore: record.startAt, endBefore: record.endAt }
      : { state: record.state }),
  };
}
