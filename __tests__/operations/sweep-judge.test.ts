import { describe, expect, test } from '@jest/globals';
import { type OwnReference, parseReference, withReference } from '../../src/domain/deployment-reference.ts';
import type { Incident, TimelineEntry } from '../../src/domain/record.ts';
import { isResolved, isUntouched, ownReferenceOf } from '../../src/operations/sweep/incidents.ts';

const reference = 'd0123abcd-2n9c-01abcdef0a1b2cxy';
const own = parseReference(reference) as OwnReference;
const message = withReference('We are installing an update.', own);

const incident = (more: Partial<Incident> = {}): Incident => ({
  kind: 'incident',
  id: '1',
  pageId: undefined,
  title: 'Update',
  message,
  createdAt: undefined,
  showsMessage: true,
  state: '1',
  startAt: undefined,
  timeline: [{ message, state: '1' }],
  ...more,
});

describe('an incident', () => {
  test('belongs to the step that its only reference names', () => {
    expect(ownReferenceOf(incident())).toEqual(own);
  });

  test.each([
    ['no reference', 'Update'],
    ['a shared reference', 'Ref: d0123abcd-2n9c'],
    ['the reference of a failure', 'Ref: f0123abcd-2n9c-01abcdef0a1b2cxy'],
    ['the references of two steps', `Ref: ${reference}\nRef: d0123abce-2n9c-01abcdef0a1b2cxy`],
    ['a quoted reference', `Since this morning's update (Ref: ${reference}) it is slow.\nWe look into it.`],
  ])('with %s belongs to no step', (_, text) => {
    expect(ownReferenceOf(incident({ message: text }))).toBeUndefined();
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
