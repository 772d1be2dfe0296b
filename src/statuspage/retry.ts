import { secondMs } from '../domain/time.ts';
import type { Call, ErrorCode } from './failed-call.ts';

/** An attempt that failed, as far as the question "again?" needs it. */
export interface FailedAttempt {
  readonly method: Call['method'];
  readonly code: ErrorCode;
  /** Whether this attempt may have been applied. */
  readonly mayHaveArrived: boolean;
  /** Whether waiting cannot fix it. */
  readonly lasting: boolean;
  /** How many attempts were made, this one included. */
  readonly attempts: number;
  /** What the server asked for, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

const firstWaitMs = 0.5 * secondMs;
const longestWaitMs = 4 * secondMs;
/** An attempt that could only run into the deadline is not begun: its outcome would be unknown. */
const leastAttemptMs = secondMs;
const mostAttempts = 6;
/** If nothing answers at all: a name that is unknown four times is unknown. */
const mostUnsentAttempts = 4;

/**
 * Milliseconds to wait before the next attempt; undefined to give up. `leftMs` is the time to the deadline, `random`
 * a number from 0 up to 1. Rules: "What a careful client tolerates", points 8 and 9.
 */
export function planRetry(failed: FailedAttempt, leftMs: number, random: number): number | undefined {
  if (!mayRepeat(failed)) return undefined;
  const backoffMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (failed.attempts - 1));
  // Never earlier than asked for, and not in step with others that got the same answer.
  const waitMs =
    failed.retryAfterMs === undefined ? backoffMs * (0.5 + random / 2) : failed.retryAfterMs + firstWaitMs * random;
  return waitMs + leastAttemptMs <= leftMs ? Math.ceil(waitMs) : undefined;
}

function mayRepeat({ method, code, mayHaveArrived, lasting, attempts }: FailedAttempt): boolean {
  if (lasting || (method === 'POST' && mayHaveArrived)) return false;
  switch (code) {
    case 'rate-limited':
    case 'server':
    case 'timeout':
    case 'reset':
      return attempts < mostAttempts;
    case 'refused':
    case 'unknown-host':
    case 'certificate':
    case 'proxy':
      return attempts < mostUnsentAttempts;
    case 'invalid':
    case 'unauthorized':
    case 'forbidden':
    case 'blocked':
    case 'not-found':
    case 'client':
    case 'redirect':
    case 'unreadable':
    case 'too-large':
    case 'interrupted':
    case 'out-of-time':
      return false;
  }
}

/**
 * Milliseconds that a `Retry-After` asks for, counted from `now`: seconds, also with a fraction, or an HTTP date. A time
 * that is past is 0; undefined for anything else. From RFC 9110, section 10.2.3.
 */
export function parseRetryAfter(value: string | undefined, now: Date): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * secondMs;
  const date = /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}
