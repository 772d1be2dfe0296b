import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { runCommandLine } from '../../src/cli/command-line.ts';
import type { Options } from '../../src/emulator/options.ts';
import { sampleKey, samplePages } from '../../src/emulator/sample.ts';
import { type ServedEmulator, serveEmulator } from '../../src/emulator/server.ts';

/** The command line as it is delivered. */
export const builtFile = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'index.js');

export const [acme = '', beta = ''] = samplePages.map(({ id }) => id);

export type Environment = Readonly<Record<string, string>>;

/** A command that is over. */
export interface Typed {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Types a command and waits for its end. */
type Type = (words: readonly string[], environment: Environment) => Promise<Typed>;

/** The variables of a machine without a CI, on which git can be found. */
export const bare = { PATH: process.env.PATH ?? '' };

/** Runs the built file in a process of its own. */
export const inProcess: Type = (words, environment) =>
  new Promise((resolve) => {
    execFile(process.execPath, [builtFile, ...words], { env: { ...bare, ...environment } }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });

/** Runs the sources in this process: the same command line, without the time that a process takes to start. */
export const inMemory: Type = async (words, environment) => {
  const printed = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof printed) =>
    new Writable({
      write: (chunk, _encoding, done) => {
        printed[name] += chunk;
        done();
      },
    });
  const exitCode = await runCommandLine(words, {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    environment: { ...bare, ...environment },
    startedAt: new Date(),
    interruption: new AbortController().signal,
    leaveSignals: () => {},
  });
  return { exitCode, ...printed };
};

/** A status page, and a command line that talks to it. */
export interface Cli extends ServedEmulator {
  /** Types a command in the environment of a machine that knows the page and has a key. */
  readonly type: (...words: readonly string[]) => Promise<Typed>;
  /** The same with more variables. */
  readonly typeWith: (environment: Environment, ...words: readonly string[]) => Promise<Typed>;
  /** The requests so far, as `POST /maintenances`. */
  readonly requests: () => readonly string[];
}

/** Serves a page while commands are typed, and closes it again. */
export async function withCli(
  work: (context: Cli) => Promise<void>,
  options: Partial<Options> = {},
  type: Type = inMemory,
): Promise<void> {
  const served = await serveEmulator(options);
  const own = { STATUSPAGE_ME_API_URL: served.apiUrl, STATUSPAGE_ME_API_KEY: sampleKey };
  try {
    await work({
      ...served,
      type: (...words) => type(words, own),
      typeWith: (environment, ...words) => type(words, { ...own, ...environment }),
      requests: () => served.emulator.journal().map(({ method, path }) => `${method} ${path.split('?')[0]}`),
    });
  } finally {
    await served.close();
  }
}
