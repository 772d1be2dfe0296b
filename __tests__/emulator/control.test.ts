import { describe, expect, test } from '@jest/globals';
import { acme, origin, start, wholeIncident, wholeWindow } from './support.ts';

describe('the controls over HTTP', () => {
  test('add, list and clear faults', async () => {
    const { control, emulator } = start();
    const rule = { kind: 'status', status: 503, match: { method: 'POST' } };
    expect(await control('POST', '/faults', rule)).toMatchObject({ status: 200, json: { faults: [rule] } });
    expect((await control('GET', '/faults')).json).toEqual({ faults: [rule] });
    expect(emulator.faults()).toEqual([rule]);
    expect((await control('DELETE', '/faults')).json).toEqual({ faults: [] });
    expect(emulator.faults()).toEqual([]);
  });

  test('show the journal', async () => {
    const { control, emulator, send } = start();
    await send('POST', '/incidents', wholeIncident);
    expect((await control('GET', '/journal')).json).toEqual({ journal: emulator.journal() });
    expect(emulator.journal()).toHaveLength(1);
  });

  test('show what exists', async () => {
    const { control, send } = start();
    await send('POST', '/incidents', { ...wholeIncident, notify_subscribers: true });
    await send('POST', '/maintenances', wholeWindow);
    expect((await control('GET', '/state')).json).toMatchObject({
      windows: [{ id: 1, statusPageId: acme, state: 'active' }],
      incidents: [{ id: 1, state: 'investigating' }],
      mails: [{ kind: 'incident', id: 1 }],
    });
  });

  test('show and change options, and never show a key', async () => {
    const { control, emulator, send } = start();
    expect((await control('PATCH', '/options', { ids: 'uuid' })).json).toMatchObject({ ids: 'uuid' });
    expect(emulator.options().ids).toBe('uuid');
    const keys = [{ key: 'spk_new', scopes: [] }];
    expect((await control('PATCH', '/options', { keys })).text).not.toContain('spk_');
    expect((await control('GET', '/options')).text).not.toContain('spk_');
    expect((await send('GET', '/incidents', undefined, { key: 'spk_new' })).status).toBe(200);
  });

  test('reset everything', async () => {
    const { control, emulator, send } = start();
    await send('POST', '/incidents', wholeIncident);
    expect((await control('POST', '/reset', {})).status).toBe(200);
    expect([emulator.incidents(), emulator.journal()]).toEqual([[], []]);
  });

  test.each<[string, string, unknown, RegExp]>([
    ['PATCH', '/options', { colour: 'red' }, /colour/],
    ['PATCH', '/options', null, /options/],
    ['POST', '/faults', { kind: 'earthquake' }, /fault/],
  ])('%s %s with %j is answered 400 and says why', async (method, path, body, why) => {
    const { control } = start();
    expect(await control(method, path, body)).toMatchObject({
      status: 400,
      json: { error: expect.stringMatching(why) },
    });
  });

  test('need the content type JSON, so that a foreign web page cannot use them', async () => {
    const { control, emulator } = start();
    emulator.addFault({ kind: 'silence' });
    for (const path of ['faults', 'reset']) {
      const body = JSON.stringify({ kind: 'reset' });
      const outcome = await emulator.answer(new Request(`${origin}/emulator/${path}`, { method: 'POST', body }));
      expect(outcome).toMatchObject({ kind: 'reply', response: { status: 400 } });
      expect((await control('POST', `/${path}`)).status).toBe(400);
    }
    expect(emulator.faults()).toEqual([{ kind: 'silence' }]);
  });

  test('answer what they do not know with 404, as JSON', async () => {
    const { control } = start();
    expect(await control('GET', '/nothing')).toMatchObject({ status: 404, json: { error: 'Not found' } });
  });

  test('need no key, and no fault applies to them', async () => {
    const { control, emulator } = start();
    emulator.addFault({ kind: 'reset', times: 'always' });
    expect((await control('GET', '/state')).status).toBe(200);
  });
});
