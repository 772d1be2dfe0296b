import { describe, expect, test } from '@jest/globals';
import type { Send } from '../../src/statuspage/wire.ts';
import { acme, annotations, createWorld, deployed, type World, type WorldOptions, window } from '../support/world.ts';

/** The requests about the window itself, without the list that the post step reads beside them. */
const aboutTheWindow = (world: World) =>
  world
    .journal()
    .filter(({ method, path }) => method === 'PATCH' || method === 'DELETE' || /\/maintenances\/\d/.test(path));
const requests = (world: World) => aboutTheWindow(world).map(({ method, status }) => `${method} ${status}`);
const bodies = (world: World) =>
  aboutTheWindow(world)
    .filter(({ method }) => method === 'PATCH')
    .map(({ body }) => body);

/** The list comes too late to show the clock of the server, or the end of the window, before the end is sent. */
const lateList = (world: World) =>
  world.emulator.addFault({ kind: 'delay', ms: 2_000, match: { method: 'GET', path: '^/maintenances($|\\?)' } });

describe('a server that refuses the present as an end', () => {
  const strict = { refuseEndInPast: true, clockSkewSeconds: 10 } as const;

  test.each([400, 409, 422] as const)(
    'with %d gets every field, and the end 5 s ahead of its clock',
    async (status) => {
      const { world, main } = await deployed(window, { ...strict, endRefusalStatus: status });
      world.emulator.setOptions({ clockSkewSeconds: 20 });
      lateList(world);
      const post = await world.post(main);
      expect(requests(world)).toEqual([`PATCH ${status}`, 'GET 200', 'PATCH 200']);
      expect(bodies(world)[1]).toEqual({
        title: 'Maintenance in progress',
        message: world.emulator.windows()[0]?.message,
        start_at: '2026-03-14T12:00:00Z',
        end_at: '2026-03-14T12:07:25Z',
      });
      expect(annotations(post)).toEqual([]);
      await world.pass(5_000);
      expect(world.emulator.windows()).toMatchObject([{ state: 'past' }]);
    },
  );

  test.each([
    ['a rate limit', [{ kind: 'rate-limit', retryAfterSeconds: 9 }]],
    [
      'an API error',
      [
        { kind: 'delay', ms: 9_000 },
        { kind: 'status', status: 503 },
      ],
    ],
  ] as const)('gets a newer end if %s has made the last one old', async (_why, faults) => {
    const { world, main } = await deployed(window, strict);
    world.emulator.setOptions({ clockSkewSeconds: 20 });
    lateList(world);
    // The first request is refused for its time, the second meets the code.
    for (const fault of faults) world.emulator.addFault({ ...fault, match: { method: 'PATCH', nth: 2 } });
    const post = await world.post(main);
    expect(annotations(post)).toEqual([]);
    const fault = `PATCH ${faults.length === 1 ? 429 : 503}`;
    expect(requests(world)).toEqual(['PATCH 400', 'GET 200', fault, 'PATCH 400', 'PATCH 200']);
    await world.pass(6_000);
    expect(world.emulator.windows()).toMatchObject([{ state: 'past' }]);
  });

  test.each([400, 409, 422] as const)(
    'with %d and wants it a minute ahead gets 2 minutes',
    async (endRefusalStatus) => {
      const { world, main } = await deployed(window, { ...strict, endToleranceSeconds: -60, endRefusalStatus });
      const post = await world.post(main);
      expect(world.page()).toEqual(['window 1 active 12:00:00-12:09:10']);
      expect(requests(world)).toHaveLength(4);
      expect(annotations(post)).toEqual([]);
    },
  );

  test('and wants it a minute ahead gets 2 minutes, also if it takes the end alone', async () => {
    const { world, main } = await deployed(window, { ...strict, endToleranceSeconds: -60, windowPatch: 'refuse' });
    await world.post(main);
    expect(world.page()).toEqual(['window 1 active 12:00:00-12:09:10']);
    expect(bodies(world).at(-1)).toEqual({ end_at: '2026-03-14T12:09:10Z' });
  });

  test('never gets a later end than the announced one', async () => {
    const { world, main } = await deployed({ ...window, duration: '8m' }, { ...strict, endToleranceSeconds: -60 });
    const post = await world.post(main);
    expect(world.page()).toEqual(['window 1 active 12:00:00-12:08:00']);
    expect(requests(world)).toEqual(['PATCH 400', 'GET 200', 'PATCH 400']);
    expect(annotations(post)).toEqual([expect.stringMatching(/^warning: .*ends by itself at 12:08 UTC/s)]);
  });

  test('is not asked again if the window ends within 5 s, and the log names that end', async () => {
    const world = createWorld({ refuseEndInPast: true, endToleranceSeconds: -60 });
    await world.pass(59_000);
    const main = await world.main({ ...window, duration: '8m' });
    await world.pass(478_000);
    const post = await world.post(main);
    expect(requests(world)).toEqual(['PATCH 400', 'GET 200']);
    expect(post.said).toEqual([expect.stringMatching(/^info: Ended the maintenance window .* at 12:08 UTC\.$/)]);
  });

  test('three times leaves the window to end by itself, with a warning', async () => {
    const { world, main } = await deployed(window);
    world.emulator.addFault({ kind: 'status', status: 400, times: 'always', match: { method: 'PATCH' } });
    const post = await world.post(main, { 'on-api-error': 'fail' });
    expect(post.exitCode).toBe(0);
    expect(requests(world)).toEqual(['PATCH 400', 'GET 200', 'PATCH 400', 'PATCH 400']);
    // The request that was refused is not offered: a window can still be deleted.
    expect(annotations(post)).toEqual([
      expect.stringMatching(/^warning: .*ends by itself at 12:30 UTC.*To delete it now/s),
    ]);
    expect(post.summary).toContain('curl -X DELETE ');
    expect(post.summary).not.toContain('curl -X PATCH ');
  });
});

