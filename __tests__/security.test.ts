import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, '.github/SECURITY.md'), 'utf8');

/** A test that is named as holding something: its file below __tests__, and its sentence. */
interface Named {
  readonly file: string;
  readonly sentence: string;
}

/** The promises of a page, one a row of its table, with the tests that hold them. */
function readPromises(text: string): readonly (readonly [promise: string, tests: readonly Named[]])[] {
  const table = /^\| Promise \| Test \|\n\|---\|---\|\n((?:\|.*\n)+)/m.exec(text)?.[1] ?? '';
  return table
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => {
      const [, promise = '', tests = ''] = row.split('|');
      const named = [...tests.matchAll(/`([\w/-]+\.test\.ts)`: \*([^*]+)\*/g)];
      return [promise.trim(), named.map(([, file = '', sentence = '']) => ({ file, sentence }))] as const;
    });
}

/** Whether a source of tests has such a sentence, as a text of its own. */
function hasSentence(source: string, sentence: string): boolean {
  return ["'", '"', '`'].some((quote) => source.includes(`${quote}${sentence}${quote}`));
}

describe('SECURITY', () => {
  const promises = readPromises(page);

  test('makes its promises in a table', () => {
    expect(promises.length).toBeGreaterThan(12);
  });

  test.each(promises)('names a test for what it promises: %s', (_, tests) => {
    expect(tests.length).toBeGreaterThan(0);
    const missing = tests.filter(({ file, sentence }) => {
      const path = join(root, '__tests__', file);
      return !existsSync(path) || !hasSentence(readFileSync(path, 'utf8'), sentence);
    });
    expect(missing).toEqual([]);
  });

  test('fits on two pages', () => {
    const [, model = ''] = page.split('## Threat model');
    expect(model.split(/\s+/).length).toBeLessThan(1_100);
  });

  test('would be found out if it named a test that is not there', () => {
    const row = '| Promise | Test |\n|---|---|\n| it is so | `a/b.test.ts`: *it is so indeed*; `c.test.ts`: *no* |\n';
    expect(readPromises(row)).toEqual([
      [
        'it is so',
        [
          { file: 'a/b.test.ts', sentence: 'it is so indeed' },
          { file: 'c.test.ts', sentence: 'no' },
        ],
      ],
    ]);
    expect(hasSentence("test('it is so indeed', () => {})", 'it is so indeed')).toBe(true);
    expect(hasSentence("test('it is so indeed', () => {})", 'it is so')).toBe(false);
  });
});
