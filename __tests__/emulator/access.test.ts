import { describe, expect, test } from '@jest/globals';
import type { Key } from '../../src/emulator/account.ts';
import { scopes } from '../../src/emulator/account.ts';
import { acme, acmeComponent, beta, start, wholeIncident, wholeWindow } from './support.ts';

const keyed = (key: Partial<Key>) => start({ keys: [{ key: 'spk_limited', scopes: [], ...key }] });
const how = { key: 'spk_limited' };

describe('the key', () => {
  test.each(['Bearer', 'bearer', 'BEARER'])('is taken from "Authorization: %s spk_…"', async (scheme) => {
    const { send } = start();
    const how = { headers: { authorization: `${scheme} spk_emulator` } };
    expect((await send('GET', '/monitors', undefined, how)).status).toBe(200);
  });

  test.each(scopes.map((scope) => [scope]))('exists for the scope %s from the start', async (scope) => {
    const { emulator, send } = start();
    const { key } = emulator.options().keys.find(({ scopes }) => scopes.join() === scope) ?? { key: '' };
    expect((await send('GET', '/incidents', undefined, { key })).status).toBe(scope === 'incidents:read' ? 200 : 403);
  });

  test('is taken from "X-API-Key: spk_…"', async () => {
    const { send } = start();
    expect((await send('GET', '/monitors', undefined, { headers: { 'x-api-key': 'spk_emulator' } })).status).toBe(200);
  });

  test.each<[string, Record<string, string>]>([
    ['missing', {}],
    ['unknown', { authorization: 'Bearer spk_other' }],
    ['unknown in the other header', { 'x-api-key': 'spk_other' }],
    ['without its scheme', { authorization: 'spk_emulator' }],
    ['of another scheme', { authorization: 'Basic spk_emulator' }],
    ['empty', { 'x-api-key': '' }],
    ['right in one header and wrong in the other', { authorization: 'Bearer spk_emulator', 'x-api-key': 'spk_other' }],
    ['wrong in one header and right in the other', { authorization: 'Basic x', 'x-api-key': 'spk_emulator' }],
  ])('that is %s is answered 401', async (_, headers) => {
    const { send } = start();
    const { status, json } = await send('GET', '/monitors', undefined, { headers });
    expect(status).toBe(401);
    expect(json).toEqual({ error: expect.stringMatching(/API key/) });
  });

  test('is checked first: without it, an unknown path and a bad body are 401 too', async () => {
    const { send } = start();
    expect((await send('GET', '/nothing', undefined, { key: 'spk_other' })).status).toBe(401);
    expect((await send('POST', '/incidents', 'not json', { key: 'spk_other' })).status).toBe(401);
  });

  test('that has been revoked stops working at once', async () => {
    const { emulator, send } = start();
    emulator.setOptions({ keys: [] });
    expect((await send('GET', '/monitors')).status).toBe(401);
  });

  test('always begins with spk_', () => {
    expect(() => start({ keys: [{ key: 'secret', scopes: [] }] })).toThrow(/keys\[0\]\.key/);
  });
});

/** Every documented call, and the scope that the documents give it. */
const documented: [method: string, path: string, scope: Key['scopes'][number], body?: object][] = [
  ['GET', '/incidents', 'incidents:read'],
  ['GET', '/incidents/1', 'incidents:read'],
  ['POST', '/incidents', 'incidents:write', wholeIncident],
  ['PATCH', '/incidents/1', 'incidents:write', { title: 'Slow' }],
  ['POST', '/incidents/1/updates', 'incidents:write', { message: 'Better' }],
  ['DELETE', '/incidents/1', 'incidents:write'],
  ['GET', '/maintenances', 'maintenances:read'],
  ['GET', '/maintenances/1', 'maintenances:read'],
  ['POST', '/maintenances', 'maintenances:write', wholeWindow],
  ['PATCH', '/maintenances/1', 'maintenances:write', { title: 'Longer' }],
  ['DELETE', '/maintenances/1', 'maintenances:write'],
  ['GET', '/monitors', 'monitors:read'],
  ['GET', '/monitors/1', 'monitors:read'],
  ['GET', '/monitors/1/availability', 'analytics:read'],
  ['GET', '/status-pages', 'status-pages:read'],
  ['GET', '/status-pages', 'status_pages:read'],
  ['GET', `/status-pages/${acme}`, 'status-pages:read'],
  ['GET', `/status-pages/${acme}`, 'status_pages:read'],
];

