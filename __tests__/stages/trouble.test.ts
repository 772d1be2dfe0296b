import { describe, expect } from '@jest/globals';
import { acme, actionKey, beta, scene } from './stage.ts';

const create = { method: 'POST', path: '/maintenances' } as const;
const end = { method: 'PATCH', path: '/maintenances' } as const;
const mainWentOn = { exitCode: 0, annotations: [{ level: 'warning' }] };
const mainFailed = { exitCode: 1, annotations: [{ level: 'error' }] };

describe('a service in trouble', () => {
  scene('for one request does no harm: the create is repeated once it is provably absent', async (stage) => {
    const { job, left, emulator } = stage;
    emulator.addFault({ kind: 'html', match: create });
    const deploy = job();
    const { outputs, annotations } = await deploy.main({ 'status-page': acme });
    expect([outputs.id, annotations]).toEqual(['1', []]);
    emulator.addFault({ kind: 'status', status: 500, match: end });
    await deploy.post({ status: 'success' });
    expect(left()).toEqual(['window 1 on acme: over']);
  });

  scene(
    'with too many requests is asked again after the time that it names',
    async ({ job, left, emulator }) => {
      emulator.addFault({ kind: 'rate-limit', retryAfterSeconds: 1, match: create });
      emulator.addFault({ kind: 'rate-limit', retryAfterSeconds: 2, as: 'date', match: end });
      const deploy = job();
      const { outputs } = await deploy.main({ 'status-page': acme });
      expect(outputs.id).toBe('1');
      await deploy.post({ status: 'success' });
      const [first, second] = emulator.journal();
      expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
      expect(left()).toEqual(['window 1 on acme: over']);
    },
    { patient: true },
  );

  scene('that wants more patience than there is: main goes on at once', async ({ job, left, emulator }) => {
    emulator.addFault({ kind: 'rate-limit', retryAfterSeconds: 3_600, match: create });
    const deploy = job();
    expect(await deploy.main({ 'status-page': acme })).toMatchObject(mainWentOn);
    await deploy.post({ status: 'success' });
    expect(left()).toEqual([]);
  });
});

describe('an answer that was lost', () => {
  for (const [how, fault] of Object.entries({
    'by a reset before the work': { kind: 'reset', match: create },
    'by a reset after the work': { kind: 'reset', when: 'after', match: create },
    'by a proxy that answers 502 after the work': { kind: 'html', when: 'after', match: create },
    'in the middle': { kind: 'cut-off', match: create },
    'by an empty body': { kind: 'empty', match: create },
  } as const)) {
    scene(`${how} leads to one window, not two`, async ({ job, left, emulator }) => {
      emulator.addFault(fault);
      const deploy = job();
      const { outputs, annotations } = await deploy.main({ 'status-page': acme });
      expect([outputs.id, annotations]).toEqual(['1', []]);
      expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
      await deploy.post({ status: 'success' });
      expect(left()).toEqual(['window 1 on acme: over']);
    });
  }

  scene('leads to one mail to subscribers', async ({ job, emulator }) => {
    emulator.addFault({ kind: 'reset', when: 'after', match: create });
    const deploy = job();
    await deploy.main({ 'status-page': acme, 'notify-subscribers': true });
    await deploy.post({ status: 'success' });
    expect(emulator.mails().length).toBe(1);
  });

  scene('where the key may not read is not asked for again: what to look for is told', async (stage) => {
    const { job, left, grant, emulator } = stage;
    grant('maintenances:write');
    emulator.addFault({ kind: 'reset', when: 'after', match: create });
    const deploy = job();
    const { exitCode, annotations } = await deploy.main({ 'status-page': acme });
    expect(exitCode).toBe(0);
    expect(annotations).toMatchObject([{ level: 'warning', text: expect.stringContaining('Ref: r') }]);
    await deploy.post({ status: 'success' });
    expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
  });

  scene('to the end of a window: it is sent again', async ({ job, left, emulator }) => {
    const deploy = job();
    await deploy.main({ 'status-page': acme });
    emulator.addFault({ kind: 'reset', when: 'after', match: end });
    await deploy.post({ status: 'success' });
    expect(left()).toEqual(['window 1 on acme: over']);
  });

  scene('to the incident of a failure leads to one incident', async ({ job, left, emulator }) => {
    const deploy = job();
    await deploy.main({ 'status-page': acme, 'on-failure': 'incident', outcome: '${{ steps.deploy.outcome }}' });
    emulator.addFault({ kind: 'reset', when: 'after', match: { method: 'POST', path: '/incidents' } });
    await deploy.post({ status: 'failure', steps: { deploy: { outcome: 'failure' } } });
    expect(left()).toEqual([
      'window 1 on acme: over',
      'incident 1 on acme: investigating (investigating "An update did not complete as planned. We are looking into it.")',
    ]);
  });
});

