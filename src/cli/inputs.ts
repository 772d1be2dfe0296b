import { UserError } from '../domain/errors.ts';
import { outcomeOfExitCode, parseOutcome } from '../domain/outcome.ts';
import { type NameOf, nameOfFlag, nameOfVariable, variableOf } from '../inputs/flags.ts';
import { type Input, type InputName, inputNames, inputs } from '../inputs/inputs.ts';
import { readPlainFile, UnfitFileError } from './plain-file.ts';

/** Where the inputs of a command come from. */
export interface TerminalInputs {
  /** The raw text of an input; the default if it was not given, empty if it has none. */
  readonly read: (name: string) => string;
  /** An input as the user wrote it, or would write it. */
  readonly nameOf: NameOf;
}

type Environment = Readonly<Record<string, string | undefined>>;
/** The flags that were given, by their names. */
export type Flags = Readonly<Record<string, string | undefined>>;

/** Where a command finds its inputs. */
interface InputSources {
  /** The inputs that it takes; variables of others are not looked at. */
  readonly takes: readonly InputName[];
  /** What the command says by itself, whatever was given. */
  readonly fixed: Flags;
  readonly flags: Flags;
  readonly environment: Environment;
}

/** The inputs of a command: each from its flag, else from its variable. Throws UserError if the file of the key cannot be read. */
export function readTerminalInputs({ takes, fixed, flags, environment }: InputSources): TerminalInputs {
  const own: Flags = {
    'api-key': fixed['api-key'] ?? readApiKey(flags, environment),
    'github-token': environment[variableOf('github-token')] || environment.GITHUB_TOKEN || '',
    ...fixed,
  };
  const taken = new Set<string>(takes);
  return {
    read: (name) => {
      const said = own[name];
      if (said !== undefined) return said;
      const text = taken.has(name) ? (givenAs(name, flags, environment) ?? defaultOf(name)).trim() : '';
      // A command runs in any CI, and each has its own word for an outcome. A hook has the exit code.
      return name === 'outcome' ? (parseOutcome(text) ?? outcomeOfExitCode(text) ?? text) : text;
    },
    nameOf: (name, value) => {
      if (name === 'api-key') return nameOfApiKey(flags, environment);
      // Secrets are no flags, so they are known by their variables.
      const isVariable = !taken.has(name) || (flags[name] === undefined && isSet(name, environment));
      return isVariable ? nameOfVariable(name, value) : nameOfFlag(name, value);
    },
  };
}

/** A flag that is no input of the action, from where inputs come from too; undefined if it was not given. */
export function givenAs(name: string, flags: Flags, environment: Environment): string | undefined {
  return flags[name] ?? environment[variableOf(name)];
}

function isSet(name: string, environment: Environment): boolean {
  return (environment[variableOf(name)] ?? '') !== '';
}

function defaultOf(name: string): string {
  const known = inputNames.find((one) => one === name);
  const input: Input | undefined = known && inputs[known];
  return input?.default ?? '';
}

/** What gives the API key: its variable, or the flag or variable that names its file. */
export function nameOfApiKey(flags: Flags, environment: Environment): string {
  if (flags['api-key-file'] !== undefined) return '--api-key-file';
  const isFile = !isSet('api-key', environment) && isSet('api-key-file', environment);
  return variableOf(isFile ? 'api-key-file' : 'api-key');
}

/** The key as it is given; the last line break of a file is no part of it. Throws UserError if the file cannot be read. */
export function readApiKey(flags: Flags, environment: Environment): string {
  const given = environment[variableOf('api-key')];
  if (flags['api-key-file'] === undefined && given) return given;
  const path = givenAs('api-key-file', flags, environment);
  if (path === undefined || path === '') return '';
  return readKeyFile(path).replace(/\r?\n$/, '');
}

/** No key is longer. */
const mostBytes = 4096;

function readKeyFile(path: string): string {
  let reason = 'is not there';
  try {
    const text = readPlainFile(path, mostBytes);
    if (text !== undefined) return text;
  } catch (error) {
    if (!(error instanceof UnfitFileError)) throw error;
    reason = error.message;
  }
  throw new UserError(
    'invalid input',
    `Could not read --api-key-file: ${path} ${reason}. Give a plain file that holds only the key.`,
  );
}
