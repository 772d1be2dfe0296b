import { describe, expect, test } from '@jest/globals';
import type { Inputs } from '../support/test-host.ts';
import { annotations, createWorld, incident, window } from '../support/world.ts';

const sharedWindow = { ...window, 'deployment-key': 'production', 'auto-resolve': 'false' } as const satisfies Inputs;
const ownWindow = { ...window, 'deployment-key': 'production' } as const satisfies Inputs;
const anotherRun = { run: { id: '9123456790' } } as const;

describe('taking a shared window over', () => {
  const announce = (start: string, duration = '30m') => ({ ...sharedWindow, start, duration });

  test('one that runs is ended by the post step of the one who took it over', async () => {
    const world = createWorld();
    await world.main(announce('now', '1h'));
    await world.pass(300_000);
    const main = await world.main(ownWindow, anotherRun);
    expect(main.outputs).toMatchObject({ id: '1', created: 'false' });
    expect(main.said).toEqual([expect.stringMatching(/^info: Took over/)]);
    await world.pass(60_000);
    await world.post(main);
    expect(world.page()).toEqual(['window 1 past 12:00:00-12:06:02']);
  });

  test.each([
    ['+5m', '12:35:00'],
    ['+15m2s', '12:45:02'],
  ])('one that starts in %s is started now, in one request, and keeps its end', async (start, ends) => {
    const world = createWorld();
    await world.main(announce(start));
    expect(world.page()).toEqual([expect.stringMatching(/^window 1 scheduled/)]);
    // Opening a shared window takes two seconds, so its start is now that much nearer.
    const main = await world.main(ownWindow, anotherRun);
    expect(world.page()).toEqual([`window 1 active 12:00:02-${ends}`]);
    const patches = world.journal().filter(({ method }) => method === 'PATCH');
    expect(patches.map(({ body }) => body)).toEqual([{ start_at: '2026-03-14T12:00:02Z' }]);
    expect(main.outputs['start-at']).toBe('2026-03-14T12:00:02Z');
  });

  test('one that ends too early is put off, with its start by the same request', async () => {
    const world = createWorld();
    await world.main(announce('+10m', '5m'));
    await world.main(ownWindow, anotherRun);
    expect(world.page()).toEqual(['window 1 active 12:00:02-12:30:02']);
    expect(world.requests().filter((request) => request.startsWith('PATCH'))).toHaveLength(1);
  });

  test('one whose start was moved is ended, not deleted, although nothing showed its message afterwards', async () => {
    const world = createWorld({ windowPatch: 'wipe', changeReply: 'empty' });
    await world.main(announce('+10m'));
    world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'GET', path: '/maintenances/1' } });
    world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'PATCH', nth: 2 } });
    const main = await world.main(ownWindow, anotherRun);
    expect(main.outputs).toMatchObject({ id: '1', 'start-at': '2026-03-14T12:00:02Z' });
    await world.pass(180_000);
    await world.post(main);
    expect(world.page()).toEqual([expect.stringMatching(/^window 1 \w+ 12:00:02-12:03:0\d$/)]);
  });

  test('one that lies farther ahead is left alone, and another is opened', async () => {
    const world = createWorld();
    await world.main(announce('+15m3s'));
    const main = await world.main(ownWindow, anotherRun);
    expect(main.outputs).toMatchObject({ id: '2', created: 'true' });
    await world.pass(60_000);
    await world.post(main);
    expect(world.page()).toEqual(['window 1 scheduled 12:15:03-12:45:03', 'window 2 past 12:00:02-12:01:02']);
  });

  test.each<[string, Inputs, string]>([
    ['a failure with on-failure: resolve', { 'on-failure': 'resolve' }, 'failure'],
    ['a failure with on-failure: incident', { 'on-failure': 'incident' }, 'failure'],
    ['a cancel with on-cancel: resolve', { 'on-cancel': 'resolve' }, 'cancelled'],
    ['a deployment that was skipped', { outcome: 'skipped' }, 'success'],
  ])('one that runs stays as it was after %s', async (_, inputs, status) => {
    const world = createWorld();
    await world.main(announce('now', '1h'));
    await world.pass(300_000);
    const main = await world.main({ ...ownWindow, ...inputs }, anotherRun);
    const [before] = world.emulator.windows();
    await world.pass(60_000);
    const post = await world.post(main, { 'job-status': status });
    expect(world.emulator.windows()).toEqual([before]);
    expect(annotations(post).at(-1)).toMatch(/^warning: Left the maintenance window .* it was open before this run\./);
  });

  test('one whose end the server did not put off keeps that end, and costs no read when it is ended', async () => {
    const world = createWorld();
    await world.main(announce('now', '20m'));
    world.emulator.addFault({ kind: 'status', status: 400, times: 2, match: { method: 'PATCH' } });
    const main = await world.main({ ...ownWindow, duration: '1h', 'on-api-error': 'warn' }, anotherRun);
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: '1', 'end-at': '2026-03-14T12:20:00Z' } });
    const before = world.requests().length;
    await world.pass(60_000);
    await world.post(main);
    expect(world.requests().slice(before)).toEqual(['GET /maintenances 200', 'PATCH /maintenances/1 200']);
  });

  test('of the two that exist, its own earlier record comes before the shared one', async () => {
    const world = createWorld();
    await world.main(ownWindow);
    await world.main(sharedWindow);
    expect((await world.main(ownWindow, { run: { attempt: 2 } })).outputs.id).toBe('1');
  });

  test('one whose start no reply shows is taken over as it is', async () => {
    const world = createWorld({ timesInReplies: false });
    await world.main(sharedWindow);
    const main = await world.main(ownWindow, anotherRun);
    expect(main.outputs).toMatchObject({ id: '1', created: 'false' });
    expect(world.requests().filter((request) => request.startsWith('PATCH'))).toEqual([]);
    await world.post(main);
    await world.pass(1_000);
    expect(world.emulator.windows()).toMatchObject([{ state: 'past' }]);
  });

  test('nothing is taken over without a key, by an incident, or by a step that shares its own', async () => {
    const world = createWorld();
    await world.main(announce('+10m'));
    expect((await world.main(window, anotherRun)).outputs.id).toBe('2');
    expect((await world.main({ ...incident, 'deployment-key': 'production' })).outputs.id).toBe('1');
    await world.main(sharedWindow, anotherRun);
    expect(world.page()[0]).toBe('window 1 scheduled 12:10:00-12:40:00');
  });

  test('its id is saved before it is moved', async () => {
    const world = createWorld();
    await world.main(announce('+10m'));
    world.emulator.addFault({ kind: 'status', status: 403, match: { method: 'PATCH' } });
    const main = await world.main(ownWindow, anotherRun);
    expect(main.exitCode).toBe(1);
    expect(main.states.some(({ record0 }) => record0?.includes('"id":"1"'))).toBe(true);
    await world.post(main, { 'job-status': 'failure' });
    expect(world.page()).toEqual(['window 1 scheduled 12:10:00-12:40:00']);
  });

  describe.each([
    ['refuses', { windowPatch: 'refuse' }],
    ['ignores', { windowPatch: 'ignore' }],
    ['ignores, and shows no times,', { windowPatch: 'ignore', changeReply: 'id-only' }],
  ] as const)('of a server that %s the move of its start', (_what, options) => {
    const takeOver = async () => {
      const world = createWorld(options);
      await world.main(announce('+10m'));
      return { world, main: await world.main(ownWindow, anotherRun) };
    };

    test('opens a window of its own beside it, and says so', async () => {
      const { world, main } = await takeOver();
      expect(main.exitCode).toBe(0);
      expect(main.outputs).toMatchObject({ created: 'true', 'start-at': '2026-03-14T12:00:02Z' });
      expect(world.page()).toEqual([
        'window 1 scheduled 12:10:00-12:40:00',
        expect.stringMatching(/^window 2 active 12:00:0\d-12:30:0\d$/),
      ]);
      expect(annotations(main)).toEqual([
        expect.stringMatching(/^warning: Could not start .*\(id 1\).* early: .*still begins at 12:10 UTC\./),
      ]);
    });

    test('ends both after a success, early or late', async () => {
      for (const ms of [60_000, 900_000]) {
        const { world, main } = await takeOver();
        await world.pass(ms);
        await world.post(main);
        await world.pass(1_000);
        expect(world.emulator.windows().filter(({ state }) => state !== 'past')).toEqual([]);
      }
    });

    test('leaves both after a failure', async () => {
      const { world, main } = await takeOver();
      await world.pass(60_000);
      await world.post(main, { 'job-status': 'failure' });
      expect(world.emulator.windows()).toMatchObject([{ state: 'scheduled' }, { state: 'active' }]);
    });
  });
});
