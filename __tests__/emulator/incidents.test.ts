import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { acme, acmeComponent, beta, noon, start, wholeIncident } from './support.ts';

const noUuid = 'no-uuid';
const unknownPage = '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a99';

describe('POST /incidents', () => {
  test('answers 201 and the incident', async () => {
    const { send } = start();
    const { status, json } = await send('POST', '/incidents', { ...wholeIncident, message: 'We are looking into it.' });
    expect(status).toBe(201);
    expect(json).toEqual({
      data: {
        id: 1,
        status_page_id: acme,
        component_id: null,
        title: 'An update did not complete',
        message: 'We are looking into it.',
        incident_state_id: '1',
        notify_subscribers: false,
        created_at: '2026-03-14T12:00:00Z',
        updated_at: '2026-03-14T12:00:00Z',
        resolved_at: null,
        updates: [
          { id: 1, message: 'We are looking into it.', incident_state_id: '1', created_at: '2026-03-14T12:00:00Z' },
        ],
      },
    });
  });

  test('makes the first entry of the timeline, Investigating by default', async () => {
    const { emulator, send } = start();
    await send('POST', '/incidents', wholeIncident);
    expect(emulator.incidents()).toMatchObject([
      { state: 'investigating', timeline: [{ at: noon, state: 'investigating', message: null }] },
    ]);
  });

  test.each([
    ['1', 'investigating'],
    ['2', 'identified'],
    ['3', 'monitoring'],
    ['4', 'resolved'],
  ])('takes the state "%s" as %s', async (digit, state) => {
    const { emulator, send } = start();
    expect((await send('POST', '/incidents', { ...wholeIncident, incident_state_id: digit })).status).toBe(201);
    expect(emulator.incidents()).toMatchObject([
      { state, timeline: [{ state }], resolvedAt: state === 'resolved' ? noon : null },
    ]);
  });

  test('takes a component in place of the page', async () => {
    const { emulator, send } = start();
    expect((await send('POST', '/incidents', { component_id: acmeComponent, title: 'Slow' })).status).toBe(201);
    expect(emulator.incidents()).toMatchObject([{ statusPageId: acme, componentId: acmeComponent }]);
  });

  test('takes a component beside its page', async () => {
    const { emulator, send } = start();
    expect((await send('POST', '/incidents', { ...wholeIncident, component_id: acmeComponent })).status).toBe(201);
    expect(emulator.incidents()).toMatchObject([{ componentId: acmeComponent }]);
  });

  test('counts an empty component beside a page as absent', async () => {
    const { emulator, send } = start();
    expect((await send('POST', '/incidents', { ...wholeIncident, component_id: '' })).status).toBe(201);
    expect(emulator.incidents()).toMatchObject([{ statusPageId: acme, componentId: null }]);
  });

  test('e-mails subscribers only if the request asks for it', async () => {
    const { emulator, send } = start();
    await send('POST', '/incidents', wholeIncident);
    await send('POST', '/incidents', { ...wholeIncident, notify_subscribers: false });
    expect(emulator.mails()).toEqual([]);
    await send('POST', '/incidents', { ...wholeIncident, notify_subscribers: true });
    await send('DELETE', '/incidents/3');
    expect(emulator.mails()).toEqual([{ kind: 'incident', id: 3, statusPageId: acme, at: noon }]);
  });

  test.each<[string, object | string, RegExp]>([
    ['no title', { status_page_id: acme }, /^title/],
    ['an empty title', { ...wholeIncident, title: '' }, /title must not be empty/],
    ['a blank title', { ...wholeIncident, title: ' ' }, /title must not be empty/],
    ['a title that is no string', { ...wholeIncident, title: 7 }, /title must be a string/],
    ['neither page nor component', { title: 'Slow' }, /status_page_id or component_id is required/],
    ['an empty component without a page', { title: 'Slow', component_id: '' }, /status_page_id or component_id/],
    ['a page that is no UUID', { ...wholeIncident, status_page_id: noUuid }, /status_page_id must be a UUID/],
    ['a component that is no string', { ...wholeIncident, component_id: 4 }, /component_id must be a string/],
    [
      'a state that is a number',
      { ...wholeIncident, incident_state_id: 1 },
      /incident_state_id must be the id of a state, a string/,
    ],
    ['an unknown state', { ...wholeIncident, incident_state_id: '5' }, /incident_state_id must be the id/],
    ['a state by its name', { ...wholeIncident, incident_state_id: 'resolved' }, /incident_state_id must be the id/],
    ['a message that is no string', { ...wholeIncident, message: null }, /message must be a string/],
    ['an empty message', { ...wholeIncident, message: '' }, /message must not be empty/],
    ['a flag that is a string', { ...wholeIncident, notify_subscribers: 'true' }, /notify_subscribers must be true/],
    ['a field that is not documented', { ...wholeIncident, severity: 'major' }, /unknown field: severity/],
    ['a list', [], /must be a JSON object/],
    ['null', 'null', /must be a JSON object/],
    ['no JSON', '{"title":', /not valid JSON/],
    ['nothing', '', /not valid JSON/],
  ])('answers %s with 400', async (_, body, sentence) => {
    const { emulator, send } = start();
    const { status, json } = await send('POST', '/incidents', body);
    expect(status).toBe(400);
    expect(json).toEqual({ error: expect.stringMatching(sentence) });
    expect(emulator.incidents()).toEqual([]);
  });

  test('answers everything that is wrong at once', async () => {
    const { send } = start();
    const { json } = await send('POST', '/incidents', { title: '', status_page_id: noUuid, impact: 1 });
    expect(json).toEqual({ error: 'title must not be empty; status_page_id must be a UUID; unknown field: impact' });
  });

  test.each(['text/plain', 'application/jsonp', 'application/x-www-form-urlencoded'])(
    'answers the content type %s with 400',
    async (type) => {
      const { send } = start();
      const headers = { 'x-api-key': 'spk_emulator', 'content-type': type };
      expect((await send('POST', '/incidents', wholeIncident, { headers })).status).toBe(400);
    },
  );

  test('answers no body at all with 400', async () => {
    const { send } = start();
    expect((await send('POST', '/incidents')).status).toBe(400);
  });

  test('takes the content type with a character set', async () => {
    const { send } = start();
    const headers = { 'x-api-key': 'spk_emulator', 'content-type': 'application/json; charset=utf-8' };
    expect((await send('POST', '/incidents', wholeIncident, { headers })).status).toBe(201);
  });

  test.each([
    ['an unknown page', { ...wholeIncident, status_page_id: unknownPage }],
    ['an unknown component', { title: 'Slow', component_id: 'nowhere' }],
    ['a component of another page', { title: 'Slow', status_page_id: beta, component_id: acmeComponent }],
  ])('answers %s with 404', async (_, body) => {
    const { emulator, send } = start();
    expect((await send('POST', '/incidents', body)).status).toBe(404);
    expect(emulator.incidents()).toEqual([]);
  });

  test('refuses every field that is not documented, whatever its name', async () => {
    const documented = [
      'title',
      'status_page_id',
      'component_id',
      'message',
      'incident_state_id',
      'notify_subscribers',
    ];
    const { send } = start();
    await fc.assert(
      fc.asyncProperty(fc.string(), async (name) => {
        fc.pre(!documented.includes(name) && name !== '__proto__');
        expect((await send('POST', '/incidents', { ...wholeIncident, [name]: 'x' })).status).toBe(400);
      }),
    );
  });
});

