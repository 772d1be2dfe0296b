import { UserError } from '../../src/domain/errors.ts';
import { type MessageTitle, messageTitles } from '../../src/domain/message-title.ts';
import type { HostKind, Run } from '../../src/domain/run.ts';
import { createWorkflowRuns } from '../../src/github/workflow-runs.ts';
import { type NameOf, nameInWorkflow, nameOfFlag } from '../../src/inputs/flags.ts';
import { type Input, type InputName, inputNames, inputs as table } from '../../src/inputs/inputs.ts';
import { parseMatrix } from '../../src/inputs/parsers.ts';
import type { GivenInputs } from '../../src/inputs/read-inputs.ts';
import { formatOutput } from '../../src/messages/outputs.ts';
import type { Frame, Host } from '../../src/operations/host.ts';

/** What a workflow gives in `with:`. */
export type Inputs = Readonly<Partial<Record<InputName, string>>>;

/** What a step has saved, by name. */
export type Saved = Readonly<Record<string, string>>;

/** Everything that a step has reported. */
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

/** A host in memory, the frame of a step, and the inputs that the step is given. */
export interface TestStep {
  readonly told: Told;
  readonly host: Host;
  readonly frame: Frame;
  readonly given: GivenInputs;
}

export interface StepOptions {
  readonly inputs: Inputs;
  readonly startedAt: Date;
  readonly interruption: AbortSignal;
  readonly run: Run;
  readonly event: string;
  readonly kind: HostKind;
  /** Why the run gets no secrets, if it gets none. */
  readonly missingSecrets: string | undefined;
  readonly savedState: Saved | undefined;
  /** Where GitHub's API is asked. */
  readonly githubApiUrl: string;
  /** What GitHub answers, without a network: the runs with these ids are in progress, all others are over. */
  readonly inProgress: ReadonlySet<string> | undefined;
  /** How many texts the disk has room for; without it there is always room. */
  readonly savesUntilFull: number | undefined;
  /** By default a full disk has no room for outputs either. */
  readonly hasNoOutputs: boolean | undefined;
}

/** The defaults of action.yml as the runner evaluates them, in a job that has not failed and has no matrix. */
const defaults: Readonly<Record<string, string>> = {
  ...Object.fromEntries(inputNames.map((name) => [name, (table[name] as Input).default ?? ''])),
  'job-status': 'success',
  matrix: 'null',
  'github-token': '',
};

/** The inputs as the runner hands them over, with the defaults of action.yml. */
export function giveInputs(inputs: Inputs, kind: HostKind = 'runner'): GivenInputs {
  return { kind, texts: { ...defaults, ...inputs }, nameOf: namings[kind] };
}

const namings: Readonly<Record<HostKind, NameOf>> = { runner: nameInWorkflow, terminal: nameOfFlag };

/** A step that keeps in memory what it reports. */
export function createTestStep(options: StepOptions): TestStep {
  const { inputs, startedAt, interruption, run, event, kind, missingSecrets, savedState, githubApiUrl, inProgress } =
    options;
  const { savesUntilFull = Number.POSITIVE_INFINITY, hasNoOutputs } = options;
  const told: Told = { said: [], outputs: {}, states: [], masked: [], debugged: [], summary: '' };
  const sayAs = (level: string) => (text: string) => {
    told.said.push(`${level}: ${text}`);
  };
  /** Every annotation has a title that docs/troubleshooting.md explains. */
  const annotateAs = (level: string) => (text: string, title: MessageTitle) => {
    // The text is left out, so that no test takes this for the message that it expects.
    if (!messageTitles.includes(title)) throw new Error(`The ${level} has the title ${JSON.stringify(title)}.`);
    told.said.push(`${level}: ${text}`);
  };
  const given = giveInputs(inputs, kind);
  const leg = parseMatrix(given.texts.matrix ?? '') ?? '';
  return {
    told,
    given,
    frame: { startedAt, interruption, run: { ...run, leg: leg === '' ? run.leg : leg } },
    host: {
      kind,
      nameOf: given.nameOf,
      log: {
        mask: (secret) => told.masked.push(secret),
        debug: (line) => told.debugged.push(line),
        info: sayAs('info'),
        result: sayAs('info'),
        notice: annotateAs('notice'),
        warning: annotateAs('warning'),
        error: annotateAs('error'),
      },
      setOutputs: (outputs) => {
        if (hasNoOutputs ?? told.states.length >= savesUntilFull)
          throw new UserError('outputs not written', 'No space is left for outputs.');
        for (const [name, value] of Object.entries(outputs)) told.outputs[name] = formatOutput(name, value);
      },
      saveState: (name, text) => {
        if (told.states.length >= savesUntilFull)
          throw new UserError('state not saved', 'No space is left on the disk.');
        told.states.push({ ...told.states.at(-1), [name]: text });
      },
      savedState: (name) => savedState?.[name] || undefined,
      addSummary: async (markdown) => {
        told.summary += markdown;
      },
      workflowRuns: ({ interruption: signal, ...access }) =>
        inProgress === undefined
          ? createWorkflowRuns({ ...access, repository: run.repository, apiUrl: githubApiUrl, signal })
          : { fetchState: async (runId) => (inProgress.has(runId) ? 'in-progress' : 'completed') },
      event,
      explainMissingSecrets: async () => missingSecrets,
    },
  };
}
