import type { InputName } from '../domain/inputs.ts';
import { identifyCommand, readPipeline } from '../host/pipeline.ts';
import { createTerminalHost, type TerminalHost } from '../host/terminal.ts';
import { type Flags, readTerminalInputs } from '../host/terminal-inputs.ts';
import type { Call } from './command.ts';

/** The host of a call: `takes` are the inputs that it is given, `fixed` those that the command says by itself. */
export function createHost(call: Call, takes: readonly InputName[], fixed: Flags): TerminalHost {
  const { flags, environment, voice, startedAt, interruption } = call;
  const inputs = readTerminalInputs({ takes, fixed, flags, environment });
  // What is opened under another title, or for another time, is another thing.
  const words = ['operation', 'title', 'start'].map(inputs.read);
  const run = identifyCommand(readPipeline(environment, process.cwd()), words);
  return createTerminalHost({ environment, inputs, voice, run, startedAt, interruption });
}
