import { describe, expect, test } from '@jest/globals';
import { createServerClock } from '../../src/statuspage/server-clock.ts';
import { beginning, createVirtualClock } from './fake-wire.ts';

function headerAt(ms: number): string {
  return new Date(beginning.getTime() + ms).toUTCString();
}

function noted(headerMs: number, ourMs = 0): number | undefined {
  const clock = createVirtualClock();
  clock.pass(ourMs);
  const server = createServerClock(clock, undefined);
  server.note(headerAt(headerMs));
  return server.offsetMs();
}

describe('the clock of the server', () => {
  test('is ours as long as nobody knows better', () => {
    const server = createServerClock(createVirtualClock(), undefined);
    expect(server.offsetMs()).toBeUndefined();
    expect(server.now()).toEqual(beginning);
  });

  test('begins with what an earlier process measured', () => {
    const server = createServerClock(createVirtualClock(), -3_000);
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
    const clock = createVirtualClock();
    const server = createServerClock(clock, 5_000);
    expect(server.note(headerAt(60_000))).toEqual(new Date('2026-03-14T12:01:00Z'));
    server.note(headerAt(120_000));
    clock.pass(10_000);
    expect(server.now()).toEqual(new Date('2026-03-14T12:02:10Z'));
  });

  test.each([undefined, '', 'soon'])('learns nothing from %j', (header) => {
    const server = createServerClock(createVirtualClock(), 5_000);
    expect(server.note(header)).toBeUndefined();
    expect(server.offsetMs()).toBe(5_000);
  });
});
