import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseEntries, parseJson } from '../../src/statuspage/json.ts';

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

describe('a list of more than a hundred entries', () => {
  const entries = Array.from({ length: 250 }, (_, at) => ({ id: at + 1, note: `a, "b" ], { ${at}` }));
  const readIdOf = (entry: unknown) => (entry as { readonly id?: number }).id;
  const ids = entries.map(({ id }) => id);

  test.each([
    ['bare', entries],
    ['in an envelope', { success: true, data: entries }],
    ['with its name', { data: { windows: entries, total: 250 } }],
    ['behind another list of objects', { links: [{ id: 7 }], windows: entries }],
  ])('is read as a whole, %s, however it is written', (_, answer) => {
    for (const text of [JSON.stringify(answer), JSON.stringify(answer, null, 2)])
      expect(parseEntries(text, readIdOf)).toEqual({ records: ids, complete: true });
  });

  test('is incomplete if an entry cannot be read, or if the server counts more', () => {
    const some = entries.map((entry) => (entry.id === 180 ? { note: entry.note } : entry));
    expect(parseEntries(JSON.stringify(some), readIdOf)).toMatchObject({ complete: false });
    const more = JSON.stringify({ data: entries, meta: { total: 251 } });
    expect(parseEntries(more, readIdOf)).toEqual({ records: ids, complete: false });
  });

  test('keeps ids that a number cannot hold', () => {
    const text = JSON.stringify(entries).replace('"id":201,', '"id":12345678901234567890,');
    expect(parseEntries(text, readIdOf)?.records[200]).toBe('12345678901234567890');
  });

  test.each([
    ['no comma between two entries', (text: string) => text.replace('},{"id":101', '}{"id":101')],
    ['two commas', (text: string) => text.replace('},{"id":101', '},,{"id":101')],
    ['a comma at its end', (text: string) => text.replace(/\]$/, ',]')],
    ['an end that is missing', (text: string) => text.slice(0, -1)],
    ['a broken entry', (text: string) => text.replace('"id":150,', '"id":,')],
    ['something behind it', (text: string) => `${text}]`],
  ])('is no JSON with %s', (_, corrupt) => {
    expect(parseEntries(corrupt(JSON.stringify(entries)), readIdOf)).toBeUndefined();
  });
});
