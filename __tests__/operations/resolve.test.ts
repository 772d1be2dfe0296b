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
import { byIds, byKey, key, shared } from './resolving.ts';

const nothingFound =
  'Nothing open was found for this deployment key. Check the deployment key, the status page and the kind: a notice with another key stays.';
const ended = 'window 1 past 12:00:00-12:02:00';
const left = 'window 1 active 12:00:00-12:30:00';
const openIncident = 'incident 1 investigating "We are installing an update."';
const resolved = `${openIncident}, resolved "The update is complete."`;

/** A page with a shared window, a shared incident, and two minutes of a deployment. */
async function open(options: WorldOptions = {}): Promise<World> {
  const world = createWorld(options);
  await world.main({ ...window, ...shared });
  await world.main({ ...incident, ...shared });
  await world.pass(120_000 - 4_000);
  return world;
}

describe('by ids', () => {
  test('a window is ended and an incident is resolved', async () => {
    const world = await open();
    const main = await world.main(byIds('1', 'maintenance'));
    expect(main).toMatchObject({
      exitCode: 0,
      said: [expect.stringMatching(/^info: Ended .*"Maintenance in progress"/)],
    });
    expect(main.outputs).toMatchObject({
      id: '1',
      kind: 'maintenance',
      'status-page-id': acme,
      'end-at': '2026-03-14T12:02:00Z',
    });
    await world.main(byIds('1', 'incident', { 'resolve-message': 'Done in {elapsed}.' }));
    expect(world.page()).toEqual([ended, `${openIncident}, resolved "Done in 1 min 58 s."`]);
  });

  test('one that is named twice is resolved once', async () => {
    const world = await open();
    const main = await world.main(byIds('1, 1', 'incident'));
    expect(main.outputs.id).toBe('1');
    expect(world.page()).toEqual([left, resolved]);
  });

  test('a window keeps its texts on a server that empties what is not sent', async () => {
    const world = await open({ windowPatch: 'wipe' });
    const [before] = world.emulator.windows();
    expect(annotations(await world.main(byIds('1', 'maintenance')))).toEqual([]);
    expect(world.emulator.windows()).toMatchObject([{ title: before?.title, message: before?.message }]);
  });

  test('one that is unknown does not keep the others, and fails the step', async () => {
    const world = await open();
    await world.main({ ...window, 'status-page': beta });
    const main = await world.main(byIds('1,99,2', 'maintenance'));
    expect(main.exitCode).toBe(1);
    expect(annotations(main)).toEqual([
      expect.stringMatching(/^error: .*no notice with the id 99.*Did you mean the kind incident\?$/),
    ]);
    await world.pass(1_000);
    expect(world.emulator.windows().map(({ state }) => state)).toEqual(['past', 'past']);
  });

  test('those that were not opened are ignored', async () => {
    const world = await open();
    const main = await world.main(byIds('none,1', 'maintenance'));
    expect(main.exitCode).toBe(0);
    expect(world.page()[0]).toBe(ended);
    const before = world.requests().length;
    const nothing = await world.main({ ...key, id: 'none' });
    expect(nothing).toMatchObject({ exitCode: 0, said: ['info: Nothing was opened, so there is nothing to resolve.'] });
    expect(world.requests()).toHaveLength(before);
  });

  test('the same id of the other kind is another notice', async () => {
    const world = await open();
    await world.main(byIds('1', 'incident'));
    expect(world.page()).toEqual([left, resolved]);
  });

  test('what is already over or resolved is only read', async () => {
    const world = await open();
    await world.main(byKey);
    await world.pass(2_000);
    for (const kind of ['maintenance', 'incident'] as const) {
      const main = await world.main(byIds('1', kind));
      expect(main.exitCode).toBe(0);
    }
    expect(world.requests().slice(-3)).toEqual([
      'GET /maintenances/1 200',
      'GET /maintenances/1 200',
      'GET /incidents/1 200',
    ]);
    expect(world.page()).toEqual([ended, resolved]);
  });

  test('an incident is read once, also if the key may not read it or it only gets an update', async () => {
    const since = async (world: World, inputs: Inputs) => {
      const before = world.requests().length;
      expect((await world.main(inputs)).exitCode).toBe(0);
      return world.requests().slice(before);
    };
    const world = await open();
    const kept = byIds('1', 'incident', { outcome: 'failure' });
    expect(await since(world, kept)).toEqual(['GET /incidents/1 200', 'POST /incidents/1/updates 201']);
    expect(await since(world, byIds('1', 'incident'))).toEqual([
      'GET /incidents/1 200',
      'POST /incidents/1/updates 201',
    ]);
    const writing = await open();
    writing.emulator.setOptions({ keys: [{ key: window['api-key'], name: 'action', scopes: ['incidents:write'] }] });
    expect(await since(writing, byIds('1', 'incident'))).toEqual([
      'GET /incidents/1 403',
      'POST /incidents/1/updates 201',
    ]);
  });

  test('an update whose response was lost is searched for anew, not in what was read before', async () => {
    for (const when of ['before', 'after'] as const) {
      const world = await open();
      world.emulator.addFault({ kind: 'reset', when, match: { path: '/incidents/1/updates' } });
      expect((await world.main(byIds('1', 'incident'))).exitCode).toBe(0);
      expect(world.page()[1]).toBe(resolved);
    }
  });

  test('a key that may only write ends them without reading', async () => {
    const world = await open();
    world.emulator.setOptions({
      keys: [{ key: window['api-key'], name: 'action', scopes: ['maintenances:write', 'incidents:write'] }],
    });
    expect((await world.main(byIds('1', 'maintenance'))).exitCode).toBe(0);
    expect((await world.main(byIds('1', 'incident'))).exitCode).toBe(0);
    expect(world.page()).toEqual([ended, resolved]);
  });

  test.each([
    ['auto', 1, 'error: '],
    ['fail', 1, 'error: '],
    ['warn', 0, 'warning: '],
  ] as const)('a failed ending with on-api-error: %s exits with %d', async (policy, exitCode, level) => {
    const world = await open();
    world.emulator.addFault({ kind: 'status', status: 503, times: 'always' });
    const main = await world.main(byIds('1', 'maintenance', { 'on-api-error': policy }));
    expect(main.exitCode).toBe(exitCode);
    expect(annotations(main)).toEqual([
      expect.stringContaining(`${level}Could not end the maintenance window (id 1): `),
    ]);
  });

  test('a window that is deleted between the search and the end is an error, because the user named it', async () => {
    const world = await open();
    world.emulator.addFault({ kind: 'status', status: 404, match: { method: 'PATCH' } });
    const main = await world.main(byIds('1', 'maintenance'));
    expect(main).toMatchObject({ exitCode: 1, said: [expect.stringMatching(/^error: .*no notice with the id 1/)] });
  });
});

