import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sampleKey } from '../../src/emulator/sample.ts';
import { type ServedEmulator, serveEmulator } from '../../src/emulator/server.ts';

const dist = join(import.meta.dirname, '..', '..', 'dist');

let folder: string;
let served: ServedEmulator;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'unwritable-'));
  for (const name of ['output', 'state', 'summary']) writeFileSync(join(folder, name), '');
  served = await serveEmulator();
});
afterEach(async () => {
  await served.close();
  rmSync(folder, { recursive: true });
});

type Variables = Readonly<Record<string, string>>;

/** Runs a step of the built action as the runner does, with these variables changed. */
function play(entry: 'main.js' | 'post.js', changed: Variables) {
  const env = {
    PATH: process.env.PATH ?? '',
    GITHUB_ACTIONS: 'true',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_RUN_ID: '7',
    GITHUB_JOB: 'deploy',
    GITHUB_ACTION: 'notice',
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STATE: join(folder, 'state'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    'INPUT_API-URL': served.apiUrl,
    'INPUT_API-KEY': sampleKey,
    'INPUT_STATUS-PAGE': 'acme',
    'INPUT_ON-FAILURE': 'incident',
    'INPUT_JOB-STATUS': 'success',
    INPUT_OUTCOME: 'job',
    ...changed,
  };
  return new Promise<{ readonly exitCode: number; readonly errors: readonly string[] }>((resolve) => {
    execFile(process.execPath, [join(dist, entry)], { env }, (error, stdout, stderr) => {
      expect(`${stdout}${stderr}`).not.toMatch(/^\s+at |something unexpected|bug in statuspage-me/m);
      const errors = [...stdout.matchAll(/^::error title=[^:]*::(.*)$/gm)].map(([, text = '']) => text);
      resolve({ exitCode: error === null ? 0 : Number(error.code), errors });
    });
  });
}

/** What main saved, as the runner gives it to the post step. */
function savedState(): Variables {
  const text = readFileSync(join(folder, 'state'), 'utf8');
  const saved = [...text.matchAll(/^(.+)<<(ghadelimiter_\S+)\n([\s\S]*?)\n\2$/gm)];
  return Object.fromEntries(saved.map(([, name = '', , value = '']) => [`STATE_${name}`, value]));
}

const onPage = () => [
  ...served.emulator.windows().map(({ state }) => `window ${state}`),
  ...served.emulator.incidents().map(({ title }) => `incident ${title}`),
];

const places = [
  ['is on a full disk', '/dev/full'],
  ['is not there', '/nonexistent/file'],
] as const;

describe.each(places)('a file of the runner that %s', (_, path) => {
  test('GITHUB_OUTPUT: main says so, the window is undone, and a failed job opens no incident', async () => {
    const main = await play('main.js', { GITHUB_OUTPUT: path });
    expect(main).toEqual({
      exitCode: 1,
      errors: [expect.stringMatching(/^Could not write the outputs of this step: .* Check the disk of the runner\./)],
    });
    const post = await play('post.js', { ...savedState(), 'INPUT_JOB-STATUS': 'failure' });
    expect(post).toEqual({ exitCode: 0, errors: [] });
    expect(onPage()).toEqual([]);
  });

  test('GITHUB_STATE: main says so before it sends anything', async () => {
    const main = await play('main.js', { GITHUB_STATE: path });
    expect(main).toEqual({
      exitCode: 1,
      errors: [expect.stringMatching(/^Could not save the state for the post step/)],
    });
    expect(onPage()).toEqual([]);
    expect(served.emulator.journal().filter(({ worked, method }) => worked && method !== 'GET')).toEqual([]);
  });

  test('GITHUB_STEP_SUMMARY: both steps do without a summary', async () => {
    const summary = { GITHUB_STEP_SUMMARY: path };
    expect(await play('main.js', summary)).toEqual({ exitCode: 0, errors: [] });
    expect(onPage()).toEqual(['window active']);
    expect(await play('post.js', { ...savedState(), ...summary })).toEqual({ exitCode: 0, errors: [] });
    expect(served.emulator.windows()[0]?.endAt).toBeLessThan(Date.now() + 2_000);
  });
});
