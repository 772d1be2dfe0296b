import { describe, expect, test } from '@jest/globals';
import { isUntouched, openingReference, resembling } from '../../src/deployment/match.ts';
import { formatReference } from '../../src/domain/deployment-reference.ts';
import { type Incident, incidentStates, type TimelineEntry, type Window } from '../../src/domain/record.ts';
import { later } from '../../src/domain/time.ts';
import { atMinute, earlier, listedIncident, listedWindow, noon, ourEntry, ours, personsEntry } from './listed.ts';

const { investigating, identified, monitoring } = incidentStates;
const untouched = (incident: Incident) => isUntouched(incident, ours.key, investigating);
const withoutStates = (incident: Incident): Incident => ({
  ...incident,
  timeline: incident.timeline?.map(({ message }) => ({ message, state: undefined })) ?? [],
});

describe('an incident is untouched', () => {
  test.each<[string, readonly TimelineEntry[]]>([
    ['that has its first entry alone', []],
    ['whose last entry is from its own run', [ourEntry(earlier)]],
    ['whose last entry is from another run', [ourEntry(earlier), ourEntry(ours)]],
    ['that we moved to another state', [ourEntry(ours, monitoring)]],
  ])('%s', (_, entries) => {
    const incident = listedIncident(earlier, entries);
    expect(untouched(incident)).toBe(true);
    // The documentation does not say which entry comes first.
    expect(untouched({ ...incident, timeline: incident.timeline?.toReversed() })).toBe(true);
  });

  test('whose reply shows no states in its timeline, if it is in the state that we give', () => {
    expect(untouched(withoutStates(listedIncident(earlier, [ourEntry(ours)])))).toBe(true);
    expect(untouched(withoutStates(listedIncident(earlier, [ourEntry(ours, identified)])))).toBe(false);
  });

  test('whose reply shows no timeline, if it is in the state that we give', () => {
    for (const timeline of [undefined, []]) {
      expect(untouched(listedIncident(earlier, [], { timeline }))).toBe(true);
      expect(untouched(listedIncident(earlier, [], { timeline, state: identified }))).toBe(false);
      expect(untouched(listedIncident(earlier, [], { timeline, state: undefined }))).toBe(false);
    }
  });
});

test('an incident whose state is not shown may be edited, whatever its timeline shows', () => {
  expect(untouched(listedIncident(earlier, [ourEntry(ours)], { state: undefined }))).toBe(false);
  expect(untouched({ ...withoutStates(listedIncident(earlier)), state: undefined })).toBe(false);
});

describe('an incident is edited by a person', () => {
  test.each<[string, readonly TimelineEntry[]]>([
    ['who wrote the last entry', [personsEntry()]],
    ['who wrote the last entry after one of ours', [ourEntry(earlier), personsEntry()]],
    ['who sent a state alone', [{ message: undefined, state: investigating }]],
    ['who changed the state, although we wrote after that', [personsEntry(identified), ourEntry(ours, identified)]],
    ['who wrote below our entry', [{ message: `${ourEntry(ours).message}\nCall us.`, state: investigating }]],
    ['who quoted our reference', [{ message: `See (Ref: ${formatReference(ours)})`, state: investigating }]],
    ['whose own deployment has another key', [ourEntry({ ...ours, key: '00000000' })]],
  ])('%s', (_, entries) => {
    const incident = listedIncident(earlier, entries);
    expect(untouched(incident)).toBe(false);
    expect(untouched({ ...incident, timeline: incident.timeline?.toReversed() })).toBe(false);
  });

  test('who wrote the entry at either end, if the incident shows its message in another form', () => {
    const incident = listedIncident(earlier, [ourEntry(ours), personsEntry()]);
    const shown = { ...incident, message: `<p>${incident.message}</p>` };
    expect(untouched(shown)).toBe(false);
    expect(untouched({ ...shown, timeline: shown.timeline?.toReversed() })).toBe(false);
  });

  test('who changed the state without an entry', () => {
    expect(untouched(listedIncident(earlier, [], { state: identified }))).toBe(false);
    expect(untouched(listedIncident(earlier, [ourEntry(ours)], { state: monitoring }))).toBe(false);
  });

  test('unless what they wrote is in the first message, below or behind the reference', () => {
    const message = `${listedIncident(earlier).message} (ticket 5)\nCall us.`;
    expect(untouched(listedIncident(earlier, [], { message, timeline: [{ message, state: investigating }] }))).toBe(
      true,
    );
  });
});

