import type { FaultRule } from '../../src/emulator/faults.ts';
import type { Options } from '../../src/emulator/options.ts';

type Without<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never;

/** What goes wrong in one step. */
export interface TableFault {
  /** As the document shows it. */
  readonly name: string;
  /** What hits the deciding request, once: the one that writes, or the first if nothing is written. */
  readonly once?: Without<FaultRule, 'match' | 'times'>;
  /** What hits every request. */
  readonly always?: Without<FaultRule, 'match' | 'times'>;
  /** Nobody listens. */
  readonly isDown?: true;
  /** With a single fault: how long after the request the work is done. The scene ends no earlier. */
  readonly doneAfterMs?: number;
  /** How the server is from then on. */
  readonly server?: Partial<Options>;
}

/** A create or an end that the server applies long after the step has ended. */
export const lateFaults = [25_000, 40_000].map(
  (ms): TableFault => ({ name: `${ms / 1_000} s`, once: { kind: 'delay', ms }, doneAfterMs: ms }),
);

/** Longer than a request may take, and before the first search after it. */
const tooLateMs = 10_400;

/** Everything that the fault table plays, for each operation. */
export const tableFaults: readonly TableFault[] = [
  { name: 'none', once: { kind: 'delay', ms: 0 } },
  { name: 'connection refused, each time', isDown: true },
  { name: 'connection reset before the work was done, once', once: { kind: 'reset' } },
  { name: 'connection reset after the work was done, once', once: { kind: 'reset', when: 'after' } },
  { name: 'response cut off in the middle, once', once: { kind: 'cut-off' } },
  { name: 'response without a body, once', once: { kind: 'empty' } },
  { name: 'response that is not JSON, once', once: { kind: 'not-json' } },
  { name: 'response of 7 MB, once', once: { kind: 'too-large', bytes: 7_000_000 } },
  { name: 'response called `text/plain`, once', once: { kind: 'content-type' } },
  { name: 'response at one byte a second, once', once: { kind: 'trickle' } },
  { name: 'no response, the work is done at once, once', once: { kind: 'silence', when: 'after' } },
  { name: 'no response, the work is done after 10.4 s, once', once: { kind: 'delay', ms: tooLateMs } },
  { name: 'no response, each time', always: { kind: 'silence' } },
  { name: '500 before the work was done, once', once: { kind: 'status', status: 500 } },
  { name: '502 as HTML after the work was done, once', once: { kind: 'html', when: 'after' } },
  { name: '504 after the work was done, once', once: { kind: 'status', status: 504, when: 'after' } },
  { name: '503, each time', always: { kind: 'status', status: 503 } },
  { name: '429 with `Retry-After: 2`, once', once: { kind: 'rate-limit', retryAfterSeconds: 2 } },
  { name: '429 with `Retry-After: 3600`, each time', always: { kind: 'rate-limit', retryAfterSeconds: 3600 } },
  { name: '429 without `Retry-After`, each time', always: { kind: 'rate-limit' } },
  { name: 'redirect, each time', always: { kind: 'redirect', location: 'https://elsewhere.example/' } },
  { name: '400, each time', always: { kind: 'status', status: 400 } },
  { name: '401, each time', always: { kind: 'status', status: 401 } },
  { name: '403, each time', always: { kind: 'status', status: 403 } },
  { name: '404, each time', always: { kind: 'status', status: 404 } },
  { name: 'server clock 10 min ahead', server: { clockSkewSeconds: 600 } },
  { name: 'server clock 10 min behind', server: { clockSkewSeconds: -600 } },
  {
    name: 'server clock 20 s ahead, refuses an end more than 2 s in its past',
    server: { clockSkewSeconds: 20, refuseEndInPast: true, endToleranceSeconds: 2 },
  },
];
