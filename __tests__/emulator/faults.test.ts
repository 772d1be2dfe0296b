import { describe, expect, test } from '@jest/globals';
import type { FaultRule } from '../../src/emulator/faults.ts';
import { noon, start, wholeIncident, wholeWindow } from './support.ts';

/** A new incident while one fault waits: the answer, what the emulator holds, and what its journal says. */
async function createUnder(fault: FaultRule) {
  const started = start();
  started.emulator.addFault(fault);
  const outcome = await started.meet('POST', '/incidents', wholeIncident);
  const [entry] = started.emulator.journal();
  return { ...started, outcome, entry, created: started.emulator.incidents().length };
}

async function replyUnder(fault: FaultRule) {
  const { outcome, ...rest } = await createUnder(fault);
  if (outcome.kind !== 'reply') throw new Error(`no reply but ${outcome.kind}`);
  const { status, headers } = outcome.response;
  return { ...rest, status, headers, text: await outcome.response.text() };
}

describe('faults in place of an answer', () => {
  test.each([
    ['before', 0],
    ['after', 1],
  ] as const)('a status %s the work', async (when, created) => {
    const seen = await replyUnder({ kind: 'status', status: 503, when });
    expect(seen).toMatchObject({ status: 503, text: '{"error":"Service Unavailable"}', created });
    expect(seen.headers.get('content-type')).toBe('application/json');
    expect(seen.entry).toMatchObject({ status: 503, worked: created === 1, faults: ['status'] });
    expect(seen.headers.get('date')).toBe('Sat, 14 Mar 2026 12:00:00 GMT');
  });

  test('a status strikes before the work unless said otherwise', async () => {
    expect(await replyUnder({ kind: 'status', status: 500 })).toMatchObject({ status: 500, created: 0 });
  });

  test('a status with a text and headers of its own', async () => {
    const headers = { 'content-type': 'text/plain', 'retry-after': 'soon', date: 'yesterday' };
    const seen = await replyUnder({ kind: 'status', status: 403, text: 'temporarily blocked', headers });
    expect(seen).toMatchObject({ status: 403, text: 'temporarily blocked' });
    for (const [name, value] of Object.entries(headers)) expect(seen.headers.get(name)).toBe(value);
  });

  test.each([
    [599, '{"error":"Error"}'],
    [204, ''],
    [304, ''],
  ])('the status %i has the body %s', async (status, text) => {
    expect(await replyUnder({ kind: 'status', status })).toMatchObject({ status, text });
  });

  test.each([
    ['before', 0],
    ['after', 1],
  ] as const)('HTML of a proxy %s the work', async (when, created) => {
    const seen = await replyUnder({ kind: 'html', when });
    expect(seen).toMatchObject({ status: 502, text: expect.stringContaining('<h1>502 Bad Gateway</h1>'), created });
    expect(seen.headers.get('content-type')).toBe('text/html');
  });

  test('HTML may come with any status', async () => {
    expect(await replyUnder({ kind: 'html', status: 200 })).toMatchObject({ status: 200, created: 0 });
    expect(await replyUnder({ kind: 'html', status: 599 })).toMatchObject({
      text: expect.stringContaining('<h1>599 </h1>'),
    });
  });

  test.each<[Partial<FaultRule>, string | null]>([
    [{ retryAfterSeconds: 7 }, '7'],
    [{ retryAfterSeconds: 7, as: 'seconds' }, '7'],
    [{ retryAfterSeconds: 7, as: 'date' }, 'Sat, 14 Mar 2026 12:00:07 GMT'],
    [{}, null],
  ])('429 with %j says Retry-After: %s', async (fields, retryAfter) => {
    const seen = await replyUnder({ kind: 'rate-limit', ...fields } as FaultRule);
    expect(seen).toMatchObject({ status: 429, text: '{"error":"Too Many Requests"}', created: 0 });
    expect(seen.headers.get('retry-after')).toBe(retryAfter);
  });

  test('a redirect points elsewhere', async () => {
    const seen = await replyUnder({ kind: 'redirect', location: 'https://elsewhere.example/' });
    expect(seen).toMatchObject({ status: 302, text: '', created: 0 });
    expect(seen.headers.get('location')).toBe('https://elsewhere.example/');
    expect(await replyUnder({ kind: 'redirect', location: '/', status: 308 })).toMatchObject({ status: 308 });
  });

  test.each(['reset', 'silence'] as const)('%s before or after the work', async (kind) => {
    const before = await createUnder({ kind });
    expect(before).toMatchObject({
      outcome: { kind, worked: false },
      created: 0,
      entry: { status: null, worked: false },
    });
    const after = await createUnder({ kind, when: 'after' });
    expect(after).toMatchObject({ outcome: { kind, worked: true }, created: 1, entry: { status: null, worked: true } });
  });

  test('work that is refused is no work', async () => {
    const { emulator, meet } = start();
    emulator.addFault({ kind: 'reset', when: 'after' });
    expect(await meet('DELETE', '/incidents/9')).toEqual({ kind: 'reset', worked: false });
  });
});

