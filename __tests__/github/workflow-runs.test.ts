import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { type Clock, hourMs, later, minuteMs, msBetween, secondMs } from '../../src/domain/time.ts';
import type { WorkflowRunsError } from '../../src/domain/workflow-runs.ts';
import { createWorkflowRuns, type WorkflowRunsOptions } from '../../src/github/workflow-runs.ts';
import { serveHttp, serveProxy } from '../support/servers.ts';
import { createVirtualClock, noon } from '../support/virtual-clock.ts';
import { type FakeGitHubOptions, startFakeGitHub } from './fake-github.ts';

const repository = 'acme/shop';
const token = 'ghs_verySecretToken123';
const states = { '101': 'completed', '102': 'in_progress', '103': 'queued', '104': 'waiting', '105': null };

const toStop: { readonly stop: () => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(toStop.splice(0).map(({ stop }) => stop()));
});

async function startGitHub(options: Partial<FakeGitHubOptions> = {}) {
  const runs = new Map<string, string | null>(Object.entries(states));
  const github = await startFakeGitHub({ repository, token, runs, ...options });
  toStop.push(github);
  return github;
}

/** Ten minutes by a clock that passes by waiting alone. */
function runsOf(apiUrl: string, options: Partial<WorkflowRunsOptions> = {}) {
  const clock = options.clock ?? createVirtualClock();
  const deadline = later(clock.now(), 10 * minuteMs);
  return { ...createWorkflowRuns({ token, repository, apiUrl, deadline, ...options, clock }), clock };
}

async function errorOf(question: Promise<unknown>): Promise<WorkflowRunsError> {
  const error = await question.then(
    (state) => expect(state).toBe('an error'),
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'WorkflowRunsError' });
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(token);
  expect((error as Error).cause).toBeUndefined();
  return error as WorkflowRunsError;
}

function passed(clock: Clock): number {
  return msBetween(noon, clock.now());
}

describe('the state of a run', () => {
  test.each([
    ['101', 'completed'],
    ['102', 'in-progress'],
    ['103', 'in-progress'],
    ['104', 'in-progress'],
    ['105', 'in-progress'],
    ['999', 'unknown'],
    ['../../../../other/shop/actions/runs/101', 'unknown'],
  ])('of %s is told as %s', async (runId, state) => {
    const github = await startGitHub();
    expect(await runsOf(github.apiUrl).fetchState(runId)).toBe(state);
  });

  test("of another repository's run is unknown", async () => {
    const github = await startGitHub();
    expect(await runsOf(github.apiUrl, { repository: 'acme/website' }).fetchState('101')).toBe('unknown');
  });

  test('is requested below the address of GitHub Enterprise Server, with or without a slash at its end', async () => {
    const github = await startGitHub();
    await runsOf(`${github.apiUrl}/`).fetchState('101');
    await runsOf(github.apiUrl).fetchState('101');
    expect(github.journal.map(({ path }) => path)).toEqual(Array(2).fill('/api/v3/repos/acme/shop/actions/runs/101'));
    expect(github.journal[0]?.headers['user-agent']).toMatch(/^statuspage-me-action /);
  });

  test('is requested once, however often it is needed', async () => {
    const github = await startGitHub();
    const runs = runsOf(github.apiUrl);
    const together = await Promise.all([runs.fetchState('101'), runs.fetchState('101'), runs.fetchState('102')]);
    expect([...together, await runs.fetchState('101')]).toEqual(['completed', 'completed', 'in-progress', 'completed']);
    expect(github.journal.map(({ runId }) => runId).sort()).toEqual(['101', '102']);
  });

  test('is requested concurrently, four at most', async () => {
    const runIds = Array.from({ length: 20 }, (_, index) => `${index + 1}`);
    const github = await startGitHub({ runs: new Map(runIds.map((id) => [id, 'completed'])), latencyMs: 10 });
    const runs = runsOf(github.apiUrl);
    expect(await Promise.all(runIds.map(runs.fetchState))).toEqual(runIds.map(() => 'completed'));
    expect(github.mostAtOnce()).toBe(4);
  });

  test('is never taken from an answer about another run, or from one without a state', async () => {
    const github = await startGitHub();
    const runs = runsOf(github.apiUrl);
    github.answerNext({ status: 200, body: { id: 102, status: 'completed' } }, { status: 200, body: { id: 101 } });
    expect(await runs.fetchState('101')).toBe('completed');
    expect(github.journal).toHaveLength(3);
  });

  test('is found after a redirect of a renamed repository, and the token stays with GitHub', async () => {
    const elsewhere = await serveHttp((request, response) => {
      keys.push(request.headers.authorization);
      response.setHeader('content-type', 'application/json').end('{"id": 101, "status": "completed"}');
    });
    toStop.push(elsewhere);
    const keys: (string | undefined)[] = [];
    const github = await startGitHub();
    github.answerNext({ status: 301, headers: { location: elsewhere.url.href } });
    expect(await runsOf(github.apiUrl).fetchState('101')).toBe('completed');
    expect(keys).toEqual([undefined]);
  });
});

