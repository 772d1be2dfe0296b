import type { Exit } from '../domain/errors.ts';
import { flagsOf } from '../inputs/flags.ts';
import type { InputName, OperationName } from '../inputs/inputs.ts';
import { operations } from '../inputs/operations.ts';
import { type Outputs, toJsonOutput, toResultLine } from '../messages/outputs.ts';
import { perform } from '../operations/perform.ts';
import { apiKeyFlag, asFlags, describeFlag, type Flag, titleUse } from './flag.ts';
import { createCommandContext } from './host.ts';
import type { CommandDefinition, Invocation } from './program.ts';

/** The command of an operation. Its flags, defaults and meanings are those of the tables. */
export function operationCommand(operation: OperationName): CommandDefinition {
  const uses: Readonly<Partial<Record<InputName, unknown>>> = {
    ...operations[operation].inputs,
    ...usesInHelp[operation],
  };
  const { does = asFlags(operations[operation].does), more = [], ...texts } = operationTexts[operation];
  return {
    name: operation,
    does,
    get flags() {
      return [...flagsOf(operation).map((name) => describeFlag(name, uses[name])), ...more, apiKeyFlag];
    },
    ...texts,
    perform: (call) => performCommand(operation, call),
  };
}

async function performCommand(operation: OperationName, call: Invocation): Promise<Exit> {
  const { console } = call;
  const { opens, doing } = operations[operation];
  // Nobody comes after a command to end what it has opened.
  const fixed = { operation, 'auto-resolve': opens ? 'false' : '' };
  const context = createCommandContext(call, flagsOf(operation), fixed);
  console.progress(doing);
  const { exit } = await call.network(context, (dependencies) => perform(dependencies, context.given));
  return printResult(call, operation, context.outputs(), exit);
}

/** Prints what an operation came to; returns how the command exits. */
export function printResult(
  { console, interruption }: Invocation,
  operation: OperationName,
  outputs: Outputs,
  exit: Exit,
): Exit {
  const line = toResultLine(operation, outputs);
  if (exit === 'done' && line !== undefined) console.result(line);
  // What failed has no result. A check and a gate have one: why they failed.
  if (exit === 'done' || line === undefined) console.json(toJsonOutput(operation, outputs));
  return exit !== 'done' && interruption.aborted ? 'interrupted' : exit;
}

/** What help says of an operation besides the tables. */
type OperationText = Pick<CommandDefinition, 'summary' | 'first' | 'examples'> & {
  /** If the table mentions a post step, which a command does not have. */
  readonly does?: string;
  readonly more?: readonly Flag[];
};

/** Defaults that depend on when a window starts. */
const usesInHelp: Readonly<Partial<Record<OperationName, Readonly<Partial<Record<InputName, unknown>>>>>> = {
  'open-maintenance': { title: { default: `${titleUse.default}, or Scheduled maintenance if it starts later` } },
};

const operationTexts: Readonly<Record<OperationName, OperationText>> = {
  'open-maintenance': {
    summary: 'Opens a maintenance window',
    does: 'Opens a maintenance window on each status page. It ends by itself at its announced end, or earlier by `resolve`.',
    first: ['status-page', 'title', 'message', 'duration', 'deployment-key'],
    examples: [
      'open-maintenance --status-page acme --duration 1h',
      'open-maintenance --status-page acme --start 2030-01-31T22:00:00Z',
    ],
  },
  'open-incident': {
    summary: 'Opens an incident',
    does: 'Opens an incident on each status page. It stays open until `resolve` closes it.',
    first: ['status-page', 'title', 'message', 'state', 'deployment-key'],
    examples: [
      'open-incident --status-page acme --title Search --message Slow',
      'open-incident --status-page acme,beta --title API --message Down',
    ],
  },
  update: {
    summary: 'Changes an open notice',
    first: ['id', 'kind', 'message', 'state', 'duration'],
    examples: ['update --id 12 --kind maintenance --duration 30m', 'update --id 7 --kind incident --state monitoring'],
  },
  resolve: {
    summary: 'Ends a notice',
    does: 'Ends a notice: a window now, an incident with an entry in the state Resolved. With `--outcome` it does what that outcome asks for.',
    first: ['id', 'kind', 'deployment-key', 'status-page', 'message'],
    more: [
      {
        flags: '--message <value>',
        meaning: 'The same as `--resolve-message`.',
        group: 'End of the deployment',
        input: 'resolve-message',
      },
    ],
    examples: [
      'resolve --id 12 --kind incident --message "Search works again."',
      'resolve --deployment-key shop --status-page acme',
    ],
  },
  delete: {
    summary: 'Removes a notice from the page and its history',
    first: ['id', 'kind', 'deployment-key', 'status-page', 'dry-run'],
    examples: ['delete --id 12 --kind maintenance', 'delete --deployment-key shop --status-page acme --dry-run'],
  },
  check: {
    summary: 'Shows what the API key may do, and which pages it sees',
    first: ['status-page', 'require', 'api-key-file', 'json'],
    examples: ['check', 'check --require open-maintenance,resolve --status-page acme'],
  },
  gate: {
    summary: 'Fails if it is a bad time to deploy',
    first: ['status-page', 'deployment-key', 'wait-for', 'min-uptime', 'bypass'],
    examples: ['gate --status-page acme --wait-for 15m', 'gate --status-page acme --min-uptime 99.9'],
  },
  sweep: {
    summary: 'Resolves incidents left open by GitHub runs that died',
    does: 'Resolves incidents left open by runs of GitHub Actions that died. `GITHUB_REPOSITORY` names the repository, and `GITHUB_TOKEN` must be able to read its runs.',
    first: ['status-page', 'dry-run', 'json'],
    examples: ['sweep --status-page acme', 'sweep --status-page acme --dry-run'],
  },
};
