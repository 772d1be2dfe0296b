import type { Deployment } from '../../deployment/deployment.ts';
import { end, isLeftToOthers, undo } from '../../deployment/end.ts';
import { type EndContext, type Ended, failedEntry } from '../../deployment/end-record.ts';
import { NotShownYetError } from '../../deployment/record-by-id.ts';
import { defaultApiUrl, MissingKeyError, UserError } from '../../domain/errors.ts';
import { decideEnding, type Ending, type Outcome } from '../../domain/outcome.ts';
import { hashKey } from '../../domain/run.ts';
import { secondMs } from '../../domain/time.ts';
import type { EndingValues, postInputs, Values } from '../../inputs/operations.ts';
import { describeEndings } from '../../messages/ending.ts';
import type { DescribeContext } from '../../messages/ending-failure.ts';
import { describeEndingVerdict } from '../../messages/verdict.ts';
import { connect, type Dependencies, findRunningBy, handoffOf, withoutInterruption, wordsOf } from '../dependencies.ts';
import { targetOf } from '../host.ts';
import { type Conclusion, concludeQuietly, report, reportEnded } from '../step.ts';

/** An ending takes 30 s in all. The last one is for reporting. */
const endingBudgetMs = 29 * secondMs;

/** How an ending went: what is to be said about it, and what became of each record. */
export interface Finish {
  readonly conclusion: Conclusion;
  /** Empty if there was nothing to end. */
  readonly ended: readonly Ended[];
}

/** Whether a record that could not be ended is worth an error; else it is worth a warning. */
type IsFatal = DescribeContext['isFatal'];

/** What the inputs say about an ending, whichever command or step they come from. */
export type EndValues = EndingValues &
  Pick<Values<typeof postInputs>, 'api-key' | 'api-url' | 'github-token' | 'on-api-error' | 'request-timeout'>;

/** How a deployment ended, and what is to be done about it. */
export interface EndRequest {
  readonly outcome: Outcome;
  readonly values: EndValues;
  readonly isFatal?: IsFatal;
}

/**
 * Ends the deployment that is remembered, as the request says. `readRequest` is called only if there is something to end, and may throw a
 * UserError: then nothing can be sent, each record is named, and the step fails if `fails` is set. Throws an Error if what is remembered cannot be read.
 */
export async function endRemembered(
  dependencies: Dependencies,
  readRequest: () => EndRequest,
  fails = false,
): Promise<Finish> {
  const deployment = handoffOf(dependencies).memory.recall();
  if (deployment === undefined) return finishQuietly('This step opened nothing, so its post step has nothing to end.');
  const { own, records, stage } = deployment;
  if (records.every((record) => record.stage === 'gone' || (record.stage === 'missed' && !own))) {
    return finishQuietly('Nothing to end: nothing is left on the page.');
  }
  if (stage === 'open' && !own) {
    return finishQuietly('Left on the page, because auto-resolve is false. End it with resolve.');
  }
  try {
    return await endDeployment(dependencies, deployment, readRequest());
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // What is remembered may come from anywhere, so no command may name another address than the usual one.
    const apiUrl = deployment.apiUrl === defaultApiUrl ? defaultApiUrl : undefined;
    return giveUp(dependencies, deployment, error, { isFatal: () => true, fails, apiUrl });
  }
}

/** Ends a deployment that was opened before, now and whatever signal has come, and reports it. */
export async function finishDeployment(dependencies: Dependencies, request: EndRequest): Promise<Finish> {
  const afterwards = withoutInterruption(dependencies);
  const finish = await endRemembered(afterwards, () => request);
  await report(afterwards, finish.conclusion, false);
  return finish;
}

