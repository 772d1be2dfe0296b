import { failureOf, formatReference, isOwn, type OwnReference } from '../domain/deployment-reference.ts';
import { type Ending, endsNow } from '../domain/outcome.ts';
import type { Page } from '../domain/page.ts';
import { incidentStates, type Kind, type Window } from '../domain/record.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import { type DeploymentRecord, type OpenRecord, unconfirmedRecord } from './deployment.ts';
import {
  attempt,
  concludeOver,
  type EndContext,
  type Ended,
  type EndedDone,
  endNow,
  fillWords,
  nextRunOf,
} from './end-record.ts';
import { isOver, refreshWindow } from './end-window.ts';
import { planRecovery } from './failure-plan.ts';
import { asFound, type FetchList, fetchShown, type Shown } from './find.ts';
import { resolveIncident } from './incident.ts';
import { type AnyRecord, openingReference } from './match.ts';
import { fetchTimelines } from './record-by-id.ts';
import {
  type Afterwards,
  hasBegun,
  type Older,
  planSuperseding,
  reasonToSupersede,
  runsToAsk,
  spareRuns,
} from './supersede.ts';
import { textsOf, type WindowTexts } from './window-change.ts';

/** The open records of a page, or why they could not be listed. */
type Listed = { readonly shown: Shown } | { readonly reason: unknown };

/** The lists of one page that an ending needs, each asked for once. */
export interface PageLists {
  readonly page: Page;
  readonly fetch: (kind: Kind) => Promise<Listed>;
}

/** Lists of a page that are fetched when they are first needed, and never reject. What is ended by its id is not read for them too. */
export function createPageLists({ statusPage, deployment }: EndContext, page: Page, ending: Ending): PageLists {
  const ended = deployment.records.filter(({ kind }) => endsNow(ending, kind));
  const asListed = (record: AnyRecord) => ended.some(({ kind, id }) => kind === record.kind && id === record.id);
  const lists = new Map<Kind, Promise<Listed>>();
  const start = (kind: Kind): Promise<Listed> =>
    fetchShown(statusPage, kind, page.id, { asListed }).then(
      (shown) => ({ shown }),
      (reason: unknown) => ({ reason }),
    );
  return {
    page,
    fetch: (kind) => {
      const list = lists.get(kind) ?? start(kind);
      lists.set(kind, list);
      return list;
    },
  };
}

/** The texts of windows as the list of their page showed them. */
export function findTextsIn(lists: PageLists) {
  return async ({ id, kind }: OpenRecord): Promise<WindowTexts> => {
    const listed = await lists.fetch(kind);
    const shown = 'shown' in listed ? listed.shown.open.find((one) => one.id === id) : undefined;
    return shown === undefined ? {} : textsOf(shown);
  };
}

/** A list that a window is ended beside must not delay its end by more. */
const longestDelayMs = 500;

/** The windows as the list of their page shows them, if it comes soon. */
export function findShownIn(lists: PageLists, { statusPage }: EndContext) {
  return async ({ id, kind }: OpenRecord): Promise<Window | undefined> => {
    const listed = await Promise.race([lists.fetch(kind), statusPage.wait(longestDelayMs)]);
    if (listed === undefined || 'reason' in listed) return undefined;
    return [...listed.shown.open, ...listed.shown.over].filter(isWindow).find((one) => one.id === id);
  };
}

/** The lists of a page for those who expect that a list throws. */
export function fetchFrom(lists: PageLists): FetchList {
  return async (kind) => {
    const listed = await lists.fetch(kind);
    if ('reason' in listed) throw listed.reason;
    return listed.shown;
  };
}

/**
 * Ends what earlier runs of this deployment left on a page, if the ending is a reason to: product rule "a newer run supersedes older ones".
 * `own` are the entries of the deployment's own records on this page.
 */
export async function endOlder(
  context: EndContext,
  ours: OwnReference,
  ending: Ending,
  lists: PageLists,
  own: readonly Ended[],
): Promise<readonly Ended[]> {
  const reason = reasonToSupersede(ending, describeAfterwards(own));
  if (reason === undefined) return [];
  // Not the kind of the first entry: that may be about the incident of a failure.
  const kind = context.deployment.records[0]?.kind ?? 'maintenance';
  const listed = await lists.fetch(kind);
  if ('reason' in listed) return [unlisted(kind, lists.page, 'superseding', listed.reason)];
  // A window and an incident may have the same id.
  const ownIds = new Set(own.flatMap(({ record }) => (record.kind === kind ? (record.id ?? []) : [])));
  const others = listed.shown.open.filter(({ id }) => !ownIds.has(id));
  const listing = {
    ours,
    ownIds,
    windows: others.filter(isWindow),
    incidents: await fetchTimelines(context.statusPage, others, ours),
    now: context.statusPage.serverNow(),
    givenState: stateGivenBy(context),
  };
  const plan = planSuperseding(listing, reason);
  const { windows, incidents, touched, inProgress, words } = spareRuns(
    plan,
    await context.findRunning(runsToAsk(plan, ours)),
  );
  const text = words === 'resolve' ? context.words.resolve : context.words.cancel;
  const toRecord = ({ record }: Older) => olderRecord(lists.page, record);
  const end = (one: Older) => {
    const record = toRecord(one);
    // An incident was read with its timeline a moment ago.
    const read = one.record.kind === 'incident' && { justRead: new Map([[record.id, one.record]]) };
    return attempt(context, record, 'superseding', () => endNow({ ...context, ...read }, record, text));
  };
  return [
    ...(await Promise.all([...windows, ...incidents].map(end))),
    ...touched.map((one): Ended => ({ record: toRecord(one), phase: 'superseding', result: 'edited' })),
    ...inProgress.map((one): Ended => ({ record: toRecord(one), phase: 'superseding', result: 'running' })),
    ...(listed.shown.complete ? [] : [unlisted(kind, lists.page, 'superseding')]),
  ];
}