/** The same in full rows: jest takes a missing value for a request to wait for `done`. */
const calls = documented.map(([method, path, scope, body]) => [method, path, scope, body] as const);

/** An emulator that holds incident 1 and window 1. */
async function filled() {
  const started = start();
  await started.send('POST', '/incidents', wholeIncident);
  await started.send('POST', '/maintenances', wholeWindow);
  return started;
}

describe('scopes', () => {
  test.each(calls)('%s %s needs %s and nothing else', async (method, path, scope, body) => {
    const { emulator, send } = await filled();
    emulator.setOptions({ keys: [{ key: 'spk_limited', scopes: [scope] }] });
    expect((await send(method, path, body, how)).status).toBeLessThan(300);
  });

  test.each(calls)('%s %s is answered 403 to a key that has every scope but %s', async (method, path, scope, body) => {
    const twins = ['status-pages:read', 'status_pages:read'];
    const others = calls
      .map(([, , other]) => other)
      .filter((other) => other !== scope && !(twins.includes(scope) && twins.includes(other)));
    const { emulator, send } = await filled();
    emulator.setOptions({ keys: [{ key: 'spk_limited', scopes: others }] });
    const before = JSON.stringify([emulator.windows(), emulator.incidents()]);
    expect(await send(method, path, body, how)).toMatchObject({
      status: 403,
      json: { error: 'API key lacks required scope' },
    });
    expect(JSON.stringify([emulator.windows(), emulator.incidents()])).toBe(before);
  });

  test.each(calls)('%s %s: an empty list of scopes means full access', async (method, path, _scope, body) => {
    const { send } = await filled();
    expect((await send(method, path, body)).status).toBeLessThan(300);
  });

  test('a key that lacks the scope gets 403 before the record is searched', async () => {
    const { send } = keyed({ scopes: ['incidents:read', 'maintenances:read'] });
    for (const path of ['/incidents/999', '/maintenances/999']) {
      expect((await send('PATCH', path, { title: 'Slow' }, how)).status).toBe(403);
      expect((await send('PATCH', path, {}, how)).status).toBe(403);
      expect((await send('DELETE', path, undefined, how)).status).toBe(403);
    }
  });

  test('with the scope, a write to a record that does not exist is answered 404', async () => {
    const { send } = keyed({ scopes: ['incidents:write', 'maintenances:write'] });
    for (const path of ['/incidents/999', '/maintenances/999']) {
      expect((await send('PATCH', path, { title: 'Slow' }, how)).status).toBe(404);
      expect((await send('DELETE', path, undefined, how)).status).toBe(404);
    }
  });

  test.each([
    ['hyphen', 'status-pages:read', 'status_pages:read'],
    ['underscore', 'status_pages:read', 'status-pages:read'],
  ] as const)('a server that knows only the %s wants %s', async (pagesScope, right, wrong) => {
    const keys: Key[] = [
      { key: 'spk_right', scopes: [right] },
      { key: 'spk_wrong', scopes: [wrong] },
    ];
    const { emulator, send } = start({ pagesScope, keys });
    expect((await send('GET', '/status-pages', undefined, { key: 'spk_right' })).status).toBe(200);
    expect((await send('GET', '/status-pages', undefined, { key: 'spk_wrong' })).status).toBe(403);
    expect(emulator.journal().map(({ scope }) => scope)).toEqual([right, right]);
  });

  test.each([
    ['analytics:read', 200, 403],
    ['monitors:read', 403, 200],
    ['either', 200, 200],
  ] as const)('availability may need %s', async (availabilityScope, analytics, monitors) => {
    const keys: Key[] = [
      { key: 'spk_analytics', scopes: ['analytics:read'] },
      { key: 'spk_monitors', scopes: ['monitors:read'] },
    ];
    const { send } = start({ availabilityScope, keys });
    expect((await send('GET', '/monitors/1/availability', undefined, { key: 'spk_analytics' })).status).toBe(analytics);
    expect((await send('GET', '/monitors/1/availability', undefined, { key: 'spk_monitors' })).status).toBe(monitors);
  });
});

