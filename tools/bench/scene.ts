import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Run } from '../../src/domain/run.ts';
import { sampleKey } from '../../src/emulator/sample.ts';
import { parseCommandFile } from '../demo/commands.ts';
import { root } from './bytes.ts';
import type { Command } from './measure.ts';

/** The id of a page of the emulator, counted from 0. */
export function pageId(at: number): string {
  return `00000000-0000-4000-8000-${`${at}`.padStart(12, '0')}`;
}

/** A run that is over, counted from 0. */
export function runOf(at: number): Run {
  const { server, repository, workflow, job, step } = theRun;
  return {
    server,
    repository,
    workflow,
    job,
    step,
    id: `${1_000_000 + at}`,
    attempt: 1,
    leg: '',
    tag: undefined,
    url: undefined,
  };
}

const theRun = {
  server: 'https://github.com',
  repository: 'acme/shop',
  workflow: 'acme/shop/.github/workflows/deploy.yml',
  job: 'deploy',
  step: '__acme_statuspage-me',
};

const machine = { PATH: process.env.PATH ?? '', HOME: tmpdir() };
const github = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: theRun.server,
  GITHUB_REPOSITORY: theRun.repository,
  GITHUB_RUN_ID: '9123456789',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_WORKFLOW_REF: `${theRun.workflow}@refs/heads/main`,
  GITHUB_JOB: theRun.job,
  GITHUB_ACTION: theRun.step,
  GITHUB_EVENT_NAME: 'push',
};

/** Inputs of a step, besides those that every step here has. */
export type Inputs = Readonly<Record<string, string>>;

/** A status page in a process of its own, and the steps that work on it. */
export interface Scene {
  readonly apiUrl: string;
  /** The same API over HTTPS. */
  readonly secure: string;
  readonly gitHub: string;
  /** Another program; over HTTPS it trusts the certificate. */
  program(...argv: string[]): Command;
  main(inputs?: Inputs, variables?: Readonly<Record<string, string>>): Command;
  /** The post step of the main step that ran last. */
  post(inputs?: Inputs): Command;
  /** The number of requests that the API has received. */
  requests(): Promise<number>;
  /** Empties the pages. */
  reset(): Promise<void>;
  readonly logFile: string;
  /** A folder for caches, empty at first. */
  readonly caches: string;
  close(): void;
}

/** How much there is on the page. */
export interface Amounts {
  readonly pages?: number;
  readonly windows?: number;
  /** Windows that are over and stay in the page's history. */
  readonly ended?: number;
  readonly incidents?: number;
}

/** Sets a scene, with the state files of a runner in a folder of its own. */
export async function setScene(amounts: Amounts = {}): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const file = (name: string) => join(folder, name);
  const flags = Object.entries({ ...amounts, authority: file('authority.pem') }).flatMap(([name, value]) => [
    `--${name}`,
    `${value}`,
  ]);
  const server = spawn(process.execPath, [join(import.meta.dirname, 'serve.ts'), ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(server.stdout), 'line');
  const { url, apiUrl, secure, gitHub } = JSON.parse(line);
  const certified = { NODE_EXTRA_CA_CERTS: file('authority.pem') };
  const certifiedFor = (address: string | undefined) => (address === secure ? certified : {});

  const step = (door: string, inputs: Inputs, variables: Readonly<Record<string, string>>): Command => {
    // What main has saved is kept for as many post steps as are run.
    const state = door === 'main.js' ? 'STATE' : 'STATE_OF_POST';
    for (const name of ['OUTPUT', state, 'STEP_SUMMARY']) writeFileSync(file(name), '');
    const given = {
      operation: 'open-maintenance',
      'api-key': sampleKey,
      'api-url': apiUrl,
      'status-page': pageId(0),
      outcome: 'job',
      'on-api-error': 'auto',
      'job-status': 'success',
      matrix: 'null',
      ...inputs,
    };
    const named = Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
    const files = {
      GITHUB_OUTPUT: file('OUTPUT'),
      GITHUB_STATE: file(state),
      GITHUB_STEP_SUMMARY: file('STEP_SUMMARY'),
    };
    const env = { ...machine, ...github, ...files, ...certifiedFor(given['api-url']), ...Object.fromEntries(named) };
    return { argv: [process.execPath, join(root, 'dist', door)], env: { ...env, ...variables }, exitCode: 0 };
  };

  return {
    apiUrl,
    secure,
    gitHub,
    logFile: file('log'),
    caches: file('caches'),
    program: (...argv) => ({
      argv,
      env: { ...machine, ...certifiedFor(argv.find((one) => one.includes(secure)) && secure) },
      exitCode: 0,
    }),
    main: (inputs = {}, variables = {}) => step('main.js', inputs, variables),
    post: (inputs = {}) => {
      const { values } = parseCommandFile(readFileSync(file('STATE'), 'utf8'));
      const saved = Object.entries(values).map(([name, value]) => [`STATE_${name}`, value]);
      return step('post.js', inputs, Object.fromEntries(saved));
    },
    requests: async () => {
      const response = await fetch(`${url}/emulator/journal`);
      return ((await response.json()) as { readonly journal: readonly unknown[] }).journal.length;
    },
    reset: async () => {
      // A kept connection would be closed while this process waits for a step.
      const headers = { 'content-type': 'application/json', connection: 'close' };
      await fetch(`${url}/emulator/reset`, { method: 'POST', headers, body: '{}' });
    },
    close: () => {
      server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