/** Resolves the incidents that earlier failures of this deployment opened on a page, unless a person has edited them. */
export async function recover(
  context: EndContext,
  ours: OwnReference,
  lists: PageLists,
  record: DeploymentRecord | undefined,
): Promise<readonly Ended[]> {
  const listed = await lists.fetch('incident');
  if ('reason' in listed) return [unlisted('incident', lists.page, 'recovering', listed.reason)];
  const incidents = await fetchTimelines(context.statusPage, listed.shown.open, failureOf(ours));
  const { resolve, touched } = planRecovery(incidents, ours, !context.deployment.own);
  const resolved = resolve.map((one) => {
    const incident = olderRecord(lists.page, one.record);
    const text = fillWords(context, context.words.resolve, record ?? incident);
    return attempt(context, incident, 'recovering', async () => {
      const justRead = new Map([[incident.id, one.record]]);
      const result = await resolveIncident(context.statusPage, incident.id, text, justRead);
      const now = { ...incident, state: incidentStates.resolved };
      return { result, record: now, ...(result === 'resolved' && { said: text }) };
    });
  });
  return [
    ...(await Promise.all(resolved)),
    ...touched.map(
      ({ record: one }): Ended => ({ record: olderRecord(lists.page, one), phase: 'recovering', result: 'edited' }),
    ),
    ...(listed.shown.complete ? [] : [unlisted('incident', lists.page, 'recovering')]),
  ];
}

/**
 * The entries of kept records, with whether the next run will find and end them, as far as the list of their page shows. A window that the list
 * does not show as open is read: it may have been ended or deleted meanwhile.
 */
export async function promiseNextRun(
  context: EndContext,
  entries: readonly Ended[],
  lists: PageLists,
): Promise<readonly Ended[]> {
  return Promise.all(
    entries.map(async (entry): Promise<Ended> => {
      if (entry.result !== 'kept') return entry;
      const listed = await lists.fetch(entry.record.kind);
      if ('reason' in listed) return entry;
      const { record } = entry;
      const shown = listed.shown.open.find(({ id }) => id === record.id);
      if (shown === undefined) return record.kind === 'maintenance' ? checkKept(context, record, entry) : entry;
      // A person may have moved its end.
      const kept = { ...entry, record: record.kind === 'maintenance' ? asFound(record, shown) : record };
      return isForNextRun(shown, entry, context.statusPage.serverNow())
        ? { ...kept, nextRun: nextRunOf(context) }
        : kept;
    }),
  );
}

async function checkKept({ statusPage }: EndContext, record: DeploymentRecord, entry: EndedDone): Promise<Ended> {
  if (record.stage !== 'open') return entry;
  try {
    const seen = await refreshWindow(statusPage, record);
    return isOver(seen, statusPage.serverNow()) ? { ...entry, ...concludeOver(record, seen.endAt) } : entry;
  } catch (error) {
    if (!(error instanceof StatusPageError)) throw error;
    return { record, phase: entry.phase, result: 'missing', error };
  }
}

/** Whether a later run would end what stays: it shows its reference, and is neither an announcement nor edited by a person. */
function isForNextRun(shown: AnyRecord, { isUntouched }: EndedDone, now: Date): boolean {
  const reference = openingReference(shown);
  if (reference === undefined || !isOwn(reference)) return false;
  return isWindow(shown) ? hasBegun(shown, reference, now) : isUntouched === true;
}

function describeAfterwards(own: readonly Ended[]): Afterwards {
  return {
    mainFinished: true,
    keptOwn: own.some(isKept),
    openedIncident: own.some(({ result }) => result === 'incident-opened'),
  };
}

/** Whether our own record is still on the page. If the incident of a failure could not be opened, its window was kept. */
function isKept({ phase, result, record }: Ended): boolean {
  const isLeft = phase === 'opening-incident' && result === 'failed' && record.stage === 'open';
  return (result === 'kept' || isLeft) && !record.takenOver;
}

function stateGivenBy({ deployment }: EndContext): string {
  return deployment.records.find(({ kind }) => kind === 'incident')?.state ?? incidentStates.investigating;
}

function olderRecord(page: Page, found: AnyRecord): OpenRecord {
  const opening = openingReference(found);
  const reference = opening && formatReference(opening);
  return asFound(unconfirmedRecord(found.kind, page, reference), found);
}

/** The entry for a page that could not be listed; without a reason, whose list does not show everything. */
function unlisted(kind: Kind, page: Page, phase: 'superseding' | 'recovering', reason?: unknown): Ended {
  return { record: unconfirmedRecord(kind, page), phase, result: 'unlisted', ...(reason !== undefined && { reason }) };
}

function isWindow(record: AnyRecord): record is Window {
  return record.kind === 'maintenance';
}
