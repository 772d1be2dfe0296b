import { describe, expect, test } from '@jest/globals';
import type { Inputs } from '../support/test-host.ts';
import { acme, beta, createWorld, incident, window } from '../support/world.ts';

const twoPages = { ...window, 'status-page': `${acme},${beta}` };
const shared = { ...window, 'deployment-key': 'production', 'auto-resolve': 'false' };
const cancelled = { 'job-status': 'cancelled' } as const;

describe('a signal', () => {
  test('before anything was sent: nothing is sent, and main exits with 130', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'delay', ms: 3_000, match: { path: '/status-pages' } });
    const main = await world.main({ ...window, 'status-page': 'acme' }, { interruptAfterMs: 1_000 });
    expect(main).toMatchObject({ exitCode: 130, tookMs: 1_000, outputs: { id: 'none' } });
    expect(world.requests()).toEqual(['GET /status-pages none']);
    const post = await world.post(main, cancelled);
    expect(post.said).toEqual(['info: This step opened nothing, so its post step has nothing to end.']);
  });

  test('while a create is under way: main waits for its id, and the post step undoes it', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'delay', ms: 4_000, match: { method: 'POST' } });
    const main = await world.main(window, { interruptAfterMs: 1_000 });
    expect(main).toMatchObject({ exitCode: 130, tookMs: 4_000 });
    expect(main.said).toEqual(['info: Interrupted. The post step undoes what was opened.']);
    await world.post(main, cancelled);
    expect(world.page()).toEqual([]);
    expect(world.requests()).toEqual(['POST /maintenances 201', 'DELETE /maintenances/1 200']);
  });

  test('while a create hangs: main waits 5 s, and post finds a late window by its reference', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'delay', ms: 8_000, match: { method: 'POST' } });
    const main = await world.main(window, { interruptAfterMs: 1_000 });
    expect(main).toMatchObject({ exitCode: 130, tookMs: 6_000 });
    await world.post(main, cancelled);
    expect(world.page()).toEqual([]);
  });

  test('after a create, while another page is still to be done: main starts nothing new', async () => {
    const world = createWorld();
    world.emulator.setOptions({ clockSkewSeconds: 90 });
    world.emulator.addFault({ kind: 'delay', ms: 2_000, match: { method: 'PATCH' } });
    const main = await world.main(twoPages, { interruptAfterMs: 1_000 });
    expect(main).toMatchObject({ exitCode: 130, tookMs: 1_000 });
    await world.post(main, cancelled);
    expect(world.page()).toEqual([]);
  });

  test('while concurrent jobs agree on one window: main exits at once', async () => {
    const world = createWorld();
    const main = await world.main(shared, { interruptAfterMs: 1_000 });
    expect(main).toMatchObject({ exitCode: 130, tookMs: 1_000 });
    await world.post(main, cancelled);
    expect(world.page()).toEqual([]);
  });

  test('while main waits to try again: main exits at once, and nothing is on the page', async () => {
    for (const trouble of [
      { kind: 'rate-limit', retryAfterSeconds: 10 },
      { kind: 'reset' },
      { kind: 'status', status: 503 },
    ] as const) {
      const world = createWorld();
      world.emulator.addFault(trouble);
      const main = await world.main(window, { interruptAfterMs: 100 });
      expect(main).toMatchObject({ exitCode: 130, tookMs: 100 });
      await world.post(main, cancelled);
      expect(world.page()).toEqual([]);
    }
  });

  test('while main searches after a time-out: main exits at once, and post undoes a late window', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'delay', ms: 13_000, match: { method: 'POST' } });
    const main = await world.main(window, { interruptAfterMs: 11_500 });
    expect(main).toMatchObject({ exitCode: 130, tookMs: 11_500 });
    await world.post(main, cancelled);
    expect(world.page()).toEqual([]);
  });

  test('while a failed main undoes: the post step does the rest', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'POST', nth: 2 } });
    world.emulator.addFault({ kind: 'delay', ms: 3_000, match: { method: 'DELETE' } });
    const main = await world.main(twoPages, { interruptAfterMs: 1_000 });
    expect(main).toMatchObject({ exitCode: 130, tookMs: 1_000 });
    await world.post(main, cancelled);
    expect(world.page()).toEqual([]);
  });

  test('while main lists the pages of the key for a message: the post step undoes what was opened', async () => {
    const world = createWorld();
    const unknown = '00000000-0000-4000-8000-000000000000';
    world.emulator.addFault({ kind: 'delay', ms: 3_000, match: { path: '/status-pages' } });
    const inputs = { ...window, 'status-page': `${acme},${unknown}`, 'on-api-error': 'warn' };
    const main = await world.main(inputs, { interruptAfterMs: 1_000 });
    expect(main).toMatchObject({ exitCode: 130, tookMs: 1_000 });
    await world.post(main, cancelled);
    expect(world.page()).toEqual([]);
  });

  test('while an ending is under way: main exits with 130 too', async () => {
    const world = createWorld();
    await world.main(shared);
    world.emulator.addFault({ kind: 'silence', match: { method: 'PATCH' } });
    const resolve = { ...window, operation: 'resolve', id: '1', kind: 'maintenance' };
    expect(await world.main(resolve, { interruptAfterMs: 1_000 })).toMatchObject({ exitCode: 130, tookMs: 1_000 });
  });
});

test('a signal at any moment leaves nothing behind, and main exits within 6 s', async () => {
  const own = { ...window, 'deployment-key': 'production' };
  const openings: readonly Inputs[] = [window, incident, twoPages, own];
  for (const inputs of openings) {
    for (let atMs = 0; atMs <= 16_000; atMs += 500) {
      const world = createWorld({ latencyMs: 3_000, randomSeed: atMs, clockSkewSeconds: 60 });
      world.emulator.addFault({ kind: 'reset', when: 'after', match: { method: 'POST' } });
      const main = await world.main(inputs, { interruptAfterMs: atMs });
      const wasInterrupted = main.exitCode === 130;
      if (!wasInterrupted) {
        expect(main.exitCode).toBe(0);
        expect(main.tookMs).toBeLessThanOrEqual(atMs);
        continue;
      }
      expect(main.tookMs - atMs).toBeLessThan(6_000);
      await world.post(main, cancelled);
      expect({ atMs, page: world.page() }).toEqual({ atMs, page: [] });
    }
  }
});

test('a signal after the response of a shared create was lost leaves the window to resolve, with one line', async () => {
  const world = createWorld();
  world.emulator.addFault({ kind: 'delay', ms: 2_000, match: { method: 'POST' } });
  world.emulator.addFault({ kind: 'reset', when: 'after', match: { method: 'POST' } });
  const main = await world.main(shared, { interruptAfterMs: 1_000 });
  expect(main.exitCode).toBe(130);
  const post = await world.post(main, cancelled);
  expect(post.said).toEqual([
    expect.stringMatching(
      /^info: Left on the page, if it is there, because other jobs with this deployment key may use it\.$/,
    ),
  ]);
  expect(post.summary).toBe('');
  expect(world.page()).toEqual(['window 1 active 12:00:00-12:30:00']);
  const resolve = { ...window, operation: 'resolve', 'deployment-key': 'production' };
  expect(await world.main(resolve)).toMatchObject({ exitCode: 0 });
  expect(world.page()).toEqual(['window 1 past 12:00:00-12:00:02']);
});
