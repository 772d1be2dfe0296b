import { Command, InvalidArgumentError, Option } from 'commander';
import type { Flags } from '../host/terminal-inputs.ts';
import type { Call, CommandDefinition, Flag } from './command.ts';
import { version } from './version.ts';

type Typed = Pick<Call, 'flags' | 'operands'>;

/** What every command takes. */
const commonFlags: readonly Flag[] = [
  { flags: '--json', meaning: 'Print the result as one JSON object, and messages as an object a line.' },
  { flags: '--debug', meaning: 'Tell of every request.' },
];

/** The parser of the command line. It throws `CommanderError`, also after help and version. */
export function createProgram(
  definitions: readonly CommandDefinition[],
  perform: (definition: CommandDefinition, typed: Typed) => Promise<void>,
): Command {
  const program = new Command('statuspage-me')
    .description('Tells the visitors of a StatusPage.me status page that a deployment is under way.')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .helpCommand(false);
  for (const definition of definitions) {
    const command = program
      .command(definition.name)
      .description(definition.does)
      .addHelpText('after', describeExamples(definition));
    for (const [operand, meaning] of Object.entries(definition.operands ?? {})) command.argument(operand, meaning);
    for (const flag of [...definition.flags, ...commonFlags]) command.addOption(createOption(flag));
    command.action(() => perform(definition, { flags: flagsOf(command), operands: command.args }));
  }
  return program;
}

function createOption({ flags, meaning }: Flag): Option {
  const option = new Option(flags, meaning);
  if (option.optional) option.preset('true');
  return option.argParser((value, earlier: unknown) => {
    if (earlier !== undefined)
      throw new InvalidArgumentError('It was given before; give several values split by commas.');
    return value;
  });
}

function flagsOf(command: Command): Flags {
  const values = command.opts<Record<string, string | boolean | undefined>>();
  const given = command.options.flatMap((option) => {
    const value = values[option.attributeName()];
    return value === undefined ? [] : [[option.long?.slice(2) ?? '', String(value)] as const];
  });
  return Object.fromEntries(given);
}

function describeExamples({ examples }: CommandDefinition): string {
  return `\nExamples:\n${examples.map((example) => `  statuspage-me ${example}`).join('\n')}`;
}
