import { describe, expect, test } from '@jest/globals';
import type { Inputs } from '../support/test-host.ts';
import {
  acme,
  annotations,
  beta,
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
const raised = 'incident 1 investigating "An update did not complete as planned. We are looking into it."';
const resolved = `${raised}, resolved "The update is complete."`;

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
          `${acme}, which an earlier failure had opened.`,
      ],
    });
    expect(world.page().at(-1)).toBe(`${raised}, resolved "Done in 7 min."`);
    expect(world.requests().slice(before + 4)).toEqual([
      'PATCH /maintenances/2 200',
      'GET /incidents 200',
      'GET /incidents/1 200',
      'POST /incidents/1/updates 201',
    ]);
    expect(post.summary).toMatch(
      /^\*\*On the page 12:07–12:14 UTC.*The incident of an earlier failure is resolved\.\*\*/,
    );
    expect(post.summary).toContain('| resolved |');
  });

  test('resolves all that are open for its key on its pages, and no others', async () => {
    const world = createWorld();
    await deploy(world, { ...failing, 'status-page': `${acme},${beta}` }, '1');
    await deploy(world, { ...failing, 'deployment-key': 'staging' }, '2');
    await deploy(world, { ...failing, 'deployment-key': '' }, '3');
    const [mark] = world.emulator.incidents().map(({ timeline }) => /Ref: f.*/.exec(timeline[0]?.message ?? '')?.[0]);
    await world.people('POST', '/incidents', { status_page_id: acme, title: 'Twin', message: `Again.\n\n${mark}` });
    await deploy(world, { ...recovering, 'status-page': `${acme},${beta}` }, '4');
    expect(world.emulator.incidents().map(({ state }) => state)).toEqual([
      'resolved',
      'resolved',
      'investigating',
      'investigating',
      'resolved',
    ]);
  });

  test.each(['identified', 'monitoring'])('only names one that people have set to %s', async (state) => {
    const world = await afterFailure();
    const digits = { identified: '2', monitoring: '3' }[state];
    await world.people('POST', '/incidents/1/updates', { message: 'It is the disk.', incident_state_id: digits });
    const post = await deploy(world, recovering, '2');
    expect(post.exitCode).toBe(0);
    expect(world.page().at(-1)).toBe(`${raised}, ${state} "It is the disk."`);
    expect(post.said.at(-1)).toMatch(`info: Leaving the incident "An update did not complete" (id 1)`);
    expect(post.said.at(-1)).toMatch(`of an earlier failure: it is ${state}, so people are at work on it.`);
    expect(annotations(post)).toEqual([]);
    expect(post.summary).not.toMatch(/STILL ON THE PAGE/);
  });

  test('leaves one alone whose state is not shown', async () => {
    const world = await afterFailure();
    world.emulator.setOptions({ stateShape: 'none' });
    const post = await deploy(world, recovering, '2');
    expect(world.page().at(-1)).toBe(raised);
    expect(post.said.at(-1)).toMatch(/its state is not shown, so people may be at work on it/);
  });

  test('resolves nothing that is resolved already, and finds nothing to say where nothing is there', async () => {
    const world = await afterFailure();
    await world.people('POST', '/incidents/1/updates', { incident_state_id: '4' });
    const post = await deploy(world, recovering, '2');
    expect(post.said).toEqual([expect.stringMatching(/^info: Ended/)]);
    expect(world.emulator.incidents()[0]?.timeline).toHaveLength(2);
  });

  test('says so where the list does not show everything', async () => {
    const world = createWorld({ messageInLists: false });
    for (let number = 1; number <= 21; number += 1)
      await world.people('POST', '/incidents', { status_page_id: acme, title: 'Theirs' });
    const post = await deploy(world, recovering, '1');
    expect(post.said.at(-1)).toMatch(
      /^info: No incident of an earlier failure was seen on .* list .* does not show all/,
    );
    expect(annotations(post)).toEqual([]);
  });

  test('is not excused by a window that is over, missed, or deleted by people', async () => {
    const over = await afterFailure();
    await deploy(over, { ...recovering, duration: '5m' }, '2');
    expect(over.page().at(-1)).toBe(resolved);

    const missed = await afterFailure();
    missed.emulator.addFault({ kind: 'rate-limit', retryAfterSeconds: 60, match: { path: '/maintenances' } });
    await deploy(missed, recovering, '2');
    expect(missed.page().at(-1)).toBe(resolved);

    const deleted = await afterFailure();
    const main = await deleted.main(recovering, { run: { id: '2' } });
    await deleted.people('DELETE', '/maintenances/2');
    await deleted.post(main);
    expect(deleted.page().at(-1)).toBe(resolved);
  });

  test('of an incident resolves it too', async () => {
    const world = await afterFailure();
    await deploy(world, { ...incident, ...recovering, operation: 'open-incident' }, '2');
    expect(world.emulator.incidents().map(({ state }) => state)).toEqual(['resolved', 'resolved']);
  });

  test('is not troubled by one that people delete in between', async () => {
    const world = await afterFailure();
    const main = await world.main(recovering, { run: { id: '2' } });
    world.emulator.addFault({ kind: 'status', status: 404, match: { method: 'GET', path: '/incidents/1' } });
    const post = await world.post(main);
    expect(post.exitCode).toBe(0);
    expect(post.said.at(-1)).toMatch(/^info: Nothing to do for the incident .*not there any more/);
    expect(world.page().at(-1)).toBe(raised);
  });

  test('that cannot resolve it says so in an error, and fails the job under on-api-error: fail', async () => {
    for (const [policy, exitCode] of [
      ['auto', 0],
      ['fail', 1],
    ] as const) {
      const world = await afterFailure();
      const main = await world.main({ ...recovering, 'on-api-error': policy }, { run: { id: '2' } });
      world.emulator.addFault({ kind: 'status', status: 403, times: 'always', match: { path: '/incidents' } });
      const post = await world.post(main);
      expect(post.exitCode).toBe(exitCode);
      expect(annotations(post)).toEqual([
        expect.stringMatching(/^error: Resolving the incident of an earlier failure on .*the scope incidents:read/),
      ]);
      expect(world.page().slice(1)).toEqual([expect.stringMatching(/12:07:00-12:07:01$/), raised]);
    }
  });
});

