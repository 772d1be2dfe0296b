import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { sampleKey, samplePages } from '../src/emulator/sample.ts';
import { serveEmulator } from '../src/emulator/server.ts';
import { adviseOnRunner, describeOldNode, type Machine } from '../src/node-version.ts';
import { createJob } from '../tools/demo/runner.ts';

const actionDir = join(import.meta.dirname, '..');
/** Makes a process take itself for an older Node. */
const asNode20 = `--import=data:text/javascript,${encodeURIComponent(
  "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })",
)}`;
const sentence =
  'this needs Node 22.19 or newer, and runs on Node 20.20.2. ' +
  'Update the runner to version 2.327.1 or newer, which has its own Node 24.';
const title = 'StatusPage.me: Node is too old';

test.each(['22.19.0', '22.20.1', '23.0.0', '24.4.1', '100.0.0'])('Node %s is new enough', (version) => {
  expect(describeOldNode(version, 'Install Node 24.')).toBeUndefined();
});

test.each(['22.18.9', '22.2.0', '20.20.2', '9.30.0'])('Node %s is too old, and the sentence says so', (version) => {
  expect(describeOldNode(version, 'Install Node 24.')).toBe(
    `this needs Node 22.19 or newer, and runs on Node ${version}. Install Node 24.`,
  );
});

const runner: Machine = { arch: 'x64', platform: 'linux', env: {} };

test.each<[string, Machine, string]>([
  [
    "GitHub's runner is to be updated",
    runner,
    'Update the runner to version 2.327.1 or newer, which has its own Node 24.',
  ],
  [
    'act takes the first node in PATH, on ARM too',
    { ...runner, arch: 'arm', env: { ACT: 'true' } },
    'act uses the first node in PATH: put Node 24 first, or use a job container that has it.',
  ],
  [
    'so does the runner of Gitea',
    { ...runner, env: { GITEA_ACTIONS: 'true', ACT: 'true' } },
    'This runner uses the first node in PATH: put Node 24 first, or use a job container that has it.',
  ],
  [
    'so does the runner of Forgejo',
    { ...runner, env: { FORGEJO_ACTIONS: 'true' } },
    'This runner uses the first node in PATH: put Node 24 first, or use a job container that has it.',
  ],
  [
    'on 32-bit ARM Linux no version of the runner helps',
    { ...runner, arch: 'arm' },
    "On 32-bit ARM Linux, GitHub's runner gives Node 20 to actions that ask for Node 24, whatever its version. " +
      'Run this job on a 64-bit runner, or use the command line statuspage-me with a Node 24 of your own.',
  ],
])('who gets an old Node is helped: %s', (_, machine, advice) => {
  expect(adviseOnRunner(machine)).toBe(advice);
});

test('a runner that uses an older Node is told which one is needed, in one sentence, and nothing is sent', async () => {
  const { emulator, apiUrl, close } = await serveEmulator();
  const job = createJob({ actionDir, env: { NODE_OPTIONS: asNode20 } });
  const inputs = { 'api-key': sampleKey, 'status-page': samplePages[0]?.id ?? '', 'api-url': apiUrl };
  const main = await job.runMain({ with: inputs });
  expect(main).toMatchObject({
    exitCode: 1,
    annotations: [{ level: 'error', title, text: `Could not start: ${sentence}` }],
  });
  expect(await job.runPost()).toMatchObject({ exitCode: 0, log: '' });
  expect(emulator.journal()).toEqual([]);
  job.dispose();
  await close();
});

test('a runner that changes to an older Node after main is told that the notice is not ended, and the job goes on', async () => {
  const { emulator, apiUrl, close } = await serveEmulator();
  const env: Record<string, string> = {};
  const job = createJob({ actionDir, env });
  const inputs = { 'api-key': sampleKey, 'status-page': samplePages[0]?.id ?? '', 'api-url': apiUrl };
  expect((await job.runMain({ with: inputs })).exitCode).toBe(0);
  env.NODE_OPTIONS = asNode20;
  const post = await job.runPost();
  expect(post).toMatchObject({
    exitCode: 0,
    annotations: [{ level: 'error', title, text: `Could not end the notice: ${sentence}` }],
  });
  expect(emulator.windows()).toMatchObject([{ state: 'active' }]);
  job.dispose();
  await close();
});

test.each(['main.js', 'post.js'])('%s looks at the version before it loads anything', async (door) => {
  const folder = mkdtempSync(join(tmpdir(), 'doors-'));
  for (const file of [door, 'node-version.js', 'package.json']) {
    copyFileSync(join(actionDir, 'dist', file), join(folder, file));
  }
  const run = (...options: string[]) =>
    new Promise<{ failed: boolean; printed: string }>((resolve) => {
      const env = { PATH: process.env.PATH ?? '', STATE_deployment: '{}' };
      execFile(process.execPath, [...options, join(folder, door)], { env }, (error, stdout, stderr) =>
        resolve({ failed: error !== null, printed: stdout + stderr }),
      );
    });
  expect((await run(asNode20)).printed).toContain(sentence);
  // With the right Node it would be loaded.
  expect(await run()).toMatchObject({ failed: true, printed: expect.stringContaining('steps.js') });
  rmSync(folder, { recursive: true });
});
