import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { version } from '../../src/cli/version.ts';
import { builtFile } from './typing.ts';

/** What the npm package starts. */
const bin = join(builtFile, '..', 'bin.js');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'compile-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Starts the command line with these variables: it must do its work and print nothing else. */
async function start(variables: Readonly<Record<string, string>>): Promise<void> {
  const home = { HOME: join(folder, 'home'), USERPROFILE: join(folder, 'home') };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [bin, '--version'], {
    env: { ...home, ...variables },
    cwd: folder,
  });
  expect({ stdout, stderr }).toEqual({ stdout: `${version}\n`, stderr: '' });
}

/** The variables that name the folder for caches, on every system. */
const cachesIn = (path: string) => ({ XDG_CACHE_HOME: path, LOCALAPPDATA: path });
const filesIn = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());

test('the second start uses what the first has compiled, in the folder of the user alone', async () => {
  const caches = join(folder, 'caches');
  await start(cachesIn(caches));
  const compiled = join(caches, 'statuspage-me', 'compiled');
  expect(statSync(compiled).mode & 0o077).toBe(process.platform === 'win32' ? 0o066 : 0);
  const [file, ...more] = filesIn(compiled);
  expect(more).toEqual([]);
  const path = join(file?.parentPath ?? '', file?.name ?? '');
  const { ino, size, mtimeMs } = statSync(path);
  expect(size).toBeGreaterThan(100_000);
  await start(cachesIn(caches));
  // What does not fit is written again.
  expect(statSync(path)).toMatchObject({ ino, size, mtimeMs });
});

test.each([
  ['none is named', {}],
  ['the named one is relative', cachesIn('caches')],
])('the cache is in the home of the user if %s', async (_, variables) => {
  await start(variables);
  expect(readdirSync(folder)).toEqual(['home']);
  expect(filesIn(join(folder, 'home', '.cache', 'statuspage-me', 'compiled'))).toHaveLength(1);
});

const onUnix = process.platform === 'win32' ? test.skip : test;

onUnix.each([0o770, 0o707])('nothing is cached in a folder that others may write, %o', async (mode) => {
  const compiled = join(folder, 'caches', 'statuspage-me', 'compiled');
  mkdirSync(compiled, { recursive: true });
  chmodSync(compiled, mode);
  await start(cachesIn(join(folder, 'caches')));
  expect(readdirSync(compiled)).toEqual([]);
});

test('without a folder for caches it works all the same', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await start(cachesIn(file));
  expect(readdirSync(folder)).toEqual(['file']);
});

test('what the user has set for Node stays', async () => {
  const [caches, own] = [join(folder, 'caches'), join(folder, 'own')];
  await start({ ...cachesIn(caches), NODE_DISABLE_COMPILE_CACHE: '1' });
  expect(readdirSync(folder)).toEqual([]);
  await start({ ...cachesIn(caches), NODE_COMPILE_CACHE: own });
  expect(existsSync(caches)).toBe(false);
  expect(filesIn(own).length).toBeGreaterThan(0);
});
