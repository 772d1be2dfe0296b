import { beforeAll, describe, expect, test } from '@jest/globals';
import { acme, annotations, createWorld, incident, type World, type WorldOptions, window } from '../support/world.ts';

const rerun = { run: { attempt: 2 } };
const shared = { 'deployment-key': 'production', 'auto-resolve': 'false' } as const;
const another = { run: { id: '2' } };
const resolve = { ...window, operation: 'resolve', 'deployment-key': 'production' } as const;

/** Windows of others, an hour each: the first of them long over, the last ones ahead. */
async function addWindows(world: World, count: number, message = 'We are installing an update.'): Promise<void> {
  const now = world.clock.now().getTime();
  const time = (ms: number) => `${new Date(now + ms).toISOString().slice(0, 19)}Z`;
  for (let place = 0; place < count; place++) {
    const startMs = (place - count / 2) * 3_600_000 - 7_200_000;
    const times = { start_at: time(startMs), end_at: time(startMs + 3_600_000) };
    await world.people('POST', '/maintenances', { status_page_id: acme, title: 'Of others', message, ...times });
  }
}

/** Incidents of others, all of them resolved. */
async function addIncidents(world: World, count: number): Promise<void> {
  for (let place = 0; place < count; place++) {
    const fields = { title: 'Of others', message: 'It was bad.', incident_state_id: '4' };
    await world.people('POST', '/incidents', { status_page_id: acme, ...fields });
  }
}

async function worldWith(windows: number, incidents: number, options: WorldOptions = {}): Promise<World> {
  const world = createWorld(options);
  await addWindows(world, windows);
  await addIncidents(world, incidents);
  return world;
}

/** What a step asks for, by method and path. */
async function asked(world: World, step: () => Promise<unknown>): Promise<readonly string[]> {
  const before = world.requests().length;
  await step();
  return world.requests().slice(before);
}

const windows = 'GET /maintenances 200';
const incidents = 'GET /incidents 200';
const unclear = 'it may be on the page, but searching the page failed';

describe('a page with 10,000 windows and 199 incidents', () => {
  let world: World;
  beforeAll(async () => {
    world = await worldWith(10_000, 199);
  }, 60_000);

  test('shows a re-run its window in one request, and is listed once more when that ends', async () => {
    let again = await world.main(window);
    expect(await asked(world, async () => (again = await world.main(window, rerun)))).toEqual([windows]);
    expect(again.outputs).toMatchObject({ id: '10001', created: 'false' });
    await world.pass(60_000);
    expect(await asked(world, () => world.post(again))).toEqual([windows, 'PATCH /maintenances/10001 200']);
  });

  test('shows a post step what a killed main has created, in one request', async () => {
    const main = await world.main(window, { run: { id: '7' }, kill: { request: 1, when: 'after' } });
    const taken = await asked(world, () => world.post(main));
    expect(taken).toEqual([windows, expect.stringMatching(/^DELETE \/maintenances\/\d+ 200$/)]);
  });

  test('shows a key its records in one request for each kind, and that they are over', async () => {
    expect(await asked(world, () => world.main({ ...window, ...shared }))).toEqual([
      windows,
      'POST /maintenances 201',
      windows,
    ]);
    const ended = await asked(world, async () => expect((await world.main(resolve, another)).exitCode).toBe(0));
    expect(ended.toSorted()).toEqual([incidents, windows, expect.stringMatching(/^PATCH \/maintenances\/\d+ 200$/)]);
    await world.pass(1_000);
    const main = await world.main(resolve, another);
    expect(main).toMatchObject({
      exitCode: 0,
      said: [expect.stringMatching(/^info: Nothing to do: .*is over already/)],
    });
  });

  test('is left room for an incident', async () => {
    expect(await world.main({ ...incident, ...shared })).toMatchObject({ exitCode: 0, outputs: { created: 'true' } });
  });
});

