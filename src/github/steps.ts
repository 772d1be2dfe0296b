import { type GivenInputs, readPostInputs } from '../inputs/read-inputs.ts';
import { warning } from '../messages/message.ts';
import { type Dependencies, maskSecrets, withNetwork } from '../operations/dependencies.ts';
import { type EndRequest, endRemembered } from '../operations/end/end.ts';
import { watchSignals } from '../operations/host.ts';
import { perform } from '../operations/perform.ts';
import { type Conclusion, concludeFailure, report, stepExitCode } from '../operations/step.ts';
import { createRunnerFrame, createRunnerHost, readRunnerInputs } from './runner.ts';

/** The main step on GitHub's runner; returns the exit code. */
export function runMain(): Promise<number> {
  const given = readRunnerInputs();
  const context = { host: createRunnerHost(), frame: createRunnerFrame(given, watchSignals().interruption) };
  return withNetwork(context, (dependencies) => mainStep(dependencies, given));
}

/** The post step on GitHub's runner, which sends it no signals; returns the exit code. */
export function runPost(): Promise<number> {
  const given = readRunnerInputs();
  const context = { host: createRunnerHost(), frame: createRunnerFrame(given, new AbortController().signal) };
  return withNetwork(context, (dependencies) => postStep(dependencies, given));
}

/** The main step: reads the inputs and performs the operation. Returns the exit code; never throws. */
export async function mainStep(dependencies: Dependencies, given: GivenInputs): Promise<number> {
  return stepExitCode(await perform(dependencies, given));
}

/** The post step: ends what main opened, as the outcome says. Returns the exit code; never throws. */
export async function postStep(dependencies: Dependencies, given: GivenInputs): Promise<number> {
  maskSecrets(dependencies.host.log, given.texts);
  let conclusion: Conclusion;
  try {
    ({ conclusion } = await endRemembered(
      dependencies,
      () => readEndRequest(given),
      given.texts['on-api-error'] === 'fail',
    ));
    if (conclusion.verdict !== undefined) conclusion = withEmptyOutcome(conclusion, given);
  } catch (error) {
    conclusion = concludeFailure(
      'end the notice',
      error,
      { onApiError: 'warn', operation: 'resolve' },
      dependencies.host,
    );
  }
  await report(dependencies, conclusion, false);
  return stepExitCode(conclusion);
}

function readEndRequest(given: GivenInputs): EndRequest {
  const values = readPostInputs(given);
  return { values, outcome: values.outcome === 'job' ? values['job-status'] : values.outcome };
}

/** `action.yml` gives `job`, so an empty outcome is an expression that found nothing. */
function withEmptyOutcome(conclusion: Conclusion, { texts }: GivenInputs): Conclusion {
  if (texts.outcome !== '') return conclusion;
  const message = warning(
    'no outcome',
    'outcome is empty, so the status of the job counts. Check the expression: does it name a step of this job by its id?',
  );
  return { ...conclusion, messages: [message, ...conclusion.messages] };
}
