import { describe, expect, test } from '@jest/globals';
import { UserError } from '../../src/domain/errors.ts';
import type { StatusPage } from '../../src/statuspage/client.ts';
import type { Call } from '../../src/statuspage/failed-call.ts';
import { answer, beginning, scene } from './fake-wire.ts';

const startAt = new Date('2026-03-14T12:00:00.750Z');
const endAt = new Date('2026-03-14T12:30:00Z');
const incident = {
  pageId: 'p',
  componentId: undefined,
  title: 't',
  message: 'm',
  state: '1',
  notifySubscribers: false,
};
const window = { pageId: 'p', title: 't', message: 'm', startAt, endAt, notifySubscribers: false };
const startAndEnd = { start_at: '2026-03-14T12:00:00Z', end_at: '2026-03-14T12:30:00Z' };

describe('each endpoint is asked as documented', () => {
  const one = answer(200, { data: { id: 'x' } });
  const none = answer(200, { data: [] });
  const done = answer(204);

  const endpoints: readonly (readonly [
    string,
    (page: StatusPage) => Promise<unknown>,
    typeof one,
    object | undefined,
  ])[] = [
    ['GET /status-pages', (page) => page.fetchPages(), none, undefined],
    ['GET /status-pages/x', (page) => page.fetchPage('x'), one, undefined],
    ['GET /monitors', (page) => page.fetchMonitors(), none, undefined],
    ['GET /monitors/x', (page) => page.fetchMonitor('x'), one, undefined],
    ['GET /monitors/x/availability?period=90d', (page) => page.fetchAvailability('x', '90d'), one, undefined],
    [
      'POST /maintenances',
      (page) => page.createWindow(window),
      one,
      { status_page_id: 'p', title: 't', message: 'm', ...startAndEnd },
    ],
    [
      'POST /maintenances',
      (page) => page.createWindow({ ...window, notifySubscribers: true }),
      one,
      { status_page_id: 'p', title: 't', message: 'm', ...startAndEnd, notify_subscribers: true },
    ],
    ['PATCH /maintenances/x', (page) => page.changeWindow('x', { endAt }), done, { end_at: '2026-03-14T12:30:00Z' }],
    [
      'PATCH /maintenances/x',
      (page) => page.changeWindow('x', { title: 't', message: '', startAt, endAt: undefined }),
      done,
      { title: 't', message: '', start_at: '2026-03-14T12:00:00Z' },
    ],
    ['GET /maintenances/x', (page) => page.fetchWindow('x'), one, undefined],
    ['GET /maintenances?status_page_id=p', (page) => page.fetchWindows('p'), none, undefined],
    ['DELETE /maintenances/x', (page) => page.deleteWindow('x'), done, undefined],
    [
      'POST /incidents',
      (page) => page.createIncident(incident),
      one,
      { status_page_id: 'p', title: 't', message: 'm' },
    ],
    [
      'POST /incidents',
      (page) => page.createIncident({ ...incident, state: '2', componentId: 'c', notifySubscribers: true }),
      one,
      { component_id: 'c', title: 't', message: 'm', incident_state_id: '2', notify_subscribers: true },
    ],
    ['PATCH /incidents/x', (page) => page.changeIncident('x', { title: 't' }), done, { title: 't' }],
    ['GET /incidents/x', (page) => page.fetchIncident('x'), one, undefined],
    ['GET /incidents?status_page_id=p&limit=200', (page) => page.fetchIncidents('p'), none, undefined],
    [
      'POST /incidents/x/updates',
      (page) => page.addEntry('x', { message: 'm', state: '4' }),
      done,
      { message: 'm', incident_state_id: '4' },
    ],
    ['POST /incidents/x/updates', (page) => page.addEntry('x', { state: '4' }), done, { incident_state_id: '4' }],
    ['DELETE /incidents/x', (page) => page.deleteIncident('x'), done, undefined],
    ['DELETE /incidents/a%2F..%3Fb', (page) => page.deleteIncident('a/..?b'), done, undefined],
    ['PATCH /incidents/00000000-0000-0000-0000-000000000000', (page) => page.proveIncidentsWrite(), answer(404), {}],
  ];

  test.each(endpoints)('%s', async (line, ask, reply, body) => {
    const { page, requests } = scene([reply]);
    await ask(page);
    const [request] = requests;
    expect(`${request?.method} ${request?.url.href.split('/user/api/v1')[1]}`).toBe(line);
    expect(request?.body === undefined ? undefined : JSON.parse(request.body)).toEqual(body);
  });
});

describe('the proof that incidents may be written', () => {
  test.each([404, 400, 200])('is given by %i', async (status) => {
    await expect(scene([answer(status)]).page.proveIncidentsWrite()).resolves.toBeUndefined();
  });

  test.each([
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [405, 'client'],
    [500, 'server'],
  ])('is not given by %i', async (status, code) => {
    await expect(scene([answer(status, { error: 'No' })]).page.proveIncidentsWrite()).rejects.toMatchObject({ code });
  });
});

