import { describe, expect, test } from '@jest/globals';
import type { EmulatorOptions } from '../../src/emulator/emulator.ts';
import { sampleKeys } from '../../src/emulator/sample.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';
import { acme, apiUrl, beta, noon, start, wholeIncident, wholeWindow } from './support.ts';

const message = 'We are installing an update.\nIt takes **ten** minutes.\n\nRef: d1abc';
const nilId = '00000000-0000-0000-0000-000000000000';

/** An emulator that holds incident 1 and window 1, both with a message. */
async function filled(options: EmulatorOptions = {}) {
  const started = start(options);
  await started.send('POST', '/incidents', { ...wholeIncident, message });
  await started.send('POST', '/maintenances', { ...wholeWindow, message });
  return started;
}

describe('names and nesting', () => {
  test('records and lists may be inside a field with their name', async () => {
    const { send } = await filled({ nesting: 'by-name' });
    expect((await send('GET', '/maintenances/1')).json).toMatchObject({ data: { maintenance: { id: 1 } } });
    expect((await send('GET', '/maintenances')).json).toMatchObject({
      data: { maintenances: [{ id: 1 }] },
      meta: { count: 1 },
    });
    expect((await send('GET', '/status-pages')).json).toMatchObject({ data: { status_pages: [{ id: acme }, {}, {}] } });
    expect((await send('GET', `/status-pages/${acme}`)).json).toMatchObject({ data: { status_page: { id: acme } } });
    expect((await send('GET', '/monitors/1')).json).toMatchObject({ data: { monitor: { id: 1 } } });
    expect((await send('POST', '/incidents/1/updates', { message: 'x' })).json).toMatchObject({
      data: { update: { message: 'x' } },
    });
    expect((await send('POST', '/incidents', wholeIncident)).json).toMatchObject({ data: { incident: { id: 2 } } });
  });

  test('names around records go with every envelope, and around availability once', async () => {
    const { send } = await filled({ nesting: 'by-name', envelope: 'bare', availabilityShape: 'nested' });
    expect((await send('GET', '/incidents')).json).toMatchObject({ incidents: [{ id: 1 }] });
    expect((await send('GET', '/monitors/1/availability')).json).toMatchObject({
      availability: { uptime_percentage: 99.98 },
    });
  });

  test('fields may be named as Go names them, down to the timeline', async () => {
    const { send } = await filled({ fieldNames: 'go', stateShape: 'incident-state-object' });
    const { json } = await send('GET', '/incidents/1');
    expect(json).toMatchObject({
      data: {
        ID: 1,
        StatusPageID: acme,
        Title: wholeIncident.title,
        IncidentState: { ID: 1, Name: 'Investigating' },
        Updates: [{ ID: 1, CreatedAt: '2026-03-14T12:00:00Z' }],
      },
    });
    expect((await send('GET', '/maintenances')).json).toMatchObject({
      data: [{ ID: 1, StartAt: wholeWindow.start_at, EndAt: wholeWindow.end_at }],
      meta: { count: 1 },
    });
    expect((await send('GET', '/status-pages')).json).toMatchObject({ data: [{ ID: acme, Slug: 'acme' }, {}, {}] });
  });

  test.each([
    ['snake', 'uuid'],
    ['go', 'UUID'],
  ] as const)('ids may be called uuid (%s: %s)', async (fieldNames, name) => {
    const { send } = await filled({ fieldNames, idName: 'uuid', ids: 'uuid' });
    const { json } = await send('POST', '/incidents', wholeIncident);
    expect(json).toHaveProperty(`data.${name}`, expect.stringMatching(/^[0-9a-f-]{36}$/));
    expect(json).not.toHaveProperty('data.id');
  });

  test('ids may be numbers above 2^53, of which no digit is lost', async () => {
    const { send } = await filled({ ids: 'large' });
    const { text } = await send('POST', '/maintenances', wholeWindow);
    expect(text).toContain('"id":9007199254740994,');
    expect((await send('GET', '/maintenances/9007199254740993')).text).toContain('"id":9007199254740993,');
    expect((await send('GET', '/incidents/9007199254740993')).text).toMatch(/"updates":\[\{"id":9007199254740993,/);
    expect((await send('GET', '/maintenances/9007199254740999')).status).toBe(404);
  });
});

describe('texts, states and times', () => {
  test('messages may be cut after 255 characters', async () => {
    const { send } = start({ messageForm: 'cut' });
    await send('POST', '/maintenances', { ...wholeWindow, message: '試'.repeat(300) });
    expect((await send('GET', '/maintenances/1')).json).toHaveProperty('data.message', '試'.repeat(255));
  });

  test.each([
    ['one-line', 'We are installing an update. It takes **ten** minutes. Ref: d1abc'],
    ['html', '<p>We are installing an update.<br>It takes <strong>ten</strong> minutes.</p><p>Ref: d1abc</p>'],
  ] as const)('messages may come back as %s, in timelines too', async (messageForm, shown) => {
    const { send } = await filled({ messageForm });
    for (const path of ['/maintenances/1', '/incidents/1'])
      expect((await send('GET', path)).json).toHaveProperty('data.message', shown);
    expect((await send('GET', '/incidents/1')).json).toHaveProperty('data.updates.0.message', shown);
  });

  test('messages may be called description', async () => {
    const { send } = await filled({ messageName: 'description', noMessage: 'absent' });
    const { json } = await send('GET', '/maintenances/1');
    expect(json).toHaveProperty('data.description', message);
    expect(json).not.toHaveProperty('data.message');
    expect((await send('POST', '/incidents', { ...wholeIncident, description: 'x' })).status).toBe(400);
  });

  test.each([
    ['current-state', { current_state: 'identified', resolved_at: null }],
    ['state-name', { state_name: 'Identified', resolved_at: null }],
    ['incident-state-object', { incident_state: { id: 2, name: 'Identified' }, resolved_at: null }],
    ['resolved-at', { resolved_at: null }],
    ['ended-at', { ended_at: null }],
    ['none', {}],
  ] as const)('a state may be shown as %s alone', async (stateShape, shown) => {
    const { send } = await filled({ stateShape });
    await send('PATCH', '/incidents/1', { incident_state_id: '2' });
    const { data } = Object((await send('GET', '/incidents/1')).json);
    const names = ['incident_state_id', 'state', 'status', 'current_state', 'state_name', 'incident_state'];
    const fields = Object.entries(data).filter(([name]) => [...names, 'resolved_at', 'ended_at'].includes(name));
    expect(Object.fromEntries(fields)).toEqual(shown);
  });

  test.each(['resolved-at', 'ended-at'] as const)(
    '%s is the time of the resolution, whatever other times are shown',
    async (stateShape) => {
      const { send } = await filled({ stateShape, timesInReplies: false });
      await send('POST', '/incidents/1/updates', { incident_state_id: '4' });
      const name = stateShape.replace('-', '_');
      expect((await send('GET', '/incidents/1')).json).toHaveProperty(`data.${name}`, '2026-03-14T12:00:00Z');
    },
  );

  test.each([
    ['fractions', '2026-03-14T12:00:00.000000Z'],
    ['offset', '2026-03-14T14:00:00+02:00'],
  ] as const)('times may have %s', async (shownTimes, shown) => {
    const { send } = await filled({ shownTimes });
    expect((await send('GET', '/maintenances/1')).json).toHaveProperty('data.start_at', shown);
    expect((await send('GET', '/incidents/1')).json).toHaveProperty('data.updates.0.created_at', shown);
    expect(Date.parse(shown)).toBe(noon);
  });
});

describe('PATCH of a window', () => {
  const everything = {
    title: 'Longer',
    message: 'Changed.',
    start_at: '2026-03-14T13:00:00Z',
    end_at: '2026-03-14T14:00:00Z',
  };
  const before = { title: wholeWindow.title, message, startAt: noon, endAt: Date.parse(wholeWindow.end_at) };

  test('may ignore all but title and end', async () => {
    const { emulator, send } = await filled({ windowPatch: 'ignore' });
    const { status, json } = await send('PATCH', '/maintenances/1', everything);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      data: { title: 'Longer', message, start_at: wholeWindow.start_at, end_at: everything.end_at },
    });
    expect(emulator.windows()).toMatchObject([{ ...before, title: 'Longer', endAt: Date.parse(everything.end_at) }]);
  });

  test('may refuse all but title and end', async () => {
    const { emulator, send } = await filled({ windowPatch: 'refuse' });
    expect((await send('PATCH', '/maintenances/1', everything)).json).toEqual({
      error: 'start_at, message cannot be changed',
    });
    expect(emulator.windows()).toMatchObject([before]);
    expect((await send('PATCH', '/maintenances/1', { end_at: everything.end_at })).status).toBe(200);
  });

  test('may empty the title and the message that are not sent', async () => {
    const { emulator, send } = await filled({ windowPatch: 'wipe' });
    expect((await send('PATCH', '/maintenances/1', { end_at: everything.end_at })).json).toMatchObject({
      data: { title: '', message: null, start_at: wholeWindow.start_at },
    });
    await send('PATCH', '/maintenances/1', { title: 'Longer', message: 'Changed.' });
    expect(emulator.windows()).toMatchObject([{ title: 'Longer', message: 'Changed.', startAt: noon }]);
  });

  test('may require every field that POST requires, but the page', async () => {
    const { emulator, send } = await filled({ windowPatch: 'require-all' });
    expect(await send('PATCH', '/maintenances/1', { end_at: everything.end_at })).toMatchObject({
      status: 400,
      json: { error: 'title is required; start_at is required' },
    });
    expect(emulator.windows()).toMatchObject([before]);
    const { message: _, ...required } = everything;
    expect((await send('PATCH', '/maintenances/1', required)).status).toBe(200);
  });

  test.each(['all', 'ignore', 'wipe', 'require-all'] as const)(
    'never moves it to another page (%s)',
    async (windowPatch) => {
      const { emulator, send } = await filled({ windowPatch });
      const moved = { ...everything, status_page_id: beta };
      expect((await send('PATCH', '/maintenances/1', moved)).status).toBe(400);
      expect(emulator.windows()).toMatchObject([{ ...before, statusPageId: acme }]);
    },
  );

  test.each([400, 409, 422] as const)('may refuse with %i an end that is not 60 s ahead', async (endRefusalStatus) => {
    const { emulator, send } = await filled({ refuseEndInPast: true, endToleranceSeconds: -60, endRefusalStatus });
    expect(await send('PATCH', '/maintenances/1', { end_at: '2026-03-14T12:00:59Z' })).toMatchObject({
      status: endRefusalStatus,
      json: { error: 'end_at must be at least 60 s ahead' },
    });
    expect(emulator.windows()).toMatchObject([before]);
    expect((await send('PATCH', '/maintenances/1', { end_at: '2026-03-14T12:01:00Z' })).status).toBe(200);
  });
});

