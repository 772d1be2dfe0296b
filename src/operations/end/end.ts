import type { Deployment } from '../../deployment/deployment.ts';
import { end, isLeftToOthers, undo } from '../../deployment/end.ts';
import { type EndContext, type Ended, failed } from '../../deployment/end-record.ts';
import { MissingKeyError, UserError } from '../../domain/errors.ts';
import { decideEnding, type Outcome } from '../../domain/outcome.ts';
import { secondMs } from '../../domain/time.ts';
import type { postInputs, Values } from '../../inputs/operations.ts';
import { readPostInputs } from '../../inputs/read-inputs.ts';
import { type DescribeContext, describeEndings } from '../../messages/ending.ts';
import { type Message, warning } from '../../messages/message.ts';
import { describeEndingVerdict } from '../../messages/verdict.ts';
import { connect, type Dependencies, handoffOf, readGiven, wordsOf } from '../dependencies.ts';
import type { Host } from '../host.ts';
import { type Conclusion, conclude, concludeQuietly, tellEnded } from '../step.ts';

/** An ending takes 30 s in all; the last one is for saying what happened. */
const endingBudgetMs = 29 * secondMs;

/** How an ending went: what is to be said of it, and what became of each record; nothing where there was none to end. */
export interface Finish {
  readonly conclusion: Conclusion;
  readonly ended: readonly Ended[];
}

/**
 * Ends the deployment that is remembered, as the outcome says. A staircase of reasons to do nothing; what is left is a deployment to end.
 * Throws where what is remembered cannot be read.
 */
export async function endRemembered(dependencies: Dependencies, isFatal: IsFatal = isIncident): Promise<Finish> {
  const { host } = dependencies;
  const deployment = handoffOf(dependencies).memory.recall();
  if (deployment === undefined) return finishQuietly('This step opened nothing, so there is nothing to end.');
  const { own, records, stage } = deployment;
  if (records.every((record) => record.stage === 'gone' || (record.stage === 'missed' && !own))) {
    return finishQuietly('This step left nothing on the page.');
  }
  if (stage === 'open' && !own) {
    return finishQuietly('Left on the page for `resolve`, because auto-resolve is off.');
  }
  try {
    const values = readPostInputs(readGiven(host));
    const apiKey = values['api-key'];
    if (apiKey === undefined) return giveUp(dependencies, deployment, isFatal, new MissingKeyError(host.kind));
    return await endWith(dependencies, deployment, isFatal, values, apiKey);
  } catch (error) {
    if (error instanceof UserError) return giveUp(dependencies, deployment, isFatal, error);
    throw error;
  }
}

type PostValues = Values<typeof postInputs>;
/** Whether a record that could not be ended is worth an error; else it is worth a warning. */
type IsFatal = DescribeContext['isFatal'];

async function endWith(
  dependencies: Dependencies,
  deployment: Deployment,
  isFatal: IsFatal,
  values: PostValues,
  apiKey: string,
): Promise<Finish> {
  // What a main that was no dry run has opened is ended, whatever the input says by now.
  const settings = { ...values, 'api-url': new URL(deployment.apiUrl), 'dry-run': false };
  const statusPage = connect(dependencies, settings, apiKey, endingBudgetMs, deployment.clockOffsetMs);
  const endContext: EndContext = { statusPage, words: wordsOf(values), deployment };
  // Where main did not finish, nothing was deployed, whatever the outcome of the job.
  const why = deployment.stage === 'open' ? outcomeOf(values) : 'taken-back';
  if (why === 'taken-back' && deployment.records.every((record) => isLeftToOthers(deployment, record))) {
    return finishQuietly(
      'Left on the page for `resolve`, if it is there: others with this `deployment-key` may use it.',
    );
  }
  const ended =
    why === 'taken-back'
      ? await undo(endContext)
      : await end(
          endContext,
          decideEnding(why, values['on-failure'], values['on-cancel'], mayRecover(deployment, values)),
        );
  const context: DescribeContext = { why, isFatal, now: statusPage.serverNow(), apiUrl: deployment.apiUrl };
  const { conclusion } = finish(ended, context, values['on-api-error'] === 'fail');
  return {
    ended,
    conclusion: { ...conclusion, messages: [...describeEmptyOutcome(dependencies), ...conclusion.messages] },
  };
}

