import { describe, expect, test } from '@jest/globals';
import type { Inputs } from '../support/test-host.ts';
import {
  acme,
  annotations,
  beta,
  createWorld,
  type Stage,
  type World,
  type WorldOptions,
  window,
} from '../support/world.ts';

const onFailure = { ...window, 'on-failure': 'incident', 'on-cancel': 'incident', outcome: 'failure' } as const;
const keyed = { ...onFailure, 'deployment-key': 'production' } as const;
const ended = 'window 1 past 12:00:00-12:07:00';
const opened = 'incident 1 investigating "An update did not complete as planned. We are looking into it."';
const further = ', investigating "An update did not complete as planned. We are looking into it."';

async function fail(world: World, inputs: Inputs = onFailure, id = '9123456789'): Promise<Stage> {
  const main = await world.main(inputs, { run: { id } });
  await world.pass(420_000);
  return world.post(main);
}

describe('a failure', () => {
  test.each([
    ['failure', opened],
    ['cancelled', opened],
  ])('(%s) opens an incident first, then ends the window', async (outcome, expected) => {
    const world = createWorld();
    const post = await fail(world, { ...onFailure, outcome });
    expect(post.exitCode).toBe(0);
    expect(world.page()).toEqual([ended, expected]);
    expect(world.requests()).toEqual([
      'PATCH /incidents/00000000-0000-0000-0000-000000000000 404',
      'POST /maintenances 201',
      'GET /maintenances 200',
      'GET /incidents 200',
      'POST /incidents 201',
      'PATCH /maintenances/1 200',
    ]);
    expect(world.journal().at(4)?.body).toEqual({
      status_page_id: acme,
      title: 'An update did not complete',
      message: expect.stringMatching(/^An update did .*\n\nRef: f[0-9a-z]{8}-46vvcb9-01[0-9a-z]{14}$/),
    });
    expect(annotations(post)).toEqual([
      expect.stringMatching(/^warning: .*the incident .*\(id 1\).* was opened.*To resolve it now, use the dashboard/s),
    ]);
    expect(post.summary).toMatch(/^### 🔴 Incident open/);
    expect(post.summary).toContain('curl -X POST');
    expect(post.summary).toContain('An update did not complete</bdi> | investigating | no |');
  });

  test.each([
    ['after success', { outcome: 'success' }, ended],
    ['after skipped', { outcome: 'skipped' }, ended],
    ['with on-failure: keep', { 'on-failure': 'keep' }, 'window 1 active 12:00:00-12:30:00'],
  ])('opens its incident only if it was one and the user chose so: none %s', async (_, inputs, expected) => {
    const world = createWorld();
    await fail(world, { ...onFailure, ...inputs });
    expect(world.page()).toEqual([expected]);
  });

  test('is announced in the words of the user, and mailed only if asked to', async () => {
    const world = createWorld();
    const words = { 'failure-title': '{tag} failed', 'failure-message': 'After {elapsed}, till {end-at}.' };
    const main = await world.main({ ...onFailure, ...words, 'notify-on-failure': 'true' }, { run: { tag: 'v2' } });
    await world.pass(420_000);
    const post = await world.post(main);
    expect(world.emulator.incidents()).toMatchObject([{ title: 'v2 failed' }]);
    expect(world.page()[1]).toBe('incident 1 investigating "After 7 min, till 12:30 UTC."');
    expect(world.emulator.mails()).toMatchObject([{ kind: 'incident' }]);
    expect(post.summary).toContain('v2 failed</bdi> | investigating | yes |');
  });

  test('opens its incident even if the window is over, deleted, or was never opened', async () => {
    const over = createWorld();
    await fail(over, { ...onFailure, duration: '5m' });
    expect(over.page()).toEqual(['window 1 past 12:00:00-12:05:00', opened]);

    const deleted = createWorld();
    const main = await deleted.main(onFailure);
    await deleted.people('DELETE', '/maintenances/1');
    await deleted.post(main);
    expect(deleted.page()).toEqual([opened]);

    const missed = createWorld();
    missed.emulator.addFault({ kind: 'rate-limit', retryAfterSeconds: 60, match: { method: 'POST' } });
    await fail(missed);
    expect(missed.page()).toEqual([opened]);
  });

  test('opens its incident even if the window cannot be searched for', async () => {
    const world = createWorld({ scopes: ['maintenances:write', 'incidents:write'] });
    world.emulator.addFault({ kind: 'reset', when: 'after', match: { method: 'POST', path: '/maintenances' } });
    const post = await fail(world);
    expect(world.page()).toEqual(['window 1 active 12:00:00-12:30:00', opened]);
    expect(annotations(post)).toEqual([
      expect.stringMatching(/^warning: .*the incident .*\(id 1\).* was opened/),
      expect.stringMatching(/^warning: Could not end the maintenance window.*the scope maintenances:read/),
    ]);
  });

  test('that cannot open its incident leaves the window as it is', async () => {
    const world = createWorld();
    const main = await world.main(onFailure);
    world.emulator.addFault({ kind: 'status', status: 403, match: { method: 'POST', path: '/incidents' } });
    const post = await world.post(main);
    expect(post.exitCode).toBe(0);
    expect(world.page()).toEqual(['window 1 active 12:00:00-12:30:00']);
    expect(annotations(post)).toEqual([
      expect.stringMatching(
        /^error: Could not open the incident .*the scope incidents:write.*ends by itself at 12:30/s,
      ),
    ]);
  });

  test('whose window cannot be ended names both', async () => {
    const world = createWorld();
    const main = await world.main(onFailure);
    world.emulator.addFault({ kind: 'status', status: 403, match: { method: 'PATCH' } });
    const post = await world.post(main);
    expect(world.page()).toEqual(['window 1 active 12:00:00-12:30:00', opened]);
    expect(annotations(post)).toHaveLength(2);
  });

  test('on several pages opens an incident on each', async () => {
    const world = createWorld();
    await fail(world, { ...onFailure, 'status-page': `${acme},${beta}` });
    expect(world.page()).toEqual([ended, ended.replace('1', '2 on beta'), opened, opened.replace('1', '2 on beta')]);
  });
});

describe('a further failure of the same deployment', () => {
  test.each([
    ['the key of the user', keyed],
    ['the default key', onFailure],
  ])('adds an entry to the open incident of the first, with its reference (%s)', async (_which, inputs) => {
    const world = createWorld();
    await fail(world, inputs);
    const post = await fail(world, inputs, '9123456790');
    expect(world.emulator.incidents()).toHaveLength(1);
    expect(world.journal().at(-2)).toMatchObject({
      path: '/incidents/1/updates',
      body: { message: expect.stringMatching(/^An update did .*\n\nRef: f[0-9a-z]{8}-46vvcba-01[0-9a-z]{14}$/) },
    });
    expect(world.page().at(-1)).toBe(opened + further);
    expect(annotations(post)).toEqual([
      expect.stringMatching(/^warning: .*\(id 1\).* of an earlier failure got an update/),
    ]);
  });

  test('ends the window that the first one kept, once the incident is open', async () => {
    const world = createWorld();
    await fail(world, { ...onFailure, 'on-failure': 'keep' });
    expect(world.page()).toEqual(['window 1 active 12:00:00-12:30:00']);
    await fail(world, onFailure, '9123456790');
    expect(world.page()).toEqual(['window 1 past 12:00:00-12:14:00', 'window 2 past 12:07:00-12:14:00', opened]);
    expect(world.requests().slice(-6)).toEqual([
      'POST /maintenances 201',
      'GET /maintenances 200',
      'GET /incidents 200',
      'POST /incidents 201',
      'PATCH /maintenances/2 200',
      'PATCH /maintenances/1 200',
    ]);
  });

  test('adds one entry in a re-run of the same run', async () => {
    const world = createWorld();
    await fail(world);
    const main = await world.main(onFailure, { run: { attempt: 2 } });
    await world.post(main);
    expect(world.page().at(-1)).toBe(opened + further);
  });

  test('opens another incident if the first is resolved', async () => {
    const world = createWorld();
    await fail(world, keyed);
    await world.people('POST', '/incidents/1/updates', { incident_state_id: '4' });
    await fail(world, keyed, '9123456790');
    expect(world.emulator.incidents()).toMatchObject([{ state: 'resolved' }, { state: 'investigating' }]);
  });

  test('leaves an incident alone whose state a person has changed', async () => {
    const world = createWorld();
    await fail(world, keyed);
    await world.people('POST', '/incidents/1/updates', { incident_state_id: '2', message: 'It is the disk.' });
    const post = await fail(world, keyed, '9123456790');
    expect(world.page().at(-1)).toBe(`${opened}, identified "It is the disk."`);
    expect(annotations(post)).toEqual([expect.stringMatching(/^warning: .*A person has edited/)]);
    expect(world.emulator.windows()).toMatchObject([{ state: 'past' }, { state: 'past' }]);
  });

  test('adds an entry if no reply shows the state', async () => {
    const world = createWorld({ stateShape: 'none' });
    await fail(world, keyed);
    await fail(world, keyed, '9123456790');
    expect(world.emulator.incidents()[0]?.timeline).toHaveLength(2);
  });

  test('never touches the incident of another key', async () => {
    const world = createWorld();
    await fail(world, keyed);
    await fail(world, { ...keyed, 'deployment-key': 'staging' }, '9123456790');
    expect(world.emulator.incidents().map(({ timeline }) => timeline.length)).toEqual([1, 1]);
  });

  test('opens one of its own if the key may not list incidents, and ends the window', async () => {
    const world = createWorld({ scopes: ['maintenances:write', 'incidents:write'] });
    await fail(world, onFailure);
    const post = await fail(world, onFailure, '9123456790');
    expect(world.page()).toEqual([
      ended,
      'window 2 past 12:07:00-12:14:00',
      opened,
      opened.replace('incident 1', 'incident 2'),
    ]);
    expect(annotations(post)).toEqual([expect.stringMatching(/^warning: .*the incident .*\(id 2\).* was opened/)]);
  });

  test('opens none if the list does not come, and the window stays', async () => {
    const world = createWorld();
    const main = await world.main(keyed);
    world.emulator.addFault({
      kind: 'status',
      status: 503,
      times: 'always',
      match: { method: 'GET', path: '/incidents' },
    });
    const post = await world.post(main);
    expect(world.page()).toEqual(['window 1 active 12:00:00-12:30:00']);
    expect(annotations(post)).toEqual([expect.stringMatching(/^error: Could not open the incident .*HTTP 503/)]);
  });

  test.each([
    ['deleted', (world: World) => world.people('DELETE', '/incidents/1')],
    ['resolved', (world: World) => world.people('POST', '/incidents/1/updates', { incident_state_id: '4' })],
  ] as const)('opens another if the first is %s after it was found', async (_what, change) => {
    const world = createWorld();
    await fail(world, keyed);
    const main = await world.main(keyed, { run: { id: '9123456790' } });
    await world.pass(60_000);
    const post = await world.post(
      main,
      {},
      {
        wire: (send) => async (request) => {
          if (request.method === 'GET' && request.url.pathname.endsWith('/incidents/1')) await change(world);
          return send(request);
        },
      },
    );
    expect(annotations(post)).toEqual([expect.stringMatching(/^warning: .*the incident .*\(id 2\).* was opened/)]);
    expect(world.emulator.incidents().at(-1)).toMatchObject({ id: 2, state: 'investigating' });
    expect(world.emulator.windows()[1]).toMatchObject({ state: 'past' });
  });

  test('whose entry is refused leaves the window as it is', async () => {
    const world = createWorld();
    await fail(world, keyed);
    const main = await world.main(keyed, { run: { id: '9123456790' } });
    world.emulator.addFault({ kind: 'status', status: 403, match: { method: 'POST', path: '/incidents/1/updates' } });
    const post = await world.post(main, { 'on-api-error': 'fail' });
    expect(annotations(post)).toEqual([
      expect.stringMatching(/^error: Could not open the incident .*the scope incidents:write/),
    ]);
    expect(post.exitCode).toBe(1);
    expect(world.emulator.windows()[1]).toMatchObject({ state: 'active' });
  });

  test('that cannot see whether there is a first opens none, and the window stays', async () => {
    const world = createWorld({ messageInLists: false, order: 'oldest' });
    const main = await world.main(keyed);
    for (let number = 1; number <= 21; number += 1)
      await world.people('POST', '/incidents', { status_page_id: acme, title: 'Theirs' });
    const post = await world.post(main);
    expect(world.emulator.incidents()).toHaveLength(21);
    expect(world.emulator.windows()).toMatchObject([{ state: 'active' }]);
    expect(annotations(post)).toEqual([expect.stringMatching(/^error: Could not open the incident/)]);
  });
});

describe('main checks beforehand that a failure can open an incident', () => {
  const refused: WorldOptions = { scopes: ['maintenances:write'] };

  test('and fails if the key may not', async () => {
    const world = createWorld(refused);
    const main = await world.main(onFailure);
    expect(main).toMatchObject({ exitCode: 1, outputs: { id: 'none' } });
    expect(annotations(main)).toEqual([
      expect.stringMatching(/^error: Could not make sure .*the scope incidents:write/),
    ]);
    expect(world.page()).toEqual([]);
  });

  test('or warns, with on-api-error: warn', async () => {
    const world = createWorld(refused);
    const main = await world.main({ ...onFailure, 'on-api-error': 'warn' });
    expect(main.exitCode).toBe(0);
    expect(annotations(main)).toEqual([
      expect.stringMatching(/^warning: Could not make sure .*the scope incidents:write/),
    ]);
    expect(world.page()).toEqual(['window 1 active 12:00:00-12:30:00']);
  });

  test('but an error of the service is no answer, and takes no more than 5 s', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'silence', match: { method: 'PATCH' } });
    const main = await world.main(onFailure);
    expect(main).toMatchObject({ exitCode: 0, tookMs: 5_000, outputs: { id: '1' } });
  });

  test('but not if the window is shared, because the post step does not end it', async () => {
    const world = createWorld(refused);
    expect((await world.main({ ...onFailure, 'auto-resolve': 'false' })).exitCode).toBe(0);
  });

  test('and does not warn if `outcome` is an expression, which is still empty in main', async () => {
    expect(annotations(await createWorld().main({ ...onFailure, outcome: '' }))).toEqual([]);
  });

  test('and warns if every failure of the job would count', async () => {
    const world = createWorld();
    const main = await world.main({ ...onFailure, outcome: 'job' });
    expect(annotations(main)).toEqual([expect.stringMatching(/^warning: on-failure: incident.* set without outcome/)]);
  });
});