async function endDeployment(
  dependencies: Dependencies,
  deployment: Deployment,
  { outcome, values, isFatal: isGivenFatal }: EndRequest,
): Promise<Finish> {
  const apiKey = values['api-key'];
  const fails = values['on-api-error'] === 'fail';
  const isFatal = isGivenFatal ?? ((one: Ended) => isIncident(one) && (fails || !isNotShownYet(one)));
  const apiUrl = values['api-url'].href;
  if (apiKey === undefined) {
    return giveUp(dependencies, deployment, new MissingKeyError(dependencies.host.kind), { isFatal, fails, apiUrl });
  }
  if (deployment.apiUrl !== apiUrl) {
    const otherApi = describeOtherApi(deployment.apiUrl, apiUrl, dependencies.host.nameOf('api-url'));
    // An id of one address may name another notice at the other, so no command is offered.
    return giveUp(dependencies, deployment, otherApi, { isFatal: () => true, fails, apiUrl: undefined });
  }
  // What a main that was no dry run has opened is ended, whatever the input says by now.
  const settings = { ...values, 'dry-run': false };
  const statusPage = connect(dependencies, settings, apiKey, endingBudgetMs, deployment.clockOffsetMs);
  const findRunning = findRunningBy(dependencies, values['github-token']);
  const nextRunRecovers = deployment.own && endingOf('success', values).recovers === true;
  const needsKey = !deployment.hasKey && hashKey(dependencies.frame.run, undefined) === undefined;
  const isRemembered = handoffOf(dependencies).isLasting === true;
  const words = wordsOf(values);
  const context: EndContext = { statusPage, words, deployment, findRunning, nextRunRecovers, needsKey, isRemembered };
  // If main did not finish, nothing was deployed, whatever the outcome of the job.
  const why = deployment.stage === 'open' ? outcome : 'undone';
  if (why === 'undone' && deployment.records.every((record) => isLeftToOthers(deployment, record))) {
    return finishQuietly('Left on the page, if it is there, because other jobs with this deployment key may use it.');
  }
  const ended = why === 'undone' ? await undo(context) : await end(context, endingOf(why, values));
  return finish(
    ended,
    {
      why,
      isFatal,
      host: dependencies.host,
      now: statusPage.serverNow(),
      commands: targetOf(dependencies.host, apiUrl),
    },
    fails,
  );
}

/** What is done about the records, by the outcome. Incidents of earlier failures are searched for if a failure may open one. */
export function endingOf(outcome: Outcome, values: Pick<EndValues, 'on-failure' | 'on-cancel' | 'recover'>): Ending {
  const { 'on-failure': onFailure, 'on-cancel': onCancel } = values;
  const recovers = values.recover ?? [onFailure, onCancel].includes('incident');
  return decideEnding(outcome, onFailure, onCancel, recovers);
}

/** What is remembered may come from anywhere, so the key never follows it: a changed address is for the user to decide. */
function describeOtherApi(remembered: string, given: string, input: string): UserError {
  return new UserError(
    'other api-url',
    `Could not end the notice: it was opened at ${remembered}, but ${input} is now ${given}. ` +
      `The API key is sent only to that address. Set ${input} to ${remembered} if you trust it.`,
  );
}

interface GivingUp {
  readonly isFatal: IsFatal;
  readonly fails: boolean;
  /** The API for the commands; undefined if they may not be offered. */
  readonly apiUrl: string | undefined;
}

/** Nothing can be sent: each record is named, with the command that ends it. */
function giveUp(
  { clock, host }: Dependencies,
  { records }: Deployment,
  error: Error,
  { isFatal: mayFail, fails, apiUrl }: GivingUp,
): Finish {
  const left = records.filter(({ stage }) => stage === 'opening' || stage === 'open');
  const commands = apiUrl === undefined ? undefined : targetOf(host, apiUrl);
  const context: DescribeContext = { why: 'unknown', isFatal: mayFail, host, now: clock.now(), commands };
  return finish(
    left.map((record) => failedEntry(record, 'ending', error)),
    context,
    fails,
  );
}

/** A window that could not be ended never fails the job: it ends by itself. An incident does, if the user asked for it. */
function finish(ended: readonly Ended[], context: DescribeContext, fails: boolean): Finish {
  const incidentLeft = ended.some((one) => one.result === 'failed' && isIncident(one));
  const conclusion: Conclusion = {
    // If main opened nothing, it has written why, and the page is as it was.
    verdict: ended.every(({ result }) => result === 'unlisted') ? undefined : describeEndingVerdict(ended, context),
    messages: describeEndings(ended, context),
    ...reportEnded(ended),
    serverNow: context.now,
    exit: fails && incidentLeft ? 'failed' : 'done',
  };
  return { conclusion, ended };
}

function finishQuietly(reason: string): Finish {
  return { conclusion: concludeQuietly(reason), ended: [] };
}

/** An incident stays until it is resolved, and one that could not be opened is missing. Both are worth an error. */
function isIncident({ record, phase }: Ended): boolean {
  return record.kind === 'incident' || phase === 'opening-incident';
}

/** What the deployment created a moment ago may appear later: that is worth a warning. */
function isNotShownYet(ended: Ended): boolean {
  return 'error' in ended && ended.error instanceof NotShownYetError;
}

/** Whether nothing of the deployment is on the page any more, as far as we know. Incidents of failures are left open. */
export function leavesNothing({ ended }: Finish): boolean {
  const about = ended.filter(({ phase }) => phase !== 'recovering' && phase !== 'superseding');
  return about.every(({ result }) => result !== 'failed' && result !== 'kept' && result !== 'left');
}
