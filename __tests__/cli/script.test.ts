import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import MarkdownIt from 'markdown-it';
import { sampleKey } from '../../src/emulator/sample.ts';
import { serveEmulator } from '../../src/emulator/server.ts';
import { readDocument } from '../support/recipes.ts';
import { builtFile } from './typing.ts';

const scripts = new MarkdownIt()
  .parse(readDocument('docs/recipes.md'), {})
  .filter(({ type, content }) => type === 'fence' && content.startsWith('#!/bin/sh\nset -e\n'))
  .map(({ content }) => content);

/** Runs the script of the recipes as it stands there, in a folder with a `move.sh` that does what is given. */
async function runScript(move: string) {
  const page = await serveEmulator();
  const folder = mkdtempSync(join(tmpdir(), 'script-'));
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  };
  write('deploy.sh', scripts[0] ?? '');
  write('move.sh', `#!/bin/sh\n${move}\n`);
  symlinkSync(builtFile, join(folder, 'statuspage-me'));
  const env = {
    PATH: [folder, dirname(process.execPath), process.env.PATH].join(delimiter),
    STATUSPAGE_ME_API_KEY: sampleKey,
    STATUSPAGE_ME_API_URL: page.apiUrl,
  };
  const ended = await new Promise<{ code: number; stderr: string }>((resolve) => {
    execFile(join(folder, 'deploy.sh'), { env, cwd: folder }, (error, _stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stderr });
    });
  });
  const writes = page.emulator.journal().filter(({ method }) => method !== 'GET');
  const [window] = page.emulator.windows();
  await page.close();
  rmSync(folder, { recursive: true });
  return { ...ended, window, writes: writes.map(({ method, path, body }) => ({ call: `${method} ${path}`, body })) };
}

test('the script of the recipes has ten lines', () => {
  expect(scripts.map((script) => script.trimEnd().split('\n').length)).toEqual([10]);
});

test('the script of the recipes opens a window, updates and extends it, and resolves it', async () => {
  const { code, stderr, window, writes } = await runScript('exit 0');
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringMatching(/Error|Warning/) });
  expect(writes).toEqual([
    { call: 'POST /maintenances', body: expect.objectContaining({ title: 'Move to a new database' }) },
    {
      call: 'PATCH /maintenances/1',
      body: { message: expect.stringMatching(/^Half of the shop has moved\.\n\nRef: d/) },
    },
    { call: 'PATCH /maintenances/1', body: { end_at: expect.any(String) } },
    { call: 'PATCH /maintenances/1', body: { end_at: expect.any(String) } },
  ]);
  const [, , extended, resolved] = writes.map(({ body }) => Date.parse(String(Object(body).end_at)));
  expect(extended).toBeGreaterThan((window?.startAt ?? 0) + 3_500_000);
  expect(window?.endAt).toBe(resolved);
  expect(resolved).toBeLessThan(Date.now() + 5_000);
}, 60_000);

test('if a step of the script of the recipes fails, the window stays until its announced end', async () => {
  const { code, window, writes } = await runScript('test "$1" != customers || exit 9');
  expect({ code, state: window?.state }).toEqual({ code: 9, state: 'active' });
  expect(writes).toHaveLength(2);
}, 60_000);
