import type { Clock } from '../../src/domain/time.ts';

/** Where every virtual clock begins. */
export const noon = new Date('2026-03-14T12:00:00Z');

interface Sleeper {
  readonly wakeAtMs: number;
  readonly wake: () => void;
}

/** A virtual clock that can be made to stand still while something goes on that takes true time. */
export interface VirtualClock extends Clock {
  /** No time passes until what is returned has been called, and that of all others who hold it. */
  readonly hold: () => () => void;
}

/**
 * A clock whose time passes by sleeping alone: as soon as nobody can do anything more at a moment, it jumps to the first one who is to be
 * woken. Many may sleep at once; they wake in the order of their times, and in the order of their going to sleep where those are the same.
 */
export function createVirtualClock(): VirtualClock {
  let nowMs = noon.getTime();
  let isTurning = false;
  const sleepers: Sleeper[] = [];

  let holders = 0;

  const turn = () => {
    const next = holders > 0 ? undefined : sleepers.shift();
    if (next === undefined) {
      isTurning = false;
      return;
    }
    nowMs = next.wakeAtMs;
    next.wake();
    setImmediate(turn);
  };

  const sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        signal?.removeEventListener('abort', wakeEarly);
        resolve();
      };
      const sleeper: Sleeper = { wakeAtMs: nowMs + Math.max(0, ms), wake };
      const wakeEarly = () => {
        sleepers.splice(sleepers.indexOf(sleeper), 1);
        wake();
      };
      signal?.addEventListener('abort', wakeEarly);
      const place = sleepers.findIndex(({ wakeAtMs }) => wakeAtMs > sleeper.wakeAtMs);
      sleepers.splice(place < 0 ? sleepers.length : place, 0, sleeper);
      // All that follows from promises alone is done before the next turn of the event loop.
      if (!isTurning) setImmediate(turn);
      isTurning = true;
    });

  const hold = () => {
    let holds = true;
    holders += 1;
    return () => {
      if (!holds) return;
      holds = false;
      holders -= 1;
      if (holders > 0 || isTurning) return;
      isTurning = true;
      setImmediate(turn);
    };
  };

  return { now: () => new Date(nowMs), sleep, hold };
}