describe('a server that refuses an end for another reason', () => {
  test('as a missing field gets every field', async () => {
    const { world, main } = await deployed(window, { windowPatch: 'require-all' });
    const post = await world.post(main);
    expect(requests(world)).toEqual(['PATCH 400', 'GET 200', 'PATCH 200']);
    expect(world.page()).toEqual(['window 1 active 12:00:00-12:07:05']);
    expect(annotations(post)).toEqual([]);
  });

  test('as that the window is over is believed if the window shows it', async () => {
    const { world, main } = await deployed(window);
    await world.people('PATCH', '/maintenances/1', { end_at: '2026-03-14T12:05:00Z' });
    world.emulator.addFault({ kind: 'status', status: 409, times: 'always', match: { method: 'PATCH' } });
    lateList(world);
    await world.post(main);
    expect(requests(world)).toEqual(['PATCH 409', 'GET 200']);
    expect(world.page()).toEqual(['window 1 past 12:00:00-12:05:00']);
  });

  test('because it has not begun by now has the window deleted', async () => {
    const { world, main } = await deployed(window);
    await world.people('PATCH', '/maintenances/1', { start_at: '2026-03-14T12:20:00Z' });
    world.emulator.addFault({ kind: 'status', status: 422, match: { method: 'PATCH' } });
    await world.post(main);
    expect(requests(world)).toEqual(['PATCH 422', 'GET 200', 'DELETE 200']);
    expect(world.page()).toEqual([]);
  });

  test('gets the fields that we know from a key that may not read', async () => {
    const options: WorldOptions = { windowPatch: 'require-all', scopes: ['maintenances:write'] };
    const { world, main } = await deployed(window, options);
    await world.post(main);
    expect(requests(world)).toEqual(['PATCH 400', 'GET 403', 'PATCH 200']);
    expect(world.page()).toEqual(['window 1 active 12:00:00-12:07:05']);
  });
});