describe('team roles', () => {
  test('a viewer reads', async () => {
    const { send } = keyed({ role: 'viewer' });
    expect((await send('GET', '/incidents', undefined, how)).status).toBe(200);
  });

  test('a viewer does not write, whatever the scopes of the key, and whether the record exists or not', async () => {
    const { emulator, send } = keyed({ role: 'viewer' });
    expect((await send('POST', '/incidents', wholeIncident, how)).status).toBe(403);
    expect((await send('DELETE', '/maintenances/999', undefined, how)).status).toBe(403);
    expect(emulator.incidents()).toEqual([]);
  });

  test('an editor writes incidents and maintenances', async () => {
    const { send } = keyed({ role: 'editor' });
    expect((await send('POST', '/incidents', wholeIncident, how)).status).toBe(201);
    expect((await send('POST', '/maintenances', wholeWindow, how)).status).toBe(201);
  });
});

describe('pages that the key does not see', () => {
  const onlyBeta = {
    keys: [
      { key: 'spk_emulator', scopes: [] },
      { key: 'spk_limited', scopes: [], pages: [beta] },
    ],
  };

  test('are left out of lists, with their records and monitors', async () => {
    const { send } = start(onlyBeta);
    await send('POST', '/incidents', wholeIncident);
    await send('POST', '/maintenances', wholeWindow);
    expect((await send('GET', '/status-pages', undefined, how)).json).toMatchObject({
      data: [{ id: beta }],
      meta: { count: 1 },
    });
    expect((await send('GET', '/monitors', undefined, how)).json).toMatchObject({
      data: [{ status_page_id: beta }],
      meta: { count: 1 },
    });
    expect((await send('GET', '/incidents', undefined, how)).json).toEqual({ data: [], meta: { count: 0 } });
    expect((await send('GET', '/maintenances', undefined, how)).json).toEqual({ data: [], meta: { count: 0 } });
  });

  test.each<[string, string, object | undefined]>([
    ['GET', `/status-pages/${acme}`, undefined],
    ['GET', `/incidents?status_page_id=${acme}`, undefined],
    ['GET', `/maintenances?status_page_id=${acme}`, undefined],
    ['GET', '/monitors/1', undefined],
    ['GET', '/monitors/1/availability', undefined],
    ['GET', '/incidents/1', undefined],
    ['GET', '/maintenances/1', undefined],
    ['DELETE', '/incidents/1', undefined],
    ['DELETE', '/maintenances/1', undefined],
    ['PATCH', '/incidents/1', { title: 'Mine' }],
    ['PATCH', '/maintenances/1', { title: 'Mine' }],
    ['POST', '/incidents/1/updates', { message: 'Mine' }],
    ['POST', '/incidents', wholeIncident],
    ['POST', '/incidents', { component_id: acmeComponent, title: 'Mine' }],
    ['POST', '/maintenances', wholeWindow],
  ])('%s %s is answered 404: missing and not yours look alike', async (method, path, body) => {
    const { emulator, send } = start(onlyBeta);
    await send('POST', '/incidents', wholeIncident);
    await send('POST', '/maintenances', wholeWindow);
    const before = JSON.stringify([emulator.windows(), emulator.incidents()]);
    expect((await send(method, path, body, how)).status).toBe(404);
    expect(JSON.stringify([emulator.windows(), emulator.incidents()])).toBe(before);
  });
});
