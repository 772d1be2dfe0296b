import { createRunnerHost } from './host/runner.ts';
import { watchSignals } from './host/signals.ts';
import { mainStep } from './programs/main-step.ts';
import { postStep } from './programs/post-step.ts';
import { withNetwork } from './programs/surroundings.ts';

/** The main step on GitHub's runner; returns the exit code. */
export function runMain(): Promise<number> {
  return withNetwork(createRunnerHost(watchSignals().interruption), mainStep);
}

/** The post step on GitHub's runner, which sends it no signals; returns the exit code. */
export function runPost(): Promise<number> {
  return withNetwork(createRunnerHost(new AbortController().signal), postStep);
}
