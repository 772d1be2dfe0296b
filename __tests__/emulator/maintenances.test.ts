import { describe, expect, test } from '@jest/globals';
import type { EmulatorOptions } from '../../src/emulator/emulator.ts';
import { acme, beta, noon, start, wholeWindow } from './support.ts';

const minute = 60_000;

async function open(options: EmulatorOptions = {}, fields: object = {}) {
  const started = start(options);
  await started.send('POST', '/maintenances', { ...wholeWindow, ...fields });
  return started;
}

describe('POST /maintenances', () => {
  test('answers 201 and the maintenance', async () => {
    const { send } = start();
    const { status, json } = await send('POST', '/maintenances', { ...wholeWindow, message: 'Short interruptions.' });
    expect(status).toBe(201);
    expect(json).toEqual({
      data: {
        id: 1,
        status_page_id: acme,
        title: 'Maintenance in progress',
        message: 'Short interruptions.',
        notify_subscribers: false,
        start_at: '2026-03-14T12:00:00Z',
        end_at: '2026-03-14T12:30:00Z',
        created_at: '2026-03-14T12:00:00Z',
        updated_at: '2026-03-14T12:00:00Z',
      },
    });
  });

  test.each(['status_page_id', 'title', 'start_at', 'end_at'] as const)('requires %s', async (field) => {
    const { emulator, send } = start();
    const { [field]: _, ...rest } = wholeWindow;
    const { status, json } = await send('POST', '/maintenances', rest);
    expect(status).toBe(400);
    expect(json).toEqual({ error: `${field} is required` });
    expect(emulator.windows()).toEqual([]);
  });

  test.each([
    { title: '' },
    { title: 1 },
    { status_page_id: 'acme' },
    { start_at: '2026-03-14' },
    { start_at: '2026-03-14 12:00:00' },
    { start_at: '2026-02-30T12:00:00Z' },
    { start_at: noon },
    { end_at: 'soon' },
    { message: null },
    { message: '' },
    { notify_subscribers: 1 },
    { components: [] },
    { state: 'active' },
  ])('answers %j with 400', async (fields) => {
    const { emulator, send } = start();
    expect((await send('POST', '/maintenances', { ...wholeWindow, ...fields })).status).toBe(400);
    expect(emulator.windows()).toEqual([]);
  });

  test.each([
    ['at the start', '2026-03-14T12:00:00Z'],
    ['before the start', '2026-03-14T11:59:59Z'],
  ])('answers an end %s with 400', async (_, end_at) => {
    const { send } = start();
    expect(await send('POST', '/maintenances', { ...wholeWindow, end_at })).toMatchObject({
      status: 400,
      json: { error: 'end_at must be after start_at' },
    });
  });

  test.each(['2026-03-14T12:30:00.000Z', '2026-03-14T13:30:00+01:00', '2026-03-14T12:30Z'])(
    'wants times as in the examples: %s is answered 400',
    async (end_at) => {
      const { send } = start();
      expect((await send('POST', '/maintenances', { ...wholeWindow, end_at })).status).toBe(400);
    },
  );

  test.each(['2026-03-14T12:30:00.000Z', '2026-03-14T13:30:00+01:00', '2026-03-14T12:30:00Z'])(
    'may take every RFC 3339 time: %s',
    async (end_at) => {
      const { emulator } = await open({ timeForm: 'rfc3339' }, { end_at });
      expect(emulator.windows()).toMatchObject([{ startAt: noon, endAt: noon + 30 * minute }]);
    },
  );

  test('takes a start slightly in the past', async () => {
    const { emulator } = await open({}, { start_at: '2026-03-14T11:59:40Z' });
    expect(emulator.windows()).toMatchObject([{ state: 'active' }]);
  });

  test('may refuse a start that is further in the past than the tolerance', async () => {
    const { emulator, send } = start({ refuseStartInPast: true, startToleranceSeconds: 20 });
    expect((await send('POST', '/maintenances', { ...wholeWindow, start_at: '2026-03-14T11:59:40Z' })).status).toBe(
      201,
    );
    expect(await send('POST', '/maintenances', { ...wholeWindow, start_at: '2026-03-14T11:59:39Z' })).toMatchObject({
      status: 400,
      json: { error: 'start_at must not be in the past' },
    });
    expect(emulator.windows()).toHaveLength(1);
  });

  test('e-mails subscribers only if the request asks for it', async () => {
    const { emulator, send } = await open();
    expect(emulator.mails()).toEqual([]);
    await send('POST', '/maintenances', { ...wholeWindow, notify_subscribers: true });
    expect(emulator.mails()).toEqual([{ kind: 'maintenance', id: 2, statusPageId: acme, at: noon }]);
  });

  test('answers an unknown page with 404', async () => {
    const { send } = start();
    const status_page_id = '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a99';
    expect((await send('POST', '/maintenances', { ...wholeWindow, status_page_id })).status).toBe(404);
  });
});

