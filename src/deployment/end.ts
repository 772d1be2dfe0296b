import { isOwn, parseReference } from '../domain/deployment-reference.ts';
import { UserError } from '../domain/errors.ts';
import { type Ending, mayMeetOlder } from '../domain/outcome.ts';
import type { Page } from '../domain/page.ts';
import { requestsAtOnce } from '../statuspage/caller.ts';
import { findPages } from '../statuspage/find-pages.ts';
import { type Deployment, type DeploymentRecord, type OpenRecord, unconfirmedRecord } from './deployment.ts';
import {
  type EndContext,
  type Ended,
  endRecord,
  failedEntry,
  fillWords,
  identityOf,
  nextRunOf,
  type Phase,
  undoRecord,
} from './end-record.ts';
import { locate } from './find.ts';
import { openFailureIncident } from './incident.ts';
import {
  createPageLists,
  endOlder,
  fetchFrom,
  findShownIn,
  findTextsIn,
  type PageLists,
  promiseNextRun,
  recover,
} from './older.ts';

/**
 * Ends the records of a deployment as its ending says, page by page and side by side. An error about a record is in its entry. The incident of a
 * failure comes first; if it cannot be opened, the windows of the page stay. What earlier runs left comes last.
 */
export async function end(context: EndContext, ending: Ending): Promise<readonly Ended[]> {
  const { deployment, statusPage } = context;
  if (deployment.pageNames !== undefined) {
    let pages: readonly Page[];
    try {
      pages = await findPages(statusPage, deployment.pageNames);
    } catch (error) {
      return deployment.records.flatMap((record) => describeUnlocated(record, ending, error));
    }
    const records = pages.flatMap((page) => deployment.records.map((record) => ({ ...record, page: { ...page } })));
    return end({ ...context, deployment: { ...deployment, pageNames: undefined, records } }, ending);
  }
  const records = deployment.records.filter(({ stage }) => stage !== 'gone' && stage !== 'not-sent');
  const byPage = Map.groupBy(records, ({ page }) => page?.id);
  // A page has one request under way for its own record and one for its list. On more pages the lists would take the turns of the records.
  const listsBeside = 2 * byPage.size <= requestsAtOnce;
  const pages = [...byPage.values()].map((ofPage) => endPage(context, ending, ofPage, listsBeside));
  return (await Promise.all(pages)).flat();
}

/** What is not done about a record because its page cannot be looked up at the end either. */
function describeUnlocated(record: DeploymentRecord, ending: Ending, error: unknown): readonly Ended[] {
  if (ending.action === 'incident' && record.kind === 'maintenance')
    return [failedEntry(record, 'opening-incident', error)];
  // An earlier attempt may have left it.
  if (record.stage === 'opening') return [failedEntry(record, 'ending', error)];
  const unlisted = (phase: Phase): Ended => ({ record, phase, result: 'unlisted', reason: error });
  return [
    ...(mayMeetOlder(ending) ? [unlisted('superseding')] : []),
    ...(ending.recovers ? [unlisted('recovering')] : []),
  ];
}

async function endPage(
  given: EndContext,
  ending: Ending,
  records: readonly DeploymentRecord[],
  listsBeside: boolean,
): Promise<readonly Ended[]> {
  const page = records[0]?.page;
  const identity = identityOf(given.deployment);
  if (page === undefined || identity === undefined) return endOwn(given, ending, records);
  const lists = createPageLists(given, page, ending);
  const kind = records[0]?.kind ?? 'maintenance';
  // A window is kept without a request, so there is nothing to fetch the list beside.
  const sendsForOwn = kind === 'incident' || ending.action !== 'keep';
  const isListed = given.deployment.own && listsBeside && sendsForOwn && mayMeetOlder(ending);
  if (isListed) void lists.fetch(kind);
  const context: EndContext = {
    findTexts: findTextsIn(lists),
    ...(isListed && { findShown: findShownIn(lists, given) }),
    ...given,
  };
  const own = await endOwn(context, ending, records, lists);
  // Only what a step opened for itself is ended by its next run; a shared record waits for `resolve`.
  const promised = context.deployment.own ? await promiseNextRun(context, own, lists) : own;
  const older = context.deployment.own ? await endOlder(context, identity, ending, lists, promised) : [];
  const last = own.at(-1)?.record ?? records.at(-1);
  const recovered = ending.recovers ? await recover(context, identity, lists, last) : [];
  return [...promised, ...older, ...recovered];
}

