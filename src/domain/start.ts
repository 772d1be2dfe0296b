import type { Start } from './inputs.ts';
import { later } from './time.ts';

/** The instant that a `start` means. */
export function startOf(start: Start, now: Date): Date {
  return 'at' in start ? start.at : later(now, start.afterMs);
}
