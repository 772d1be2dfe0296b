import type { DeploymentRecord } from '../deployment/deployment.ts';
import type { Ended } from '../deployment/end-record.ts';
import { type Background, exitOf, isFixable, UserError } from '../domain/errors.ts';
import { type Exit, exitCodes } from '../domain/exit.ts';
import type { HostKind, Run } from '../domain/run.ts';
import type { OnApiError, OperationName } from '../inputs/inputs.ts';
import { operations } from '../inputs/operations.ts';
import type { OutputName } from '../inputs/outputs.ts';
import { describeFailure } from '../messages/failure.ts';
import { info, type Message } from '../messages/message.ts';
import { renderSummary } from '../messages/summary.ts';
import type { Dependencies } from './dependencies.ts';

/** How a step ends: what it says, what it leaves on the page, and the exit code. */
export interface Conclusion {
  /** The first line of the summary; undefined where nothing happened that needs one. */
  readonly verdict: string | undefined;
  readonly messages: readonly Message[];
  readonly records: readonly DeploymentRecord[];
  /** Incidents of failures beside them: one that was opened now, or those that were resolved now. */
  readonly besides?: readonly DeploymentRecord[];
  /** What visitors read, where this step wrote it. */
  readonly said?: string | undefined;
  /** The server's present, by which the records have their times; absent where nobody asked the server. */
  readonly serverNow?: Date;
  /** Outputs of other things than records; without them the outputs tell of the records. */
  readonly outputs?: Partial<Readonly<Record<OutputName, string>>>;
  /** Tables that the summary shows, in Markdown of our own. */
  readonly tables?: string;
  readonly exitCode: number;
  /** Why it fails, for those who tell exit codes apart; `failed` where that is not known. */
  readonly exit?: Exit | undefined;
}

/** The policy that decides what trouble with the API does to the job, for one operation. */
export interface Policy {
  readonly onApiError: OnApiError;
  readonly operation: OperationName;
}

/** Whether something thrown fails the job. What the user has to mend in the inputs always does. */
export function isFatal(error: unknown, { onApiError, operation }: Policy): boolean {
  return error instanceof UserError || failsJob(onApiError, operations[operation].opens, isFixable(error));
}

/** How a step leaves that goes on to its end with something that failed it, if anything did. */
export function exitAfter(failed: { readonly error?: unknown } | undefined): Pick<Conclusion, 'exitCode' | 'exit'> {
  return failed === undefined ? { exitCode: 0 } : { exitCode: 1, exit: exitOf(failed.error) };
}

/** The end of a step that could not do what it was asked to. */
export function concludeFailure(doing: string, error: unknown, policy: Policy, background?: Background): Conclusion {
  const fatal = isFatal(error, policy);
  const text = describeFailure(doing, error, background);
  return {
    verdict: describeVerdict(fatal, policy),
    messages: [{ level: fatal ? 'error' : 'warning', text }],
    records: [],
    exitCode: fatal ? 1 : 0,
    exit: fatal ? exitOf(error) : undefined,
  };
}

/** What a failure means for the page. */
function describeVerdict(fatal: boolean, { operation }: Policy): string {
  const { undone } = operations[operation];
  return fatal ? `${undone}: the step failed.` : `${undone}; the job goes on.`;
}

/** What an ending leaves to tell: its records, the incidents that were opened, and what visitors read of them. */
export function tellEnded(ended: readonly Ended[]): Pick<Conclusion, 'records' | 'besides' | 'said'> {
  const recordsOf = (entries: readonly Ended[]) => entries.map(({ record }) => record);
  return {
    records: recordsOf(ended.filter((one) => !isBesides(one))),
    besides: recordsOf(ended.filter((one) => isBesides(one) && (one.did === 'raised' || one.did === 'resolved'))),
    said: ended.find((one) => one.said !== undefined)?.said,
  };
}

function isBesides({ doing }: Ended): boolean {
  return doing === 'raising' || doing === 'recovering';
}

/** Whether a message is about something that somebody has to know or do, not a line of the log. */
export function isTrouble({ level }: Message): boolean {
  return level !== 'info' && level !== 'result';
}

/** The end of a step that had nothing to do: one line of the log. */
export function concludeQuietly(reason: string): Conclusion {
  return { verdict: undefined, messages: [info(reason)], records: [], exitCode: 0 };
}

/** The end of a step that was told to stop: nothing more was started, and a post step takes back what was begun. */
export function concludeInterruption(place: HostKind): Conclusion {
  const rest = { runner: 'the post step takes back what was begun', terminal: 'nothing was opened' } as const;
  return {
    ...concludeQuietly(`Told to stop; ${rest[place]}.`),
    exitCode: exitCodes.interrupted,
  };
}

/** Says a conclusion in the log and in the summary, and returns its exit code. */
export async function conclude(
  { host, clock }: Dependencies,
  conclusion: Conclusion,
  run: Run,
  dryRun: boolean,
): Promise<number> {
  const { verdict, messages, records, besides = [], said, tables, serverNow: now = clock.now(), exitCode } = conclusion;
  const rehearsal = dryRun ? 'Dry run: ' : '';
  for (const { level, text } of messages) host[level](level === 'info' ? `${rehearsal}${text}` : text);
  if (verdict === undefined) return exitCode;
  const troubles = messages.filter(isTrouble).map(({ text }) => text);
  await host.summarise(
    renderSummary({ verdict, dryRun, records: [...records, ...besides], message: said, tables, troubles, run, now }),
  );
  return exitCode;
}

/**
 * Whether trouble with the API fails the job. With `auto`, an open operation fails where the repository can mend it, and a deploy goes on where
 * the service is in trouble; an operation that was asked to end something and could not fails in any case.
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