describe('GET /incidents', () => {
  async function filled(count: number) {
    const started = start();
    for (let made = 0; made < count; made += 1) await started.send('POST', '/incidents', wholeIncident);
    return started;
  }

  test('lists the incidents of all pages, or of one', async () => {
    const { send } = await filled(2);
    await send('POST', '/incidents', { ...wholeIncident, status_page_id: beta });
    expect((await send('GET', '/incidents')).json).toMatchObject({
      data: [{ id: 3 }, { id: 2 }, { id: 1 }],
      meta: { count: 3 },
    });
    const one = await send('GET', `/incidents?status_page_id=${beta}`);
    expect(one.json).toMatchObject({ data: [{ id: 3, status_page_id: beta }], meta: { count: 1 } });
  });

  test('lists resolved ones too: there is no filter by state', async () => {
    const { send } = start();
    await send('POST', '/incidents', { ...wholeIncident, incident_state_id: '4' });
    expect((await send('GET', '/incidents')).json).toMatchObject({ meta: { count: 1 } });
    expect((await send('GET', '/incidents?state=open')).status).toBe(400);
  });

  test('shows 50 by default, and up to 200', async () => {
    const { send } = await filled(201);
    expect((await send('GET', '/incidents')).json).toMatchObject({ meta: { count: 50 } });
    expect((await send('GET', '/incidents?limit=1')).json).toMatchObject({ data: [{ id: 201 }], meta: { count: 1 } });
    expect((await send('GET', '/incidents?limit=200')).json).toMatchObject({ meta: { count: 200 } });
  });

  test.each(['limit=0', 'limit=201', 'limit=-1', 'limit=ten', 'limit=', 'limit=1.5', 'limit=1&limit=2'])(
    'answers %s with 400',
    async (query) => {
      const { send } = start();
      const { status, json } = await send('GET', `/incidents?${query}`);
      expect(status).toBe(400);
      expect(json).toEqual({ error: expect.stringMatching(/^limit/) });
    },
  );

  test.each(['page=2', 'status_page_id=acme', 'status_page_id='])('answers %s with 400', async (query) => {
    const { send } = start();
    expect((await send('GET', `/incidents?${query}`)).status).toBe(400);
  });

  test('answers 404 for a page that does not exist', async () => {
    const { send } = start();
    expect((await send('GET', `/incidents?status_page_id=${unknownPage}`)).status).toBe(404);
  });
});

