import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { context } from '@actions/github';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { later, minuteMs } from '../../src/domain/time.ts';
import { createRunnerFrame, createRunnerHost, readRunnerInputs } from '../../src/github/runner.ts';
import { type Machine, takeMachine } from '../support/machine.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';
import { startFakeGitHub } from './fake-github.ts';

let machine: Machine;
const host = createRunnerHost;
const input = (name: 'status-page' | 'api-key' | 'title') => readRunnerInputs().texts[name];
const frame = (signal = new AbortController().signal) => createRunnerFrame(readRunnerInputs(), signal);
const run = () => frame().run;

beforeEach(() => {
  machine = takeMachine();
});

afterEach(() => machine.restore());

describe('an input', () => {
  test('is read by its name with the hyphens in it, without surrounding blanks', () => {
    machine.set({ 'INPUT_STATUS-PAGE': '  acme\n', INPUT_STATUS_PAGE: 'wrong' });
    expect(input('status-page')).toBe('acme');
  });

  test('for the key is taken as it is', () => {
    machine.set({ 'INPUT_API-KEY': 'spk_a \n' });
    expect(input('api-key')).toBe('spk_a \n');
  });

  test('whose name is not known is kept apart', () => {
    machine.set({ INPUT_TITEL: 'Bakery', INPUT_TITLE: '' });
    expect(readRunnerInputs().unknownNames).toEqual(['titel']);
  });

  test('that was not given is empty', () => {
    expect(input('title')).toBe('');
    expect(input('api-key')).toBe('');
  });
});

