import { createHash, randomUUID } from 'node:crypto';
import { realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { type Deployment, type Memory, readDeployment } from '../deployment/deployment.ts';
import { UserError } from '../domain/errors.ts';
import { list } from '../domain/text.ts';
import { type Clock, msBetween, secondMs } from '../domain/time.ts';
import { describeHolder, type Lock, pause, retryBusy, tryLock } from './lock.ts';
import { codeOf, readPlainFile, UnfitFileError } from './plain-file.ts';

/** What is remembered of one deployment key; without a key there is one entry of that kind. */
const entry = z.object({
  key: z.optional(z.string().check(z.maxLength(200))),
  /** The pipeline that the deployment belongs to; empty outside a CI. */
  pipeline: z.string().check(z.maxLength(2_000)),
  deployment: z.unknown(),
});

/** The first field tells our file from everybody else's. */
const content = z.object({
  tool: z.literal('statuspage-me'),
  version: z.literal(1),
  deployments: z.array(entry).check(z.maxLength(1_000)),
});

type Entry = z.output<typeof entry>;

/** Which file, for which deployment key of which pipeline. */
export interface StateFileOptions {
  readonly path: string;
  readonly key: string | undefined;
  /** Empty outside a CI: then a deployment is bound to no pipeline. */
  readonly pipeline: string;
}

/** The memory of a deployment that two processes begin and end. */
export interface StateFile extends Memory {
  /** Why nothing may be written there, in a clause that begins with the path; undefined if it is a file of ours, empty, or new. */
  readonly refusal: () => string | undefined;
  /**
   * Keeps the entry for this command: another one with the same deployment key waits until `release`. Undefined if we are interrupted
   * while we wait. Throws UserError if the other command does not end.
   */
  readonly claim: (waiting: Waiting) => Promise<Claim | undefined>;
  /** Removes the entry, and the file with the last one. Throws UserError if it cannot be written. */
  readonly forget: () => void;
}

/** Time to wait with, and what ends the waiting. */
export interface Waiting {
  readonly clock: Clock;
  readonly interruption: AbortSignal;
}

/** An entry that no other command changes meanwhile. */
export interface Claim extends Lock {
  /** Whether another command had it before. */
  readonly waited: boolean;
}

/** The state file holds nothing that can be used. The message is a clause that says why. */
export class UnusableStateError extends Error {
  override readonly name = 'UnusableStateError';
  /** What is there all the same. */
  readonly holds: 'nothing' | 'another-pipeline' | 'unreadable';

  constructor(message: string, holds: UnusableStateError['holds']) {
    super(message);
    this.holds = holds;
  }
}

/** Thousands of deployments need less. */
const mostBytes = 1024 * 1024;
/** A command is over by then: opening and undoing take 50 s at most. */
const claimWithinMs = 60 * secondMs;
const writeWithinMs = 30 * secondMs;
const pauseMs = 20;
const todo = 'Give a writable path with --state-file.';

/**
 * The state file as a memory: written whole, readable by its owner alone, and changed by one process at a time. `recall` throws
 * UnusableStateError, `remember` UserError.
 */
export function openStateFile({ path, key, pipeline }: StateFileOptions): StateFile {
  const change = (edit: (entries: readonly Entry[]) => readonly Entry[]) =>
    whileLocked(path, (file) => {
      const deployments = edit(readEntries(path));
      const text = `${JSON.stringify({ tool: 'statuspage-me', version: 1, deployments }, null, 2)}\n`;
      if (deployments.length > 0) writeWhole(file, text);
      else retryBusy(() => rmSync(file, { force: true }));
    });
  const isOurs = (one: Entry) => [one.pipeline, pipeline].includes('') || one.pipeline === pipeline;
  return {
    refusal: () => {
      try {
        readEntries(path);
        return undefined;
      } catch (error) {
        if (error instanceof UnusableStateError) return error.message;
        throw error;
      }
    },
    claim: (waiting) => claimEntry(path, key, waiting),
    remember: (deployment) =>
      change((entries) => [...entries.filter((one) => one.key !== key), { key, pipeline, deployment }]),
    recall: () => {
      const mine = readEntries(path).find((one) => one.key === key);
      if (mine === undefined) throw new UnusableStateError(describeAbsence(path, key), 'nothing');
      if (!isOurs(mine))
        throw new UnusableStateError(`what ${path} remembers belongs to another pipeline`, 'another-pipeline');
      return parse(path, mine);
    },
    // Another pipeline in the same folder may have put its own there since.
    forget: () => change((entries) => entries.filter((one) => one.key !== key || !isOurs(one))),
  };
}

function describeAbsence(path: string, key: string | undefined): string {
  if (readPlainFile(path, mostBytes) === undefined) return `there is no ${path}`;
  const others = readEntries(path).map((one) => (one.key === undefined ? 'one without a key' : `that of ${one.key}`));
  const known = others.length === 0 ? '' : `, only ${list(others)}`;
  return `${path} remembers no deployment ${key === undefined ? 'without a key' : `with the deployment key ${key}`}${known}`;
}

/** The entries of a file of ours; none if it is empty or not there. Throws UnusableStateError for any other file. */
function readEntries(path: string): readonly Entry[] {
  let text: string | undefined;
  try {
    text = readPlainFile(path, mostBytes);
  } catch (error) {
    if (error instanceof UnfitFileError) throw new UnusableStateError(`${path} ${error.message}`, 'unreadable');
    throw error;
  }
  if (text === undefined || text.trim() === '') return [];
  try {
    return z.parse(content, JSON.parse(text)).deployments;
  } catch {
    throw new UnusableStateError(`${path} is not a state file of this version`, 'unreadable');
  }
}

function parse(path: string, { deployment }: Entry): Deployment {
  try {
    return readDeployment(deployment);
  } catch {
    throw new UnusableStateError(`${path} is not a state file of this version`, 'unreadable');
  }
}

/** Others see the old file or the new one, whenever they look, and whenever the machine goes down. */
function writeWhole(file: string, text: string): void {
  const beside = `${file}.${randomUUID()}`;
  try {
    writeFileSync(beside, text, { mode: 0o600, flag: 'wx', flush: true });
    retryBusy(() => renameSync(beside, file));
  } finally {
    rmSync(beside, { force: true });
  }
}

/** The file itself, without links: what is written beside it is on the same disk, and the link stays. */
function resolve(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return join(realpathSync(dirname(path)), basename(path));
  }
}

