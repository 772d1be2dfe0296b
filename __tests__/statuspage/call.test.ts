import { describe, expect, test } from '@jest/globals';
import type { StatusPage } from '../../src/statuspage/client.ts';
import { StatusPageError } from '../../src/statuspage/errors.ts';
import type { WireRequest } from '../../src/statuspage/wire.ts';
import { answer, apiKey, beginning, broken, scene } from './fake-wire.ts';

const incident = {
  pageId: 'p',
  componentId: undefined,
  title: 't',
  message: 'm',
  state: '1',
  notifySubscribers: false,
};
const read = (page: StatusPage) => page.fetchIncident('i');
const change = (page: StatusPage) => page.changeWindow('w', { title: 't' });
const drop = (page: StatusPage) => page.deleteWindow('w');
const create = (page: StatusPage) => page.createIncident(incident);
const add = (page: StatusPage) => page.addEntry('i', { message: 'm' });

const found = answer(200, { data: { id: 'i' } });

async function errorOf(promise: Promise<unknown>): Promise<StatusPageError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof StatusPageError) return error;
    throw error;
  }
  throw new Error('the call did not fail');
}

describe('what is sent', () => {
  test('is the key, what is accepted and who asks; JSON if there is a body', async () => {
    const { page, requests } = scene([found, answer(200)]);
    await read(page);
    await change(page);
    expect(requests[0]).toMatchObject({ method: 'GET', body: undefined });
    expect(requests[0]?.url.href).toBe('https://statuspage.example/user/api/v1/incidents/i');
    expect(requests[0]?.headers).toEqual({
      authorization: 'Bearer spk_secret',
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': 'statuspage-me/1.2.3',
    });
    expect(requests[1]).toMatchObject({ method: 'PATCH', body: '{"title":"t"}' });
    expect(requests[1]?.headers).toMatchObject({ 'content-type': 'application/json' });
  });

  test.each(['https://a.example/v1', 'https://a.example/v1/', 'https://a.example/v1//'])(
    'goes below %s',
    async (address) => {
      const { page, requests } = scene([answer(200, [])], { apiUrl: new URL(address) });
      await page.fetchWindows('a/b&c');
      expect(requests[0]?.url.href).toBe('https://a.example/v1/maintenances?status_page_id=a%2Fb%26c');
    },
  );

  test('has as long as one request may take, but never longer than the deadline', async () => {
    const { page, requests, clock } = scene([found, found]);
    expect(page.apiUrl.href).toBe('https://statuspage.example/user/api/v1');
    await read(page);
    clock.pass(17_000);
    await read(page);
    expect(requests.map(({ timeoutMs }) => timeoutMs)).toEqual([10_000, 3_000]);
  });
});

