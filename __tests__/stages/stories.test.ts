import { describe, expect } from '@jest/globals';
import { startFakeGitHub } from '../github/fake-github.ts';
import { acme, actionKey, beta, later, scene } from './stage.ts';

// One story for each thing worth reading. Each is kept as a snapshot: what the user writes, the log, the summary and the requests.
// Everything else about the same behaviour is tested in one process: see `__tests__/operations` and `__tests__/deployment`.

const window = { 'status-page': acme };
const incident = { ...window, operation: 'open-incident', title: 'We are moving', message: 'Orders may be **slow**.' };
const opened = 'investigating "Orders may be **slow**."';
const failed = 'An update did not complete as planned. We are looking into it.';
const deployOutcome = '${{ fromJSON(toJSON(steps)).deploy.outcome }}';
/** The post step ends its record beside the list of what earlier runs left. */
const sideBySide = { sideBySide: true } as const;
const create = { method: 'POST', path: '/maintenances' } as const;

describe('a window', () => {
  scene(
    'costs one request to open, and one to end besides the list',
    async ({ job, left, requests }) => {
      const deploy = job();
      await deploy.main(window);
      expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
      await deploy.post({ status: 'success' });
      const [opens, ...ends] = requests();
      expect(opens).toBe('POST /maintenances');
      // The list shows what earlier runs left. It is sent beside the end and never delays it.
      expect(ends.toSorted()).toEqual(['GET /maintenances?status_page_id=<acme>', 'PATCH /maintenances/1']);
      expect(left()).toEqual(['window 1 on acme: over']);
    },
    sideBySide,
  );

  scene(
    'on two pages, by slug and by name, takes one search for both',
    async ({ job, left, requests, emulator }) => {
      emulator.addFault(later(beta));
      const deploy = job();
      await deploy.main({ 'status-page': 'acme, BETA', duration: '1h', title: 'Release 7', message: 'Back **soon**.' });
      expect(left()).toEqual(['window 1 on acme: open until <now+60m>', 'window 2 on beta: open until <now+60m>']);
      await deploy.post({ status: 'success' });
      expect(requests().toSorted()).toEqual([
        ...['GET /maintenances?status_page_id=<acme>', 'GET /maintenances?status_page_id=<beta>'],
        'GET /status-pages',
        ...['PATCH /maintenances/1', 'PATCH /maintenances/2'],
        ...['POST /maintenances', 'POST /maintenances'],
      ]);
      expect(left()).toEqual(['window 1 on acme: over', 'window 2 on beta: over']);
    },
    sideBySide,
  );

  scene('stays until its announced end if the deployment failed', async ({ job, left, requests }) => {
    const deploy = job();
    await deploy.main(window);
    const { exitCode, annotations } = await deploy.post({ status: 'failure' });
    expect([exitCode, annotations.map(({ level }) => level)]).toEqual([0, ['warning']]);
    expect(requests()).toEqual(['POST /maintenances', 'GET /maintenances?status_page_id=<acme>']);
    expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
  });

  scene('stays until its announced end if the deployment was cancelled', async ({ job, left, requests }) => {
    const deploy = job();
    await deploy.main(window);
    await deploy.post({ status: 'cancelled', steps: { deploy: { outcome: 'cancelled' } } });
    expect(requests()).toEqual(['POST /maintenances', 'GET /maintenances?status_page_id=<acme>']);
    expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
  });

  scene(
    'becomes an incident after a failure, and the incident comes first',
    async (stage) => {
      const { job, left, requests, emulator } = stage;
      const deploy = job();
      await deploy.main({
        ...window,
        outcome: deployOutcome,
        'on-failure': 'incident',
        'failure-title': 'Release {tag} did not complete',
        'notify-on-failure': true,
      });
      await deploy.post({ status: 'failure', steps: { deploy: { outcome: 'failure' } } });
      const isRead = (request: string) => request.startsWith('GET ');
      expect(requests().filter((request) => !isRead(request))).toEqual([
        'PATCH /incidents/00000000-0000-0000-0000-000000000000',
        ...['POST /maintenances', 'POST /incidents', 'PATCH /maintenances/1'],
      ]);
      expect(requests().filter(isRead).toSorted()).toEqual([
        'GET /incidents?status_page_id=<acme>&limit=200',
        'GET /maintenances?status_page_id=<acme>',
      ]);
      expect(emulator.incidents()[0]?.title).toBe('Release did not complete');
      expect(emulator.mails()).toMatchObject([{ kind: 'incident', id: 1 }]);
      expect(left()).toEqual([
        'window 1 on acme: over',
        `incident 1 on acme: investigating (investigating "${failed}")`,
      ]);
    },
    sideBySide,
  );

  scene(
    'of the first attempt is reused by a re-run',
    async ({ job, left, requests }) => {
      const first = job({}, 'attempt 1');
      await first.main(window);
      await first.post({ status: 'failure' });
      const second = job({ attempt: 2 }, 'attempt 2');
      const { outputs } = await second.main({ ...window, duration: '1h' });
      expect([outputs.id, outputs.created]).toEqual(['1', 'false']);
      expect(left()).toEqual(['window 1 on acme: open until <now+60m>']);
      await second.post({ status: 'success' });
      expect(requests().filter((request) => request.startsWith('POST'))).toEqual(['POST /maintenances']);
      expect(left()).toEqual(['window 1 on acme: over']);
    },
    sideBySide,
  );

  scene(
    'on one page is deleted if the other page does not exist, and main fails',
    async ({ job, left, emulator }) => {
      const text = '{"error":"Status page not found"}';
      emulator.addFault({ kind: 'status', status: 404, text, match: { ...create, body: beta } });
      const deploy = job();
      const { exitCode, outputs } = await deploy.main({ 'status-page': 'acme, beta' });
      expect([exitCode, outputs.id]).toEqual([1, 'none']);
      expect(left()).toEqual([]);
      await deploy.post();
    },
    sideBySide,
  );

  scene(
    'that cannot be ended is a warning with the command that ends it',
    async ({ job, left, grant }) => {
      const deploy = job();
      await deploy.main(window);
      grant('maintenances:read');
      const { exitCode, annotations } = await deploy.post({ status: 'success' });
      expect([exitCode, annotations.map(({ level }) => level)]).toEqual([0, ['warning']]);
      expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
    },
    sideBySide,
  );
});