describe('what the repository can mend', () => {
  scene('as a 400: the server speaks for itself, and the fields are named', async ({ job, emulator, requests }) => {
    emulator.addFault({
      kind: 'status',
      status: 400,
      text: '{"error":"title must not be longer than 5"}',
      match: create,
    });
    const deploy = job();
    const result = await deploy.main({ 'status-page': acme, title: 'Too long' });
    expect(result).toMatchObject(mainFailed);
    expect(result.annotations[0]?.text).toContain('title must not be longer than 5');
    await deploy.post();
    expect(requests()).toEqual(['POST /maintenances']);
  });

  scene('with on-api-error: warn is a warning', async ({ job, emulator, requests }) => {
    emulator.addFault({ kind: 'status', status: 400, match: create });
    const deploy = job();
    expect(await deploy.main({ 'status-page': acme, 'on-api-error': 'warn' })).toMatchObject(mainWentOn);
    await deploy.post({ status: 'success' });
    expect(requests()).toEqual(['POST /maintenances']);
  });

  scene('as a redirect: the key is not sent elsewhere', async ({ job, emulator, requests }) => {
    emulator.addFault({ kind: 'redirect', location: 'https://elsewhere.example/v2?key=1', match: create });
    const deploy = job();
    const result = await deploy.main({ 'status-page': acme });
    expect(result).toMatchObject(mainFailed);
    expect(result.annotations[0]?.text).toContain('https://elsewhere.example/v2');
    await deploy.post();
    expect(requests()).toEqual(['POST /maintenances']);
  });

  scene('as another refusal', async ({ job, emulator }) => {
    emulator.addFault({ kind: 'status', status: 402, text: '{"error":"Your plan has ended"}', match: create });
    const deploy = job();
    expect(await deploy.main({ 'status-page': acme })).toMatchObject(mainFailed);
    await deploy.post();
  });
});

describe('a connection', () => {
  scene('that is refused is told with its host: the deploy goes on', async ({ job, requests }) => {
    const deploy = job();
    // Port 9 is for discarding; nothing listens there.
    const result = await deploy.main({ 'status-page': acme, 'api-url': 'http://127.0.0.1:9/user/api/v1' });
    expect(result).toMatchObject(mainWentOn);
    expect(result.annotations[0]?.text).toContain('ECONNREFUSED');
    await deploy.post({ status: 'success' });
    expect(requests()).toEqual([]);
  });

  scene('through a proxy that cannot be reached names the proxy, without its password', async ({ job, requests }) => {
    const deploy = job({ env: { HTTPS_PROXY: 'http://user:Geheim7@127.0.0.1:9' } });
    const result = await deploy.main({ 'status-page': acme, 'api-url': 'https://statuspage.example/user/api/v1' });
    expect(result).toMatchObject(mainWentOn);
    expect(result.annotations[0]?.text).toContain('127.0.0.1:9');
    expect(result.log + result.summary).not.toContain('Geheim7');
    await deploy.post({ status: 'success' });
    expect(requests()).toEqual([]);
  });
});