describe('an answer that is no success', () => {
  test.each([
    [400, 'invalid', 'refused', true],
    [401, 'unauthorized', 'refused', true],
    [403, 'blocked', 'refused', false],
    [404, 'not-found', 'refused', true],
    [300, 'redirect', 'refused', true],
    [302, 'redirect', 'refused', true],
    [304, 'redirect', 'refused', true],
    [402, 'client', 'refused', true],
    [413, 'client', 'refused', true],
    [422, 'invalid', 'refused', true],
    [303, 'redirect', 'unknown', true],
    [409, 'client', 'unknown', true],
    [408, 'server', 'unknown', false],
    [500, 'server', 'unknown', false],
    [503, 'server', 'unknown', false],
  ] as const)('%i to a create is %s, its fate is %s, and it is not repeated', async (status, code, fate, fixable) => {
    const { page, requests } = scene([answer(status)]);
    const error = await errorOf(create(page));
    expect(error).toMatchObject({ code, status, fate, fixable, attempts: 1, host: 'statuspage.example' });
    expect(error.call).toMatchObject({ method: 'POST', path: '/incidents', scope: 'incidents:write' });
    expect(requests).toHaveLength(1);
  });

  test('403 is the word of the API only with an `error`', async () => {
    const { page } = scene([answer(403, { error: 'Insufficient scope' }), answer(403, { message: 'Forbidden' })]);
    expect(await errorOf(create(page))).toMatchObject({ code: 'forbidden', fate: 'refused', fixable: true });
    expect(await errorOf(create(page))).toMatchObject({ code: 'blocked', fate: 'refused', fixable: false });
  });

  test('a success that says it failed is a refusal with its words', async () => {
    const body = { success: false, error: 'title is required' };
    const { page, requests } = scene([answer(200, body), answer(200, body), answer(200, body)]);
    for (const call of [create, change, read]) {
      const refusal = { code: 'invalid', status: 200, fate: 'refused', serverMessage: 'title is required' };
      expect(await errorOf(call(page))).toMatchObject(refusal);
    }
    expect(requests).toHaveLength(3);
  });

  test('409 to a change is a refusal', async () => {
    expect(await errorOf(change(scene([answer(409)]).page))).toMatchObject({ fate: 'refused' });
  });

  test.each([400, 401, 403, 404, 302, 422])('%i to a read is not repeated either', async (status) => {
    const { page, requests } = scene([answer(status)]);
    await errorOf(read(page));
    expect(requests).toHaveLength(1);
  });

  test('keeps the sentence of the server, on one line and without the key', async () => {
    const { page } = scene([answer(400, { error: `title is\n\u001b[31mempty \u202e${apiKey}` })]);
    const error = await errorOf(create(page));
    expect(error).toMatchObject({ serverMessage: 'title is [31mempty ***', excerpt: undefined });
  });

  test.each([
    [{ error: '' }, '{"error":""}'],
    [{ error: { code: 1 } }, '{"error":{"code":1}}'],
    ['<html>\r\n<h1>Bad  gateway</h1>', 'Bad gateway'],
    ['', undefined],
    ['\u0000\u0007', undefined],
  ])('%j shows its first characters as %j', async (body, excerpt) => {
    const { page } = scene([answer(400, body)]);
    expect(await errorOf(create(page))).toMatchObject({ serverMessage: undefined, excerpt });
  });

  test('shows no more than its beginning', async () => {
    const { page } = scene([answer(400, 'é'.repeat(10_000))]);
    expect((await errorOf(create(page))).excerpt).toBe(`${'é'.repeat(299)}…`);
  });

  test('shows where a redirect pointed', async () => {
    const { page } = scene([answer(301, '', { location: 'https://else.example/' })]);
    expect(await errorOf(read(page))).toMatchObject({ location: 'https://else.example/' });
  });

  test('reports the time of the server', async () => {
    const { page } = scene([answer(400, '', { date: 'Sat, 14 Mar 2026 12:00:07 GMT' })]);
    expect((await errorOf(read(page))).serverDate).toEqual(new Date('2026-03-14T12:00:07Z'));
  });

  test('does not tell the time of the server if a cache sent it', async () => {
    const headers = { date: 'Sat, 14 Mar 2026 18:00:00 GMT', age: '30' };
    const { page } = scene([answer(400, '', headers)]);
    expect((await errorOf(read(page))).serverDate).toBeUndefined();
    expect([page.clockOffsetMs(), page.serverNow()]).toEqual([undefined, beginning]);
  });
});

describe('a call that may be repeated', () => {
  test.each([
    ['read', read],
    ['change', change],
    ['deletion', drop],
  ])('is, be it a %s, until it succeeds', async (_name, call) => {
    const { page, requests, clock } = scene([
      broken('timeout', true),
      broken('reset', true),
      answer(502),
      answer(429),
      found,
    ]);
    await call(page);
    expect(requests).toHaveLength(5);
    expect(clock.waits).toEqual([375, 750, 1_500, 3_000]);
  });

  test('is given up after its last attempt, with the last reason', async () => {
    const turns = [answer(500), answer(500), answer(500), answer(500), answer(500), answer(503)];
    const { page, requests } = scene(turns);
    expect(await errorOf(read(page))).toMatchObject({ status: 503, attempts: 6, waitedMs: 8_625 });
    expect(requests).toHaveLength(6);
  });

  test.each([429, 503])('waits as long as the server asks after %i', async (status) => {
    const { page, clock } = scene([answer(status, '', { 'retry-after': '7' }), found]);
    await read(page);
    expect(clock.waits).toEqual([7_250]);
  });

  test('counts a date to wait for by the clock of the server', async () => {
    const headers = { date: 'Sat, 14 Mar 2026 18:00:00 GMT', 'retry-after': 'Sat, 14 Mar 2026 18:00:03 GMT' };
    const { page, clock } = scene([answer(503, '', headers), found]);
    await read(page);
    expect(clock.waits).toEqual([3_250]);
  });

  test('is given up at once if the server asks for more than is left', async () => {
    const { page, clock } = scene([answer(429, '', { 'retry-after': '60' })]);
    const refusal = { code: 'rate-limited', attempts: 1, fate: 'refused', retryAfterMs: 60_000 };
    expect(await errorOf(read(page))).toMatchObject(refusal);
    expect(clock.waits).toEqual([]);
  });

  test('is given up with its own reason if the deadline comes first', async () => {
    const slow = async (): Promise<never> => {
      clock.pass(10_000);
      throw broken('timeout', true);
    };
    const { page, clock, requests } = scene([slow, slow]);
    expect(await errorOf(read(page))).toMatchObject({ code: 'timeout', attempts: 2 });
    expect(requests[1]?.timeoutMs).toBe(9_625);
  });

  test('keeps its reason if a wait took longer than it should', async () => {
    const { page, clock, requests } = scene([answer(503)]);
    clock.onSleep = () => clock.pass(30_000);
    expect(await errorOf(read(page))).toMatchObject({ code: 'server', status: 503, attempts: 1 });
    expect(requests).toHaveLength(1);
  });
});

