import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { type Deployment, type Memory, readDeployment } from '../deployment/deployment.ts';
import { UserError } from '../domain/errors.ts';
import { secondMs } from '../domain/time.ts';

/** What is remembered of one deployment key; without a key there is one entry of that kind. */
const entry = z.object({
  key: z.optional(z.string()),
  /** The pipeline that the deployment belongs to. */
  pipeline: z.string(),
  deployment: z.unknown(),
});

const content = z.object({ version: z.literal(1), deployments: z.array(entry) });

type Entry = z.output<typeof entry>;

/** Which file, for which deployment key of which pipeline. */
export interface StateFileOptions {
  readonly path: string;
  readonly key: string | undefined;
  readonly pipeline: string;
}

/** The memory of a deployment that is begun and ended by two processes. */
export interface StateFile extends Memory {
  /** Takes the entry of this pipeline out, and the file away with the last one. Throws UserError where it cannot be written. */
  readonly forget: () => void;
}

/** There is nothing in the state file that can be used; the message says why, in a clause. */
export class UnusableStateError extends Error {
  override readonly name = 'UnusableStateError';
  /** Whether there was something all the same: of another pipeline, or unreadable. */
  readonly hidesSomething: boolean;

  constructor(message: string, hidesSomething: boolean) {
    super(message);
    this.hidesSomething = hidesSomething;
  }
}

/** A process that died with the lock in its hand is waited for that long, one that lives is done in a moment. */
const staleMs = 5 * secondMs;
const lockWithinMs = 2 * staleMs;
const pauseMs = 20;

/**
 * The state file as a memory: written whole, readable by its owner alone, and locked while it is changed, so that two at a time do not undo
 * each other. `recall` throws UnusableStateError, `remember` UserError.
 */
export function openStateFile({ path, key, pipeline }: StateFileOptions): StateFile {
  const change = (edit: (entries: readonly Entry[]) => readonly Entry[]) =>
    underLock(path, () => {
      const deployments = edit(readUsableEntries(path));
      const text = `${JSON.stringify({ version: 1, deployments }, null, 2)}\n`;
      if (deployments.length > 0) writeWhole(path, text);
      else rmSync(path, { force: true });
    });
  const others = (entries: readonly Entry[]) => entries.filter((one) => one.key !== key);
  return {
    remember: (deployment) => change((entries) => [...others(entries), { key, pipeline, deployment }]),
    recall: () => {
      const mine = readEntries(path).find((one) => one.key === key);
      if (mine === undefined) throw new UnusableStateError(`${path} remembers no deployment${ofKey(key)}`, false);
      if (mine.pipeline !== pipeline)
        throw new UnusableStateError(`what ${path} remembers belongs to another pipeline`, true);
      return parse(path, mine);
    },
    // Another pipeline in the same folder may have put its own there since.
    forget: () => change((entries) => entries.filter((one) => one.key !== key || one.pipeline !== pipeline)),
  };
}

/** Others see the old file or the new one, whenever they look, and whenever the machine goes down. */
function writeWhole(path: string, text: string): void {
  const beside = `${path}.${randomUUID()}`;
  try {
    writeFileSync(beside, text, { mode: 0o600, flush: true });
    renameSync(beside, path);
  } finally {
    rmSync(beside, { force: true });
  }
}

function ofKey(key: string | undefined): string {
  return key === undefined ? '' : ` with the deployment key ${key}`;
}

function readEntries(path: string): readonly Entry[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const missing = codeOf(error) === 'ENOENT';
    throw new UnusableStateError(
      missing ? `there is no ${path}` : `${path} cannot be read (${codeOf(error)})`,
      !missing,
    );
  }
  try {
    return z.parse(content, JSON.parse(text)).deployments;
  } catch {
    throw new UnusableStateError(`${path} is not what this version writes`, true);
  }
}

/** What is to be kept of the file beside our own entry: of one that cannot be read, nothing. */
function readUsableEntries(path: string): readonly Entry[] {
  try {
    return readEntries(path);
  } catch {
    return [];
  }
}

function parse(path: string, { deployment }: Entry): Deployment {
  try {
    return readDeployment(deployment);
  } catch {
    throw new UnusableStateError(`${path} is not what this version writes`, true);
  }
}

/** Does something while no other process does; waits for one that is at it. Throws UserError where the file cannot be changed. */
function underLock(path: string, work: () => void): void {
  const lock = `${path}.lock`;
  try {
    takeLock(lock);
    try {
      work();
    } finally {
      rmdirSync(lock);
    }
  } catch (error) {
    throw new UserError(
      `Writing the state file — ${path}: ${codeOf(error)} — Give a place that can be written with --state-file.`,
    );
  }
}

/** The lock is a folder: of all who make it at once, one succeeds. */
function takeLock(lock: string): void {
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    try {
      mkdirSync(lock);
      return;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST' || waitedMs > lockWithinMs) throw error;
      if (isStale(lock)) {
        rmSync(lock, { recursive: true, force: true });
        continue;
      }
      // What is to be remembered is remembered before anything else is done: nothing may go on meanwhile.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
    }
  }
}

function isStale(lock: string): boolean {
  const made = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
  return Date.now() - made > staleMs;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
