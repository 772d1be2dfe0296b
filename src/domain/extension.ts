import { later, msBetween } from './time.ts';

/** What is to be done now about the end of a window whose deployment goes on. */
export type ExtensionStep =
  | { readonly todo: 'wait'; readonly ms: number }
  | { readonly todo: 'move'; readonly endAt: Date }
  /** It is over, and is not opened again. */
  | { readonly todo: 'nothing' };

/** Moves the end of a window on by `durationMs` as soon as a tenth of that is left. */
export function planExtension(endAt: Date, durationMs: number, now: Date): ExtensionStep {
  const leftMs = msBetween(now, endAt);
  if (leftMs <= 0) return { todo: 'nothing' };
  const spareMs = leftMs - durationMs / 10;
  return spareMs > 0 ? { todo: 'wait', ms: spareMs } : { todo: 'move', endAt: later(endAt, durationMs) };
}