/** Without a key there is no earlier deployment to speak of. */
function mayRecover({ key }: Deployment, { recover }: PostValues): boolean {
  return recover && key !== undefined;
}

function outcomeOf({ outcome, 'job-status': jobStatus }: PostValues): Outcome {
  return outcome === 'job' ? jobStatus : outcome;
}

/** `action.yml` gives `job`, so an empty outcome is an expression that came to nothing. */
function describeEmptyOutcome({ host }: Dependencies): readonly Message[] {
  if (host.input('outcome') !== '') return [];
  return [
    warning(
      'Reading `outcome` — it is empty, so the status of the job was taken — ' +
        'Check the expression: does it name a step of this job by its `id`?',
    ),
  ];
}

/** Nothing can be sent: each record is told of, with the way to end it by hand. */
function giveUp(
  { host, clock }: Dependencies,
  { records, apiUrl }: Deployment,
  mayFail: IsFatal,
  error: Error,
): Finish {
  const left = records.filter(({ stage }) => stage === 'opening' || stage === 'open');
  const isFatal = (one: Ended) => error instanceof UserError || mayFail(one);
  const context: DescribeContext = { why: 'unknown', isFatal, now: clock.now(), apiUrl };
  const ended = left.map((record) => failed(record, 'ending', error));
  return finish(ended, context, host.input('on-api-error') === 'fail');
}

/** A window that could not be ended never fails the job: it ends by itself. An incident does, where the user asked for it. */
function finish(ended: readonly Ended[], context: DescribeContext, fails: boolean): Finish {
  const incidentLeft = ended.some((one) => one.did === undefined && isIncident(one));
  const conclusion: Conclusion = {
    verdict: describeEndingVerdict(ended, context),
    messages: describeEndings(ended, context),
    ...tellEnded(ended),
    serverNow: context.now,
    exitCode: fails && incidentLeft ? 1 : 0,
  };
  return { conclusion, ended };
}

function finishQuietly(reason: string): Finish {
  return { conclusion: concludeQuietly(reason), ended: [] };
}

/** An incident stays until somebody acts, and one that could not be opened is missing: both are worth an error. */
function isIncident({ record, doing }: Ended): boolean {
  return record.kind === 'incident' || doing === 'raising';
}

/** A host with some inputs in other words than the user's. */
export function withInputs(host: Host, inputs: Readonly<Record<string, string>>): Host {
  return { ...host, input: (name) => inputs[name] ?? host.input(name) };
}

/** The record is our own, and what comes later decides how it ends. */
export const openingInputs = { 'auto-resolve': 'true', outcome: '' } as const;

/** How the deployment ended: an outcome, and the one that counts where that is `job`. */
export interface EndingInputs {
  readonly outcome: string;
  readonly 'job-status': string;
}

/** Ends the deployment that is remembered, and says so. It has the time of an ending from now on, and is not called off by signals. */
export async function finishDeployment(
  dependencies: Dependencies,
  inputs: EndingInputs,
  isFatal?: (one: Ended) => boolean,
): Promise<Finish> {
  const { clock } = dependencies;
  const interruption = new AbortController().signal;
  const host: Host = { ...withInputs(dependencies.host, { ...inputs }), startedAt: clock.now(), interruption };
  const finish = await endRemembered({ ...dependencies, host }, isFatal);
  await conclude({ ...dependencies, host }, finish.conclusion, host.identify(''), false);
  return finish;
}

/** Whether nothing of the deployment is on the page any more, by all that we know. Incidents of failures are left to people. */
export function isOver({ ended }: Finish): boolean {
  const about = ended.filter(({ doing }) => doing !== 'recovering');
  return about.every(({ did }) => did !== undefined && did !== 'kept' && did !== 'left');
}
