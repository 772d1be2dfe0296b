import { type Dependencies, maskSecrets, withNetwork } from '../operations/dependencies.ts';
import { endRemembered } from '../operations/end/end.ts';
import { mainStep } from '../operations/perform.ts';
import { type Conclusion, conclude, concludeFailure } from '../operations/step.ts';
import { createRunnerHost } from './runner.ts';
import { watchSignals } from './signals.ts';

/** The main step on GitHub's runner; returns the exit code. */
export function runMain(): Promise<number> {
  return withNetwork(createRunnerHost(watchSignals().interruption), mainStep);
}

/** The post step on GitHub's runner, which sends it no signals; returns the exit code. */
export function runPost(): Promise<number> {
  return withNetwork(createRunnerHost(new AbortController().signal), postStep);
}

/** The post step: ends what main has opened, as the outcome says. Returns the exit code; never throws. */
export async function postStep(dependencies: Dependencies): Promise<number> {
  const { host } = dependencies;
  maskSecrets(host);
  let conclusion: Conclusion;
  try {
    ({ conclusion } = await endRemembered(dependencies));
  } catch (error) {
    conclusion = concludeFailure('Ending the notice', error, { onApiError: 'warn', operation: 'resolve' });
  }
  return conclude(dependencies, conclusion, host.identify(''), false);
}
