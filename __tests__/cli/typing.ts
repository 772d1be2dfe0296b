import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { runCommandLine } from '../../src/cli/command-line.ts';
import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';
import type { Options } from '../../src/emulator/options.ts';
import { sampleKey, samplePages } from '../../src/emulator/sample.ts';
import { serveEmulator } from '../../src/emulator/server.ts';
import { type Network, withNetwork } from '../../src/operations/dependencies.ts';
import { createRandom } from '../support/random.ts';
import { sendTo } from '../support/send-to.ts';
import { createVirtualClock, type VirtualClock } from '../support/virtual-clock.ts';

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

/** The network and the clock that commands in this process have. */
interface Machine {
  readonly network: Network;
  readonly now: () => Date;
}

const thisMachine: Machine = { network: withNetwork, now: () => new Date() };

/** Runs the sources in this process: the same command line, without the time that a process takes to start. */
export const inMemory: Type = (words, environment) => typeOn(thisMachine, words, environment);

async function typeOn({ network, now }: Machine, words: readonly string[], environment: Environment): Promise<Typed> {
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
    startedAt: now(),
    interruption: new AbortController().signal,
    leaveSignals: () => {},
    network,
  });
  return { exitCode, ...printed };
}

/** A status page without sockets, whose time passes only while a command waits or in `pass`. */
export interface VirtualPage {
  readonly emulator: Emulator;
  readonly apiUrl: string;
  readonly type: Type;
  readonly pass: (ms: number) => Promise<void>;
}

/** Makes a page on a virtual clock, and a command line that has no other network; `watch` sees where each request goes. */
export function createVirtualPage(options: Partial<Options> = {}, watch: (url: URL) => void = () => {}): VirtualPage {
  const clock: VirtualClock = createVirtualClock();
  const emulator = createEmulator({
    ...options,
    clock: { now: () => clock.now().getTime(), sleep: (ms) => clock.sleep(ms) },
  });
  const line = sendTo(emulator, clock);
  const send: typeof line = (request) => {
    watch(request.url);
    return line(request);
  };
  const rest = { send, clock, random: createRandom(1) };
  const machine: Machine = {
    network: (context, program) => program({ ...context, ...rest }),
    now: clock.now,
  };
  return {
    emulator,
    apiUrl: 'http://127.0.0.1:4010/user/api/v1',
    type: async (words, environment) => {
      // Two commands never begin in the same millisecond.
      await clock.sleep(1);
      return typeOn(machine, words, environment);
    },
    pass: (ms) => clock.sleep(ms),
  };
}

/** A status page, and a command line that talks to it. */
export interface Cli {
  readonly emulator: Emulator;
  readonly apiUrl: string;
  /** Types a command in the environment of a machine that knows the page and has a key. */
  readonly type: (...words: readonly string[]) => Promise<Typed>;
  /** The same with more variables. */
  readonly typeWith: (environment: Environment, ...words: readonly string[]) => Promise<Typed>;
  /** The requests so far, as `POST /maintenances`. */
  readonly requests: () => readonly string[];
}

/** Lets commands be typed beside a page in virtual time. */
export async function withCli(
  work: (context: Cli & Pick<VirtualPage, 'pass'>) => Promise<void>,
  options: Partial<Options> = {},
): Promise<void> {
  const page = createVirtualPage(options);
  await work({ ...toCli(page, page.type), pass: page.pass });
}

/** Serves a page while commands are typed, and closes it again. */
export async function withServedCli(
  work: (context: Cli) => Promise<void>,
  options: Partial<Options> = {},
  type: Type = inMemory,
): Promise<void> {
  const served = await serveEmulator(options);
  try {
    await work(toCli(served, type));
  } finally {
    await served.close();
  }
}

function toCli({ emulator, apiUrl }: Pick<Cli, 'emulator' | 'apiUrl'>, type: Type): Cli {
  const own = { STATUSPAGE_ME_API_URL: apiUrl, STATUSPAGE_ME_API_KEY: sampleKey };
  return {
    emulator,
    apiUrl,
    type: (...words) => type(words, own),
    typeWith: (environment, ...words) => type(words, { ...own, ...environment }),
    requests: () => emulator.journal().map(({ method, path }) => `${method} ${path.split('?')[0]}`),
  };
}