describe('a list of 200 incidents, the most that the API shows', () => {
  test('proves no absence: a shared incident is not opened, and the text says so', async () => {
    const world = await worldWith(0, 200);
    let main = await world.main({ ...incident, ...shared });
    expect(annotations(main)).toEqual([expect.stringContaining(unclear)]);
    expect(await asked(world, async () => (main = await world.main(incident, rerun)))).toEqual([incidents]);
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: 'none' }, said: [expect.stringContaining(unclear)] });
    expect(world.emulator.incidents()).toHaveLength(200);
  });

  test('is no obstacle to a first attempt, nor to reusing what the list shows', async () => {
    const world = await worldWith(0, 200);
    const main = await world.main(incident);
    expect(main.outputs).toMatchObject({ id: '201', created: 'true' });
    const again = await world.main(incident, rerun);
    expect(again.outputs).toMatchObject({ id: '201', created: 'false' });
    const post = await world.post(again);
    expect(world.emulator.incidents().at(-1)).toMatchObject({ id: 201, state: 'resolved' });
    expect(post.said).toEqual([
      expect.stringMatching(/^info: Resolved the incident .*\(id 201\)/),
      `info: There may be more notices that earlier runs left on ${acme}: its list does not show everything.`,
    ]);
  });

  test('does not fail the end of a window of the key, and is named unless the kind is given', async () => {
    const world = await worldWith(0, 200);
    await world.main({ ...window, ...shared });
    const main = await world.main(resolve, another);
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: '1', kind: 'maintenance' } });
    expect(annotations(main)).toEqual([
      expect.stringMatching(/^warning: .*does not show every incident of the page.*use kind: maintenance/),
    ]);
    expect(world.page()[0]).toMatch(/^window 1 past/);
    const second = await worldWith(0, 200);
    await second.main({ ...window, ...shared });
    const sure = { ...resolve, kind: 'maintenance' } as const;
    expect(await asked(second, () => second.main(sure, another))).toEqual([windows, 'PATCH /maintenances/1 200']);
    expect(second.page()[0]).toMatch(/^window 1 past/);
  });

  test('with nothing else found for a key fails what was to be resolved, updated or deleted', async () => {
    const world = await worldWith(0, 200);
    for (const operation of ['resolve', 'update', 'delete'] as const) {
      const main = await world.main({ ...resolve, operation, ...(operation === 'update' && { title: 'T' }) });
      expect(main.exitCode).toBe(1);
      expect(annotations(main)).toEqual([expect.stringContaining(unclear)]);
    }
  });

  test('is named if a window of the key is changed or deleted, too', async () => {
    const world = await worldWith(0, 200);
    await world.main({ ...window, ...shared });
    for (const change of [{ operation: 'update', title: 'Longer' }, { operation: 'delete' }] as const) {
      const main = await world.main({ ...resolve, ...change }, another);
      expect(main.exitCode).toBe(0);
      expect(annotations(main)).toEqual([expect.stringContaining('does not show every incident of the page')]);
    }
    expect(world.emulator.windows()).toEqual([]);
  });

  test('lets the incident of a failure be named as one that could not be opened', async () => {
    const world = await worldWith(0, 200);
    await world.main({ ...window, ...shared });
    const main = await world.main({ ...resolve, outcome: 'failure', 'on-failure': 'incident' }, another);
    expect(main.exitCode).toBe(1);
    expect(annotations(main).join()).toContain(unclear);
    expect(world.page()[0]).toMatch(/^window 1 active/);
  });
});

describe('windows that fill more than can be read', () => {
  test('do not show whether one of the key is there: none is opened, and the text says what to do', async () => {
    const world = createWorld();
    await addWindows(world, 500, 'x'.repeat(15_000));
    let main = await world.main({ ...window, ...shared });
    expect(main.exitCode).toBe(0);
    expect(annotations(main)).toEqual([
      expect.stringMatching(/the list of the page's windows is too long to be read\. Delete old ones/),
    ]);
    main = await world.main(resolve);
    expect(main.exitCode).toBe(1);
    expect(world.emulator.windows()).toHaveLength(500);
    // Without a key, a first attempt searches for nothing.
    expect((await world.main(window)).outputs).toMatchObject({ created: 'true' });
  });
});
