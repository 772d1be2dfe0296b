import type { Deployment } from '../deployment/deployment.ts';
import type { Ended } from '../deployment/end-record.ts';
import { known } from '../deployment/find.ts';
import { findEarlier } from '../deployment/open-record.ts';
import { MissingKeyError, UserError } from '../domain/errors.ts';
import { failureReference, ownReference, sharedReference } from '../domain/reference.ts';
import type { Run } from '../domain/run.ts';
import { secondMs } from '../domain/time.ts';
import { readEndInputs, readRequest } from '../inputs/read-inputs.ts';
import { toOutputs } from '../messages/outputs.ts';
import { connect, type Dependencies, maskSecrets, readGiven } from '../operations/dependencies.ts';
import { finishDeployment, isOver, withInputs } from '../operations/end/end.ts';
import { type Conclusion, conclude, concludeFailure, exitAfter, type Policy } from '../operations/step.ts';
import { blankRecord, findPages } from '../operations/targets.ts';
import { deploymentRun, keyOf, openState, type StateLocation } from './deploy-start.ts';
import { type StateFile, UnusableStateError } from './state-file.ts';

/**
 * Ends what `deployStart` has opened, as the outcome says: what the state file remembers, else what the deployment key leads to. It is remembered
 * as long as it may be on the page. Throws UserError where neither leads to it.
 */
export async function deployEnd(
  dependencies: Dependencies,
  place: StateLocation,
): Promise<Pick<Conclusion, 'exitCode' | 'exit'>> {
  const { host, clock } = dependencies;
  maskSecrets(host);
  const values = readEndInputs(readGiven(host), host);
  if (values['dry-run']) {
    host.info('Dry run: nothing is ended.');
    return { exitCode: 0 };
  }
  // A deployment that says nothing of its outcome has come to its end, as a hook that only runs then.
  const inputs = { outcome: values.outcome === 'job' ? 'success' : values.outcome, 'job-status': 'success' };
  const key = keyOf(dependencies);
  const file = openState(place, key);
  const remembered = recall(dependencies, file);
  // Of a start that got no answer at all, the key may still lead to what an earlier attempt has left.
  let deployment = remembered?.records.length === 0 && key !== undefined ? undefined : remembered;
  try {
    const asking = { ...dependencies, host: withInputs(host, inputs) };
    deployment ??= await findDeployment(asking, deploymentRun(place.pipeline, key, true));
  } catch (error) {
    const policy: Policy = { onApiError: values['on-api-error'], operation: 'resolve' };
    const conclusion = concludeFailure('Looking for what `deploy-start` has opened', error, policy);
    await conclude(dependencies, conclusion, place.pipeline, false);
    return conclusion;
  }
  const found = deployment;
  const memory = { recall: () => found, remember: () => {} };
  const fails = values['on-api-error'] !== 'warn';
  const finish = await finishDeployment({ ...dependencies, handoff: { memory, ender: '' } }, inputs, () => fails);
  if (remembered === undefined && finish.ended.every(({ doing }) => doing === 'recovering')) {
    host.info('Nothing open was found for this `deployment-key`.');
  }
  const { records, serverNow = clock.now() } = finish.conclusion;
  for (const [name, value] of Object.entries(toOutputs(records, serverNow))) host.output(name, value);
  if (remembered !== undefined && isOver(finish)) file.forget();
  return exitAfter(fails ? finish.ended.find(isUndone) : undefined);
}

function isUndone({ did, error }: Ended): boolean {
  return did === undefined && error !== undefined;
}

/** What the file remembers; undefined where it is the deployment key that leads to the deployment. */
function recall({ host }: Dependencies, file: StateFile): Deployment | undefined {
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

const findingBudgetMs = 19 * secondMs;

/**
 * The deployment of a key, as far as the page tells of it: the window that its begin has opened, or taken over. Where none is open, one may
 * have been, which excuses no incident of a failure. Throws UserError, MissingKeyError, UnlocatedError, and what the client throws.
 */
export async function findDeployment(dependencies: Dependencies, run: Run): Promise<Deployment> {
  const { host, clock } = dependencies;
  const { values, operation } = readRequest(readGiven(host), clock.now(), host).request;
  if (operation !== 'resolve') throw new TypeError(`${operation} is not resolve`);
  const { 'api-key': apiKey, 'deployment-key': key, 'status-page': names = [] } = values;
  if (apiKey === undefined) throw new MissingKeyError(host.kind);
  const statusPage = connect(dependencies, values, apiKey, findingBudgetMs);
  const reference = ownReference(run, key);
  const sought = {
    kind: 'maintenance',
    reference,
    takeOver: sharedReference(run, key),
    searchFirst: true,
    mayHaveDuplicate: true,
  } as const;
  const pages = await findPages(statusPage, names);
  const records = await Promise.all(
    pages.map(async (page) => {
      const place = blankRecord('maintenance', page, { stage: 'sought', reference });
      const earlier = await findEarlier(statusPage, sought, page);
      return earlier === undefined ? place : known(place, earlier.record);
    }),
  );
  return {
    version: 1,
    stage: 'open',
    apiUrl: statusPage.apiUrl.href,
    own: true,
    key,
    startedAt: clock.now(),
    clockOffsetMs: statusPage.clockOffsetMs(),
    tag: run.tag,
    failure: { reference: failureReference(run, key), searchFirst: true },
    records,
  };
}