describe('a server of other habits', () => {
  const habits = {
    'with ids that are UUIDs': { ids: 'uuid' },
    'with ids full of special characters': { ids: 'opaque' },
    'without an envelope': { envelope: 'bare' },
    'that shows only ids': { createReply: 'id-only', changeReply: 'id-only' },
    'that answers changes with nothing at all': { deleteStatus: 204, changeReply: 'empty', updateStatus: 200 },
  } as const;
  for (const [habit, options] of Object.entries(habits)) {
    scene(
      `${habit} gets its windows and incidents ended all the same`,
      async ({ job, emulator }) => {
        const window = job({}, 'window');
        await window.main({ 'status-page': acme });
        const ahead = job({}, 'ahead');
        await ahead.main({ 'status-page': beta, start: '+15m', 'auto-resolve': true });
        const incident = job({}, 'incident');
        await incident.main({
          operation: 'open-incident',
          'status-page': acme,
          title: 'Deploying',
          message: 'We are at it.',
        });
        for (const { post } of [window, ahead, incident])
          expect((await post({ status: 'success' })).annotations).toEqual([]);
        expect(emulator.windows().map(({ statusPageId }) => statusPageId)).toEqual([acme]);
        expect((emulator.windows()[0]?.endAt ?? 0) - Date.now()).toBeLessThan(1_100);
        expect(emulator.incidents().map(({ state }) => state)).toEqual(['resolved']);
      },
      { emulator: options, told: false },
    );
  }
});

describe('the key', () => {
  scene(
    'does not come out where the server says it in an error',
    async ({ job, emulator }) => {
      const text = JSON.stringify({ error: `The key ${actionKey} may not do this` });
      emulator.addFault({ kind: 'status', status: 403, text, match: create });
      const deploy = job({ debug: true });
      expect(await deploy.main({ 'status-page': acme })).toMatchObject(mainFailed);
      await deploy.post();
    },
    { told: false },
  );
});

// The patient scenes come last: a test that only waits would keep the others from beginning.
describe('a service that stays in trouble', () => {
  scene(
    'that has nothing but an HTML page to show is a warning, and post still opens the incident of a failure',
    async ({ job, left, emulator }) => {
      emulator.addFault({ kind: 'html', match: create, times: 'always' });
      const deploy = job();
      const { exitCode } = await deploy.main({
        'status-page': acme,
        'on-failure': 'incident',
        outcome: '${{ steps.deploy.outcome }}',
      });
      expect(exitCode).toBe(0);
      emulator.clearFaults();
      await deploy.post({ status: 'failure', steps: { deploy: { outcome: 'failure' } } });
      expect(left()).toEqual([
        'incident 1 on acme: investigating (investigating "An update did not complete as planned. We are looking into it.")',
      ]);
    },
    { patient: true },
  );

  scene(
    'for the window and for the incident of the failure: nobody claims that something is on the page',
    async ({ job, left, emulator }) => {
      emulator.addFault({ kind: 'status', status: 503, match: create, times: 'always' });
      const deploy = job();
      await deploy.main({ 'status-page': acme, 'on-failure': 'incident', outcome: '${{ steps.deploy.outcome }}' });
      emulator.addFault({ kind: 'status', status: 400, match: { method: 'POST', path: '/incidents' } });
      const { summary } = await deploy.post({ status: 'failure', steps: { deploy: { outcome: 'failure' } } });
      expect(summary).not.toMatch(/^\*\*STILL ON THE PAGE/);
      expect(left()).toEqual([]);
    },
    { patient: true },
  );

  scene(
    'on one page of two is a warning, and the other page has its window',
    async ({ job, left, emulator }) => {
      emulator.addFault({ kind: 'status', status: 503, match: { ...create, body: beta }, times: 'always' });
      const deploy = job();
      const { exitCode, outputs } = await deploy.main({ 'status-page': 'acme, beta' });
      expect([exitCode, outputs.id]).toEqual([0, '1,none']);
      await deploy.post({ status: 'success' });
      expect(left()).toEqual(['window 1 on acme: over']);
    },
    { patient: true, sideBySide: true },
  );

  scene(
    'fails a resolve, which was asked to end something and could not',
    async ({ job, left, emulator }) => {
      await job({}, 'open').main({ 'status-page': acme, 'auto-resolve': false });
      emulator.addFault({ kind: 'status', status: 503, match: { path: '/maintenances' }, times: 'always' });
      const { exitCode } = await job({}, 'close').main({ operation: 'resolve', id: '1', kind: 'maintenance' });
      expect(exitCode).toBe(1);
      expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
    },
    { patient: true, told: false },
  );

  scene(
    'fails main where the user wants it so, with on-api-error: fail',
    async ({ job, left, emulator }) => {
      emulator.addFault({ kind: 'status', status: 500, match: create, times: 'always' });
      const deploy = job();
      expect(await deploy.main({ 'status-page': acme, 'on-api-error': 'fail' })).toMatchObject(mainFailed);
      await deploy.post();
      expect(left()).toEqual([]);
    },
    { patient: true, told: false },
  );
});

