import { parse, relative } from 'node:path';
import type { Writable } from 'node:stream';
import { CommanderError } from 'commander';
import { type Exit, exitCodes, exitOf, UserError } from '../domain/errors.ts';
import { list } from '../domain/text.ts';
import { type NameOf, nameOfFlag, nameOfVariable, variableOf } from '../inputs/flags.ts';
import { operationNames } from '../inputs/inputs.ts';
import { describeFailure } from '../messages/message.ts';
import { type Network, withNetwork } from '../operations/dependencies.ts';
import { watchSignals } from '../operations/host.ts';
import { programName } from '../statuspage/manual-commands.ts';
import { type Console, createConsole } from './console.ts';
import { deployEndCommand, deployStartCommand } from './deploy-commands.ts';
import { emulatorCommand } from './emulator-command.ts';
import { longName } from './flag.ts';
import { findFolder } from './host.ts';
import { nameOfApiKey } from './inputs.ts';
import { operationCommand } from './operation-command.ts';
import { type CommandDefinition, createProgram, type Typed } from './program.ts';
import { getCommand, listCommand } from './read-commands.ts';
import { runDefinition } from './run.ts';

/** What a command line is typed into. */
export interface CommandLineContext {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly startedAt: Date;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted by a signal to stop. */
  readonly interruption: AbortSignal;
  /** Leaves the signals to a command that listens to them by itself. */
  readonly leaveSignals: () => void;
  readonly network: Network;
  /** How this program was started, for commands to copy. */
  readonly program?: string | undefined;
}

/** Does what was typed into this process; returns the exit code, and never throws. */
export function runProcess(): Promise<number> {
  const { stdout, stderr, env: environment } = process;
  // A reader who has seen enough, as `head` has, is no failure.
  stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit();
    stderr.write(`Error: Could not write the result to stdout (${code}). What was done stays done.\n`);
    process.exit(exitCodes.failed);
  });
  // Nor is one of the messages; what is under way is done without him.
  stderr.on('error', () => {});
  const startedAt = new Date(Date.now() - process.uptime() * 1000);
  const { interruption, stopWatching: leaveSignals } = watchSignals();
  const program = describeStart(process.argv[1] ?? '');
  const context = { stdout, stderr, environment, startedAt, interruption, leaveSignals, network: withNetwork, program };
  return runCommandLine(process.argv.slice(2), context);
}

/** How a reader in this folder starts the file again: by the name of an installed program, or by Node. */
export function describeStart(file: string): string {
  if (parse(file).name === programName && parse(file).ext === '') return programName;
  const beside = relative(findFolder(), file);
  const path = beside.startsWith('..') ? file : beside;
  return `node ${/^[\w./:\\-]+$/.test(path) ? path : JSON.stringify(path)}`;
}

/** Does what was typed after the name of the program; returns the exit code, and never throws. */
export async function runCommandLine(words: readonly string[], context: CommandLineContext): Promise<number> {
  const own = words.slice(0, words.includes('--') ? words.indexOf('--') : words.length);
  const isOn = (name: string) => own.includes(`--${name}`) || context.environment[variableOf(name)] === 'true';
  const console = createConsole({ ...context, json: isOn('json'), debug: isOn('debug') });
  // The process may be left at once by a second signal, and the terminal must be as it was.
  context.interruption.addEventListener('abort', console.stopProgress);
  let doing = 'read the command line';
  let nameOf: NameOf = nameOfFlag;
  let ended: Exit | number = 'done';
  const program = createProgram(commands, words, context, async (definition, typed) => {
    const isReading = definition === listCommand || definition === getCommand;
    doing = isReading ? `${definition.name} ${typed.operands[0]}` : `run ${definition.name}`;
    nameOf = namesIn(definition, typed, context.environment);
    ended = await definition.perform({ ...context, ...typed, console });
  });
  try {
    refuseSecrets(own);
    await program.parseAsync(isHelpForUnknown(words) ? words.slice(1, 2) : words, { from: 'user' });
  } catch (thrown) {
    ended =
      thrown instanceof CommanderError
        ? refuse(thrown, console, words[0], context.program)
        : fail(doing, thrown, console, nameOf);
  }
  const [exit, exitCode] = typeof ended === 'number' ? (['failed', ended] as const) : [ended, exitCodes[ended]];
  console.end(exit, exitCode);
  return exitCode;
}