describe('an incident', () => {
  scene(
    'is opened, and resolved after a success',
    async ({ job, left, requests }) => {
      const deploy = job();
      await deploy.main(incident);
      expect(left()).toEqual([`incident 1 on acme: investigating (${opened})`]);
      await deploy.post({ status: 'success' });
      // The list of what earlier runs left is sent beside the end.
      const list = 'GET /incidents?status_page_id=<acme>&limit=200';
      expect(requests().filter((request) => request === list)).toHaveLength(1);
      expect(requests().filter((request) => request !== list)).toEqual([
        ...['POST /incidents', 'GET /incidents/1', 'POST /incidents/1/updates'],
      ]);
      expect(left()).toEqual([`incident 1 on acme: resolved (${opened}, resolved "The update is complete.")`]);
    },
    sideBySide,
  );

  scene(
    'stays open after a failure, with an entry that claims nothing',
    async ({ job, left }) => {
      const deploy = job();
      await deploy.main(incident);
      const { exitCode, annotations } = await deploy.post({ status: 'failure' });
      expect([exitCode, annotations.map(({ level }) => level)]).toEqual([0, ['warning']]);
      expect(left()).toEqual([`incident 1 on acme: investigating (${opened}, investigating "${failed}")`]);
    },
    sideBySide,
  );

  scene(
    'of a failed deployment is resolved by the next success',
    async ({ job, left, emulator, until }) => {
      const key = { 'deployment-key': 'prod', 'on-failure': 'incident', recover: true };
      const inputs = { ...window, ...key, outcome: deployOutcome };
      const first = job({ runId: '100' }, 'first');
      await first.main(inputs);
      await first.post({ steps: { deploy: { outcome: 'failure' } } });
      expect(left()[1]).toBe(`incident 1 on acme: investigating (investigating "${failed}")`);
      // An end is rounded up to the full second. Until then the window is still one that an earlier run left.
      await until(() => emulator.windows().every(({ endAt }) => endAt <= Date.now()));
      const second = job({ runId: '200' }, 'second');
      await second.main(inputs);
      await second.post({ steps: { deploy: { outcome: 'success' } } });
      expect(left()[2]).toBe(
        `incident 1 on acme: resolved (investigating "${failed}", resolved "The update is complete.")`,
      );
    },
    sideBySide,
  );
});

