import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Facts, fillPlaceholders, findNear, linesOf, list } from '../../src/domain/text.ts';

const facts: Facts = {
  startedAt: new Date('2026-03-14T14:02:00Z'),
  now: new Date('2026-03-14T14:09:00Z'),
  endAt: new Date('2026-03-14T14:32:00Z'),
  tag: 'v1.2.3',
};

describe('a placeholder', () => {
  test('stands for the time that has passed, the announced end or the tag', () => {
    const text = 'Done with {tag} after {elapsed}, well before {end-at}. {tag}!';
    expect(fillPlaceholders(text, facts)).toBe('Done with v1.2.3 after 7 min, well before 14:32 UTC. v1.2.3!');
  });

  test('of which nothing is known is left out with the blank before it', () => {
    const unknown = { ...facts, endAt: undefined, tag: undefined };
    expect(fillPlaceholders('Version {tag} is out, before {end-at}.', unknown)).toBe('Version is out, before.');
    expect(fillPlaceholders('{tag}: done', unknown)).toBe(': done');
  });

  test('takes a tag word by word, whatever it looks like', () => {
    expect(fillPlaceholders('{tag} {elapsed}', { ...facts, tag: '$& {elapsed} $1' })).toBe('$& {elapsed} $1 7 min');
  });

  test('that is none stays as it was written', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/\{(elapsed|end-at|tag)\}/.test(text));
        expect(fillPlaceholders(text, facts)).toBe(text);
      }),
    );
    expect(fillPlaceholders('{ tag } {Tag} {} {toString} {{x}}', facts)).toBe('{ tag } {Tag} {} {toString} {{x}}');
  });
});

describe('a mistyped word', () => {
  test.each([
    ['acmme', 'acme'],
    ['ACNE', 'acme'],
    ['shpo', 'shop'],
    ['shopping', undefined],
    ['x', undefined],
    ['', undefined],
  ])('%j means %j', (typed, meant) => {
    expect(findNear(typed, ['shop', 'acme'])).toBe(meant);
  });

  test('means the nearest of several', () => {
    expect(findNear('acme-sop', ['acme-top', 'acme-shop', 'acme'])).toBe('acme-top');
    expect(findNear('acme-shp', ['acme-top', 'acme-shop', 'acme'])).toBe('acme-shop');
    expect(findNear('acme', [])).toBeUndefined();
  });
});

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c'], 'a, b and c'],
])('%j is told to people as "%s"', (words, text) => {
  expect(list(words)).toBe(text);
});

test('a choice is written with or', () => {
  expect(list(['a', 'b', 'c'], 'or')).toBe('a, b or c');
});

describe('the lines that a reader sees of a message', () => {
  test.each<[string, readonly string[]]>([
    [' one \r\n\n two\u2028three ', ['one', 'two', 'three']],
    ['<p>one <b>two</b></p>three<br>four', ['one two', 'three', 'four']],
    ['a &lt;b&gt; &amp;lt; &#65;&#x42;&COLON;', ['a <b> &lt; AB:']],
    ['&#0; &#x0; &#x110000; &nothing; &amp', ['&#0; &#x0; &#x110000; &nothing; &amp']],
    ['<blockquote>one<br>two</blockquote>three', ['> one', '> two', 'three']],
    ['</blockquote>one', ['one']],
    ['1 < 2 and <3', ['1 < 2 and <3']],
  ])('%j: %j', (message, lines) => {
    expect(linesOf(message)).toEqual(lines);
  });
});
