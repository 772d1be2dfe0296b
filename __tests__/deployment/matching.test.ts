import { describe, expect, test } from '@jest/globals';
import {
  type AnyRecord,
  carrying,
  isUntouched,
  newestReference,
  ofKey,
  ofThisStep,
  openingReference,
  resembling,
  sharedWith,
} from '../../src/deployment/match.ts';
import { encodeRun, failureOf, type Reference, withReference } from '../../src/domain/deployment-reference.ts';
import { later, secondMs } from '../../src/domain/time.ts';
import { atMinute, listedIncident, listedWindow, noon, ourEntry, ours, personsEntry } from './listed.ts';

const shared: Reference = { of: 'deployment', key: ours.key, run: ours.run };
const timed = (...messages: readonly (string | undefined)[]): AnyRecord => ({
  ...listedIncident(undefined),
  message: undefined,
  timeline: messages.map((message) => ({ message, state: '1' })),
});

describe('a record carries a reference', () => {
  test('if it is in its message, and its title is the wanted one or not shown', () => {
    const window = listedWindow(ours);
    expect(carrying(ours)(window)).toBe(true);
    expect(carrying(ours, 'Maintenance')(window)).toBe(true);
    expect(carrying(ours, 'Other')(window)).toBe(false);
    expect(carrying(ours, 'Other')({ ...window, title: undefined })).toBe(true);
    expect(carrying({ ...ours, random: 'zz' })(window)).toBe(false);
    expect(carrying(ours, 'T'.repeat(400))({ ...window, title: `${'T'.repeat(299)}…` })).toBe(true);
  });

  test('if one of several references in its message is that one', () => {
    const two = withReference(withReference('We move.', shared), ours);
    expect(carrying(ours)(listedWindow(undefined, { message: two }))).toBe(true);
  });

  test('if its message shows in the timeline alone', () => {
    expect(carrying(ours)(timed(withReference('We look.', ours)))).toBe(true);
    expect(carrying(ours)(timed('We look.'))).toBe(false);
    expect(carrying(ours)(timed())).toBe(false);
    expect(carrying(ours)(listedWindow(undefined, { message: undefined }))).toBe(false);
  });
});

describe('a record is of this step', () => {
  const isOfStep = (reference: Reference | undefined) => ofThisStep(ours)(listedWindow(reference));

  test('in this attempt or an earlier one, and not in a later one', () => {
    expect(isOfStep(ours)).toBe(true);
    expect(isOfStep({ ...ours, random: 'zz' })).toBe(true);
    expect(isOfStep({ ...ours, attempt: 1 })).toBe(true);
    expect(isOfStep({ ...ours, attempt: 3 })).toBe(false);
  });

  test.each<[string, Reference | undefined]>([
    ['no reference', undefined],
    ['a shared reference', shared],
    ['another owner', { ...ours, owner: 'others' }],
    ['another run', { ...ours, run: encodeRun('100') }],
    ['another key', { ...ours, key: 'a1b2c3d4' }],
  ])('not with %s', (_what, reference) => {
    expect(isOfStep(reference)).toBe(false);
  });
});

test.each<[string, Reference | undefined, boolean, boolean]>([
  ['a shared one', shared, true, true],
  ['an own one', ours, false, true],
  ['one without a reference', undefined, false, false],
  ['one of another key', { ...shared, key: 'a1b2c3d4' }, false, false],
  ['the incident of a failure', failureOf(ours), false, false],
  ['a shared one of a failure', { ...shared, of: 'failure' }, false, false],
])('of a key are its shared records, and all its records: %s', (_what, reference, isShared, isOfKey) => {
  const window = listedWindow(reference);
  expect([sharedWith(ours)(window), ofKey(ours)(window)]).toEqual([isShared, isOfKey]);
});

