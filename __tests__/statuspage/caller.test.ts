import { describe, expect, test } from '@jest/globals';
import { later } from '../../src/domain/time.ts';
import { createServerClock, requestsAtOnce } from '../../src/statuspage/caller.ts';
import { connectStatusPage, type StatusPage } from '../../src/statuspage/client.ts';
import { createVirtualClock, noon, type VirtualClock } from '../support/virtual-clock.ts';
import { beginning, createVirtualClock as createWireClock } from './fake-wire.ts';

function headerAt(ms: number): string {
  return new Date(beginning.getTime() + ms).toUTCString();
}

function noted(headerMs: number, ourMs = 0): number | undefined {
  const clock = createWireClock();
  clock.pass(ourMs);
  const server = createServerClock(clock, undefined);
  server.note(headerAt(headerMs));
  return server.offsetMs();
}

describe('the clock of the server', () => {
  test('is ours as long as nobody knows better', () => {
    const server = createServerClock(createWireClock(), undefined);
    expect(server.offsetMs()).toBeUndefined();
    expect(server.now()).toEqual(beginning);
  });

  test('begins with what an earlier process measured', () => {
    const server = createServerClock(createWireClock(), -3_000);
    expect(server.offsetMs()).toBe(-3_000);
    expect(server.now()).toEqual(new Date('2026-03-14T11:59:57Z'));
  });

  test('agrees with ours within the second that its header names', () => {
    expect(noted(0, 0)).toBe(0);
    expect(noted(0, 999)).toBe(0);
  });

  test('is ahead or behind by what is certain', () => {
    expect(noted(90_000)).toBe(90_000);
    expect(noted(1_000, 999)).toBe(1);
    expect(noted(0, 1_000)).toBe(-1);
    expect(noted(-90_000)).toBe(-89_001);
  });

  test('is that of the newest answer, and continues from there', () => {
    const clock = createWireClock();
    const server = createServerClock(clock, 5_000);
    expect(server.note(headerAt(60_000))).toEqual(new Date('2026-03-14T12:01:00Z'));
    server.note(headerAt(120_000));
    clock.pass(10_000);
    expect(server.now()).toEqual(new Date('2026-03-14T12:02:10Z'));
  });

  test.each([undefined, '', 'soon'])('learns nothing from %j', (header) => {
    const server = createServerClock(createWireClock(), 5_000);
    expect(server.note(header)).toBeUndefined();
    expect(server.offsetMs()).toBe(5_000);
  });
});

interface SlowServer {
  readonly page: StatusPage;
  readonly clock: VirtualClock;
  readonly paths: string[];
  readonly most: () => number;
}

/** A server that takes a second for each answer. */
function connectSlowServer(interruption?: AbortSignal): SlowServer {
  const clock = createVirtualClock();
  const paths: string[] = [];
  let underWay = 0;
  let most = 0;
  const page = connectStatusPage({
    apiUrl: new URL('https://statuspage.example/v1'),
    apiKey: 'spk_secret',
    send: async ({ url }) => {
      paths.push(url.pathname);
      underWay += 1;
      most = Math.max(most, underWay);
      await clock.sleep(1_000);
      underWay -= 1;
      return { status: 200, headers: {}, text: '{"id":"i"}' };
    },
    clock,
    deadline: later(noon, 30_000),
    requestTimeoutMs: 10_000,
    random: () => 0.5,
    interruption,
    trace: () => {},
    userAgent: 'test',
  });
  return { page, clock, paths, most: () => most };
}

const readMany = (page: StatusPage, many: number) =>
  Promise.allSettled(Array.from({ length: many }, (_, index) => page.fetchIncident(`${index}`)));

test('no more than eight requests are under way at once, in the order of the calls', async () => {
  const { page, clock, paths, most } = connectSlowServer();
  await readMany(page, 20);
  expect(most()).toBe(requestsAtOnce);
  expect(paths).toEqual(Array.from({ length: 20 }, (_, index) => `/v1/incidents/${index}`));
  expect(clock.now()).toEqual(later(noon, 3_000));
});

test('a page with another deadline shares the limit', async () => {
  const { page, most } = connectSlowServer();
  await Promise.all([readMany(page, 9), readMany(page.within(20_000), 9), readMany(page.until(later(noon, 9_000)), 9)]);
  expect(most()).toBe(requestsAtOnce);
});

test('a call that gets no turn before its deadline is never sent, and does not hold up the next', async () => {
  const { page, clock, paths } = connectSlowServer();
  const busy = readMany(page, 8);
  const late = page.within(400).fetchIncident('late');
  const next = page.fetchIncident('next');
  await expect(late).rejects.toMatchObject({ code: 'out-of-time', attempts: 0, waitedMs: 400 });
  expect(clock.now()).toEqual(later(noon, 400));
  await busy;
  await expect(next).resolves.toMatchObject({ id: 'i' });
  expect(paths).toHaveLength(9);
});

test('an interruption ends the wait for a turn at once', async () => {
  const interruption = new AbortController();
  const { page, clock, paths } = connectSlowServer(interruption.signal);
  const all = readMany(page, 10);
  await clock.sleep(300);
  interruption.abort();
  await expect(page.fetchIncident('i')).rejects.toMatchObject({ code: 'interrupted' });
  const outcomes = await all;
  expect(outcomes.slice(8)).toMatchObject([{ reason: { code: 'interrupted' } }, { reason: { code: 'interrupted' } }]);
  expect(paths).toHaveLength(8);
});