describe('several jobs', () => {
  scene(
    'share one window by its key: one opens it, one reuses it, one resolves it',
    async ({ job, left, requests }) => {
      const shared = { ...window, 'deployment-key': 'prod', 'auto-resolve': false };
      const build = job({ jobName: 'build' }, 'build');
      const first = await build.main(shared);
      await build.post({ status: 'success' });
      const deploy = job({ jobName: 'deploy' }, 'deploy');
      const second = await deploy.main(shared);
      await deploy.post({ status: 'success' });
      expect([first.outputs.created, second.outputs.created]).toEqual(['true', 'false']);
      expect(second.outputs.id).toBe(first.outputs.id);
      expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
      const finish = job({ jobName: 'finish' }, 'finish');
      await finish.main({ operation: 'resolve', ...window, 'deployment-key': 'prod' });
      await finish.post({ status: 'success' });
      expect(requests().filter((request) => request.startsWith('POST'))).toEqual(['POST /maintenances']);
      expect(left()).toEqual(['window 1 on acme: over']);
    },
    { patient: true, sideBySide: true },
  );

  scene('hand the id on: update and resolve act on what another job opened', async ({ job, left, requests }) => {
    const open = job({ jobName: 'open' }, 'open');
    const { outputs } = await open.main({ ...incident, 'auto-resolve': false });
    await open.post({ status: 'success' });
    const needs = { open: { result: 'success', outputs } };
    const ids = { id: '${{ needs.open.outputs.id }}', kind: '${{ needs.open.outputs.kind }}' };
    const canary = job({ jobName: 'canary', needs }, 'canary');
    await canary.main({ operation: 'update', ...ids, message: 'Half is done.', state: 'monitoring' });
    await canary.post({ status: 'failure' });
    const close = job({ jobName: 'close', needs }, 'close');
    await close.main({ operation: 'resolve', ...ids, 'resolve-message': 'Done.' });
    await close.post({ status: 'success' });
    expect(requests().filter((request) => !request.startsWith('GET'))).toEqual([
      'POST /incidents',
      ...['POST /incidents/1/updates', 'POST /incidents/1/updates'],
    ]);
    expect(left()).toEqual([`incident 1 on acme: resolved (${opened}, monitoring "Half is done.", resolved "Done.")`]);
  });
});

describe('the API', () => {
  scene(
    'is down: main warns and the deployment continues',
    async ({ job, requests }) => {
      const deploy = job();
      // Port 9 is for discarding; nothing listens there.
      const main = await deploy.main({ ...window, 'api-url': 'http://127.0.0.1:9/user/api/v1' });
      expect(main).toMatchObject({ exitCode: 0, annotations: [{ level: 'warning' }], outputs: { id: 'none' } });
      await deploy.post({ status: 'success' });
      expect(requests()).toEqual([]);
    },
    { patient: true },
  );

  scene(
    'opened a window, but its answer was lost: there is one window, and one mail',
    async (stage) => {
      const { job, left, emulator } = stage;
      emulator.addFault({ kind: 'reset', when: 'after', match: create });
      const deploy = job();
      const { outputs, annotations } = await deploy.main({ ...window, 'notify-subscribers': true });
      expect([outputs.id, annotations]).toEqual(['1', []]);
      await deploy.post({ status: 'success' });
      expect(emulator.mails()).toHaveLength(1);
      expect(left()).toEqual(['window 1 on acme: over']);
    },
    sideBySide,
  );

  scene('refuses what was sent (400): main fails with the words of the server', async (stage) => {
    const { job, emulator, requests } = stage;
    const text = '{"error":"title must not be longer than 5"}';
    emulator.addFault({ kind: 'status', status: 400, text, match: create });
    const deploy = job();
    const { exitCode, annotations } = await deploy.main({ ...window, title: 'Too long' });
    expect([exitCode, annotations]).toMatchObject([1, [{ level: 'error' }]]);
    expect(annotations[0]?.text).toContain('title must not be longer than 5');
    await deploy.post();
    expect(requests()).toEqual(['POST /maintenances']);
  });
});

