import type { Deployment, DeploymentRecord } from '../../deployment/deployment.ts';
import { end } from '../../deployment/end.ts';
import { type EndContext, type Ended, failed } from '../../deployment/end-record.ts';
import { UserError } from '../../domain/errors.ts';
import { decideEnding, type Ending } from '../../domain/outcome.ts';
import type { Incident } from '../../domain/record.ts';
import { failureReference, sharedReference } from '../../domain/reference.ts';
import { mayBeRepeated, type Run } from '../../domain/run.ts';
import { secondMs } from '../../domain/time.ts';
import type { RequestFor, ValuesOf } from '../../inputs/operations.ts';
import { describeEndings } from '../../messages/ending.ts';
import { info } from '../../messages/message.ts';
import { describeEndingVerdict } from '../../messages/verdict.ts';
import type { StatusPage } from '../../statuspage/client.ts';
import { connect, type Dependencies, wordsOf } from '../dependencies.ts';
import { type Conclusion, concludeFailure, exitAfter, isFatal, type Policy, tellEnded } from '../step.ts';
import {
  describeLeftOut,
  fetchNamed,
  findPages,
  type KeyedRecords,
  type LeftOut,
  type NamedRecord,
  nameRecords,
  placesOf,
  splitLeftOut,
  unknownPage,
} from '../targets.ts';

const resolvingBudgetMs = 19 * secondMs;

/** Ends records that another step, job or run has opened. */
export async function resolveStep(
  dependencies: Dependencies,
  request: RequestFor<'resolve'>,
  run: Run,
  apiKey: string,
): Promise<Conclusion> {
  const { values } = request;
  const policy: Policy = { onApiError: values['on-api-error'], operation: 'resolve' };
  const statusPage = connect(dependencies, values, apiKey, resolvingBudgetMs);
  try {
    const { ended, leftOut } = await resolveTargets(dependencies, statusPage, values, run);
    const why = values.outcome === 'job' ? 'asked' : values.outcome;
    const fails = (one: Ended) => one.did === undefined && one.error !== undefined && isFatal(one.error, policy);
    const context = { why, isFatal: fails, now: statusPage.serverNow(), apiUrl: statusPage.apiUrl.href } as const;
    const messages = [
      ...leftOut.map(describeLeftOut),
      ...describeEndings(ended, context),
      ...(ended.every(({ doing }) => doing === 'recovering')
        ? [info('Nothing open was found for this `deployment-key`.')]
        : []),
    ];
    const verdict = describeEndingVerdict(ended, context);
    return { verdict, messages, ...tellEnded(ended), serverNow: context.now, ...exitAfter(ended.find(fails)) };
  } catch (error) {
    return concludeFailure('Looking up `status-page`', error, policy);
  }
}

/** Without an outcome the record is just ended, with the words of a success, which claim no more than that the update is complete. */
function endingOf(values: ValuesOf<'resolve'>): Ending {
  const { outcome, 'on-failure': onFailure, 'on-cancel': onCancel, recover } = values;
  return outcome === 'job'
    ? { action: 'resolve', why: 'success' }
    : decideEnding(outcome, onFailure, onCancel, recover);
}

async function resolveTargets(
  { clock }: Dependencies,
  statusPage: StatusPage,
  values: ValuesOf<'resolve'>,
  run: Run,
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
  const context = { statusPage, words: wordsOf(values), deployment };
  const ending = endingOf(values);
  // Of a record that is named by its id, only the incident of a failure, this one or an earlier one, needs to know the page.
  const isNamed = ids !== undefined && kind !== undefined;
  const needsPages = !isNamed || ending.action === 'incident' || ending.recovers;
  const pages = needsPages ? await findPages(statusPage, names) : [];
  const named = nameRecords(values, pages);
  if (named !== undefined) return resolveByIds(context, ending, named);
  return resolveByKey(context, ending, { reference: sharedReference(run, key), pages, kind });
}

/** What became of the records, and the kinds that could not be looked at. */
export interface Resolved {
  readonly ended: readonly Ended[];
  readonly leftOut: readonly LeftOut[];
}

/** Ends the records with the given ids. Trouble with one stands in its entry, also that there is none. */
export async function resolveByIds(
  context: EndContext,
  ending: Ending,
  named: readonly NamedRecord[],
): Promise<Resolved> {
  const records: DeploymentRecord[] = [];
  const failures: Ended[] = [];
  const justRead = new Map<string, Incident | undefined>();
  for (const target of await fetchNamed(context.statusPage, named)) {
    if (!('seen' in target)) {
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

/** Ends the open records of a key. A kind that could not be looked at is left out and named, unless that is the failure. */
export async function resolveByKey(context: EndContext, ending: Ending, keyed: KeyedRecords): Promise<Resolved> {
  const ended = await endAll(context, ending, [...placesOf(keyed)]);
  // What was asked for besides the records is missing where the key may not read it, whatever kinds it may read.
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
  return action === 'incident' && kind === 'maintenance' && page === unknownPage;
}

function withoutPage(record: DeploymentRecord): Ended {
  const problem = 'status-page: needed for the incident, because the window does not say which page it is on';
  return failed(record, 'raising', new UserError(`Opening the incident of the failure — ${problem} — Give it.`));
}

/** An incident of a failure, this one or an earlier one, is none of the key's records. */
function isBesides({ doing }: Ended): boolean {
  return doing === 'raising' || doing === 'recovering';
}

function isRecovery({ doing }: Ended): boolean {
  return doing === 'recovering';
}

/** Somebody deleted it, or it never was: for an id that the user gave that is no ending. */
function missingIsFailure(entry: Ended): Ended {
  return entry.did === 'gone' && !isRecovery(entry) ? failed(entry.record, entry.doing, entry.error) : entry;
}
