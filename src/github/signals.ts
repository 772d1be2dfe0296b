import { exitCodes } from '../domain/exit.ts';

/** After a signal, what is in flight gets its time; then the process leaves, whatever still holds it. */
const leaveAfterMs = 6_000;

/** What came of watching: aborted at the first signal, and the way to leave the signals to others. */
export interface SignalWatch {
  readonly interruption: AbortSignal;
  readonly leaveOff: () => void;
}

/** Aborted at the first signal to stop. The runner sends SIGINT, 7.5 s later SIGTERM, 2.5 s later it kills; Windows sends SIGBREAK. */
export function watchSignals(): SignalWatch {
  const interruption = new AbortController();
  const stop = () => {
    interruption.abort();
    setTimeout(() => process.exit(exitCodes.interrupted), leaveAfterMs).unref();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const;
  for (const signal of signals) process.once(signal, stop);
  return {
    interruption: interruption.signal,
    leaveOff: () => {
      for (const signal of signals) process.off(signal, stop);
    },
  };
}
