import type { EpochMs } from './clock.ts';
import type { Options } from './options.ts';
import type { Store } from './store.ts';

/** What every route of the API stands on. */
export interface World {
  readonly store: Store;
  options(): Options;
  /** The server's clock, skew included. */
  now(): EpochMs;
}