describe('by ids, with an outcome', () => {
  const raise = { outcome: 'failure', 'on-failure': 'incident' } as const;

  test('the window is kept after a failure', async () => {
    const world = await open();
    const main = await world.main(byIds('1', 'maintenance', { outcome: 'failure' }));
    expect(main.exitCode).toBe(0);
    expect(annotations(main)).toEqual([
      expect.stringMatching(
        /^warning: The deployment failed, so .* stays until 12:30 UTC\. To end it now, use the dashboard/,
      ),
    ]);
    expect(world.page()[0]).toBe(left);
  });

  test('the window becomes an incident on the page that the window names', async () => {
    const world = await open();
    const main = await world.main(byIds('1', 'maintenance', raise));
    expect(main.summary).toContain('An update did not complete</bdi> | investigating | no |');
    expect(world.page()).toEqual([
      ended,
      openIncident,
      'incident 2 investigating "An update did not complete as planned. We are looking into it."',
    ]);
  });

  test('the window becomes one on the given page if the key may not read windows', async () => {
    const world = await open();
    world.emulator.setOptions({
      keys: [
        { key: window['api-key'], name: 'action', scopes: ['maintenances:write', 'incidents:write', 'incidents:read'] },
      ],
    });
    const unknown = await world.main(byIds('1', 'maintenance', raise));
    expect(unknown).toMatchObject({
      exitCode: 1,
      said: [
        expect.stringMatching(
          /^error: Could not open the incident of the failure: its page is unknown\. Name the status page\./,
        ),
      ],
    });
    expect(world.page()[0]).toBe(left);
    expect((await world.main(byIds('1', 'maintenance', { ...raise, 'status-page': acme }))).exitCode).toBe(0);
    expect(world.page()[0]).toBe(ended);
    expect(world.emulator.incidents()).toHaveLength(2);
  });

  test('the window is ended, though the incident of an earlier failure cannot be searched without the page', async () => {
    const world = await open();
    const scopes = ['maintenances:write', 'incidents:write', 'incidents:read'] as const;
    world.emulator.setOptions({ keys: [{ key: window['api-key'], name: 'action', scopes: [...scopes] }] });
    const recovering = { outcome: 'success', recover: 'true', 'deployment-key': 'production' } as const;
    const main = await world.main(byIds('1', 'maintenance', recovering));
    expect(main.exitCode).toBe(1);
    expect(annotations(main)).toEqual([
      expect.stringMatching(/^error: Could not resolve the incident of an earlier failure: its page is unknown\./),
    ]);
    expect(world.page()[0]).toBe(ended);
  });

  test('an incident of an earlier failure that is deleted meanwhile is no failure', async () => {
    const world = await open();
    await world.main(byIds('1', 'maintenance', { ...raise, 'deployment-key': 'production' }));
    await world.main({ ...window, ...shared }, { run: { id: '2' } });
    const recovering = { outcome: 'success', recover: 'true', 'deployment-key': 'production' } as const;
    const main = await world.main(byIds('2', 'maintenance', recovering), {
      run: { id: '2' },
      wire: (send) => async (request) => {
        if (request.method === 'POST') await world.people('DELETE', '/incidents/2');
        return send(request);
      },
    });
    expect(main).toMatchObject({ exitCode: 0 });
    expect(main.said.at(-1)).toMatch(/^info: Nothing to do: the incident .*\(id 2\).* no longer exists/);
  });

  test('several windows become one on the given page, if the key may not read windows', async () => {
    const world = await open();
    await world.main({ ...window, 'deployment-key': 'staging', 'auto-resolve': 'false' });
    const scopes = ['maintenances:write', 'incidents:write', 'incidents:read'] as const;
    world.emulator.setOptions({ keys: [{ key: window['api-key'], name: 'action', scopes: [...scopes] }] });
    const main = await world.main(byIds('1,2', 'maintenance', { ...raise, 'status-page': acme }));
    expect(annotations(main)).toEqual([expect.stringMatching(/^warning: .*the incident .* was opened/)]);
    await world.pass(3_000);
    expect(world.emulator.windows().map(({ state }) => state)).toEqual(['past', 'past']);
  });

  test('the windows become incidents on the given pages, in their order, if the key may not read windows', async () => {
    const world = await open();
    await world.main({ ...window, ...shared, 'status-page': beta });
    const scopes = ['maintenances:write', 'incidents:write', 'incidents:read'] as const;
    world.emulator.setOptions({ keys: [{ key: window['api-key'], name: 'action', scopes: [...scopes] }] });
    const main = await world.main(byIds('2,1', 'maintenance', { ...raise, 'status-page': `${beta},${acme}` }));
    expect(main.exitCode).toBe(0);
    expect(world.emulator.incidents().map(({ statusPageId }) => statusPageId)).toEqual([acme, beta, acme]);
    await world.pass(3_000);
    expect(world.emulator.windows().map(({ state }) => state)).toEqual(['past', 'past']);
  });

  test.each([
    ['success', 'resolved "The update is complete."'],
    ['skipped', 'resolved "The update was stopped."'],
    ['cancelled', 'investigating "The update was stopped."'],
    ['failure', 'investigating "An update did not complete as planned. We are looking into it."'],
  ])('the incident gets the message of %s', async (outcome, entry) => {
    const world = await open();
    await world.main(byIds('1', 'incident', { outcome }));
    expect(world.page()[1]).toBe(`${openIncident}, ${entry}`);
  });
});

