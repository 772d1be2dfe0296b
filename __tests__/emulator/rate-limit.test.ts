import { expect, test } from '@jest/globals';
import { sampleKey } from '../../src/emulator/sample.ts';
import { start, wholeWindow } from './support.ts';

const twoAMinute = { requests: 2, seconds: 60, retryAfter: true };
const post = ['POST', '/maintenances', wholeWindow] as const;

test('a key is refused beyond its limit, learns when to try again, and is accepted then', async () => {
  const { emulator, send, clock } = start({ rateLimit: twoAMinute });
  await send(...post);
  clock.advance(20_000);
  await send(...post);
  const refused = await send(...post);
  expect(refused).toMatchObject({ status: 429, text: '{"error":"Too Many Requests"}' });
  expect(refused.headers.get('retry-after')).toBe('40');
  expect(emulator.windows()).toHaveLength(2);
  clock.advance(40_000);
  expect((await send(...post)).status).toBe(201);
});

test('a refusal may keep to itself when to come again', async () => {
  const { send } = start({ rateLimit: { ...twoAMinute, retryAfter: false } });
  const statuses = [await send(...post), await send(...post), await send(...post)];
  expect(statuses.map(({ status }) => status)).toEqual([201, 201, 429]);
  expect(statuses[2]?.headers.has('retry-after')).toBe(false);
});

test('each key has a limit of its own, and one that is unknown uses up none', async () => {
  const keys = [
    { key: sampleKey, name: 'one', scopes: [] },
    { key: 'spk_other', name: 'other', scopes: [] },
  ];
  const { send } = start({ keys, rateLimit: twoAMinute });
  for (const status of [401, 401, 401]) expect((await send(...post, { key: 'spk_unknown' })).status).toBe(status);
  for (const status of [201, 201, 429]) expect((await send(...post)).status).toBe(status);
  expect((await send(...post, { key: 'spk_other' })).status).toBe(201);
});

test('there is none unless it is switched on, and a reset begins it anew', async () => {
  const { emulator, send } = start();
  for (let request = 0; request < 100; request += 1) expect((await send('GET', '/maintenances')).status).toBe(200);
  emulator.setOptions({ rateLimit: { ...twoAMinute, requests: 1 } });
  for (const status of [200, 429]) expect((await send('GET', '/maintenances')).status).toBe(status);
  emulator.reset();
  emulator.setOptions({ rateLimit: { ...twoAMinute, requests: 1 } });
  expect((await send('GET', '/maintenances')).status).toBe(200);
});
