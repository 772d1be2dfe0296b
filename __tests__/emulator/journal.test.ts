import { describe, expect, test } from '@jest/globals';
import { acme, noon, start, wholeIncident } from './support.ts';

describe('the journal', () => {
  test('holds every request to the API in its order, with what was asked and what was answered', async () => {
    const { clock, emulator, send } = start();
    await send('POST', '/incidents', wholeIncident);
    clock.advance(1500);
    await send('GET', `/incidents?status_page_id=${acme}&limit=200`, undefined, {
      headers: { 'x-api-key': 'spk_emulator' },
    });
    expect(emulator.journal()).toEqual([
      {
        at: noon,
        method: 'POST',
        path: '/incidents',
        auth: 'authorization',
        key: 'sample key',
        scope: 'incidents:write',
        body: wholeIncident,
        worked: true,
        status: 201,
        faults: [],
      },
      {
        at: noon + 1500,
        method: 'GET',
        path: `/incidents?status_page_id=${acme}&limit=200`,
        auth: 'x-api-key',
        key: 'sample key',
        scope: 'incidents:read',
        worked: true,
        status: 200,
        faults: [],
      },
    ]);
  });

  test('never holds the key', async () => {
    const { emulator, send } = start();
    await send('GET', '/incidents');
    await send('GET', '/incidents', undefined, {
      headers: { authorization: 'Bearer spk_emulator', 'x-api-key': 'spk_emulator' },
    });
    await send('GET', '/incidents', undefined, { headers: {} });
    expect(emulator.journal().map(({ auth, status }) => [auth, status])).toEqual([
      ['authorization', 200],
      ['both', 200],
      ['none', 401],
    ]);
    expect(JSON.stringify(emulator.journal())).not.toContain('spk_');
  });

  test('shows how far a refused request came', async () => {
    const { emulator, send } = start({ keys: [{ key: 'spk_limited', scopes: ['incidents:read'] }] });
    const key = 'spk_limited';
    await send('GET', '/incidents', undefined, { key: 'spk_other' });
    await send('POST', '/incidents', wholeIncident, { key });
    await send('GET', '/incidents/9', undefined, { key });
    await send('GET', '/nowhere', undefined, { key });
    expect(emulator.journal()).toMatchObject([
      { status: 401, key: null, scope: null, worked: false },
      { status: 403, key: 'unnamed key', scope: 'incidents:write', worked: false },
      { status: 404, key: 'unnamed key', scope: 'incidents:read', worked: false },
      { status: 404, key: 'unnamed key', scope: null, worked: false },
    ]);
  });

  test('holds a body that is not JSON as text', async () => {
    const { emulator, send } = start();
    await send('POST', '/incidents', '{"title"');
    expect(emulator.journal()).toMatchObject([{ status: 400, body: '{"title"' }]);
  });

  test('shows a request that is still under way', async () => {
    let proceed = () => {};
    const waiting = new Promise<void>((resolve) => {
      proceed = resolve;
    });
    const { emulator, send } = start({ clock: { now: () => noon, sleep: () => waiting } });
    emulator.addFault({ kind: 'delay', ms: 1000 });
    const answer = send('POST', '/incidents', wholeIncident);
    await new Promise(setImmediate);
    expect(emulator.journal()).toMatchObject([{ path: '/incidents', status: null, worked: false, faults: ['delay'] }]);
    proceed();
    expect((await answer).status).toBe(201);
    expect(emulator.journal()).toMatchObject([{ status: 201, worked: true }]);
  });

  test('keeps a request that met a defect of the emulator, which is not dressed up as an answer', async () => {
    const times = [noon];
    const now = () => times.pop() ?? Number.NaN;
    const { emulator, send } = start({ clock: { now, sleep: async () => {} } });
    await expect(send('POST', '/incidents', wholeIncident)).rejects.toThrow('Invalid time value');
    expect(emulator.journal()).toMatchObject([{ status: null, worked: false }]);
  });

  test('leaves out visits to status pages and the use of the controls', async () => {
    const { control, emulator, visit } = start();
    await visit('/acme');
    await visit('/user/api/v10/incidents');
    await control('GET', '/journal');
    expect(emulator.journal()).toEqual([]);
  });
});
