import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, '.github/CONTRIBUTING.md'), 'utf8');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The packages that a section of a page gives a reason for. */
function readReasons(text: string, heading: string): readonly (readonly [name: string, reason: string])[] {
  const [, section = ''] = text.split(`\n### ${heading}\n`);
  return [...(section.split('\n#')[0] ?? '').matchAll(/^\| `([^`]+)` \| (.*) \|$/gm)].map(
    ([, name = '', reason = '']) => [name, reason],
  );
}

/** The files and folders of this repository that a page names in code. */
function readPaths(text: string): readonly string[] {
  return [...text.matchAll(/`((?:src|tools|__tests__|\.ci|\.github)\/[\w./-]*)`/g)].map(([, path = '']) => path);
}

/** The folders that the drawing of the house shows. */
function readHouse(text: string): readonly string[] {
  const [, drawing = ''] = /## The house\n\n```\n([\s\S]*?)```/.exec(text) ?? [];
  return [...drawing.matchAll(/\b([a-z-]+)\/(?=\s)/g)]
    .map(([, folder = '']) => folder)
    .filter((folder) => folder !== 'src');
}

describe('CONTRIBUTING', () => {
  test.each([
    ['In the bundle', manifest.dependencies],
    ['For development', manifest.devDependencies],
  ])('%s: gives a reason for each dependency, and for no other', (heading, packages) => {
    const reasons = readReasons(page, heading);
    expect(reasons.map(([name]) => name)).toEqual(Object.keys(packages).sort());
    expect(reasons.filter(([, reason]) => reason.split(' ').length < 2)).toEqual([]);
  });

  test('draws the house with all of its floors', () => {
    const folders = globSync('src/*/', { cwd: root }).map((path) => path.replaceAll('\\', '/').split('/')[1]);
    expect(readHouse(page).toSorted()).toEqual(folders.toSorted());
  });

  test('shows one run in at most ten files', () => {
    const [, route = ''] = page.split('read these ten files in this order:');
    const files = [...(route.split('\n## ')[0] ?? '').matchAll(/^\d+\. `(.+?)`/gm)].map(([, path]) => path);
    expect(files).toHaveLength(10);
  });

  test('names every variable of the random tests', () => {
    const read = ['faults', 'races'].map((folder) => readFileSync(join(root, `__tests__/${folder}/run.ts`), 'utf8'));
    const variables = (text: string) => [...new Set(text.match(/\b(?:FAULTS|RACES)_[A-Z_]+\b/g))].toSorted();
    expect(variables(page)).toEqual(variables(read.join()));
  });

  test('sends nobody to a file that is not there', () => {
    expect(readPaths(page).length).toBeGreaterThan(5);
    expect(readPaths(page).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('would be found out', () => {
    const text =
      '## The house\n\n```\n  a.ts\n  attic/   what is old\n cellar/ vault/\n```\n\n`src/a.ts`\n\n### Here\n\n| `b` | good |\n\n### There\n\n| `c` | good |\n';
    expect(readHouse(text)).toEqual(['attic', 'cellar', 'vault']);
    expect(readPaths(text)).toEqual(['src/a.ts']);
    expect(readReasons(text, 'Here')).toEqual([['b', 'good']]);
  });
});
