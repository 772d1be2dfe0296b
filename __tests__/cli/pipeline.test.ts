import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { identifyCommand, readPipeline } from '../../src/cli/pipeline.ts';
import { compareRuns, encodeRun } from '../../src/domain/deployment-reference.ts';
import { hashKey, hashOwner, locateStep, mayBeRepeated, type Run } from '../../src/domain/run.ts';
import { later } from '../../src/domain/time.ts';
import { type PipelineName, pipelineNames, pipelines, secondAttempts } from './pipelines.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const path = { PATH: process.env.PATH };
const read = (name: PipelineName, changes: Readonly<Record<string, string>> = {}) =>
  readPipeline({ ...path, ...pipelines[name], ...changes }, folder);

describe('a pipeline', () => {
  test.each<[PipelineName, object]>([
    [
      'GitLab CI/CD',
      { id: '81234', job: 'deploy: [eu]', tag: 'v1.4.0', url: 'https://gitlab.example.com/acme/shop/pipelines/81234' },
    ],
    [
      'Jenkins',
      {
        id: 'https://jenkins.example.com/shop/main#57',
        workflow: 'https://jenkins.example.com/shop/main',
        job: 'Deploy',
        tag: 'v1.4.0',
        url: 'https://jenkins.example.com/job/shop/job/main/57/',
      },
    ],
    [
      'CircleCI',
      {
        id: '1c0ffee1-1111-4222-8333-944455556666',
        job: 'deploy 0',
        tag: 'v1.4.0',
        url: 'https://circleci.com/gh/acme/shop/4711',
      },
    ],
    [
      'Buildkite',
      {
        id: '4735ba57-80d0-46e2-8fa0-b28223a86586',
        attempt: 1,
        branch: 'main',
        job: 'Deploy',
        url: 'https://buildkite.com/acme/shop/builds/1514',
      },
    ],
    [
      'Azure Pipelines',
      {
        id: '321',
        attempt: 1,
        workflow: 'https://dev.azure.com/acme/The Shop',
        job: 'Production Deploy eu',
        tag: 'v1.4.0',
        url: 'https://dev.azure.com/acme/The%20Shop/_build/results?buildId=321',
      },
    ],
    [
      'Bitbucket Pipelines',
      {
        id: '42',
        attempt: 1,
        job: 'production 1',
        tag: 'v1.4.0',
        url: 'https://bitbucket.org/acme/shop/addon/pipelines/home#!/results/42',
      },
    ],
    [
      'Bamboo',
      {
        id: 'SHOP-DEPLOY-12',
        workflow: 'SHOP-DEPLOY',
        branch: 'main',
        job: 'Deploy',
        url: 'https://bamboo.example.com/browse/SHOP-DEPLOY-JOB1-12',
      },
    ],
    [
      'CodeBuild',
      {
        id: 'shop-deploy:b1e6661e-e4f2-4156-9ab9-82a19e7b0001',
        workflow: 'shop-deploy',
        branch: 'main',
        job: '',
        url: 'https://console.aws.amazon.com/codebuild/home?region=eu-west-1#/builds/shop-deploy:b1e6661e-e4f2-4156-9ab9-82a19e7b0001/view/new',
      },
    ],
    [
      'GitHub Actions',
      {
        choices: {},
        id: '9123456789',
        attempt: 1,
        workflow: 'acme/shop/.github/workflows/deploy.yml',
        job: 'deploy',
        step: '__run_2',
        tag: 'v1.4.0',
        url: 'https://gitlab.example.com/acme/shop/actions/runs/9123456789',
      },
    ],
  ])('of %s is known by its variables', (name, expected) => {
    const nothing = { attempt: undefined, branch: undefined, workflow: '', leg: '', step: '', tag: undefined };
    const repository = { server: 'https://gitlab.example.com', repository: 'acme/shop' };
    expect(read(name)).toEqual({ ...nothing, ...repository, ...expected });
  });

  test.each(pipelineNames)('of %s has the same reference in its next attempt, which searches for it', (name) => {
    const next = read(name, secondAttempts[name]);
    expect(ownReference(next, undefined)).toBe(ownReference(read(name), undefined));
    expect(mayBeRepeated(next)).toBe(true);
  });

  test('finds the records of a deployment key from every CI, because the repository is the same', () => {
    const markers = pipelineNames.map((name) => hashKey(read(name), 'shop-production'));
    expect(new Set(markers).size).toBe(1);
    const elsewhere = read('GitLab CI/CD', { CI_PROJECT_URL: 'https://gitlab.example.com/acme/other' });
    expect(markers).not.toContain(hashKey(elsewhere, 'shop-production'));
  });

  test('is another one for each of two CIs, pipelines, jobs and parallel parts', () => {
    const runs = [
      ...pipelineNames.map((name) => read(name)),
      read('GitLab CI/CD', { CI_PIPELINE_ID: '81235' }),
      read('GitLab CI/CD', { CI_JOB_NAME: 'deploy: [us]' }),
      read('Jenkins', { JOB_NAME: 'shop/other' }),
      read('Jenkins', { JENKINS_URL: 'https://other.example.com/' }),
      read('CircleCI', { CIRCLE_NODE_INDEX: '1' }),
      read('Buildkite', { BUILDKITE_PARALLEL_JOB: '1' }),
      read('Azure Pipelines', { SYSTEM_JOBNAME: 'us' }),
      read('Bitbucket Pipelines', { BITBUCKET_PARALLEL_STEP: '2' }),
    ];
    expect(new Set(runs.map((run) => ownReference(run, undefined))).size).toBe(runs.length);
  });

  test('of a CI without details of ours is known by what the library tells', () => {
    const drone = {
      DRONE: 'true',
      DRONE_BUILD_NUMBER: '5',
      DRONE_BUILD_LINK: 'https://drone.example.com/acme/shop/5',
      DRONE_JOB_NUMBER: '2',
      DRONE_REPO_OWNER: 'acme',
      DRONE_REPO_NAME: 'shop',
      DRONE_TAG: 'v2',
    };
    expect(readPipeline({ ...path, ...drone }, folder)).toMatchObject({
      server: 'https://drone.example.com',
      repository: 'acme/shop',
      id: '5',
      attempt: undefined,
      job: '2',
      tag: 'v2',
      url: 'https://drone.example.com/acme/shop/5',
    });
  });

  test('tells no link that is none', () => {
    const run = read('Jenkins', { BUILD_URL: 'javascript:alert(1)', GIT_URL: '' });
    expect(run).toMatchObject({ url: undefined, server: '', repository: '' });
  });

  test('of GitHub has one key and one link, whether or not its server ends with a slash', () => {
    const run = read('GitHub Actions', { GITHUB_SERVER_URL: 'https://gitlab.example.com/' });
    expect(run.url).toBe('https://gitlab.example.com/acme/shop/actions/runs/9123456789');
    expect(hashKey(run, undefined)).toBe(hashKey(read('GitHub Actions'), undefined));
  });

  test('of a pull request is known although its event file is missing', () => {
    const event = { GITHUB_EVENT_NAME: 'pull_request_target', GITHUB_EVENT_PATH: join(folder, 'missing.json') };
    expect(read('GitHub Actions', event)).toMatchObject({ id: '9123456789', choices: {} });
  });

  /** What the next pipeline of the same branch finds changed. */
  const nextPipelines: Readonly<Record<PipelineName, Readonly<Record<string, string>>>> = {
    'GitLab CI/CD': { CI_PIPELINE_ID: '81300', CI_JOB_ID: '991000', CI_COMMIT_SHA: 'c0ffee' },
    Jenkins: { BUILD_NUMBER: '58', GIT_COMMIT: 'c0ffee' },
    CircleCI: { CIRCLE_BUILD_NUM: '4800', CIRCLE_WORKFLOW_WORKSPACE_ID: '2d1ffee2-1111-4222-8333-944455556666' },
    Buildkite: { BUILDKITE_BUILD_ID: '5846cb68-80d0-46e2-8fa0-b28223a86586', BUILDKITE_STEP_ID: '191c8e84-986d' },
    'Azure Pipelines': { BUILD_BUILDID: '322', BUILD_BUILDNUMBER: '20260315.1' },
    'Bitbucket Pipelines': { BITBUCKET_BUILD_NUMBER: '43' },
    Bamboo: { bamboo_buildNumber: '13' },
    CodeBuild: { CODEBUILD_BUILD_ID: 'shop-deploy:c2f7772f-e4f2-4156-9ab9-82a19e7b0002' },
    'GitHub Actions': { GITHUB_RUN_ID: '9123456999', GITHUB_RUN_ATTEMPT: '2' },
  };

  test.each(pipelineNames)('of %s has the default key of the pipeline before it', (name) => {
    const next = read(name, nextPipelines[name]);
    expect(next.id).not.toBe(read(name).id);
    expect(hashKey(next, undefined)).toBe(hashKey(read(name), undefined));
    expect(locateStep(next)).toBeDefined();
  });

  /** Variables of a job for a branch in place of the tag `v1.4.0`. */
  const branches: Partial<Record<PipelineName, (branch: string) => Readonly<Record<string, string>>>> = {
    'GitLab CI/CD': (branch) => ({ CI_COMMIT_TAG: '', CI_COMMIT_REF_NAME: branch }),
    Jenkins: (branch) => ({ TAG_NAME: '', BRANCH_NAME: branch, JOB_NAME: `shop/${branch}` }),
    CircleCI: (branch) => ({ CIRCLE_TAG: '', CIRCLE_BRANCH: branch }),
    Buildkite: (branch) => ({ BUILDKITE_BRANCH: branch }),
    'Azure Pipelines': (branch) => ({ BUILD_SOURCEBRANCH: `refs/heads/${branch}` }),
    'Bitbucket Pipelines': (branch) => ({ BITBUCKET_TAG: '', BITBUCKET_BRANCH: branch }),
    Bamboo: (branch) => ({ bamboo_planRepository_1_branchName: branch }),
    CodeBuild: (branch) => ({ CODEBUILD_WEBHOOK_HEAD_REF: `refs/heads/${branch}` }),
    'GitHub Actions': (branch) => ({ GITHUB_REF_TYPE: 'branch', GITHUB_REF_NAME: branch }),
  };

  test.each(Object.entries(branches))(
    'of %s has another default key on another branch, and none of a tag',
    (name, on) => {
      const [main, fix] = ['main', 'fix'].map((branch) => read(name as PipelineName, on(branch)));
      expect([main?.branch, fix?.branch]).toEqual(['main', 'fix']);
      expect(main && hashKey(main, undefined)).not.toBe(fix && hashKey(fix, undefined));
    },
  );

  test('of a tag has the default key of the tag before it', () => {
    const tags = ['v1', 'v2'].map((tag) =>
      read('GitHub Actions', { GITHUB_REF_NAME: tag, GITHUB_REF: `refs/tags/${tag}` }),
    );
    expect(tags.map(({ branch }) => branch)).toEqual([undefined, undefined]);
    expect(new Set(tags.map((run) => hashKey(run, undefined))).size).toBe(1);
  });

  test('has a job with the same name in each build of a CI that numbers jobs within builds', () => {
    const travis = { TRAVIS: 'true', TRAVIS_REPO_SLUG: 'acme/shop', TRAVIS_BRANCH: 'main' };
    const builds = ['57', '58'].map((build) =>
      readPipeline({ ...path, ...travis, TRAVIS_BUILD_NUMBER: build, TRAVIS_JOB_NUMBER: `${build}.2` }, folder),
    );
    expect(builds.map(({ job }) => job)).toEqual(['2', '2']);
  });
});

