import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseJson } from '../../src/statuspage/json.ts';

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const listOf = (count: number, entry: string) => `[${Array.from({ length: count }, () => entry).join(',')}]`;

describe('the JSON of an answer', () => {
  test('is what it says, whatever that is', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!/\d{16}/.test(text));
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test.each(['', '{', 'nul', '"', '"\\', '[1,]'])('is not in %j', (text) => {
    expect(parseJson(text)).toBeUndefined();
  });

  test('may be as deep and as long as an honest answer', () => {
    expect(parseJson(nested(100))).toEqual(JSON.parse(nested(100)));
    expect(parseJson(listOf(24_999, '{}'))).toHaveLength(24_999);
    expect(parseJson(listOf(250_000, '1'))).toHaveLength(250_000);
  });

  test('may hold any text', () => {
    const text = JSON.stringify([',[{'.repeat(300_000), '\\"[', '\\']);
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  test.each([
    ['deeper', nested(101)],
    ['of more lists', listOf(25_000, '[]')],
    ['of more objects', listOf(25_000, '{}')],
    ['of more values', listOf(250_002, '1')],
  ])('is not read if it is %s than that', (_how, text) => {
    expect(JSON.parse(text)).toBeDefined();
    expect(parseJson(text)).toBeUndefined();
  });
});
