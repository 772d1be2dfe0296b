import { incidentStates } from '../domain/incident-state.ts';
import type { Ending } from '../domain/outcome.ts';
import { later } from '../domain/time.ts';
import { fillPlaceholders } from '../domain/wording.ts';
import { recordIdOf, StatusPageError } from '../statuspage/errors.ts';
import type { StatusPage } from '../statuspage/status-page.ts';
import type { Deployment, DeploymentRecord } from './deployment.ts';
import { endWindow } from './end-window.ts';
import type { Located } from './locate.ts';
import { deleteRecord } from './open-record.ts';
import { type Raised, raiseIncident } from './raise-incident.ts';
import { addEntry, resolveIncident } from './resolve-incident.ts';

/** The words that an ending may leave on the page, with their placeholders. */
export interface Words {
  readonly resolve: string;
  readonly cancel: string;
  readonly failureTitle: string;
  readonly failure: string;
  readonly notifyOnFailure: boolean;
}

/** What an ending works with. */
export interface Desk {
  readonly statusPage: StatusPage;
  readonly words: Words;
  readonly deployment: Deployment;
}

/** What was done about a record; `gone`: somebody had deleted it; `absent`: main never made it. */
export type Did = 'ended' | 'deleted' | 'resolved' | 'kept' | 'already-over' | 'already-resolved' | 'gone' | 'absent';

/** How the ending of one record went. */
export interface Ended {
  readonly record: DeploymentRecord;
  /** Undefined where it failed, or where there was nothing to end. */
  readonly did?: Did;
  /** The incident that was opened before the end, even where the end failed then. */
  readonly raised?: Raised;
  /** What visitors read from now on, where a text was sent. */
  readonly said?: string;
  readonly error?: unknown;
}

/** Ends one record as an ending says. The incident of a failure comes first: where it cannot be opened, the window stays. */
export async function endRecord(desk: Desk, record: Located, ending: Ending): Promise<Ended> {
  const { words } = desk;
  if (ending.action === 'resolve') {
    return attempt(record, () => takeDown(desk, record, ending.why === 'success' ? words.resolve : words.cancel));
  }
  if (ending.action === 'keep' || record.kind === 'incident') {
    return attempt(record, () => keep(desk, record, ending.why === 'failure' ? words.failure : words.cancel));
  }
  const raised = await raise(desk, record);
  if (raised.error !== undefined) return raised;
  return { ...raised, ...(await attempt(record, () => takeDown(desk, record, words.cancel))) };
}

/** Takes one record back: what this attempt made is deleted, unless subscribers were told of it; that, and what is older, is ended. */
export function takeRecordBack(desk: Desk, record: Located): Promise<Ended> {
  return attempt(record, async () => {
    if (!record.created || record.mailed) return takeDown(desk, record, desk.words.cancel);
    await deleteRecord(desk.statusPage, record.kind, record.id);
    return { did: 'deleted' };
  });
}

/** Opens the incident of a failure on the page of a record. */
export async function raise(desk: Desk, record: DeploymentRecord): Promise<Ended> {
  const { statusPage, words, deployment } = desk;
  const title = fill(desk, words.failureTitle, record);
  const message = fill(desk, words.failure, record);
  const notifySubscribers = words.notifyOnFailure;
  const incident = { ...deployment.failure, pageId: record.page.id, title, message, notifySubscribers };
  try {
    const raised = await raiseIncident(statusPage, incident);
    return { record, raised, ...(raised.way !== 'in-hands' && { said: message }) };
  } catch (error) {
    // A 404 here is about the incident, and tells nothing of the record.
    return { record, error };
  }
}

type Result = Omit<Ended, 'record'> & { readonly record?: DeploymentRecord };

async function attempt(record: DeploymentRecord, work: () => Promise<Result>): Promise<Ended> {
  try {
    return { record, ...(await work()) };
  } catch (error) {
    const deleted =
      error instanceof StatusPageError && error.trouble === 'not-found' && recordIdOf(error.call) !== undefined;
    return { record, error, ...(deleted && { did: 'gone' }) };
  }
}

async function takeDown(desk: Desk, record: Located, text: string): Promise<Result> {
  if (record.kind === 'incident') {
    const message = fill(desk, text, record);
    const did = await resolveIncident(desk.statusPage, record.id, message);
    const resolved = { ...record, state: incidentStates.resolved };
    return { did, record: resolved, ...(did === 'resolved' && { said: message }) };
  }
  const end = await endWindow(desk.statusPage, record);
  return { did: end.did, ...(end.did === 'ended' && { record: { ...record, endAt: end.at } }) };
}

async function keep(desk: Desk, record: Located, text: string): Promise<Result> {
  if (record.kind === 'incident') {
    const message = fill(desk, text, record);
    const did = await addEntry(desk.statusPage, record.id, message);
    return { did, ...(did === 'kept' && { said: message }) };
  }
  const over = record.endAt !== undefined && record.endAt <= desk.statusPage.serverNow();
  return { did: over ? 'already-over' : 'kept' };
}

/** The times of a record are the server's, and so is the present that visitors read of. */
function fill({ statusPage, deployment }: Desk, text: string, { startAt, endAt }: DeploymentRecord): string {
  const { tag } = deployment;
  const startedAt = startAt ?? later(deployment.startedAt, statusPage.clockOffsetMs() ?? 0);
  return fillPlaceholders(text, { startedAt, now: statusPage.serverNow(), endAt, tag });
}
