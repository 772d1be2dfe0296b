import type { Outcome } from './outcome.ts';

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
export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGBREAK';

/**
 * Whether a signal that reached us has to be sent on to the command. The keys of a terminal, and its end, reach every program in it: sent a
 * second time, Ctrl-C makes many a program leave without cleaning up. On Windows there are no other signals than those of the console, and
 * sending one is killing.
 */
export function mustSendOn(signal: StopSignal, platform: string, inTerminal: boolean): boolean {
  if (platform === 'win32') return false;
  return !(inTerminal && (signal === 'SIGINT' || signal === 'SIGHUP'));
}