describe('faults that spoil the true answer', () => {
  const whole = JSON.stringify({ data: { id: 1 } }).length;

  test.each([
    ['in the middle', {}, Math.floor(whole / 2), whole],
    ['at once', { bytes: 0 }, 0, whole],
    ['one byte too early', { bytes: whole - 1 }, whole - 1, whole],
    ['behind its end', { bytes: 999 }, whole, whole + 1],
  ])('a body cut off %s promises more than it holds', async (_, fields, sent, promised) => {
    const { emulator, meet } = start({ createReply: 'id-only' });
    emulator.addFault({ kind: 'cut-off', ...fields });
    const outcome = await meet('POST', '/incidents', wholeIncident);
    if (outcome.kind !== 'cut-off') throw new Error(outcome.kind);
    expect(await outcome.response.text()).toBe('{"data":{"id":1}}'.slice(0, sent));
    expect(outcome.response.headers.get('content-length')).toBe(String(promised));
    expect(outcome.response.headers.get('date')).not.toBeNull();
    expect(emulator.journal()).toMatchObject([{ status: 201, worked: true, faults: ['cut-off'] }]);
  });

  test('an empty body keeps the status of the work', async () => {
    expect(await replyUnder({ kind: 'empty' })).toMatchObject({ status: 201, text: '', created: 1 });
  });

  test('a body that is called JSON and is none', async () => {
    const seen = await replyUnder({ kind: 'not-json' });
    expect(seen).toMatchObject({ status: 201, created: 1 });
    expect(seen.headers.get('content-type')).toBe('application/json');
    expect(() => JSON.parse(seen.text)).toThrow();
  });

  test('204, which may have no body, becomes 200 with one', async () => {
    const { emulator, send } = start({ deleteStatus: 204 });
    await send('POST', '/incidents', wholeIncident);
    emulator.addFault({ kind: 'not-json' });
    expect((await send('DELETE', '/incidents/1')).status).toBe(200);
    expect(emulator.incidents()).toEqual([]);
  });

  test.each(['empty', 'trickle', 'content-type'] as const)('204 under %s stays 204', async (kind) => {
    const { emulator, send } = start({ deleteStatus: 204 });
    await send('POST', '/incidents', wholeIncident);
    emulator.addFault({ kind });
    expect(await send('DELETE', '/incidents/1')).toMatchObject({ status: 204, text: '' });
  });

  test('a body that is too large is still JSON', async () => {
    const { emulator, send } = start();
    emulator.addFault({ kind: 'too-large', bytes: 100_000 });
    const { text, json } = await send('POST', '/incidents', { ...wholeIncident, title: 'Später' });
    expect(Buffer.byteLength(text)).toBe(100_000);
    expect(json).toMatchObject({ data: { title: 'Später' } });
  });

  test('another content type', async () => {
    const seen = await replyUnder({ kind: 'content-type' });
    expect(seen.headers.get('content-type')).toBe('text/plain');
    expect(JSON.parse(seen.text)).toMatchObject({ data: { id: 1 } });
    const other = await replyUnder({ kind: 'content-type', type: 'application/xml' });
    expect(other.headers.get('content-type')).toBe('application/xml');
  });

  test.each([
    [{}, 1000],
    [{ msPerByte: 20 }, 20],
  ])('a body that trickles with %j takes %i ms for each byte', async (fields, pace) => {
    const { clock, emulator, meet } = start({ createReply: 'id-only' });
    emulator.addFault({ kind: 'trickle', ...fields });
    const outcome = await meet('POST', '/incidents', wholeIncident);
    if (outcome.kind !== 'reply') throw new Error(outcome.kind);
    expect(clock.now()).toBe(noon);
    expect(await outcome.response.text()).toBe('{"data":{"id":1}}');
    // One pause more, before the end is known.
    expect(clock.now() - noon).toBe((whole + 1) * pace);
  });
});

