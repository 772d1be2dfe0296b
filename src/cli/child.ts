import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { isatty } from 'node:tty';
import spawn from 'cross-spawn';
import type { Outcome } from '../domain/outcome.ts';

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
  // These say nothing to us: they are meant for the command.
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of userSignals) process.on(signal, forward);
  void ended.then(() => {
    for (const signal of userSignals) process.off(signal, forward);
  });
  const inTerminal = [0, 1, 2].some((stream) => isatty(stream));
  return {
    ended,
    passOn: (signal) => {
      if (mustSendOn(signal, process.platform, inTerminal)) child.kill(signal);
    },
  };
}

const userSignals = ['SIGUSR1', 'SIGUSR2'] as const;
const stopSignals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGBREAK'];

/** Tells of each signal to stop, until it is asked to leave off. */
export function listenForSignals(tell: (signal: StopSignal) => void): () => void {
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

/** What such an end says of the deployment. One that was told to stop and leaves with a failure has obeyed; one that never began deployed nothing. */
export function outcomeOf(end: CommandEnd, toldToStop: boolean): Outcome {
  if ('unstarted' in end) return 'skipped';
  if ('signal' in end) return 'cancelled';
  if (end.exitCode === 0) return 'success';
  return toldToStop ? 'cancelled' : 'failure';
}

/** The signals that ask a program to stop. */
export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGQUIT' | 'SIGBREAK';

/**
 * Whether a signal that reached us has to be sent on to the command. The keys of a terminal, and its end, reach every program in it: sent a
 * second time, Ctrl-C makes many a program leave without cleaning up. On Windows there are no other signals than those of the console, and
 * sending one is killing.
 */
export function mustSendOn(signal: StopSignal, platform: string, inTerminal: boolean): boolean {
  if (platform === 'win32') return false;
  return !(inTerminal && ['SIGINT', 'SIGHUP', 'SIGQUIT'].includes(signal));
}
