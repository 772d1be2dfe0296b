import type { Writable } from 'node:stream';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Exit } from '../domain/exit.ts';
import { isSwitch } from '../inputs/flags.ts';
import { type Input, type InputName, inputs } from '../inputs/inputs.ts';
import type { Network } from '../operations/dependencies.ts';
import type { Console } from './console.ts';
import type { Flags } from './inputs.ts';
import { version } from './version.ts';

/** A flag of a command, with or without a value: `--duration <value>`. */
export interface Flag {
  readonly flags: string;
  readonly meaning: string;
}

/** A call of a command, as it was typed. */
export interface Call {
  readonly flags: Flags;
  /** What was typed beside the flags. */
  readonly operands: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly console: Console;
  /** When it was typed; all budgets of time count from here. */
  readonly startedAt: Date;
  /** Aborted when we are told to stop. */
  readonly interruption: AbortSignal;
  /** Leaves the signals to the command, which has to listen to them. */
  readonly leaveSignals: () => void;
  readonly network: Network;
}

/** One command: what help and documentation say of it, and what it does. */
export interface CommandDefinition {
  readonly name: string;
  /** What may be typed beside the flags, such as `<kind> [id]`; each with its meaning. */
  readonly operands?: Readonly<Record<string, string>>;
  readonly does: string;
  readonly flags: readonly Flag[];
  /** What people may type, each without the name of the program. */
  readonly examples: readonly string[];
  /** How it ends decides the exit code; a number is the exit code itself. What it throws is printed as a failure. */
  readonly perform: (call: Call) => Promise<Exit | number>;
}

/** Where the API key comes from, if not from its variable. */
export const apiKeyFlag: Flag = {
  flags: '--api-key-file <path>',
  meaning: 'File that holds the API key and nothing else, where STATUSPAGE_ME_API_KEY does not hold it.',
};

/** The flag of an input, as the operation uses it; every default is one of the tables. */
export function describeFlag(name: InputName, use?: unknown): Flag {
  const input: Input = inputs[name];
  const usual = isDefault(use) ? use.default : input.default;
  const more = use === 'required' ? ' Required.' : usual === undefined ? '' : ` Default: ${usual.replace(/\.$/, '')}.`;
  return {
    flags: isSwitch(name) ? `--${name} [true|false]` : `--${name} <value>`,
    meaning: `${input.flagMeaning ?? input.meaning}${more}`,
  };
}

function isDefault(use: unknown): use is { readonly default: string } {
  return typeof use === 'object' && use !== null && 'default' in use;
}

type Typed = Pick<Call, 'flags' | 'operands'>;

/** What every command takes. */
export const commonFlags: readonly Flag[] = [
  { flags: '--json', meaning: 'Print the result as one JSON object, and each message as one too.' },
  { flags: '--debug', meaning: 'Tell of every request.' },
];

const afterHelp = `
Every flag may be a variable of the environment instead: --status-page as STATUSPAGE_ME_STATUS_PAGE.
The API key is STATUSPAGE_ME_API_KEY, or in the file that --api-key-file names.`;

/** The parser of the command line; help and version go to stdout. It throws `CommanderError`, also after those two. */
export function createProgram(
  definitions: readonly CommandDefinition[],
  { stdout, stderr }: { readonly stdout: Writable; readonly stderr: Writable },
  perform: (definition: CommandDefinition, typed: Typed) => Promise<void>,
): Command {
  const program = new Command('statuspage-me')
    .description('Tells the visitors of a StatusPage.me status page that a deployment is under way.')
    .version(version, '--version', 'Print the version.')
    .helpOption('--help', 'Print this.')
    .helpCommand(false)
    .addHelpText('after', `${afterHelp}\nstatuspage-me <command> --help tells more.`)
    .configureHelp({ optionDescription: ({ description }) => description, subcommandTerm: (command) => command.name() })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: () => {},
    })
    .exitOverride();
  for (const definition of definitions) {
    const { name, does, operands = {}, flags } = definition;
    const command = program.command(name).description(does).addHelpText('after', describeMore(definition));
    for (const [operand, meaning] of Object.entries(operands)) command.argument(operand, meaning);
    const all = [...flags, ...commonFlags];
    for (const flag of all) command.addOption(createOption(flag, all));
    command.action(() => perform(definition, { flags: flagsOf(command), operands: command.args }));
  }
  return program;
}

function createOption({ flags, meaning }: Flag, all: readonly Flag[]): Option {
  const option = new Option(flags, meaning);
  if (option.optional) option.preset('true');
  return option.argParser((value, earlier: unknown) => {
    if (earlier !== undefined) {
      throw new InvalidArgumentError('It was given before; several values are split by commas.');
    }
    // A variable of the shell that came to nothing must not hand the next flag to visitors.
    if (all.some((other) => other.flags.split(' ')[0] === value)) throw new InvalidArgumentError('It needs a value.');
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

function describeMore({ examples }: CommandDefinition): string {
  const lines = examples.map((example) => `  statuspage-me ${example}`);
  return `${afterHelp}\n\nExamples:\n${lines.join('\n')}`;
}
