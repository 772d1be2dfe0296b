import type { Deployment, Memory } from '../deployment/deployment.ts';
import { UserError } from '../domain/errors.ts';
import type { Run } from '../domain/run.ts';
import type { NameOf } from '../inputs/flags.ts';
import type { RequestFor } from '../inputs/operations.ts';
import { type GivenInputs, readRequestFor } from '../inputs/read-inputs.ts';
import { type Dependencies, maskSecrets } from '../operations/dependencies.ts';
import { finishDeployment, leavesNothing } from '../operations/end/end.ts';
import { performRequest } from '../operations/perform.ts';
import type { Conclusion } from '../operations/step.ts';
import { identifyRun } from './pipeline.ts';
import { openStateFile, type StateFile, UnusableStateError } from './state-file.ts';

/** The state file of a deployment that one process begins and another ends, and the pipeline of both. */
export interface StateLocation {
  readonly path: string;
  readonly pipeline: Run;
}

/**
 * Runs one of the two hooks while no other one has the entry of this deployment key. One that had to wait continues with what the other has
 * left. Throws UserError if the other does not come to its end, and for `begin` if the path is no state file.
 */
export async function whileClaimed<T extends Pick<Conclusion, 'exit'>>(
  dependencies: Dependencies,
  given: GivenInputs,
  location: StateLocation,
  part: 'begin' | 'end',
  program: (dependencies: Dependencies, given: GivenInputs, location: StateLocation) => Promise<T>,
): Promise<T | Pick<Conclusion, 'exit'>> {
  const { host, frame, clock } = dependencies;
  maskSecrets(host.log, given.texts);
  const file = openState(location, given.texts['deployment-key'] || undefined);
  const refusal = file.refusal();
  if (refusal !== undefined && part === 'begin') {
    throw new UserError(
      'state file',
      `Could not write the state file: ${refusal}. Give another path with --state-file. This file stays as it is.`,
    );
  }
  const isDryRun = given.texts['dry-run']?.toLowerCase() === 'true';
  // The end may still find the deployment by its key.
  if (refusal !== undefined || isDryRun) return program(dependencies, given, location);
  const isRemembered = () => recallOrNothing(file) !== undefined;
  const wasRemembered = isRemembered();
  const claim = await file.claim({ clock, interruption: frame.interruption });
  if (claim === undefined) {
    host.log.info('Interrupted while waiting for another command that works on this deployment. Nothing was done.');
    return { exit: 'failed' };
  }
  try {
    if (part === 'end' && claim.waited && wasRemembered && !isRemembered()) {
      host.log.info('Another command has just ended this deployment.');
      return { exit: 'done' };
    }
    // The time that the other one took is not ours.
    const ours = claim.waited ? { ...dependencies, frame: { ...frame, startedAt: clock.now() } } : dependencies;
    return await program(ours, given, location);
  } finally {
    claim.release();
  }
}

/** Opens a window and leaves it to `deployEnd`. If that fails, nothing stays. Throws UserError for a wrong input or a state file that cannot be written. */
export async function deployStart(
  dependencies: Dependencies,
  given: GivenInputs,
  location: StateLocation,
): Promise<Conclusion> {
  const { host, frame, clock } = dependencies;
  const request = ownRequest(readRequestFor('open-maintenance', given, clock.now()));
  const key = request.values['deployment-key'];
  const file = openState(location, key);
  const earlier = recallOrNothing(file, ({ message, holds }) => {
    if (holds === 'another-pipeline') host.log.info(`What is in the state file is replaced: ${message}.`);
    else
      host.log.warning(
        `Could not use the state file: ${message}. It is replaced. Check the page for what the earlier deployment left.`,
        'state file',
      );
  });
  const run = deploymentRun(location.pipeline, key, frame.startedAt);
  const memory = watched(file);
  const ours: Dependencies = {
    ...dependencies,
    handoff: { memory, ender: describeEnder(key, host.nameOf), earlier },
    frame: { ...frame, run },
  };
  const opening = await performRequest(ours, request);
  if (opening.exit !== 'done') {
    if (memory.isBegun()) await leaveNothing(ours, request, file, earlier);
  } else if (earlier === undefined && !memory.isBegun() && !request.values['dry-run'])
    file.remember(nothingOpened(request, run, clock.now()));
  return opening;
}

function describeEnder(key: string | undefined, nameOf: NameOf): string {
  return key === undefined
    ? 'The command deploy-end'
    : `The command deploy-end with the same ${nameOf('deployment-key')}`;
}

/** The record is this deployment's own, and what comes later decides how it ends. */
export function ownRequest(request: RequestFor<'open-maintenance'>): RequestFor<'open-maintenance'> {
  return { ...request, values: { ...request.values, 'auto-resolve': true } };
}

/** The file as a memory that shows whether anything was remembered. */
function watched(file: StateFile): Memory & { readonly isBegun: () => boolean } {
  let isBegun = false;
  return {
    isBegun: () => isBegun,
    recall: file.recall,
    remember: (deployment) => {
      file.remember(deployment);
      isBegun = true;
    },
  };
}

/** A start that continued without a notice: its end is to find that there is nothing to do, and not that nothing is remembered. */
function nothingOpened({ values }: RequestFor<'open-maintenance'>, { tag }: Run, startedAt: Date): Deployment {
  return {
    version: 2,
    stage: 'open',
    own: true,
    apiUrl: values['api-url'].href,
    hasKey: values['deployment-key'] !== undefined,
    tag,
    startedAt,
    records: [],
  };
}

/** What the opening has undone is forgotten. What it could not undo is tried once more, and else left to `deployEnd`. */
async function leaveNothing(
  dependencies: Dependencies,
  { values }: RequestFor<'open-maintenance'>,
  file: StateFile,
  earlier: Deployment | undefined,
): Promise<void> {
  const begun = recallOrNothing(file);
  if (begun === undefined) return;
  const isNothingLeft =
    begun.records.length === 0 || leavesNothing(await finishDeployment(dependencies, { outcome: 'cancelled', values }));
  if (!isNothingLeft) return;
  try {
    if (earlier === undefined) file.forget();
    else file.remember(earlier);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // The file names what is no longer there, which its end finds out.
    dependencies.host.log.warning(error.message, error.title);
  }
}

function recallOrNothing(
  file: StateFile,
  report: (error: UnusableStateError) => void = () => {},
): Deployment | undefined {
  try {
    return file.recall();
  } catch (error) {
    if (!(error instanceof UnusableStateError)) throw error;
    if (error.holds !== 'nothing') report(error);
    return undefined;
  }
}

/** The state file for a key of this pipeline. */
export function openState({ path, pipeline }: StateLocation, key: string | undefined): StateFile {
  const { server, repository, id } = pipeline;
  // Without a CI there is no pipeline to be bound to: the file leads to the deployment from any folder, host or user.
  return openStateFile({ path, key, pipeline: id === '' ? '' : [server, repository, id].join(' ') });
}

/**
 * Who opens and ends a deployment: with a key every job of the pipeline, else this job. Outside a CI each deployment is a run of its own, and
 * only a key or the state file leads from one to the next.
 */
export function deploymentRun(pipeline: Run, key: string | undefined, startedAt: Date): Run {
  const run: Run = { ...identifyRun(pipeline, startedAt), leg: '', step: 'deploy' };
  return pipeline.id === '' || key === undefined ? run : { ...run, job: '' };
}