/** Ends the deployment's own records on one page. */
async function endOwn(
  context: EndContext,
  ending: Ending,
  records: readonly DeploymentRecord[],
  lists?: PageLists,
): Promise<readonly Ended[]> {
  let incident: Promise<Ended> | undefined;
  const openOnce = (record: DeploymentRecord): Promise<Ended> => {
    incident ??= openIncident(context, record);
    return incident;
  };
  const ended = await eachRecord(records, 'ending', async (record) => {
    const needsIncident = ending.action === 'incident' && record.kind === 'maintenance';
    // A window that is over, or was never opened, does not replace the incident.
    const opened = needsIncident ? await openOnce(record) : undefined;
    if (record.stage === 'missed') return [];
    // Without the incident the window stays. The failure of the incident says everything about it.
    if (opened?.result === 'failed') return [];
    const { open, unsearched } = await locate(context, record, lists && fetchFrom(lists));
    if (open.length === 0) return [{ record, phase: 'ending', result: 'absent' }];
    return [
      ...(await Promise.all(open.map((one) => endRecord(context, one, ending)))),
      ...describeUnsearched(record, unsearched),
    ];
  });
  return incident === undefined ? ended : [await incident, ...ended];
}

/** Opens the incident of a failure on the page of a record. The entry is about the incident; if opening failed, about the record. */
async function openIncident(context: EndContext, record: DeploymentRecord): Promise<Ended> {
  const { statusPage, words, deployment } = context;
  const { page } = record;
  if (page === undefined) return failedEntry(record, 'opening-incident', new UserError('unknown page', unknownPage));
  const title = fillWords(context, words.failureTitle, record);
  const message = fillWords(context, words.failure, record);
  const notifySubscribers = words.notifyOnFailure;
  try {
    const failure = { identity: identityOf(deployment), pageId: page.id, title, message, notifySubscribers };
    const { said, isRecoverable, ...opened } = await openFailureIncident(statusPage, failure);
    const mailed = notifySubscribers && opened.created;
    const incident: OpenRecord = { kind: 'incident', page, stage: 'open', mailed, ...opened };
    // A state file knows nothing of it.
    const nextRun = isRecoverable && context.nextRunRecovers && nextRunOf({ ...context, isRemembered: false });
    return {
      record: incident,
      phase: 'opening-incident',
      result: 'incident-opened',
      ...(nextRun && { nextRun }),
      ...(said && { said }),
    };
  } catch (error) {
    return failedEntry(record, 'opening-incident', error);
  }
}

const unknownPage = 'Could not open the incident of the failure: its page is unknown. Name the status page.';

/** That a second record, which may be there, could not be searched for. */
function describeUnsearched(record: DeploymentRecord, reason: unknown): readonly Ended[] {
  if (reason === undefined) return [];
  const { kind, page, reference } = record;
  const second = unconfirmedRecord(kind, page, reference);
  return [{ record: second, phase: 'superseding', result: 'unsearched', reason }];
}

/** Undoes what this step made, because nothing was deployed. What was there before stays as it was. */
export function undo(context: EndContext): Promise<readonly Ended[]> {
  const { deployment } = context;
  return eachRecord(deployment.records, 'undoing', async (record) => {
    if (record.stage === 'missed') return [];
    if (isLeftToOthers(deployment, record)) return [{ record, phase: 'undoing', result: 'left-to-others' }];
    // A main that failed knows that it made nothing. If main was killed, what its reference finds is ended.
    const isOlder = !record.created && (record.stage === 'open' || deployment.stage === 'failed');
    if (isOlder) return [{ record, phase: 'undoing', result: 'left' }];
    const { open, unsearched } = await locate(context, record);
    if (open.length === 0) return [{ record, phase: 'undoing', result: 'absent' }];
    return [
      ...(await Promise.all(open.map((one) => undoRecord(context, one)))),
      ...describeUnsearched(record, unsearched),
    ];
  });
}

/** Whether a record that may be on the page is not ours to undo: others with the same key may count on it. */
export function isLeftToOthers({ own, hasKey }: Deployment, record: DeploymentRecord): boolean {
  if (record.stage !== 'opening' && record.stage !== 'open') return false;
  const reference = parseReference(record.reference ?? '');
  if (own) return !record.created && reference !== undefined && !isOwn(reference);
  return hasKey && !(record.created && record.stage === 'open');
}

async function eachRecord(
  records: readonly DeploymentRecord[],
  phase: Phase,
  work: (record: DeploymentRecord) => Promise<readonly Ended[]>,
): Promise<readonly Ended[]> {
  const entries = records
    .filter(({ stage }) => stage !== 'gone' && stage !== 'not-sent')
    .map((record) => work(record).catch((error: unknown) => [failedEntry(record, phase, error)]));
  return (await Promise.all(entries)).flat();
}
