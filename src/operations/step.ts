import type { DeploymentRecord } from '../deployment/deployment.ts';
import { type Ended, isBesides } from '../deployment/end-record.ts';
import { type Background, type Exit, exitCodes, exitOf, isFixable, UserError } from '../domain/errors.ts';
import type { HostKind } from '../domain/run.ts';
import type { OnApiError, OperationName } from '../inputs/inputs.ts';
import { operations } from '../inputs/operations.ts';
import { describeFailure, info, isProblem, type Message, textOf, titleOf } from '../messages/message.ts';
import type { Outputs } from '../messages/outputs.ts';
import { renderSummary } from '../messages/summary.ts';
import type { Dependencies } from './dependencies.ts';
import type { Host } from './host.ts';

/** How a step ends: what it says, what it leaves on the page, and how it exits. */
export interface Conclusion {
  /** The first line of the summary; undefined if nothing happened that needs a summary. */
  readonly verdict: string | undefined;
  readonly messages: readonly Message[];
  readonly records: readonly DeploymentRecord[];
  /** Incidents of failures beside them: one that was opened now, or those that were resolved now. */
  readonly besides?: readonly DeploymentRecord[];
  /** What visitors read, if this step wrote it. */
  readonly said?: string | undefined;
  /** The server's present, by which the records have their times; absent if nobody asked the server. */
  readonly serverNow?: Date;
  /** Outputs of an operation that is not about records. Without them the outputs come from the records. */
  readonly outputs?: Outputs;
  /** Tables for the summary, in Markdown of our own. */
  readonly tables?: string;
  /** Whether the step has written its outputs itself. */
  readonly hasOutputs?: true;
  readonly exit: Exit;
}

/** What decides whether an API error fails the job, for one operation. */
export interface Policy {
  readonly onApiError: OnApiError;
  readonly operation: OperationName;
}

/** Whether something thrown fails the job. A wrong input always does. A page that does not exist counts as an answer of the API. */
export function isFatal(error: unknown, { onApiError, operation }: Policy): boolean {
  const isWrongInput = error instanceof UserError && error.exit === 'usage';
  return isWrongInput || failsJob(onApiError, operations[operation].opens, isFixable(error));
}

/**
 * Whether an API error fails the job. With `auto`, an open operation fails only if the repository can fix the cause. Else the deployment
 * continues. Every other operation fails.
 */
export function failsJob(policy: OnApiError, opens: boolean, fixable: boolean): boolean {
  switch (policy) {
    case 'fail':
      return true;
    case 'warn':
      return false;
    case 'auto':
      return fixable || !opens;
  }
}

/** How a step exits that went on to its end although something may have failed it. */
export function exitAfter(failed: { readonly error?: unknown } | undefined): Exit {
  return failed === undefined ? 'done' : exitOf(failed.error);
}

/** The end of a step that could not do what it was asked to. */
export function concludeFailure(doing: string, error: unknown, policy: Policy, background: Background): Conclusion {
  const fatal = isFatal(error, policy);
  const text = describeFailure(doing, error, background);
  return {
    verdict: describeVerdict(fatal, policy),
    messages: [{ level: fatal ? 'error' : 'warning', text, title: titleOf(error) }],
    records: [],
    exit: fatal ? exitOf(error) : 'done',
  };
}

/** What a failure means for the page. */
function describeVerdict(fatal: boolean, { operation }: Policy): string {
  const { undone } = operations[operation];
  return fatal ? `❌ ${undone}` : `⚠️ ${undone} (the job continued)`;
}

/** What an ending leaves to report: its records, the incidents beside them, and what visitors read. */
export function reportEnded(ended: readonly Ended[]): Pick<Conclusion, 'records' | 'besides' | 'said'> {
  const recordsOf = (entries: readonly Ended[]) =>
    entries.map(({ record, result }) =>
      result === 'deleted' || result === 'missing' ? ({ ...record, stage: 'gone' } as const) : record,
    );
  return {
    records: recordsOf(ended.filter((one) => !isBesides(one))),
    besides: recordsOf(ended.filter((one) => isBesides(one) && isShownBeside(one))),
    said: ended.flatMap((one) => ('said' in one && one.said !== undefined ? [one.said] : []))[0],
  };
}

/** Whether visitors see something of it, or saw it until now. One without a state may well be resolved. */
function isShownBeside({ result, record }: Ended): boolean {
  const isLeft = result === 'edited' && record.state !== undefined;
  return result === 'incident-opened' || result === 'resolved' || isLeft;
}

/** The end of a step that had nothing to do: one line of the log. */
export function concludeQuietly(reason: string): Conclusion {
  return { verdict: undefined, messages: [info(reason)], records: [], exit: 'done' };
}

/** The end of a step that was interrupted, as `perform` sees from the signal. A post step undoes what was begun. */
export function concludeInterruption(kind: HostKind): Conclusion {
  const rest = { runner: 'The post step undoes what was opened', terminal: 'Nothing was opened' } as const;
  return concludeQuietly(`Interrupted. ${rest[kind]}.`);
}

/** Prints a message: a problem with its title. */
export function say({ log, kind }: Pick<Host, 'log' | 'kind'>, message: Message): void {
  if (isProblem(message)) log[message.level](textOf(message, kind), message.title);
  else log[message.level](message.text);
}

/** Prints a conclusion in the log and in the summary. */
export async function report({ host, clock }: Dependencies, conclusion: Conclusion, dryRun: boolean): Promise<void> {
  const { verdict, messages, records, besides = [], said, tables, serverNow: now = clock.now() } = conclusion;
  const rehearsal = dryRun ? 'Dry run: ' : '';
  for (const message of messages) {
    say(host, message.level === 'info' ? info(`${rehearsal}${message.text}`) : message);
  }
  if (verdict === undefined) return;
  const problems = messages.filter(isProblem);
  const shown = [...records, ...besides];
  await host.addSummary(renderSummary({ verdict, dryRun, records: shown, message: said, tables, problems, now }));
}

/** The exit code on the runner: a step either succeeds, fails, or was interrupted. */
export function stepExitCode({ exit }: Pick<Conclusion, 'exit'>): number {
  if (exit === 'done' || exit === 'interrupted') return exitCodes[exit];
  return exitCodes.failed;
}
