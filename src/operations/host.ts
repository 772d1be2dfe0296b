import { exitCodes } from '../domain/errors.ts';
import type { MessageTitle } from '../domain/message-title.ts';
import type { HostKind, Run } from '../domain/run.ts';
import type { Scope } from '../domain/scope.ts';
import type { Clock } from '../domain/time.ts';
import type { WorkflowRuns } from '../domain/workflow-runs.ts';
import type { NameOf } from '../inputs/flags.ts';
import type { Outputs } from '../messages/outputs.ts';
import type { CommandTarget } from '../statuspage/manual-commands.ts';

/** Where lines and annotations go. Secrets that were masked never appear in them. */
export interface Log {
  /** Hides a secret in everything that is printed from now on. */
  readonly mask: (secret: string) => void;
  readonly debug: (line: string) => void;
  readonly info: (line: string) => void;
  /** A line of the result that was asked for, such as a row of a table. */
  readonly result: (line: string) => void;
  readonly notice: (text: string, title: MessageTitle) => void;
  readonly warning: (text: string, title: MessageTitle) => void;
  readonly error: (text: string, title: MessageTitle) => void;
}

/** Access to the CI's own API: the token, and how long it may be used. */
interface RunsAccess {
  readonly token: string;
  readonly deadline: Date;
  readonly clock: Clock;
  /** Aborted by a signal to stop. */
  readonly interruption: AbortSignal;
}

/** The host of a step: what it says, what it keeps for later, and what only the CI knows. */
export interface Host {
  readonly kind: HostKind;
  /** How the reader starts our command line, such as `node statuspage-me.mjs`. Undefined on the runner, where nobody does. */
  readonly program?: string | undefined;
  /** The file that the reader named for the API key, if a flag did. */
  readonly keyFile?: string | undefined;
  /** How the reader of a message gives an input. */
  readonly nameOf: NameOf;
  /** All scopes that the operation needs, by the one that is missing; undefined before an operation is chosen. */
  readonly needed?: (missing: Scope) => readonly Scope[];
  readonly log: Log;
  readonly setOutputs: (outputs: Outputs) => void;
  /** Keeps a text for the post step under a name; the last one counts. */
  readonly saveState: (name: string, text: string) => void;
  /** What main saved under a name; undefined if it saved nothing, or an empty text. */
  readonly savedState: (name: string) => string | undefined;
  /** Adds Markdown to the page of the run. */
  readonly addSummary: (markdown: string) => Promise<void>;
  /** The runs of this repository's workflows, as the CI's own API reports them. */
  readonly workflowRuns: (access: RunsAccess) => WorkflowRuns;
  /** What started the run, as `push` or `pull_request_target`. */
  readonly event: string;
  /** Why this run gets no secrets, in words; undefined if it should have them. */
  readonly explainMissingSecrets: () => Promise<string | undefined>;
}

/** What the commands that we offer need to know. */
export function targetOf(
  { kind, program, keyFile }: Pick<Host, 'kind' | 'program' | 'keyFile'>,
  apiUrl: string,
): CommandTarget {
  return { host: kind, program, keyFile, apiUrl };
}

/** The frame of one step: when it began, what stops it, and which run it belongs to. */
export interface Frame {
  /** When this process began. All time budgets count from here. */
  readonly startedAt: Date;
  /** Aborted by a signal to stop. */
  readonly interruption: AbortSignal;
  readonly run: Run;
}

/** After a signal, what is in flight gets its time; then the process leaves, whatever still holds it. */
const leaveAfterMs = 6_000;

/** Aborted at the first signal to stop. `stopWatching` leaves the signals to others. */
export interface SignalWatch {
  readonly interruption: AbortSignal;
  readonly stopWatching: () => void;
}

/** Signals to undo what was begun and exit. The runner sends SIGINT, SIGTERM 7.5 s later, and kills 2.5 s later; Windows sends SIGBREAK. */
export const stopSignals = ['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP', 'SIGQUIT'] as const;

/** Signals without a meaning for us. They must neither kill us in the middle of our work nor open Node's debugger. */
export const otherSignals = ['SIGUSR1', 'SIGUSR2', 'SIGALRM', 'SIGXCPU'] as const;

/** Watches for signals to stop. After the first one, the process has some seconds to undo what was begun. */
export function watchSignals(): SignalWatch {
  const interruption = new AbortController();
  const stop = () => {
    interruption.abort();
    setTimeout(() => process.exit(exitCodes.interrupted), leaveAfterMs).unref();
  };
  for (const signal of stopSignals) process.once(signal, stop);
  for (const signal of otherSignals) process.on(signal, () => {});
  return {
    interruption: interruption.signal,
    stopWatching: () => {
      for (const signal of stopSignals) process.off(signal, stop);
    },
  };
}
