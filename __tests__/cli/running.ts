import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { secondMs } from '../../src/domain/time.ts';
import type { Emulator } from '../../src/emulator/emulator.ts';
import type { Options } from '../../src/emulator/options.ts';
import { sampleKey } from '../../src/emulator/sample.ts';
import { type ServedEmulator, serveEmulator } from '../../src/emulator/server.ts';
import {
  acme,
  bare,
  builtFile,
  createVirtualPage,
  type Environment,
  inMemory,
  type Typed,
  type VirtualPage,
} from './typing.ts';

/** A process that is over. */
export interface Left {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

/** A process of the command line. */
export interface Running {
  readonly child: ChildProcess;
  readonly left: Promise<Left>;
  /** What it has printed so far. */
  readonly printed: () => string;
  /** Waits until it has printed this. */
  readonly says: (text: string) => Promise<void>;
}

/** A status page, and a folder to work in. */
export interface Site {
  readonly emulator: Emulator;
  readonly folder: string;
  /** Runs the sources with these words, in this process, as if they were typed in the folder: one command at a time. */
  readonly type: (words: readonly string[], environment?: Environment) => Promise<Typed>;
  /** What is on the page, as `window 1 active`. */
  readonly page: () => readonly string[];
  /** The requests so far, as `POST /maintenances`. */
  readonly requests: () => readonly string[];
  /** Waits until there are that many windows on the page, and all are over. */
  readonly allOver: (count: number) => Promise<void>;
}

/** A site whose page is served, for processes. */
export interface ServedSite extends Site, ServedEmulator {
  readonly emulator: Emulator;
  /** Starts the built command line in the folder, in the environment of a machine that knows the page and has a key. */
  readonly start: (words: readonly string[], environment?: Environment) => Running;
}

/** Lets commands be typed one after the other beside a page in virtual time. What needs no process needs no more. */
export function inVirtualTime(
  work: (site: Site & Pick<VirtualPage, 'pass'>) => Promise<void>,
  options: Partial<Options> = {},
): Promise<void> {
  const page = createVirtualPage(options);
  return inNewFolder((folder) => {
    const site = toSite(page, folder, page.type);
    const allOver: Site['allOver'] = async (count) => {
      await page.pass(2 * secondMs);
      expect(site.page()).toEqual(Array.from({ length: count }, () => expect.stringMatching(/ past$/)));
    };
    return work({ ...site, allOver, pass: page.pass });
  });
}

/** Serves a page, lets commands run beside it, and closes it again. */
export async function onSite(work: (site: ServedSite) => Promise<void>, options: Partial<Options> = {}): Promise<void> {
  const served = await serveEmulator(options);
  try {
    await inNewFolder((folder) => {
      const site = toSite(served, folder, inMemory);
      const start: ServedSite['start'] = (words, environment = {}) =>
        startProcess(process.execPath, [builtFile, ...words], folder, { ...ownVariables(served), ...environment });
      const allOver: Site['allOver'] = (count) =>
        until(() => site.page().length === count && site.page().every((window) => window.endsWith(' past')));
      return work({ ...served, ...site, start, allOver });
    });
  } finally {
    await served.close();
  }
}

async function inNewFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'site-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Page = Pick<ServedEmulator, 'emulator' | 'apiUrl'>;

/** The variables of a machine that knows the page and has a key. */
function ownVariables({ apiUrl }: Page): Environment {
  return {
    ...bare,
    STATUSPAGE_ME_API_URL: apiUrl,
    STATUSPAGE_ME_API_KEY: sampleKey,
    STATUSPAGE_ME_STATUS_PAGE: acme,
  };
}

function toSite(page: Page, folder: string, type: typeof inMemory): Omit<Site, 'allOver'> {
  const { emulator } = page;
  return {
    emulator,
    folder,
    type: (words, environment = {}) => inFolder(folder, () => type(words, { ...ownVariables(page), ...environment })),
    page: () => emulator.windows().map(({ id, state }) => `window ${id} ${state}`),
    requests: () => emulator.journal().map(({ method, path }) => `${method} ${path.split('?')[0]}`),
  };
}

const home = process.cwd();

/** Works in a folder. Of several at once, each must name its files in full after its first pause. */
async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  process.chdir(folder);
  try {
    return await work();
  } finally {
    process.chdir(home);
  }
}

/** Starts a process with pipes for streams; nothing of this one's terminal reaches it. */
export function startProcess(
  file: string,
  words: readonly string[],
  folder: string,
  environment: Environment,
): Running {
  const begunAt = Date.now();
  const child = spawn(file, words, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const printed = () => stdout + stderr;
  return {
    child,
    printed,
    // Its end, not that of its streams: a child of its own may hold them.
    left: once(child, 'exit').then(async ([exitCode, signal]) => {
      const tookMs = Date.now() - begunAt;
      await Promise.race([once(child, 'close'), pause(500)]);
      return { exitCode, signal, stdout, stderr, tookMs };
    }),
    says: (text) => until(() => printed().includes(text)),
  };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until something holds. Throws after 30 seconds. */
export async function until(holds: () => boolean): Promise<void> {
  for (const giveUpAt = Date.now() + 30_000; !holds(); await pause(10)) {
    if (Date.now() > giveUpAt) throw new Error('It never came to hold.');
  }
}
