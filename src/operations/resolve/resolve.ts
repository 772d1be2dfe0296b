import type { Deployment, DeploymentRecord, OpenRecord } from '../../deployment/deployment.ts';
import { end } from '../../deployment/end.ts';
import { type EndContext, type Ended, type EndedFailed, failedEntry } from '../../deployment/end-record.ts';
import { textsOf } from '../../deployment/window-change.ts';
import { formatReference, isOwn, parseReference } from '../../domain/deployment-reference.ts';
import { UserError } from '../../domain/errors.ts';
import type { Ending } from '../../domain/outcome.ts';
import type { Incident, Window } from '../../domain/record.ts';
import { hashKey } from '../../domain/run.ts';
import { secondMs } from '../../domain/time.ts';
import type { RequestFor, ValuesOf } from '../../inputs/operations.ts';
import { describeEndings } from '../../messages/ending.ts';
import type { DescribeContext } from '../../messages/ending-failure.ts';
import { describeEndingVerdict } from '../../messages/verdict.ts';
import type { StatusPage } from '../../statuspage/client.ts';
import { fetchVisible, findPages } from '../../statuspage/find-pages.ts';
import { connect, type Dependencies, noneRunning, wordsOf } from '../dependencies.ts';
import { endingOf } from '../end/end.ts';
import { targetOf } from '../host.ts';
import { describeAhead, describeNothingOpen, findKeyed, type KeyedRecords, type NamedRecord } from '../keyed.ts';
import { identify } from '../open/plan.ts';
import { type Conclusion, concludeFailure, exitAfter, isFatal, type Policy, reportEnded } from '../step.ts';
import { describeLeftOut, fetchNamed, type LeftOut, nameRecords, splitLeftOut } from '../targets.ts';

const resolvingBudgetMs = 19 * secondMs;

/** Ends records that another step, job or run opened. */
export async function resolveStep(
  dependencies: Dependencies,
  request: RequestFor<'resolve'>,
  apiKey: string,
): Promise<Conclusion> {
  const { values } = request;
  const policy: Policy = { onApiError: values['on-api-error'], operation: 'resolve' };
  const statusPage = connect(dependencies, values, apiKey, resolvingBudgetMs);
  let resolved: Resolved;
  try {
    resolved = await resolveTargets(dependencies, statusPage, values);
  } catch (error) {
    return concludeFailure('look up the status page', error, policy, dependencies.host);
  }
  const { ended, leftOut, ahead, over } = resolved;
  const why = values.outcome === 'job' ? 'asked' : values.outcome;
  const fails = (one: Ended): one is EndedFailed => one.result === 'failed' && isFatal(one.error, policy);
  const commands = targetOf(dependencies.host, statusPage.apiUrl.href);
  const { host } = dependencies;
  const visible = await fetchVisible(
    statusPage,
    ended.map((one) => 'error' in one && one.error),
  );
  const context: DescribeContext = { why, visible, isFatal: fails, host, now: statusPage.serverNow(), commands };
  const isNothing = ended.every(({ phase }) => phase === 'recovering');
  return {
    verdict: describeEndingVerdict(ended, context),
    messages: [
      ...leftOut.map((one) => describeLeftOut(one, dependencies.host)),
      ...ahead.map(describeAhead),
      ...describeEndings(ended, context),
      ...(isNothing ? [describeNothingOpen(over)] : []),
    ],
    ...reportEnded(ended),
    serverNow: context.now,
    exit: exitAfter(ended.find(fails)),
  };
}

/** Without an outcome the record is just ended, with the texts of a success, which claim no more than that the update is complete. */
function endingFor(values: ValuesOf<'resolve'>): Ending {
  if (values.outcome === 'job') return { action: 'resolve', why: 'success' };
  // Without the user's key nothing says which deployment is meant, so no earlier failure can be found.
  return endingOf(values.outcome, values['deployment-key'] === undefined ? { ...values, recover: false } : values);
}

async function resolveTargets(
  dependencies: Dependencies,
  statusPage: StatusPage,
  values: ValuesOf<'resolve'>,
): Promise<Resolved> {
  const { frame, clock, random } = dependencies;
  const { run } = frame;
  const { id: ids, kind, 'deployment-key': key, 'status-page': names = [] } = values;
  const deployment: Deployment = {
    version: 2,
    stage: 'open',
    apiUrl: statusPage.apiUrl.href,
    own: false,
    hasKey: key !== undefined,
    identity: formatReference(identify(run, key, { kind: 'maintenance', title: '', now: clock.now(), random })),
    startedAt: clock.now(),
    tag: run.tag,
    records: [],
  };
  const context: EndContext = { statusPage, words: wordsOf(values), deployment, findRunning: noneRunning };
  const ending = endingFor(values);
  // For a record that is named by its id, only the incident of a failure, this one or an earlier one, needs to know the page.
  const needsPages = ids === undefined || ending.action === 'incident' || ending.recovers;
  const pages = needsPages ? await findPages(statusPage, names) : [];
  const named = nameRecords(values, pages);
  if (named !== undefined) return resolveByIds(context, ending, named);
  return resolveByKey(context, ending, { key: hashKey(run, key) ?? '', pages, kind });
}

