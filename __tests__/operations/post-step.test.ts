import { describe, expect, test } from '@jest/globals';
import type { Inputs, Saved } from '../support/test-host.ts';
import { acme, annotations, beta, createWorld, incident, type Stage, window } from '../support/world.ts';

const left = 'window 1 active 12:00:00-12:30:00';

/** A main step that never ran, or of which nothing was saved. */
function nothingSaved(inputs: Inputs, states: readonly Saved[] = []): Stage {
  const told = { said: [], outputs: {}, states: [...states], masked: [], debugged: [], summary: '' };
  const run = {
    server: 's',
    repository: 'r',
    workflow: 'w',
    id: '1',
    attempt: 1,
    job: 'j',
    leg: '',
    step: 's',
    tag: undefined,
    url: undefined,
  };
  return { ...told, exitCode: 0, tookMs: 0, inputs, run };
}

describe('the post step has nothing to do', () => {
  test('if main opened nothing', async () => {
    const world = createWorld();
    const post = await world.post(nothingSaved({}));
    expect(post).toMatchObject({
      exitCode: 0,
      summary: '',
      said: ['info: This step opened nothing, so there is nothing to end.'],
    });
    expect(world.requests()).toEqual([]);
  });

  test('after a resolve, whatever its inputs are now', async () => {
    const world = createWorld();
    await world.main(window);
    const resolve = await world.main({ ...window, operation: 'resolve', id: '1', kind: 'maintenance' });
    expect((await world.post(resolve, { outcome: 'nonsense' })).exitCode).toBe(0);
  });
});

describe('the outcome', () => {
  test('that is empty is a warning, and the status of the job counts', async () => {
    for (const status of ['success', 'failure'] as const) {
      const world = createWorld();
      const main = await world.main(window);
      await world.pass(60_000);
      const post = await world.post(main, { outcome: '', 'job-status': status });
      expect(annotations(post)[0]).toMatch(/^warning: outcome is empty, so the status of the job counts\./);
      expect(world.page()).toEqual([status === 'success' ? 'window 1 past 12:00:00-12:01:00' : left]);
    }
  });

  test('that is another word is an error that names the window and the command that ends it', async () => {
    const world = createWorld();
    const main = await world.main(window);
    const post = await world.post(main, { outcome: 'succes' });
    expect(annotations(post)).toEqual([expect.stringMatching(/^error: .*outcome: "succes" is not job, .*curl/s)]);
    expect(post.summary).toMatch(/^### ⚠️ Still under maintenance until 12:30 UTC\n/);
    expect(world.page()).toEqual([left]);
  });
});

describe('inputs that are evaluated anew', () => {
  test('give the key and the texts, and nothing else: page, kind and reference come from what was saved', async () => {
    const world = createWorld();
    const main = await world.main(incident);
    const post = await world.post(main, {
      operation: 'open-maintenance',
      'status-page': beta,
      title: '',
      message: '',
      'deployment-key': 'other',
      'auto-resolve': 'false',
      'resolve-message': 'Now it runs.',
    });
    expect(post.exitCode).toBe(0);
    expect(world.page()).toEqual(['incident 1 investigating "We are installing an update.", resolved "Now it runs."']);
  });

  test('never move the key to another address: if it has changed, nothing is sent, and both are named', async () => {
    const world = createWorld();
    const main = await world.main(window);
    const hosts: string[] = [];
    const wire =
      (send: Parameters<NonNullable<Parameters<typeof world.post>[2]>['wire'] & object>[0]) =>
      (request: Parameters<typeof send>[0]) => {
        hosts.push(request.url.host);
        return send(request);
      };
    const post = await world.post(main, { 'api-url': 'https://elsewhere.example/user/api/v1' }, { wire });
    expect(hosts).toEqual([]);
    expect(annotations(post)).toEqual([
      expect.stringMatching(/https:\/\/statuspage\.me\/.*https:\/\/elsewhere\.example\//s),
    ]);
  });
});

describe('without a key', () => {
  test('a window is a warning with its end, an incident an error', async () => {
    const world = createWorld();
    const windows = await world.post(await world.main({ ...window, 'status-page': `${acme},${beta}` }), {
      'api-key': '',
    });
    expect(annotations(windows)).toEqual([
      expect.stringMatching(/^warning: Could not end .*no API key.*(at 12:30 UTC\. To end it now:\n {2}curl.*){2}/s),
    ]);
    const post = await world.post(await world.main(incident), { 'api-key': '' });
    expect(post.exitCode).toBe(0);
    expect(annotations(post)).toEqual([
      expect.stringMatching(/^error: Could not resolve .*no API key.*now:\n {2}curl/s),
    ]);
  });

  test('an incident fails the job with on-api-error: fail, a window never does', async () => {
    const world = createWorld();
    const failing = { 'api-key': '', 'on-api-error': 'fail' };
    expect((await world.post(await world.main(incident), failing)).exitCode).toBe(1);
    expect((await world.post(await world.main(window), failing)).exitCode).toBe(0);
  });

  test('nothing is said of what was never made', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'rate-limit', retryAfterSeconds: 60 });
    const main = await world.main(window);
    expect(annotations(await world.post(main, { 'api-key': '' }))).toEqual([]);
  });
});

describe('a saved state', () => {
  test('that names no address is told, and does not fail the job', async () => {
    const world = createWorld();
    const main = await world.main(window);
    const { deployment = '', ...records } = main.states.at(-1) ?? {};
    const broken = deployment.replace('https://statuspage.me/user/api/v1', 'nowhere');
    const post = await world.post({ ...main, states: [{ ...records, deployment: broken }] });
    expect(post.exitCode).toBe(0);
    expect(annotations(post)).toEqual([
      expect.stringMatching(/^warning: Could not end the notice: something unexpected happened/),
    ]);
  });

  test.each(['{', '{"version":7}'])('that cannot be read is told, and does not fail the job: %s', async (state) => {
    const world = createWorld();
    const post = await world.post(nothingSaved(window, [{ deployment: state }]), { 'on-api-error': 'fail' });
    expect(post.exitCode).toBe(0);
    expect(annotations(post)).toEqual([expect.stringMatching(/^warning: Could not end the notice: /)]);
    expect(post.summary).not.toContain('No notice on the page');
    expect(world.requests()).toEqual([]);
  });
});
