import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** Tells a signal to our whole process group from a signal to us alone. */
export interface ProcessGroup {
  /** Whether a signal that has just reached us went to the whole group. Answers within 200 ms. */
  readonly received: (signal: NodeJS.Signals) => Promise<boolean>;
  readonly stopWatching: () => void;
}

const withinMs = 200;

/**
 * Node does not report who sent a signal. The sentinel is an idle process in our group that catches nothing: if a signal ends it when the
 * same signal reaches us, the whole group got it. Without a shell there is no sentinel, and every signal counts as sent to us alone.
 */
export function watchProcessGroup(environment: Readonly<Record<string, string | undefined>>): ProcessGroup {
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