describe('a page that answers nothing', () => {
  scene(
    'costs a deploy some seconds: main warns in time and goes on',
    async ({ job, left, emulator }) => {
      emulator.addFault({ kind: 'silence', times: 'always' });
      const deploy = job();
      expect(await deploy.main({ 'status-page': acme })).toMatchObject(mainWentOn);
      emulator.clearFaults();
      await deploy.post({ status: 'success' });
      expect(left()).toEqual([]);
    },
    { patient: true, told: false },
  );

  scene(
    'does not hold the post step longer than 30 s, and leaves no lie: how it ends is told',
    async ({ job, left, emulator }) => {
      const deploy = job();
      await deploy.main({ 'status-page': acme });
      emulator.addFault({ kind: 'silence', times: 'always' });
      const { exitCode, annotations } = await deploy.post({ status: 'success' });
      expect([exitCode, annotations.map(({ level }) => level)]).toEqual([0, ['warning']]);
      expect(annotations[0]?.text).toContain('curl -X PATCH');
      expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
    },
    { patient: true, told: false },
  );

  scene(
    'after it has opened the window: the window is found, and nothing is opened twice',
    async ({ job, left, emulator }) => {
      emulator.addFault({ kind: 'silence', when: 'after', match: create });
      const deploy = job();
      const { outputs } = await deploy.main({ 'status-page': acme, 'request-timeout': '2s' });
      expect([outputs.id, outputs.created]).toEqual(['1', 'true']);
      await deploy.post({ status: 'success' });
      expect(left()).toEqual(['window 1 on acme: over']);
    },
    { patient: true },
  );

  scene(
    'to a create that it never did: nothing is opened, and post finds nothing',
    async ({ job, left, emulator }) => {
      emulator.addFault({ kind: 'silence', match: create });
      const deploy = job();
      const { outputs, exitCode } = await deploy.main({ 'status-page': acme, 'request-timeout': '2s' });
      expect([exitCode, outputs.id]).toEqual([0, 'none']);
      expect(emulator.journal().filter(({ method }) => method === 'POST').length).toBe(1);
      await deploy.post({ status: 'success' });
      expect(left()).toEqual([]);
    },
    { patient: true, told: false },
  );

  scene(
    'until after main has gone on: post finds what the page has opened too late, and ends it',
    async ({ job, left, emulator, until }) => {
      emulator.addFault({ kind: 'delay', ms: 17_000, match: create });
      const deploy = job();
      const { outputs, exitCode } = await deploy.main({ 'status-page': acme, 'request-timeout': '2s' });
      expect([exitCode, outputs.id]).toEqual([0, 'none']);
      await until(() => left().length === 1);
      await deploy.post({ status: 'success' });
      expect(left()).toEqual(['window 1 on acme: over']);
    },
    { patient: true, told: false },
  );
});
