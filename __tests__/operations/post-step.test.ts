import { describe, expect, test } from '@jest/globals';
import type { Send, WireRequest } from '../../src/statuspage/wire.ts';
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
      said: ['info: This step opened nothing, so its post step has nothing to end.'],
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

test('GitHub is asked about earlier runs only by a run of its own', async () => {
  for (const [url, left] of [
    ['https://github.com/acme/shop/actions/runs/2', 'active'],
    ['https://gitlab.example/acme/shop/-/pipelines/2', 'past'],
  ] as const) {
    const world = createWorld();
    const inputs = { ...window, 'github-token': 'ghs_token' };
    await world.main(inputs, { run: { id: '1', url } });
    await world.pass(60_000);
    const main = await world.main(inputs, { run: { id: '2', url } });
    await world.post(main, {}, { inProgress: new Set(['1']) });
    await world.pass(1_000);
    expect(world.emulator.windows()).toMatchObject([{ state: left }, { state: 'past' }]);
  }
});

describe('the outcome', () => {
  test('that is empty leads to a warning, and the status of the job counts', async () => {
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
    expect(annotations(post)).toEqual([
      expect.stringMatching(/^error: .*outcome: "succes" is not job, .*To end it now, use the dashboard/s),
    ]);
    expect(post.summary).toMatch(/^### ⚠️ Still under maintenance until 12:30 UTC\n/);
    expect(world.page()).toEqual([left]);
  });
});

describe('inputs that are evaluated anew', () => {
  test('give only the key, its address and the texts: page, kind and reference come from what was saved', async () => {
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

  test.each([
    ['window', window, 0],
    ['incident', incident, 0],
    ['incident', { ...incident, 'on-api-error': 'fail' }, 1],
  ] as const)('never send the key for a %s that was opened at another address: %j', async (_, inputs, exitCode) => {
    const world = createWorld();
    const main = await world.main(inputs);
    const page = world.page();
    const hosts: string[] = [];
    const wire = (send: Send) => (request: WireRequest) => {
      hosts.push(request.url.host);
      return send(request);
    };
    const post = await world.post(main, { 'api-url': 'https://elsewhere.example/user/api/v1' }, { wire });
    expect(hosts).toEqual([]);
    expect(post.exitCode).toBe(exitCode);
    expect(annotations(post)).toEqual([
      expect.stringMatching(
        /^error: .*opened at https:\/\/statuspage\.me\/user\/api\/v1\b.*api-url is now https:\/\/elsewhere\.example\/user\/api\/v1\b/,
      ),
    ]);
    // The id belongs to the other address, so no command may name it here.
    expect(annotations(post)[0]).not.toContain('curl');
    expect(world.page()).toEqual(page);
  });

  test('send the key to their own address only, if that is where the notice was opened', async () => {
    const world = createWorld();
    const own = { 'api-url': 'https://status.example/user/api/v1' };
    const main = await world.main({ ...window, ...own });
    const hosts: string[] = [];
    const wire = (send: Send) => (request: WireRequest) => {
      hosts.push(request.url.host);
      return send(request);
    };
    const post = await world.post(main, own, { wire });
    expect(annotations(post)).toEqual([]);
    expect(new Set(hosts)).toEqual(new Set(['status.example']));
  });
});

describe('without a key', () => {
  test('a window is a warning with its end, an incident an error', async () => {
    const world = createWorld();
    const windows = await world.post(await world.main({ ...window, 'status-page': `${acme},${beta}` }), {
      'api-key': '',
    });
    expect(annotations(windows)).toEqual([
      expect.stringMatching(
        /^warning: Could not end .*no API key.*(ends by itself at 12:30 UTC\..*){2}To end them now, use the dashboard of StatusPage\.me, or the request/s,
      ),
    ]);
    const post = await world.post(await world.main(incident), { 'api-key': '' });
    expect(post.exitCode).toBe(0);
    expect(annotations(post)).toEqual([
      expect.stringMatching(/^error: Could not resolve .*no API key.*To resolve it now, use the dashboard/s),
    ]);
  });

  test('an incident fails the job with on-api-error: fail, a window never does', async () => {
    const world = createWorld();
    const failing = { 'api-key': '', 'on-api-error': 'fail' };
    expect((await world.post(await world.main(incident), failing)).exitCode).toBe(1);
    expect((await world.post(await world.main(window), failing)).exitCode).toBe(0);
  });

  test('post does not mention a window that was never created', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'rate-limit', retryAfterSeconds: 60 });
    const main = await world.main(window);
    expect(annotations(await world.post(main, { 'api-key': '' }))).toEqual([]);
  });
});

describe('a saved state', () => {
  test.each(['status.acme.example', 'javascript:alert(1)', 'https://', 'http://[', ' '])(
    'of a page with the address %j is read, and the window is ended',
    async (url) => {
      const world = createWorld();
      const wire = (send: Send) => async (request: WireRequest) => {
        const reply = await send(request);
        return { ...reply, text: reply.text.replace('"https://status.gamma.example"', JSON.stringify(url)) };
      };
      const main = await world.main({ ...window, 'status-page': 'gamma' }, { wire });
      expect(main.outputs.url).not.toBe('https://status.gamma.example');
      await world.pass(60_000);
      const post = await world.post(main);
      expect(annotations(post)).toEqual([]);
      expect(world.page()).toEqual(['window 1 on gamma past 12:00:00-12:01:00']);
    },
  );

  test('without a valid address leads to a warning, and does not fail the job', async () => {
    const world = createWorld();
    const main = await world.main(window);
    const { deployment = '', ...records } = main.states.at(-1) ?? {};
    const broken = deployment.replace('https://statuspage.me/user/api/v1', 'nowhere');
    const post = await world.post({ ...main, states: [{ ...records, deployment: broken }] });
    expect(post.exitCode).toBe(0);
    expect(annotations(post)).toEqual([
      expect.stringMatching(/^warning: Could not end the notice: the state that the main step saved cannot be read/),
    ]);
  });

  test.each(['{', '{"version":7}'])(
    'that cannot be read leads to a warning, and does not fail the job: %s',
    async (state) => {
      const world = createWorld();
      const post = await world.post(nothingSaved(window, [{ deployment: state }]), { 'on-api-error': 'fail' });
      expect(post.exitCode).toBe(0);
      expect(annotations(post)).toEqual([expect.stringMatching(/^warning: Could not end the notice: /)]);
      expect(post.summary).not.toContain('No notice');
      expect(world.requests()).toEqual([]);
    },
  );
});