describe('the rate limit of GitHub', () => {
  async function startLimited(clock: Clock) {
    const runIds = Array.from({ length: 30 }, (_, index) => `${index + 1}`);
    const runs = new Map(runIds.map((id) => [id, 'completed']));
    const github = await startGitHub({ runs, rateLimit: { requests: 10, windowMs: minuteMs }, now: clock.now });
    return { github, runIds, ...runsOf(github.apiUrl, { clock }) };
  }

  test('is waited for until it is renewed, without a wasted request', async () => {
    const clock = createVirtualClock();
    const { github, runIds, fetchState } = await startLimited(clock);
    for (const id of runIds) expect(await fetchState(id)).toBe('completed');
    expect(passed(clock)).toBe(2 * 61 * secondMs);
    expect(github.journal.map(({ status }) => status)).toEqual(runIds.map(() => 200));
  });

  test('refuses only requests that are already under way', async () => {
    const clock = createVirtualClock();
    const { github, runIds, fetchState } = await startLimited(clock);
    expect(await Promise.all(runIds.map(fetchState))).toEqual(runIds.map(() => 'completed'));
    expect(passed(clock)).toBeGreaterThanOrEqual(2 * minuteMs);
    const renewals = Math.ceil(passed(clock) / minuteMs);
    expect(github.journal.filter(({ status }) => status === 403).length).toBeLessThanOrEqual(3 * renewals);
  });

  test("is renewed by GitHub's clock, whatever ours shows", async () => {
    const clock = createVirtualClock();
    const now = () => later(clock.now(), -3 * hourMs);
    const github = await startGitHub({ now });
    const reset = `${later(now(), 20 * secondMs).getTime() / secondMs}`;
    github.answerNext({ status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset } });
    expect(await runsOf(github.apiUrl, { clock }).fetchState('101')).toBe('completed');
    expect(passed(clock)).toBe(21 * secondMs);
  });

  test.each([
    ['as long as it asks for', { status: 403, headers: { 'retry-after': '42' } }, 42 * secondMs],
    ['as long as it asks for', { status: 429, headers: { 'retry-after': '7' } }, 7 * secondMs],
    ['a minute if it names no time', { status: 429 }, minuteMs],
    ['a minute', { status: 403, body: { message: 'You have exceeded a secondary rate limit.' } }, minuteMs],
  ])('keeps everybody waiting %s: %j', async (_sentence, answer, waitMs) => {
    const github = await startGitHub();
    const { fetchState, clock } = runsOf(github.apiUrl);
    github.answerNext(answer);
    expect(await fetchState('101')).toBe('completed');
    expect(passed(clock)).toBe(waitMs);
  });

  test('that names no time leads to longer and longer waits', async () => {
    const github = await startGitHub();
    const { fetchState, clock } = runsOf(github.apiUrl);
    github.answerNext({ status: 429 }, { status: 429 }, { status: 429 });
    expect(await fetchState('101')).toBe('completed');
    expect(passed(clock)).toBe((1 + 2 + 4) * minuteMs);
  });

  test('that refuses four at once is one refusal', async () => {
    // Time stands still until all four answers must have come.
    let nowMs = noon.getTime();
    const sleep = async (ms: number) => {
      const wakeAtMs = nowMs + ms;
      await new Promise((resolve) => setTimeout(resolve, 200));
      nowMs = Math.max(nowMs, wakeAtMs);
    };
    const clock = { now: () => new Date(nowMs), sleep };
    const github = await startGitHub();
    const { fetchState } = runsOf(github.apiUrl, { clock });
    github.answerNext(...Array(4).fill({ status: 429 }));
    const told = await Promise.all(['101', '102', '103', '999'].map(fetchState));
    expect(told).toEqual(['completed', 'in-progress', 'in-progress', 'unknown']);
    expect(passed(clock)).toBe(minuteMs);
  });

  test.each([{ 'retry-after': '3600' }, { 'retry-after': '9'.repeat(400) }])(
    'that is renewed too late is not waited for, and nothing more is asked: %j',
    async (headers) => {
      const github = await startGitHub();
      const { fetchState, clock } = runsOf(github.apiUrl);
      github.answerNext({ status: 403, headers, body: { message: 'API rate limit exceeded' } });
      const error = await errorOf(fetchState('101'));
      expect(error).toMatchObject({ code: 'rate-limited', status: 403, detail: 'API rate limit exceeded' });
      expect(error.message).toMatch(/rate limit is used up.*, and GitHub asks to wait (1 h|1 d), which is too long/);
      expect(await errorOf(fetchState('102'))).toMatchObject({ code: 'rate-limited' });
      expect(github.journal).toHaveLength(1);
      expect(passed(clock)).toBe(0);
    },
  );

  test('that the last good answer has used up is respected without a try', async () => {
    const github = await startGitHub();
    const { fetchState } = runsOf(github.apiUrl);
    const reset = `${later(new Date(), hourMs).getTime()}`.slice(0, -3);
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    github.answerNext({ status: 200, headers, body: { id: 101, status: 'completed' } });
    expect(await fetchState('101')).toBe('completed');
    expect(await errorOf(fetchState('102'))).toMatchObject({ code: 'rate-limited', status: undefined });
    expect(github.journal).toHaveLength(1);
  });
});

