import { describe, expect, test } from '@jest/globals';
import { sampleKey } from '../../src/emulator/sample.ts';
import type { Send } from '../../src/statuspage/wire.ts';
import { withCli } from '../cli/typing.ts';
import { acme, annotations, createWorld, incident, type World, type WorldOptions, window } from '../support/world.ts';

const shared = { 'deployment-key': 'production', 'auto-resolve': 'false' } as const;
const byKey = { 'api-key': sampleKey, 'status-page': acme, 'deployment-key': 'production' } as const;
const update = { 'api-key': sampleKey, operation: 'update' } as const;
const updateWindow = { ...update, kind: 'maintenance', id: '1' } as const;
const updateIncident = { ...update, kind: 'incident', id: '1' } as const;

/** A page with a shared window and a shared incident, both open. */
async function open(options: WorldOptions = {}): Promise<World> {
  const world = createWorld(options);
  await world.main({ ...window, ...shared });
  await world.main({ ...incident, ...shared });
  return world;
}

function limitKey(world: World, ...scopes: NonNullable<WorldOptions['scopes']>): void {
  world.emulator.setOptions({ keys: [{ key: sampleKey, name: 'limited', scopes: [...scopes] }] });
}

/** The requests of some work, without their ids. */
async function requestsOf(world: World, work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = world.requests().length;
  await work();
  return world.requests().slice(before);
}

/** The network in front of a server that takes another title than the one that is sent. */
const retitling =
  (title: string) =>
  (send: Send): Send =>
  (request) =>
    send(request.method === 'PATCH' ? { ...request, body: JSON.stringify({ title }) } : request);

