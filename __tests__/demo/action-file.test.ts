import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readActionFile } from '../../tools/demo/action-file.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'action-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const write = (text: string): void => writeFileSync(join(dir, 'action.yml'), text);

test('an action file gives the entries and the default of every input', () => {
  write(`name: A
inputs:
  duration: { description: How long., default: 30m }
  notify: { default: false }
  title: { required: true }
  bare:
runs: { using: node24, main: dist/main.js, post: dist/post.js }`);
  expect(readActionFile(dir)).toEqual({
    main: 'dist/main.js',
    post: 'dist/post.js',
    defaults: { duration: '30m', notify: 'false', title: '', bare: '' },
  });
});

test('an action may have neither inputs nor a post step', () => {
  write('runs: { using: node24, main: main.js }');
  expect(readActionFile(dir)).toEqual({ main: 'main.js', post: undefined, defaults: {} });
});

test.each(['{ using: composite, steps: [] }', '{ using: docker, image: Dockerfile }', '{ using: node24 }'])(
  'an action that is no JavaScript action is refused: %s',
  (runs) => {
    write(`runs: ${runs}`);
    expect(() => readActionFile(dir)).toThrow('Not a JavaScript action.');
  },
);

test.each(['pre', 'pre-if', 'post-if'])('an action with `%s` is refused, because it would not be obeyed', (key) => {
  write(`runs: { using: node24, main: main.js, ${key}: x }`);
  expect(() => readActionFile(dir)).toThrow(`\`${key}\``);
});
