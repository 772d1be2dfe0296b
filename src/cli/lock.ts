import { createHash, randomUUID } from 'node:crypto';
import { lstatSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import * as z from 'zod/mini';
import { minuteMs, secondMs } from '../domain/time.ts';
import { codeOf, readPlainFile } from './plain-file.ts';

/** A lock that this process holds. */
export interface Lock {
  readonly release: () => void;
}

/** Most commands have no time left after that: whatever wakes up then sends nothing more. */
const usualLifeMs = 10 * minuteMs;
const mostBytes = 4096;

const owner = z.object({ machine: z.string(), pid: z.int(), nonce: z.string() });

/**
 * Takes the lock at a path, a small file that names its owner; undefined if another process holds it. A lock is removed for its owner only
 * if that process is over, however slow it was, or older than it can be. Throws the system's error if the file cannot be made.
 */
export function tryLock(path: string, longestLifeMs = usualLifeMs): Lock | undefined {
  const text = JSON.stringify({ machine: machine(), pid: process.pid, nonce: randomUUID() });
  if (!create(path, text)) {
    removeAbandoned(path, longestLifeMs);
    return undefined;
  }
  return {
    release: () => {
      if (readText(path) === text) retryBusy(() => rmSync(path, { force: true }));
    },
  };
}

/** Who holds the lock, as the end of a sentence. */
export function describeHolder(path: string): string {
  const found = readOwner(readText(path));
  if (found === undefined) return 'another command';
  return `process ${found.pid}${found.machine === machine() ? '' : ` on ${found.machine.split(' ')[0]}`}`;
}

/** Only one process can make a file that must be new. */
function create(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    // On Windows a file that is just being deleted answers so.
    if (codeOf(error) === 'EEXIST' || isBusy(error)) return false;
    if (codeOf(error) === 'ENOSPC') rmSync(path, { force: true });
    throw error;
  }
}

/**
 * Removes a lock whose owner is over. Two processes may find that out at once. The one that makes the permit for this very lock removes it,
 * so nobody removes the lock that the next owner has taken meanwhile.
 */
function removeAbandoned(path: string, longestLifeMs: number): void {
  const text = readText(path);
  if (text === undefined || !isAbandoned(path, text, longestLifeMs)) return;
  const permit = `${path}.${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  if (!create(permit, '')) return;
  try {
    if (readText(path) === text && isAbandoned(path, text, longestLifeMs))
      retryBusy(() => rmSync(path, { force: true }));
  } finally {
    retryBusy(() => rmSync(permit, { force: true }));
  }
}

function isAbandoned(path: string, text: string, longestLifeMs: number): boolean {
  const madeAt = lstatSync(path, { throwIfNoEntry: false })?.mtimeMs;
  if (madeAt === undefined) return false;
  const found = readOwner(text);
  const isHere = found?.machine === machine();
  if (isHere && !isAlive(found.pid)) return true;
  // Of a process on another machine nobody knows whether it lives.
  return Date.now() - madeAt > (isHere ? longestLifeMs : usualLifeMs);
}

/** The text of a lock; undefined if it is gone, or no plain file and so not ours to remove. */
function readText(path: string): string | undefined {
  try {
    return readPlainFile(path, mostBytes);
  } catch {
    return undefined;
  }
}

function readOwner(text: string | undefined): z.output<typeof owner> | undefined {
  try {
    return z.parse(owner, JSON.parse(text ?? ''));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user may not be signalled, and lives.
    return codeOf(error) !== 'ESRCH';
  }
}

let knownMachine: string | undefined;

/** The scope of a process number: this host since its start, and the container in it. */
function machine(): string {
  const read = (look: () => string) => {
    try {
      return look().trim();
    } catch {
      return '';
    }
  };
  knownMachine ??= [
    hostname(),
    read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
    read(() => readlinkSync('/proc/self/ns/pid')),
  ].join(' ');
  return knownMachine;
}

const pauseMs = 20;
const busyForMs = 2 * secondMs;

/** Windows refuses to rename or remove a file while another program reads it, such as a virus scanner. */
function isBusy(error: unknown): boolean {
  return process.platform === 'win32' && ['EPERM', 'EBUSY', 'EACCES'].includes(codeOf(error));
}

/** Repeats a change of a file for two seconds while the system answers that the file is busy. */
export function retryBusy(change: () => void): void {
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    try {
      change();
      return;
    } catch (error) {
      if (waitedMs >= busyForMs || !isBusy(error)) throw error;
      pause(pauseMs);
    }
  }
}

/** Waits without letting anything else run: what is to be remembered is remembered before anything else is done. */
export function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
