import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { minuteMs } from '../../src/domain/time.ts';
import { sampleKey } from '../../src/emulator/sample.ts';
import { serveEmulator } from '../../src/emulator/server.ts';
import { createJob } from '../demo/runner.ts';
import type { Engine } from './install.ts';

const root = join(import.meta.dirname, '../..');
const inputs = { 'api-key': sampleKey, 'status-page': 'acme' } as const;

/** Plays the bundles on an engine against an emulator of its own, and names what was played. Throws if a window is not opened and ended. */
export async function playOn({ name }: Engine, program: string): Promise<readonly string[]> {
  const served = await serveEmulator();
  const folder = mkdtempSync(join(tmpdir(), 'engine-'));
  let ended = 0;
  /** Checks that everything before opened one window more, and ended it. */
  const seeEnded = (what: string): string => {
    ended += 1;
    const windows = served.emulator.windows();
    // An end is in the next seconds. A window that nobody ends lasts half an hour.
    const over = windows.filter(({ endAt }) => endAt < Date.now() + minuteMs).length;
    if (windows.length !== ended || over !== ended)
      throw new Error(`${what}: ${over} of ${windows.length} windows are over instead of ${ended}`);
    return what;
  };

  const commandLine = async (...args: readonly string[]): Promise<string> => {
    const start = name === 'Deno' ? ['run', '--allow-all'] : [];
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      STATUSPAGE_ME_API_KEY: sampleKey,
      STATUSPAGE_ME_STATUS_PAGE: 'acme',
      STATUSPAGE_ME_API_URL: served.apiUrl,
      // Systems with Windows need these to start anything.
      SystemRoot: process.env.SystemRoot,
      TEMP: process.env.TEMP,
    };
    const argv = [...start, join(root, 'dist/cli/index.js'), ...args];
    const { stdout } = await promisify(execFile)(program, argv, { cwd: folder, env, timeout: 30_000 });
    return stdout;
  };

  const step = async (): Promise<string> => {
    const job = createJob({ actionDir: root, node: program, secrets: { KEY: sampleKey } });
    try {
      const main = await job.runMain({ with: { ...inputs, 'api-url': served.apiUrl } });
      const post = await job.runPost();
      if (main.exitCode !== 0 || post.exitCode !== 0) throw new Error(`${main.log}\n${post.log}`);
      return seeEnded('main and post');
    } finally {
      job.dispose();
    }
  };

  try {
    // Runners start the action with Node and nothing else.
    const played = name === 'Node' ? [await step()] : [];
    if ((await commandLine('--version')).trim() === '') throw new Error('--version printed nothing');
    await commandLine('run', '--', process.execPath, '-e', '0');
    played.push('--version', seeEnded('run'));
    await commandLine('deploy-start');
    await commandLine('deploy-end');
    return [...played, seeEnded('hooks')];
  } finally {
    await served.close();
    rmSync(folder, { recursive: true });
  }
}
