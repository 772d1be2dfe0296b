import { type Clock, msBetween } from '../domain/time.ts';

/** How many requests are under way at once. The others wait, so callers need no limit of their own. */
export const requestsAtOnce = 8;

/** How long work may wait for its turn. */
interface Patience {
  readonly clock: Clock;
  readonly deadline: Date;
  readonly interruption: AbortSignal | undefined;
}

/** Does work as soon as there is room. Returns undefined if the deadline or an interruption comes first: then the work never starts. */
export type TakeTurn = <T>(patience: Patience, work: () => Promise<T>) => Promise<T | undefined>;

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