describe('by key', () => {
  test('both kinds are ended', async () => {
    const world = await open();
    expect(await world.main(byKey)).toMatchObject({ exitCode: 0, outputs: { id: '1,1' } });
    expect(world.page()).toEqual([ended, resolved]);
  });

  test('only the kind that is given', async () => {
    const world = await open();
    await world.main({ ...byKey, kind: 'incident' });
    expect(world.page()).toEqual([left, resolved]);
  });

  test('everything with this key on all given pages, and nothing else', async () => {
    const world = await open();
    await world.main({ ...window, ...shared, 'status-page': beta });
    await world.main({ ...window, ...shared, 'deployment-key': 'staging' });
    await world.main({ ...byKey, 'status-page': 'acme, beta' });
    await world.pass(2_000);
    expect(world.emulator.windows().map(({ state }) => state)).toEqual(['past', 'past', 'active']);
  });

  test('finding nothing is a warning, because the key may be misspelt', async () => {
    const world = createWorld();
    const main = await world.main(byKey);
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: 'none' } });
    expect(main.said).toEqual([`warning: ${nothingFound}`]);
  });

  test.each([
    ['incidents', ['maintenances:read', 'maintenances:write'], [ended, openIncident]],
    ['maintenance windows', ['incidents:read', 'incidents:write'], [left, resolved]],
  ] as const)('%s that the key may not read are named in one line', async (kinds, scopes, page) => {
    const world = await open();
    world.emulator.setOptions({ keys: [{ key: window['api-key'], name: 'action', scopes: [...scopes] }] });
    const main = await world.main(byKey);
    expect(main.exitCode).toBe(0);
    expect(main.said[0]).toBe(`info: Did not search ${kinds}: the API key may not read them.`);
    expect(world.page()).toEqual(page);
  });

  test('fails if the key may read neither kind, or not the given one', async () => {
    for (const inputs of [byKey, { ...byKey, kind: 'incident' }]) {
      const world = createWorld({ scopes: ['maintenances:write', 'incidents:write'] });
      const main = await world.main(inputs);
      expect(main.exitCode).toBe(1);
      expect(annotations(main)[0]).toMatch(/^error: .*the scope (incidents|maintenances):read/);
      expect(world.requests().every((request) => /^GET \/(incidents|maintenances) 403$/.test(request))).toBe(true);
    }
  });

  test('fails if the list of one page does not show everything, though something was found on another', async () => {
    const world = createWorld({ messageInLists: false, order: 'oldest' });
    for (let number = 1; number <= 25; number += 1)
      await world.people('POST', '/incidents', { status_page_id: beta, title: 'Theirs' });
    await world.main({ ...window, ...shared });
    await world.pass(60_000);
    const main = await world.main({ ...byKey, 'status-page': 'acme, beta' });
    expect(main.exitCode).toBe(1);
    expect(annotations(main)).toEqual([expect.stringMatching(/^error: .*the incident on Beta: it may be on the page/)]);
    await world.pass(2_000);
    expect(world.page()[0]).toMatch(/^window 1 past/);
  });

  test('fails if a list cannot show that nothing is there', async () => {
    const world = await open({ messageInLists: false, order: 'oldest' });
    // More of them than are read one by one.
    for (let number = 1; number <= 25; number += 1) {
      const times = { start_at: '2026-03-14T12:00:00Z', end_at: '2026-03-14T13:00:00Z' };
      await world.people('POST', '/maintenances', { status_page_id: acme, title: 'Theirs', ...times });
      await world.people('POST', '/incidents', { status_page_id: acme, title: 'Theirs' });
    }
    const main = await world.main({ ...byKey, 'deployment-key': 'other' });
    expect(main.exitCode).toBe(1);
    expect(annotations(main)).toHaveLength(1);
    expect(annotations(main)[0]).toMatch(
      /^error: .*window.* and .*incident.*may be on the page, but searching the page failed/,
    );
  });

  test('a kind of which a list does not show everything is named, with the input that leaves it out', async () => {
    const world = createWorld({ messageInLists: false, order: 'oldest' });
    for (let number = 1; number <= 25; number += 1)
      await world.people('POST', '/incidents', { status_page_id: acme, title: 'Theirs' });
    await world.main({ ...window, ...shared });
    await world.pass(60_000);
    const main = await world.main(byKey);
    expect(main.exitCode).toBe(0);
    expect(annotations(main)).toEqual([
      expect.stringMatching(/^warning: The API does not show every incident of the page.* or use kind: maintenance if/),
    ]);
  });

  test('an error with one kind does not keep the other from being resolved', async () => {
    const world = await open();
    world.emulator.addFault({ kind: 'not-json', times: 'always', match: { method: 'GET', path: '/maintenances' } });
    const main = await world.main(byKey);
    expect(main.exitCode).toBe(1);
    expect(world.page()).toEqual([left, resolved]);
  });

  test('with the outcome of a failure the window becomes an incident, and a further failure adds an update to it', async () => {
    const world = await open();
    const failing = { ...byKey, kind: 'maintenance', outcome: 'failure', 'on-failure': 'incident' };
    await world.main(failing);
    await world.main({ ...window, ...shared }, { run: { id: '2' } });
    await world.main(failing, { run: { id: '2' } });
    expect(world.emulator.incidents().map(({ timeline }) => timeline.length)).toEqual([1, 2]);
    expect(world.emulator.windows()).toHaveLength(2);
    await world.main({ ...failing, outcome: 'success' }, { run: { id: '3' } });
    expect(world.emulator.incidents()).toMatchObject([{ state: 'investigating' }, { state: 'resolved' }]);
  });

  test('after a failure the message says that the next deployment with the key reuses the window, which it does', async () => {
    const world = createWorld();
    await world.main({ ...window, ...shared });
    const failed = await world.main({ ...byKey, outcome: 'failure' });
    const next = 'The next deployment with the same deployment-key reuses it, and ends it if it succeeds.';
    expect(failed.said).toEqual([
      expect.stringMatching(`^warning: The deployment failed, so .* stays until .*${next}`),
    ]);
    await world.pass(20 * 60_000);
    const reused = await world.main({ ...window, ...shared }, { run: { id: '2' } });
    expect(reused.outputs).toMatchObject({ id: '1', created: 'false' });
    await world.main({ ...byKey, outcome: 'success' }, { run: { id: '2' } });
    await world.pass(2_000);
    expect(world.page()).toEqual([expect.stringMatching(/^window 1 past/)]);
  });

  test('after a failure nothing is promised for an announcement, an incident, or a window that a step opened for itself', async () => {
    const saturday = { ...window, ...shared, start: '2026-03-21T22:00:00Z' };
    const own = { ...window, 'deployment-key': shared['deployment-key'] };
    for (const opened of [saturday, { ...incident, ...shared }, own]) {
      const world = createWorld();
      await world.main(opened);
      const failed = await world.main({ ...byKey, outcome: 'failure' });
      expect(failed.said.join('\n')).toMatch(/^warning: The deployment failed, so .* stays /m);
      expect(failed.said.join('\n')).not.toContain('The next deployment');
    }
  });

  test('with the outcome of a failure, a window stays if its incident cannot be opened', async () => {
    const world = await open();
    world.emulator.addFault({ kind: 'status', status: 403, times: 'always', match: { method: 'POST' } });
    const main = await world.main({ ...byKey, kind: 'maintenance', outcome: 'failure', 'on-failure': 'incident' });
    expect(main).toMatchObject({
      exitCode: 1,
      said: [expect.stringMatching(/^error: Could not open the incident of the failure/)],
    });
    expect(world.page()[0]).toBe(left);
  });

  test('with the outcome of a failure, an incident is opened even if the window is over, but not if there was none', async () => {
    const world = createWorld();
    const failing = { ...byKey, outcome: 'failure', 'on-failure': 'incident' };
    expect((await world.main(failing)).exitCode).toBe(0);
    expect(world.page()).toEqual([]);
    await world.main({ ...window, ...shared, duration: '5m' });
    await world.pass(310_000);
    await world.main({ ...window, ...shared, duration: '5m' }, { run: { id: '2' } });
    await world.pass(600_000);
    const failed = await world.main(failing);
    expect(failed.said).toHaveLength(2);
    expect(world.emulator.incidents()).toHaveLength(1);
    await world.pass(60_000);
    const green = await world.main({ ...failing, outcome: 'success' }, { run: { id: '3' } });
    expect(green.said).toEqual([
      expect.stringMatching(/^info: Resolved the incident .* \(opened after an earlier failure\)\.$/),
      expect.stringMatching(/^info: Nothing to do: the maintenance window .* is over already\.$/),
    ]);
  });

  test('an own notice of a step in another run is ended too, because the user named it', async () => {
    const world = createWorld();
    const own = { 'deployment-key': 'production' };
    await world.main({ ...window, ...own }, { run: { id: '101', job: 'first' } });
    await world.main({ ...incident, ...own }, { run: { id: '102', job: 'second' } });
    await world.main({ ...window, 'deployment-key': 'staging' });
    await world.pass(120_000);
    expect(await world.main(byKey)).toMatchObject({ exitCode: 0, outputs: { id: '1,1' } });
    expect(world.page()).toEqual([ended, 'window 2 active 12:00:00-12:30:00', resolved]);
  });
});

