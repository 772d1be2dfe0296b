import { type Clock, later, msBetween, secondMs } from '../domain/time.ts';
import type { Send } from './wire.ts';

/** What every call of one status page has in common. */
export interface Caller {
  readonly apiUrl: URL;
  readonly apiKey: string;
  readonly userAgent: string;
  readonly send: Send;
  readonly clock: Clock;
  readonly serverClock: ServerClock;
  readonly deadline: Date;
  readonly requestTimeoutMs: number;
  readonly random: () => number;
  readonly interruption: AbortSignal | undefined;
  readonly trace: (line: string) => void;
  /** A probe that meets a server error is not repeated: an id that cannot exist may be what breaks the server. */
  readonly isProbe?: boolean;
  /** Limits how many requests are under way at once. */
  readonly takeTurn: TakeTurn;
}

/** The server's clock as its `Date` headers show it; shared by all deadlines of one status page. */
export interface ServerClock {
  /** Learns from the `Date` of an answer that has just arrived; returns that date. */
  readonly note: (date: string | undefined) => Date | undefined;
  /** Server minus ours, in milliseconds; undefined as long as nobody has measured it. */
  readonly offsetMs: () => number | undefined;
  readonly now: () => Date;
}

/** A clock that begins with what an earlier process measured, if there was one. */
export function createServerClock(clock: Clock, earlierMs: number | undefined): ServerClock {
  let offsetMs = earlierMs;
  return {
    note: (header) => {
      const date = new Date(header ?? Number.NaN);
      if (Number.isNaN(date.getTime())) return undefined;
      offsetMs = compareClocks(date, clock.now());
      return date;
    },
    offsetMs: () => offsetMs,
    now: () => later(clock.now(), offsetMs ?? 0),
  };
}

/** A header that says 12:00:05 stands for any moment of that second, so within it the clocks agree. */
function compareClocks(date: Date, now: Date): number {
  const earliestMs = date.getTime() - now.getTime();
  const latestMs = earliestMs + secondMs - 1;
  if (earliestMs > 0) return earliestMs;
  return Math.min(0, latestMs);
}

/** How many requests are under way at once. The others wait, so callers need no limit of their own. */
export const requestsAtOnce = 8;

/** How long work may wait for its turn. */
interface TurnLimits {
  readonly clock: Clock;
  readonly deadline: Date;
  readonly interruption: AbortSignal | undefined;
}

/** Does work as soon as there is room. Returns undefined if the deadline or an interruption comes first: then the work never starts. */
export type TakeTurn = <T>(limits: TurnLimits, work: () => Promise<T>) => Promise<T | undefined>;

/** The turns of all requests of one client, in the order in which they were asked for. */
export function createTurns(): TakeTurn {
  let free = requestsAtOnce;
  const waiting: AbortController[] = [];
  return async ({ clock, deadline, interruption }, work) => {
    if (free > 0) free -= 1;
    else {
      const called = new AbortController();
      waiting.push(called);
      const signals = interruption === undefined ? [called.signal] : [called.signal, interruption];
      await clock.sleep(msBetween(clock.now(), deadline), AbortSignal.any(signals));
      if (!called.signal.aborted) {
        waiting.splice(waiting.indexOf(called), 1);
        return undefined;
      }
    }
    try {
      return interruption?.aborted || clock.now() >= deadline ? undefined : await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next.abort();
    }
  };
}