describe('a record without a readable reference may be ours', () => {
  const announced = { title: 'Maintenance', startAt: atMinute(0), endAt: atMinute(30) };
  const may = (changes: object, about: object = announced) =>
    resembling(
      about as typeof announced,
      noon,
    )(listedWindow(undefined, { startAt: atMinute(-60), endAt: atMinute(60), ...changes }));

  test('if it has our title, cut or not shown, and our times to the second', () => {
    const times = { startAt: later(noon, secondMs), endAt: later(atMinute(30), -secondMs) };
    expect(may(times)).toBe(true);
    expect(may({ ...times, title: undefined })).toBe(true);
    expect(may({ ...times, title: 'Other' })).toBe(false);
    expect(may({ ...times, startAt: later(noon, secondMs + 1) })).toBe(false);
    expect(may({ ...times, endAt: later(atMinute(30), secondMs + 1) })).toBe(false);
    expect(may({ startAt: undefined, endAt: undefined })).toBe(true);
  });

  test('if it was created since we began, up to 30 s before by its clock, whatever its times', () => {
    expect(may({ createdAt: later(noon, -30 * secondMs) })).toBe(true);
    expect(may({ createdAt: later(noon, -30 * secondMs - 1) })).toBe(false);
  });

  test('not if it shows a reference of its own', () => {
    expect(resembling(announced, noon)(listedWindow(shared, { createdAt: noon }))).toBe(false);
  });

  test('if nothing but its title is known, by its creation, else by its start', () => {
    const titled = { title: 'Maintenance' };
    expect(may({ startAt: later(noon, -30 * secondMs) }, titled)).toBe(true);
    expect(may({ startAt: later(noon, -30 * secondMs - 1) }, titled)).toBe(false);
    expect(may({ startAt: undefined }, titled)).toBe(true);
    expect(may({ startAt: noon, createdAt: atMinute(-10) }, titled)).toBe(false);
    const incident = listedIncident(undefined, [], { title: 'Maintenance', startAt: noon });
    expect(resembling(announced, noon)(incident)).toBe(true);
    expect(resembling(announced, noon)({ ...incident, startAt: atMinute(-60) })).toBe(false);
  });
});

describe('the reference that an incident was opened with', () => {
  test('is that of both ends of its timeline, if they belong to one deployment', () => {
    const opened = withReference('We look.', ours);
    const failed = withReference('It failed.', failureOf(ours));
    expect(openingReference(timed(opened, undefined, failed))).toEqual(ours);
    expect(openingReference(timed(opened, 'A person.'))).toBeUndefined();
    expect(openingReference(timed(opened, undefined))).toBeUndefined();
    expect(openingReference(timed(undefined))).toBeUndefined();
    expect(openingReference({ ...timed(), timeline: undefined } as AnyRecord)).toBeUndefined();
  });
});

describe('an incident whose own message is not shown', () => {
  const first = { message: withReference('It did not complete.', failureOf(ours)), state: '1' };
  const bare = (...timeline: readonly object[]) =>
    listedIncident(undefined, [], { message: undefined, timeline: timeline as never, state: '1' });

  test('is untouched if its entries are ours, of which the first may have text behind its reference', () => {
    expect(isUntouched(bare(first), ours.key, '1')).toBe(true);
    expect(isUntouched(bare(first, ourEntry(failureOf(ours))), ours.key, '1')).toBe(true);
    expect(isUntouched(bare(first, personsEntry()), ours.key, '1')).toBe(false);
    const edited = { ...first, message: `${first.message}\nP.S.` };
    expect(isUntouched(bare(edited), ours.key, '1')).toBe(true);
    const behind = { ...ourEntry(failureOf(ours)), message: `${ourEntry(failureOf(ours)).message}\nP.S.` };
    expect(isUntouched(bare(first, behind), ours.key, '1')).toBe(false);
  });

  test('without a timeline is judged by its state alone', () => {
    const stateOnly = listedIncident(failureOf(ours), [], { timeline: undefined });
    expect(isUntouched(stateOnly, ours.key, '1')).toBe(true);
    expect(isUntouched(stateOnly, ours.key, '2')).toBe(false);
  });

  test('has the newest reference of its last entry, or none', () => {
    const newest = { ...ours, run: encodeRun('300') };
    expect(newestReference(bare(first, ourEntry(failureOf(newest))))).toEqual(failureOf(newest));
    expect(newestReference(bare(first, personsEntry()))).toBeUndefined();
    expect(newestReference(bare(first, { message: undefined, state: '1' }))).toBeUndefined();
    expect(newestReference(listedIncident(undefined, [], { timeline: undefined }))).toBeUndefined();
  });
});
