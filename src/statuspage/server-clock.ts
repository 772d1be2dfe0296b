import { type Clock, later, secondMs } from '../domain/time.ts';

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
      offsetMs = compare(date, clock.now());
      return date;
    },
    offsetMs: () => offsetMs,
    now: () => later(clock.now(), offsetMs ?? 0),
  };
}

/** A header that says 12:00:05 stands for any moment of that second, so within it the clocks agree. */
function compare(date: Date, now: Date): number {
  const earliestMs = date.getTime() - now.getTime();
  const latestMs = earliestMs + secondMs - 1;
  if (earliestMs > 0) return earliestMs;
  return Math.min(0, latestMs);
}
