import type { InputName } from '../domain/inputs.ts';
import type { Run } from '../domain/run.ts';
import { identifyCommand, readPipeline } from '../host/pipeline.ts';
import { createTerminalHost, type TerminalHost } from '../host/terminal.ts';
import { type Flags, readTerminalInputs } from '../host/terminal-inputs.ts';
import type { Call } from './command.ts';

/** The host of a call: `takes` are the inputs that it is given, `fixed` those that the command says by itself. */
export function createHost(
  call: Call,
  takes: readonly InputName[],
  fixed: Flags,
  pipeline = pipelineOf(call),
): TerminalHost {
  const { flags, operands, environment, voice, startedAt, interruption } = call;
  const inputs = readTerminalInputs({ takes, fixed, flags, environment });
  // What is opened under another title, for another time or for another command is another thing.
  const words = [...['operation', 'title', 'start'].map(inputs.read), ...operands];
  const run = identifyCommand(pipeline, words);
  return createTerminalHost({ environment, inputs, voice, run, startedAt, interruption });
}

/** The pipeline that a call belongs to. */
export function pipelineOf({ environment }: Call): Run {
  return readPipeline(environment, process.cwd());
}
