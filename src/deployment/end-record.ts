import { isOwn, type OwnReference, parseReference, withReference } from '../domain/deployment-reference.ts';
import { type Ending, endsNow } from '../domain/outcome.ts';
import { incidentStates, type Window } from '../domain/record.ts';
import { fillPlaceholders } from '../domain/text.ts';
import { later, msBetween, secondMs } from '../domain/time.ts';
import type { StatusPage } from '../statuspage/client.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { Deployment, DeploymentRecord, OpenRecord } from './deployment.ts';
import { endWindow, isOver } from './end-window.ts';
import { addEntry, type JustRead, resolveIncident } from './incident.ts';
import { isUntouched } from './match.ts';
import { deleteRecord, whileNew } from './record-by-id.ts';
import type { WindowTexts } from './window-change.ts';

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
  /** Which of these runs, by their ids, are still in progress. A run of which nothing is known counts as over. */
  readonly findRunning: (runIds: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Whether the next success of this step resolves the incident of a failure. */
  readonly nextRunRecovers?: boolean;
  /** Whether no reference leads the next run to this deployment, because it has no key and there is no CI to give it one. */
  readonly needsKey?: boolean;
  /** Whether a file leads the next start to the records of this deployment. It knows nothing of the incident of a failure. */
  readonly isRemembered?: boolean;
  /** The texts that a list showed of a record; nothing if there is no list, or if it does not show them whole. */
  readonly findTexts?: (record: OpenRecord) => Promise<WindowTexts>;
  /** The window as a list showed it, if that came in time. */
  readonly findShown?: (record: OpenRecord) => Promise<Window | undefined>;
  /** What need not be read once more before it is ended. */
  readonly justRead?: JustRead;
}

/**
 * The part of an ending: a record is ended, kept or undone; the incident of a failure is opened, or that of an earlier failure resolved; what
 * an earlier run left is ended.
 */
export type Phase = 'ending' | 'keeping' | 'undoing' | 'opening-incident' | 'recovering' | 'superseding';

/**
 * What came of it. `absent`: what main may have made was not found. `left`: it was there before this attempt. `left-to-others`: other jobs with
 * its key may use it. `edited`: a person has edited it. `running`: the run that opened it is still in progress. `unlisted`: the page could not be
 * searched, so nothing was done.
 */
export type Result =
  | 'ended'
  | 'deleted'
  | 'resolved'
  | 'kept'
  | 'left'
  | 'left-to-others'
  | 'incident-opened'
  | 'already-over'
  | 'already-resolved'
  | 'absent'
  | 'edited'
  | 'running'
  | 'unlisted'
  /** A second record may be there, and could not be searched for. */
  | 'unsearched';

interface EndedEntry {
  readonly phase: Phase;
  readonly record: DeploymentRecord;
}

/** Something that an ending did. */
export interface EndedDone extends EndedEntry {
  readonly result: Result;
  /** What visitors read from now on, if a text was sent. */
  readonly said?: string;
  /** Why the page could not be listed. Absent with `unlisted` if it was listed, but not everything was shown. */
  readonly reason?: unknown;
  /** Whether the server has emptied the message of a window, and it could not be restored. */
  readonly lostMessage?: boolean;
  /** Whether a person or another run ended the window before its announced end. */
  readonly isEarly?: boolean;
  /** Whether no person has edited an incident that stays, as far as it could be read. */
  readonly isUntouched?: boolean;
  /**
   * Whether the next successful run will find and end what stays, by its key or by what is remembered, or would if the user gave a
   * deployment key. `reuses-it`: it is shared, so whoever opens the next notice with its key continues it.
   */
  readonly nextRun?: 'ends-it' | 'needs-key' | 'by-key' | 'by-file' | 'reuses-it';
}

/** Something that an ending could not do. */
export interface EndedFailed extends EndedEntry {
  readonly result: 'failed';
  readonly error: unknown;
}

/** A record that is not there any more. That is no failure, unless the user named it. */
export interface EndedMissing extends EndedEntry {
  readonly result: 'missing';
  readonly error: unknown;
}

/** How one thing went that an ending had to do. */
export type Ended = EndedDone | EndedFailed | EndedMissing;

/** Whether an entry is about something beside the deployment's own records: the incident of a failure, or what an earlier run left. */
export function isBesides({ phase }: Ended): boolean {
  return phase === 'opening-incident' || phase === 'recovering' || phase === 'superseding';
}

/** Whether a person or another run ended a window before its announced end. */
export function hasEndedEarly(ended: Ended): boolean {
  return ended.result === 'already-over' && ended.isEarly === true;
}

/** Ends one record as an ending says. The incident of a failure is opened by `openIncident`. */
export function endRecord(context: EndContext, record: OpenRecord, ending: Ending): Promise<Ended> {
  const { words } = context;
  const { why } = ending;
  // It was announced by another run. Only a success fulfils the announcement.
  if (record.takenOver && why !== 'success') return Promise.resolve({ record, phase: 'keeping', result: 'left' });
  if (endsNow(ending, record.kind)) {
    const text = why === 'success' ? words.resolve : words.cancel;
    return attempt(context, record, 'ending', () => endNow(context, record, text));
  }
  return attempt(context, record, 'keeping', () =>
    keep(context, record, why === 'failure' ? words.failure : words.cancel),
  );
}