describe('nothing is recovered', () => {
  test.each([
    ['after a failure', { outcome: 'failure' }],
    ['after a cancel', { outcome: 'cancelled' }],
    ['where nothing was deployed', { outcome: 'skipped' }],
    ['where it was not asked for', { recover: 'false' }],
  ] as const)('%s', async (_, inputs) => {
    const world = await afterFailure();
    await deploy(world, { ...recovering, ...inputs }, '2');
    expect(world.page().at(-1)).toBe(raised);
  });

  test('where main did not finish, whatever the status of the job', async () => {
    const world = await afterFailure();
    const around = { run: { id: '2' }, kill: { request: 4, when: 'under-way' } } as const;
    const main = await world.main(recovering, around);
    expect(main.exitCode).toBeUndefined();
    await world.post(main);
    expect(world.page().at(-1)).toBe(raised);
  });

  test('by a post step whose main had no key', async () => {
    const world = await afterFailure();
    const main = await world.main(window, { run: { id: '2' } });
    await world.post(main, { recover: 'true', 'deployment-key': 'production' });
    expect(world.page().at(-1)).toBe(raised);
    expect(world.requests().at(-1)).toBe('PATCH /maintenances/2 200');
  });
});

describe('the post step', () => {
  test('recovers nothing where main has saved no marker to look for', async () => {
    const world = await afterFailure();
    const main = await world.main(recovering, { run: { id: '2' } });
    const { deployment = '', ...records } = main.states.at(-1) ?? {};
    const states = [
      { ...records, deployment: JSON.stringify({ ...JSON.parse(deployment), failure: { searchFirst: true } }) },
    ];
    expect((await world.post({ ...main, states })).exitCode).toBe(0);
    expect(world.page().at(-1)).toBe(raised);
  });

  test('takes whether to recover from the inputs evaluated anew', async () => {
    const world = await afterFailure();
    const main = await world.main({ ...recovering, recover: 'false' }, { run: { id: '2' } });
    await world.post(main, { recover: 'true' });
    expect(world.page().at(-1)).toBe(resolved);
  });
});

describe('main', () => {
  test.each([
    ['incidents:write', ['maintenances:write', 'maintenances:read', 'incidents:read']],
    ['incidents:read', ['maintenances:write', 'maintenances:read', 'incidents:write']],
  ] as const)('fails before the deploy where the key lacks %s', async (scope, scopes) => {
    const world = createWorld({ scopes: [...scopes] });
    const main = await world.main(recovering);
    expect(main.exitCode).toBe(1);
    expect(annotations(main)).toEqual([
      expect.stringMatching(
        `^error: Making sure that a success can resolve that of an earlier failure .*the scope ${scope} `,
      ),
    ]);
    expect(world.page()).toEqual([]);
  });

  test('names both things that it makes sure of', async () => {
    const world = createWorld({ scopes: ['maintenances:write', 'maintenances:read'] });
    const main = await world.main({ ...recovering, 'on-failure': 'incident' });
    expect(annotations(main)[0]).toMatch(/a failure can open an incident and a success can resolve that of an earlier/);
  });

  test('makes sure of nothing for a record that it leaves to resolve', async () => {
    const world = createWorld({ scopes: ['maintenances:write', 'maintenances:read'] });
    expect((await world.main({ ...recovering, 'auto-resolve': 'false' })).exitCode).toBe(0);
  });

  test('has no warning about the outcome for it', async () => {
    const world = createWorld();
    expect(annotations(await world.main({ ...recovering, outcome: 'job' }))).toEqual([]);
  });
});

