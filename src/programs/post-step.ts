import { type Conclusion, conclude, concludeFailure } from './conclusion.ts';
import { endRemembered } from './end-remembered.ts';
import { maskSecrets, type Tools } from './tools.ts';

/** The post step: ends what main has opened, as the outcome says. Returns the exit code; never throws. */
export async function postStep(tools: Tools): Promise<number> {
  const { host } = tools;
  maskSecrets(host);
  let conclusion: Conclusion;
  try {
    ({ conclusion } = await endRemembered(tools));
  } catch (error) {
    conclusion = concludeFailure('Ending the notice', error, { onApiError: 'warn', operation: 'resolve' });
  }
  return conclude(tools, conclusion, host.identify(''), false);
}