describe('an empty list of a page that the key does not see', () => {
  const unseen = acme.replace(/1$/, '9');

  test('is an error that lists the pages that the key sees, because it proves nothing', async () => {
    const world = createWorld({ unseenPage: 'empty-list' });
    const main = await world.main({ ...byKey, 'status-page': unseen });
    expect(main).toMatchObject({ exitCode: 1, outputs: { id: 'none' } });
    expect(annotations(main)).toEqual([
      expect.stringMatching(/^error: .*page 6f.*9 does not exist.*This key sees .*[Aa]cme.*[Bb]eta/s),
    ]);
    expect(world.requests()).toEqual([
      'GET /maintenances 200',
      'GET /incidents 200',
      `GET /status-pages/${unseen} 404`,
      'GET /status-pages 200',
    ]);
  });

  test('is an error too if the other kind may not be read', async () => {
    const world = createWorld({
      unseenPage: 'empty-list',
      scopes: ['status-pages:read', 'incidents:read', 'incidents:write'],
    });
    const main = await world.main({ ...byKey, 'status-page': unseen });
    expect(main.exitCode).toBe(1);
    expect(annotations(main)).toEqual([expect.stringMatching(/^error: .*page 6f.*9 does not exist/)]);
  });

  test('is no proof if the key may not read pages, so finding nothing stays a warning', async () => {
    const world = createWorld({
      unseenPage: 'empty-list',
      scopes: ['maintenances:read', 'maintenances:write', 'incidents:read', 'incidents:write'],
    });
    const main = await world.main({ ...byKey, 'status-page': unseen });
    expect(main).toMatchObject({ exitCode: 0, said: [`warning: ${nothingFound}`] });
  });

  test('is not asked about if the other list shows that the key sees the page', async () => {
    const world = createWorld();
    await world.main({ ...window, ...shared });
    await world.pass(60_000);
    const before = world.requests().length;
    await world.main(byKey);
    expect(world.requests().slice(before)).toEqual([
      'GET /maintenances 200',
      'GET /incidents 200',
      'PATCH /maintenances/1 200',
    ]);
  });
});

