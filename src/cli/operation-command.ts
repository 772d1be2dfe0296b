import type { Exit } from '../domain/exit.ts';
import { flagsOf } from '../inputs/flags.ts';
import type { InputName, OperationName } from '../inputs/inputs.ts';
import { operations } from '../inputs/operations.ts';
import type { Outputs } from '../inputs/outputs.ts';
import { toJsonOutput, toResultLine } from '../messages/json-output.ts';
import { perform } from '../operations/perform.ts';
import { createSurroundings } from './host.ts';
import { apiKeyFlag, type Call, type CommandDefinition, describeFlag } from './program.ts';

/** The command of an operation. Its flags, defaults and meanings are those of the tables. */
export function operationCommand(operation: OperationName): CommandDefinition {
  const uses: Readonly<Partial<Record<InputName, unknown>>> = operations[operation].inputs;
  const { does = operations[operation].does, examples } = operationTexts[operation];
  return {
    name: operation,
    does,
    flags: [...flagsOf(operation).map((name) => describeFlag(name, uses[name])), apiKeyFlag],
    examples,
    perform: (call) => performCommand(operation, call),
  };
}

async function performCommand(operation: OperationName, call: Call): Promise<Exit> {
  const { console } = call;
  const { opens, doing } = operations[operation];
  // Nobody comes after a command to end what it has opened.
  const fixed = { operation, 'auto-resolve': opens ? 'false' : '' };
  const surroundings = createSurroundings(call, flagsOf(operation), fixed);
  console.progress(doing);
  const { exit } = await call.network(surroundings, (dependencies) => perform(dependencies, surroundings.given));
  return printResult(call, operation, surroundings.outputs(), exit);
}

/** Prints what an operation came to; returns how the command exits. */
export function printResult(
  { console, interruption }: Call,
  operation: OperationName,
  outputs: Outputs,
  exit: Exit,
): Exit {
  const line = toResultLine(operation, outputs);
  if (exit === 'done' && line !== undefined) console.result(line);
  console.json(toJsonOutput(operation, outputs));
  return exit !== 'done' && interruption.aborted ? 'interrupted' : exit;
}

/** What help says of an operation besides the tables. */
interface OperationText {
  /** Where the table speaks of a post step, which a command has not. */
  readonly does?: string;
  /** What people may type, each without the name of the program. */
  readonly examples: readonly string[];
}

const operationTexts: Readonly<Record<OperationName, OperationText>> = {
  'open-maintenance': {
    does: 'Opens a maintenance window on each status page. It ends by itself at its announced end, or earlier by `resolve`.',
    examples: [
      'open-maintenance --status-page acme --duration 1h',
      'open-maintenance --status-page acme --start 2030-01-31T22:00:00Z --duration 2h --deployment-key shop',
    ],
  },
  'open-incident': {
    does: 'Opens an incident on each status page. It stays open until `resolve` closes it.',
    examples: ['open-incident --status-page acme --title "Slow search" --message "We are looking into it."'],
  },
  update: {
    examples: [
      'update --id 12 --kind maintenance --duration 30m',
      'update --deployment-key shop --status-page acme --message "Half of it is done."',
    ],
  },
  resolve: {
    does: 'Ends a record: a window now, an incident by an entry with the state Resolved; with `outcome`, as that outcome asks for.',
    examples: [
      'resolve --id 12 --kind maintenance',
      'resolve --deployment-key shop --status-page acme --outcome failure --on-failure incident',
    ],
  },
  delete: { examples: ['delete --id 12 --kind maintenance'] },
  check: { examples: ['check', 'check --require open-maintenance,resolve --status-page acme'] },
  gate: { examples: ['gate --status-page acme --wait-for 15m', 'gate --status-page acme --min-uptime 99.9'] },
  sweep: {
    does: 'Resolves the incidents that dead runs of GitHub Actions have left, in the repository that GITHUB_REPOSITORY names; GITHUB_TOKEN may read its runs.',
    examples: ['sweep --status-page acme'],
  },
};
