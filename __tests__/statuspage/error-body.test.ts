import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { excerptOf, readErrorBody, reportsFailure } from '../../src/statuspage/failed-call.ts';

const said = (body: unknown) => readErrorBody(JSON.stringify(body)).serverMessage;

describe('the reasons in the body of a failure', () => {
  test.each<[unknown, string]>([
    [{ error: 'end_at must be after start_at.' }, 'end_at must be after start_at.'],
    [{ message: 'Forbidden' }, 'Forbidden'],
    [{ error: { message: 'No', code: 7 } }, 'No'],
    [{ errors: { title: ['is required', 'is short'] } }, 'title: is required; title: is short'],
    [{ message: 'Invalid.', errors: { title: 'is required' } }, 'Invalid; title: is required'],
    [{ errors: [{ field: 'end_at', message: 'too early' }, 'and more'] }, 'end_at: too early; and more'],
    [{ title: 'Bad', detail: 'No such component' }, 'No such component'],
    [{ error: 'Same', message: 'Same' }, 'Same'],
    ['Forbidden', 'Forbidden'],
  ])('%j are found', (body, words) => {
    expect(said(body)).toBe(words);
  });

  test.each([[{}], [{ error: ' ' }], [{ error: { code: 1 } }], [{ errors: [] }], [[]], [null]])(
    'are not found in %j, so the body itself is shown',
    (body) => {
      const found = readErrorBody(JSON.stringify(body));
      expect(found).toMatchObject({ isFromApi: false, serverMessage: undefined, excerpt: JSON.stringify(body) });
    },
  );

  test('are cut at 300 characters', () => {
    expect(said({ error: 'é'.repeat(1_000) })).toBe(`${'é'.repeat(299)}…`);
    expect(said({ errors: Array.from({ length: 100 }, (_, index) => `reason ${index}`) })).toMatch(/^reason 0; .*9$/);
  });

  test('are those of the API only if `error` is a text', () => {
    expect(readErrorBody('{"error":"No"}').isFromApi).toBe(true);
    for (const body of ['{"message":"No"}', '{"error":{"message":"No"}}', '<html>', '']) {
      expect(readErrorBody(body).isFromApi).toBe(false);
    }
  });
});

describe('a body that nobody expected', () => {
  test.each<[string, string | undefined]>([
    ['<html><head><title>Just a\nmoment…</title></head><body>x</body></html>', 'Just a moment…'],
    ['<!DOCTYPE html><body><h1>403 &amp; out</h1><script>let a = "<b>";</script><p>Ray&nbsp;1</p>', '403 & out Ray 1'],
    ['<html><title> </title><body>Denied', 'Denied'],
    ['<html><title lang="en">Not now</title><body>x</body></html>', 'Not now'],
    ['<ul><li>one</li><li>two</li></ul>', 'one two'],
    ['a < b', 'a < b'],
    ['Bad gateway', 'Bad gateway'],
    ['\u0000\u0007', undefined],
    ['<p></p>', undefined],
  ])('%j shows %j', (text, shown) => {
    expect(excerptOf(text)).toBe(shown);
  });

  test('is read in a moment, however broken its tags are', () => {
    const startedAt = performance.now();
    for (const piece of ['<', '<script', '<title>', '</', '&']) excerptOf(piece.repeat(2_000_000));
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  test('never shows a tag or a line break', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('<b>', '</b>', '<script>', 'x', '\n', '<', '>', '&lt;', '&amp;lt;')),
        (all) => {
          expect(excerptOf(all.join('')) ?? '').not.toMatch(/<\/?(b|script)>(?<!&lt;)|\n/);
        },
      ),
    );
  });
});

test.each<[unknown, boolean]>([
  [{ success: false, error: 'title is required' }, true],
  [{ ok: false }, true],
  [{ error: 'No' }, true],
  [{ error: 'No', data: null }, true],
  [{ success: true, data: { id: 1 } }, false],
  [{ data: { id: 1 }, error: 'mail was not sent' }, false],
  [{ id: 1, error: 'x' }, false],
  [{ error: null, data: [] }, false],
  [[], false],
  [null, false],
])('a success that says %j is a failure: %j', (body, failed) => {
  expect(reportsFailure(JSON.stringify(body))).toBe(failed);
});

test('a body that is longer than a failure would be is none', () => {
  const ofLength = (length: number) => JSON.stringify({ error: 'x'.repeat(length - '{"error":""}'.length) });
  expect([20_000, 20_001].map((length) => reportsFailure(ofLength(length)))).toEqual([true, false]);
});