describe('the run', () => {
  test('is read from the variables of the runner', () => {
    machine.set({ INPUT_MATRIX: '{"os":"linux"}' });
    expect(run()).toEqual({
      server: 'https://github.com',
      repository: 'acme/shop',
      workflow: 'acme/shop/.github/workflows/deploy.yml',
      branch: 'main',
      choices: {},
      id: '9876543210',
      attempt: 1,
      job: 'deploy',
      leg: '{"os":"linux"}',
      step: '__acme_statuspage-me',
      tag: undefined,
      url: 'https://github.com/acme/shop/actions/runs/9876543210',
    });
    expect(host().event).toBe('push');
  });

  test('counts its attempts', () => {
    machine.set({ GITHUB_RUN_ATTEMPT: '3' });
    expect(run().attempt).toBe(3);
  });

  test('knows the tag that it was started for, and does not mistake a branch for one', () => {
    machine.set({ GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v1.2.3' });
    expect(run().tag).toBe('v1.2.3');
    machine.set({ GITHUB_REF_TYPE: 'branch' });
    expect(run().tag).toBeUndefined();
  });

  test('has the same workflow on every branch', () => {
    machine.set({ GITHUB_WORKFLOW_REF: 'acme/shop/.github/workflows/deploy.yml@refs/heads/a@b' });
    expect(run().workflow).toBe('acme/shop/.github/workflows/deploy.yml');
  });

  test('has empty names if the runner sets no variables', () => {
    for (const name of [
      'SERVER_URL',
      'REPOSITORY',
      'WORKFLOW_REF',
      'RUN_ID',
      'RUN_ATTEMPT',
      'JOB',
      'ACTION',
      'EVENT_NAME',
    ])
      machine.set({ [`GITHUB_${name}`]: undefined });
    expect(run()).toEqual({
      server: '',
      repository: '',
      workflow: 'Deploy',
      branch: 'main',
      choices: {},
      id: '',
      attempt: 1,
      job: '',
      leg: '',
      step: '',
      tag: undefined,
      url: undefined,
    });
    expect(host().event).toBe('');
  });

  test('began when the process did', () => {
    const seconds = process.uptime();
    process.uptime = () => seconds + 20;
    expect(Math.abs(Date.now() - frame().startedAt.getTime() - 20_000)).toBeLessThan(2_000);
  });

  test('stops on the given signal', () => {
    const { signal } = new AbortController();
    expect(frame(signal).interruption).toBe(signal);
  });
});

describe('what is printed', () => {
  test('is a line of the log, or an annotation on one line whose title names the cause', () => {
    const { info, debug, notice, warning, error } = host().log;
    info('plain');
    debug('hidden');
    notice('noted', 'no secrets');
    warning('100% sure\nreally', 'no response');
    error('wrong\r\n::error::x', 'missing scope');
    expect(machine.printed()).toEqual([
      'plain',
      '::debug::hidden',
      '::notice title=StatusPage.me%3A no secrets::noted',
      '::warning title=StatusPage.me%3A no response::100%25 sure%0Areally',
      '::error title=StatusPage.me%3A missing scope::wrong%0D%0A::error::x',
    ]);
  });

  test('contains no secret once it is masked', () => {
    host().log.mask('spk_a\nspk_b');
    expect(machine.printed()).toEqual(['::add-mask::spk_a%0Aspk_b']);
  });
});

test('a secret in another form is masked in everything that the runner gets', async () => {
  const key = 'spk_0123456789';
  const hidden = host();
  hidden.log.mask(key);
  const text = `${key.slice(0, 10)} and ${encodeURIComponent(key).replaceAll('_', '%5F')}`;
  for (const say of ['debug', 'info', 'result', 'notice', 'warning', 'error'] as const)
    hidden.log[say](text, 'failure');
  hidden.setOutputs({ title: text });
  hidden.saveState('deployment', text);
  await hidden.addSummary(text);
  expect(machine.outputs()).toMatchObject({ title: '*** and ***' });
  expect(machine.state()).toEqual({ deployment: '*** and ***' });
  expect(machine.summary()).toContain('*** and ***');
  const said = machine.printed().filter((line) => !line.startsWith('::add-mask::'));
  expect(said).toHaveLength(6);
  for (const line of said) expect(line).toMatch(/\*\*\* and \*\*\*$/);
});

describe('what the step leaves', () => {
  test('is outputs in the file of the runner, also with several lines', () => {
    host().setOutputs({ id: ['42', undefined], title: 'A\nB', state: undefined, created: true });
    expect(machine.outputs()).toEqual({ id: '42,none', title: 'A\nB', state: '', created: 'true' });
    expect(machine.printed()).toEqual([]);
  });

  test('is a state for the post step, and the last one wins', () => {
    host().saveState('deployment', 'one');
    host().saveState('record0', '{}');
    host().saveState('deployment', '{\n"two": 2 }');
    expect(machine.state()).toEqual({ deployment: '{\n"two": 2 }', record0: '{}' });
  });

  test('is found by the post step', () => {
    expect(host().savedState('deployment')).toBeUndefined();
    machine.set({ STATE_deployment: '' });
    expect(host().savedState('deployment')).toBeUndefined();
    machine.set({ STATE_deployment: 'one' });
    expect(host().savedState('deployment')).toBe('one');
  });
});

describe('the summary', () => {
  test('is not written if the runner has no file for it', async () => {
    machine.set({ GITHUB_STEP_SUMMARY: undefined });
    await host().addSummary('**Verdict**');
    expect(machine.printed()).toEqual([]);
  });

  test('is added to the file of the runner', async () => {
    await host().addSummary('**Verdict**\n');
    await host().addSummary('**Another**');
    expect(machine.summary()).toBe('**Verdict**\n\n**Another**\n');
  });

  test('does not fail the step if it cannot be written', async () => {
    machine.set({ GITHUB_STEP_SUMMARY: join(process.env.RUNNER_TEMP ?? '', 'no', 'such', 'file') });
    await host().addSummary('**Verdict**');
    expect(machine.printed()).toEqual([
      expect.stringMatching(/^::debug::No summary: Error: ENOENT: no such file or directory/),
    ]);
  });
});

describe('secrets', () => {
  // The toolkit reads the event once, when it is loaded: a run whose event is read from the file has a process of its own.
  const explain = async (event: object, variables: Readonly<Record<string, string>> = {}) => {
    machine.writeEvent(event);
    const script = `
      const { createRunnerHost } = await import(process.argv[1]);
      const why = await createRunnerHost().explainMissingSecrets();
      process.stdout.write(JSON.stringify(why ?? null));
    `;
    const source = new URL('../../src/github/runner.ts', import.meta.url).href;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, source], {
      env: { ...process.env, ...variables },
    });
    return JSON.parse(stdout);
  };
  const pullRequestFrom = (repo: object | null) => ({ pull_request: { number: 1, head: { repo } } });

  test('are expected on a push', async () => {
    expect(await explain({ ref: 'refs/heads/main' })).toBeNull();
    expect(await host().explainMissingSecrets()).toBeUndefined();
  });

  test("are not expected on a fork's pull request", async () => {
    const fork = pullRequestFrom({ full_name: 'stranger/shop' });
    expect(await explain(fork, { GITHUB_EVENT_NAME: 'pull_request' })).toBe(
      'a pull request from a fork gets no secrets',
    );
    expect(await explain(fork, { GITHUB_EVENT_NAME: 'pull_request_target' })).toBeNull();
  });

  test('are not expected on a pull request of a deleted fork', async () => {
    expect(await explain(pullRequestFrom(null), { GITHUB_EVENT_NAME: 'pull_request' })).toBe(
      'a pull request from a fork gets no secrets',
    );
  });

  test("are expected on the repository's own pull request, and if the event does not say where it comes from", async () => {
    const { payload } = context;
    for (const event of [pullRequestFrom({ full_name: 'acme/shop' }), pullRequestFrom({})]) {
      context.payload = event;
      expect(await host().explainMissingSecrets()).toBeUndefined();
    }
    context.payload = { pull_request: { number: 1 } };
    expect(await host().explainMissingSecrets()).toBeUndefined();
    context.payload = payload;
  });

  test('are not expected by Dependabot', async () => {
    expect(await explain({}, { GITHUB_ACTOR: 'dependabot[bot]' })).toBe('Dependabot gets no secrets of Actions');
  });
});

describe("the workflow runs of the run's own repository", () => {
  const runsOf = (interruption = new AbortController().signal) => {
    const clock = createVirtualClock();
    const deadline = later(clock.now(), minuteMs);
    return createRunnerHost().workflowRuns({ token: 'ghs_token', deadline, clock, interruption });
  };

  test('are requested from the GitHub server of the runner', async () => {
    const runs = new Map([['101', 'completed']]);
    const github = await startFakeGitHub({ repository: 'acme/shop', token: 'ghs_token', runs });
    try {
      machine.set({ GITHUB_API_URL: github.apiUrl });
      expect(await runsOf().fetchState('101')).toBe('completed');
      machine.set({ GITHUB_REPOSITORY: 'acme/website' });
      expect(await runsOf().fetchState('101')).toBe('unknown');
      expect(github.journal.map(({ path }) => path)).toEqual([
        '/api/v3/repos/acme/shop/actions/runs/101',
        '/api/v3/repos/acme/website/actions/runs/101',
      ]);
    } finally {
      await github.stop();
    }
  });

  test('are no longer requested after a signal', async () => {
    machine.set({ GITHUB_API_URL: undefined });
    const question = runsOf(AbortSignal.abort()).fetchState('101');
    await expect(question).rejects.toMatchObject({ code: 'interrupted' });
  });
});
