import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import envCi from 'env-ci';
import { parseRepository, type Repository } from '../domain/repository.ts';
import type { Run } from '../domain/run.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** What a CI tells of a pipeline beyond what the library reads of it. */
interface Details {
  readonly repositoryUrl?: string | undefined;
  /** The same in every attempt, where the library's number is not. */
  readonly id?: string | undefined;
  readonly attempt?: number | undefined;
  readonly workflow?: string | undefined;
  /** The name of the job, the leg or the parallel part included: numbers and ids of jobs change with each attempt. */
  readonly job: readonly (string | undefined)[];
  readonly step?: string | undefined;
  readonly tag?: string | undefined;
  readonly url?: string | undefined;
}

/** By the library's name of the service. Which variable means what is in each CI's list of predefined variables. */
const services: Readonly<Record<string, (variables: Variables) => Details>> = {
  github: (v) => ({
    repositoryUrl: `${v.GITHUB_SERVER_URL}/${v.GITHUB_REPOSITORY}`,
    attempt: count(v.GITHUB_RUN_ATTEMPT),
    workflow: v.GITHUB_WORKFLOW_REF?.split('@')[0],
    job: [v.GITHUB_JOB],
    step: v.GITHUB_ACTION,
    tag: v.GITHUB_REF_TYPE === 'tag' ? v.GITHUB_REF_NAME : undefined,
  }),
  gitlab: (v) => ({ repositoryUrl: v.CI_PROJECT_URL, job: [v.CI_JOB_NAME] }),
  jenkins: (v) => ({
    repositoryUrl: v.GIT_URL ?? v.GIT_URL_1,
    // Builds are numbered by each job of each server.
    workflow: `${v.JENKINS_URL}${v.JOB_NAME}`,
    job: [v.STAGE_NAME],
    tag: v.TAG_NAME,
  }),
  circleci: (v) => ({
    repositoryUrl: v.CIRCLE_REPOSITORY_URL,
    // A workflow that is run again has another id, and the workspace of the first one.
    id: v.CIRCLE_WORKFLOW_WORKSPACE_ID,
    job: [v.CIRCLE_JOB, v.CIRCLE_NODE_INDEX],
  }),
  buildkite: (v) => ({
    repositoryUrl: v.BUILDKITE_REPO,
    id: v.BUILDKITE_BUILD_ID,
    attempt: count(v.BUILDKITE_RETRY_COUNT, 1),
    job: [v.BUILDKITE_STEP_ID, v.BUILDKITE_LABEL, v.BUILDKITE_PARALLEL_JOB],
  }),
  azurePipelines: (v) => ({
    repositoryUrl: v.BUILD_REPOSITORY_URI,
    // The number of a build is text that people format.
    id: v.BUILD_BUILDID,
    attempt: highest(v.SYSTEM_STAGEATTEMPT, v.SYSTEM_PHASEATTEMPT, v.SYSTEM_JOBATTEMPT),
    workflow: `${v.SYSTEM_COLLECTIONURI}${v.SYSTEM_TEAMPROJECT}`,
    job: [v.SYSTEM_STAGENAME, v.SYSTEM_PHASENAME, v.SYSTEM_JOBNAME],
    tag: /^refs\/tags\/(.+)$/.exec(v.BUILD_SOURCEBRANCH ?? '')?.[1],
    url: `${v.SYSTEM_COLLECTIONURI}${encodeURIComponent(v.SYSTEM_TEAMPROJECT ?? '')}/_build/results?buildId=${v.BUILD_BUILDID}`,
  }),
  bitbucket: (v) => ({
    repositoryUrl: v.BITBUCKET_GIT_HTTP_ORIGIN,
    attempt: count(v.BITBUCKET_STEP_RUN_NUMBER),
    job: [v.BITBUCKET_DEPLOYMENT_ENVIRONMENT, v.BITBUCKET_PARALLEL_STEP],
  }),
};

/**
 * Who we are by the variables of the CI around us. Outside a CI the id is empty, and the job is this folder of this machine.
 * The repository is that of the code wherever the CI names it, so that a deployment key finds the same record from everywhere.
 */
export function readPipeline(variables: Variables, folder: string): Run {
  const found: Readonly<Record<string, unknown>> = { ...envCi({ env: { ...variables }, cwd: folder }) };
  const known = (name: string) => (typeof found[name] === 'string' && found[name] !== '' ? found[name] : undefined);
  const service = known('service');
  const details: Details = services[service ?? '']?.(variables) ?? { job: [known('job')] };
  const id = service === undefined ? '' : (details.id ?? known('build') ?? '');
  const url = readUrl(details.url ?? known('buildUrl'));
  const here = `${hostname()}:${folder}`;
  const repositoryUrl = id === '' ? readRemote(folder) : details.repositoryUrl;
  return {
    ...(parseRepository(repositoryUrl ?? '') ?? nameRepository(url, known('slug') ?? details.workflow ?? here)),
    workflow: details.workflow ?? '',
    id,
    attempt: details.attempt,
    job: id === '' ? here : details.job.filter((part) => part !== undefined).join(' '),
    leg: '',
    step: details.step ?? '',
    tag: details.tag ?? known('tag'),
    url: url?.href,
  };
}

/**
 * Who a command is in its pipeline, by the words that tell it from another one in the same job. Outside a CI every command is a run of its
 * own, so that only a deployment key leads from one to the next.
 */
export function identifyCommand(pipeline: Run, words: readonly string[]): Run {
  const step = JSON.stringify([pipeline.step, ...words]);
  return pipeline.id === '' ? { ...pipeline, step, id: randomUUID(), attempt: 1 } : { ...pipeline, step };
}

/** The repository where its address is not known: its name on the server of the CI, or the folder itself. */
function nameRepository(url: URL | undefined, name: string): Repository {
  return { server: url?.origin ?? '', repository: name };
}

/** Where the code of this folder comes from; undefined where that is nowhere, or there is no git. */
function readRemote(folder: string): string | undefined {
  try {
    return execFileSync('git', ['config', '--get', 'remote.origin.url'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5_000,
    }).trim();
  } catch {
    return undefined;
  }
}

function readUrl(text: string | undefined): URL | undefined {
  const url = URL.parse(text ?? '');
  return url !== null && /^https?:$/.test(url.protocol) ? url : undefined;
}

/** A count of attempts; some CIs begin with 0, to which `more` is added. */
function count(text: string | undefined, more = 0): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) + more : undefined;
}

function highest(...texts: readonly (string | undefined)[]): number | undefined {
  const counts = texts.map((text) => count(text)).filter((one) => one !== undefined);
  return counts.length === 0 ? undefined : Math.max(...counts);
}
