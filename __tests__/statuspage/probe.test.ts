import { describe, expect, test } from '@jest/globals';
import { type Scope, scopes } from '../../src/domain/scope.ts';
import { createEmulator, type Emulator, type EmulatorOptions } from '../../src/emulator/emulator.ts';
import { sampleKey } from '../../src/emulator/sample.ts';
import type { StatusPage } from '../../src/statuspage/client.ts';
import type { Call } from '../../src/statuspage/failed-call.ts';
import { sendTo } from '../support/send-to.ts';
import { answer, broken, scene, type Turn } from './fake-wire.ts';

/** No request of these takes any time, so nobody waits for its end. */
const clock = { now: () => new Date(), sleep: () => new Promise<void>(() => {}) };

type Key = NonNullable<EmulatorOptions['keys']>[number];

function emulate(key: Partial<Key>, switches: EmulatorOptions = {}): { emulator: Emulator; page: StatusPage } {
  const emulator = createEmulator({ ...switches, keys: [{ key: sampleKey, scopes: [], ...key }] });
  return { emulator, page: scene([], { apiKey: sampleKey, send: sendTo(emulator, clock) }).page };
}

/** The scopes that a client finds, asked side by side. */
async function grantedTo(page: StatusPage): Promise<readonly Scope[]> {
  const found = await Promise.all(scopes.map(async (scope) => [scope, (await page.probeScope(scope)).grant] as const));
  expect(found.filter(([, grant]) => grant === 'unknown')).toEqual([]);
  return found.filter(([, grant]) => grant === 'granted').map(([scope]) => scope);
}

const switches: EmulatorOptions[] = [
  {},
  { malformedIdStatus: 400, checkFirst: 'body' },
  { checkFirst: 'body' },
  { ids: 'uuid', envelope: 'bare', pagesScope: 'hyphen' },
];

describe.each(switches)('if the server is %j', (change) => {
  test.each(scopes)('a key with %s alone has this one and no other', async (scope) => {
    expect(await grantedTo(emulate({ scopes: [scope] }, change).page)).toEqual([scope]);
  });

  test('a key with full access has all, and nothing is written', async () => {
    const { emulator, page } = emulate({ scopes: [] }, change);
    expect(await grantedTo(page)).toEqual(scopes);
    expect([emulator.incidents(), emulator.windows(), emulator.mails()]).toEqual([[], [], []]);
    expect(emulator.journal().filter(({ worked }) => worked)).toEqual([]);
    expect(emulator.journal()).toHaveLength(scopes.length);
  });

  test('a key with a scope that no endpoint asks for has none', async () => {
    expect(await grantedTo(emulate({ scopes: ['monitors:write'] }, change).page)).toEqual([]);
  });
});

test('the other spelling of the scope for pages is found too', async () => {
  const { page } = emulate({ scopes: ['status_pages:read'] }, { pagesScope: 'underscore' });
  expect(await grantedTo(page)).toEqual(['status-pages:read']);
});

test('a viewer of the team may only read, whatever the key says', async () => {
  const { page } = emulate({ role: 'viewer' });
  expect(await grantedTo(page)).toEqual(scopes.filter((scope) => scope.endsWith(':read')));
});

describe.each(['incidents:read', 'incidents:write'] as const)('the answer to the probe of %s', (scope) => {
  test.each([
    [200, 'granted'],
    [204, 'granted'],
    [404, 'granted'],
    [400, 'granted'],
    [403, 'missing'],
    [302, 'unknown'],
    [405, 'unknown'],
    [422, 'granted'],
    [500, 'unknown'],
    [503, 'unknown'],
  ] as const)('%i says that it is: %s', async (status, grant) => {
    const { page, requests } = scene([answer(status, status < 300 ? '' : { error: 'No' })]);
    expect(await page.probeScope(scope)).toMatchObject({ grant });
    expect(requests).toHaveLength(1);
  });

  test.each<[string, Turn]>([
    ['a rate limit', answer(429)],
    ['a lost answer', broken('reset', true)],
    ['a name that is not known', broken('unknown-host', false)],
  ])('is not known after %s, once the time is over', async (_name, turn) => {
    const { page } = scene(Array.from({ length: 6 }, () => turn));
    expect(await page.probeScope(scope)).toMatchObject({ grant: 'unknown' });
  });

  test('is asked for again if the server was busy for a moment', async () => {
    expect(
      await scene([answer(429), broken('reset', true), answer(403, { error: 'No' })]).page.probeScope(scope),
    ).toMatchObject({ grant: 'missing' });
  });

  test('is not known if something in front of the API answered, and explains why', async () => {
    const { page } = scene([answer(403, '<html><title>Access denied</title>')]);
    expect(await page.probeScope(scope)).toMatchObject({ grant: 'unknown', cause: { code: 'blocked' } });
  });

  test('is not known if a success says that it failed', async () => {
    const { page } = scene([answer(200, { success: false, error: 'Insufficient scope' })]);
    expect(await page.probeScope(scope)).toMatchObject({ grant: 'unknown' });
  });

  test('is thrown if the key itself is refused', async () => {
    const refusal = { code: 'unauthorized', call: { scope } };
    await expect(scene([answer(401)]).page.probeScope(scope)).rejects.toMatchObject(refusal);
  });

  test('does not hide a defect of our own', async () => {
    await expect(scene([]).page.probeScope(scope)).rejects.toThrow('nobody expected');
  });
});

test('in a dry run the scopes for writing are printed and not tested, those for reading are tested', async () => {
  const calls: Call[] = [];
  const { page, requests } = scene([answer(404)], { dryRun: (call) => calls.push(call) });
  expect(await page.probeScope('maintenances:write')).toMatchObject({ grant: 'unknown' });
  expect(await page.probeScope('maintenances:read')).toMatchObject({ grant: 'granted' });
  expect(calls).toMatchObject([{ method: 'PATCH', scope: 'maintenances:write', body: {} }]);
  expect(requests.map(({ method }) => method)).toEqual(['GET']);
});