describe('main', () => {
  scene('was killed before the answer arrived: post finds the window and deletes it', async (stage) => {
    const { job, left, requests, emulator, until } = stage;
    emulator.addFault({ kind: 'delay', when: 'after', ms: 20_000, match: create });
    const deploy = job();
    const running = deploy.startMain(window);
    await until(() => left().length === 1);
    running.kill();
    expect(await running.finished).toMatchObject({ signal: 'SIGKILL', outputs: {} });
    await deploy.post({ status: 'failure' });
    expect(requests()).toEqual([
      'POST /maintenances',
      ...['GET /maintenances?status_page_id=<acme>', 'DELETE /maintenances/1'],
    ]);
    expect(left()).toEqual([]);
  });

  scene(
    'is cancelled while it opens a window: it waits for the answer, and post deletes the window',
    async ({ job, left, requests, emulator, until }) => {
      emulator.addFault({ kind: 'delay', when: 'after', ms: 2_000, match: create });
      const deploy = job();
      const running = deploy.startMain(window);
      await until(() => left().length === 1);
      running.cancel();
      const { exitCode, signalsSent } = await running.finished;
      expect([exitCode, signalsSent]).toEqual([130, ['SIGINT']]);
      await deploy.post();
      expect(requests()).toEqual(['POST /maintenances', 'DELETE /maintenances/1']);
      expect(left()).toEqual([]);
    },
    { patient: true },
  );
});

describe('inputs', () => {
  scene('that are wrong are reported all at once, and nothing is sent', async ({ job, requests }) => {
    const wrong = {
      ...{ 'status-page': ' , ', title: 'two\nlines', duration: 30, start: 'tomorrow', 'notify-subscribers': 'yes' },
      ...{ 'on-failure': 'ignore', 'request-timeout': '5m', 'api-url': 'http://statuspage.example/api' },
      'deployment-key': 'spk_mistaken',
    };
    const deploy = job();
    const { exitCode, annotations } = await deploy.main(wrong);
    expect([exitCode, annotations.length]).toEqual([1, 1]);
    for (const name of Object.keys(wrong)) expect(annotations[0]?.text).toMatch(new RegExp(`\\n${name}[: ]`));
    expect(annotations[0]?.text).not.toContain('spk_mistaken');
    await deploy.post();
    expect(requests()).toEqual([]);
  });

  scene('name pages that do not exist: the nearest are listed', async ({ job, left, requests }) => {
    const deploy = job();
    const { exitCode, annotations } = await deploy.main({ 'status-page': 'acme, betta, gama' });
    expect(exitCode).toBe(1);
    expect(annotations[0]?.text).toMatch(/"betta".*"Beta".*"gama".*"Gamma"/s);
    await deploy.post();
    expect(requests()).toEqual(['GET /status-pages']);
    expect(left()).toEqual([]);
  });

  scene(
    'of a dry run are checked, each write is printed, and none is sent',
    async ({ job, left, requests }) => {
      const deploy = job();
      const { outputs } = await deploy.main({
        'status-page': 'acme, beta',
        'deployment-key': 'prod',
        'on-failure': 'incident',
        outcome: '${{ steps.deploy.outcome }}',
        'dry-run': true,
      });
      expect(outputs.id).toBe('none');
      await deploy.post({ status: 'success', steps: { deploy: { outcome: 'success' } } });
      expect(requests().filter((request) => !request.startsWith('GET '))).toEqual([]);
      expect(left()).toEqual([]);
    },
    sideBySide,
  );
});