describe('one incident', () => {
  async function open(options = {}) {
    const started = start(options);
    await started.send('POST', '/incidents', { ...wholeIncident, message: 'We are looking into it.' });
    started.clock.advance(60_000);
    return started;
  }

  test('is read with its whole timeline', async () => {
    const { send } = await open();
    await send('POST', '/incidents/1/updates', { message: 'A full disk.', incident_state_id: '2' });
    expect((await send('GET', '/incidents/1')).json).toMatchObject({
      data: {
        id: 1,
        incident_state_id: '2',
        message: 'We are looking into it.',
        updates: [
          { message: 'We are looking into it.', incident_state_id: '1', created_at: '2026-03-14T12:00:00Z' },
          { message: 'A full disk.', incident_state_id: '2', created_at: '2026-03-14T12:01:00Z' },
        ],
      },
    });
  });

  test('an update needs at least one of message and state', async () => {
    const { emulator, send } = await open();
    expect(await send('POST', '/incidents/1/updates', {})).toMatchObject({
      status: 400,
      json: { error: 'at least one of message and incident_state_id is required' },
    });
    expect((await send('POST', '/incidents/1/updates', { message: 'Still slow.' })).status).toBe(201);
    expect((await send('POST', '/incidents/1/updates', { incident_state_id: '3' })).status).toBe(201);
    expect(emulator.incidents()).toMatchObject([
      {
        state: 'monitoring',
        timeline: [
          { state: 'investigating' },
          { state: 'investigating', message: 'Still slow.' },
          { state: 'monitoring', message: null },
        ],
      },
    ]);
  });

  test('an update shows the entry that it made', async () => {
    const { send } = await open();
    expect((await send('POST', '/incidents/1/updates', { message: 'Over.', incident_state_id: '4' })).json).toEqual({
      data: { id: 2, message: 'Over.', incident_state_id: '4', created_at: '2026-03-14T12:01:00Z' },
    });
  });

  test('is resolved by an update, once: the first time counts', async () => {
    const { clock, emulator, send } = await open();
    await send('POST', '/incidents/1/updates', { incident_state_id: '4' });
    clock.advance(60_000);
    await send('POST', '/incidents/1/updates', { message: 'A word more.' });
    expect(emulator.incidents()).toMatchObject([{ state: 'resolved', resolvedAt: noon + 60_000 }]);
  });

  test('is open again after an update with another state', async () => {
    const { emulator, send } = await open();
    await send('POST', '/incidents/1/updates', { incident_state_id: '4' });
    await send('POST', '/incidents/1/updates', { incident_state_id: '1' });
    expect(emulator.incidents()).toMatchObject([{ state: 'investigating', resolvedAt: null }]);
  });

  test.each([
    { message: 7 },
    { message: '' },
    { incident_state_id: 4 },
    { title: 'x', message: 'y' },
    { notify_subscribers: true, message: 'y' },
  ])('an update with %j is answered 400', async (body) => {
    const { emulator, send } = await open();
    expect((await send('POST', '/incidents/1/updates', body)).status).toBe(400);
    expect(emulator.incidents()[0]?.timeline).toHaveLength(1);
  });

  test('PATCH keeps what was not sent', async () => {
    const { emulator, send } = await open();
    const { status, json } = await send('PATCH', '/incidents/1', { title: 'Slow answers' });
    expect(status).toBe(200);
    expect(json).toMatchObject({ data: { id: 1, title: 'Slow answers', message: 'We are looking into it.' } });
    expect(emulator.incidents()).toMatchObject([
      { title: 'Slow answers', state: 'investigating', timeline: [{ message: 'We are looking into it.' }] },
    ]);
  });

  test('PATCH changes message and state, and by default makes no entry', async () => {
    const { emulator, send } = await open();
    await send('POST', '/incidents/1/updates', { message: 'Second' });
    await send('PATCH', '/incidents/1', { message: 'Rewritten', incident_state_id: '2' });
    expect(emulator.incidents()).toMatchObject([
      { title: wholeIncident.title, state: 'identified', timeline: [{ message: 'Rewritten' }, { message: 'Second' }] },
    ]);
    expect(emulator.incidents()[0]?.timeline).toHaveLength(2);
  });

  test('PATCH may make an entry instead', async () => {
    const { emulator, send } = await open({ patchMessage: 'entry' });
    await send('PATCH', '/incidents/1', { title: 'Slow answers' });
    expect(emulator.incidents()[0]?.timeline).toHaveLength(1);
    await send('PATCH', '/incidents/1', { message: 'Added', incident_state_id: '2' });
    expect(emulator.incidents()).toMatchObject([
      {
        title: 'Slow answers',
        state: 'identified',
        timeline: [{ message: 'We are looking into it.' }, { message: 'Added', state: 'identified' }],
      },
    ]);
  });

  test.each([{}, { notify_subscribers: true }, { status_page_id: acme }, { title: '' }, { title: null }])(
    'PATCH with %j is answered 400: nothing, or nothing documented, is changed',
    async (body) => {
      const { emulator, send } = await open();
      const before = emulator.incidents();
      expect((await send('PATCH', '/incidents/1', body)).status).toBe(400);
      expect(emulator.incidents()).toEqual(before);
    },
  );

  test('is gone after DELETE, and a second DELETE is answered 404', async () => {
    const { emulator, send } = await open();
    expect((await send('DELETE', '/incidents/1')).status).toBe(200);
    expect(emulator.incidents()).toEqual([]);
    expect((await send('DELETE', '/incidents/1')).status).toBe(404);
    expect((await send('GET', '/incidents/1')).status).toBe(404);
  });

  test('an id is never given twice', async () => {
    const { send } = await open();
    await send('DELETE', '/incidents/1');
    expect((await send('POST', '/incidents', wholeIncident)).json).toMatchObject({ data: { id: 2 } });
  });

  test.each([
    ['GET', '/incidents/1?full=1'],
    ['DELETE', '/incidents/1?force=1'],
    ['PATCH', '/incidents/1?x=1'],
    ['POST', '/incidents/1/updates?x=1'],
    ['POST', '/incidents?x=1'],
  ])('%s %s is answered 400: no such parameter is documented', async (method, path) => {
    const { send } = await open();
    const body = method === 'GET' || method === 'DELETE' ? undefined : { title: 'x' };
    expect(await send(method, path, body)).toMatchObject({
      status: 400,
      json: { error: expect.stringMatching(/^unknown field/) },
    });
  });

  test('DELETE with a body is answered 400', async () => {
    const { send } = await open();
    expect((await send('DELETE', '/incidents/1', { reason: 'x' })).status).toBe(400);
  });

  test.each([
    ['record', 404],
    ['body', 400],
  ] as const)('a bad write to an unknown id: the %s may be checked first (%i)', async (checkFirst, status) => {
    const { send } = start({ checkFirst });
    expect((await send('PATCH', '/incidents/9', {})).status).toBe(status);
    expect((await send('POST', '/incidents/9/updates', {})).status).toBe(status);
    expect((await send('PATCH', '/incidents/9', { title: 'Slow' })).status).toBe(404);
  });
});