describe('a server whose lists show no messages', () => {
  test('is asked once for the window if it refuses that too, not once more for the list', async () => {
    const { world, main } = await deployed(window, { messageInLists: false });
    world.emulator.addFault({ kind: 'status', status: 400, times: 'always', match: { path: '/maintenances/1' } });
    await world.post(main);
    expect(requests(world)).toEqual(['PATCH 400', 'GET 400', 'PATCH 400', 'PATCH 400']);
  });

  test('does not count as hiding what earlier runs left, because the window of this run is not read for the list', async () => {
    const { world, main } = await deployed(window, { messageInLists: false });
    const post = await world.post(main);
    expect(world.requests().slice(1).toSorted()).toEqual(['GET /maintenances 200', 'PATCH /maintenances/1 200']);
    expect(post.said).toEqual([expect.stringMatching(/^info: Ended the maintenance window/)]);
  });

  test('is asked for the window for the list if it stays, to say that the next run ends it', async () => {
    const { world, main } = await deployed(window, { messageInLists: false });
    const post = await world.post(main, { 'job-status': 'failure' });
    expect(requests(world)).toEqual(['GET 200']);
    expect(post.said.join('\n')).toMatch(/next successful run/);
  });
});

/** The network in front of a server that takes every PATCH and leaves the end of the window as it is. */
const keepingEnds = (send: Send): Send => {
  const body = JSON.stringify({ title: 'Maintenance in progress' });
  return (request) => send(request.method === 'PATCH' ? { ...request, body } : request);
};

describe('a server that accepts an end', () => {
  test('and does not move it is not believed', async () => {
    const { world, main } = await deployed(window);
    const post = await world.post(main, {}, { wire: keepingEnds });
    expect(requests(world)).toEqual(['PATCH 200', 'GET 200', 'PATCH 200', 'PATCH 200']);
    expect(annotations(post)).toEqual([
      expect.stringMatching(
        /^warning: .*accepted the change, but its end did not change.*ends by itself at 12:30 UTC/s,
      ),
    ]);
  });

  test('and empties what was not sent gets title and message again, also of what an earlier run left', async () => {
    const world = createWorld({ windowPatch: 'wipe' });
    const title = 'Update of the shop';
    const failed = await world.main({ ...window, title }, { run: { id: '1' } });
    await world.pass(60_000);
    await world.post(failed, { 'job-status': 'failure' });
    const green = await world.main({ ...window, title }, { run: { id: '2' } });
    await world.pass(60_000);
    const post = await world.post(green);
    expect(annotations(post)).toEqual([]);
    const restored = { state: 'past', title, message: expect.stringMatching(/^We are installing .*\n\nRef: d/) };
    await world.pass(2_000);
    expect(world.emulator.windows()).toMatchObject([restored, restored]);
    expect(world.requests().filter((request) => request.startsWith('PATCH'))).toHaveLength(4);
  });

  test('and empties the message is reported if the key may not read what it was', async () => {
    const world = createWorld({ windowPatch: 'wipe', scopes: ['maintenances:write'] });
    const main = await world.main(window);
    await world.pass(60_000);
    const post = await world.post(main);
    expect(post.exitCode).toBe(0);
    expect(annotations(post)).toEqual([
      expect.stringMatching(/^warning: Ended the maintenance window .*, but its message is empty now: /),
    ]);
    expect(world.emulator.windows()).toMatchObject([{ state: 'past', title: 'Maintenance in progress' }]);
  });

  test('and empties texts that may have been cut for display gets its end once', async () => {
    const world = createWorld({ windowPatch: 'wipe', scopes: ['maintenances:write'] });
    const main = await world.main({ ...window, title: 'We move…' });
    await world.pass(60_000);
    await world.post(main);
    expect(requests(world)).toEqual(['PATCH 200']);
  });

  test.each(['one-line', 'html'] as const)(
    'and empties a message that it shows as %s gets what a reader saw of it',
    async (messageForm) => {
      const world = createWorld({ windowPatch: 'wipe', messageForm });
      const main = await world.main(window);
      await world.pass(60_000);
      expect(annotations(await world.post(main))).toEqual([]);
      const message = expect.stringMatching(/^We are installing .*\n\nRef: d/);
      expect(world.emulator.windows()).toMatchObject([{ state: 'past', message }]);
    },
  );

  test('and empties the message is not reported as refusing the end if the text does not arrive again', async () => {
    const world = createWorld({ windowPatch: 'wipe' });
    const main = await world.main(window);
    await world.pass(60_000);
    let changes = 0;
    const refusingTheSecond =
      (send: Send): Send =>
      (request) => {
        if (request.method === 'PATCH') changes += 1;
        return send(changes === 2 && request.method === 'PATCH' ? { ...request, body: '{"end_at":"soon"}' } : request);
      };
    const post = await world.post(main, {}, { wire: refusingTheSecond });
    expect(annotations(post)).toEqual([
      expect.stringMatching(/^warning: Ended the maintenance window .*, but its message is empty now: /),
    ]);
  });

  test('and empties a window of a person, which a user ends by its id, gets its texts again', async () => {
    const world = createWorld({ windowPatch: 'wipe' });
    const times = { start_at: '2026-03-14T12:00:00Z', end_at: '2026-03-14T13:00:00Z' };
    const theirs = { status_page_id: acme, title: 'Theirs', ...times };
    await world.people('POST', '/maintenances', { ...theirs, message: 'We move.' });
    await world.people('POST', '/maintenances', theirs);
    await world.pass(60_000);
    const resolve = await world.main({ ...window, operation: 'resolve', kind: 'maintenance', id: '1,2' });
    expect(annotations(resolve)).toEqual([]);
    expect(world.emulator.windows()).toMatchObject([
      { title: 'Theirs', message: 'We move.' },
      { title: 'Theirs', message: null },
    ]);
  });
});

