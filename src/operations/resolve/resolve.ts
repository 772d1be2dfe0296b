import type { Deployment, DeploymentRecord } from '../../deployment/deployment.ts';
import { end } from '../../deployment/end.ts';
import { type EndContext, type Ended, type EndedFailed, failed, isBesides } from '../../deployment/end-record.ts';
import { UserError } from '../../domain/errors.ts';
import { decideEnding, type Ending } from '../../domain/outcome.ts';
import type { Incident } from '../../domain/record.ts';
import { failureReference, sharedReference } from '../../domain/reference.ts';
import { mayBeRepeated } from '../../domain/run.ts';
import { secondMs } from '../../domain/time.ts';
import type { RequestFor, ValuesOf } from '../../inputs/operations.ts';
import { type DescribeContext, describeEndings } from '../../messages/ending.ts';
import { info } from '../../messages/message.ts';
import { describeEndingVerdict } from '../../messages/verdict.ts';
import type { StatusPage } from '../../statuspage/client.ts';
import { connect, type Dependencies, wordsOf } from '../dependencies.ts';
import { type Conclusion, concludeFailure, exitAfter, isFatal, type Policy, reportEnded } from '../step.ts';
import {
  describeLeftOut,
  fetchNamed,
  findPages,
  type KeyedRecords,
  type LeftOut,
  type NamedRecord,
  nameRecords,
  splitLeftOut,
  unconfirmedRecords,
} from '../targets.ts';

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
    return concludeFailure('Looking up `status-page`', error, policy);
  }
  const { ended, leftOut } = resolved;
  const why = values.outcome === 'job' ? 'asked' : values.outcome;
  const fails = (one: Ended): one is EndedFailed => one.result === 'failed' && isFatal(one.error, policy);
  const context: DescribeContext = { why, isFatal: fails, now: statusPage.serverNow(), apiUrl: statusPage.apiUrl.href };
  const messages = [
    ...leftOut.map(describeLeftOut),
    ...describeEndings(ended, context),
    ...(ended.every(({ phase }) => phase === 'recovering')
      ? [info('Nothing open was found for this `deployment-key`.')]
      : []),
  ];
  return {
    verdict: describeEndingVerdict(ended, context),
    messages,
    ...reportEnded(ended),
    serverNow: context.now,
    exit: exitAfter(ended.find(fails)),
  };
}

/** Without an outcome the record is just ended, with the texts of a success, which claim no more than that the update is complete. */
function endingOf(values: ValuesOf<'resolve'>): Ending {
  const { outcome, 'on-failure': onFailure, 'on-cancel': onCancel, recover } = values;
  return outcome === 'job'
    ? { action: 'resolve', why: 'success' }
    : decideEnding(outcome, onFailure, onCancel, recover);
}

async function resolveTargets(
  { frame: { run }, clock }: Dependencies,
  statusPage: StatusPage,
  values: ValuesOf<'resolve'>,
): Promise<Resolved> {
  const { id: ids, kind, 'deployment-key': key, 'status-page': names = [] } = values;
  const deployment: Deployment = {
    version: 1,
    stage: 'open',
    apiUrl: statusPage.apiUrl.href,
    own: false,
    key,
    startedAt: clock.now(),
    tag: run.tag,
    failure: { reference: failureReference(run, key), searchFirst: mayBeRepeated(run) || key !== undefined },
    records: [],
  };
  const context: EndContext = { statusPage, words: wordsOf(values), deployment };
  const ending = endingOf(values);
  // For a record that is named by its id, only the incident of a failure, this one or an earlier one, needs to know the page.
  const isNamed = ids !== undefined && kind !== undefined;
  const needsPages = !isNamed || ending.action === 'incident' || ending.recovers;
  const pages = needsPages ? await findPages(statusPage, names) : [];
  const named = nameRecords(values, pages);
  if (named !== undefined) return resolveByIds(context, ending, named);
  return resolveByKey(context, ending, { reference: sharedReference(run, key), pages, kind });
}

/** What became of the records, and the kinds that could not be searched. */
interface Resolved {
  readonly ended: readonly Ended[];
  readonly leftOut: readonly LeftOut[];
}

/** Ends the records with the given ids. An error about one is in its entry, also that it does not exist. */
async function resolveByIds(context: EndContext, ending: Ending, named: readonly NamedRecord[]): Promise<Resolved> {
  const records: DeploymentRecord[] = [];
  const failures: Ended[] = [];
  const justRead = new Map<string, Incident | undefined>();
  for (const target of await fetchNamed(context.statusPage, named)) {
    if ('error' in target) {
      failures.push(failed(target.record, 'ending', target.error));
      continue;
    }
    const { record, seen } = target;
    if (seen?.kind !== 'maintenance') justRead.set(record.id, seen);
    if (needsPage(record, ending)) failures.push(withoutPage(record));
    else records.push(record);
  }
  const ended = await endAll({ ...context, justRead }, ending, records);
  return { ended: [...failures, ...ended.map(missingIsFailure)], leftOut: [] };
}

/** Ends the open records of a key. A kind that could not be searched is left out and named, unless that is the failure. */
async function resolveByKey(context: EndContext, ending: Ending, keyed: KeyedRecords): Promise<Resolved> {
  const ended = await endAll(context, ending, [...unconfirmedRecords(keyed)]);
  // What was asked for besides the records is missing if the key may not read it, whatever kinds it may read.
  const { seen, leftOut } = splitLeftOut(
    ended.filter((entry) => !isBesides(entry)),
    keyed,
  );
  return { ended: ended.filter((entry) => isBesides(entry) || seen.includes(entry)), leftOut };
}

function endAll(context: EndContext, ending: Ending, records: DeploymentRecord[]): Promise<readonly Ended[]> {
  return end({ ...context, deployment: { ...context.deployment, records } }, ending);
}

function needsPage({ kind, page }: DeploymentRecord, { action }: Ending): boolean {
  return action === 'incident' && kind === 'maintenance' && page === undefined;
}

function withoutPage(record: DeploymentRecord): Ended {
  const problem = 'status-page: needed for the incident, because the window does not say which page it is on';
  return failed(
    record,
    'opening-incident',
    new UserError(`Opening the incident of the failure — ${problem} — Give it.`),
  );
}

/** For an id that the user gave, a record that does not exist is a failure. */
function missingIsFailure(entry: Ended): Ended {
  return entry.result === 'gone' && entry.phase !== 'recovering' ? { ...entry, result: 'failed' } : entry;
}
