import type { DeploymentRecord, OpenRecord } from '../../deployment/deployment.ts';
import { addEntryOnce } from '../../deployment/incident.ts';
import { deleteRecord, readIncident, readWindow } from '../../deployment/record-by-id.ts';
import { ChangeIgnoredError, changeWindowInFull, isOtherTime, textsOf } from '../../deployment/window-change.ts';
import { replaceText } from '../../domain/deployment-reference.ts';
import { type Background, type Exit, ExplainedError, type Explanation, UserError } from '../../domain/errors.ts';
import type { MessageTitle } from '../../domain/message-title.ts';
import { type Incident, isOpenWindow, type Window } from '../../domain/record.ts';
import { ceilSecond, later } from '../../domain/time.ts';
import type { StatusPage } from '../../statuspage/client.ts';
import { StatusPageError } from '../../statuspage/errors.ts';
import type { WindowChange } from '../../statuspage/requests.ts';
import type { FailedTarget, FoundTarget, Target } from '../keyed.ts';

/** What became of a record that was to be changed. `not-meant`: nothing of the change is for its kind. */
export type Changed = ChangeDone | (FailedTarget & { readonly result: 'failed' });

interface ChangeDone {
  readonly record: DeploymentRecord;
  readonly result: 'updated' | 'deleted' | 'missing' | 'not-meant';
}

/** What a change came to, and the record as it is now if that differs. */
type Work = Pick<ChangeDone, 'result'> & { readonly record?: DeploymentRecord };

/** Changes each target by itself: the failure of one does not keep it from the others. */
function changeEach(
  targets: readonly Target[],
  change: (found: FoundTarget) => Promise<Work>,
): Promise<readonly Changed[]> {
  return Promise.all(
    targets.map(async (target): Promise<Changed> => {
      if ('error' in target) return { ...target, result: 'failed' };
      try {
        return { record: target.record, ...(await change(target)) };
      } catch (error) {
        return { record: target.record, result: 'failed', error };
      }
    }),
  );
}

/** Whether a call failed because its record is not there. */
function isMissing(error: unknown): boolean {
  return error instanceof StatusPageError && error.code === 'not-found';
}

/** What the user wrote; nothing else is sent. */
export interface Change {
  readonly title: string | undefined;
  readonly message: string | undefined;
  /** Incidents: the digits of a state id. */
  readonly state: string | undefined;
  /** Windows: how long from now they are to last. */
  readonly durationMs: number | undefined;
}

/** Sends a change to each target, as far as it is meant for its kind. An error about one is in its entry. */
export function update(
  statusPage: StatusPage,
  targets: readonly Target[],
  change: Change,
): Promise<readonly Changed[]> {
  return changeEach(targets, async ({ record, seen }) => {
    if (seen?.kind === 'incident' || record.kind === 'incident') {
      return updateIncident(statusPage, record, seen?.kind === 'incident' ? seen : undefined, change);
    }
    return updateWindow(statusPage, record, seen, change);
  });
}

async function updateIncident(
  statusPage: StatusPage,
  record: OpenRecord,
  seen: Incident | undefined,
  { title, message, state }: Change,
): Promise<Work> {
  if (title === undefined && message === undefined && state === undefined) return { result: 'not-meant' };
  const shown = title === undefined ? undefined : await changeTitle(statusPage, record.id, title);
  const entry = { ...(message !== undefined && { message }), ...(state !== undefined && { state }) };
  // Only the old title proves that nothing changed: a server may cut or rewrite the new one.
  const titleStays = shown !== undefined && shown.title === seen?.title && shown.title !== title;
  try {
    if (Object.keys(entry).length > 0) await addEntryOnce(statusPage, record.id, entry, seen);
  } catch (error) {
    if (title === undefined || titleStays || !(error instanceof ExplainedError)) throw error;
    throw new OnlyTitleChangedError(error);
  }
  if (titleStays) throw new ChangeIgnoredError(['title']);
  return { result: 'updated', record: { ...record, title: title ?? record.title, state: state ?? record.state } };
}

/** The title of an incident is new, but its timeline has no entry. */
class OnlyTitleChangedError extends ExplainedError {
  override readonly name = 'OnlyTitleChangedError';
  override readonly cause: ExplainedError;
  readonly fixable: boolean;
  readonly exit: Exit;
  readonly title: MessageTitle;

