import { describe, expect, test } from '@jest/globals';
import type { Inputs } from '../support/test-host.ts';
import {
  acme,
  annotations,
  beta,
  type Circumstances,
  createWorld,
  incident,
  type Stage,
  type World,
  type WorldOptions,
  window,
} from '../support/world.ts';

const keyed = { ...window, 'deployment-key': 'production' } as const;
const failing = { ...keyed, 'on-failure': 'incident', outcome: 'failure' } as const;
const recovering = { ...keyed, recover: 'true', outcome: 'success' } as const;
const opened = 'incident 1 investigating "An update did not complete as planned. We are looking into it."';
const resolved = `${opened}, resolved "The update is complete."`;

/** A deployment of its own run, seven minutes long. */
async function deploy(world: World, inputs: Inputs, id: string): Promise<Stage> {
  const main = await world.main(inputs, { run: { id } });
  await world.pass(420_000);
  return world.post(main);
}

/** A page with the incident of a deployment that failed. */
async function afterFailure(options: WorldOptions = {}, inputs: Inputs = failing): Promise<World> {
  const world = createWorld(options);
  await deploy(world, inputs, '1');
  return world;
}

describe('a success after a failure', () => {
  test('resolves the incident that the failure opened, with one list and the words of a success', async () => {
    const world = await afterFailure();
    const before = world.requests().length;
    const post = await deploy(world, { ...recovering, 'resolve-message': 'Done in {elapsed}.' }, '2');
    expect(post).toMatchObject({
      exitCode: 0,
      said: [
        expect.stringMatching(/^info: Ended the maintenance window/),
        'info: Resolved the incident "An update did not complete" (id 1) on ' +
          `${acme} (opened after an earlier failure).`,
      ],
    });
    expect(world.page().at(-1)).toBe(`${opened}, resolved "Done in 7 min."`);
    expect(world.requests().slice(before)).toEqual([
      'GET /maintenances 200',
      'POST /maintenances 201',
      'GET /maintenances 200',
      'PATCH /maintenances/2 200',
      'GET /incidents 200',
      'GET /incidents/1 200',
      'POST /incidents/1/updates 201',
    ]);
    expect(post.summary).toMatch(/^### ✅ Maintenance ended after 7 min; also ended what earlier runs left/);
    expect(post.summary).toContain('| resolved |');
  });

  test('resolves every open one of its key on its pages, and no others', async () => {
    const world = createWorld();
    await deploy(world, { ...failing, 'status-page': `${acme},${beta}` }, '1');
    await deploy(world, { ...failing, 'deployment-key': 'staging' }, '2');
    await deploy(world, { ...failing, 'deployment-key': '' }, '3');
    const [reference] = world.emulator
      .incidents()
      .map(({ timeline }) => /Ref: f.*/.exec(timeline[0]?.message ?? '')?.[0]);
    await world.people('POST', '/incidents', {
      status_page_id: acme,
      title: 'Duplicate',
      message: `Again.\n\n${reference}`,
    });
    await deploy(world, { ...recovering, 'status-page': `${acme},${beta}` }, '4');
    expect(world.emulator.incidents().map(({ state }) => state)).toEqual([
      'resolved',
      'resolved',
      'investigating',
      'investigating',
      'resolved',
    ]);
  });

  test.each(['identified', 'monitoring'])('only names one that a person has set to %s', async (state) => {
    const world = await afterFailure();
    const digits = { identified: '2', monitoring: '3' }[state];
    await world.people('POST', '/incidents/1/updates', { message: 'It is the disk.', incident_state_id: digits });
    const post = await deploy(world, recovering, '2');
    expect(post.exitCode).toBe(0);
    expect(world.page().at(-1)).toBe(`${opened}, ${state} "It is the disk."`);
    expect(post.said.at(-1)).toBe(
      `notice: Left the incident "An update did not complete" (id 1) on ${acme} of an earlier failure as it is: ` +
        `a person has edited it (${state}).`,
    );
    // Nobody reads the log of a green job.
    expect(annotations(post)).toEqual([post.said.at(-1)]);
    expect(post.summary).toContain(`An update did not complete</bdi> | ${state} |`);
  });

  test('only names one whose state is not shown', async () => {
    const world = await afterFailure();
    world.emulator.setOptions({ stateShape: 'none' });
    const post = await deploy(world, recovering, '2');
    expect(world.page().at(-1)).toBe(opened);
    expect(post.said.at(-1)).toMatch(/its state is not shown, so a person may have edited it\.$/);
  });

  test('resolves nothing that is resolved already, and says nothing if none is there', async () => {
    const world = await afterFailure();
    await world.people('POST', '/incidents/1/updates', { incident_state_id: '4' });
    const post = await deploy(world, recovering, '2');
    expect(post.said).toEqual([expect.stringMatching(/^info: Ended/)]);
    expect(world.emulator.incidents()[0]?.timeline).toHaveLength(2);
  });

  test('says so if the list does not show everything', async () => {
    const world = createWorld({ messageInLists: false });
    for (let number = 1; number <= 21; number += 1)
      await world.people('POST', '/incidents', { status_page_id: acme, title: 'Theirs' });
    const post = await deploy(world, recovering, '1');
    expect(post.said).toEqual([
      expect.stringMatching(/^info: Ended the maintenance window/),
      `info: There may be more incidents of earlier failures on ${acme}: its list does not show everything.`,
    ]);
  });

  test('resolves it even if the window is over, was never opened, or was deleted by a person', async () => {
    const over = await afterFailure();
    await deploy(over, { ...recovering, duration: '5m' }, '2');
    expect(over.page().at(-1)).toBe(resolved);

    const missed = await afterFailure();
    missed.emulator.addFault({ kind: 'rate-limit', retryAfterSeconds: 60, match: { method: 'POST' } });
    const late = await missed.main(recovering, { run: { id: '2' } });
    await missed.pass(420_000);
    missed.emulator.addFault({ kind: 'status', status: 403, match: { path: '/maintenances' } });
    const post = await missed.post(late);
    expect(missed.page().at(-1)).toBe(resolved);
    expect(post.summary).toMatch(/^### ✅ Ended what earlier runs left\n/);

    const deleted = await afterFailure();
    const main = await deleted.main(recovering, { run: { id: '2' } });
    await deleted.people('DELETE', '/maintenances/2');
    await deleted.post(main);
    expect(deleted.page().at(-1)).toBe(resolved);
  });

  test('of an incident resolves it too, with the same list, and reads nothing twice', async () => {
    const world = await afterFailure();
    const before = world.requests().length;
    await deploy(world, { ...incident, ...recovering, operation: 'open-incident' }, '2');
    expect(world.emulator.incidents().map(({ state }) => state)).toEqual(['resolved', 'resolved']);
    expect(world.requests().slice(before)).toEqual([
      'POST /incidents 201',
      'GET /incidents 200',
      'GET /incidents/2 200',
      'POST /incidents/2/updates 201',
      'GET /incidents/1 200',
      'POST /incidents/1/updates 201',
    ]);
  });

  test('does not fail if a person deletes it before it is resolved', async () => {
    const world = await afterFailure();
    const main = await world.main({ ...recovering, 'on-api-error': 'fail' }, { run: { id: '2' } });
    const wire: Circumstances['wire'] = (send) => async (request) => {
      if (request.method === 'POST') await world.people('DELETE', '/incidents/1');
      return send(request);
    };
    const post = await world.post(main, {}, { wire });
    expect(post.exitCode).toBe(0);
    expect(post.said.at(-1)).toMatch(/^info: Nothing to do: the incident .*no longer exists/);
    expect(world.requests().at(-1)).toBe('POST /incidents/1/updates 404');
    expect(world.emulator.incidents()).toEqual([]);
  });

  test('says in one line of the post step that the key may not read incidents, if recover is true', async () => {
    const world = createWorld({ scopes: ['maintenances:write', 'maintenances:read', 'incidents:write'] });
    const main = await world.main({ ...window, recover: 'true' });
    await world.pass(420_000);
    const post = await world.post(main, { outcome: 'success' });
    expect(post.exitCode).toBe(0);
    expect(post.said).toContainEqual(
      expect.stringMatching(/^info: Did not search for incidents of earlier failures on .*the scope incidents:read/),
    );
    expect(world.page()).toEqual(['window 1 past 12:00:00-12:07:00']);
  });

  test('that cannot resolve it says so in an error, and fails the job under on-api-error: fail', async () => {
    for (const [policy, exitCode] of [
      ['auto', 0],
      ['fail', 1],
    ] as const) {
      const world = await afterFailure();
      const main = await world.main({ ...recovering, 'on-api-error': policy }, { run: { id: '2' } });
      world.emulator.addFault({ kind: 'status', status: 403, match: { method: 'POST', path: '/incidents' } });
      const post = await world.post(main);
      expect(post.exitCode).toBe(exitCode);
      expect(annotations(post)).toEqual([
        expect.stringMatching(
          /^error: Could not resolve the incident of an earlier failure on .*the scope incidents:write/,
        ),
      ]);
      expect(world.page().slice(1)).toEqual([expect.stringMatching(/12:07:00-12:07:01$/), opened]);
    }
  });

  test.each([
    [403, 'the scope incidents:read'],
    [503, 'HTTP 503'],
  ])('that cannot list incidents (%d) says so in one line, and nothing more', async (status, reason) => {
    const world = await afterFailure();
    const main = await world.main({ ...recovering, 'on-api-error': 'fail' }, { run: { id: '2' } });
    world.emulator.addFault({ kind: 'status', status, times: 'always', match: { path: '/incidents' } });
    const post = await world.post(main);
    expect(post.exitCode).toBe(0);
    expect(post.said).toEqual([
      expect.stringMatching(/^info: Ended the maintenance window/),
      expect.stringMatching(`^info: Did not search for incidents of earlier failures on ${acme}: .*${reason}`),
    ]);
    expect(world.page().at(-1)).toBe(opened);
  });
});

describe('nothing is recovered', () => {
  test.each([
    ['after a failure', { outcome: 'failure' }],
    ['after a cancel', { outcome: 'cancelled' }],
    ['if nothing was deployed', { outcome: 'skipped' }],
    ['with recover: false', { recover: 'false' }],
    ['with another key', { 'deployment-key': 'staging' }],
    ['with the default key', { 'deployment-key': '' }],
  ] as const)('%s', async (_, inputs) => {
    const world = await afterFailure();
    await deploy(world, { ...recovering, ...inputs }, '2');
    expect(world.page().at(-1)).toBe(opened);
  });

  test('without a reference, because then nothing says which failures are meant', async () => {
    const world = await afterFailure({}, { ...failing, 'deployment-key': '' });
    const before = world.requests().length;
    await deploy(world, { ...recovering, 'deployment-key': '', marker: 'false' }, '2');
    expect(world.page().at(-1)).toBe(opened);
    expect(world.requests().slice(before)).toEqual(['POST /maintenances 201', 'PATCH /maintenances/2 200']);
  });

  test('if main did not finish, whatever the status of the job', async () => {
    const world = await afterFailure();
    const around = { run: { id: '2' }, kill: { request: 2, when: 'under-way' } } as const;
    const main = await world.main(recovering, around);
    expect(main.exitCode).toBeUndefined();
    await world.post(main);
    expect(world.page().at(-1)).toBe(opened);
  });

  test('by the key that the post step was given later: the one of main counts', async () => {
    const world = await afterFailure();
    const main = await world.main(window, { run: { id: '2' } });
    const before = world.requests().length;
    await world.post(main, { recover: 'true', 'deployment-key': 'production' });
    expect(world.page().at(-1)).toBe(opened);
    expect(world.requests().slice(before)).toEqual([
      'GET /maintenances 200',
      'PATCH /maintenances/2 200',
      'GET /incidents 200',
    ]);
  });
});

test('the post step takes whether to recover from the inputs evaluated anew', async () => {
  const world = await afterFailure();
  const main = await world.main({ ...recovering, recover: 'false' }, { run: { id: '2' } });
  await world.post(main, { recover: 'true' });
  expect(world.page().at(-1)).toBe(resolved);
});

describe('main', () => {
  test('sends nothing for it, and needs no right to incidents', async () => {
    const world = createWorld({ scopes: ['maintenances:write', 'maintenances:read'] });
    const main = await world.main({ ...recovering, outcome: 'job' });
    expect(main.exitCode).toBe(0);
    expect(annotations(main)).toEqual([]);
    expect(world.requests()).toEqual(['GET /maintenances 200', 'POST /maintenances 201']);
  });
});

describe('resolve with the outcome of a success', () => {
  const shared = { ...keyed, 'auto-resolve': 'false' } as const;
  const resolve = { ...recovering, operation: 'resolve' } as const;

  test('recovers by key, even if nothing else is open', async () => {
    const world = await afterFailure();
    const main = await world.main(resolve, { run: { id: '2' } });
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: 'none' } });
    expect(main.said).toEqual([
      expect.stringMatching(/^info: Resolved the incident .*\(opened after an earlier failure\)/),
      `info: Nothing to do: the maintenance window "Maintenance in progress" (id 1) on ${acme} is over already.`,
    ]);
    expect(main.summary).toMatch(/^### ✅ Ended what earlier runs left/);
    expect(world.page().at(-1)).toBe(resolved);
  });

  test('says how long the deployment took, not how long the incident was open', async () => {
    const world = await afterFailure();
    await world.main(shared, { run: { id: '2' } });
    await world.pass(180_000);
    await world.main({ ...resolve, 'resolve-message': 'Done in {elapsed}.' }, { run: { id: '3' } });
    expect(world.page().at(-1)).toBe(`${opened}, resolved "Done in 3 min."`);
  });

  test('recovers by id, on the page that the record names', async () => {
    const world = await afterFailure();
    const { outputs } = await world.main(shared, { run: { id: '2' } });
    const main = await world.main({ ...resolve, 'status-page': '', id: outputs.id ?? '', kind: 'maintenance' });
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: '2', kind: 'maintenance' } });
    expect(world.page().at(-1)).toBe(resolved);
  });

  test('recovers by id, on the given page if the key may not read windows, and asks for a page if none is given', async () => {
    const world = await afterFailure();
    await world.main(shared, { run: { id: '2' } });
    const scopes = ['maintenances:write', 'incidents:write', 'incidents:read'] as const;
    world.emulator.setOptions({ keys: [{ key: window['api-key'], name: 'action', scopes: [...scopes] }] });
    const byId = { ...resolve, id: '2', kind: 'maintenance' };
    const unknown = await world.main({ ...byId, 'status-page': '' });
    expect(unknown.exitCode).toBe(1);
    expect(annotations(unknown)).toEqual([
      expect.stringMatching(/^error: .*its page is unknown\. Name the status page/),
    ]);
    expect(world.page().at(-1)).toBe(opened);
    await world.main(byId);
    expect(world.page().at(-1)).toBe(resolved);
  });

  test('adds no second entry if the incident of the failure is itself what is named', async () => {
    const world = await afterFailure();
    await world.main({ ...resolve, id: '1', kind: 'incident' });
    expect(world.page().at(-1)).toBe(resolved);
  });

  test('says in one line that the key may not read incidents, whatever kind is asked for', async () => {
    for (const kind of ['', 'maintenance']) {
      const world = await afterFailure();
      await world.main(shared, { run: { id: '2' } });
      const scopes = ['maintenances:write', 'maintenances:read', 'incidents:write'] as const;
      world.emulator.setOptions({ keys: [{ key: window['api-key'], name: 'action', scopes: [...scopes] }] });
      const main = await world.main({ ...resolve, kind }, { run: { id: '3' } });
      expect(main.exitCode).toBe(0);
      expect(main.said).toContainEqual(
        expect.stringMatching(/^info: Did not search for incidents of earlier failures on .*the scope incidents:read/),
      );
      expect(world.page()[1]).toMatch(/^window 2 past/);
      expect(world.page().at(-1)).toBe(opened);
    }
  });

  test('does not fail if the incident is gone', async () => {
    const world = await afterFailure();
    await world.main(shared, { run: { id: '2' } });
    world.emulator.addFault({ kind: 'status', status: 404, match: { method: 'POST', path: '/incidents/1' } });
    const main = await world.main({ ...resolve, id: '2', kind: 'maintenance' });
    expect(main.exitCode).toBe(0);
    expect(annotations(main)).toEqual([]);
  });

  test('prints in a dry run what it would send, and sends nothing', async () => {
    const world = await afterFailure();
    const before = world.page();
    const main = await world.main({ ...resolve, 'dry-run': 'true' });
    expect(main.said).toContainEqual(expect.stringMatching(/^info: Dry run, not sent: POST \/incidents\/1\/updates/));
    expect(world.page()).toEqual(before);
  });
});

test.each<[string, Inputs, string]>([
  ['without an outcome', { ...keyed }, 'recover needs outcome: only a success recovers'],
  [
    'by id without a key',
    { ...window, id: '1', kind: 'incident', outcome: 'success' },
    'recover needs deployment-key: it says whose failures are meant',
  ],
])('resolve %s cannot recover', async (_, inputs, mistake) => {
  const world = createWorld();
  const main = await world.main({ ...inputs, operation: 'resolve', recover: 'true' });
  expect(main.exitCode).toBe(1);
  expect(main.said).toEqual([`error: Invalid input, nothing was sent. ${mistake}.`]);
  expect(world.requests()).toEqual([]);
});