/** Changes the file while no other process does; waits for one that does. Throws UserError if the file cannot be changed. */
function whileLocked(path: string, work: (file: string) => void): void {
  try {
    // Before anything is put beside it.
    readEntries(path);
    const file = resolve(path);
    const lock = takeLock(`${file}.lock`);
    try {
      work(file);
    } finally {
      lock.release();
    }
  } catch (error) {
    throw failedWriting(path, error);
  }
}

function failedWriting(path: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  const happened = error instanceof UnusableStateError ? error.message : `${path}: ${codeOf(error)}`;
  return new UserError('state file', `Could not write the state file: ${happened}. ${todo}`, 'failed');
}

function takeLock(path: string): Lock {
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    const lock = tryLock(path);
    if (lock !== undefined) return lock;
    if (waitedMs >= writeWithinMs) throw failedWaiting(path, writeWithinMs);
    pause(pauseMs);
  }
}

function failedWaiting(lock: string, waitedMs: number): UserError {
  const happened = `${describeHolder(lock)} has kept it for ${waitedMs / secondMs} s`;
  return new UserError(
    'state file',
    `Could not write the state file: ${happened}. If that command is over, delete ${lock}.`,
    'failed',
  );
}

async function claimEntry(
  path: string,
  key: string | undefined,
  { clock, interruption }: Waiting,
): Promise<Claim | undefined> {
  const name = createHash('sha256')
    .update(JSON.stringify([key]))
    .digest('hex')
    .slice(0, 8);
  const begunAt = clock.now();
  for (let waited = false; ; waited = true) {
    let claim: string;
    let lock: Lock | undefined;
    try {
      claim = `${resolve(path)}.${name}.claim`;
      lock = tryLock(claim);
    } catch {
      // Nothing can be written here. The begin of a deployment fails with the first thing to remember, its end needs only to read.
      return { waited, release: () => {} };
    }
    if (lock !== undefined) return { waited, release: releaseOnExit(lock) };
    if (msBetween(begunAt, clock.now()) >= claimWithinMs) throw failedWaiting(claim, claimWithinMs);
    await clock.sleep(5 * pauseMs, interruption);
    if (interruption.aborted) return undefined;
  }
}

/** Also released if the process has to leave at once. */
function releaseOnExit({ release }: Lock): () => void {
  process.once('exit', release);
  return () => {
    process.off('exit', release);
    release();
  };
}
