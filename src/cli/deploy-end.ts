import type { Deployment, DeploymentRecord, OpenRecord } from '../deployment/deployment.ts';
import type { Ended, EndedFailed } from '../deployment/end-record.ts';
import { formatReference, isOwn, parseReference } from '../domain/deployment-reference.ts';
import { MissingKeyError, UserError } from '../domain/errors.ts';
import { hashKey } from '../domain/run.ts';
import { secondMs } from '../domain/time.ts';
import { type Given, isGiven, type RequestFor } from '../inputs/operations.ts';
import { type GivenInputs, readEndInputs, readRequestFor } from '../inputs/read-inputs.ts';
import { toOutputs } from '../messages/outputs.ts';
import { connect, type Dependencies, maskSecrets } from '../operations/dependencies.ts';
import { endingOf, finishDeployment, leavesNothing } from '../operations/end/end.ts';
import { describeNothingOpen, findKeyed } from '../operations/keyed.ts';
import { identify } from '../operations/open/plan.ts';
import { type Conclusion, concludeFailure, exitAfter, type Policy, report } from '../operations/step.ts';
import { findPages } from '../statuspage/find-pages.ts';
import { deploymentRun, openState, type StateLocation } from './deploy-start.ts';
import { type StateFile, UnusableStateError } from './state-file.ts';

/**
 * Ends what `deployStart` opened, as the outcome says: what the state file remembers, else what the deployment key leads to. It is remembered
 * as long as it may be on the page. Throws UserError if neither leads to it.
 */
export async function deployEnd(
  dependencies: Dependencies,
  given: GivenInputs,
  location: StateLocation,
): Promise<Pick<Conclusion, 'exit'>> {
  const { host, clock } = dependencies;
  maskSecrets(host.log, given.texts);
  const values = readEndInputs(given);
  if (values['dry-run']) {
    host.log.info('Dry run: nothing is ended.');
    return { exit: 'done' };
  }
  // A hook that does not give an outcome runs only after a success.
  const outcome = values.outcome === 'job' ? 'success' : values.outcome;
  const key = given.texts['deployment-key'] || undefined;
  const file = openState(location, key);
  const remembered = recall(dependencies, file, given.texts);
  let deployment = remembered;
  let nothingOpen = '';
  try {
    if (deployment === undefined) {
      const request = readRequestFor('resolve', { ...given, texts: { ...given.texts, outcome } }, clock.now());
      const found = await findDeployment(dependencies, request, location);
      deployment = found.deployment;
      nothingOpen = found.over.length === 0 ? nothingFound : describeNothingOpen(found.over).text;
    }
  } catch (error) {
    const policy: Policy = { onApiError: values['on-api-error'], operation: 'resolve' };
    const conclusion = concludeFailure('find what deploy-start opened', error, policy, host);
    await report(dependencies, conclusion, false);
    return conclusion;
  }
  const found = deployment;
  if (remembered === undefined && found.records.length === 0) {
    host.log.info(nothingOpen);
    host.setOutputs(toOutputs([], clock.now()));
    return { exit: 'done' };
  }
  const handoff = {
    memory: { recall: () => found, remember: () => {} },
    ender: '',
    isLasting: remembered !== undefined,
  };
  const fails = values['on-api-error'] !== 'warn';
  const request = { outcome, values, isFatal: () => fails };
  const finish = await finishDeployment({ ...dependencies, handoff }, request);
  if (remembered === undefined && finish.ended.every(({ phase }) => phase === 'recovering')) {
    host.log.info(nothingOpen);
  }
  const { records, serverNow = clock.now() } = finish.conclusion;
  host.setOutputs(toOutputs(records, serverNow));
  if (remembered !== undefined && leavesNothing(finish)) file.forget();
  return { exit: exitAfter(fails ? finish.ended.find(isFailed) : undefined) };
}

const nothingFound = 'Nothing open was found for this deployment key.';

