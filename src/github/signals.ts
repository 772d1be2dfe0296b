import { exitCodes } from '../domain/exit.ts';

/** After a signal, what is in flight gets its time; then the process leaves, whatever still holds it. */
const leaveAfterMs = 6_000;

/** What came of watching: aborted at the first signal, and the way to leave the signals to others. */
export interface SignalWatch {
  readonly interruption: AbortSignal;
  readonly leaveOff: () => void;
}

/**
 * What we do about each signal. `stop`: undo what was begun and leave. `ignore`: it has no meaning for us, and must neither kill us in the
 * middle of our work nor open Node's debugger. The runner sends SIGINT, 7.5 s later SIGTERM, and kills 2.5 s later; Windows sends SIGBREAK.
 */
const reactions = {
  SIGINT: 'stop',
  SIGTERM: 'stop',
  SIGBREAK: 'stop',
  SIGHUP: 'stop',
  SIGQUIT: 'stop',
  SIGUSR1: 'ignore',
  SIGUSR2: 'ignore',
} as const satisfies Partial<Record<NodeJS.Signals, 'stop' | 'ignore'>>;

type Known = keyof typeof reactions;
const known = Object.keys(reactions) as readonly Known[];
const signalsTo = (reaction: 'stop' | 'ignore') => known.filter((signal) => reactions[signal] === reaction);

/** Aborted at the first signal to stop. */
export function watchSignals(): SignalWatch {
  const interruption = new AbortController();
  const stop = () => {
    interruption.abort();
    setTimeout(() => process.exit(exitCodes.interrupted), leaveAfterMs).unref();
  };
  for (const signal of signalsTo('stop')) process.once(signal, stop);
  for (const signal of signalsTo('ignore')) process.on(signal, () => {});
  return {
    interruption: interruption.signal,
    leaveOff: () => {
      for (const signal of signalsTo('stop')) process.off(signal, stop);
    },
  };
}
