/** After a signal, what is in flight gets its time; then the process leaves, whatever still holds it. */
const leaveAfterMs = 6_000;

/** Aborted at the first signal to stop. The runner sends SIGINT, 7.5 s later SIGTERM, 2.5 s later it kills; Windows sends SIGBREAK. */
export function watchSignals(): AbortSignal {
  const interruption = new AbortController();
  const stop = () => {
    interruption.abort();
    setTimeout(() => process.exit(interruptedExitCode), leaveAfterMs).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const) process.once(signal, stop);
  return interruption.signal;
}

/** What a process leaves with that was interrupted. */
export const interruptedExitCode = 130;
