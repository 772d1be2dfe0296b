import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path/posix';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { readSource, type Source } from './support/source.ts';

const root = join(import.meta.dirname.replaceAll('\\', '/'), '..');
const sources = globSync('src/**/*.ts', { cwd: root })
  .map((path) => path.replaceAll('\\', '/'))
  .sort()
  .map((path) => readSource(path, readFileSync(join(root, path), 'utf8')));
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** A rule says what is wrong with the sources, a line each. */
type Rule = (sources: readonly Source[]) => readonly string[];

/** The files that act when they are imported: those that the runner or a person starts. */
const doors = [
  'src/main.ts',
  'src/post.ts',
  'src/cli.ts',
  'src/emulator/serve.ts',
  'src/demo/demo.ts',
  'src/contract/contract.ts',
];

/** The floors of the action. A file imports from its own folder and from lower floors; host and report are side by side. */
const floors: Readonly<Record<string, number>> = {
  'src/domain': 0,
  'src/statuspage': 1,
  'src/deployment': 2,
  'src/operations': 3,
  'src/host': 4,
  'src/report': 4,
  'src/programs': 5,
  'src/action.ts': 6,
  'src/node-version.ts': 6,
  'src/command-line': 6,
  'src/main.ts': 7,
  'src/post.ts': 7,
  'src/cli.ts': 7,
};

/** Files that open the door of a house. */
const guests: Readonly<Record<string, string>> = { 'src/command-line/emulator-command.ts': 'src/emulator' };

/** Houses of their own, and what they may look into besides themselves. */
const houses: Readonly<Record<string, readonly string[]>> = {
  'src/emulator': [],
  'src/demo': ['src/emulator'],
  'src/contract': ['src/statuspage', 'src/domain'],
};

/** The only places in which a package may be imported; what is not named here may be imported anywhere. */
const homes: Readonly<Record<string, readonly string[]>> = {
  undici: ['src/statuspage/request.ts'],
  '@actions/core': ['src/host/runner.ts'],
  '@actions/github': ['src/host/runner.ts', 'src/host/workflow-runs.ts'],
  '@actions/expressions': ['src/demo/'],
  hono: ['src/emulator/'],
  '@hono/node-server': ['src/emulator/'],
  commander: ['src/command-line/'],
  'cli-table3': ['src/report/reading.ts'],
  'yocto-spinner': ['src/host/voice.ts'],
  'cross-spawn': ['src/host/child.ts'],
  'env-ci': ['src/host/pipeline.ts'],
  'markdown-it': ['src/emulator/', 'src/demo/'],
  zod: [
    'src/domain/inputs.ts',
    'src/domain/read-inputs.ts',
    'src/statuspage/envelope.ts',
    'src/statuspage/monitor-replies.ts',
    'src/statuspage/replies.ts',
    'src/deployment/deployment.ts',
    'src/host/state-file.ts',
    'src/emulator/',
  ],
};

const mostLines = 200;

/** Files that may be longer, each with its reason. */
const longer: Readonly<Record<string, string>> = {
  'src/domain/inputs.ts': 'one table, whose rows are read side by side',
  'src/demo/runner.ts': 'one imitation, that of the runner, which is read against its documentation',
  'src/host/workflow-runs.ts': 'one conversation with GitHub, with every way in which it can go wrong',
};

/** Where a path belongs: its folder in src, or the file itself where it lies in no folder. */
function placeOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

/** The files that a file imports, as paths from the root; packages are left out. */
function filesOf({ path, imports }: Source): readonly string[] {
  return imports.filter(({ from }) => from.startsWith('.')).map(({ from }) => join(dirname(path), from));
}

/** The packages that a file imports; what belongs to Node is left out. */
function packagesOf({ imports }: Source): readonly string[] {
  const outside = imports.filter(({ from }) => !/^(\.|node:)/.test(from));
  return outside.map(({ from }) =>
    from
      .split('/')
      .slice(0, from.startsWith('@') ? 2 : 1)
      .join('/'),
  );
}

