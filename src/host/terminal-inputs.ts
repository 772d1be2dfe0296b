import { readFileSync } from 'node:fs';
import { flagsOf, variableOf } from '../domain/flags.ts';
import { type Input, type InputName, inputs, type OperationName } from '../domain/inputs.ts';
import { operations } from '../domain/operations.ts';
import { UserError } from '../domain/user-error.ts';

/** Where the inputs of a command come from. */
export interface TerminalInputs {
  /** The raw text of an input; the default where it was not given, empty where it has none. */
  readonly read: (name: string) => string;
}

type Environment = Readonly<Record<string, string | undefined>>;
/** The flags that were given, by their names. */
export type Flags = Readonly<Record<string, string | undefined>>;

/** The inputs of a command: each from its flag, else from its variable. Throws UserError where the file of the key cannot be read. */
export function readTerminalInputs(operation: OperationName, flags: Flags, environment: Environment): TerminalInputs {
  const taken: readonly string[] = flagsOf(operation);
  const apiKey = readApiKey(flags, environment);
  const fixed: Readonly<Record<string, string>> = {
    operation,
    'api-key': apiKey,
    'github-token': environment[variableOf('github-token')] || environment.GITHUB_TOKEN || '',
    // Nobody comes after a command to end what it has opened.
    'auto-resolve': operations[operation].opens ? 'false' : '',
  };
  return {
    read: (name) => {
      const own = fixed[name];
      if (own !== undefined) return own;
      if (!taken.includes(name)) return '';
      const { default: ordinary = '' }: Input = inputs[name as InputName];
      return (flags[name] ?? environment[variableOf(name)] ?? ordinary).trim();
    },
  };
}

/** The key as it is given; the last line break of a file is no part of it. */
function readApiKey(flags: Flags, environment: Environment): string {
  const named = flags['api-key-file'];
  const given = environment[variableOf('api-key')];
  if (named === undefined && given !== undefined && given !== '') return given;
  const path = named ?? environment[variableOf('api-key-file')];
  if (path === undefined || path === '') return '';
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new UserError(
      `Reading --api-key-file — ${path} cannot be read (${code}) — Give a file that holds the key alone.`,
    );
  }
}
