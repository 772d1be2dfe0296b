import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Machines, Variables } from './machine.ts';

interface Job {
  readonly stage?: string;
  readonly when?: 'on_success' | 'on_failure';
  readonly script: readonly string[];
  readonly artifacts?: { readonly paths: readonly string[] };
}

interface Pipeline {
  readonly stages?: readonly string[];
  readonly variables?: Variables;
  readonly default?: object;
  readonly [job: string]: unknown;
}

/** Runs a pipeline as GitLab does: stage by stage, each job in a folder of its own with the artifacts of those before it. */
export async function runGitLab({ checkOut, sh }: Machines, text: string): Promise<'success' | 'failed'> {
  const { stages = ['test'], variables, default: _, ...rest }: Pipeline = parse(text);
  const jobs = Object.entries(rest as Readonly<Record<string, Job>>);
  const kept = new Map<string, string>();
  let status: 'success' | 'failed' = 'success';
  for (const stage of stages) {
    const when = status === 'success' ? 'on_success' : 'on_failure';
    const due = jobs.filter(([, job]) => (job.stage ?? 'test') === stage && (job.when ?? 'on_success') === when);
    for (const [name, { script, artifacts }] of due) {
      const dir = checkOut();
      for (const [path, from] of kept) copyFileSync(join(from, path), join(dir, path));
      const exitCode = await sh(dir, script.join('\n'), { ...variables, ...predefined(name) }).ended;
      if (exitCode !== 0) status = 'failed';
      for (const path of exitCode === 0 ? (artifacts?.paths ?? []) : []) kept.set(path, dir);
    }
  }
  return status;
}

const predefined = (job: string): Variables => ({
  CI: 'true',
  GITLAB_CI: 'true',
  CI_PROJECT_URL: 'https://gitlab.example/acme/shop',
  CI_PROJECT_PATH: 'acme/shop',
  CI_PIPELINE_ID: '4711',
  CI_PIPELINE_URL: 'https://gitlab.example/acme/shop/-/pipelines/4711',
  CI_JOB_NAME: job,
  CI_COMMIT_REF_NAME: 'main',
});
