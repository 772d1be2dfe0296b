import { encodeRun, type OwnReference, type Reference, withReference } from '../../src/domain/deployment-reference.ts';
import { type Incident, incidentStates, type TimelineEntry, type Window } from '../../src/domain/record.ts';

/** Noon, the present of these tests. */
export const noon = new Date('2026-11-27T12:00:00Z');

export const atMinute = (minutes: number): Date => new Date(noon.getTime() + minutes * 60_000);

/** The reference of a step in run 200, which began ten minutes before noon. */
export const ours: OwnReference = {
  of: 'deployment',
  key: 'k3x9q2m1',
  run: encodeRun('200'),
  attempt: 2,
  owner: 'deploy',
  openedAt: atMinute(-10),
  random: 'aa',
};

/** What the same step of run 100 opened, an hour before noon. */
export const earlier: OwnReference = { ...ours, run: encodeRun('100'), attempt: 1, openedAt: atMinute(-60) };

const seen = { pageId: 'page', title: 'Maintenance', createdAt: undefined, text: '', showsMessage: true };

/** A window as a list shows it: it runs until one o'clock. */
export function listedWindow(reference: Reference | undefined, changes: Partial<Window> = {}): Window {
  const message = withReference('We are installing an update.', reference);
  return { ...seen, kind: 'maintenance', id: '1', message, startAt: atMinute(-60), endAt: atMinute(60), ...changes };
}

/** An incident as a list shows it, with further entries in its timeline. */
export function listedIncident(
  reference: Reference | undefined,
  entries: readonly TimelineEntry[] = [],
  changes: Partial<Incident> = {},
): Incident {
  const message = withReference('An update did not complete.', reference);
  const first = { message, state: incidentStates.investigating };
  const timeline = [first, ...entries];
  const state = entries.at(-1)?.state ?? first.state;
  return { ...seen, kind: 'incident', id: '2', message, state, startAt: atMinute(-60), timeline, ...changes };
}

/** An entry that we sent in a run, without a state of its own. The server writes the incident's state into it. */
export function ourEntry(reference: Reference, state: string = incidentStates.investigating): TimelineEntry {
  return { message: withReference('It did not complete again.', reference), state };
}

/** An entry that a person wrote. */
export function personsEntry(state: string = incidentStates.investigating): TimelineEntry {
  return { message: 'We found the cause.', state };
}