describe('a pause', () => {
  test.each([
    ['before', '2026-03-14T12:00:30Z'],
    ['after', '2026-03-14T12:00:00Z'],
  ] as const)('%s the work: the answer is late, the record is of %s', async (when, created_at) => {
    const { clock, emulator, send } = start();
    emulator.addFault({ kind: 'delay', ms: 30_000, when });
    const { status, json, headers } = await send('POST', '/incidents', wholeIncident);
    expect(status).toBe(201);
    expect(json).toMatchObject({ data: { created_at } });
    expect(headers.get('date')).toBe('Sat, 14 Mar 2026 12:00:30 GMT');
    expect(clock.now()).toBe(noon + 30_000);
    expect(emulator.incidents()).toHaveLength(1);
  });

  test('may come before another fault for the same request', async () => {
    const { clock, emulator, meet } = start();
    emulator.addFault({ kind: 'delay', ms: 1000 });
    emulator.addFault({ kind: 'delay', ms: 2000, when: 'after' });
    emulator.addFault({ kind: 'reset', when: 'after' });
    emulator.addFault({ kind: 'status', status: 500 });
    expect(await meet('POST', '/incidents', wholeIncident)).toEqual({ kind: 'reset', worked: true });
    expect(clock.now()).toBe(noon + 3000);
    expect(emulator.incidents()).toHaveLength(1);
    expect(emulator.journal()).toMatchObject([{ faults: ['delay', 'delay', 'reset'] }]);
    expect(emulator.faults()).toEqual([{ kind: 'status', status: 500 }]);
  });
});

describe('which requests a fault applies to', () => {
  /** The statuses of five requests: a list, two creations, an update, and a list of windows. */
  async function statuses(...rules: FaultRule[]) {
    const { emulator, send } = start();
    for (const rule of rules) emulator.addFault(rule);
    await send('GET', '/incidents?limit=5');
    await send('POST', '/incidents', wholeIncident);
    await send('POST', '/incidents', wholeIncident);
    await send('POST', '/incidents/1/updates', { message: 'x' });
    await send('POST', '/maintenances', wholeWindow);
    return emulator.journal().map(({ status }) => status);
  }
  const fault = { kind: 'status', status: 500 } as const;

  test.each<[string, FaultRule, (number | null)[]]>([
    ['the next request', fault, [500, 201, 201, 201, 201]],
    ['two requests', { ...fault, times: 2 }, [500, 500, 201, 201, 201]],
    ['all requests', { ...fault, times: 'always' }, [500, 500, 500, 500, 500]],
    ['a method', { ...fault, match: { method: 'POST' } }, [200, 500, 201, 201, 201]],
    [
      'the beginning of a path',
      { ...fault, times: 'always', match: { path: '/incidents' } },
      [500, 500, 500, 500, 201],
    ],
    [
      'a path that an expression describes',
      { ...fault, match: { path: '^/incidents/\\d+/updates$' } },
      [200, 201, 201, 500, 201],
    ],
    [
      'a path without its query',
      { ...fault, times: 'always', match: { path: '^/incidents$' } },
      [500, 500, 500, 404, 201],
    ],
    [
      'what stands in the body',
      { ...fault, times: 'always', match: { body: '"message":"x"' } },
      [200, 201, 201, 500, 201],
    ],
    [
      'the second that matches',
      { ...fault, match: { method: 'POST', path: '^/incidents$', nth: 2 } },
      [200, 201, 500, 201, 201],
    ],
    ['the third and the fourth', { ...fault, match: { nth: 3 }, times: 2 }, [200, 201, 500, 500, 201]],
  ])('%s', async (_, rule, expected) => {
    expect(await statuses(rule)).toEqual(expected);
  });

  test('rules are used up in their order', async () => {
    expect(await statuses(fault, { kind: 'status', status: 502 }, { kind: 'rate-limit' })).toEqual([
      500, 502, 429, 404, 201,
    ]);
  });

  test('rules that wait are listed, those that are used up are not', async () => {
    const { emulator, send } = start();
    emulator.addFault({ kind: 'reset', match: { method: 'DELETE' } });
    emulator.addFault(fault);
    await send('GET', '/incidents');
    expect(emulator.faults()).toEqual([{ kind: 'reset', match: { method: 'DELETE' } }]);
    emulator.clearFaults();
    expect(emulator.faults()).toEqual([]);
  });

  test.each<[string, object]>([
    ['an unknown kind', { kind: 'earthquake' }],
    ['an unknown field', { kind: 'reset', whan: 'after' }],
    ['a status that HTTP has not', { kind: 'status', status: 99 }],
    ['a path that is neither', { kind: 'reset', match: { path: 'incidents' } }],
    ['a broken expression', { kind: 'reset', match: { path: '^(' } }],
    ['no times at all', { kind: 'reset', times: 0 }],
  ])('%s is an error', (_, rule) => {
    const { emulator } = start();
    expect(() => emulator.addFault(rule as FaultRule)).toThrow(/Emulator fault/);
    expect(emulator.faults()).toEqual([]);
  });
});
