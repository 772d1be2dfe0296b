import type { HostKind, Run } from '../domain/run.ts';
import type { Clock } from '../domain/time.ts';
import type { WorkflowRuns } from '../domain/workflow-runs.ts';
import type { InputName } from '../inputs/inputs.ts';

/** How the CI's own API is asked: with which token, and for how long. */
interface RunsAccess {
  readonly token: string;
  readonly deadline: Date;
  readonly clock: Clock;
}

/** Where we run: what is read from the surroundings, and where results, messages and memories go. */
export interface Host {
  readonly kind: HostKind;
  /** When this process began; all budgets of time count from here. */
  readonly startedAt: Date;
  /** Aborted when we are told to stop. */
  readonly interruption: AbortSignal;
  /** The raw text of an input; empty where it was not given. */
  readonly input: (name: string) => string;
  /** An input as the user wrote it: `duration`, `--duration` or its variable. */
  readonly nameOf: (name: InputName) => string;
  /** Who we are in the CI; `leg` is the leg of the matrix as JSON. */
  readonly identify: (leg: string) => Run;
  /** The runs of this repository's workflows, as the CI's own API tells of them. */
  readonly workflowRuns: (access: RunsAccess) => WorkflowRuns;
  /** What started the run, as `push` or `pull_request_target`. */
  readonly event: string;
  /** Why this run gets no secrets, in words; undefined where it should have them. */
  readonly explainMissingSecrets: () => Promise<string | undefined>;
  /** Keeps a secret out of everything that is printed from now on. */
  readonly mask: (secret: string) => void;
  readonly debug: (line: string) => void;
  readonly info: (line: string) => void;
  /** A line of what was asked for, such as a row of a table. */
  readonly result: (line: string) => void;
  readonly notice: (text: string) => void;
  readonly warning: (text: string) => void;
  readonly error: (text: string) => void;
  readonly output: (name: string, value: string) => void;
  /** Keeps a text for the post step under a name; the last one wins. */
  readonly saveState: (name: string, text: string) => void;
  /** What main saved under a name; undefined where it saved nothing, or an empty text. */
  readonly savedState: (name: string) => string | undefined;
  /** Adds Markdown to the page that people see of the run. */
  readonly summarise: (markdown: string) => Promise<void>;
}