const importsGoDown: Rule = (all) =>
  all.flatMap((source) => {
    const place = placeOf(source.path);
    const height = floors[place];
    const mayLookInto = houses[place];
    if (height === undefined && mayLookInto === undefined) return [`${source.path} has no place in the house`];
    const mayImport = (other: string) => {
      if (other === place || other === guests[source.path]) return true;
      return height === undefined ? mayLookInto?.includes(other) : (floors[other] ?? Number.POSITIVE_INFINITY) < height;
    };
    return filesOf(source)
      .filter((file) => !mayImport(placeOf(file)))
      .map((file) => `${source.path} imports ${file}`);
  });

const importsGoInNoCircle: Rule = (all) => {
  const byPath = new Map(all.map((source) => [source.path, filesOf(source)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' > '));
    if (done.has(path)) return;
    done.add(path);
    for (const file of byPath.get(path) ?? []) visit(file, [...trail, path]);
  };
  for (const { path } of all) visit(path, []);
  return circles;
};

const packagesStayAtHome: Rule = (all) =>
  all.flatMap((source) =>
    packagesOf(source)
      .filter((name) =>
        homes[name]?.every((home) => home !== source.path && !(home.endsWith('/') && source.path.startsWith(home))),
      )
      .map((name) => `${source.path} imports ${name}`),
  );

const packagesAreOurs: Rule = (all) =>
  all.flatMap((source) =>
    packagesOf(source)
      .filter((name) => !Object.hasOwn(devDependencies, name) || builtinModules.includes(name))
      .map((name) => `${source.path} imports ${name}, which package.json does not name, or Node without node:`),
  );

const filesAreShort: Rule = (all) =>
  all
    .filter(({ path, lines }) => lines > mostLines && !Object.hasOwn(longer, path))
    .map(({ path, lines }) => `${path} has ${lines} lines`);

const importsNameFiles: Rule = (all) =>
  all.flatMap((source) =>
    source.imports
      .filter(({ from }) => from === '?' || (from.startsWith('.') && !from.endsWith('.ts')))
      .map(({ from }) => `${source.path} imports ${from}`),
  );

const noDefaultExports: Rule = (all) => all.filter(({ hasDefaultExport }) => hasDefaultExport).map(({ path }) => path);
const noBarrels: Rule = (all) => all.filter(({ isBarrel }) => isBarrel).map(({ path }) => path);
const noAnys: Rule = (all) => all.flatMap(({ path, anys }) => anys.map((line) => `${path}:${line}`));
const onlyDoorsAct: Rule = (all) =>
  all.filter(({ path }) => !doors.includes(path)).flatMap(({ path, acts }) => acts.map((line) => `${path}:${line}`));

/** Files as they might be written one day, by their paths. */
type Planted = Readonly<Record<string, string>>;

