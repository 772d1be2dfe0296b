import type { Command } from './commands.ts';
import type { Annotation } from './step-log.ts';

/** The ways in which a step, or a job, can have ended. */
export type Status = 'success' | 'failure' | 'cancelled';

/** What another step of the job has left in the `steps` context. */
export interface OtherStep {
  readonly outcome: Status | 'skipped';
  readonly conclusion?: Status | 'skipped';
  readonly outputs?: Readonly<Record<string, string>>;
}

/** The job around the action; everything but the action's folder has the value of an ordinary push. */
export interface JobOptions {
  readonly actionDir: string;
  /** The Node that runs the action; if not given, the one that runs this. */
  readonly node?: string;
  readonly repository?: string;
  readonly runId?: string;
  readonly attempt?: number;
  readonly jobName?: string;
  readonly workflowRef?: string;
  readonly ref?: string;
  readonly actor?: string;
  readonly eventName?: string;
  readonly event?: object;
  /** The values of this leg, or nothing outside a matrix. */
  readonly matrix?: Readonly<Record<string, unknown>>;
  /** Masked in the log from the beginning, as the runner does with whatever the secrets context holds. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, string>>;
  /** The jobs that this one waited for, with the outputs they declared. */
  readonly needs?: Readonly<
    Record<string, { readonly result: string; readonly outputs: Readonly<Record<string, string>> }>
  >;
  /** Set for the action's processes last of all, so that it may replace what the runner sets. */
  readonly env?: Readonly<Record<string, string>>;
  /** Step debug logging: debug lines are shown. */
  readonly debug?: boolean;
  /** Shortens the waits of a cancel (7.5 s and 2.5 s): with 0.01 they take 75 and 25 ms. */
  readonly graceFactor?: number;
}

/** One use of the action, as the workflow writes it. */
export interface StepOptions {
  /** May hold expressions; they are evaluated for main and once more for post. */
  readonly with?: Readonly<Record<string, string | number | boolean>>;
  readonly stepId?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly continueOnError?: boolean;
}

/** What has changed in the job until its post steps run. */
export interface PostOptions {
  /** The job's status; worked out from the main steps if it is not given. */
  readonly status?: Status;
  /** The steps that ran after main, by their id. */
  readonly steps?: Readonly<Record<string, OtherStep>>;
}

/** What a main or a post step left behind. */
export interface StepResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What the runner sent to end the step, in order. */
  readonly signalsSent: readonly NodeJS.Signals[];
  readonly outcome: Status;
  /** The outcome after `continue-on-error`. */
  readonly conclusion: Status;
  /** Standard output and standard error as the runner shows them: masked, commands carried out. */
  readonly log: string;
  readonly annotations: readonly Annotation[];
  readonly commands: readonly Command[];
  /** The values that the step asked the runner to mask. */
  readonly masked: readonly string[];
  /** The lines, of the log or the summary, in which the step wrote a secret out. */
  readonly leaks: readonly string[];
  /** Empty for post steps: the runner drops what they set. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** A step while it runs. */
export interface RunningStep {
  readonly finished: Promise<StepResult>;
  /** Waits until the log holds a text. Throws if the step ends without it. */
  printed(text: string): Promise<void>;
  /** Sends the step one signal; without a name it is killed, as the kernel does if memory runs out. */
  kill(signal?: NodeJS.Signals): void;
}

/** A main step while it runs. Only a main step gets the signals of a cancelled run. */
export interface RunningMain extends RunningStep {
  /** Cancels the run as the runner does: SIGINT, 7.5 s, SIGTERM, 2.5 s, SIGKILL. */
  cancel(): void;
}

/** A job with a workspace and temporary folders of its own. */
export interface Job {
  /** The folder in which the action's processes run. */
  readonly workspace: string;
  startMain(step?: StepOptions): RunningMain;
  runMain(step?: StepOptions): Promise<StepResult>;
  /** Starts the post step of the latest use whose post has not run: last in, first out. Throws if there is none. */
  startPost(options?: PostOptions): RunningStep;
  runPost(options?: PostOptions): Promise<StepResult>;
  /** Removes every file of the job. */
  dispose(): void;
}