describe('a create or an entry', () => {
  test.each([
    ['create', create],
    ['entry', add],
  ])('that may have been applied is not repeated: %s', async (_name, call) => {
    for (const code of ['timeout', 'reset', 'too-large'] as const) {
      const { page, requests } = scene([broken(code, true)]);
      expect(await errorOf(call(page))).toMatchObject({ code, fate: 'unknown', fixable: false });
      expect(requests).toHaveLength(1);
    }
  });

  test('that was never sent, or refused by the rate limit, is repeated', async () => {
    const { page, requests } = scene([
      broken('refused', false),
      answer(429),
      broken('certificate', false),
      answer(201, { data: { id: 5 } }),
    ]);
    expect(await create(page)).toMatchObject({ id: '5' });
    expect(requests).toHaveLength(4);
  });

  test('that never leaves us says so', async () => {
    const turns = Array.from({ length: 4 }, () => broken('refused', false, { detail: 'ECONNREFUSED' }));
    const { page } = scene(turns);
    expect(await errorOf(create(page))).toMatchObject({
      code: 'refused',
      fate: 'unsent',
      detail: 'ECONNREFUSED',
      attempts: 4,
      fixable: false,
      message: 'POST /incidents: refused (ECONNREFUSED)',
    });
  });

  test('does not repeat what a proxy refuses', async () => {
    const { page, requests } = scene([broken('proxy', false, { lasting: true })]);
    expect(await errorOf(create(page))).toMatchObject({ code: 'proxy', fate: 'unsent' });
    expect(requests).toHaveLength(1);
  });

  test.each(['', 'OK', '{"data":{}}', '{"data":{"id":""}}', '{"data":null}', '[]'])(
    'that is answered 201 and %j may be there, but nobody knows its id',
    async (body) => {
      const { page, requests } = scene([answer(201, body)]);
      expect(await errorOf(create(page))).toMatchObject({ code: 'unreadable', status: 201, fate: 'unknown' });
      expect(requests).toHaveLength(1);
    },
  );

  test('that may have arrived once stays in doubt', async () => {
    const { page } = scene([broken('timeout', true), answer(400, { error: 'already over' })]);
    expect(await errorOf(change(page))).toMatchObject({ code: 'invalid', fate: 'unknown' });
  });
});

describe('a deletion', () => {
  test('that finds nothing after our own first attempt is done', async () => {
    const { page } = scene([broken('reset', true), answer(404)]);
    await expect(drop(page)).resolves.toBeUndefined();
  });

  test('that finds nothing at once is not', async () => {
    expect(await errorOf(drop(scene([answer(404)]).page))).toMatchObject({ code: 'not-found' });
  });

  test('that finds nothing after attempts that never arrived is not', async () => {
    const { page } = scene([answer(429), broken('refused', false), answer(404)]);
    expect(await errorOf(drop(page))).toMatchObject({ code: 'not-found', fate: 'refused' });
  });
});

test.each([200, 201, 202, 204, 299])(
  '%i is a success of a change, a deletion and an entry, whatever it says',
  async (status) => {
    const { page } = scene([answer(status), answer(status, 'OK'), answer(status, '<html>')]);
    await change(page);
    await drop(page);
    await add(page);
  },
);

describe('a read that cannot be read', () => {
  test.each(['', 'hello', '{"data":', '{"data":{"name":"x"}}'])('%j is unreadable', async (body) => {
    const { page } = scene([answer(200, body)]);
    expect(await errorOf(read(page))).toMatchObject({ code: 'unreadable', status: 200, excerpt: body || undefined });
  });
});

describe('when the time is over', () => {
  test('nothing is sent', async () => {
    const { page, requests } = scene([], { deadline: beginning });
    expect(await errorOf(create(page))).toMatchObject({ code: 'out-of-time', fate: 'unsent', attempts: 0 });
    expect(requests).toEqual([]);
  });

  test('another deadline gives more of it', async () => {
    const { page } = scene([found], { deadline: beginning });
    expect(await read(page.until(new Date(beginning.getTime() + 5_000)))).toMatchObject({ id: 'i' });
  });
});

