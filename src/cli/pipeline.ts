import envCi from 'env-ci';
import { createRunId } from '../domain/deployment-reference.ts';
import { parseRepository, type Repository } from '../domain/repository.ts';
import type { Run } from '../domain/run.ts';
import { readStepLocation } from '../github/step-location.ts';
import { readRemote } from './git-remote.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** What a CI says about a pipeline beyond what the library reads. */
interface Details extends Partial<Pick<Run, 'branch' | 'choices' | 'attempt' | 'tag'>> {
  readonly workflow?: string | undefined;
  /** The addresses of the repository that the CI gives, the best first. */
  readonly repositoryUrls?: readonly (string | undefined)[];
  /** The same in every attempt, if the library's number is not, and another one for each run of the CI. */
  readonly id?: string | undefined;
  /** The name of the job with the leg or the parallel part: numbers and ids of jobs change with each attempt. */
  readonly job: readonly (string | undefined)[];
  readonly step?: string | undefined;
  readonly url?: string | undefined;
}

/** By the library's name of the service. Which variable means what is in each CI's list of predefined variables. */
const services: Readonly<Record<string, (variables: Variables) => Details>> = {
  github: (v) => ({
    repositoryUrls: [`${v.GITHUB_SERVER_URL}/${v.GITHUB_REPOSITORY}`],
    attempt: count(v.GITHUB_RUN_ATTEMPT),
    ...readStepLocation(v),
    job: [v.GITHUB_JOB],
    step: v.GITHUB_ACTION,
    url: `${v.GITHUB_SERVER_URL?.replace(/\/+$/, '')}/${v.GITHUB_REPOSITORY}/actions/runs/${v.GITHUB_RUN_ID}`,
    tag: v.GITHUB_REF_TYPE === 'tag' ? v.GITHUB_REF_NAME : undefined,
  }),
  gitlab: (v) => ({ repositoryUrls: [v.CI_PROJECT_URL], branch: v.CI_COMMIT_REF_NAME, job: [v.CI_JOB_NAME] }),
  jenkins: (v) => ({
    repositoryUrls: [v.GIT_URL, v.GIT_URL_1],
    // Builds are numbered by each job of each server.
    id: v.BUILD_NUMBER && `${v.JENKINS_URL}${v.JOB_NAME}#${v.BUILD_NUMBER}`,
    // A multibranch pipeline has a job for each branch and tag, with its name at the end.
    workflow: `${v.JENKINS_URL}${v.BRANCH_NAME ? v.JOB_NAME?.replace(/\/[^/]*$/, '') : v.JOB_NAME}`,
    branch: v.BRANCH_NAME || v.GIT_BRANCH?.replace(/^origin\//, ''),
    job: [v.STAGE_NAME],
    tag: v.TAG_NAME,
  }),
  circleci: (v) => ({
    repositoryUrls: [v.CIRCLE_REPOSITORY_URL],
    // A workflow that is run again has another id, and the workspace of the first one.
    id: v.CIRCLE_WORKFLOW_WORKSPACE_ID,
    branch: v.CIRCLE_BRANCH,
    job: [v.CIRCLE_JOB, v.CIRCLE_NODE_INDEX],
  }),
  buildkite: (v) => ({
    repositoryUrls: [v.BUILDKITE_REPO],
    id: v.BUILDKITE_BUILD_ID,
    attempt: count(v.BUILDKITE_RETRY_COUNT, 1),
    branch: v.BUILDKITE_BRANCH,
    workflow: v.BUILDKITE_PIPELINE_SLUG,
    // The id of a step is another one in each build.
    job: [v.BUILDKITE_STEP_KEY, v.BUILDKITE_LABEL, v.BUILDKITE_PARALLEL_JOB],
  }),
  azurePipelines: (v) => ({
    repositoryUrls: [v.BUILD_REPOSITORY_URI],
    // The number of a build is text that users format.
    id: v.BUILD_BUILDID,
    attempt: highest(v.SYSTEM_STAGEATTEMPT, v.SYSTEM_PHASEATTEMPT, v.SYSTEM_JOBATTEMPT),
    workflow: `${v.SYSTEM_COLLECTIONURI}${v.SYSTEM_TEAMPROJECT}`,
    branch: v.BUILD_SOURCEBRANCH?.replace(/^refs\/heads\//, ''),
    job: [v.SYSTEM_STAGENAME, v.SYSTEM_PHASENAME, v.SYSTEM_JOBNAME],
    tag: /^refs\/tags\/(.+)$/.exec(v.BUILD_SOURCEBRANCH ?? '')?.[1],
    url: `${v.SYSTEM_COLLECTIONURI}${encodeURIComponent(v.SYSTEM_TEAMPROJECT ?? '')}/_build/results?buildId=${v.BUILD_BUILDID}`,
  }),
  bitbucket: (v) => ({
    repositoryUrls: [v.BITBUCKET_GIT_HTTP_ORIGIN],
    attempt: count(v.BITBUCKET_STEP_RUN_NUMBER),
    job: [v.BITBUCKET_DEPLOYMENT_ENVIRONMENT, v.BITBUCKET_PARALLEL_STEP],
  }),
  bamboo: (v) => ({
    repositoryUrls: [
      v.bamboo_planRepository_1_repositoryUrl,
      v.bamboo_planRepository_repositoryUrl,
      v.bamboo_repository_git_repositoryUrl,
    ],
    // Builds are numbered by each plan, and a branch is a plan of its own.
    id: v.bamboo_buildNumber && `${v.bamboo_planKey}-${v.bamboo_buildNumber}`,
    workflow: v.bamboo_planKey,
    job: [v.bamboo_shortJobName ?? v.bamboo_buildKey, v.bamboo_deploy_environment],
  }),
  codebuild: (v) => {
    const [, kind, name] =
      /^refs\/(heads|tags)\/([^^]+)/.exec(v.CODEBUILD_WEBHOOK_HEAD_REF ?? v.CODEBUILD_SOURCE_VERSION ?? '') ?? [];
    return {
      repositoryUrls: [v.CODEBUILD_SOURCE_REPO_URL],
      // `project:id`
      workflow: v.CODEBUILD_BUILD_ID?.split(':')[0],
      branch: kind === 'heads' ? name : undefined,
      job: [v.CODEBUILD_BATCH_BUILD_IDENTIFIER],
      tag: kind === 'tags' ? name : undefined,
    };
  },
};

/** No folder has this name, so the library starts no git in it. Outside a CI it would do so twice, for what nobody reads. */
const noFolder = '\0';

/**
 * Who we are by the variables of the CI around us. Outside a CI the id is empty, and only the repository is known: of a folder or a host there
 * is nothing, because both may change between two commands of one deployment. The repository is that of the code if the CI or git names it, so
 * that a deployment key finds the same record from everywhere.
 */
export function readPipeline(variables: Variables, folder: string): Run {
  // The library throws if the event file of a pull request is missing, and we read that file ourselves.
  const env = { ...variables, GITHUB_EVENT_NAME: undefined, GITHUB_EVENT_PATH: undefined };
  const isCi = 'service' in envCi({ env, cwd: noFolder });
  const found: Readonly<Record<string, unknown>> = { ...(isCi && envCi({ env, cwd: folder })) };
  const known = (name: string) => (typeof found[name] === 'string' && found[name] !== '' ? found[name] : undefined);
  const service = known('service');
  const details: Details = services[service ?? '']?.(variables) ?? { job: [nameJob(known('job'), known('build'))] };
  const id = service === undefined ? '' : details.id || known('build') || '';
  const url = readUrl(details.url ?? known('buildUrl'));
  const tag = details.tag || known('tag');
  const isInCi = id !== '';
  const repository =
    findRepository(details.repositoryUrls ?? []) ??
    findRepository([readRemote(folder, variables)]) ??
    nameRepository(isInCi ? url : undefined, known('slug'));
  return {
    ...repository,
    workflow: details.workflow ?? '',
    branch: isInCi && tag === undefined ? details.branch || nameBranch(known, found.isPr === true) : undefined,
    ...(details.choices && { choices: details.choices }),
    id,
    attempt: details.attempt,
    job: isInCi ? details.job.filter((part) => part).join(' ') : '',
    leg: '',
    step: details.step ?? '',
    tag,
    url: url?.href,
    ...(!isInCi && { outsideCi: true }),
  };
}

/**
 * Who a command is in its pipeline, by the words that tell it from another one in the same job. Outside a CI every command is a run of its
 * own, so that only a deployment key leads from one to the next.
 */
export function identifyCommand(pipeline: Run, words: readonly string[], startedAt: Date): Run {
  return { ...identifyRun(pipeline, startedAt), command: JSON.stringify(words) };
}

/** The run that a command belongs to: the pipeline, or outside a CI a run of its own. */
export function identifyRun(pipeline: Run, startedAt: Date): Run {
  return pipeline.id === '' ? { ...pipeline, id: createRunId(startedAt, Math.random), attempt: 1 } : pipeline;
}

function findRepository(addresses: readonly (string | undefined)[]): Repository | undefined {
  return addresses.map((address) => parseRepository(address ?? '')).find((repository) => repository !== undefined);
}

/** The repository if no address is known: its name on the server of the CI, or nothing at all. */
function nameRepository(url: URL | undefined, name: string | undefined): Repository {
  return url === undefined || name === undefined
    ? { server: '', repository: '' }
    : { server: url.origin, repository: name };
}

/** A pull request has a branch of its own, apart from that which it comes from. */
function nameBranch(known: (name: string) => string | undefined, isPullRequest: boolean): string | undefined {
  if (!isPullRequest) return known('branch');
  return [known('pr') ?? known('branch'), known('prBranch')].filter((part) => part !== undefined).join(' ');
}

/** Some CIs number a job within its build, as `57.2`: the first number is another one in each build. */
function nameJob(job: string | undefined, build: string | undefined): string | undefined {
  return build !== undefined && job?.startsWith(`${build}.`) ? job.slice(build.length + 1) : job;
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