describe('a server that wants every field in each change', () => {
  const shared = { ...window, 'deployment-key': 'production', 'auto-resolve': 'false' } as const;

  test('gets them when a reused window is put off', async () => {
    const world = createWorld({ windowPatch: 'require-all' });
    await world.main(shared);
    await world.pass(60_000);
    const second = await world.main({ ...shared, duration: '1h' }, { run: { id: '2' } });
    expect(annotations(second)).toEqual([]);
    expect(world.page()).toEqual(['window 1 active 12:00:00-13:01:02']);
  });

  test('gets them when a window is moved to its clock', async () => {
    const world = createWorld({ windowPatch: 'require-all', clockSkewSeconds: 600 });
    const main = await world.main(window);
    expect(annotations(main)).toEqual([]);
    expect(world.page()).toEqual(['window 1 active 12:10:00-12:40:00']);
  });

  test('gets them from `update`', async () => {
    const world = createWorld({ windowPatch: 'require-all' });
    await world.main(window);
    const changed = await world.main({
      ...window,
      operation: 'update',
      id: '1',
      kind: 'maintenance',
      message: 'Half done.',
    });
    expect(changed.exitCode).toBe(0);
    expect(world.emulator.windows()[0]?.message).toMatch(/^Half done\.\n\nRef: /);
  });

  test('is asked once more only, and its first refusal is shown', async () => {
    const world = createWorld();
    await world.main(window);
    world.emulator.addFault({ kind: 'status', status: 400, text: '{"error":"no"}', match: { method: 'PATCH' } });
    world.emulator.addFault({ kind: 'status', status: 422, text: '{"error":"never"}', match: { method: 'PATCH' } });
    const changed = await world.main({ ...window, operation: 'update', id: '1', kind: 'maintenance', title: 'New' });
    expect(requests(world)).toEqual(['GET 200', 'PATCH 400', 'PATCH 422']);
    expect(annotations(changed)).toEqual([expect.stringContaining('HTTP 400, "no"')]);
  });
});