describe('a window', () => {
  test('starts and ends by itself at its times', async () => {
    const { clock, emulator } = await open({}, { start_at: '2026-03-14T12:05:00Z', end_at: '2026-03-14T12:10:00Z' });
    const states = [];
    for (let passed = 0; passed <= 10; passed += 2.5) {
      states.push(emulator.windows()[0]?.state);
      clock.advance(2.5 * minute);
    }
    expect(states).toEqual(['scheduled', 'scheduled', 'active', 'active', 'past']);
  });

  test('is read', async () => {
    const { send } = await open();
    expect(await send('GET', '/maintenances/1')).toMatchObject({
      status: 200,
      json: { data: { id: 1, title: wholeWindow.title } },
    });
    expect((await send('GET', '/maintenances/2')).status).toBe(404);
  });

  test('PATCH of end_at ends it now, keeps what was not sent, and keeps it in the history', async () => {
    const { clock, emulator, send } = await open({}, { message: 'Short interruptions.' });
    clock.advance(7 * minute);
    const { status, json } = await send('PATCH', '/maintenances/1', { end_at: '2026-03-14T12:07:00Z' });
    expect(status).toBe(200);
    expect(json).toMatchObject({ data: { id: 1, message: 'Short interruptions.', end_at: '2026-03-14T12:07:00Z' } });
    expect(emulator.windows()).toMatchObject([
      {
        title: wholeWindow.title,
        message: 'Short interruptions.',
        startAt: noon,
        endAt: noon + 7 * minute,
        state: 'past',
      },
    ]);
  });

  test('PATCH takes every field of POST, and the page that the window is on', async () => {
    const { emulator, send } = await open();
    const fields = {
      status_page_id: acme,
      title: 'Database move',
      message: 'Writes are refused.',
      start_at: '2026-03-15T01:00:00Z',
      end_at: '2026-03-15T02:00:00Z',
      notify_subscribers: true,
    };
    expect((await send('PATCH', '/maintenances/1', fields)).json).toMatchObject({ data: fields });
    expect(emulator.windows()).toMatchObject([{ statusPageId: acme, title: 'Database move', state: 'scheduled' }]);
    expect(emulator.mails()).toEqual([{ kind: 'maintenance', id: 1, statusPageId: acme, at: noon }]);
  });

  test.each([
    {},
    { end_at: '2026-03-14T12:00:00Z' },
    { start_at: '2026-03-14T12:30:00Z' },
    { end_at: null },
    { title: '' },
    { status_page_id: 'acme' },
    { status_page_id: beta },
    { state: 'completed' },
  ])('PATCH with %j is answered 400 and changes nothing', async (body) => {
    const { emulator, send } = await open();
    const before = emulator.windows();
    expect((await send('PATCH', '/maintenances/1', body)).status).toBe(400);
    expect(emulator.windows()).toEqual(before);
  });

  test('cannot be ended in the past if the server refuses that: the tolerance counts from its clock', async () => {
    const { clock, emulator, send } = await open({ refuseEndInPast: true, endToleranceSeconds: 5 });
    clock.advance(7 * minute);
    const refused = await send('PATCH', '/maintenances/1', { end_at: '2026-03-14T12:06:54Z' });
    expect(refused).toMatchObject({ status: 400, json: { error: 'end_at must not be in the past' } });
    expect(refused.headers.get('date')).toBe('Sat, 14 Mar 2026 12:07:00 GMT');
    expect((await send('PATCH', '/maintenances/1', { end_at: '2026-03-14T12:06:55Z' })).status).toBe(200);
    expect((await send('PATCH', '/maintenances/1', { title: 'Over' })).status).toBe(200);
    expect(emulator.windows()).toMatchObject([{ title: 'Over', state: 'past' }]);
  });

  test('is gone after DELETE, and a second DELETE is answered 404', async () => {
    const { emulator, send } = await open();
    expect((await send('DELETE', '/maintenances/1')).status).toBe(200);
    expect(emulator.windows()).toEqual([]);
    expect((await send('DELETE', '/maintenances/1')).status).toBe(404);
  });

  test('has nothing to complete and no updates: such calls are answered 404', async () => {
    const { send } = await open();
    expect((await send('POST', '/maintenances/1/complete', {})).status).toBe(404);
    expect((await send('POST', '/maintenances/1/updates', { message: 'x' })).status).toBe(404);
    expect((await send('PUT', '/maintenances/1', { title: 'x' })).status).toBe(404);
    expect((await send('GET', '/maintenances/')).status).toBe(404);
  });
});

describe('GET /maintenances', () => {
  test('lists windows of every state, of all pages or of one', async () => {
    const { clock, send } = await open();
    await send('POST', '/maintenances', { ...wholeWindow, status_page_id: beta });
    clock.advance(31 * minute);
    expect((await send('GET', '/maintenances')).json).toMatchObject({
      data: [{ id: 2 }, { id: 1 }],
      meta: { count: 2 },
    });
    expect((await send('GET', `/maintenances?status_page_id=${acme}`)).json).toMatchObject({
      data: [{ id: 1 }],
      meta: { count: 1 },
    });
  });

  test.each(['limit=10', 'state=active', 'page=1', 'status_page_id=acme'])('answers %s with 400', async (query) => {
    const { send } = start();
    expect((await send('GET', `/maintenances?${query}`)).status).toBe(400);
  });

  test.each([
    ['GET', '/maintenances/1?x=1'],
    ['DELETE', '/maintenances/1?x=1'],
    ['PATCH', '/maintenances/1?x=1'],
    ['POST', '/maintenances?x=1'],
  ])('%s %s is answered 400: no such parameter is documented', async (method, path) => {
    const { send } = await open();
    const body = { POST: wholeWindow, PATCH: { title: 'x' } }[method];
    expect((await send(method, path, body)).status).toBe(400);
  });
});