const rules: readonly (readonly [string, Rule, readonly (readonly [Planted, string])[]])[] = [
  [
    'imports go down, and houses of their own are left alone',
    importsGoDown,
    [
      [
        { 'src/domain/a.ts': "import type { B } from '../statuspage/b.ts';" },
        'src/domain/a.ts imports src/statuspage/b.ts',
      ],
      [
        { 'src/statuspage/a.ts': "export { b } from '../deployment/b.ts';" },
        'src/statuspage/a.ts imports src/deployment/b.ts',
      ],
      [
        { 'src/deployment/a.ts': "const b = await import('../operations/b.ts');" },
        'src/deployment/a.ts imports src/operations/b.ts',
      ],
      [{ 'src/operations/a.ts': "import '../host/b.ts';" }, 'src/operations/a.ts imports src/host/b.ts'],
      [{ 'src/host/a.ts': "import { b } from '../report/b.ts';" }, 'src/host/a.ts imports src/report/b.ts'],
      [{ 'src/report/a.ts': "type B = import('../host/b.ts').B;" }, 'src/report/a.ts imports src/host/b.ts'],
      [{ 'src/programs/a.ts': "import { b } from '../action.ts';" }, 'src/programs/a.ts imports src/action.ts'],
      [{ 'src/action.ts': "export * from './main.ts';" }, 'src/action.ts imports src/main.ts'],
      [
        { 'src/programs/a.ts': "import { b } from '../command-line/b.ts';" },
        'src/programs/a.ts imports src/command-line/b.ts',
      ],
      [
        { 'src/command-line/a.ts': "import { b } from '../emulator/b.ts';" },
        'src/command-line/a.ts imports src/emulator/b.ts',
      ],
      [{ 'src/main.ts': "import './post.ts';" }, 'src/main.ts imports src/post.ts'],
      [{ 'src/domain/a.ts': "import { b } from '../emulator/b.ts';" }, 'src/domain/a.ts imports src/emulator/b.ts'],
      [{ 'src/programs/a.ts': "import { b } from '../demo/b.ts';" }, 'src/programs/a.ts imports src/demo/b.ts'],
      [{ 'src/emulator/a.ts': "import { b } from '../domain/b.ts';" }, 'src/emulator/a.ts imports src/domain/b.ts'],
      [{ 'src/emulator/a.ts': "import { b } from '../demo/b.ts';" }, 'src/emulator/a.ts imports src/demo/b.ts'],
      [{ 'src/demo/a.ts': "import { b } from '../report/b.ts';" }, 'src/demo/a.ts imports src/report/b.ts'],
      [{ 'src/programs/a.ts': "import { b } from '../contract/b.ts';" }, 'src/programs/a.ts imports src/contract/b.ts'],
      [{ 'src/contract/a.ts': "import { b } from '../report/b.ts';" }, 'src/contract/a.ts imports src/report/b.ts'],
      [{ 'src/domain/a.ts': "import { b } from '../../.ci/b.ts';" }, 'src/domain/a.ts imports .ci/b.ts'],
      [{ 'src/utils/a.ts': '' }, 'src/utils/a.ts has no place in the house'],
    ],
  ],
  [
    'imports go in no circle',
    importsGoInNoCircle,
    [
      [
        { 'src/domain/a.ts': "import './b.ts';", 'src/domain/b.ts': "import type { A } from './a.ts';" },
        'src/domain/a.ts > src/domain/b.ts > src/domain/a.ts',
      ],
      [{ 'src/domain/a.ts': "import './a.ts';" }, 'src/domain/a.ts > src/domain/a.ts'],
      [
        {
          'src/domain/a.ts': "import './b.ts';",
          'src/domain/b.ts': "import './c.ts';",
          'src/domain/c.ts': "import './d.ts';",
          'src/domain/d.ts': "import './b.ts';",
        },
        'src/domain/b.ts > src/domain/c.ts > src/domain/d.ts > src/domain/b.ts',
      ],
    ],
  ],
  [
    'a package that one file is there for is imported by no other',
    packagesStayAtHome,
    [
      [{ 'src/host/runner.ts': "import { fetch } from 'undici';" }, 'src/host/runner.ts imports undici'],
      [
        { 'src/statuspage/proxy.ts': "import type { Dispatcher } from 'undici/types/dispatcher';" },
        'src/statuspage/proxy.ts imports undici',
      ],
      [{ 'src/programs/a.ts': "import * as core from '@actions/core';" }, 'src/programs/a.ts imports @actions/core'],
      [
        { 'src/host/secrets.ts': "const b = () => import('@actions/github/lib/context.js');" },
        'src/host/secrets.ts imports @actions/github',
      ],
      [{ 'src/report/a.ts': "import * as z from 'zod/mini';" }, 'src/report/a.ts imports zod'],
      [{ 'src/domain/a.ts': "import { Hono } from 'hono';" }, 'src/domain/a.ts imports hono'],
      [{ 'src/domain/a.ts': "const core = require('@actions/core');" }, 'src/domain/a.ts imports @actions/core'],
    ],
  ],
  [
    'a package is one that package.json names, and a part of Node is named as one',
    packagesAreOurs,
    [
      [
        { 'src/domain/a.ts': "import leven from 'leven';" },
        'src/domain/a.ts imports leven, which package.json does not name, or Node without node:',
      ],
      [
        { 'src/domain/a.ts': "import { join } from 'path';" },
        'src/domain/a.ts imports path, which package.json does not name, or Node without node:',
      ],
    ],
  ],
  [
    'an import says which file it means',
    importsNameFiles,
    [
      [{ 'src/domain/a.ts': "import { b } from './b.js';" }, 'src/domain/a.ts imports ./b.js'],
      [{ 'src/domain/a.ts': "import { b } from './b';" }, 'src/domain/a.ts imports ./b'],
      [{ 'src/domain/a.ts': 'const b = (name: string) => import(name);' }, 'src/domain/a.ts imports ?'],
    ],
  ],
  [
    'a file is read in one sitting',
    filesAreShort,
    [[{ 'src/domain/a.ts': '\n'.repeat(201) }, 'src/domain/a.ts has 201 lines']],
  ],
  [
    'nothing is exported by default',
    noDefaultExports,
    [
      [{ 'src/domain/a.ts': 'export default 1;' }, 'src/domain/a.ts'],
      [{ 'src/domain/a.ts': 'const a = 1; export { a as default };' }, 'src/domain/a.ts'],
    ],
  ],
  [
    'no file is there for exporting what others made',
    noBarrels,
    [
      [{ 'src/domain/a.ts': "export { b } from './b.ts';" }, 'src/domain/a.ts'],
      [{ 'src/domain/a.ts': "export * from './b.ts'; export const a = 1;" }, 'src/domain/a.ts'],
      [{ 'src/domain/a.ts': "import { b } from './b.ts'; export { b };" }, 'src/domain/a.ts'],
    ],
  ],
  [
    'no type is any',
    noAnys,
    [[{ 'src/domain/a.ts': '\nexport const a = (b: readonly any[]) => b;' }, 'src/domain/a.ts:2']],
  ],
  [
    'only the doors act when they are imported',
    onlyDoorsAct,
    [
      [{ 'src/domain/a.ts': "console.log('a');" }, 'src/domain/a.ts:1'],
      [{ 'src/action.ts': 'export const a = 1;\nprocess.exitCode = a;' }, 'src/action.ts:2'],
      [{ 'src/domain/a.ts': "if (process.env.A) throw new Error('a');" }, 'src/domain/a.ts:1'],
      [{ 'src/domain/a.ts': "export const a = await import('./b.ts');" }, 'src/domain/a.ts:1'],
      [{ 'src/domain/a.ts': 'class A { static { A.b(); } static b() {} }\nnew A();' }, 'src/domain/a.ts:2'],
    ],
  ],
];

