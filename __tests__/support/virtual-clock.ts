import type { Clock } from '../../src/domain/time.ts';

/** The time at which every virtual clock starts. */
export const noon = new Date('2026-03-14T12:00:00Z');

interface Sleeper {
  readonly wakeAtMs: number;
  readonly wake: () => void;
}

/** A virtual clock that can be stopped while something takes real time. */
export interface VirtualClock extends Clock {
  /** Stops the clock until the returned function is called. Several holders may stop it; all must let go. */
  readonly hold: () => () => void;
}

/**
 * A clock whose time passes only by sleeping. When nothing more can happen at a moment, it jumps to the next time at which a sleeper wakes.
 * Sleepers wake in the order of their times; with the same time, the one who fell asleep first wakes first.
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
      // Everything that depends on promises alone is done before the next turn of the event loop.
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
