import { describe, expect, test } from '@jest/globals';
import { addEntryOnce } from '../../src/deployment/incident.ts';
import type { Incident } from '../../src/domain/record.ts';
import type { NewEntry } from '../../src/statuspage/requests.ts';
import { listedIncident } from './listed.ts';
import { scripted } from './scripted.ts';

const half = { message: 'Half is done.' };
const resolved = { message: 'Done.', state: '4' };
const entry = (message: string | undefined, state = '1') => ({ message, incident_state_id: state });
const shown = (updates: readonly object[] | undefined, state: string | undefined = '1') => ({
  id: '1',
  incident_state_id: state,
  updates,
});
const first = entry('We look into it.');
const before: Incident = listedIncident(undefined, [], {
  timeline: [{ message: 'We look into it.', state: '1' }],
  state: '1',
});

/** How often an entry is sent whose first response is lost, if the incident is then shown so. Undefined if nobody can know. */
async function sentFor(sent: NewEntry, known: Incident | undefined, now: object): Promise<number | undefined> {
  let posts = 0;
  const { statusPage, requests } = scripted((request) => {
    if (!request.startsWith('POST')) return now;
    posts += 1;
    return posts === 1 ? 503 : {};
  });
  try {
    await addEntryOnce(statusPage, '1', sent, known);
  } catch (error) {
    expect(error).toMatchObject({ name: 'UncertainCreateError', lastSearch: 'unclear' });
    return undefined;
  }
  return requests.filter((request) => request.startsWith('POST')).length;
}

describe('an entry whose response was lost', () => {
  test('has arrived if the timeline is longer than before, and not if it is as long', async () => {
    expect(await sentFor(half, before, shown([first, entry('Anything.')]))).toBe(1);
    expect(await sentFor(half, before, shown([first]))).toBe(2);
  });

  test('has arrived if the incident has its state now and had another one', async () => {
    expect(await sentFor(resolved, before, shown(undefined, '4'))).toBe(1);
    expect(await sentFor(resolved, before, shown([first], '1'))).toBe(2);
  });

  test('is not proved by a state that the incident had before', async () => {
    const identified = { ...half, state: '2' };
    const known = { ...before, state: '2' };
    expect(await sentFor(identified, known, shown([first], '2'))).toBe(2);
    expect(await sentFor(identified, known, shown([first, entry('Half is done.', '2')], '2'))).toBe(1);
    expect(await sentFor(identified, known, shown(undefined, '2'))).toBeUndefined();
  });

  test('has arrived if nobody knows what was before, and the incident is resolved as was asked', async () => {
    expect(await sentFor(resolved, undefined, shown(undefined, '4'))).toBe(1);
    expect(await sentFor({ ...half, state: '2' }, undefined, shown(undefined, '2'))).toBeUndefined();
  });

  test('is not known to have arrived if no timeline is shown', async () => {
    expect(await sentFor(half, before, shown(undefined))).toBeUndefined();
    expect(await sentFor(half, undefined, shown(undefined))).toBeUndefined();
  });

  test.each([
    ['its text', 'Half is done.'],
    ['its text as HTML, in another form', '<p>Half  is</p>\n<p>done.</p> '],
    ['the beginning of its text', 'Half is…'],
    ['the beginning of its text with dots', 'Half is...'],
    ['an entry without a text', undefined],
  ])('may be there, if nobody knows what was before and the timeline shows %s', async (_what, message) => {
    expect(await sentFor(half, undefined, shown([first, entry(message)]))).toBeUndefined();
  });

  test.each(['We look into it.', 'Half of it is done.', 'Half is done. And more.', 'Half… is', 'Half is.'])(
    'is not there, if nobody knows what was before and the timeline shows only %j',
    async (message) => {
      expect(await sentFor(half, undefined, shown([entry(message)]))).toBe(2);
    },
  );

  test('without a text is not an entry that shows one', async () => {
    const state = { state: '2' };
    expect(await sentFor(state, undefined, shown([first], '2'))).toBe(2);
    expect(await sentFor(state, undefined, shown([first, entry(undefined, '2')], '2'))).toBeUndefined();
  });
});
