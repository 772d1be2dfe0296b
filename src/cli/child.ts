import { type ChildProcess, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import crossSpawn from 'cross-spawn';
import type { Outcome } from '../domain/outcome.ts';
import { otherSignals, stopSignals } from '../operations/host.ts';

/** A running command, which inherits our streams. */
export interface Child {
  readonly ended: Promise<CommandEnd>;
  /** Passes on a signal that reached us, unless the command got it too. Does nothing if the command is over. */
  readonly passOn: (signal: NodeJS.Signals) => void;
}

/** Starts a command, found as a shell would find it. */
export function startChild(
  [file = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Child {
  let child: ChildProcess;
  try {
    child = crossSpawn(file, args, { stdio: 'inherit', env: { ...environment } });
  } catch {
    // Some of the system's refusals are thrown, such as that of arguments that are too long, or of a path through a file.
    return { ended: Promise.resolve({ unstarted: 'not-executable' }), passOn: () => {} };
  }
  const ended = new Promise<CommandEnd>((resolve) => {
    child.on('error', ({ code, syscall }: NodeJS.ErrnoException) => {
      // A command of another user, as under sudo, may not be sent signals, and runs on.
      if (syscall !== 'kill') resolve({ unstarted: code === 'ENOENT' ? 'not-found' : 'not-executable' });
    });
    child.once('exit', (exitCode, signal) =>
      resolve(signal === null ? { exitCode: exitCode ?? 1 } : { signal, signalNumber: constants.signals[signal] }),
    );
  });
  const passOn = createPassOn(child, environment, ended);
  for (const signal of otherSignals) process.on(signal, passOn);
  void ended.then(() => {
    for (const signal of otherSignals) process.off(signal, passOn);
  });
  return { ended, passOn };
}

/**
 * False only if a command certainly cannot be started: no file has its name, or nobody may execute one. The rest shows when it is started. On
 * Windows a bare name may be a command of cmd.exe, which has no file.
 */
export function mayStart(file: string, environment: Readonly<Record<string, string | undefined>>): boolean {
  const isWindows = process.platform === 'win32';
  if (file.includes('/') || (isWindows && file.includes('\\'))) return isProgram(file, isWindows);
  // Without a PATH, each system has its own default.
  if (isWindows || environment.PATH === undefined) return true;
  return environment.PATH.split(':').some((folder) => isProgram(folder === '' ? file : `${folder}/${file}`, false));
}

function isProgram(path: string, isWindows: boolean): boolean {
  const extensions = isWindows ? (process.env.PATHEXT ?? '.EXE;.CMD;.BAT;.COM').split(';') : [];
  return ['', ...extensions].some((extension) => {
    try {
      const found = statSync(`${path}${extension}`);
      return !found.isDirectory() && (isWindows || (found.mode & 0o111) !== 0);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      return !['ENOENT', 'ENOTDIR'].includes(code);
    }
  });
}

/**
 * The command gets each signal once: from its sender if that meant our whole process group, as a terminal does, else from us. Windows has no
 * signals but those of the console, which reach every program in it, and sending one there is killing.
 */
function createPassOn(
  child: ChildProcess,
  environment: Readonly<Record<string, string | undefined>>,
  ended: Promise<CommandEnd>,
): Child['passOn'] {
  if (process.platform === 'win32') return () => {};
  const group = watchProcessGroup(environment);
  void ended.then(group.stopWatching);
  return (signal) => {
    void group.received(signal).then((hasReachedChild) => hasReachedChild || child.kill(signal));
  };
}

/** Tells a signal to our whole process group from a signal to us alone. */
interface ProcessGroup {
  /** Whether a signal that has just reached us went to the whole group. Answers within 200 ms. */
  readonly received: (signal: NodeJS.Signals) => Promise<boolean>;
  readonly stopWatching: () => void;
}

const withinMs = 200;

/**
 * Node does not report who sent a signal. The sentinel is an idle process in our group that catches nothing: if a signal ends it when the
 * same signal reaches us, the whole group got it. Without a shell there is no sentinel, and every signal counts as sent to us alone.
 */
function watchProcessGroup(environment: Readonly<Record<string, string | undefined>>): ProcessGroup {
  let ends: { readonly signal: NodeJS.Signals; readonly at: number }[] = [];
  let stop = () => {};
  const start = () => {
    // It ends with us, whatever ends us, because then its input ends. SIGQUIT must not make it write a core file.
    const sentinel = spawn('sh', ['-c', 'ulimit -c 0; exec cat'], {
      env: { ...environment },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    sentinel.on('error', () => {});
    sentinel.stdin.on('error', () => {});
    sentinel.once('exit', (_exitCode, signal) => {
      if (signal === null) return;
      ends.push({ signal, at: performance.now() });
      start();
    });
    stop = () => {
      sentinel.removeAllListeners('exit');
      sentinel.stdin.destroy();
    };
  };
  start();
  return {
    received: async (signal) => {
      for (let waitedMs = 0; waitedMs <= withinMs; waitedMs += 10) {
        const now = performance.now();
        const recent = ends.filter(({ at }) => now - at <= 2 * withinMs);
        const found = recent.find((end) => end.signal === signal);
        ends = recent.filter((end) => end !== found);
        if (found !== undefined) return true;
        await sleep(10);
      }
      return false;
    },
    stopWatching: () => stop(),
  };
}

/** Reports each signal to stop until the returned function is called. */
export function listenForSignals(tell: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of stopSignals) process.on(signal, tell);
  return () => {
    for (const signal of stopSignals) process.off(signal, tell);
  };
}

/** How a command ended: by itself, by a signal, or it could not be started at all. */
export type CommandEnd =
  | { readonly exitCode: number }
  | { readonly signal: string; readonly signalNumber: number }
  | { readonly unstarted: 'not-found' | 'not-executable' };

/** The exit code that a shell gives for such an end. */
export function exitCodeOf(end: CommandEnd): number {
  if ('exitCode' in end) return end.exitCode;
  if ('signal' in end) return 128 + end.signalNumber;
  return end.unstarted === 'not-found' ? 127 : 126;
}

/** The outcome of the deployment. A command that fails after a signal to stop has obeyed it; one that never began deployed nothing. */
export function outcomeOf(end: CommandEnd, gotStopSignal: boolean): Outcome {
  if ('unstarted' in end) return 'skipped';
  if ('exitCode' in end && end.exitCode === 0) return 'success';
  const isStopped = gotStopSignal || ('signal' in end && stopSignals.some((signal) => signal === end.signal));
  // A crash, or a kill for want of memory, is a failure.
  return isStopped ? 'cancelled' : 'failure';
}
