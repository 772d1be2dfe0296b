import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readAudit } from '../tools/audit.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface LockedPackage {
  readonly version: string;
  readonly license?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly hasInstallScript?: boolean;
}

type Locked = Readonly<Record<string, LockedPackage>>;

const { dependencies, devDependencies, allowScripts } = JSON.parse(read('package.json'));
const locked: Locked = JSON.parse(read('package-lock.json')).packages;

/** Licences that ask for no more than to be named, as `licenses.txt` beside the bundle does: they go with our own, which is MIT. */
const compatible = new Set(['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'Apache-2.0']);

/** The packages of `licenses.txt` with the licence that each declares: a name and a licence on lines of their own, then its text. */
function readLicenses(text: string): ReadonlyMap<string, string> {
  const heads = text.matchAll(/(?<=^|\n\n)((?:@[\w.-]+\/)?[\w.-]+)\n([\w. ()-]+)\n/g);
  return new Map([...heads].map(([, name = '', license = '']) => [name, license]));
}

/** The packages that a bundle is made of, from the comments that say where each part comes from. */
function findBundled(bundle: string): ReadonlySet<string> {
  const parts = bundle.matchAll(
    /^ *;?\/\/ (?:CONCATENATED|EXTERNAL) MODULE: \.\/\S*node_modules\/((?:@[^/\s]+\/)?[^/\s]+)/gm,
  );
  return new Set([...parts].map(([, name = '']) => name));
}

/** What is wrong with the list of licences of a bundle, a line each. */
function findUnlicensed(bundle: string, licenses: string, packages: Locked): readonly string[] {
  const listed = readLicenses(licenses);
  const unlisted = [...findBundled(bundle)].filter((name) => !listed.has(name)).map((name) => `${name} is not listed`);
  const wrong = [...listed].flatMap(([name, license]) => {
    const declared = packages[`node_modules/${name}`]?.license;
    if (declared !== license) return [`${name} declares ${declared}, and ${license} is listed`];
    return compatible.has(license) ? [] : [`${name} is under ${license}`];
  });
  return [...unlisted, ...wrong];
}

/** Optional packages, such as those for one kind of machine, that the lock file names and does not hold. */
function findDropped(packages: Locked): readonly string[] {
  const held = Object.keys(packages);
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !held.some((other) => other.endsWith(`node_modules/${name}`)))
      .map((name) => `${path} may need ${name}`),
  );
}

const bundles = globSync('dist/**/licenses.txt', { cwd: root }).map((list) => list.replaceAll('\\', '/'));

describe('licences', () => {
  test('are listed with each bundle', () => {
    const folders = new Set(bundles.map((list) => list.replace('/licenses.txt', '')));
    const scripts = globSync('dist/**/*.js', { cwd: root }).map((path) => path.replaceAll('\\', '/'));
    const holding = scripts.filter((path) => findBundled(read(path)).size > 0);
    expect(holding.length).toBeGreaterThan(0);
    expect(holding.filter((path) => ![...folders].some((folder) => path.startsWith(`${folder}/`)))).toEqual([]);
  });

  test.each(bundles)('of everything in the bundle are in %s, and are compatible with ours', (list) => {
    const others = bundles.map(dirname).filter((folder) => folder.startsWith(`${dirname(list)}/`));
    const files = globSync(`${dirname(list)}/**/*.js`, { cwd: root, exclude: (path) => others.includes(path) });
    const bundle = files.map(read).join('\n');
    expect(findBundled(bundle).size).toBeGreaterThan(5);
    // Undici holds llhttp, built to WebAssembly; npm knows nothing of it.
    const inside = { 'node_modules/llhttp': { version: '', license: 'MIT' } };
    expect(findUnlicensed(bundle, read(list), { ...locked, ...inside })).toEqual([]);
    expect(/^llhttp\nMIT\n.*MIT License/m.test(read(list))).toBe(bundle.includes('AGFzbQ'));
  });

  test.each([
    ['is not listed', '', 'MIT', 'hono is not listed'],
    ['is listed under another licence', 'hono\nISC\nText.\n', 'MIT', 'hono declares MIT, and ISC is listed'],
    ['asks for more', 'hono\nGPL-3.0-only\nText.\n', 'GPL-3.0-only', 'hono is under GPL-3.0-only'],
  ])('would be found out if a bundled package %s', (_, list, license, finding) => {
    const bundle = ';// CONCATENATED MODULE: ./node_modules/hono/dist/index.js\n';
    const packages = { 'node_modules/hono': { version: '1.0.0', license } };
    expect(findUnlicensed(bundle, `@actions/core\nMIT\nText.\n\n${list}`, { ...packages, ...core })).toEqual([finding]);
  });
});

const core = { 'node_modules/@actions/core': { version: '1.0.0', license: 'MIT' } };

describe('package.json', () => {
  test('has under dependencies exactly what is in a bundle, and the rest under devDependencies', () => {
    const listed = new Set(bundles.flatMap((list) => [...readLicenses(read(list)).keys()]));
    const direct = Object.keys({ ...dependencies, ...devDependencies });
    expect(Object.keys(dependencies)).toEqual(direct.filter((name) => listed.has(name)));
  });

  test('allows the scripts that packages run while npm installs them, each by name', () => {
    const withScript = Object.entries(locked).filter(([, { hasInstallScript }]) => hasInstallScript);
    const names = withScript.map(([path]) => path.replace(/^.*node_modules\//, ''));
    expect(Object.keys(allowScripts)).toEqual([...new Set(names)].sort());
  });
});

describe('the lock file', () => {
  test('holds what other kinds of machines need', () => {
    expect(findDropped(locked)).toEqual([]);
  });

  test('would be found out if it lacked the program for one of them', () => {
    const lacking = { 'node_modules/fast': { version: '1.0.0', optionalDependencies: { '@fast/windows': '1.0.0' } } };
    expect(findDropped(lacking)).toEqual(['node_modules/fast may need @fast/windows']);
    expect(findDropped({ ...lacking, 'node_modules/@fast/windows': { version: '1.0.0' } })).toEqual([]);
  });

  test('has exact versions, as package.json does', () => {
    const named = { ...dependencies, ...devDependencies };
    const found = Object.keys(named).map((name) => [name, locked[`node_modules/${name}`]?.version]);
    expect(Object.fromEntries(found)).toEqual(named);
  });
});

describe('npm audit', () => {
  const report = (vulnerabilities: object) => JSON.stringify({ auditReportVersion: 2, vulnerabilities });
  const undici = { name: 'undici', severity: 'moderate', isDirect: true, via: [], range: '<8.1.0' };

  test('gives a line for each vulnerability, with its severity', () => {
    expect(readAudit(report({ undici }))).toEqual({ found: ['moderate: undici <8.1.0'] });
    expect(readAudit(report({}))).toEqual({ found: [] });
  });

  test('is not taken for clean if the registry does not answer', () => {
    const refused = { message: '405 Method Not Allowed', method: 'POST', statusCode: 405, error: { summary: '' } };
    expect(readAudit(JSON.stringify(refused))).toEqual({ unanswered: '405 Method Not Allowed' });
    expect(readAudit('')).toEqual({ unanswered: 'npm printed nothing' });
    expect(() => readAudit('{}')).toThrow();
  });
});

test('the command line has none of the packages that only the runner needs', () => {
  const listed = readLicenses(read('dist/cli/licenses.txt'));
  expect(listed.has('undici')).toBe(true);
  expect(listed.has('@actions/core')).toBe(false);
});