/** What is typed is read by everybody who may list the processes of the machine, and kept in the history of the shell. */
function refuseSecrets(words: readonly string[]): void {
  if (!words.some((word) => /^--api-key(=|$)/.test(word))) return;
  throw new UserError(
    'invalid command line',
    'There is no flag for the API key, because other users of the machine could read it. ' +
      'Set STATUSPAGE_ME_API_KEY, or give a file with --api-key-file. If others may have read the key, revoke it.',
  );
}

function refuse(
  { code, exitCode, message }: CommanderError,
  console: Console,
  word: string | undefined,
  program = programName,
): Exit {
  // Help and version end the same way, and so does help that nobody asked for.
  if (exitCode === 0) return 'done';
  if (code === 'commander.help') return 'usage';
  const more = { 'commander.missingArgument': describeMissing, 'commander.unknownOption': suggestFlags }[code];
  const reason = `${message}${more?.(message, word) ?? ''}`
    .replace(/^error: /, '')
    .replace(/\s+/g, ' ')
    .replace(/spk_\S+/g, 'spk_…');
  const known = isCommand(word) ? `${word} ` : '';
  console.error(`Invalid command line: ${reason.replace(/\.$/, '')}. See ${program} ${known}--help.`);
  return 'usage';
}

function isCommand(word: string | undefined): boolean {
  return word === 'completion' || commands.some(({ name }) => name === word);
}

/** Whether help is asked about a word that is no command. The word alone gives an error that names it, with the nearest command. */
function isHelpForUnknown([word, about = 'help']: readonly string[]): boolean {
  return word === 'help' && about !== 'help' && !about.startsWith('-') && !isCommand(about);
}

/** The words that a missing argument takes, if they are few. */
function describeMissing(message: string, word: string | undefined): string {
  const { operands = {} } = commands.find(({ name }) => name === word) ?? {};
  const [, missing] = Object.entries(operands).find(([name]) => message.includes(`'${name.slice(1, -1)}'`)) ?? [];
  return missing?.choices === undefined ? '' : `: ${list(missing.choices, 'or')}`;
}

/**
 * The flags with the typed words in their name, such as `--status-page` for `--page`, or with their beginnings, such as `--deployment-key` for
 * `--deploy-key`. The library only knows those of similar spelling.
 */
function suggestFlags(message: string, word: string | undefined): string {
  const [, typed] = /'--([a-z-]+)/.exec(message) ?? [];
  if (typed === undefined || message.includes('Did you mean')) return '';
  const { flags = [] } = commands.find(({ name }) => name === word) ?? {};
  const names = flags.map(longName);
  const whole = names.filter((name) => `-${name}-`.includes(`-${typed}-`));
  const beginnings = new RegExp(`(^|-)${typed.replaceAll('-', '[a-z]*-')}`);
  const meant =
    whole.length > 0 || typed.length < shortestTyped ? whole : names.filter((name) => beginnings.test(name));
  return meant.length === 0
    ? ''
    : ` (Did you mean ${list(
        meant.map((name) => `--${name}`),
        'or',
      )}?)`;
}

/** Fewer letters are the beginning of too many words. */
const shortestTyped = 4;

/** An input as the reader gave it: by its flag, by its variable, or to `get` without either. */
function namesIn(
  definition: CommandDefinition,
  { flags }: Typed,
  environment: CommandLineContext['environment'],
): NameOf {
  return (name, value) => {
    if (name === 'api-key') return nameOfApiKey(flags, environment);
    if (definition === getCommand && name === 'kind') return 'the kind';
    if (definition === getCommand && ['id', 'monitors', 'status-page'].includes(name)) return 'the id';
    const isVariable = flags[name] === undefined && Boolean(environment[variableOf(name)]);
    return isVariable ? nameOfVariable(name, value) : nameOfFlag(name, value);
  };
}

function fail(doing: string, thrown: unknown, console: Console, nameOf: NameOf): Exit {
  console.error(describeFailure(doing, thrown, { nameOf }));
  return exitOf(thrown);
}

/** Every command, in the order of help and documentation. A further one is a line here. */
export const commands: readonly CommandDefinition[] = [
  runDefinition,
  deployStartCommand,
  deployEndCommand,
  ...operationNames.map(operationCommand),
  listCommand,
  getCommand,
  emulatorCommand,
];