describe('the reference that a record was opened with', () => {
  test('is that of its own message', () => {
    expect(openingReference(listedWindow(earlier))).toEqual(earlier);
    expect(openingReference(listedIncident(earlier, [ourEntry(ours)]))).toEqual(earlier);
    expect(openingReference(listedWindow(undefined))).toBeUndefined();
    expect(openingReference(listedWindow(undefined, { message: undefined }))).toBeUndefined();
  });

  test('is never that of an entry which we added to the incident of a person', () => {
    const incident = listedIncident(undefined, [ourEntry(ours)]);
    expect(openingReference(incident)).toBeUndefined();
    expect(openingReference({ ...incident, message: undefined })).toBeUndefined();
    const turned = incident.timeline?.toReversed();
    expect(openingReference({ ...incident, message: undefined, timeline: turned })).toBeUndefined();
  });

  test('is read from the timeline if the reply shows the message nowhere else', () => {
    const incident = listedIncident(earlier, [ourEntry(ours)], { message: undefined });
    expect(openingReference(incident)).toEqual(earlier);
    expect(openingReference({ ...incident, timeline: undefined })).toBeUndefined();
  });
});

describe('a record without a readable reference', () => {
  const announced = { title: 'Maintenance', startAt: noon, endAt: atMinute(30) };
  const mayBeOurs = resembling(announced, noon);
  const ofOurTimes = { startAt: noon, endAt: atMinute(30) };
  const ofOtherTimes = { startAt: noon, endAt: atMinute(31) };

  test.each<[boolean, string, Partial<Window>]>([
    [true, 'if it has our title and our times', ofOurTimes],
    [true, 'if its times differ by a second', { startAt: later(noon, 1_000), endAt: later(atMinute(30), -1_000) }],
    [true, 'if it shows no times', { startAt: undefined, endAt: undefined }],
    [true, 'if it shows no title', { ...ofOurTimes, title: undefined }],
    [true, 'if it was created since we began', { ...ofOtherTimes, createdAt: noon }],
    [true, 'if it was created half a minute before that', { ...ofOtherTimes, createdAt: later(noon, -30_000) }],
    [false, 'if it has another title', { ...ofOurTimes, title: 'Theirs' }],
    [false, 'if it ends at another time', ofOtherTimes],
    [false, 'if it starts at another time', { ...ofOurTimes, startAt: later(noon, 1_001) }],
    [false, 'if it was created before', { ...ofOtherTimes, createdAt: later(noon, -30_001) }],
  ])('may be ours (%s) %s', (expected, _, changes) => {
    expect(mayBeOurs(listedWindow(undefined, changes))).toBe(expected);
  });

  test('is not ours if a reference can be read', () => {
    expect(mayBeOurs(listedWindow(earlier, ofOurTimes))).toBe(false);
  });

  test.each<[boolean, Partial<Incident>]>([
    [true, { startAt: noon }],
    [true, { startAt: undefined }],
    [false, { startAt: later(noon, -30_001) }],
    [true, { startAt: later(noon, -30_001), createdAt: noon }],
    [false, { startAt: noon, createdAt: later(noon, -30_001) }],
  ])('may be ours (%s) if it is an incident with %j', (expected, changes) => {
    const mayBe = resembling({ title: 'Maintenance' }, noon);
    expect(mayBe(listedIncident(undefined, [], changes))).toBe(expected);
  });
});