describe('lists and reads', () => {
  const onlyBeta = { keys: [{ key: 'spk_emulator', scopes: [], pages: [beta] }] };

  test('the list of a page that the key does not see may be empty', async () => {
    const { emulator, send } = start({ unseenPage: 'empty-list' });
    await send('POST', '/maintenances', wholeWindow);
    emulator.setOptions(onlyBeta);
    for (const page of [acme, nilId])
      expect((await send('GET', `/maintenances?status_page_id=${page}`)).json).toEqual({
        data: [],
        meta: { count: 0 },
      });
    expect((await send('GET', `/status-pages/${acme}`)).status).toBe(404);
    expect((await send('POST', '/maintenances', wholeWindow)).status).toBe(404);
  });

  test('the filter by page may be ignored, which shows no page that the key does not see', async () => {
    const { emulator, send } = await filled({ pageFilter: 'ignored' });
    for (const list of ['/maintenances', '/incidents'])
      expect((await send('GET', `${list}?status_page_id=${beta}`)).json).toMatchObject({
        data: [{ status_page_id: acme }],
      });
    emulator.setOptions(onlyBeta);
    expect((await send('GET', `/maintenances?status_page_id=${beta}`)).json).toMatchObject({ data: [] });
  });

  test('new records may be late in lists, and by their id', async () => {
    const { clock, send } = await filled({ listLagMs: 3000, readLagMs: 1000 });
    const look = async () => [
      Object((await send('GET', '/maintenances')).json).meta.count,
      (await send('GET', '/maintenances/1')).status,
      (await send('PATCH', '/maintenances/1', { title: 'x' })).status,
    ];
    expect(await look()).toEqual([0, 404, 404]);
    clock.advance(1000);
    expect(await look()).toEqual([0, 200, 200]);
    clock.advance(2000);
    expect(await look()).toEqual([1, 200, 200]);
  });

  test('an id that cannot exist may be a server error, even without the right to write', async () => {
    const { send } = start({ malformedIdStatus: 500 });
    expect(await send('PATCH', `/maintenances/${nilId}`, {})).toMatchObject({
      status: 500,
      json: { error: 'Internal server error' },
    });
    expect((await send('PATCH', '/maintenances/7', { title: 'x' })).status).toBe(404);
  });
});