function isFailed(entry: Ended): entry is EndedFailed {
  return entry.result === 'failed';
}

/** What the file remembers; undefined if the deployment key leads to the deployment. Throws UserError if nothing leads there. */
function recall({ host }: Dependencies, file: StateFile, given: Given): Deployment | undefined {
  try {
    return file.recall();
  } catch (error) {
    if (!(error instanceof UnusableStateError)) throw error;
    const happened = `Could not use the state file: ${error.message}.`;
    const search = isGiven(given, 'deployment-key')
      ? 'Give --status-page too, so that the deployment key finds the window on the page'
      : 'Give both commands the same --deployment-key';
    if (!isGiven(given, 'deployment-key') || !isGiven(given, 'status-page')) {
      const done = error.holds === 'nothing' ? ' If an earlier deploy-end did its work, nothing is left to do.' : '';
      const todo = `${search}, or give the --state-file of deploy-start.${done}`;
      throw new UserError('state file', `${happened} ${todo}`, 'not-found');
    }
    host.log.warning(`${happened} Ending what the deployment key finds on the page instead.`, 'state file');
    return undefined;
  }
}

const findingBudgetMs = 19 * secondMs;

/** A deployment that was found on the page, and the windows of its key that are over: whether they ended by themselves nobody knows. */
interface Found {
  readonly deployment: Deployment;
  readonly over: readonly OpenRecord[];
}

/**
 * The deployment of a key, as far as the page shows it: the window that its start opened or took over. If none is open, one may have been,
 * which does not replace the incident of a failure. Throws UserError, MissingKeyError, UnlocatedError, and what the client throws.
 */
async function findDeployment(
  dependencies: Dependencies,
  { values }: RequestFor<'resolve'>,
  { pipeline }: StateLocation,
): Promise<Found> {
  const { 'api-key': apiKey, 'deployment-key': key, 'status-page': names = [] } = values;
  const run = deploymentRun(pipeline, key, dependencies.frame.startedAt);
  if (apiKey === undefined) throw new MissingKeyError(dependencies.host.kind);
  const statusPage = connect(dependencies, values, apiKey, findingBudgetMs);
  const pages = await findPages(statusPage, names);
  const { clock, random } = dependencies;
  const identity = identify(run, key, { kind: 'maintenance', title: '', now: clock.now(), random });
  // Only a success ends what other runs left. Outside a CI nothing but the key tells which run opened it.
  const mayEndAny = values.outcome === 'success' || pipeline.id === '';
  const opensIncident = values.outcome !== 'job' && endingOf(values.outcome, values).action === 'incident';
  const found = await findKeyed(statusPage, { key: hashKey(run, key) ?? '', pages, kind: 'maintenance' });
  const records = found.flatMap(({ page, targets, over }): readonly DeploymentRecord[] => {
    const open = targets
      .map((target) => {
        if ('error' in target) throw target.error;
        return target.record;
      })
      .filter((record) => mayEndAny || isOfRun(record, identity.run));
    if (open.length > 0) return open;
    const none = { kind: 'maintenance', page, stage: 'missed', created: false, mailed: false } as const;
    // A success still ends what earlier runs left. Of a failure only a window shows that there was a deployment.
    return values.outcome === 'success' || (opensIncident && over.length > 0) ? [none] : [];
  });
  const deployment: Deployment = {
    version: 2,
    stage: 'open',
    apiUrl: statusPage.apiUrl.href,
    own: true,
    hasKey: key !== undefined,
    identity: formatReference(identity),
    startedAt: clock.now(),
    clockOffsetMs: statusPage.clockOffsetMs(),
    tag: run.tag,
    records,
  };
  return { deployment, over: found.flatMap(({ over }) => over) };
}

/** Whether a record is shared, or was opened by this run. */
function isOfRun({ reference = '' }: OpenRecord, run: string): boolean {
  const parsed = parseReference(reference);
  return parsed === undefined || !isOwn(parsed) || parsed.run === run;
}
