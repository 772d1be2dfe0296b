import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Incident, TimelineEntry } from '../../src/domain/record.ts';
import { ownReference, parseOwnReference, referencesIn, withReference } from '../../src/domain/reference.ts';
import { isResolved, isUntouched, ownReferenceOf } from '../../src/operations/sweep/judge.ts';
import { run } from '../support/world.ts';

const reference = 'r2n9c-0123abcd';
const own = { reference, runId: '123456' };
const message = withReference('We are installing an update.', reference);

const incident = (more: Partial<Incident> = {}): Incident => ({
  kind: 'incident',
  id: '1',
  pageId: undefined,
  title: 'Update',
  message,
  createdAt: undefined,
  text: `Update\n${message}`,
  showsMessage: true,
  state: '1',
  startAt: undefined,
  timeline: [{ message, state: '1' }],
  ...more,
});

describe('the markers in a text', () => {
  test('are those that were put there, with the run that they name', () => {
    const ids = fc.bigInt({ min: 1n, max: 2n ** 63n }).map(String);
    fc.assert(
      fc.property(ids, fc.string(), (id, before) => {
        const made = ownReference({ ...run, id }, undefined);
        expect(referencesIn(withReference(before.replace(/[rkf]/g, ''), made))).toEqual([made]);
        expect(parseOwnReference(made)).toEqual({ reference: made, runId: id });
      }),
    );
  });

  test('are of every kind, each told once', () => {
    const text = `Ref: ${reference}\n<p>k0123456789abcdef</p> f0123456789abcdef ${reference}`;
    expect(referencesIn(text)).toEqual([reference, 'k0123456789abcdef', 'f0123456789abcdef']);
  });

  test.each([
    'xr2n9c-0123abcd',
    'r2n9c-0123abcde',
    'r2n9c-0123abcd-1',
    '-r2n9c-0123abcd',
    'R2N9C-0123ABCD',
    'r-0123abcd',
    `r${'1'.repeat(21)}-0123abcd`,
  ])('are not found in %s', (text) => {
    expect(referencesIn(text)).toEqual([]);
  });

  test.each(['k0123456789abcdef', 'f0123456789abcdef', 'r02n9c-0123abcd', 'r0-0123abcd'])('%s names no run', (text) => {
    expect(parseOwnReference(text)).toBeUndefined();
  });
});

describe('an incident', () => {
  test('belongs to the run that its only marker names', () => {
    expect(ownReferenceOf(incident())).toEqual(own);
  });

  test.each([
    ['no marker', 'Update'],
    ['a shared marker', 'Ref: k0123456789abcdef'],
    ['the marker of a failure', 'Ref: f0123456789abcdef'],
    ['the markers of two steps', `Ref: ${reference} Ref: r2n9c-0123abce`],
    ['another marker besides', `Ref: ${reference} Ref: k0123456789abcdef`],
  ])('with %s belongs to no run', (_, text) => {
    expect(ownReferenceOf(incident({ text }))).toBeUndefined();
  });

  test('is over when it is resolved', () => {
    expect([incident(), incident({ state: '4' }), incident({ state: undefined })].map(isResolved)).toEqual([
      false,
      true,
      false,
    ]);
  });
});

describe('nobody has touched an incident', () => {
  const first: TimelineEntry = { message, state: '1' };

  test.each([
    ['with the one entry that opened it', incident(), true],
    ['whose entries show no states', incident({ timeline: [{ message, state: undefined }] }), true],
    ['with an entry after the first', incident({ timeline: [first, { message: undefined, state: undefined }] }), false],
    ['with another state than it was opened in', incident({ state: '2' }), false],
    ['without a timeline', incident({ timeline: undefined }), undefined],
    ['with an empty timeline', incident({ timeline: [] }), undefined],
    ['whose entry shows no message', incident({ timeline: [{ message: undefined, state: '1' }] }), undefined],
    [
      'whose only entry is not the one that opened it',
      incident({ timeline: [{ message: 'Oh.', state: '1' }] }),
      undefined,
    ],
    ['whose state is not shown', incident({ state: undefined }), undefined],
  ])('%s', (_, shown, untouched) => {
    expect(isUntouched(shown, own)).toBe(untouched);
  });
});
