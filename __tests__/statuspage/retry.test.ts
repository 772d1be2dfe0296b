import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ErrorCode } from '../../src/statuspage/failed-call.ts';
import { type FailedAttempt, parseRetryAfter, planRetry } from '../../src/statuspage/retry.ts';

const plenty = 60_000;

function failed(more: Partial<FailedAttempt> = {}): FailedAttempt {
  return {
    method: 'GET',
    code: 'server',
    mayHaveArrived: false,
    lasting: false,
    attempts: 1,
    retryAfterMs: undefined,
    ...more,
  };
}

const passing: readonly ErrorCode[] = [
  'rate-limited',
  'server',
  'timeout',
  'reset',
  'refused',
  'unknown-host',
  'certificate',
  'proxy',
];
const final: readonly ErrorCode[] = [
  'invalid',
  'unauthorized',
  'forbidden',
  'not-found',
  'client',
  'redirect',
  'unreadable',
  'too-large',
  'interrupted',
  'out-of-time',
];

describe('whether a call is repeated', () => {
  test.each(passing)('after %s it is', (code) => {
    expect(planRetry(failed({ code }), plenty, 0)).toBeGreaterThan(0);
  });

  test.each(final)('after %s it is not', (code) => {
    expect(planRetry(failed({ code }), plenty, 0)).toBeUndefined();
  });

  test.each(['GET', 'PATCH', 'DELETE'] as const)('a %s that may have been applied is', (method) => {
    expect(planRetry(failed({ method, code: 'timeout', mayHaveArrived: true }), plenty, 0)).toBeDefined();
  });

  test('a POST that may have been applied is not: subscribers would get mail twice', () => {
    for (const code of passing) {
      expect(planRetry(failed({ method: 'POST', code, mayHaveArrived: true }), plenty, 0)).toBeUndefined();
    }
  });

  test('a POST that was refused or never sent is', () => {
    for (const code of ['rate-limited', 'refused', 'unknown-host', 'certificate', 'proxy'] as const) {
      expect(planRetry(failed({ method: 'POST', code }), plenty, 0)).toBeDefined();
    }
  });

  test('what waiting cannot fix is not', () => {
    expect(planRetry(failed({ code: 'proxy', lasting: true }), plenty, 0)).toBeUndefined();
  });

  test('six attempts are enough, and four if nobody was reached', () => {
    expect(planRetry(failed({ attempts: 5 }), plenty, 0)).toBeDefined();
    expect(planRetry(failed({ attempts: 6 }), plenty, 0)).toBeUndefined();
    expect(planRetry(failed({ code: 'refused', attempts: 3 }), plenty, 0)).toBeDefined();
    expect(planRetry(failed({ code: 'refused', attempts: 4 }), plenty, 0)).toBeUndefined();
  });
});

describe('how long is waited', () => {
  test('half a second, doubled each time, four seconds at most', () => {
    const waits = [1, 2, 3, 4, 5].map((attempts) => planRetry(failed({ attempts }), plenty, 0.999_999));
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 4_000]);
  });

  test('chance shortens it by up to a half', () => {
    expect(planRetry(failed(), plenty, 0)).toBe(250);
    expect(planRetry(failed(), plenty, 0.5)).toBe(375);
  });

  test('as long as the server asks, and chance only adds to it', () => {
    expect(planRetry(failed({ retryAfterMs: 7_000 }), plenty, 0)).toBe(7_000);
    expect(planRetry(failed({ retryAfterMs: 7_000 }), plenty, 0.5)).toBe(7_250);
    expect(planRetry(failed({ retryAfterMs: 0 }), plenty, 0)).toBe(0);
  });

  test('not at all if the wait and a request do not fit', () => {
    expect(planRetry(failed({ retryAfterMs: 7_000 }), 8_000, 0)).toBe(7_000);
    expect(planRetry(failed({ retryAfterMs: 7_000 }), 7_999, 0)).toBeUndefined();
    expect(planRetry(failed(), 1_249, 0)).toBeUndefined();
  });

  test('never past the deadline, whatever happens', () => {
    fc.assert(
      fc.property(
        fc.record({
          code: fc.constantFrom(...passing),
          attempts: fc.integer({ min: 1, max: 10 }),
          retryAfterMs: fc.option(fc.integer({ min: 0, max: 100_000 }), { nil: undefined }),
        }),
        fc.integer({ min: -1_000, max: 100_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (more, leftMs, random) => {
          const waitMs = planRetry(failed(more), leftMs, random);
          if (waitMs === undefined) return;
          expect(waitMs).toBeLessThanOrEqual(leftMs - 999);
          expect(waitMs).toBeGreaterThanOrEqual(more.retryAfterMs ?? 250);
        },
      ),
    );
  });
});

describe('Retry-After', () => {
  const now = new Date('2026-03-14T12:00:00Z');

  test.each([
    ['120', 120_000],
    [' 2 ', 2_000],
    ['0', 0],
    ['1.5', 1_500],
    ['Sat, 14 Mar 2026 12:00:30 GMT', 30_000],
    ['Saturday, 14-Mar-26 12:00:30 GMT', 30_000],
    ['Sat Mar 14 12:00:30 2026', 30_000],
    ['Sat, 14 Mar 2026 11:00:00 GMT', 0],
  ])('%j is a wait of %i ms', (value, ms) => {
    expect(parseRetryAfter(value, now)).toBe(ms);
  });

  test.each([undefined, '', 'soon', '-5', '1e9', 'Later, dude', '2026-03-14'])('%j says nothing of use', (value) => {
    expect(parseRetryAfter(value, now)).toBeUndefined();
  });
});
