import type { Ending } from '../domain/outcome.ts';
import { incidentStates } from '../domain/record.ts';
import { fillPlaceholders } from '../domain/text.ts';
import { later } from '../domain/time.ts';
import type { StatusPage } from '../statuspage/client.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { Deployment, DeploymentRecord } from './deployment.ts';
import { endWindow } from './end-window.ts';
import type { Located } from './find.ts';
import { addEntry, type JustRead, openFailureIncident, resolveIncident } from './incident.ts';
import { deleteRecord } from './open-record.ts';

/** The words that an ending may leave on the page, with their placeholders. */
export interface Words {
  readonly resolve: string;
  readonly cancel: string;
  readonly failureTitle: string;
  readonly failure: string;
  readonly notifyOnFailure: boolean;
}

/** What an ending works with. */
export interface EndContext {
  readonly statusPage: StatusPage;
  readonly words: Words;
  readonly deployment: Deployment;
  /** What need not be read once more before it is ended. */
  readonly justRead?: JustRead;
}

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
export function endRecord(context: EndContext, record: Located, { action, why }: Ending): Promise<Ended> {
  const { words } = context;
  if (action === 'resolve' || (action === 'incident' && record.kind === 'maintenance')) {
    const text = why === 'success' ? words.resolve : words.cancel;
    return attempt(record, 'ending', () => takeDown(context, record, text));
  }
  return attempt(record, 'keeping', () => keep(context, record, why === 'failure' ? words.failure : words.cancel));
}

/** Takes one record back: it is deleted, unless it may be older than this attempt, or subscribers were told of it; that is ended. */
export function undoRecord(context: EndContext, record: Located): Promise<Ended> {
  return attempt(record, 'taking-back', async () => {
    if (!record.created || record.mailed) return takeDown(context, record, context.words.cancel);
    await deleteRecord(context.statusPage, record.kind, record.id);
    return { did: 'deleted' };
  });
}

/** Opens the incident of a failure on the page of a record; the entry is about the incident, or about the record where that failed. */
export async function openIncident(context: EndContext, record: DeploymentRecord): Promise<Ended> {
  const { statusPage, words, deployment } = context;
  const { page } = record;
  const title = fill(context, words.failureTitle, record);
  const message = fill(context, words.failure, record);
  const notifySubscribers = words.notifyOnFailure;
  try {
    const failure = { ...deployment.failure, pageId: page.id, title, message, notifySubscribers };
    const { said, ...raised } = await openFailureIncident(statusPage, failure);
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
    const gone = error instanceof StatusPageError && error.code === 'not-found';
    return { ...failed(record, doing, error), ...(gone && { did: 'gone' }) };
  }
}

async function takeDown(context: EndContext, record: Located, text: string): Promise<Result> {
  if (record.kind === 'incident') {
    const message = fill(context, text, record);
    const did = await resolveIncident(context.statusPage, record.id, message, context.justRead);
    const resolved = { ...record, state: incidentStates.resolved };
    return { did, record: resolved, ...(did === 'resolved' && { said: message }) };
  }
  const end = await endWindow(context.statusPage, record);
  return { did: end.did, ...(end.did === 'ended' && { record: { ...record, endAt: end.at } }) };
}

async function keep(context: EndContext, record: Located, text: string): Promise<Result> {
  if (record.kind === 'incident') {
    const message = fill(context, text, record);
    const did = await addEntry(context.statusPage, record.id, message, context.justRead);
    return { did, ...(did === 'kept' && { said: message }) };
  }
  const over = record.endAt !== undefined && record.endAt <= context.statusPage.serverNow();
  return { did: over ? 'already-over' : 'kept' };
}

/** A text for visitors with its placeholders filled in. The times of a record are the server's, and so is the present. */
export function fill(
  { statusPage, deployment }: EndContext,
  text: string,
  { startAt, endAt }: DeploymentRecord,
): string {
  const { tag } = deployment;
  const startedAt = startAt ?? later(deployment.startedAt, statusPage.clockOffsetMs() ?? 0);
  return fillPlaceholders(text, { startedAt, now: statusPage.serverNow(), endAt, tag });
}
