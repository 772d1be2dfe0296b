import type { Writable } from 'node:stream';
import addCompletion from '@bomb.sh/tab/commander';
import { Command, type HelpConfiguration, InvalidArgumentError, Option } from 'commander';
import type { Exit } from '../domain/errors.ts';
import { variableOf } from '../inputs/flags.ts';
import type { Network } from '../operations/dependencies.ts';
import type { Console } from './console.ts';
import { apiKeyFlag, commonFlags, type Flag, flagGroups, longName } from './flag.ts';
import type { Flags } from './inputs.ts';
import { version } from './version.ts';

/** A command as it was typed. */
export interface Invocation {
  readonly flags: Flags;
  /** What was typed beside the flags. */
  readonly operands: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly console: Console;
  /** When it was typed; all budgets of time count from here. */
  readonly startedAt: Date;
  /** Aborted at the first signal to stop. */
  readonly interruption: AbortSignal;
  /** Leaves the signals to the command, which has to listen to them. */
  readonly leaveSignals: () => void;
  readonly network: Network;
  /** How this program was started, for commands to copy. */
  readonly program?: string | undefined;
}

/** What may be typed beside the flags. */
interface Operand {
  readonly meaning: string;
  /** The words that it takes, for the completion of a shell. */
  readonly choices?: readonly string[];
}

/** One command: what help and documentation say of it, and what it does. */
export interface CommandDefinition {
  readonly name: string;
  /** One line for the overview, without a full stop. */
  readonly summary: string;
  /** In Markdown: what can be typed is in backticks. */
  readonly does: string;
  /** What may be typed beside the flags, such as `<kind>`. */
  readonly operands?: Readonly<Record<string, Operand>>;
  /** Read only for a command that was typed, because describing them takes time. */
  readonly flags: readonly Flag[];
  /** The names of the flags that help shows first. */
  readonly first: readonly string[];
  /** What a user may type, each without the name of the program; at most 80 columns with it and its indent. */
  readonly examples: readonly string[];
  /** How it ends decides the exit code; a number is the exit code itself. What it throws is printed as a failure. */
  readonly perform: (call: Invocation) => Promise<Exit | number>;
}

/** What was typed after the name of a command. */
export type Typed = Pick<Invocation, 'flags' | 'operands'>;

const aboutKey = `
The API key is in STATUSPAGE_ME_API_KEY, or in the file of --api-key-file.`;

/** What is below the flags of a command: its variables, with one that it has. */
function describeVariables({ first }: CommandDefinition, flags: readonly Flag[]): string {
  const name = first.includes('status-page') ? 'status-page' : (first[0] ?? 'json');
  const variables = `\nEvery flag can be a variable: --${name} is ${variableOf(name)}.`;
  return flags.includes(apiKeyFlag) ? `${variables}${aboutKey}` : variables;
}

const overview = `
statuspage-me help <command> shows its flags. --version (-V) prints the version.`;

const completion = `Prints a script that completes commands, flags and their values in bash, zsh, fish
or PowerShell.
statuspage-me must be in PATH, or be a function of the shell.

Examples:
  source <(statuspage-me completion bash)
  statuspage-me completion fish | source`;

const help: HelpConfiguration = {
  optionDescription: ({ description }) => description,
  argumentDescription: ({ description }) => description,
  subcommandTerm: (command) => command.name(),
};

/** The parser of these words; help and version go to stdout. It throws `CommanderError`, also after those two. */
export function createProgram(
  definitions: readonly CommandDefinition[],
  words: readonly string[],
  { stdout, stderr }: { readonly stdout: Writable; readonly stderr: Writable },
  perform: (definition: CommandDefinition, typed: Typed) => Promise<void>,
): Command {
  const program = new Command('statuspage-me')
    .usage('<command> [flags]')
    .description('Shows deployments on a StatusPage.me status page. Key: STATUSPAGE_ME_API_KEY.')
    .version(version, '-V, --version', 'Print the version.')
    .addHelpOption(new Option('-h, --help', 'Print this help.').helpGroup('Connection and output:'))
    .helpCommand('help [command]', 'Shows the flags of a command')
    .addHelpText('after', overview)
    .configureHelp(help)
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: () => {},
    })
    .exitOverride();
  for (const definition of definitions) {
    const flags = [definition.name, 'complete'].some((word) => words.includes(word)) ? sortFlags(definition) : [];
    addCommand(program, definition, flags, perform);
  }
  addCompletion(program, { completionCommandName: 'completion' });
  program.commands
    .find((command) => command.name() === 'completion')
    ?.summary('Prints a script that completes commands and flags in a shell')
    .description(completion);
  // The overview is for commands: two flags of its own are not worth their lines.
  return program.configureHelp({ ...help, visibleOptions: () => [] });
}

