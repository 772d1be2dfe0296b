import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds since 1970, as `Date.now()` gives them. */
export type EpochMs = number;

/** The time and the waiting of the emulator. Tests pass their own, so that hours take a moment. */
export interface Clock {
  now(): EpochMs;
  sleep(ms: number): Promise<void>;
}

/** The machine's own time. Its waiting does not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms) => {
    await delay(ms, undefined, { ref: false });
  },
};
