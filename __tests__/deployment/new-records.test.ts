import { describe, expect, test } from '@jest/globals';
import { annotations, createWorld, incident, window } from '../support/world.ts';

const kinds = [
  { what: 'a window', inputs: window, over: /^window 1 past/, path: '/maintenances/1' },
  { what: 'an incident', inputs: incident, over: /resolved "/, path: '/incidents/1' },
] as const;

describe.each(kinds)(
  '$what that the server does not find by its id right after its creation',
  ({ inputs, over, path }) => {
    test('is asked for again, and ended', async () => {
      const world = createWorld({ readLagMs: 9_000 });
      const main = await world.main(inputs);
      const post = await world.post(main);
      expect(annotations(post)).toEqual([]);
      await world.pass(1_000);
      expect(world.page()).toEqual([expect.stringMatching(over)]);
    });

    test('is deleted by a main that fails', async () => {
      const world = createWorld({ readLagMs: 3_000 });
      world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'POST', nth: 2 } });
      const main = await world.main({ ...inputs, 'status-page': 'acme, beta' });
      expect(main.exitCode).toBe(1);
      expect(world.page()).toEqual([]);
    });

    test('is reported if that lasts, within the budget of the post step', async () => {
      const world = createWorld({ readLagMs: 50_000 });
      const main = await world.main(inputs);
      const post = await world.post(main);
      expect(post.exitCode).toBe(0);
      expect(post.tookMs).toBeLessThanOrEqual(30_000);
      const message = 'does not find what this deployment has just created';
      expect(annotations(post)).toEqual([expect.stringMatching(new RegExp(`^warning: .*${message}`))]);
    });

    test('fails the job with on-api-error: fail if it is an incident, which stays until somebody resolves it', async () => {
      const world = createWorld({ readLagMs: 50_000 });
      const main = await world.main(inputs);
      const post = await world.post(main, { 'on-api-error': 'fail' });
      expect(post.exitCode).toBe(inputs === incident ? 1 : 0);
    });

    test('is let go at once if the deployment has lasted for minutes', async () => {
      const world = createWorld();
      const main = await world.main(inputs);
      await world.people('DELETE', path);
      await world.pass(120_000);
      const post = await world.post(main);
      expect(post.tookMs).toBe(0);
      expect(annotations(post)).toEqual([]);
    });
  },
);

test.each([-600, 600])(
  'a new window is asked for again for 15 s, also if the first answer shows that the clock of the server is %d s off',
  async (clockSkewSeconds) => {
    const world = createWorld({ readLagMs: 700_000 });
    const main = await world.main(window);
    world.emulator.setOptions({ clockSkewSeconds });
    const post = await world.post(main);
    expect(post.tookMs).toBe(14_000);
    expect(annotations(post)).toEqual([expect.stringMatching(/\(HTTP 404 for 14 s\)/)]);
  },
);

test('a new window that the server does not find yet is moved to its clock once it does', async () => {
  const world = createWorld({ readLagMs: 3_000, clockSkewSeconds: 90 });
  const main = await world.main(window);
  expect(main.exitCode).toBe(0);
  expect(annotations(main)).toEqual([]);
  expect(world.requests().filter((request) => request.startsWith('POST'))).toHaveLength(1);
  const post = await world.post(main);
  expect(annotations(post)).toEqual([]);
  await world.pass(1_000);
  expect(world.page()).toEqual([expect.stringMatching(/^window 1 past/)]);
});

test('a new window that the server does not find for long keeps the times of our clock, and main warns', async () => {
  const world = createWorld({ readLagMs: 50_000, clockSkewSeconds: 90 });
  const main = await world.main(window);
  expect(main.exitCode).toBe(0);
  expect(annotations(main)).toEqual([
    expect.stringMatching(
      /^warning: Could not set the times of .*does not find what this deployment has just created \(HTTP 404 for 4 s\).* The window is open, but by the clock of .* it begins and ends 1 min 30 s before the intended times\. Correct the clock of this machine\.$/,
    ),
  ]);
  expect(main.tookMs).toBeLessThanOrEqual(5_000);
});

const shared = { ...window, 'deployment-key': 'production', 'auto-resolve': 'false' } as const;

test('a job that reuses what another one opened a moment ago waits until the server finds it by its id', async () => {
  const world = createWorld({ readLagMs: 6_000 });
  await world.main(shared);
  const second = await world.main({ ...shared, duration: '45m' }, { run: { id: '9123456790' } });
  expect(annotations(second)).toEqual([]);
  expect(second.outputs).toMatchObject({ id: '1', created: 'false' });
  expect(world.page()).toEqual([expect.stringMatching(/^window 1 active .*-12:45/)]);
});

test('a job that reuses what the server does not find for long continues, and warns that the end was not moved', async () => {
  const world = createWorld({ readLagMs: 50_000 });
  await world.main(shared);
  const second = await world.main({ ...shared, duration: '45m' }, { run: { id: '9123456790' } });
  expect(second).toMatchObject({ exitCode: 0, outputs: { id: '1', created: 'false' } });
  expect(annotations(second)).toEqual([
    expect.stringMatching(/^warning: .*does not find what this deployment has just created/),
  ]);
  expect(world.page()).toEqual(['window 1 active 12:00:00-12:30:00']);
});
