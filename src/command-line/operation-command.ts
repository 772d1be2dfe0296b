import { flagsOf } from '../domain/flags.ts';
import type { InputName, OperationName } from '../domain/inputs.ts';
import { operations } from '../domain/operations.ts';
import { performOperation } from '../programs/main-step.ts';
import { withNetwork } from '../programs/surroundings.ts';
import { describeAnswer, describeResult } from '../report/answer.ts';
import type { Exit } from '../report/exit-code.ts';
import type { Call, CommandDefinition } from './command.ts';
import { createHost } from './create-host.ts';
import { apiKeyFlag, describeFlag } from './flags.ts';
import { operationTexts } from './operation-texts.ts';

/** The command of an operation. Its flags, defaults and meanings are those of the tables. */
export function operationCommand(operation: OperationName): CommandDefinition {
  const uses: Readonly<Partial<Record<InputName, unknown>>> = operations[operation].inputs;
  const { does = operations[operation].does, examples } = operationTexts[operation];
  return {
    name: operation,
    does,
    flags: [...flagsOf(operation).map((name) => describeFlag(name, uses[name])), apiKeyFlag],
    examples,
    perform: (call) => perform(operation, call),
  };
}

async function perform(operation: OperationName, call: Call): Promise<Exit> {
  const { voice } = call;
  const { opens, doing } = operations[operation];
  // Nobody comes after a command to end what it has opened.
  const fixed = { operation, 'auto-resolve': opens ? 'false' : '' };
  const host = createHost(call, flagsOf(operation), fixed);
  voice.progress(doing);
  const { exitCode, exit } = await withNetwork(host, performOperation);
  const outputs = host.outputs();
  const line = describeResult(operation, outputs);
  if (exitCode === 0 && line !== undefined) voice.result(line);
  voice.answer(describeAnswer(operation, outputs));
  if (exitCode === 0) return 'done';
  return call.interruption.aborted ? 'interrupted' : (exit ?? 'failed');
}