/** What became of the records, and the kinds that could not be searched. */
interface Resolved {
  readonly ended: readonly Ended[];
  readonly leftOut: readonly LeftOut[];
  /** Windows of the key that have not begun, beside records that are open. */
  readonly ahead: readonly OpenRecord[];
  /** Records of the key that are over. */
  readonly over: readonly OpenRecord[];
}

/** Ends the records with the given ids. An error about one is in its entry, also that it does not exist. */
async function resolveByIds(context: EndContext, ending: Ending, named: readonly NamedRecord[]): Promise<Resolved> {
  const records: DeploymentRecord[] = [];
  const failures: Ended[] = [];
  const justRead = new Map<string, Incident | undefined>();
  const windows = new Map<string, Window>();
  for (const target of await fetchNamed(context.statusPage, named)) {
    if ('error' in target) {
      failures.push(failedEntry(target.record, 'ending', target.error));
      continue;
    }
    const { record, seen } = target;
    if (seen?.kind === 'maintenance') windows.set(record.id, seen);
    else justRead.set(record.id, seen);
    if (ending.recovers && record.page === undefined) failures.push(cannotRecover(record));
    records.push(record);
  }
  const findTexts = async ({ id }: OpenRecord) => {
    const { title, message } = windows.get(id) ?? {};
    return { title, message };
  };
  const ended = await endAll({ ...context, justRead, findTexts }, ending, records);
  return { ended: [...failures, ...ended.map(missingIsFailure)], leftOut: [], ahead: [], over: [] };
}

/** Ends the open records of a key. A kind that could not be searched is left out and named, unless that is the failure. */
async function resolveByKey(context: EndContext, ending: Ending, keyed: KeyedRecords): Promise<Resolved> {
  const found = await findKeyed(context.statusPage, keyed);
  const { seen, leftOut } = splitLeftOut(
    found.flatMap(({ targets }) => targets),
    keyed,
  );
  const failures = seen.flatMap((target) =>
    'error' in target ? [failedEntry(target.record, 'ending', target.error)] : [],
  );
  // A server that empties what is not sent has emptied the message by the time that another list would show it.
  const texts = new Map(
    seen.flatMap((target) =>
      'seen' in target && target.seen?.kind === 'maintenance' ? [[target.record.id, textsOf(target.seen)]] : [],
    ),
  );
  const findTexts = async ({ id }: OpenRecord) => texts.get(id) ?? {};
  const records = found.flatMap(({ page, targets, over }): readonly DeploymentRecord[] => {
    const open = targets.flatMap((target) => ('error' in target ? [] : [target.record]));
    if (open.length > 0) return open;
    // A window that is over does not replace the incident of a failure.
    if (ending.action === 'incident') return over.slice(0, 1);
    // A success resolves the incidents of earlier failures, also if nothing else is open.
    return ending.recovers ? [{ kind: 'maintenance', page, stage: 'missed', created: false, mailed: false }] : [];
  });
  const ended = await endAll({ ...context, findTexts }, ending, records);
  const now = context.statusPage.serverNow();
  const besides = { ahead: found.flatMap(({ ahead }) => ahead), over: found.flatMap(({ over }) => over) };
  return { ended: [...failures, ...ended.map((one) => promiseReuse(one, now))], leftOut, ...besides };
}

/** A shared window that stays is continued by the next deployment with its key, whether that shares its own window or not. */
function promiseReuse(entry: Ended, now: Date): Ended {
  const { kind, startAt, reference = '' } = entry.record;
  const parsed = parseReference(reference);
  const isShared = parsed !== undefined && !isOwn(parsed);
  const isReused =
    entry.result === 'kept' && kind === 'maintenance' && isShared && startAt !== undefined && startAt <= now;
  return isReused ? { ...entry, nextRun: 'reuses-it' } : entry;
}

function endAll(context: EndContext, ending: Ending, records: DeploymentRecord[]): Promise<readonly Ended[]> {
  return end({ ...context, deployment: { ...context.deployment, records } }, ending);
}

function cannotRecover(record: DeploymentRecord): Ended {
  const problem = 'Could not resolve the incident of an earlier failure: its page is unknown. Name the status page.';
  return failedEntry(record, 'recovering', new UserError('unknown page', problem));
}

/** For an id that the user gave, a record that does not exist is a failure. */
function missingIsFailure(entry: Ended): Ended {
  return entry.result === 'missing' && entry.phase !== 'recovering' ? { ...entry, result: 'failed' } : entry;
}