  constructor(cause: ExplainedError) {
    super();
    this.cause = cause;
    this.fixable = cause.fixable;
    this.exit = cause.exit;
    this.title = cause.title;
  }

  explain(background: Background): Explanation {
    const { happened, todo } = this.cause.explain(background);
    return { happened: `${happened}. Its title was changed before that, and stays`, todo };
  }
}

/** Changes the title of an incident. Returns what the page shows of the incident afterwards, if anything does. */
async function changeTitle(statusPage: StatusPage, id: string, title: string): Promise<Incident | undefined> {
  const answered = await statusPage.changeIncident(id, { title });
  if (answered?.title !== undefined || statusPage.isDryRun) return answered;
  return readIncident(statusPage, id);
}

async function updateWindow(
  statusPage: StatusPage,
  record: OpenRecord,
  seen: Window | undefined,
  { title, message, durationMs }: Change,
): Promise<Work> {
  if (title === undefined && message === undefined && durationMs === undefined) return { result: 'not-meant' };
  // A key that may not read fails here, by the answer to this very read. Beside a title alone, the rest is only read to be kept.
  const mustSee = message !== undefined || durationMs !== undefined;
  const window = seen ?? (await (mustSee ? statusPage.fetchWindow(record.id) : readWindow(statusPage, record.id)));
  const endAt = durationMs === undefined ? undefined : ceilSecond(later(statusPage.serverNow(), durationMs));
  if (endAt !== undefined && window !== undefined && !isOpenWindow(window, statusPage.serverNow())) {
    throw new UserError(
      'change ignored',
      `Could not move the end of window ${record.id}: it is over. Open a new one.`,
      'failed',
    );
  }
  const change = {
    ...(title !== undefined && { title }),
    ...(message !== undefined && { message: keepReference(message, window) }),
    ...(endAt !== undefined && { endAt }),
  };
  const target = { id: record.id, texts: window ? textsOf(window) : {} };
  const { shown } = await changeWindowInFull(statusPage, target, change, window);
  const isHidden = message !== undefined && shown?.showsMessage !== true && !statusPage.isDryRun;
  const ignored = ignoredBy(isHidden ? await readWindow(statusPage, record.id) : shown, change, window);
  if (ignored.length > 0) throw new ChangeIgnoredError(ignored);
  return { result: 'updated', record: { ...record, title: title ?? record.title, endAt: endAt ?? record.endAt } };
}

/** What the server shows as it was before, although the change was accepted. A server may rewrite a text, so only the old text proves it. */
function ignoredBy(shown: Window | undefined, change: WindowChange, before: Window | undefined): readonly string[] {
  const isKept = (now: string | undefined, sent: string | undefined, old: string | undefined) =>
    sent !== undefined && now !== undefined && now === old && now !== sent;
  return [
    ...(isKept(shown?.title, change.title, before?.title) ? ['title'] : []),
    ...(isKept(shown?.message, change.message, before?.message) ? ['message'] : []),
    ...(isOtherTime(shown?.endAt, change.endAt) ? ['end'] : []),
  ];
}

/** The new message with the reference of the old one, by which the window is found again. */
function keepReference(message: string, window: Window | undefined): string {
  if (window?.showsMessage !== true) {
    throw new UserError(
      'reference lost',
      'Could not change the message of the window: the API does not show the old one, so its reference would be lost. Change only the title or the end.',
      'failed',
    );
  }
  return replaceText(window.message ?? '', message);
}

/**
 * Removes each target from its page and from the page's history. One that a list showed a moment ago and that is not there any more is `missing`;
 * an id that the user gave must exist.
 */
export function deleteEach(statusPage: StatusPage, targets: readonly Target[]): Promise<readonly Changed[]> {
  return changeEach(targets, async ({ record, seen }) => {
    const removed: DeploymentRecord = { ...record, stage: 'gone' };
    try {
      await deleteRecord(statusPage, record.kind, record.id);
      return { result: 'deleted', record: removed };
    } catch (error) {
      if (seen !== undefined && isMissing(error)) return { result: 'missing', record: removed };
      throw error;
    }
  });
}
