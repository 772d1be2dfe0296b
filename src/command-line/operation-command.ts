import { flagsOf, isSwitch } from '../domain/flags.ts';
import { type InputName, inputs, type OperationName } from '../domain/inputs.ts';
import { operations } from '../domain/operations.ts';
import { identifyCommand, readPipeline } from '../host/pipeline.ts';
import { createTerminalHost } from '../host/terminal.ts';
import { readTerminalInputs } from '../host/terminal-inputs.ts';
import { performOperation } from '../programs/main-step.ts';
import { withNetwork } from '../programs/surroundings.ts';
import { describeAnswer, describeResult } from '../report/answer.ts';
import { exitCodes } from '../report/exit-code.ts';
import type { Call, CommandDefinition, Flag } from './command.ts';
import { examples } from './examples.ts';

/** The command of an operation. Its flags, defaults and meanings are those of the tables. */
export function operationCommand(operation: OperationName): CommandDefinition {
  return {
    name: operation,
    does: operations[operation].does,
    flags: [
      ...flagsOf(operation).map((name) => describeFlag(operation, name)),
      { flags: '--api-key-file <path>', meaning: 'File that holds the API key, where STATUSPAGE_ME_API_KEY does not.' },
    ],
    examples: examples[operation],
    perform: (call) => perform(operation, call),
  };
}

function describeFlag(operation: OperationName, name: InputName): Flag {
  const use = (operations[operation].inputs as Readonly<Partial<Record<InputName, unknown>>>)[name];
  const more = use === 'required' ? ' Required.' : hasDefault(use) ? ` Default: ${use.default}.` : '';
  const flags = isSwitch(name) ? `--${name} [true|false]` : `--${name} <value>`;
  return { flags, meaning: `${inputs[name].meaning}${more}` };
}

function hasDefault(use: unknown): use is { readonly default: string } {
  return typeof use === 'object' && use !== null && 'default' in use;
}

async function perform(operation: OperationName, { flags, environment, voice, interruption }: Call): Promise<number> {
  const inputsGiven = readTerminalInputs(operation, flags, environment);
  // What is opened under another title, or for another time, is another thing.
  const words = [operation, ...['title', 'start'].map(inputsGiven.read)];
  const run = identifyCommand(readPipeline(environment, process.cwd()), words);
  const host = createTerminalHost({ environment, inputs: inputsGiven, voice, run, interruption });
  const { exitCode, exit = 'failed' } = await withNetwork(host, performOperation);
  const code = exitCode === 1 ? exitCodes[exit] : exitCode;
  const outputs = host.outputs();
  const line = describeResult(operation, outputs);
  if (code === 0 && line !== undefined) voice.result(line);
  voice.answer(describeAnswer(operation, outputs));
  voice.leave(code === exitCodes.interrupted ? 'interrupted' : exit, code);
  return code;
}