describe('outside a CI', () => {
  test('neither a folder nor a host is known, so the deployment key alone counts', () => {
    const other = mkdtempSync(join(folder, 'other-'));
    const run = readPipeline(path, folder);
    expect(run).toEqual(readPipeline({ ...path, HOSTNAME: 'elsewhere', USER: 'somebody', PWD: '/' }, other));
    expect(run).toMatchObject({ server: '', repository: '', id: '', job: '', attempt: undefined, url: undefined });
    expect(hashKey(run, undefined)).toBeUndefined();
    expect(hashKey(run, 'shop')).toBe(hashKey(readPipeline(path, other), 'shop'));
  });

  /** A new repository with an `origin`, in a folder of that name. */
  const cloneOf = (address: string, name: string) => {
    const clone = join(folder, name);
    execFileSync('git', ['init', '--quiet', clone]);
    execFileSync('git', ['-C', clone, 'remote', 'add', 'origin', address]);
    return clone;
  };
  const shop = { server: 'https://github.com', repository: 'acme/shop' };

  test('the repository is found in a folder below, in a worktree, and in a checkout of another user', () => {
    const clone = cloneOf('git@github.com:Acme/Shop.git', 'owned');
    const below = join(clone, 'src', 'deep');
    mkdirSync(below, { recursive: true });
    const worktree = join(folder, 'worktree');
    const commit = [
      '-c',
      'user.name=a',
      '-c',
      'user.email=a@example.com',
      'commit',
      '--quiet',
      '--allow-empty',
      '-m',
      'a',
    ];
    execFileSync('git', ['-C', clone, ...commit]);
    execFileSync('git', ['-C', clone, 'worktree', 'add', '--quiet', worktree], { stdio: 'ignore' });
    // Git says of such a checkout that its ownership is dubious. A machine without git is the harder case.
    const machines = [path, { ...path, GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' }, { PATH: folder }];
    for (const machine of machines)
      for (const from of [clone, below, worktree]) expect(readPipeline(machine, from)).toMatchObject(shop);
  });

  test('an abbreviation of git stands for what it means, and a mirror for what it mirrors', () => {
    const config = join(folder, 'gitconfig');
    const rules = [
      ['git@github.com:', 'gh:'],
      ['ssh://git@ssh.github.com:443/acme/', 'gh:acme/'],
      ['https://mirror.example.com/github/', 'https://github.com/'],
    ];
    writeFileSync(config, rules.map(([base, start]) => `[url "${base}"]\n\tinsteadOf = ${start}\n`).join(''));
    const machine = { ...path, GIT_CONFIG_GLOBAL: config };
    for (const [at, address] of ['gh:acme/shop', 'https://github.com/acme/shop', 'git@github.com:acme/shop'].entries())
      expect(readPipeline(machine, cloneOf(address, `short-${at}`))).toMatchObject(shop);
  });

  test('a folder that was cloned from another folder has no repository of its own', () => {
    expect(readPipeline(path, cloneOf('/srv/git/shop.git', 'local'))).toMatchObject({ server: '', repository: '' });
  });

  test('the repository is the one that the folder was cloned from', () => {
    const clone = join(folder, 'clone');
    execFileSync('git', ['init', '--quiet', clone]);
    execFileSync('git', ['-C', clone, 'remote', 'add', 'origin', 'git@github.com:acme/shop.git']);
    const run = readPipeline(path, clone);
    expect(run).toMatchObject({ server: 'https://github.com', repository: 'acme/shop', id: '' });
  });

  test('git is asked only if the file of the repository does not say it all', () => {
    const bin = mkdtempSync(join(folder, 'bin-'));
    const asked = join(bin, 'asked');
    writeFileSync(join(bin, 'git'), `#!/bin/sh\ntouch '${asked}'\n`, { mode: 0o755 });
    const isAsked = (from: string, variables: Readonly<Record<string, string>> = {}) => {
      rmSync(asked, { force: true });
      readPipeline({ PATH: `${bin}:/bin:/usr/bin`, ...variables }, from);
      return existsSync(asked);
    };
    const clone = cloneOf('git@github.com:acme/shop.git', 'plain');
    expect(isAsked(clone)).toBe(false);
    expect(isAsked(folder)).toBe(false);
    expect(isAsked(clone, { GIT_DIR: join(clone, '.git') })).toBe(true);
    expect(isAsked(cloneOf('gh:acme/shop', 'short'))).toBe(true);
  });

  test('the repository may be named in a file that the one of the repository includes', () => {
    const clone = join(folder, 'including');
    execFileSync('git', ['init', '--quiet', clone]);
    writeFileSync(join(folder, 'included'), '[remote "origin"]\n\turl = git@github.com:acme/shop.git\n');
    execFileSync('git', ['-C', clone, 'config', 'include.path', join(folder, 'included')]);
    expect(readPipeline(path, clone)).toMatchObject(shop);
  });

  test('nothing is known if there is no git', () => {
    expect(readPipeline({}, folder)).toMatchObject({ server: '', id: '' });
  });
});

/** What tells the record of a step from those of other steps. */
function ownReference(run: Run, key: string | undefined): string {
  return [hashKey(run, key), encodeRun(run.id), hashOwner(run, 'maintenance', 'Update')].join(' ');
}

const now = new Date('2026-03-14T09:26:53.589Z');

describe('a command', () => {
  test('of a pipeline is the same one in every attempt, and another one than the next command of the same job', () => {
    const pipeline = read('GitHub Actions');
    const first = identifyCommand(pipeline, ['run', 'deploy.sh'], now);
    const again = identifyCommand(read('GitHub Actions', { GITHUB_RUN_ATTEMPT: '2' }), ['run', 'deploy.sh'], now);
    expect(ownReference(again, undefined)).toBe(ownReference(first, undefined));
    expect(ownReference(identifyCommand(pipeline, ['run', 'migrate.sh'], now), undefined)).not.toBe(
      ownReference(first, undefined),
    );
    expect(first).toMatchObject({ id: '9123456789', attempt: 1 });
  });

  test('outside a CI is a run of its own, newer than one that began a millisecond before', () => {
    const pipeline = readPipeline(path, folder);
    const one = identifyCommand(pipeline, ['run'], now);
    const other = identifyCommand(pipeline, ['run'], later(now, 1));
    expect(compareRuns(encodeRun(one.id), encodeRun(other.id))).toBeLessThan(0);
    expect(ownReference(one, undefined)).not.toBe(ownReference(other, undefined));
    expect(mayBeRepeated(one)).toBe(false);
    expect(hashKey(one, 'key')).toBe(hashKey(other, 'key'));
  });
});
