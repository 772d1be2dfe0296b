import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { identifyCommand, readPipeline } from '../../src/cli/pipeline.ts';
import { ownReference, sharedReference } from '../../src/domain/reference.ts';
import { parseRepository } from '../../src/domain/repository.ts';
import { mayBeRepeated } from '../../src/domain/run.ts';
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
        id: '57',
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
        job: '080b7d73-986d-4a39-a510-b34f9faf4710 Deploy',
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
      'GitHub Actions',
      {
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
    const nothing = { attempt: undefined, workflow: '', leg: '', step: '', tag: undefined };
    const repository = { server: 'https://gitlab.example.com', repository: 'acme/shop' };
    expect(read(name)).toEqual({ ...nothing, ...repository, ...expected });
  });

  test.each(pipelineNames)('of %s has the same marker in its next attempt, which looks for it', (name) => {
    const next = read(name, secondAttempts[name]);
    expect(ownReference(next, undefined)).toBe(ownReference(read(name), undefined));
    expect(mayBeRepeated(next)).toBe(true);
  });

  test('finds the records of a deployment key from every CI, because the repository is the same', () => {
    const markers = pipelineNames.map((name) => sharedReference(read(name), 'shop-production'));
    expect(new Set(markers).size).toBe(1);
    const elsewhere = read('GitLab CI/CD', { CI_PROJECT_URL: 'https://gitlab.example.com/acme/other' });
    expect(markers).not.toContain(sharedReference(elsewhere, 'shop-production'));
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
    expect(run).toMatchObject({ url: undefined, server: '', repository: 'https://jenkins.example.com/shop/main' });
  });
});

describe('outside a CI', () => {
  test('the folder on this machine stands in for the pipeline', () => {
    const here = `${hostname()}:${folder}`;
    const run = readPipeline(path, folder);
    expect(run).toMatchObject({ server: '', repository: here, id: '', attempt: undefined, job: here, url: undefined });
  });

  test('the repository is the one that the folder was cloned from', () => {
    const clone = join(folder, 'clone');
    execFileSync('git', ['init', '--quiet', clone]);
    execFileSync('git', ['-C', clone, 'remote', 'add', 'origin', 'git@github.com:acme/shop.git']);
    const run = readPipeline(path, clone);
    expect(run).toMatchObject({ server: 'https://github.com', repository: 'acme/shop', id: '' });
  });

  test('nothing is known where there is no git', () => {
    expect(readPipeline({}, folder)).toMatchObject({ server: '', id: '' });
  });
});

describe('a command', () => {
  test('of a pipeline is the same one in every attempt, and another one than the next command of the same job', () => {
    const pipeline = read('GitHub Actions');
    const first = identifyCommand(pipeline, ['run', 'deploy.sh']);
    const again = identifyCommand(read('GitHub Actions', { GITHUB_RUN_ATTEMPT: '2' }), ['run', 'deploy.sh']);
    expect(ownReference(again, undefined)).toBe(ownReference(first, undefined));
    expect(ownReference(identifyCommand(pipeline, ['run', 'migrate.sh']), undefined)).not.toBe(
      ownReference(first, undefined),
    );
    expect(first).toMatchObject({ id: '9123456789', attempt: 1 });
  });

  test('outside a CI is a run of its own, before which there was nothing', () => {
    const pipeline = readPipeline(path, folder);
    const [one, other] = [identifyCommand(pipeline, ['run']), identifyCommand(pipeline, ['run'])];
    expect(ownReference(one, undefined)).not.toBe(ownReference(other, undefined));
    expect(mayBeRepeated(one)).toBe(false);
    expect(sharedReference(one, 'key')).toBe(sharedReference(other, 'key'));
  });
});

describe('a repository', () => {
  test.each([
    'https://github.com/acme/shop',
    'https://github.com/acme/shop.git',
    'https://token:x@GitHub.com/acme/shop.git/',
    'git@github.com:acme/shop.git',
    'github.com:acme/shop.git',
    'ssh://git@github.com:22/acme/shop.git',
    'git://github.com/acme/shop.git',
  ])('is the same by %s', (address) => {
    expect(parseRepository(address)).toEqual({ server: 'https://github.com', repository: 'acme/shop' });
  });

  test('of a server with a port of its own keeps it', () => {
    expect(parseRepository('https://git.example.com:8443/group/sub/shop.git')).toEqual({
      server: 'https://git.example.com:8443',
      repository: 'group/sub/shop',
    });
  });

  test.each(['', '/srv/git/shop.git', '../shop', 'C:\\git\\shop', 'file:///srv/git/shop.git', 'https://github.com/'])(
    'is not known by %j',
    (address) => {
      expect(parseRepository(address)).toBeUndefined();
    },
  );
});
