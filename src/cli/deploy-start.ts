import type { Deployment, Memory } from '../deployment/deployment.ts';
import { UserError } from '../domain/errors.ts';
import type { Run } from '../domain/run.ts';
import { type Dependencies, maskSecrets } from '../operations/dependencies.ts';
import { finishDeployment, isOver, openingInputs, withInputs } from '../operations/end/end.ts';
import { performOperation } from '../operations/perform.ts';
import type { Conclusion } from '../operations/step.ts';
import { openStateFile, type StateFile, UnusableStateError } from './state-file.ts';

/** Where a deployment is remembered that one process begins and another ends, and the pipeline that both belong to. */
export interface StateLocation {
  readonly path: string;
  readonly pipeline: Run;
}

/**
 * Runs one of the two hooks while no other one has the entry of this deployment key. One that had to wait continues with what the other has
 * left. Throws UserError if the other does not come to its end, and for `begin` if the path is no state file.
 */
export async function whileClaimed<T extends Pick<Conclusion, 'exitCode' | 'exit'>>(
  dependencies: Dependencies,
  place: StateLocation,
  part: 'begin' | 'end',
  program: (dependencies: Dependencies, place: StateLocation) => Promise<T>,
): Promise<T | Pick<Conclusion, 'exitCode' | 'exit'>> {
  const { host, clock } = dependencies;
  maskSecrets(host);
  const file = openState(place, keyOf(dependencies));
  const refusal = file.refusal();
  if (refusal !== undefined && part === 'begin') {
    throw new UserError(
      `Writing the state file — ${refusal} — Give a new place with --state-file; this one stays as it is.`,
    );
  }
  // The end may still find the deployment by its key.
  if (refusal !== undefined || isDryRun(dependencies)) return program(dependencies, place);
  const isRemembered = () => recallOrNothing(file) !== undefined;
  const wasRemembered = isRemembered();
  const claim = await file.claim({ clock, interruption: host.interruption });
  if (claim === undefined) {
    host.info('Told to stop while another command had this deployment; nothing was done.');
    return { exitCode: 1 };
  }
  try {
    if (part === 'end' && claim.waited && wasRemembered && !isRemembered()) {
      host.info('Another command has just ended this deployment.');
      return { exitCode: 0 };
    }
    // The time that the other one took is not ours.
    const ours = claim.waited ? { ...dependencies, host: { ...host, startedAt: clock.now() } } : dependencies;
    return await program(ours, place);
  } finally {
    claim.release();
  }
}

/** Opens a window and leaves it to `deployEnd`. Where that fails, nothing stays. Throws UserError where the state file cannot be written. */
export async function deployStart(dependencies: Dependencies, place: StateLocation): Promise<Conclusion> {
  const key = keyOf(dependencies);
  const file = openState(place, key);
  const earlier = recallOrNothing(file, (reason) =>
    dependencies.host.warning(
      `Reading the state file — ${reason} — It is replaced. Look at the page for what that has left.`,
    ),
  );
  const run = deploymentRun(place.pipeline, key, earlier !== undefined);
  const memory = tolerant(file, dependencies);
  const ours: Dependencies = {
    ...dependencies,
    handoff: { memory, ender: '`deploy-end`' },
    host: { ...withInputs(dependencies.host, openingInputs), identify: () => run },
  };
  const opening = await performOperation(ours);
  if (opening.exitCode !== 0) await leaveNothing(ours, file, earlier);
  else if (earlier === undefined && !memory.isBegun() && !isDryRun(dependencies))
    file.remember(nothingOpened(dependencies, key, run));
  return opening;
}

/** Nothing is sent that could not be remembered at all. What is sent is not given up because its end could not be noted. */
function tolerant(file: StateFile, { host }: Dependencies): Memory & { readonly isBegun: () => boolean } {
  let isBegun = false;
  let isTold = false;
  return {
    isBegun: () => isBegun,
    recall: file.recall,
    remember: (deployment) => {
      try {
        file.remember(deployment);
        isBegun = true;
      } catch (error) {
        if (!isBegun || !(error instanceof UserError)) throw error;
        if (!isTold) host.warning(error.message);
        isTold = true;
      }
    },
  };
}

/** A start that went on without a notice: its end is to find that there is nothing to do, and not that nothing is remembered. */
function nothingOpened({ host, clock }: Dependencies, key: string | undefined, { tag }: Run): Deployment {
  const failure = { marker: undefined, searchFirst: false };
  const shared = { version: 1, stage: 'open', own: true, failure } as const;
  return { ...shared, apiUrl: host.input('api-url'), key, tag, startedAt: clock.now(), records: [] };
}

function isDryRun({ host }: Dependencies): boolean {
  return host.input('dry-run').toLowerCase() === 'true';
}

/** What the opening has taken back is forgotten; what it could not is tried once more, and else left to `deployEnd`. */
async function leaveNothing(
  dependencies: Dependencies,
  file: StateFile,
  earlier: Deployment | undefined,
): Promise<void> {
  const begun = recallOrNothing(file);
  if (begun === undefined || begun.startedAt.getTime() === earlier?.startedAt.getTime()) return;
  const over =
    begun.records.length === 0 ||
    isOver(await finishDeployment(dependencies, { outcome: 'job', 'job-status': 'cancelled' }));
  if (!over) return;
  if (earlier === undefined) file.forget();
  else file.remember(earlier);
}

function recallOrNothing(file: StateFile, tell: (reason: string) => void = () => {}): Deployment | undefined {
  try {
    return file.recall();
  } catch (error) {
    if (!(error instanceof UnusableStateError)) throw error;
    if (error.hidesSomething) tell(error.message);
    return undefined;
  }
}

/** The deployment key as it was given; undefined where it was not. */
export function keyOf({ host }: Dependencies): string | undefined {
  return host.input('deployment-key') || undefined;
}

/** The state file for a key of this pipeline. */
export function openState({ path, pipeline }: StateLocation, key: string | undefined): StateFile {
  const { server, repository, id } = pipeline;
  // Without a CI there is no pipeline to be bound to: the file leads to the deployment from any folder, host or user.
  return openStateFile({ path, key, pipeline: id === '' ? '' : [server, repository, id].join(' ') });
}

/**
 * Who begins and ends a deployment: with a key every job of the pipeline, else this job; outside a CI this folder. There, what is not
 * remembered was not there before.
 */
export function deploymentRun(pipeline: Run, key: string | undefined, isRemembered: boolean): Run {
  const isNew = pipeline.id === '' && key === undefined && !isRemembered;
  const run: Run = { ...pipeline, leg: '', step: 'deploy', attempt: isNew ? 1 : pipeline.attempt };
  return key === undefined ? run : { ...run, job: '' };
}