function addCommand(
  program: Command,
  definition: CommandDefinition,
  flags: readonly Flag[],
  perform: (definition: CommandDefinition, typed: Typed) => Promise<void>,
): void {
  const { name, summary, does, operands = {}, examples } = definition;
  const lines = examples.map((example) => `  statuspage-me ${example}`);
  const command = program
    .command(name)
    .usage(describeUsage(definition))
    // The completion of a shell shows this line.
    .description(summary)
    .configureHelp({
      ...help,
      commandDescription: () => `${withoutBackticks(does)}\n\nExamples:\n${lines.join('\n')}`,
      optionTerm: (option) => flags.find((flag) => flag.flags === option.flags)?.shortly ?? option.flags,
    })
    .addHelpText('after', describeVariables(definition, flags));
  for (const [operand, { meaning, choices }] of Object.entries(operands)) {
    const argument = command.createArgument(operand, withoutBackticks(meaning));
    if (choices !== undefined) argument.argChoices = [...choices];
    command.addArgument(argument);
  }
  for (const flag of flags) command.addOption(createOption(flag, definition, flags));
  command.action(() => perform(definition, { flags: flagsOf(command, flags), operands: command.args }));
}

/** What is typed after the name of a command. A command to run comes after `--`, so that its flags stay its own. */
export function describeUsage({ operands = {} }: CommandDefinition): string {
  const names = Object.keys(operands).map((operand) => (operand.includes('...') ? `-- ${operand}` : operand));
  return ['[flags]', ...names].join(' ');
}

/** The flags in the order of help: the first ones, then group by group. */
function sortFlags({ flags, first }: CommandDefinition): readonly Flag[] {
  const all = [...flags, ...commonFlags];
  const before = first.flatMap((name) => all.filter((flag) => longName(flag) === name));
  const rest = all.filter((flag) => !before.includes(flag));
  return [...before, ...flagGroups.flatMap((group) => rest.filter((flag) => flag.group === group))];
}

function createOption(flag: Flag, { first }: CommandDefinition, all: readonly Flag[]): Option {
  const { flags, meaning, group, choices } = flag;
  const option = new Option(flags, withoutBackticks(meaning));
  option.helpGroup(first.includes(longName(flag)) ? 'Flags:' : `${group}:`);
  if (option.optional) option.preset('true');
  option.argParser((value, earlier: unknown) => {
    if (earlier !== undefined) {
      throw new InvalidArgumentError('It was given before; several values are split by commas.');
    }
    // A variable of the shell that came to nothing must neither count as a default nor hand the next flag to visitors.
    const isEmpty = (option.required || option.optional) && value.trim() === '';
    if (isEmpty) throw new InvalidArgumentError('It is empty: perhaps a variable is not set.');
    if (all.some((other) => other.flags.split(' ')[0] === value)) throw new InvalidArgumentError('It needs a value.');
    return value;
  });
  if (flag.input !== undefined) option.conflicts(new Option(`--${flag.input}`).attributeName());
  if (choices !== undefined) option.argChoices = [...choices];
  return option;
}

/** The flags that were given, under the names of their inputs. */
function flagsOf(command: Command, all: readonly Flag[]): Flags {
  const values = command.opts<Record<string, string | boolean | undefined>>();
  const given: Record<string, string> = {};
  for (const option of command.options) {
    const value = values[option.attributeName()];
    if (value === undefined) continue;
    const name = option.long?.slice(2) ?? '';
    const input = all.find((flag) => longName(flag) === name)?.input ?? name;
    given[input] = String(value);
  }
  return given;
}

/** Markdown without its backticks, which a terminal would show. */
function withoutBackticks(text: string): string {
  return text.replaceAll('`', '');
}
