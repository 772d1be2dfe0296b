import { parse } from 'node:path';
import { UserError } from '../domain/errors.ts';
import type { Run } from '../domain/run.ts';
import { createWorkflowRuns } from '../github/workflow-runs.ts';
import type { NameOf } from '../inputs/flags.ts';
import { type InputName, inputNames } from '../inputs/inputs.ts';
import type { GivenInputs } from '../inputs/read-inputs.ts';
import type { Outputs } from '../messages/outputs.ts';
import type { Frame, Host } from '../operations/host.ts';
import { type Flags, readTerminalInputs } from './inputs.ts';
import { identifyCommand, readPipeline } from './pipeline.ts';
import type { Invocation } from './program.ts';

/** What a command works in: its inputs, its host, its frame, and the outputs that it came to. */
export interface CommandContext {
  readonly given: GivenInputs;
  readonly host: Host;
  readonly frame: Frame;
  readonly outputs: () => Outputs;
}

/** The context of a call. It takes the inputs `takes`; `fixed` are those that the command sets by itself. */
export function createCommandContext(
  call: Invocation,
  takes: readonly InputName[],
  fixed: Flags,
  pipeline = pipelineOf(call),
): CommandContext {
  const { flags, operands, environment, startedAt, interruption } = call;
  const inputs = readTerminalInputs({ takes, fixed, flags, environment });
  // What is opened under another title, for another time or for another command is another thing.
  const words = [...['operation', 'title', 'start'].map(inputs.read), ...operands];
  let outputs: Outputs = {};
  const host = createTerminalHost(call, inputs.nameOf, (set) => {
    outputs = set;
  });
  return {
    given: {
      kind: 'terminal',
      texts: Object.fromEntries(inputNames.map((name) => [name, inputs.read(name)])),
      nameOf: inputs.nameOf,
    },
    host,
    frame: { startedAt, interruption, run: identifyCommand(pipeline, words, startedAt) },
    outputs: () => outputs,
  };
}

/** The pipeline that a call belongs to. */
export function pipelineOf({ environment }: Invocation): Run {
  return readPipeline(environment, findFolder());
}

/** The working directory. If it was deleted, the root of the file system, which belongs to no repository. */
export function findFolder(): string {
  try {
    return process.cwd();
  } catch {
    return parse(process.execPath).root;
  }
}

const missingRepository =
  'Could not ask GitHub about workflow runs: GITHUB_REPOSITORY is empty. Set it to the repository whose runs opened the incidents, as owner/name.';

/** A terminal, a script or another CI as a host. It keeps nothing for a later step. */
function createTerminalHost(
  { console, environment, program, flags }: Pick<Invocation, 'console' | 'environment' | 'program' | 'flags'>,
  nameOf: NameOf,
  setOutputs: Host['setOutputs'],
): Host {
  return {
    kind: 'terminal',
    program,
    keyFile: flags['api-key-file'],
    nameOf,
    log: {
      mask: console.hide,
      debug: console.debug,
      info: console.info,
      result: console.result,
      notice: console.notice,
      warning: console.warning,
      error: console.error,
    },
    setOutputs,
    saveState: () => {},
    savedState: () => undefined,
    addSummary: async () => {},
    workflowRuns: ({ interruption, ...access }) => {
      const { GITHUB_REPOSITORY: repository, GITHUB_API_URL: apiUrl = 'https://api.github.com' } = environment;
      if (repository === undefined || repository === '') throw new UserError('invalid input', missingRepository);
      return createWorkflowRuns({ ...access, repository, apiUrl, signal: interruption });
    },
    event: '',
    explainMissingSecrets: async () => undefined,
  };
}