describe('a token', () => {
  test('that GitHub refuses is not tried again', async () => {
    const github = await startGitHub({ token: 'another' });
    const { fetchState } = runsOf(github.apiUrl);
    const error = await errorOf(fetchState('101'));
    expect(error).toMatchObject({ code: 'unauthorized', status: 401 });
    expect(error.message).toBe('GitHub refused the token (401: Bad credentials)');
    expect(await errorOf(fetchState('102'))).toMatchObject({ code: 'unauthorized' });
    expect(github.journal).toHaveLength(1);
  });

  test('that may not read runs is not tried again, and the permission is named', async () => {
    const github = await startGitHub();
    const { fetchState } = runsOf(github.apiUrl);
    const headers = { 'x-ratelimit-remaining': '998' };
    github.answerNext({ status: 403, headers, body: { message: 'Resource not accessible by integration' } });
    const error = await errorOf(fetchState('101'));
    expect(error).toMatchObject({ code: 'forbidden', status: 403, detail: 'Resource not accessible by integration' });
    expect(error.message).toContain('"actions: read"');
    expect(await errorOf(fetchState('102'))).toMatchObject({ code: 'forbidden' });
    expect(github.journal).toHaveLength(1);
  });

  test.each(['', `${token}\n`, `Bearer ${token}`])('that cannot be one is not sent: %j', async (odd) => {
    const github = await startGitHub();
    const error = await errorOf(runsOf(github.apiUrl, { token: odd }).fetchState('101'));
    expect(error).toMatchObject({ code: 'unauthorized', status: undefined });
    expect(error.message).toBe('The token for GitHub is empty, or holds characters that no token has');
    expect(github.journal).toEqual([]);
  });

  test('is never in an error, even if the server sends it back', async () => {
    const github = await startGitHub();
    github.answerNext({ status: 403, body: { message: `No.\r\n::error::${token} may not` } });
    const error = await errorOf(runsOf(github.apiUrl).fetchState('101'));
    expect(error.detail).toBe('No. ::error::*** may not');
  });
});

