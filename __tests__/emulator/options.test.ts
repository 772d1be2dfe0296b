import { describe, expect, test } from '@jest/globals';
import type { EmulatorOptions } from '../../src/emulator/emulator.ts';
import { defaultOptions } from '../../src/emulator/options.ts';
import { acme, noon, start, wholeIncident, wholeWindow } from './support.ts';

/** An emulator that holds incident 1, with a message, and window 1, without. */
async function filled(options: EmulatorOptions = {}) {
  const started = start(options);
  await started.send('POST', '/incidents', { ...wholeIncident, message: 'First' });
  await started.send('POST', '/maintenances', wholeWindow);
  return started;
}

describe('ids', () => {
  test('are numbers by default, counted apart for incidents and windows', async () => {
    const { emulator } = await filled();
    expect([...emulator.incidents(), ...emulator.windows()].map(({ id }) => id)).toEqual([1, 1]);
  });

  test('may be UUIDs', async () => {
    const { emulator, send } = await filled({ ids: 'uuid' });
    const [incident, window] = [...emulator.incidents(), ...emulator.windows()].map(({ id }) => id);
    for (const id of [incident, window])
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(incident).not.toBe(window);
    expect((await send('GET', `/incidents/${incident}`)).json).toMatchObject({ data: { id: incident } });
  });

  test('may hold characters that must be encoded in a path', async () => {
    const { emulator, send } = await filled({ ids: 'opaque' });
    const id = String(emulator.windows()[0]?.id);
    expect(id).toMatch(/[/?%# ]/);
    expect((await send('GET', `/maintenances/${encodeURIComponent(id)}`)).json).toMatchObject({ data: { id } });
    expect((await send('PATCH', `/maintenances/${encodeURIComponent(id)}`, { title: 'x' })).status).toBe(200);
    expect((await send('GET', `/maintenances/${encodeURI(id)}`)).status).not.toBe(200);
    expect((await send('GET', '/maintenances/elsewhere')).status).toBe(404);
  });

  test('of old records stay as they are when the switch is turned', async () => {
    const { emulator, send } = await filled();
    emulator.setOptions({ ids: 'uuid' });
    expect((await send('GET', '/incidents/1')).status).toBe(200);
  });

  test.each([
    ['number', 'letters', '7'],
    ['uuid', '7', '00000000-0000-4000-8000-000000000000'],
  ] as const)(
    '%s: one that cannot exist (%s) may be answered 400, one that could (%s) is 404',
    async (ids, impossible, possible) => {
      const { emulator, send } = start({ ids });
      expect((await send('PATCH', `/incidents/${impossible}`, { title: 'x' })).status).toBe(404);
      emulator.setOptions({ malformedIdStatus: 400 });
      expect((await send('PATCH', `/incidents/${impossible}`, { title: 'x' })).status).toBe(400);
      expect((await send('PATCH', `/incidents/${possible}`, { title: 'x' })).status).toBe(404);
    },
  );
});

describe('the envelope', () => {
  test.each([
    ['data+meta', { data: [{ id: 1 }], meta: { count: 1 } }, { data: { id: 1 } }, { data: null }],
    ['data', { data: [{ id: 1 }] }, { data: { id: 1 } }, { data: null }],
    ['bare', [{ id: 1 }], { id: 1 }, null],
  ] as const)('may be %s', async (envelope, list, single, nothing) => {
    const { send } = await filled({ envelope });
    const answer = await send('GET', '/maintenances');
    expect(answer.json).toMatchObject(list);
    expect(Object.keys(Object(answer.json))).toEqual(Object.keys(list));
    const one = await send('GET', '/maintenances/1');
    expect(one.json).toMatchObject(single);
    if (envelope !== 'bare') expect(Object.keys(Object(one.json))).toEqual(['data']);
    expect((await send('DELETE', '/maintenances/1')).json).toEqual(nothing);
  });

  test.each([
    ['data+meta', { data: null, meta: { count: 0 } }],
    ['data', { data: null }],
    ['bare', null],
  ] as const)('an empty list in %s may be null', async (envelope, json) => {
    const { send } = start({ envelope, emptyList: 'null' });
    expect((await send('GET', '/incidents')).json).toEqual(json);
  });

  test('an empty list is a list by default', async () => {
    const { send } = start({ envelope: 'bare' });
    expect((await send('GET', '/incidents')).json).toEqual([]);
  });

  test('errors are never in it', async () => {
    const { send } = start({ envelope: 'bare' });
    expect((await send('GET', '/incidents/1')).json).toEqual({ error: 'Not found' });
  });
});

describe('answers to writes', () => {
  test.each([200, 204] as const)('DELETE may be answered %i', async (deleteStatus) => {
    const { emulator, send } = await filled({ deleteStatus });
    for (const path of ['/incidents/1', '/maintenances/1']) {
      const { status, text } = await send('DELETE', path);
      expect(status).toBe(deleteStatus);
      expect(text === '').toBe(deleteStatus === 204);
    }
    expect([emulator.incidents(), emulator.windows()]).toEqual([[], []]);
  });

  test.each([200, 201] as const)('an update may be answered %i', async (updateStatus) => {
    const { send } = await filled({ updateStatus });
    expect((await send('POST', '/incidents/1/updates', { message: 'x' })).status).toBe(updateStatus);
  });

  test('an update may show the incident', async () => {
    const { send } = await filled({ updateReply: 'incident' });
    expect((await send('POST', '/incidents/1/updates', { message: 'x' })).json).toMatchObject({
      data: { id: 1, title: wholeIncident.title, updates: [{}, { message: 'x' }] },
    });
  });

  test('a new record may be shown by its id alone', async () => {
    const { send } = start({ createReply: 'id-only' });
    expect((await send('POST', '/incidents', wholeIncident)).json).toEqual({ data: { id: 1 } });
    expect((await send('POST', '/maintenances', wholeWindow)).json).toEqual({ data: { id: 1 } });
    expect((await send('PATCH', '/maintenances/1', { title: 'x' })).json).toMatchObject({ data: { title: 'x' } });
  });

  test.each([
    ['id-only', '{"data":{"id":1}}', '{"data":{"id":2}}'],
    ['empty', '', ''],
  ] as const)('a change may be answered %s', async (changeReply, change, update) => {
    const { send } = await filled({ changeReply });
    expect(await send('PATCH', '/incidents/1', { title: 'x' })).toMatchObject({ status: 200, text: change });
    expect(await send('PATCH', '/maintenances/1', { title: 'x' })).toMatchObject({ status: 200, text: change });
    expect(await send('POST', '/incidents/1/updates', { message: 'x' })).toMatchObject({ status: 201, text: update });
    expect((await send('POST', '/incidents', wholeIncident)).json).toMatchObject({
      data: { title: wholeIncident.title },
    });
  });
});

describe('what records show', () => {
  test('messages may be left out of lists, not of single records', async () => {
    const { send } = await filled({ messageInLists: false });
    expect((await send('GET', '/incidents')).json).toMatchObject({ data: [{ id: 1, message: null }] });
    expect((await send('GET', '/incidents/1')).json).toMatchObject({ data: { message: 'First' } });
    await send('PATCH', '/maintenances/1', { message: 'Short.' });
    expect((await send('GET', '/maintenances')).json).toMatchObject({ data: [{ id: 1, message: null }] });
    expect((await send('GET', '/maintenances/1')).json).toMatchObject({ data: { message: 'Short.' } });
  });

  test('a missing message is null, or no field at all', async () => {
    const { emulator, send } = await filled();
    expect((await send('GET', '/maintenances/1')).json).toHaveProperty('data.message', null);
    emulator.setOptions({ noMessage: 'absent', messageInLists: false });
    expect((await send('GET', '/maintenances/1')).json).not.toHaveProperty('data.message');
    expect((await send('GET', '/incidents')).json).not.toHaveProperty('data.0.message');
  });

  test('lists show timelines only if the switch says so', async () => {
    const { emulator, send } = await filled();
    expect((await send('GET', '/incidents')).json).not.toHaveProperty('data.0.updates');
    emulator.setOptions({ updatesInLists: true });
    expect((await send('GET', '/incidents')).json).toHaveProperty('data.0.updates.0.message', 'First');
  });

  test('the timeline may have another name', async () => {
    const { send } = await filled({ timelineName: 'incident_updates' });
    const { json } = await send('GET', '/incidents/1');
    expect(json).toHaveProperty('data.incident_updates.0.message', 'First');
    expect(json).not.toHaveProperty('data.updates');
  });

  test('times may be left out', async () => {
    const { send } = await filled({ timesInReplies: false });
    for (const path of ['/incidents', '/incidents/1', '/maintenances', '/maintenances/1'])
      expect((await send('GET', path)).text).not.toMatch(/_at"/);
  });

  test.each([
    ['id-string', { incident_state_id: '2' }],
    ['id-number', { incident_state_id: 2 }],
    ['state-word', { state: 'identified' }],
    ['status-word', { status: 'Identified' }],
    ['object', { state: { id: 2, name: 'Identified' } }],
    ['none', {}],
  ] as const)('a state may be shown as %s', async (stateShape, shown) => {
    const { send } = await filled({ stateShape });
    await send('PATCH', '/incidents/1', { incident_state_id: '2' });
    for (const [path, property] of [
      ['/incidents', 'data.0'],
      ['/incidents/1', 'data'],
    ] as const) {
      const { json } = await send('GET', path);
      for (const [name, value] of Object.entries(shown)) expect(json).toHaveProperty(`${property}.${name}`, value);
      for (const name of ['incident_state_id', 'state', 'status'])
        if (!(name in shown)) expect(json).not.toHaveProperty(`${property}.${name}`);
    }
  });
});

describe('lists', () => {
  async function order(options: EmulatorOptions): Promise<unknown[]> {
    const { send } = start({ ...options, envelope: 'bare' });
    for (let made = 0; made < 12; made += 1) {
      await send('POST', '/incidents', wholeIncident);
      await send('POST', '/maintenances', wholeWindow);
    }
    const [incidents, windows] = await Promise.all(
      ['/incidents', '/maintenances'].map(async (path) => {
        const { json } = await send('GET', path);
        return Array.isArray(json) ? json.map(({ id }) => id) : [];
      }),
    );
    expect(windows).toEqual(incidents);
    return incidents ?? [];
  }
  const upwards = Array.from({ length: 12 }, (_, index) => index + 1);

  test('begin with the newest, or with the oldest', async () => {
    expect(await order({ order: 'newest' })).toEqual(upwards.toReversed());
    expect(await order({ order: 'oldest' })).toEqual(upwards);
  });

  test('may be shuffled, in an order that the seed gives', async () => {
    const first = await order({ order: 'shuffled', seed: 1 });
    expect(first).not.toEqual(upwards);
    expect(first.toSorted((a, b) => Number(a) - Number(b))).toEqual(upwards);
    expect(await order({ order: 'shuffled', seed: 1 })).toEqual(first);
    expect(await order({ order: 'shuffled', seed: 2 })).not.toEqual(first);
  });

  test('may be capped, whatever was asked for', async () => {
    expect(await order({ listCap: 3 })).toEqual([12, 11, 10]);
    expect(await order({ listCap: 2, order: 'oldest' })).toEqual([1, 2]);
    expect(await order({ listCap: 4, order: 'shuffled' })).toHaveLength(4);
  });
});

describe('the server clock', () => {
  test('may be ahead: the Date header and the windows go by it, the journal does not', async () => {
    const { emulator, send } = await filled({ clockSkewSeconds: 3600 });
    const { headers, json } = await send('POST', '/incidents', wholeIncident);
    expect(headers.get('date')).toBe('Sat, 14 Mar 2026 13:00:00 GMT');
    expect(json).toMatchObject({ data: { created_at: '2026-03-14T13:00:00Z' } });
    expect(emulator.windows()).toMatchObject([{ state: 'past' }]);
    expect(emulator.journal()[0]?.at).toBe(noon);
  });

  test('may be behind: what starts now is scheduled for a while', async () => {
    const { clock, emulator } = await filled({ clockSkewSeconds: -90 });
    expect(emulator.windows()).toMatchObject([{ state: 'scheduled' }]);
    clock.advance(90_000);
    expect(emulator.windows()).toMatchObject([{ state: 'active' }]);
  });
});

describe('options', () => {
  test('can be changed at run time; those not named stay', () => {
    const { emulator } = start({ ids: 'uuid' });
    emulator.setOptions({ envelope: 'bare' });
    expect(emulator.options()).toEqual({ ...defaultOptions, ids: 'uuid', envelope: 'bare' });
  });

  test.each<[string, object, RegExp]>([
    ['an unknown one', { colour: 'red' }, /colour/],
    ['an impossible value', { ids: 'roman' }, /ids/],
    ['a page without a UUID', { pages: [{ id: '1', name: 'x', slug: 'x', components: [] }] }, /pages\[0\]\.id/],
    ['an unknown scope', { keys: [{ key: 'spk_x', scopes: ['pages:read'] }] }, /scopes\[0\]/],
    ['nothing that was meant', { ids: undefined }, /ids/],
  ])('%s is an error that names it, and nothing changes', (_, changes, message) => {
    const { emulator } = start();
    expect(() => emulator.setOptions({ deleteStatus: 204, ...changes })).toThrow(message);
    expect(emulator.options()).toEqual(defaultOptions);
  });

  test('reset forgets records, mails, journal, faults and changed options, and counts ids anew', async () => {
    const { emulator, send } = await filled({ envelope: 'bare' });
    await send('POST', '/incidents', { ...wholeIncident, notify_subscribers: true });
    emulator.setOptions({ envelope: 'data' });
    emulator.addFault({ kind: 'reset' });
    emulator.reset();
    expect([emulator.incidents(), emulator.windows(), emulator.mails(), emulator.journal(), emulator.faults()]).toEqual(
      [[], [], [], [], []],
    );
    expect((await send('POST', '/incidents', wholeIncident)).json).toMatchObject({ id: 1, status_page_id: acme });
  });
});