describe('an update by key', () => {
  test('of a duration leaves the incident as it is, and does not count it', async () => {
    const world = await open();
    const main = await world.main({ ...byKey, operation: 'update', duration: '1h' });
    expect(main.said).toEqual([
      expect.stringMatching(/^info: Updated the maintenance window /),
      expect.stringMatching(/^info: Left the incident .* as it is: none of the inputs apply to its kind\.$/),
    ]);
    expect(main.summary).toMatch(/^### ✅ Maintenance updated\n/);
    expect(world.emulator.incidents()[0]?.timeline).toHaveLength(1);
  });

  test('names the kind that the key may not read', async () => {
    const world = await open();
    limitKey(world, 'incidents:read', 'incidents:write');
    const main = await world.main({ ...byKey, operation: 'update', message: 'Half is done.' });
    expect(main.said).toContainEqual(expect.stringMatching(/^info: Did not search maintenance windows: /));
    expect(main.outputs).toMatchObject({ kind: 'incident', id: '1' });
  });
});

describe('an update of a title', () => {
  test.each(['maintenance', 'incident'])('reads and changes a record once, and reports the title: %s', async (kind) => {
    const world = await open();
    const inputs = { ...update, kind, id: '1', title: 'Longer' };
    const sent = await requestsOf(world, async () => {
      expect((await world.main(inputs)).outputs).toMatchObject({ id: '1', title: 'Longer' });
    });
    expect(sent).toEqual([`GET /${kind}s/1 200`, `PATCH /${kind}s/1 200`]);
  });

  test.each(['maintenance', 'incident'])('succeeds if the server cuts it: %s', async (kind) => {
    const world = await open();
    const main = await world.main({ ...update, kind, id: '1', title: 'Longer than usual' }, { wire: retitling('Lo…') });
    expect(main.exitCode).toBe(0);
    expect(annotations(main)).toEqual([]);
  });

  test.each([
    ['maintenance', 'Maintenance in progress'],
    ['incident', 'Update'],
  ])('that it has already succeeds: %s', async (kind, title) => {
    const world = await open();
    const main = await world.main({ ...update, kind, id: '1', title });
    expect(main.exitCode).toBe(0);
  });

  test('of a window fails if the server keeps the old one', async () => {
    const world = await open();
    const main = await world.main({ ...updateWindow, title: 'Longer' }, { wire: retitling('Maintenance in progress') });
    expect(main.exitCode).toBe(1);
    expect(annotations(main)).toEqual([expect.stringMatching(/^error: .*but its title did not change/)]);
  });

  test.each([
    ['maintenance', 'full'],
    ['maintenance', 'id-only'],
    ['maintenance', 'empty'],
    ['incident', 'full'],
    ['incident', 'id-only'],
    ['incident', 'empty'],
  ] as const)(
    'is believed if the key may not read a record and its answer is that: %s, %s',
    async (kind, changeReply) => {
      const world = await open({ changeReply });
      limitKey(world, 'maintenances:write', 'incidents:write');
      const main = await world.main({ ...update, kind, id: '1', title: 'Longer' });
      expect(main).toMatchObject({ exitCode: 0, outputs: { title: 'Longer' } });
    },
  );

  test('of a window that is over succeeds, because its end stays', async () => {
    const world = await open();
    await world.pass(31 * 60_000);
    expect(await world.main({ ...updateWindow, title: 'Longer' })).toMatchObject({ exitCode: 0 });
    expect(world.emulator.windows()).toMatchObject([{ title: 'Longer', state: 'past' }]);
  });

  test('sends the rest along to a server that wants every field', async () => {
    const world = await open({ windowPatch: 'require-all' });
    const [before] = world.emulator.windows();
    expect(await world.main({ ...updateWindow, title: 'Longer' })).toMatchObject({ exitCode: 0 });
    expect(world.emulator.windows()).toMatchObject([
      { title: 'Longer', message: before?.message, endAt: before?.endAt },
    ]);
  });
});

describe('an update of a message', () => {
  test.each([
    ['full', []],
    ['empty', ['GET /maintenances/1 200']],
  ] as const)('is read again only if the answer does not show it: %s', async (changeReply, again) => {
    const world = await open({ changeReply });
    const sent = await requestsOf(world, async () => {
      expect((await world.main({ ...updateWindow, message: 'Half is done.' })).exitCode).toBe(0);
    });
    expect(sent).toEqual(['GET /maintenances/1 200', 'PATCH /maintenances/1 200', ...again]);
  });

  test('of a window that has none becomes its message', async () => {
    const world = createWorld();
    const times = { start_at: '2026-03-14T12:00:00Z', end_at: '2026-03-14T13:00:00Z' };
    await world.people('POST', '/maintenances', { status_page_id: acme, title: 'Theirs', ...times });
    await world.main({ ...updateWindow, message: 'Half is done.' });
    expect(world.emulator.windows()).toMatchObject([{ message: 'Half is done.' }]);
  });
});

test('an update of a duration needs the scope for reading, because a window that is over must stay closed', async () => {
  const world = await open();
  limitKey(world, 'maintenances:write');
  const before = world.emulator.windows();
  const main = await world.main({ ...updateWindow, duration: '2h' });
  expect(annotations(main)).toEqual([expect.stringMatching(/^error: .*the scope maintenances:read/)]);
  expect(world.emulator.windows()).toEqual(before);
});

test('an update that fails is a warning with on-api-error: warn', async () => {
  const world = await open();
  world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'POST', path: '/incidents' } });
  const main = await world.main({ ...updateIncident, message: 'Half is done.', 'on-api-error': 'warn' });
  expect(main.exitCode).toBe(0);
  expect(annotations(main)).toEqual([expect.stringMatching(/^warning: Could not update the incident /)]);
});

describe('delete', () => {
  test('names what it removed, with its page and its history', async () => {
    const world = await open();
    const main = await world.main({ ...byKey, operation: 'delete', kind: 'incident' });
    expect(main.said).toEqual([
      expect.stringMatching(/^info: Deleted the incident .*, from the page and its history\.$/),
    ]);
  });

  test('by key fails if the server does not remove what it shows', async () => {
    const world = await open();
    world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'DELETE', path: '/incidents' } });
    const main = await world.main({ ...byKey, operation: 'delete' });
    expect(main.exitCode).toBe(1);
    expect(annotations(main)).toEqual([expect.stringMatching(/^error: Could not delete the incident .*HTTP 400/)]);
    expect(main.summary).toMatch(/^### ❌ .*1 deleted, 1 not changed\n/);
  });
});

describe('the exit code of an update', () => {
  const key = ['--deployment-key', 'production', '--status-page', acme];

  test('is 6 if its key leads to nothing', () =>
    withCli(async ({ type }) => {
      expect((await type('update', ...key, '--title', 'Longer')).exitCode).toBe(6);
    }));

  test('is 1 if the window is over', () =>
    withCli(async ({ type, pass }) => {
      await type('open-maintenance', ...key);
      await pass(31 * 60_000);
      const over = await type('update', '--id', '1', '--kind', 'maintenance', '--duration', '1h');
      expect(over).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/it is over\. Open a new one\./) });
    }));
});