describe('lists', () => {
  const list = (length: number) =>
    answer(
      200,
      Array.from({ length }, (_, id) => ({ id, message: 'm' })),
    );

  test('of incidents prove nothing at their limit of 200', async () => {
    const { page } = scene([list(200), list(199)]);
    expect((await page.fetchIncidents('p')).complete).toBe(false);
    expect((await page.fetchIncidents('p')).complete).toBe(true);
  });

  test('of windows have no limit', async () => {
    const { page } = scene([list(500)]);
    expect(await page.fetchWindows('p')).toMatchObject({ complete: true, records: { length: 500 } });
  });

  test('leave out the records of other pages, if the server ignores the filter', async () => {
    const [ours, others] = ['6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a01', '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a02'];
    const records = [
      { id: 1, status_page_id: ours.toUpperCase() },
      { id: 2, status_page_id: others },
      { id: 3 },
      { id: 4, status_page_id: 12 },
    ];
    const { page } = scene([
      answer(200, records),
      answer(200, records),
      answer(200, [
        { id: 5, status_page_id: 7 },
        { id: 6, status_page_id: 8 },
      ]),
    ]);
    const idsIn = ({ records: shown }: { readonly records: readonly { readonly id: string }[] }) =>
      shown.map(({ id }) => id);
    expect(idsIn(await page.fetchWindows(ours))).toEqual(['1', '3', '4']);
    expect(idsIn(await page.fetchIncidents(ours))).toEqual(['1', '3', '4']);
    expect(idsIn(await page.fetchIncidents('7'))).toEqual(['5']);
  });

  test('that are no list cannot be read', async () => {
    const { page } = scene([answer(200, {}), answer(200, 'x')]);
    await expect(page.fetchWindows('p')).rejects.toMatchObject({ code: 'unreadable' });
    await expect(page.fetchPages()).rejects.toMatchObject({ code: 'unreadable' });
  });
});

test.each(['', '.', '..'])('%j is no id, and nothing is asked with it', async (id) => {
  const { page, requests } = scene([]);
  await expect(page.deleteWindow(id)).rejects.toThrow(UserError);
  await expect(page.fetchIncident(id)).rejects.toThrow(UserError);
  await expect(page.fetchMonitor(id)).rejects.toThrow(UserError);
  await expect(page.fetchAvailability(id, '30d')).rejects.toThrow(UserError);
  await expect(page.fetchPage(id)).rejects.toThrow(UserError);
  expect(requests).toEqual([]);
});

test('the clock of the server is learned from any answer, and shared by all deadlines', async () => {
  const { page } = scene([answer(403, { error: 'No' }, { date: 'Sat, 14 Mar 2026 13:00:00 GMT' })], {
    clockOffsetMs: 7_000,
  });
  expect(page.serverNow()).toEqual(new Date(beginning.getTime() + 7_000));
  await expect(page.until(endAt).fetchPages()).rejects.toMatchObject({ code: 'forbidden' });
  expect(page.clockOffsetMs()).toBe(3_600_000);
  expect(page.serverNow()).toEqual(new Date('2026-03-14T13:00:00Z'));
});

describe('a time limit within the deadline', () => {
  const silence = () => new Promise<never>(() => {});

  test('is that of a single request, and never moves the deadline on', async () => {
    const { page, requests } = scene([silence, silence]);
    void page.within(3_000).fetchPages();
    void page.within(60_000).fetchPages();
    expect(requests.map(({ timeoutMs }) => timeoutMs)).toEqual([3_000, 10_000]);
    const late = scene([silence], { deadline: new Date(beginning.getTime() + 5_000) });
    void late.page.within(60_000).fetchPages();
    expect(late.requests.map(({ timeoutMs }) => timeoutMs)).toEqual([5_000]);
  });

  test('is kept by waiting too', async () => {
    const { page, clock } = scene([]);
    await page.within(3_000).wait(5_000);
    await page.wait(5_000);
    await page.until(beginning).wait(5_000);
    expect(clock.waits).toEqual([3_000, 5_000, 0]);
  });
});

describe('a dry run', () => {
  function dryScene(turns: Parameters<typeof scene>[0] = []) {
    const calls: Call[] = [];
    return { ...scene(turns, { dryRun: (call) => calls.push(call) }), calls };
  }

  test('reports each write and sends none', async () => {
    const { page, calls, requests } = dryScene();
    await page.createWindow(window);
    await page.changeWindow('w', { endAt });
    await page.deleteWindow('w');
    await page.createIncident(incident);
    await page.changeIncident('i', { title: 't' });
    await page.addEntry('i', { state: '4' });
    await page.deleteIncident('i');
    await page.proveIncidentsWrite();
    expect(requests).toEqual([]);
    expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /maintenances',
      'PATCH /maintenances/w',
      'DELETE /maintenances/w',
      'POST /incidents',
      'PATCH /incidents/i',
      'POST /incidents/i/updates',
      'DELETE /incidents/i',
      'PATCH /incidents/00000000-0000-0000-0000-000000000000',
    ]);
    expect(calls[1]?.body).toEqual({ end_at: '2026-03-14T12:30:00Z' });
  });

  test('gives back what would have been opened, under no id', async () => {
    const { page } = dryScene();
    const seen = { id: 'none', pageId: 'p', title: 't', message: 'm', showsMessage: true };
    expect(await page.createWindow(window)).toEqual({
      ...seen,
      kind: 'maintenance',
      createdAt: undefined,
      startAt,
      endAt,
    });
    expect(await page.createIncident(incident)).toMatchObject({
      ...seen,
      kind: 'incident',
      state: '1',
      timeline: [{ message: 'm', state: '1' }],
    });
  });

  test('still reads', async () => {
    const { page, calls } = dryScene([answer(200, [{ id: 'a', slug: 's' }])]);
    expect(await page.fetchPages()).toMatchObject([{ id: 'a', url: 'https://s.statuspage.me' }]);
    expect(calls).toEqual([]);
  });
});