describe('a misspelt key', () => {
  test('is a warning that leaves what is on the page as it is, and names what to check', async () => {
    const world = await open();
    const main = await world.main({ ...byKey, 'deployment-key': 'prodution' });
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: 'none' }, said: [`warning: ${nothingFound}`] });
    expect(world.page()).toEqual([left, openIncident]);
  });
});

describe('what is over already', () => {
  test('is one quiet line by key, and nothing is sent', async () => {
    const world = await open();
    await world.main(byKey);
    await world.pass(60_000);
    const before = world.requests().length;
    const again = await world.main(byKey);
    expect(again).toMatchObject({
      exitCode: 0,
      said: [
        expect.stringMatching(
          /^info: Nothing to do: the maintenance window "Maintenance in progress".* is over already\.$/,
        ),
      ],
    });
    expect(world.requests().slice(before)).toEqual(['GET /maintenances 200', 'GET /incidents 200']);
  });
});

test('of several that are over, the newest is named', async () => {
  const world = createWorld({ order: 'oldest' });
  for (const title of ['First', 'Second']) {
    await world.main({ ...window, ...shared, title, duration: '1m' });
    await world.pass(120_000);
  }
  expect((await world.main(byKey)).said).toEqual([expect.stringMatching(/"Second".* is over already\.$/)]);
});

