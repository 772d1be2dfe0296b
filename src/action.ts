import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from './domain/time.ts';
import { createRunnerHost } from './host/runner.ts';
import { watchSignals } from './host/signals.ts';
import { mainStep } from './programs/main-step.ts';
import { postStep } from './programs/post-step.ts';
import type { Tools } from './programs/tools.ts';
import { createConnection } from './statuspage/request.ts';

const clock: Clock = {
  now: () => new Date(),
  sleep: (ms, signal) => wait(ms, undefined, { signal }).catch(() => {}),
};

/** The main step on GitHub's runner; returns the exit code. */
export function runMain(): Promise<number> {
  return withNetwork(watchSignals(), mainStep);
}

/** The post step on GitHub's runner, which sends it no signals; returns the exit code. */
export function runPost(): Promise<number> {
  return withNetwork(new AbortController().signal, postStep);
}

async function withNetwork(interruption: AbortSignal, program: (tools: Tools) => Promise<number>): Promise<number> {
  const { send, close } = createConnection(process.env);
  try {
    return await program({ host: createRunnerHost(interruption), send, clock, random: Math.random });
  } finally {
    await close();
  }
}
