import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createMask } from '../../src/domain/secret.ts';
import { anyText } from '../support/nasty.ts';

const key = 'spk_Zk7/q<9"Vb2&xW4mT0pLr8';
const mask = createMask(key);
const base64 = (text: string) => Buffer.from(text).toString('base64');
const percent = (text: string) => [...text].map((one) => `%${one.charCodeAt(0).toString(16)}`).join('');

describe('a secret is masked', () => {
  const inJson = JSON.stringify(key).slice(1, -1);
  test.each([
    ['as it is', key],
    ['in capitals', key.toUpperCase()],
    ['escaped for JSON', inJson],
    ['escaped for JSON with escaped slashes', inJson.replaceAll('/', '\\/')],
    ['escaped for JSON in Unicode', [...key].map((one) => `\\u00${one.charCodeAt(0).toString(16)}`).join('')],
    ['escaped for JSON twice', JSON.stringify(inJson.replaceAll('/', '\\/')).slice(1, -1)],
    ['escaped for JavaScript', [...key].map((one) => `\\x${one.charCodeAt(0).toString(16)}`).join('')],
    ['in a URL', encodeURIComponent(key)],
    ['in a URL, every character', percent(key)],
    ['in a URL, twice', encodeURIComponent(encodeURIComponent(key))],
    ['in a URL, three times', encodeURIComponent(encodeURIComponent(encodeURIComponent(key)))],
    ['in HTML', key.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')],
    ['in HTML, in numbers', [...key].map((one) => `&#${one.charCodeAt(0)};`).join('')],
    ['in HTML, in hexadecimal numbers', [...key].map((one) => `&#x${one.charCodeAt(0).toString(16)};`).join('')],
    ['with soft hyphens between', [...key].join('\u00ad')],
    ['with characters of no width between', [...key].join('\u200b')],
    ['with control characters between', [...key].join('\r')],
    ['wrapped after seven characters', key.replaceAll(/.{7}/g, '$&\n')],
    ['in hexadecimal', Buffer.from(key).toString('hex')],
  ])('%s', (_, form) => {
    expect(mask(`Got ${form}; go on.`)).toBe('Got ***; go on.');
  });

  test.each([0, 1, 2])('in base64 after %i other bytes, up to the digits that it shares', (before) => {
    for (const after of ['', '!', '!!']) {
      const encoded = base64(`${'~'.repeat(before)}${key}${after}`);
      for (const text of [encoded, encoded.replaceAll('+', '-').replaceAll('/', '_')]) {
        expect(mask(`Got ${text}`)).toMatch(/^Got .{0,3}\*\*\*.{0,6}$/);
      }
    }
  });

  test('in every run of 8 characters, and what is around it stays', () => {
    for (let at = 0; at + 8 <= key.length; at += 1) {
      const run = key.slice(at, at + 8);
      expect(mask(`a ${run} b`)).toBe('a *** b');
      expect(mask(`a ${percent(run)} b`)).toBe('a *** b');
    }
    expect(mask(`${key.slice(0, 12)} and ${key.slice(12)}`)).toBe('*** and ***');
    expect(mask(`${key}${key}`)).toBe('***');
  });

  test('in one form inside another', () => {
    const escaped = '%25'.repeat(8);
    expect(createMask(`${'%'.repeat(9)}25%25%2`)(`Got ${escaped}; go on.`)).toBe('Got ***; go on.');
  });

  test('whatever text is around it', () => {
    const piece = fc.tuple(fc.nat(key.length - 8), fc.integer({ min: 8, max: key.length }));
    fc.assert(
      fc.property(fc.string(), piece, fc.string(), (before, [at, length], after) => {
        const run = key.slice(at, at + length);
        const masked = mask(`${before}${run}${after}`);
        expect(masked).not.toContain(run);
        expect(masked).toContain('***');
      }),
      { numRuns: 500 },
    );
  });

  test('that is shorter than 8 characters only as a whole', () => {
    expect(createMask('spk_x')('spk_ and spk_x')).toBe('spk_ and ***');
    expect(createMask('')('nothing')).toBe('nothing');
  });
});

describe('a text without the secret', () => {
  test('stays as it is, escapes included', () => {
    fc.assert(
      fc.property(anyText, (text) => expect(mask(text)).toBe(text)),
      { numRuns: 500 },
    );
    const text = 'spk_Zk7 is short, 100%, \\u0041 &amp; &#65; %41 stay: spk_…';
    expect(mask(text)).toBe(text);
  });

  test('of a megabyte takes no time worth speaking of', () => {
    const begunAt = performance.now();
    mask('%41 &amp; \\u0041 plain text '.repeat(40_000));
    expect(performance.now() - begunAt).toBeLessThan(5_000);
  });
});
