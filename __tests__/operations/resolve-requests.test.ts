import { describe, expect, test } from '@jest/globals';
import type { Inputs } from '../support/test-host.ts';
import {
  acme,
  annotations,
  beta,
  createWorld,
  incident,
  type World,
  type WorldOptions,
  window,
} from '../support/world.ts';
import { byIds, byKey, shared } from './resolving.ts';

/** A page with a shared window, a shared incident, and two minutes of a deployment. */
async function open(options: WorldOptions = {}): Promise<World> {
  const world = createWorld(options);
  await world.main({ ...window, ...shared });
  await world.main({ ...incident, ...shared });
  await world.pass(116_000);
  return world;
}

/** The requests of a step. */
async function requestsOf(world: World, inputs: Inputs): Promise<readonly string[]> {
  const before = world.requests().length;
  await world.main(inputs);
  return world.requests().slice(before);
}

describe('resolve by id', () => {
  test('asks for no page, even if one is named, because the id is enough', async () => {
    const world = await open();
    expect(await requestsOf(world, byIds('1', 'maintenance', { 'status-page': 'acme' }))).toEqual([
      'GET /maintenances/1 200',
      'PATCH /maintenances/1 200',
    ]);
  });

  test('searches for no incident of an earlier failure without a key, because nothing says whose', async () => {
    const world = await open();
    const recovering = { outcome: 'success', 'on-failure': 'incident' } as const;
    expect(await requestsOf(world, byIds('1', 'maintenance', recovering))).toEqual([
      'GET /maintenances/1 200',
      'PATCH /maintenances/1 200',
    ]);
  });

  test('sends nothing to what a read could not find', async () => {
    const world = await open();
    expect(await requestsOf(world, byIds('99', 'maintenance'))).toEqual([
      'GET /maintenances/99 404',
      // It names the pages that the key sees.
      ...(await requestsOf(world, byIds('99', 'maintenance'))).slice(1),
    ]);
    expect(world.requests().filter((line) => line.startsWith('PATCH'))).toEqual([]);
  });

  test('on a page of its own that the record names, whatever page the user wrote', async () => {
    const world = await open();
    const main = await world.main(byIds('1', 'maintenance', { 'status-page': beta }));
    expect(main.outputs['status-page-id']).toBe(acme);
  });

  test('over a missing scope for reading ends it all the same, and over another refusal fails', async () => {
    const world = await open();
    world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'GET' } });
    expect(await world.main(byIds('1', 'maintenance'))).toMatchObject({ exitCode: 1 });
    expect(world.page()[0]).toBe('window 1 active 12:00:00-12:30:00');
  });
});

describe('resolve by key', () => {
  test('keeps the texts of a window on a server that empties what is not sent', async () => {
    const world = await open({ windowPatch: 'wipe' });
    const message = world.emulator.windows()[0]?.message;
    expect(annotations(await world.main(byKey))).toEqual([]);
    await world.pass(2_000);
    expect(world.emulator.windows()).toMatchObject([{ state: 'past', title: 'Maintenance in progress', message }]);
  });

  test('does not name what is over with another key', async () => {
    const world = createWorld();
    await world.main({ ...window, ...shared, 'deployment-key': 'staging' });
    await world.pass(31 * 60_000);
    const main = await world.main(byKey);
    expect(main.said).toEqual([expect.stringMatching(/^warning: Nothing open was found for this deployment key\./)]);
  });

  test('of two pages on one of which an announcement lies ahead ends what is open on the other', async () => {
    const world = createWorld();
    await world.main({ ...window, ...shared });
    await world.main({ ...window, ...shared, 'status-page': beta, start: '+2h' });
    const main = await world.main({ ...byKey, 'status-page': `${acme},${beta}` });
    expect(main.said).toEqual([
      expect.stringMatching(/^info: Ended the maintenance window .* \(id 1\)/),
      expect.stringMatching(/^info: Deleted the maintenance window .* \(id 2\) .*: it had not begun\.$/),
    ]);
  });

  test('reports that the search for the page failed', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 400, match: { path: '/status-pages' } });
    const main = await world.main({ ...byKey, 'status-page': 'acme' });
    expect(annotations(main)).toEqual([expect.stringMatching(/^error: Could not look up the status page: /)]);
  });

  test('repeats no command to a terminal that has just run it', async () => {
    const world = await open();
    const fault = { kind: 'status', status: 500, times: 'always', match: { method: 'PATCH' } } as const;
    world.emulator.addFault(fault);
    const failed = await world.main({ ...byKey, kind: 'maintenance' }, { host: 'terminal' });
    expect(annotations(failed)).toEqual([
      expect.stringMatching(/^error: Could not end .*\n.* ends by itself at 12:30 UTC\.$/),
    ]);
  });

  test('writes into the summary what visitors read from now on', async () => {
    const world = await open();
    const main = await world.main({ ...byKey, kind: 'incident', 'resolve-message': 'All is done.' });
    expect(main.summary).toContain('All is done.');
  });
});

describe('a dry run of resolve', () => {
  test('says so in every line, and does not end what it found', async () => {
    const world = await open();
    const main = await world.main({ ...byKey, 'dry-run': 'true' });
    expect(main.said).not.toEqual([]);
    expect(main.said.every((line) => /^info: Dry run[:,]/.test(line))).toBe(true);
    expect(world.emulator.windows()).toMatchObject([{ state: 'active' }]);
  });
});