describe('the house', () => {
  test('is looked at as a whole', () => {
    expect(sources.length).toBeGreaterThan(80);
    expect(sources.map(({ path }) => path)).toEqual(expect.arrayContaining(['src/main.ts', 'src/domain/inputs.ts']));
    expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(300);
  });

  describe.each(rules)('%s', (_, rule, violations) => {
    test('in all of the sources', () => {
      expect(rule(sources)).toEqual([]);
    });

    test.each(violations)('and %j would be found', (planted, finding) => {
      const files = Object.entries(planted).map(([path, text]) => readSource(path, text));
      expect(rule(files)).toEqual([finding]);
    });
  });

  test('lets through what is as it should be', () => {
    const texts: Planted = {
      'src/main.ts': "import { run } from './action.ts';\n\nprocess.exitCode = await run();\n",
      'src/report/a.ts':
        "import { b } from '../deployment/b.ts';\nimport { type C, c } from './c.ts';\nexport type { C } from './c.ts';\nexport async function a(x: C): Promise<C> { await b(x); if (c) return x; throw new Error(); }\n",
      'src/demo/a.ts':
        "import { b } from '../emulator/b.ts';\nimport { join } from 'node:path';\nexport class A { b = () => b(join('a')); async c() { await this.b(); } }\n",
      'src/statuspage/request.ts': "import { fetch } from 'undici';\nexport const a = fetch;\n",
    };
    const files = Object.entries(texts).map(([path, text]) => readSource(path, text));
    expect(rules.flatMap(([, rule]) => rule(files))).toEqual([]);
  });

  test('states a reason for each long file, and for none that is short', () => {
    const lines = (path: string) => sources.find((source) => source.path === path)?.lines ?? 0;
    expect(Object.keys(longer).filter((path) => lines(path) <= mostLines)).toEqual([]);
  });
});

test('what is imported prints nothing, listens to nothing and holds no process', async () => {
  const script = `
    const before = process.eventNames().length;
    for (const address of JSON.parse(process.argv[1])) await import(address);
    const listened = process.eventNames().slice(before);
    if (listened.length > 0) process.stdout.write('listens to ' + listened.join());
  `;
  const quiet = sources.map(({ path }) => path).filter((path) => !doors.includes(path));
  const addresses = quiet.map((path) => pathToFileURL(join(root, path)).href);
  // A process that is held by something is killed after this time, which rejects.
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', script, JSON.stringify(addresses)],
    { env: { PATH: process.env.PATH ?? '' }, timeout: 30_000 },
  );
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
}, 40_000);
