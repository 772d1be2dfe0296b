import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type Machines, withMachines } from '../examples/machine.ts';
import { commitFiles } from '../support/act.ts';

/*
 * gitlab-ci-local is not GitLab: it runs the jobs on this machine, each in a folder of its own, and knows no protected variables,
 * resource groups and environments.
 */

const manifest = createRequire(import.meta.url).resolve('gitlab-ci-local/package.json');
const { version, bin } = JSON.parse(readFileSync(manifest, 'utf8'));
const program = join(dirname(manifest), typeof bin === 'string' ? bin : bin['gitlab-ci-local']);
const runsHere = isInstalled('rsync');
let pipelines = 0;

/** gitlab-ci-local copies the repository for each job by rsync. */
function isInstalled(name: string): boolean {
  try {
    execFileSync(name, ['--version']);
    return true;
  } catch {
    return false;
  }
}

/** Runs a pipeline in a new repository. */
async function runPipeline({ checkOut, sh }: Machines, text: string): Promise<'success' | 'failed'> {
  pipelines += 1;
  const dir = checkOut();
  commitFiles(dir, { '.gitlab-ci.yml': text });
  execFileSync('git', ['remote', 'add', 'origin', 'https://gitlab.example/acme/shop.git'], { cwd: dir });
  // In a new repository every pipeline has the same number.
  const id = `--variable CI_PIPELINE_ID=${4_710 + pipelines}`;
  const line = `node '${program}' --force-shell-executor --shell-isolation --no-color ${id}`;
  return (await sh(dir, line).ended) === 0 ? 'success' : 'failed';
}

function pipeline(sentence: string, play: (machines: Machines) => Promise<void>): void {
  if (runsHere) test(sentence, () => withMachines(play), 30_000);
  else test.skip(`${sentence} (not tested: gitlab-ci-local needs rsync, which is not installed here)`, () => {});
}

const read = (name: string) => readFileSync(join(import.meta.dirname, '../../.github/examples', name), 'utf8');
const open = 'window 1 on acme: open "Maintenance in progress"';
const over = 'window 1 on acme: over "Maintenance in progress"';
const deploying = { command: './deploy.sh', page: [open] };
const migrating = { command: './migrate.sh', page: [open] };

afterAll(() => {
  const done = runsHere ? `${pipelines} pipelines` : 'skipped, because rsync is not installed';
  if (process.env.ENGINE_VERSIONS) appendFileSync(process.env.ENGINE_VERSIONS, `gitlab-ci-local ${version}: ${done}\n`);
});

describe('gitlab-ci.yml', () => {
  const text = read('gitlab-ci.yml');

  pipeline('shows the window while the deploy runs', async (machines) => {
    expect(await runPipeline(machines, text)).toBe('success');
    expect(machines.calls).toEqual([deploying]);
    expect(machines.page()).toEqual([over]);
  });

  pipeline('keeps it after a deploy that has failed, until the next has succeeded', async (machines) => {
    machines.fail('./deploy.sh');
    expect(await runPipeline(machines, text)).toBe('failed');
    expect(machines.calls).toEqual([deploying]);
    expect(machines.page()).toEqual([open]);
    machines.fail();
    expect(await runPipeline(machines, text)).toBe('success');
    expect(machines.page()).toEqual([over, over.replace('window 1', 'window 2')]);
  });
});

describe('gitlab-ci-several-jobs.yml', () => {
  const text = read('gitlab-ci-several-jobs.yml');

  pipeline('shows one window over all jobs, and ends it in the last', async (machines) => {
    expect(await runPipeline(machines, text)).toBe('success');
    expect(machines.calls).toEqual([migrating, deploying]);
    expect(machines.page()).toEqual([over]);
  });

  pipeline('keeps it after a job that has failed', async (machines) => {
    machines.fail('./migrate.sh');
    expect(await runPipeline(machines, text)).toBe('failed');
    expect(machines.calls).toEqual([migrating]);
    expect(machines.page()).toEqual([open]);
  });

  pipeline('ends it also if the state file was lost between the jobs', async (machines) => {
    expect(await runPipeline(machines, text.replace(/ {2}artifacts:\n(?: {4}.*\n)+/, ''))).toBe('success');
    expect(machines.page()).toEqual([over]);
  });
});
