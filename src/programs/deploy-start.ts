import type { Deployment, Memory } from '../deployment/deployment.ts';
import type { Run } from '../domain/run.ts';
import { UserError } from '../domain/user-error.ts';
import { openStateFile, type StateFile, UnusableStateError } from '../host/state-file.ts';
import type { Conclusion } from './conclusion.ts';
import { finishDeployment, isOver, openingInputs, withInputs } from './finish-deployment.ts';
import { performOperation } from './main-step.ts';
import type { Tools } from './tools.ts';

/** Where a deployment is remembered that one process begins and another ends, and the pipeline that both belong to. */
export interface DeployPlace {
  readonly path: string;
  readonly pipeline: Run;
}

/** Opens a window and leaves it to `deployEnd`. Where that fails, nothing stays. Throws UserError where the state file cannot be written. */
export async function deployStart(tools: Tools, place: DeployPlace): Promise<Conclusion> {
  const key = keyOf(tools);
  const file = openState(place, key);
  const earlier = recallOrNothing(file, (reason) =>
    tools.host.warning(`Reading the state file — ${reason} — It is replaced. Look at the page for what that has left.`),
  );
  const run = placeOf(place.pipeline, key, earlier !== undefined);
  const memory = tolerant(file, tools);
  const ours: Tools = {
    ...tools,
    sequel: { memory, ender: '`deploy-end`' },
    host: { ...withInputs(tools.host, openingInputs), identify: () => run },
  };
  const opening = await performOperation(ours);
  if (opening.exitCode !== 0) await leaveNothing(ours, file, earlier);
  else if (earlier === undefined && !memory.isBegun() && !isDryRun(tools))
    file.remember(nothingOpened(tools, key, run));
  return opening;
}

/** Nothing is sent that could not be remembered at all. What is sent is not given up because its end could not be noted. */
function tolerant(file: StateFile, { host }: Tools): Memory & { readonly isBegun: () => boolean } {
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
function nothingOpened({ host, clock }: Tools, key: string | undefined, { tag }: Run): Deployment {
  const failure = { marker: undefined, lookFirst: false };
  const shared = { version: 1, stage: 'open', own: true, failure } as const;
  return { ...shared, apiUrl: host.input('api-url'), key, tag, startedAt: clock.now(), records: [] };
}

function isDryRun({ host }: Tools): boolean {
  return host.input('dry-run').toLowerCase() === 'true';
}

/** What the opening has taken back is forgotten; what it could not is tried once more, and else left to `deployEnd`. */
async function leaveNothing(tools: Tools, file: StateFile, earlier: Deployment | undefined): Promise<void> {
  const begun = recallOrNothing(file);
  if (begun === undefined || begun.startedAt.getTime() === earlier?.startedAt.getTime()) return;
  const over =
    begun.records.length === 0 || isOver(await finishDeployment(tools, { outcome: 'job', 'job-status': 'cancelled' }));
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
export function keyOf({ host }: Tools): string | undefined {
  return host.input('deployment-key') || undefined;
}

/** The state file for a key of this pipeline. */
export function openState({ path, pipeline }: DeployPlace, key: string | undefined): StateFile {
  const { server, repository, id } = pipeline;
  return openStateFile({ path, key, pipeline: [server, repository, id].join(' ') });
}

/**
 * Who begins and ends a deployment: with a key every job of the pipeline, else this job; outside a CI this folder. There, what is not
 * remembered was not there before.
 */
export function placeOf(pipeline: Run, key: string | undefined, isRemembered: boolean): Run {
  const isNew = pipeline.id === '' && key === undefined && !isRemembered;
  const run: Run = { ...pipeline, leg: '', step: 'deploy', attempt: isNew ? 1 : pipeline.attempt };
  return key === undefined ? run : { ...run, job: '' };
}
