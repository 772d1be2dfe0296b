import type { Deployment } from '../deployment/deployment.ts';
import type { Ended } from '../deployment/end-record.ts';
import { readEndInputs } from '../domain/read-inputs.ts';
import { UserError } from '../domain/user-error.ts';
import { type StateFile, UnusableStateError } from '../host/state-file.ts';
import { describeOutputs } from '../report/outputs.ts';
import { type Conclusion, conclude, concludeFailure, exitAfter, type Policy } from './conclusion.ts';
import { type DeployPlace, keyOf, openState, placeOf } from './deploy-start.ts';
import { findDeployment } from './find-deployment.ts';
import { finishDeployment, isOver, withInputs } from './finish-deployment.ts';
import { maskSecrets, readGiven, type Tools } from './tools.ts';

/**
 * Ends what `deployStart` has opened, as the outcome says: what the state file remembers, else what the deployment key leads to. It is remembered
 * as long as it may be on the page. Throws UserError where neither leads to it.
 */
export async function deployEnd(tools: Tools, place: DeployPlace): Promise<Pick<Conclusion, 'exitCode' | 'exit'>> {
  const { host, clock } = tools;
  maskSecrets(host);
  const values = readEndInputs(readGiven(host), host);
  if (values['dry-run']) {
    host.info('Dry run: nothing is ended.');
    return { exitCode: 0 };
  }
  // A deployment that says nothing of its outcome has come to its end, as a hook that only runs then.
  const inputs = { outcome: values.outcome === 'job' ? 'success' : values.outcome, 'job-status': 'success' };
  const key = keyOf(tools);
  const file = openState(place, key);
  const remembered = recall(tools, file);
  // Of a start that got no answer at all, the key may still lead to what an earlier attempt has left.
  let deployment = remembered?.records.length === 0 && key !== undefined ? undefined : remembered;
  try {
    const asking = { ...tools, host: withInputs(host, inputs) };
    deployment ??= await findDeployment(asking, placeOf(place.pipeline, key, true));
  } catch (error) {
    const policy: Policy = { onApiError: values['on-api-error'], operation: 'resolve' };
    const conclusion = concludeFailure('Looking for what `deploy-start` has opened', error, policy);
    await conclude(tools, conclusion, place.pipeline, false);
    return conclusion;
  }
  const found = deployment;
  const memory = { recall: () => found, remember: () => {} };
  const fails = values['on-api-error'] !== 'warn';
  const finish = await finishDeployment({ ...tools, sequel: { memory, ender: '' } }, inputs, () => fails);
  if (remembered === undefined && finish.ended.every(({ doing }) => doing === 'recovering')) {
    host.info('Nothing open was found for this `deployment-key`.');
  }
  const { records, serverNow = clock.now() } = finish.conclusion;
  for (const [name, value] of Object.entries(describeOutputs(records, serverNow))) host.output(name, value);
  if (remembered !== undefined && isOver(finish)) file.forget();
  return exitAfter(fails ? finish.ended.find(isUndone) : undefined);
}

function isUndone({ did, error }: Ended): boolean {
  return did === undefined && error !== undefined;
}

/** What the file remembers; undefined where it is the deployment key that leads to the deployment. */
function recall({ host }: Tools, file: StateFile): Deployment | undefined {
  try {
    return file.recall();
  } catch (error) {
    if (!(error instanceof UnusableStateError)) throw error;
    const happened = `Reading the state file — ${error.message}`;
    const todo = 'Give the --deployment-key of both commands, or the --state-file of the first one.';
    if (host.input('deployment-key') === '') throw new UserError(`${happened} — ${todo}`, 'not-found');
    host.warning(`${happened} — What the deployment key leads to on the page is ended instead.`);
    return undefined;
  }
}