/** Undoes one record: deletes it. If it may be older than this attempt, or subscribers were mailed, it is ended instead. */
export function undoRecord(context: EndContext, record: OpenRecord): Promise<Ended> {
  return attempt(context, record, 'undoing', async () => {
    if (!record.created || record.mailed) return endNow(context, record, context.words.cancel);
    await deleteRecord(context.statusPage, record.kind, record.id);
    return { result: 'deleted' };
  });
}

/** What the next run does about a record of this deployment that it can find by its reference. */
export function nextRunOf({ deployment, needsKey, isRemembered }: EndContext): NonNullable<EndedDone['nextRun']> {
  if (!needsKey) return deployment.hasKey ? 'by-key' : 'ends-it';
  return isRemembered ? 'by-file' : 'needs-key';
}

/** An entry for something that failed. */
export function failedEntry(record: DeploymentRecord, phase: Phase, error: unknown): Ended {
  return { record, phase, result: 'failed', error };
}

type Work = Pick<EndedDone, 'result' | 'said' | 'lostMessage' | 'isEarly' | 'isUntouched'> & {
  readonly record?: OpenRecord;
};

/** The entry for one thing that is tried: what came of it, or what went wrong. A record that is not there any more is `missing`. */
export async function attempt(
  context: EndContext,
  record: OpenRecord,
  phase: Phase,
  work: () => Promise<Work>,
): Promise<Ended> {
  const createdAt = record.created ? context.deployment.startedAt : undefined;
  try {
    return { record, phase, ...(await whileNew({ statusPage: context.statusPage, createdAt }, work)) };
  } catch (error) {
    const isMissing = error instanceof StatusPageError && error.code === 'not-found';
    return { record, phase, result: isMissing ? 'missing' : 'failed', error };
  }
}

/** Ends a record now: a window by its end, an incident by an entry. Throws what the client throws. */
export async function endNow(context: EndContext, record: OpenRecord, text: string): Promise<Work> {
  if (record.kind === 'incident') {
    const message = fillWords(context, text, record);
    const result = await resolveIncident(context.statusPage, record.id, message, context.justRead);
    const resolved = { ...record, state: incidentStates.resolved };
    return { result, record: resolved, ...(result === 'resolved' && { said: message }) };
  }
  const isOurs = record.reference !== undefined && !record.referenceLost;
  const mayBeStale = context.deployment.stage === 'opening';
  const window = {
    ...record,
    isOurs,
    mayBeStale,
    findTexts: () => findTexts(context, record),
    findShown: async () => context.findShown?.(record),
  };
  const end = await endWindow(context.statusPage, window);
  if (end.result === 'deleted') return { result: end.result };
  if (end.result === 'already-over') return concludeOver(record, end.at);
  const ended = { ...record, endAt: end.at, putOffTo: undefined };
  return { result: end.result, record: ended, lostMessage: end.lostMessage };
}

/** What is known of a window that is over. Servers may cut fractions of a second. */
export function concludeOver(record: OpenRecord, endAt: Date | undefined): Work {
  const isEarlier = endAt !== undefined && record.endAt !== undefined && msBetween(endAt, record.endAt) > secondMs;
  const isEarly = isEarlier || record.endedEarly;
  return { result: 'already-over', record: { ...record, endAt, putOffTo: undefined }, ...(isEarly && { isEarly }) };
}

async function findTexts(context: EndContext, record: OpenRecord): Promise<WindowTexts> {
  return (await context.findTexts?.(record)) ?? {};
}

async function keep(context: EndContext, record: OpenRecord, text: string): Promise<Work> {
  if (record.kind === 'incident') {
    const identity = identityOf(context.deployment);
    // The entry leaves the incident open, so it says which run it is from.
    const message = withReference(fillWords(context, text, record), identity);
    const { result, before } = await addEntry(context.statusPage, record.id, message, context.justRead);
    if (result !== 'kept') return { result };
    const given = record.state ?? incidentStates.investigating;
    const untouched = before !== undefined && identity !== undefined && isUntouched(before, identity.key, given);
    return { result, said: message, isUntouched: untouched };
  }
  return isOver(record, context.statusPage.serverNow()) ? concludeOver(record, record.endAt) : { result: 'kept' };
}

/** A text for visitors with its placeholders filled in. The times of a record are the server's, and so is the present. */
export function fillWords(
  { statusPage, deployment }: EndContext,
  text: string,
  { startAt, endAt }: DeploymentRecord,
): string {
  const { tag } = deployment;
  const startedAt = startAt ?? later(deployment.startedAt, statusPage.clockOffsetMs() ?? 0);
  return fillPlaceholders(text, { startedAt, now: statusPage.serverNow(), endAt, tag });
}

/** The reference of the step that opened a deployment; undefined with `marker: false`. */
export function identityOf({ identity }: Deployment): OwnReference | undefined {
  const reference = parseReference(identity ?? '');
  return reference !== undefined && isOwn(reference) ? reference : undefined;
}
