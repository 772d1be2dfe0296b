import { fileURLToPath } from 'node:url';
import type { HostKind, Run } from '../../src/domain/run.ts';
import { createWorkflowRuns } from '../../src/github/workflow-runs.ts';
import type { InputName } from '../../src/inputs/inputs.ts';
import type { Host } from '../../src/operations/host.ts';
import { readActionFile } from '../../tools/demo/action-file.ts';

/** What a workflow gives in `with:`. */
export type Inputs = Readonly<Partial<Record<InputName, string>>>;

/** What a step has saved, by name. */
export type Saved = Readonly<Record<string, string>>;

/** Everything that a step has told its surroundings. */
export interface Told {
  /** Lines of the log and annotations, as `warning: …`. */
  readonly said: string[];
  readonly outputs: Record<string, string>;
  /** What was saved under which name, after each time that anything was; oldest first. */
  readonly states: Saved[];
  readonly masked: string[];
  readonly debugged: string[];
  summary: string;
}

/** A host in memory. */
export interface TestHost extends Host {
  readonly told: Told;
}

export interface HostOptions {
  readonly inputs: Inputs;
  readonly startedAt: Date;
  readonly interruption: AbortSignal;
  readonly run: Run;
  readonly event: string;
  readonly kind: HostKind;
  /** Why the run gets no secrets, where it gets none. */
  readonly missingSecrets: string | undefined;
  readonly savedState: Saved | undefined;
  /** Where GitHub's API is asked. */
  readonly githubApiUrl: string;
}

/** The defaults of action.yml as the runner evaluates them, in a job that has not failed and has no matrix. */
const defaults: Readonly<Record<string, string>> = {
  ...readActionFile(fileURLToPath(new URL('../..', import.meta.url))).defaults,
  'job-status': 'success',
  matrix: 'null',
};

/** A host that keeps in memory what it is told. */
export function createTestHost(options: HostOptions): TestHost {
  const { inputs, startedAt, interruption, run, event, kind, missingSecrets, savedState, githubApiUrl } = options;
  const given: Readonly<Record<string, string | undefined>> = inputs;
  const told: Told = { said: [], outputs: {}, states: [], masked: [], debugged: [], summary: '' };
  const sayAs = (level: string) => (text: string) => {
    told.said.push(`${level}: ${text}`);
  };
  return {
    told,
    kind,
    startedAt,
    interruption,
    input: (name) => given[name] ?? defaults[name] ?? '',
    nameOf: (name) => name,
    identify: (leg) => ({ ...run, leg }),
    workflowRuns: (access) =>
      createWorkflowRuns({ ...access, repository: run.repository, apiUrl: githubApiUrl, signal: interruption }),
    event,
    explainMissingSecrets: async () => missingSecrets,
    mask: (secret) => told.masked.push(secret),
    debug: (line) => told.debugged.push(line),
    info: sayAs('info'),
    result: sayAs('info'),
    notice: sayAs('notice'),
    warning: sayAs('warning'),
    error: sayAs('error'),
    output: (name, value) => {
      told.outputs[name] = value;
    },
    saveState: (name, text) => {
      told.states.push({ ...told.states.at(-1), [name]: text });
    },
    savedState: (name) => savedState?.[name] || undefined,
    summarise: async (markdown) => {
      told.summary += markdown;
    },
  };
}
