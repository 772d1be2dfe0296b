import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { sampleKey } from '../../src/emulator/sample.ts';
import { type ServedEmulator, serveEmulator } from '../../src/emulator/server.ts';
import { acme, builtFile } from './typing.ts';

/** A command that is running. */
interface Running {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly printed: { stdout: string; stderr: string };
  readonly ended: Promise<number | null>;
}

function start(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Running {
  const env = { PATH: process.env.PATH ?? '', STATUSPAGE_ME_API_KEY: sampleKey, ...environment };
  const child = spawn(process.execPath, [builtFile, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
    });
  }
  return { child, printed, ended: once(child, 'close').then(([code]) => code) };
}

async function until(holds: () => boolean): Promise<void> {
  for (const giveUpAt = Date.now() + 20_000; !holds(); await new Promise((resolve) => setTimeout(resolve, 10))) {
    if (Date.now() > giveUpAt) throw new Error('It never came to hold.');
  }
}

async function withPage(work: (page: ServedEmulator, around: Readonly<Record<string, string>>) => Promise<void>) {
  const page = await serveEmulator();
  await work(page, { STATUSPAGE_ME_API_URL: page.apiUrl }).finally(page.close);
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)(
  '%s while a window is opened leaves none on the page, and 130',
  (signal) =>
    withPage(async ({ emulator }, around) => {
      emulator.addFault({ kind: 'delay', ms: 1_500, match: { method: 'POST' }, when: 'after' });
      const { child, printed, ended } = start(['open-maintenance', '--status-page', acme], around);
      await until(() => emulator.windows().length === 1);
      child.kill(signal);
      expect(await ended).toBe(130);
      expect(emulator.windows()).toEqual([]);
      expect(printed).toEqual({
        stdout: '',
        stderr: expect.stringMatching(/Interrupted\. Undoing what was opened\.\nDeleted the maintenance window /),
      });
    }),
);

test('a signal before anything was opened says so', () =>
  withPage(async ({ emulator }, around) => {
    emulator.addFault({ kind: 'delay', ms: 60_000, match: { path: '/status-pages' } });
    const { child, printed, ended } = start(['open-maintenance', '--status-page', 'acme', '--json'], around);
    await until(() => emulator.journal().length === 1);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(printed.stderr).toContain('"Interrupted. Nothing was opened."');
    expect(printed.stdout).toBe('');
  }));

test('a gate that waits is left at once, and stays closed', () =>
  withPage(async ({ emulator }, around) => {
    emulator.setOptions({ keys: [] });
    emulator.addFault({ kind: 'status', status: 503, times: 'always' });
    const { child, printed, ended } = start(['gate', '--status-page', acme, '--wait-for', '10m'], around);
    await until(() => emulator.journal().length > 0);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(printed.stderr).toContain('Interrupted while checking the gate, so it stays closed.');
  }));

test('the emulator serves until it is stopped, says where it is, and gives its port back', async () => {
  const first = start(['emulator', '--port', '0', '--json']);
  await until(() => first.printed.stdout.endsWith('\n'));
  const told = JSON.parse(first.printed.stdout);
  expect(told).toMatchObject({
    'api-key': sampleKey,
    'status-pages': [{ id: acme, slug: 'acme', name: 'Acme' }, {}, {}],
  });
  const headers = { authorization: `Bearer ${told['api-key']}` };
  const pages = await fetch(`${told['api-url']}/status-pages`, { headers });
  expect(await pages.json()).toMatchObject({ meta: { count: 3 } });
  first.child.kill('SIGTERM');
  expect(await first.ended).toBe(130);

  const { port } = new URL(told.url);
  const second = start(['emulator'], { STATUSPAGE_ME_PORT: port });
  await until(() => second.printed.stdout.includes('/acme\n'));
  expect(second.printed.stdout).toContain(`API           http://127.0.0.1:${port}/user/api/v1\n`);
  second.child.kill('SIGINT');
  expect(await second.ended).toBe(130);
});

test('an emulator whose port is taken says so', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const { printed, ended } = start(['emulator', '--port', String(port)]);
  expect(await ended).toBe(1);
  expect(printed.stderr).toBe(
    `Error: Port ${port} is already in use. Choose another one with --port, or 0 for a free one.\n`,
  );
  taken.close();
});

test('a reader who has seen enough is no failure', () =>
  withPage(async (_page, around) => {
    const { child, printed, ended } = start(['list', 'status-pages'], around);
    child.stdout.destroy();
    expect(await ended).toBe(0);
    expect(printed.stderr).toBe('');
  }));

test('a reader who has seen enough of a closed gate does not open it', () =>
  withPage(async ({ emulator }, around) => {
    await start(['open-incident', '--status-page', acme, '--title', 'Slow', '--message', 'Slow.'], around).ended;
    expect(emulator.incidents()).toHaveLength(1);
    const { child, ended } = start(['gate', '--status-page', acme], around);
    child.stdout.destroy();
    expect(await ended).toBe(3);
  }));