describe('the key', () => {
  scene('is missing: main fails and explains where a key comes from', async ({ job, requests }) => {
    const deploy = job({ secrets: {} });
    const { exitCode, annotations } = await deploy.main(window);
    expect(exitCode).toBe(1);
    expect(annotations[0]?.text).toContain('secrets: inherit');
    await deploy.post();
    expect(requests()).toEqual([]);
  });

  scene("is missing in a fork's pull request: the job continues with a notice", async ({ job, requests }) => {
    const event = { pull_request: { head: { repo: { full_name: 'stranger/shop' } } } };
    const deploy = job({ eventName: 'pull_request', event, secrets: {} });
    const { exitCode, annotations, outputs } = await deploy.main(window);
    expect([exitCode, annotations.map(({ level }) => level), outputs.id]).toEqual([0, ['notice'], 'none']);
    await deploy.post({ status: 'success' });
    expect(requests()).toEqual([]);
  });

  scene('lacks a scope (403): main fails and names the scope', async ({ job, left, grant }) => {
    grant('maintenances:read');
    const deploy = job();
    const { exitCode, annotations } = await deploy.main(window);
    expect([exitCode, annotations.length]).toEqual([1, 1]);
    expect(annotations[0]?.text).toContain('the scope maintenances:write');
    await deploy.post();
    expect(left()).toEqual([]);
  });
});

describe('other operations', () => {
  scene('gate is closed by an open incident, and open once it is resolved', async ({ job, person }) => {
    const gate = { operation: 'gate', 'status-page': acme };
    await person('POST', '/incidents', { status_page_id: acme, title: 'Slow search', message: 'We look into it.' });
    const closed = await job({}, 'first').main(gate);
    expect([closed.exitCode, closed.outputs.passed, closed.annotations.length]).toEqual([1, 'false', 1]);
    await person('POST', '/incidents/1/updates', { incident_state_id: '4' });
    const open = await job({}, 'second').main(gate);
    expect([open.exitCode, open.outputs.passed]).toEqual([0, 'true']);
  });

  scene(
    'check lists the scopes that the key needs and lacks',
    async ({ job, grant, emulator }) => {
      grant('incidents:read', 'maintenances:write');
      const require = 'open-maintenance, open-incident, resolve';
      const { exitCode, annotations, outputs } = await job().main({ operation: 'check', require });
      expect([exitCode, annotations.length]).toEqual([1, 1]);
      expect(JSON.parse(outputs.scopes ?? '')).toMatchObject({ 'incidents:write': 'missing' });
      expect(emulator.journal().filter(({ method, worked }) => method !== 'GET' && worked)).toEqual([]);
    },
    sideBySide,
  );

  scene('sweep resolves the incident of a run that is over, and leaves that of a run in progress', async (stage) => {
    const { job, left } = stage;
    const token = 'ghs_0a1b2c3d4e5f';
    const runs = new Map([
      ['100', 'completed'],
      ['200', 'in_progress'],
      ['900', 'in_progress'],
    ]);
    const github = await startFakeGitHub({ repository: 'acme/shop', token, runs });
    try {
      await job({ runId: '100' }, 'lost').main(incident);
      await job({ runId: '200' }, 'at work').main(incident);
      const secrets = { KEY: actionKey, TOKEN: token };
      const env = { GITHUB_API_URL: github.apiUrl };
      const nightly = job({ runId: '900', eventName: 'schedule', secrets, env }, 'nightly');
      const { outputs } = await nightly.main({ ...window, operation: 'sweep', 'github-token': '${{ secrets.TOKEN }}' });
      expect(outputs).toEqual({ swept: '1' });
      await nightly.post({ status: 'success' });
    } finally {
      await github.stop();
    }
    expect(left()).toEqual([
      `incident 1 on acme: resolved (${opened}, resolved "The update that opened this notice ended without closing it.")`,
      `incident 2 on acme: investigating (${opened})`,
    ]);
  });
});
