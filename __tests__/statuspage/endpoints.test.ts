import { describe, expect, test } from '@jest/globals';
import { scopes } from '../../src/domain/scope.ts';
import type { StatusPage } from '../../src/statuspage/client.ts';
import { StatusPageError } from '../../src/statuspage/errors.ts';
import { answer, scene } from './fake-wire.ts';

/** Every endpoint of the authenticated API with the scope it asks for, as StatusPage.me's help centre documents them. */
const documented = [
  'GET /incidents?status_page_id&limit — incidents:read',
  'GET /incidents/:id — incidents:read',
  'POST /incidents — incidents:write',
  'PATCH /incidents/:id — incidents:write',
  'POST /incidents/:id/updates — incidents:write',
  'DELETE /incidents/:id — incidents:write',
  'GET /maintenances?status_page_id — maintenances:read',
  'GET /maintenances/:id — maintenances:read',
  'POST /maintenances — maintenances:write',
  'PATCH /maintenances/:id — maintenances:write',
  'DELETE /maintenances/:id — maintenances:write',
  'GET /monitors — monitors:read',
  'GET /monitors/:id — monitors:read',
  'GET /monitors/:id/availability?period — analytics:read',
  'GET /status-pages — status-pages:read',
  'GET /status-pages/:id — status-pages:read',
];

const id = '7';
const startAt = new Date('2026-03-14T12:00:00Z');
const texts = { pageId: 'p', title: 't', message: 'm', notifySubscribers: false };

type Ask = (page: StatusPage) => Promise<unknown>;

/** Every method that stands for an endpoint. */
const methods = {
  fetchIncidents: (page) => page.fetchIncidents('p'),
  fetchIncident: (page) => page.fetchIncident(id),
  createIncident: (page) => page.createIncident({ ...texts, componentId: undefined, state: '1' }),
  changeIncident: (page) => page.changeIncident(id, { title: 't' }),
  addEntry: (page) => page.addEntry(id, { state: '4' }),
  deleteIncident: (page) => page.deleteIncident(id),
  fetchWindows: (page) => page.fetchWindows('p'),
  fetchWindow: (page) => page.fetchWindow(id),
  createWindow: (page) => page.createWindow({ ...texts, startAt, endAt: startAt }),
  changeWindow: (page) => page.changeWindow(id, { endAt: startAt }),
  deleteWindow: (page) => page.deleteWindow(id),
  fetchMonitors: (page) => page.fetchMonitors(),
  fetchMonitor: (page) => page.fetchMonitor(id),
  fetchAvailability: (page) => page.fetchAvailability(id, '30d'),
  fetchPages: (page) => page.fetchPages(),
  fetchPage: (page) => page.fetchPage(id),
} as const satisfies Partial<Record<keyof StatusPage, Ask>>;

/** What a client has besides: time, and questions about scopes that go to the endpoints above. */
const others = ['until', 'within', 'serverNow', 'wait', 'leftMs', 'clockOffsetMs', 'proveIncidentsWrite', 'probeScope'];

/** The one request that is sent, in the words of the documentation. */
async function endpointOf(ask: Ask): Promise<string> {
  const { page, requests } = scene([answer(403)]);
  const refusal = await ask(page).catch((error: unknown) => error);
  if (!(refusal instanceof StatusPageError)) throw new Error('the call was not refused');
  const [request] = requests;
  const path = request?.url.pathname.replace('/user/api/v1', '').replace(`/${id}`, '/:id');
  const query = [...(request?.url.searchParams.keys() ?? [])].join('&');
  return `${request?.method} ${path}${query && `?${query}`} — ${refusal.call.scope}`;
}

test('every documented endpoint has one method that asks it with its scope, and no method asks anything else', async () => {
  const asked = await Promise.all(Object.values(methods).map(endpointOf));
  expect(asked.toSorted()).toEqual(documented.toSorted());
});

test('a client has no method that was left out here', () => {
  const { page } = scene([]);
  const all = Object.entries(page).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));
  expect(all.toSorted()).toEqual([...Object.keys(methods), ...others].toSorted());
});

describe('the scope', () => {
  test.each(scopes)('%s is asked for by an endpoint', (scope) => {
    expect(documented.filter((line) => line.endsWith(` ${scope}`))).not.toEqual([]);
  });

  test.each(scopes)(
    '%s is probed at an endpoint that asks for it, without a body that could change anything',
    async (scope) => {
      const { page, requests } = scene([answer(404)]);
      expect(await page.probeScope(scope)).toEqual({ grant: 'granted' });
      const [{ method, url, body } = { method: '', url: new URL('x:'), body: '' }] = requests;
      const path = url.pathname.replace('/user/api/v1', '').replace(/\/(0|[0-]{36})(?=\/|$)/, '/:id');
      const lines = documented.map((line) => line.replace(/\?\S+/, ''));
      expect(lines).toContain(`${method} ${path} — ${scope}`);
      expect([method, body]).toEqual(scope.endsWith(':write') ? ['PATCH', '{}'] : ['GET', undefined]);
    },
  );
});
