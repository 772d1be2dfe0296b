import { UserError } from '../domain/errors.ts';
import type { Run } from '../domain/run.ts';
import { createWorkflowRuns } from '../github/workflow-runs.ts';
import type { InputName } from '../inputs/inputs.ts';
import type { Host } from '../operations/host.ts';
import type { Console } from './console.ts';
import { type Flags, readTerminalInputs, type TerminalInputs } from './inputs.ts';
import { identifyCommand, readPipeline } from './pipeline.ts';
import type { Call } from './program.ts';

/** What a command runs in. */
export interface TerminalOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly inputs: TerminalInputs;
  readonly console: Console;
  readonly run: Run;
  /** When the command was typed. */
  readonly startedAt: Date;
  readonly interruption: AbortSignal;
}

/** A host that gives back what a command has come to. */
export interface TerminalHost extends Host {
  /** The outputs by their names, as the action would set them. */
  readonly outputs: () => Readonly<Record<string, string>>;
}

const missingRepository =
  'Asking GitHub about workflow runs — the variable GITHUB_REPOSITORY is empty — Set it to the repository whose runs have opened incidents, as owner/name.';

/** A terminal, a script or another CI as a host: flags and variables come in, results and messages go out. Nothing is kept for a later step. */
export function createTerminalHost({
  environment,
  inputs,
  console,
  run,
  startedAt,
  interruption,
}: TerminalOptions): TerminalHost {
  const outputs: Record<string, string> = {};
  return {
    kind: 'terminal',
    startedAt,
    interruption,
    input: inputs.read,
    nameOf: inputs.nameOf,
    identify: (leg) => ({ ...run, leg }),
    workflowRuns: (access) => {
      const { GITHUB_REPOSITORY: repository, GITHUB_API_URL: apiUrl = 'https://api.github.com' } = environment;
      if (repository === undefined || repository === '') throw new UserError(missingRepository);
      return createWorkflowRuns({ ...access, repository, apiUrl, signal: interruption });
    },
    event: '',
    explainMissingSecrets: async () => undefined,
    mask: console.hide,
    debug: console.debug,
    info: console.info,
    result: console.result,
    notice: console.notice,
    warning: console.warning,
    error: console.error,
    output: (name, value) => {
      outputs[name] = value;
    },
    saveState: () => {},
    savedState: () => undefined,
    summarise: async () => {},
    outputs: () => outputs,
  };
}

/** The host of a call: `takes` are the inputs that it is given, `fixed` those that the command says by itself. */
export function createHost(
  call: Call,
  takes: readonly InputName[],
  fixed: Flags,
  pipeline = pipelineOf(call),
): TerminalHost {
  const { flags, operands, environment, console, startedAt, interruption } = call;
  const inputs = readTerminalInputs({ takes, fixed, flags, environment });
  // What is opened under another title, for another time or for another command is another thing.
  const words = [...['operation', 'title', 'start'].map(inputs.read), ...operands];
  const run = identifyCommand(pipeline, words);
  return createTerminalHost({ environment, inputs, console, run, startedAt, interruption });
}

/** The pipeline that a call belongs to. */
export function pipelineOf({ environment }: Call): Run {
  return readPipeline(environment, process.cwd());
}
