import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';

// Biome checks the rest: import cycles, barrel files, default exports, `any`, undeclared packages.

const root = join(import.meta.dirname.replaceAll('\\', '/'), '..');
const paths = globSync('{src,tools}/**/*.ts', { cwd: root })
  .map((path) => path.replaceAll('\\', '/'))
  .sort();
const sources: Sources = Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));

/** The text of each file by its path. */
type Sources = Readonly<Record<string, string>>;

/** Files that do something when they are imported. */
const entryPoints = /^src\/(main|post|cli|bin|emulator\/serve)\.ts$|^tools\//;

/** The floors from the ground up. A file imports from its own folder and from lower floors. */
const floors = [
  'src/domain',
  'src/inputs',
  'src/statuspage',
  'src/deployment',
  'src/messages',
  'src/operations',
  'src/github',
  'src/cli',
  'src/node-version.ts',
  'src/main.ts',
  'src/post.ts',
  'src/cli.ts',
  'src/bin.ts',
];

/** Folders that stand apart, with the folders that they may import from. */
const apart: Readonly<Record<string, readonly string[]>> = {
  'src/emulator': [],
  'tools/demo': ['src/emulator'],
  'tools/contract': ['src/statuspage', 'src/domain'],
};

/** The command that serves the emulator is the one file that may import it. */
const emulatorCommand = 'src/cli/emulator-command.ts';

/** The only files or folders that may import a package. Other packages may be imported anywhere. */
const homes: Readonly<Record<string, readonly string[]>> = {
  undici: ['src/statuspage/network.ts', 'src/statuspage/receiver.ts'],
  '@actions/core': ['src/github/runner.ts'],
  '@actions/github': ['src/github/runner.ts', 'src/github/octokit.ts'],
  '@actions/expressions': ['tools/demo'],
  hono: ['src/emulator'],
  '@hono/node-server': ['src/emulator'],
  commander: ['src/cli'],
  'cli-table3': ['src/operations/list/describe.ts'],
  'yocto-spinner': ['src/cli/console.ts'],
  'cross-spawn': ['src/cli/child.ts'],
  'env-ci': ['src/cli/pipeline.ts'],
  'markdown-it': ['src/emulator', 'tools/demo'],
};

const mostLines = 250;

function folderOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

function importsOf(text: string): readonly string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport\(|^import) ?'([^']+)'/gm)].map(([, from = '']) => from);
}

function findWrongImports(all: Sources): readonly string[] {
  return Object.entries(all).flatMap(([path, text]) => {
    const own = folderOf(path);
    if (!floors.includes(own) && apart[own] === undefined && !path.startsWith('tools/'))
      return [`${path} has no floor`];
    const mayImport = (other: string) => {
      if (other === own || (path === emulatorCommand && other === 'src/emulator')) return true;
      if (apart[own] !== undefined) return apart[own].includes(other);
      return path.startsWith('tools/') || (floors.includes(other) && floors.indexOf(other) < floors.indexOf(own));
    };
    return importsOf(text)
      .filter((from) => from.startsWith('.'))
      .map((from) => join(dirname(path), from))
      .filter((file) => !mayImport(folderOf(file)))
      .map((file) => `${path} imports ${file}`);
  });
}

function findStrayPackages(all: Sources): readonly string[] {
  return Object.entries(all).flatMap(([path, text]) =>
    importsOf(text)
      .map((from) => /^(@[^/]+\/)?[^/]+/.exec(from)?.[0] ?? '')
      .filter((name) => homes[name]?.every((home) => path !== home && !path.startsWith(`${home}/`)))
      .map((name) => `${path} imports ${name}`),
  );
}

const linesOf = (text = '') => text.split('\n').length - 1;

describe('the sources', () => {
  test('import from lower floors only', () => {
    expect(findWrongImports(sources)).toEqual([]);
  });

  test('import a package only in the file that may', () => {
    expect(findStrayPackages(sources)).toEqual([]);
  });

  test('have at most 250 lines each', () => {
    const long = paths.filter((path) => path.startsWith('src/') && linesOf(sources[path]) > mostLines);
    expect(long).toEqual([]);
  });

  test.each<[Sources, string]>([
    [{ 'src/domain/a.ts': "import type { B } from '../inputs/b.ts';" }, 'src/domain/a.ts imports src/inputs/b.ts'],
    [{ 'src/cli/a.ts': "const b = await import('../emulator/b.ts');" }, 'src/cli/a.ts imports src/emulator/b.ts'],
    [{ 'src/emulator/a.ts': "export { b } from '../domain/b.ts';" }, 'src/emulator/a.ts imports src/domain/b.ts'],
    [{ 'src/main.ts': "import './post.ts';" }, 'src/main.ts imports src/post.ts'],
    [{ 'src/utils/a.ts': '' }, 'src/utils/a.ts has no floor'],
    [{ 'src/cli/a.ts': "import { fetch } from 'undici/types/b';" }, 'src/cli/a.ts imports undici'],
    [{ 'src/cli/a.ts': "import * as core from '@actions/core';" }, 'src/cli/a.ts imports @actions/core'],
  ])('are checked: %j is found', (planted, found) => {
    expect([...findWrongImports(planted), ...findStrayPackages(planted)]).toEqual([found]);
  });
});

test('importing a file prints nothing, listens to nothing and holds no process', async () => {
  const script = `
    const before = process.eventNames().length;
    for (const address of JSON.parse(process.argv[1])) await import(address);
    const listened = process.eventNames().slice(before);
    if (listened.length > 0) process.stdout.write('listens to ' + listened.join());
  `;
  const quiet = paths.filter((path) => !entryPoints.test(path));
  const addresses = quiet.map((path) => pathToFileURL(join(root, path)).href);
  // A process that something holds is killed after this time, which rejects.
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', script, JSON.stringify(addresses)],
    { env: { PATH: process.env.PATH ?? '' }, timeout: 30_000 },
  );
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
}, 40_000);