describe('a network error', () => {
  test.each([
    { status: 500 },
    { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>Unicorn!</html>' },
    { status: 408 },
    'reset',
    'cut-off',
  ] as const)('is met by asking again: %j', async (answer) => {
    const github = await startGitHub();
    const { fetchState, clock } = runsOf(github.apiUrl);
    github.answerNext(answer, answer);
    expect(await fetchState('101')).toBe('completed');
    expect(github.journal).toHaveLength(3);
    expect(passed(clock)).toBe(1.5 * secondMs);
  });

  test('is not retried sooner than GitHub asks for', async () => {
    const github = await startGitHub();
    const { fetchState, clock } = runsOf(github.apiUrl);
    github.answerNext({ status: 503, headers: { 'retry-after': '30' } });
    expect(await fetchState('101')).toBe('completed');
    expect(passed(clock)).toBe(30 * secondMs);
  });

  test('with one run does not affect other runs', async () => {
    const github = await startGitHub();
    const { fetchState } = runsOf(github.apiUrl);
    github.answerNext(...Array(5).fill({ status: 500, body: { message: 'Server Error' } }));
    expect(await errorOf(fetchState('101'))).toMatchObject({ code: 'unreachable', status: 500 });
    expect(github.journal).toHaveLength(5);
    expect(await fetchState('102')).toBe('in-progress');
  });

  test('with some runs does not stop the others', async () => {
    const github = await startGitHub();
    const { fetchState } = runsOf(github.apiUrl);
    for (const id of ['1', '2', '3', '4']) {
      github.answerNext({ status: 451 });
      expect(await errorOf(fetchState(id))).toMatchObject({ code: 'unreachable' });
      expect(await fetchState(`10${id}`)).not.toBe('unknown');
    }
  });

  test('that does not end stops the requests for all runs', async () => {
    const runIds = Array.from({ length: 40 }, (_, index) => `${index + 1}`);
    const github = await startGitHub({ failing: { share: 1, seed: 1 }, runs: new Map() });
    const { fetchState } = runsOf(github.apiUrl, { deadline: later(noon, hourMs) });
    github.answerNext(...Array(200).fill({ status: 502 }));
    for (const { code } of await Promise.all(runIds.map((id) => errorOf(fetchState(id)))))
      expect(code).toBe('unreachable');
    expect(github.journal.length).toBeLessThan(30);
  });

  test('of a closed port is named by its code', async () => {
    const github = await startGitHub();
    await github.stop();
    const { fetchState, clock } = runsOf(github.apiUrl);
    const error = await errorOf(fetchState('101'));
    expect(error).toMatchObject({ code: 'unreachable', status: undefined, detail: 'ECONNREFUSED' });
    expect(error.message).toBe('GitHub gave no usable answer about a workflow run (ECONNREFUSED)');
    expect(passed(clock)).toBe(7.5 * secondMs);
  });

  test('that a retry cannot fix is reported at once', async () => {
    const github = await startGitHub();
    github.answerNext({ status: 451, body: { message: 'Repository access blocked' } });
    const error = await errorOf(runsOf(github.apiUrl).fetchState('101'));
    expect(error).toMatchObject({ code: 'unreachable', status: 451, detail: 'Repository access blocked' });
    expect(github.journal).toHaveLength(1);
  });

  test('never leads to a wrong state: 200 runs, limited and failing at random', async () => {
    const clock = createVirtualClock();
    const truth = Array.from({ length: 200 }, (_, index) => `${1_000 + index}`).map((id, index) => {
      const state = (['completed', 'in_progress', undefined] as const)[index % 3];
      return { id, state, told: state === undefined ? 'unknown' : state.replace('_', '-') };
    });
    const github = await startGitHub({
      runs: new Map(truth.flatMap(({ id, state }) => (state === undefined ? [] : [[id, state] as const]))),
      rateLimit: { requests: 50, windowMs: minuteMs },
      failing: { share: 0.25, seed: 7 },
      now: clock.now,
    });
    const { fetchState } = runsOf(github.apiUrl, { clock, deadline: later(noon, 24 * hourMs) });
    const told = await Promise.allSettled(truth.map(({ id }) => fetchState(id)));
    const wrong = told.filter((one, index) => one.status === 'fulfilled' && one.value !== truth[index]?.told);
    expect(wrong).toEqual([]);
    expect(told.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(190);
  });
});

describe('an end', () => {
  const realClock: Clock = {
    now: () => new Date(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        signal?.addEventListener('abort', () => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };

  test('by the deadline comes if GitHub does not answer', async () => {
    const github = await startGitHub();
    github.answerNext('silence');
    const { fetchState } = runsOf(github.apiUrl, { clock: realClock, deadline: later(new Date(), 300) });
    const error = await errorOf(fetchState('101'));
    expect(error).toMatchObject({ code: 'unreachable', status: undefined });
    expect(error.detail).toMatch(/^no answer within/);
    expect(await errorOf(fetchState('102'))).toMatchObject({ code: 'out-of-time' });
    expect(github.journal).toHaveLength(1);
  });

  test.each(['silence', { status: 429, headers: { 'retry-after': '60' } }] as const)(
    'by an interruption comes at once: %j',
    async (answer) => {
      const github = await startGitHub();
      const interruption = new AbortController();
      github.answerNext(answer);
      const { fetchState } = runsOf(github.apiUrl, { clock: realClock, signal: interruption.signal });
      const question = errorOf(fetchState('101'));
      while (github.journal.length === 0) await realClock.sleep(5);
      await realClock.sleep(30);
      interruption.abort();
      expect(await question).toMatchObject({ code: 'interrupted' });
      expect(await errorOf(fetchState('102'))).toMatchObject({ code: 'interrupted' });
      expect(github.journal).toHaveLength(1);
    },
  );
});

test('Octokit prints nothing, not even that an address is deprecated', async () => {
  const spies = (['debug', 'info', 'log', 'warn', 'error'] as const).map((name) => jest.spyOn(console, name));
  const github = await startGitHub();
  const headers = { deprecation: 'true', sunset: 'Sat, 01 Jan 2028 00:00:00 GMT' };
  github.answerNext({ status: 200, headers, body: { id: 101, status: 'completed' } });
  expect(await runsOf(github.apiUrl).fetchState('101')).toBe('completed');
  for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  jest.restoreAllMocks();
});

describe('a process that asks', () => {
  const program = `
    import { createWorkflowRuns } from ${JSON.stringify(new URL('../../src/github/workflow-runs.ts', import.meta.url).href)};
    const clock = { now: () => new Date(), sleep: () => Promise.resolve() };
    const apiUrl = process.env.GITHUB_API_URL;
    const runs = createWorkflowRuns({ token: '${token}', repository: '${repository}', apiUrl, clock, deadline: new Date(Date.now() + 60_000) });
    console.log(await runs.fetchState('101').catch((error) => error.message));
    const answeredAt = performance.now();
    process.on('exit', () => console.log(performance.now() - answeredAt));
  `;

  async function runProgram(variables: Readonly<Record<string, string>>) {
    const env = { ...process.env, NO_PROXY: '', ...variables };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { env });
    const [said = '', exitedAfterMs] = stdout.trim().split('\n');
    return { said, exitedAfterMs: Number(exitedAfterMs) };
  }

  const askThrough = async (variables: Readonly<Record<string, string>>) => (await runProgram(variables)).said;

  // The connection is kept for another question for 2 s.
  test('exits at once after the answer, although its connection is kept', async () => {
    const github = await startGitHub();
    const { said, exitedAfterMs } = await runProgram({ GITHUB_API_URL: github.apiUrl });
    expect(said).toBe('completed');
    expect(exitedAfterMs).toBeLessThan(500);
  });

  test('uses the proxy of the environment variables for GitHub', async () => {
    // What is not encrypted is sent to the proxy as it is, so the proxy itself can answer.
    const github = await startGitHub();
    const GITHUB_API_URL = 'http://github.invalid/api/v3';
    expect(await askThrough({ GITHUB_API_URL, HTTP_PROXY: `http://127.0.0.1:${github.port}` })).toBe('completed');
    expect(github.journal.map(({ headers }) => headers.host)).toEqual(['github.invalid']);
  });

  test.each([403, 502])('reports a network error if its proxy answers %i, without the password', async (status) => {
    const proxy = await serveProxy(status);
    toStop.push(proxy);
    const HTTPS_PROXY = `http://user:pa55word@127.0.0.1:${proxy.port}`;
    const message = await askThrough({ GITHUB_API_URL: 'https://github.invalid/api/v3', HTTPS_PROXY });
    expect(message).toBe(
      `GitHub gave no usable answer about a workflow run (proxy 127.0.0.1:${proxy.port}: ${status})`,
    );
    expect(proxy.asked[0]).toMatchObject({ method: 'CONNECT', url: 'github.invalid:443' });
  });

  test('reports a network error if the address of its proxy is malformed', async () => {
    const HTTPS_PROXY = '[';
    expect(await askThrough({ GITHUB_API_URL: 'https://github.invalid/api/v3', HTTPS_PROXY })).toBe(
      'GitHub gave no usable answer about a workflow run (ERR_INVALID_URL)',
    );
  });
});