describe('refusals', () => {
  test('a firewall answers every request with 403 and a page, whatever the key', async () => {
    const { emulator, send } = await filled();
    emulator.setOptions({ forbidden: 'html' });
    const { status, headers, text } = await send('DELETE', '/incidents/1', undefined, { key: 'spk_unknown' });
    expect(status).toBe(403);
    expect(headers.get('content-type')).toBe('text/html');
    expect(text).toContain('<title>403 Forbidden</title>');
    expect(emulator.incidents()).toHaveLength(1);
  });

  test.each([
    ['plan', 'API access is not available on your plan'],
    ['block', 'Access is temporarily blocked because of too many requests'],
  ] as const)('a known key may be refused because of its %s', async (forbidden, error) => {
    const { send } = start({ forbidden });
    expect(await send('POST', '/incidents', wholeIncident)).toMatchObject({ status: 403, json: { error } });
    expect((await send('GET', '/incidents', undefined, { key: 'spk_unknown' })).status).toBe(401);
  });

  test('may be 200 with "success": false, and count as not worked', async () => {
    const { emulator, send } = start({ refusals: 'success-false' });
    const key = sampleKeys.find(({ scopes }) => scopes.join() === 'incidents:read')?.key ?? '';
    const refused: [Promise<unknown>, string][] = [
      [
        send('POST', '/maintenances', { title: 'x' }),
        'status_page_id is required; start_at is required; end_at is required',
      ],
      [send('GET', '/incidents/1'), 'Not found'],
      [send('GET', '/nowhere'), 'Not found'],
      [send('GET', '/monitors', undefined, { key }), 'API key lacks required scope'],
      [send('GET', '/monitors', undefined, { key: 'spk_unknown' }), 'Invalid API key'],
    ];
    for (const [answer, error] of refused)
      expect(await answer).toMatchObject({ status: 200, json: { success: false, error } });
    emulator.addFault({ kind: 'reset', when: 'after' });
    expect(emulator.journal().filter(({ worked }) => worked)).toEqual([]);
    expect(await send('POST', '/maintenances', wholeWindow).catch(() => undefined)).toBeUndefined();
    expect(emulator.journal().at(-1)).toMatchObject({ worked: true });
  });
});

describe('late work', () => {
  test.each([{ kind: 'status', status: 504 }, { kind: 'html' }] as const)(
    '%j may be done after the answer',
    async (fault) => {
      const clock = createVirtualClock();
      const { emulator } = start({ clock: { now: () => clock.now().getTime(), sleep: clock.sleep } });
      emulator.addFault({ ...fault, workAfterMs: 3000 });
      const headers = { authorization: 'Bearer spk_emulator', 'content-type': 'application/json' };
      const request = new Request(`${apiUrl}/maintenances`, {
        method: 'POST',
        headers,
        body: JSON.stringify(wholeWindow),
      });
      const outcome = await emulator.answer(request);
      expect(outcome).toMatchObject({ kind: 'reply', response: { ok: false } });
      expect(emulator.windows()).toEqual([]);
      await clock.sleep(2999);
      expect(emulator.journal()).toMatchObject([{ worked: false }]);
      await clock.sleep(2);
      expect(emulator.windows()).toHaveLength(1);
      expect(emulator.journal()).toMatchObject([{ worked: true }]);
    },
  );
});