describe('a window that has not begun', () => {
  const saturday = { ...window, ...shared, start: '2026-03-21T22:00:00Z', title: 'Database move' };

  test('stays beside an open one, and is named', async () => {
    const world = await open();
    await world.main(saturday);
    const main = await world.main({ ...byKey, kind: 'maintenance' });
    expect(main.said).toContainEqual(
      expect.stringMatching(/^info: Left .*"Database move".* as it is: it has not begun\.$/),
    );
    expect(main.outputs.id).toBe('1');
    await world.pass(2_000);
    expect(world.page().slice(0, 2)).toEqual([
      expect.stringMatching(/^window 1 past/),
      'window 2 scheduled 22:00:00-22:30:00',
    ]);
  });

  test('stays beside an open incident too', async () => {
    const world = createWorld();
    await world.main(saturday);
    await world.main({ ...incident, ...shared });
    await world.main(byKey);
    expect(world.page()).toEqual(['window 1 scheduled 22:00:00-22:30:00', resolved]);
  });

  test('is meant if nothing else of the key is open, and is deleted', async () => {
    const world = createWorld();
    await world.main(saturday);
    expect(await world.main(byKey)).toMatchObject({ exitCode: 0, outputs: { id: '1' } });
    expect(world.page()).toEqual([]);
  });

  test('is meant too if the key may not read incidents', async () => {
    const world = createWorld({ scopes: ['maintenances:read', 'maintenances:write'] });
    await world.main(saturday);
    expect(await world.main(byKey)).toMatchObject({ exitCode: 0, outputs: { id: '1' } });
    expect(world.page()).toEqual([]);
  });
});

describe('without the page', () => {
  test('a name that is unknown fails before anything is ended', async () => {
    const world = await open();
    const main = await world.main({ ...byKey, 'status-page': 'acmee' });
    expect(main).toMatchObject({ exitCode: 1, said: [expect.stringMatching(/"acmee".*"Acme"/)] });
    expect(main.summary).not.toContain('No notice');
    expect(world.page()).toEqual([left, openIncident]);
  });

  test('an error in the search for names follows on-api-error', async () => {
    const world = await open();
    world.emulator.addFault({ kind: 'status', status: 503, times: 'always' });
    expect((await world.main({ ...byKey, 'status-page': 'acme' })).exitCode).toBe(1);
    expect((await world.main({ ...byKey, 'status-page': 'acme', 'on-api-error': 'warn' })).exitCode).toBe(0);
  });
});
