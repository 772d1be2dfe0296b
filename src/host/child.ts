import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { isatty } from 'node:tty';
import spawn from 'cross-spawn';
import { type CommandEnd, mustSendOn, type StopSignal } from '../domain/command-end.ts';

/** A command that runs, with our own streams. */
export interface Child {
  readonly ended: Promise<CommandEnd>;
  /** Passes a signal on that reached us; does nothing where it reaches the command by itself, or the command is over. */
  readonly passOn: (signal: StopSignal) => void;
}

/** Starts a command, found as a shell would find it. It gets our very streams: nothing stands between it and who reads it. */
export function startChild(
  [file = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Child {
  let child: ChildProcess;
  try {
    child = spawn(file, args, { stdio: 'inherit', env: { ...environment } });
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
  const inTerminal = [0, 1, 2].some((stream) => isatty(stream));
  return {
    ended,
    passOn: (signal) => {
      if (mustSendOn(signal, process.platform, inTerminal)) child.kill(signal);
    },
  };
}

const stopSignals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'];

/** Tells of each signal to stop, until it is asked to leave off. */
export function listenForSignals(tell: (signal: StopSignal) => void): () => void {
  for (const signal of stopSignals) process.on(signal, tell);
  return () => {
    for (const signal of stopSignals) process.off(signal, tell);
  };
}
