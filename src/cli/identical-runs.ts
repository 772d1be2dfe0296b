import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash, type Run } from '../domain/run.ts';
import { type Lock, tryLock } from './lock.ts';

/** A command among those of the same words that are running now. */
export interface Slot extends Lock {
  /** Who the command is, so that none of them takes the window of another for its own. */
  readonly run: Run;
}

const mostAtOnce = 100;

/**
 * Counts the commands of a job that have the same words and pages and run at the same moment. A repeated job counts them anew, so that each finds the
 * window of its earlier attempt. Outside a CI every command is a run of its own, and nothing needs to be counted.
 */
export function takeSlot(run: Run, pages = ''): Slot {
  const alone: Slot = { run, release: () => {} };
  if (run.outsideCi) return alone;
  const { server, repository, workflow, id, job, step, command = '' } = run;
  const name = hash([server, repository, workflow, id, job, step, command, pages], 16);
  try {
    for (let count = 1; count <= mostAtOnce; count += 1) {
      const path = join(tmpdir(), `statuspage-me-${name}-${count}`);
      // The first try may have done no more than to remove the lock of a command that was killed.
      const lock = tryLock(path, Infinity) ?? tryLock(path, Infinity);
      if (lock === undefined) continue;
      return { run: count === 1 ? run : { ...run, command: `${command} ${count}` }, release: lock.release };
    }
  } catch {
    // Without a folder for temporary files nothing can be counted, and nothing else depends on it.
  }
  return alone;
}