describe('when the step is interrupted', () => {
  const never = ({ signal }: WireRequest) =>
    new Promise<never>((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(broken('interrupted', true)));
    });

  test('nothing new is sent', async () => {
    const { page, requests } = scene([], { interruption: AbortSignal.abort() });
    expect(await errorOf(create(page))).toMatchObject({ code: 'interrupted', fate: 'unsent' });
    expect(requests).toEqual([]);
  });

  test('a read or a change that is under way ends at once', async () => {
    const stop = new AbortController();
    const { page, clock } = scene([never], { interruption: stop.signal });
    const changing = errorOf(change(page));
    stop.abort();
    expect(await changing).toMatchObject({ code: 'interrupted', fate: 'unknown' });
    expect(clock.waits).toEqual([]);
  });

  test('a create that is under way has five more seconds', async () => {
    const stop = new AbortController();
    const { page, clock } = scene([never], { interruption: stop.signal });
    const creating = errorOf(create(page));
    stop.abort();
    expect(await creating).toMatchObject({ code: 'interrupted', fate: 'unknown' });
    expect(clock.waits).toEqual([5_000]);
  });

  test('a create that is answered in that time has its id', async () => {
    const stop = new AbortController();
    let reply = (_answer: ReturnType<typeof answer>) => {};
    const { page } = scene([() => new Promise((resolve) => (reply = resolve))], {
      interruption: stop.signal,
      clock: { now: () => beginning, sleep: () => new Promise(() => {}) },
    });
    const creating = create(page);
    stop.abort();
    reply(answer(201, { id: 'i' }));
    expect(await creating).toMatchObject({ id: 'i' });
  });

  test('a wait for the next attempt is the last', async () => {
    const stop = new AbortController();
    const { page, clock, requests } = scene([answer(429)], { interruption: stop.signal });
    clock.onSleep = () => stop.abort();
    expect(await errorOf(create(page))).toMatchObject({ code: 'interrupted', fate: 'unsent', attempts: 1 });
    expect(requests).toHaveLength(1);
  });

  test('the wait for a create ends with the create', async () => {
    const stop = new AbortController();
    let over: AbortSignal | undefined;
    const { page } = scene([answer(201, { id: 'i' })], {
      interruption: stop.signal,
      clock: {
        now: () => beginning,
        sleep: async (_ms, signal) => {
          over = signal;
        },
      },
    });
    const creating = create(page);
    stop.abort();
    await creating;
    expect(over?.aborted).toBe(true);
  });
});

test('the debug log has one line for each attempt and each wait', async () => {
  const { page, traced } = scene([broken('reset', true, { detail: 'ECONNRESET' }), answer(503), found]);
  await read(page);
  expect(traced).toEqual([
    'GET /incidents/i: reset (ECONNRESET) in 0 ms (attempt 1)',
    'GET /incidents/i: again in 375 ms',
    'GET /incidents/i: server (503) in 0 ms (attempt 2)',
    'GET /incidents/i: again in 750 ms',
    'GET /incidents/i: 200 in 0 ms (attempt 3)',
  ]);
});

test('the key is in nothing that is returned, thrown or traced', async () => {
  const { page, traced } = scene([
    answer(500, { error: `no ${apiKey}` }),
    answer(301, apiKey, { location: `/${apiKey}` }),
  ]);
  const error = await errorOf(read(page));
  const shown = [error.stack, JSON.stringify(error), Object.values(error).join(), JSON.stringify(page), traced.join()];
  expect(shown.join()).not.toContain(apiKey);
  expect(error.cause).toBeUndefined();
});

test.each([
  [
    'escaped for JSON',
    () => `{"error":"no ${[...apiKey].map((one) => `\\u00${one.charCodeAt(0).toString(16)}`).join('')}"}`,
  ],
  ['cut in half', () => JSON.stringify({ error: `no ${apiKey.slice(0, -2)}` })],
  ['in base64', () => JSON.stringify({ error: `no ${Buffer.from(`Bearer ${apiKey}`).toString('base64')}` })],
  ['in HTML', () => `<html>${[...apiKey].map((one) => `&#${one.charCodeAt(0)};`).join('')}</html>`],
])('a key that comes back %s is masked', async (_, body) => {
  const { page } = scene([answer(400, body())]);
  const error = await errorOf(read(page));
  const shown = Object.values(error).join(' ');
  expect(shown).toContain('***');
  const decoded = shown.replace(/&#(\d+);/g, (__, code) => String.fromCharCode(code));
  expect(decoded).not.toContain(apiKey.slice(0, 8));
  expect(shown).not.toContain(Buffer.from(apiKey).toString('base64').slice(4, 10));
});

test('a bug of our own is not reported as a network error', async () => {
  const { page } = scene([]);
  await expect(read(page)).rejects.toThrow('nobody expected GET');
});
