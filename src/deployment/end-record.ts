import { incidentStates } from '../domain/incident-state.ts';
import type { Ending } from '../domain/outcome.ts';
import { later } from '../domain/time.ts';
import { fillPlaceholders } from '../domain/wording.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { DeploymentRecord } from './deployment.ts';
import type { Desk } from './desk.ts';
import { endWindow } from './end-window.ts';
import type { Located } from './locate.ts';
import { deleteRecord } from './open-record.ts';
import { raiseIncident } from './raise-incident.ts';
import { addEntry, resolveIncident } from './resolve-incident.ts';

/** What was being done: the record taken down, or kept, or taken back; or the incident of a failure opened on its page, or that of an earlier one resolved. */
export type Doing = 'ending' | 'keeping' | 'taking-back' | 'raising' | 'recovering';

/**
 * What came of it; `gone`: it was not there any more; `absent`: what main may have made was not found; `left`: it was there before this attempt; `untouched`: it
 * is in people's hands; `unseen`: nothing was found, and the list does not show everything.
 */
export type Did =
  | 'ended'
  | 'deleted'
  | 'resolved'
  | 'kept'
  | 'left'
  | 'raised'
  | 'already-over'
  | 'already-resolved'
  | 'gone'
  | 'absent'
  | 'untouched'
  | 'unseen';

/** How one thing went that an ending has to do. */
export interface Ended {
  readonly doing: Doing;
  readonly record: DeploymentRecord;
  /** Undefined where it failed. */
  readonly did?: Did;
  /** What visitors read from now on, where a text was sent. */
  readonly said?: string;
  readonly error?: unknown;
}

/** Ends one record as an ending says; the incident of a failure is somebody else's business. */
export function endRecord(desk: Desk, record: Located, { action, why }: Ending): Promise<Ended> {
  const { words } = desk;
  if (action === 'resolve' || (action === 'incident' && record.kind === 'maintenance')) {
    const text = why === 'success' ? words.resolve : words.cancel;
    return attempt(record, 'ending', () => takeDown(desk, record, text));
  }
  return attempt(record, 'keeping', () => keep(desk, record, why === 'failure' ? words.failure : words.cancel));
}

/** Takes one record back: it is deleted, unless it may be older than this attempt, or subscribers were told of it; that is ended. */
export function takeRecordBack(desk: Desk, record: Located): Promise<Ended> {
  return attempt(record, 'taking-back', async () => {
    if (!record.created || record.mailed) return takeDown(desk, record, desk.words.cancel);
    await deleteRecord(desk.statusPage, record.kind, record.id);
    return { did: 'deleted' };
  });
}

/** Opens the incident of a failure on the page of a record; the entry is about the incident, or about the record where that failed. */
export async function raise(desk: Desk, record: DeploymentRecord): Promise<Ended> {
  const { statusPage, words, deployment } = desk;
  const { page } = record;
  const title = fill(desk, words.failureTitle, record);
  const message = fill(desk, words.failure, record);
  const notifySubscribers = words.notifyOnFailure;
  try {
    const failure = { ...deployment.failure, pageId: page.id, title, message, notifySubscribers };
    const { said, ...raised } = await raiseIncident(statusPage, failure);
    const mailed = notifySubscribers && raised.created;
    const incident: DeploymentRecord = { kind: 'incident', page, stage: 'open', title, mailed, ...raised };
    return { record: incident, doing: 'raising', did: 'raised', ...(said !== undefined && { said }) };
  } catch (error) {
    return failed(record, 'raising', error);
  }
}

/** An entry for something that failed. */
export function failed(record: DeploymentRecord, doing: Doing, error: unknown): Ended {
  return { record, doing, error };
}

type Result = Pick<Ended, 'did' | 'said'> & { readonly record?: DeploymentRecord };

/** The entry for one thing that is tried: what came of it, or what went wrong. What is not there any more is `gone`. */
export async function attempt(record: DeploymentRecord, doing: Doing, work: () => Promise<Result>): Promise<Ended> {
  try {
    return { record, doing, ...(await work()) };
  } catch (error) {
    const gone = error instanceof StatusPageError && error.trouble === 'not-found';
    return { ...failed(record, doing, error), ...(gone && { did: 'gone' }) };
  }
}

async function takeDown(desk: Desk, record: Located, text: string): Promise<Result> {
  if (record.kind === 'incident') {
    const message = fill(desk, text, record);
    const did = await resolveIncident(desk.statusPage, record.id, message, desk.justRead);
    const resolved = { ...record, state: incidentStates.resolved };
    return { did, record: resolved, ...(did === 'resolved' && { said: message }) };
  }
  const end = await endWindow(desk.statusPage, record);
  return { did: end.did, ...(end.did === 'ended' && { record: { ...record, endAt: end.at } }) };
}

async function keep(desk: Desk, record: Located, text: string): Promise<Result> {
  if (record.kind === 'incident') {
    const message = fill(desk, text, record);
    const did = await addEntry(desk.statusPage, record.id, message, desk.justRead);
    return { did, ...(did === 'kept' && { said: message }) };
  }
  const over = record.endAt !== undefined && record.endAt <= desk.statusPage.serverNow();
  return { did: over ? 'already-over' : 'kept' };
}

/** A text for visitors with its placeholders filled in. The times of a record are the server's, and so is the present. */
export function fill({ statusPage, deployment }: Desk, text: string, { startAt, endAt }: DeploymentRecord): string {
  const { tag } = deployment;
  const startedAt = startAt ?? later(deployment.startedAt, statusPage.clockOffsetMs() ?? 0);
  return fillPlaceholders(text, { startedAt, now: statusPage.serverNow(), endAt, tag });
}