describe('resolve with the outcome of a success', () => {
  const shared = { ...keyed, 'auto-resolve': 'false' } as const;
  const resolve = { ...recovering, operation: 'resolve' } as const;

  test('recovers by key, also where nothing of its own is open', async () => {
    const world = await afterFailure();
    const main = await world.main(resolve, { run: { id: '2' } });
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: 'none' } });
    expect(main.said).toEqual([
      expect.stringMatching(/^info: Resolved the incident .*which an earlier failure had opened/),
      'info: Nothing open was found for this `deployment-key`.',
    ]);
    expect(main.summary).toMatch(/^\*\*Nothing to end was found\. .*The incident of an earlier failure is resolved\./);
    expect(world.page().at(-1)).toBe(resolved);
  });

  test('tells how long the deployment took, not how long the incident was open', async () => {
    const world = await afterFailure();
    await world.main(shared, { run: { id: '2' } });
    await world.pass(180_000);
    await world.main({ ...resolve, 'resolve-message': 'Done in {elapsed}.' }, { run: { id: '3' } });
    expect(world.page().at(-1)).toBe(`${raised}, resolved "Done in 3 min."`);
  });

  test('recovers by id, on the page that the record names', async () => {
    const world = await afterFailure();
    const { outputs } = await world.main(shared, { run: { id: '2' } });
    const main = await world.main({ ...resolve, 'status-page': '', id: outputs.id ?? '', kind: 'maintenance' });
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: '2', kind: 'maintenance' } });
    expect(world.page().at(-1)).toBe(resolved);
  });

  test('recovers by id, on the page that is given where the key may not read windows, and asks for it where none is', async () => {
    const world = await afterFailure();
    await world.main(shared, { run: { id: '2' } });
    const scopes = ['maintenances:write', 'incidents:write', 'incidents:read'] as const;
    world.emulator.setOptions({ keys: [{ key: window['api-key'], name: 'action', scopes: [...scopes] }] });
    const byId = { ...resolve, id: '2', kind: 'maintenance' };
    const unknown = await world.main({ ...byId, 'status-page': '' });
    expect(unknown.exitCode).toBe(1);
    expect(annotations(unknown)).toEqual([expect.stringMatching(/^error: .*status-page: needed for recover/)]);
    expect(world.page().at(-1)).toBe(raised);
    await world.main(byId);
    expect(world.page().at(-1)).toBe(resolved);
  });

  test('adds no second entry where the incident of the failure is itself what is named', async () => {
    const world = await afterFailure();
    await world.main({ ...resolve, id: '1', kind: 'incident' });
    expect(world.page().at(-1)).toBe(resolved);
  });

  test('fails where the key may not read incidents, whatever kind is asked for', async () => {
    for (const kind of ['', 'maintenance']) {
      const world = await afterFailure();
      await world.main(shared, { run: { id: '2' } });
      const scopes = ['maintenances:write', 'maintenances:read', 'incidents:write'] as const;
      world.emulator.setOptions({ keys: [{ key: window['api-key'], name: 'action', scopes: [...scopes] }] });
      const main = await world.main({ ...resolve, kind }, { run: { id: '3' } });
      expect(main.exitCode).toBe(1);
      expect(annotations(main)).toEqual([
        expect.stringMatching(/^error: Resolving the incident of an earlier failure.*the scope incidents:read/),
      ]);
      expect(world.page().at(-1)).toBe(raised);
    }
  });

  test('fails no step over an incident that is gone', async () => {
    const world = await afterFailure();
    await world.main(shared, { run: { id: '2' } });
    world.emulator.addFault({ kind: 'status', status: 404, match: { method: 'GET', path: '/incidents/1' } });
    const main = await world.main({ ...resolve, id: '2', kind: 'maintenance' });
    expect(main.exitCode).toBe(0);
    expect(annotations(main)).toEqual([]);
  });

  test('in a dry run prints what it would send, and sends nothing', async () => {
    const world = await afterFailure();
    const before = world.page();
    const main = await world.main({ ...resolve, 'dry-run': 'true' });
    expect(main.said).toContainEqual(expect.stringMatching(/^info: Dry run, not sent: POST \/incidents\/1\/updates/));
    expect(world.page()).toEqual(before);
  });
});

describe('recover is a wrong input', () => {
  test.each([
    [
      { ...window, recover: 'true' },
      'recover: needs a deployment-key, by which the incidents of earlier failures are found',
    ],
    [
      { ...keyed, operation: 'resolve', recover: 'true' },
      'recover: needs outcome, which tells whether the deployment has succeeded',
    ],
    [
      { ...window, operation: 'resolve', id: '1', kind: 'incident', outcome: 'success', recover: 'true' },
      'recover: needs a deployment-key, by which the incidents of earlier failures are found',
    ],
  ])('in %j', async (inputs: Inputs, mistake) => {
    const world = createWorld();
    const main = await world.main(inputs);
    expect(main.exitCode).toBe(1);
    expect(main.said.at(-1)).toContain(mistake);
    expect(world.requests()).toEqual([]);
  });
});
