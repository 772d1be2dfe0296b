import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { publint } from 'publint';
import { version } from '../../src/cli/version.ts';
import { sampleKey } from '../../src/emulator/sample.ts';
import { serveEmulator } from '../../src/emulator/server.ts';
import { toPublished, writePackage } from '../../tools/npm-package.ts';
import { acme, builtFile } from './typing.ts';

const root = join(import.meta.dirname, '..', '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'package-'));
const staged = join(folder, 'package');
const installed = join(folder, 'node_modules');
let packed: readonly string[] = [];

/** npm as it is found in PATH, in the folder that everything is tried in; no registry is asked. */
const npm = (...words: readonly string[]) => run('npm', [...words, '--offline'], { cwd: folder });

beforeAll(async () => {
  writePackage(root, staged);
  const { stdout } = await npm('pack', staged, '--json');
  const [{ filename, files }] = JSON.parse(stdout);
  packed = files.map(({ path }: { readonly path: string }) => path).sort();
  await npm('install', '--no-save', '--no-audit', '--no-fund', `./${filename}`);
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true }));

test('the package holds the command line, its licences, README and LICENSE, and nothing else', () => {
  const files = [
    'LICENSE',
    'README.md',
    'dist/cli/bin.js',
    'dist/cli/index.js',
    'dist/cli/licenses.txt',
    'package.json',
  ];
  expect(packed).toEqual(files);
});

test('the package installs into an empty folder without any dependency, because everything is bundled', () => {
  expect(readdirSync(installed).filter((name) => !name.startsWith('.'))).toEqual(['@owner']);
  const { dependencies, ...published } = JSON.parse(
    readFileSync(join(installed, '@owner/statuspage-me/package.json'), 'utf8'),
  );
  expect(dependencies).toBeUndefined();
  expect(published).toMatchObject({ version: manifest.version, engines: manifest.engines, bin: manifest.bin });
  expect(Object.keys(published).filter((name) => /dev|scripts|overrides|jest|private/i.test(name))).toEqual([]);
});

test('npm refuses to publish the repository itself, whose package.json has dependencies', () => {
  expect(Object.keys(manifest.dependencies).length).toBeGreaterThan(0);
  expect(manifest.private).toBe(true);
});

test('the published name and addresses are those of the repository that makes the release', () => {
  expect(toPublished(manifest, 'https://github.com/Acme/status')).toMatchObject({
    name: '@acme/statuspage-me',
    bugs: 'https://github.com/Acme/status/issues',
    repository: { type: 'git', url: 'git+https://github.com/Acme/status.git' },
  });
  expect(toPublished(manifest)).toMatchObject({
    name: '@owner/statuspage-me',
    bugs: manifest.bugs,
    repository: manifest.repository,
  });
});

test('installed, it works', async () => {
  const page = await serveEmulator();
  const env = {
    PATH: process.env.PATH ?? '',
    STATUSPAGE_ME_API_URL: page.apiUrl,
    STATUSPAGE_ME_API_KEY: sampleKey,
  };
  const words = ['open-maintenance', '--status-page', acme];
  const { stdout } = await run(join(installed, '.bin', 'statuspage-me'), words, { env, cwd: folder }).finally(
    page.close,
  );
  expect(stdout).toBe('1\n');
  expect(page.emulator.windows()).toMatchObject([{ state: 'active' }]);
  const byNpx = await run('npx', ['--no', '--offline', '@owner/statuspage-me', '--version'], { cwd: folder });
  expect(byNpx.stdout).toBe(`${manifest.version}\n`);
}, 60_000);

test('one file is enough', async () => {
  const alone = mkdtempSync(join(tmpdir(), 'alone-'));
  copyFileSync(builtFile, join(alone, 'statuspage-me.mjs'));
  const { stdout } = await run(process.execPath, [join(alone, 'statuspage-me.mjs'), '--help'], { cwd: alone, env: {} });
  expect(stdout).toContain('Usage: statuspage-me');
  rmSync(alone, { recursive: true });
});

test('publint has nothing to say', async () => {
  const { messages } = await publint({ pkgDir: staged, pack: 'npm', strict: true });
  expect(messages).toEqual([]);
}, 60_000);

test('the version is that of the package', () => {
  expect(version).toBe(manifest.version);
});

test.each([
  ['20.20.2', 2],
  ['22.18.0', 2],
  ['22.19.0', 0],
])('on Node %s it leaves with %i, before anything is loaded if that is too old', async (node, code) => {
  const asOther = `--import=data:text/javascript,${encodeURIComponent(
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${node}' } })`,
  )}`;
  const ended = await run(process.execPath, [asOther, builtFile, '--version'], { env: {} }).catch((error) => error);
  expect(ended.code ?? 0).toBe(code);
  const refusal = `Error: Could not start statuspage-me: this needs Node 22.19 or newer, and runs on Node ${node}. Install Node 24.\n`;
  expect([ended.stdout, ended.stderr]).toEqual(code === 0 ? [`${version}\n`, ''] : ['', refusal]);
});