test('a server that breaks on an id that cannot exist does not keep the deployment from starting, whatever on-api-error says', async () => {
  const world = createWorld({ malformedIdStatus: 500 });
  const main = await world.main({ ...window, 'on-failure': 'incident', outcome: 'success', 'on-api-error': 'fail' });
  expect(main.exitCode).toBe(0);
  expect(annotations(main)).toEqual([]);
  expect(main.outputs.id).toBe('1');
});

test('a further failure names the incident as visitors see it, whatever its own title is', async () => {
  const world = createWorld();
  await fail(world, { ...onFailure, 'failure-title': 'Release 1 failed' }, '1');
  const post = await fail(world, { ...onFailure, 'failure-title': 'Release 2 failed' }, '2');
  expect(annotations(post)).toEqual([
    expect.stringMatching(/the incident "Release 1 failed" \(id 1\).* got an update/),
  ]);
  expect(post.summary).toContain('Release 1 failed</bdi> | investigating |');
  expect(post.summary).not.toContain('Release 2 failed');
});

test.each([
  [onFailure, 'The next successful run of this step resolves it, unless a person edits it.'],
  [
    keyed,
    'The next success with the same deployment-key resolves it, if it has on-failure: incident or recover: true, unless a person edits it.',
  ],
])('says which run resolves the incident of a failure (%#)', async (inputs, next) => {
  const post = await fail(createWorld(), inputs);
  expect(annotations(post)).toEqual([expect.stringContaining(next)]);
});

test.each([
  [{}, 'The next successful run of this step ends it.'],
  [{ 'deployment-key': 'production' }, 'The next success with the same deployment-key ends it.'],
])('says which run ends the window of a failure (%#)', async (inputs, next) => {
  const post = await fail(createWorld(), { ...window, outcome: 'failure', ...inputs });
  expect(annotations(post)).toEqual([expect.stringContaining(next)]);
});
