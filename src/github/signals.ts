import { exitCodes } from '../domain/errors.ts';

/** After a signal, what is in flight gets its time; then the process leaves, whatever still holds it. */
const leaveAfterMs = 6_000;

/** What came of watching: aborted at the first signal, and the way to leave the signals to others. */
export interface SignalWatch {
  readonly interruption: AbortSignal;
  readonly leaveOff: () => void;
}

/** Signals to undo what was begun and exit. The runner sends SIGINT, SIGTERM 7.5 s later, and kills 2.5 s later; Windows sends SIGBREAK. */
export const stopSignals = ['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP', 'SIGQUIT'] as const;

/** Signals without a meaning for us. They must neither kill us in the middle of our work nor open Node's debugger. */
export const otherSignals = ['SIGUSR1', 'SIGUSR2', 'SIGALRM', 'SIGXCPU'] as const;

/** Aborted at the first signal to stop. */
export function watchSignals(): SignalWatch {
  const interruption = new AbortController();
  const stop = () => {
    interruption.abort();
    setTimeout(() => process.exit(exitCodes.interrupted), leaveAfterMs).unref();
  };
  for (const signal of stopSignals) process.once(signal, stop);
  for (const signal of otherSignals) process.on(signal, () => {});
  return {
    interruption: interruption.signal,
    leaveOff: () => {
      for (const signal of stopSignals) process.off(signal, stop);
    },
  };
}
