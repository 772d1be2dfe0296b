import { expect, test } from '@jest/globals';
import type { Inputs } from '../support/test-host.ts';
import { acme, beta, createWorld, incident, window } from '../support/world.ts';

/** A command has no post step after it. */
const left = { 'auto-resolve': 'false' } as const;
const typed = { ...window, ...left };
const openings: readonly Inputs[] = [
  typed,
  { ...incident, ...left },
  { ...typed, 'status-page': `${acme},${beta}` },
  { ...typed, 'deployment-key': 'production' },
];

test('a command that is stopped undoes what it opened, because no post step does', async () => {
  const world = createWorld();
  world.emulator.addFault({ kind: 'delay', ms: 2_000, match: { method: 'POST' } });
  const command = await world.main(typed, { host: 'terminal', interruptAfterMs: 1_000 });
  expect(command).toMatchObject({ exitCode: 130, outputs: { id: 'none' } });
  expect(command.said).toEqual([
    'info: Interrupted. Undoing what was opened.',
    expect.stringMatching(/^info: Deleted the maintenance window /),
  ]);
  expect(world.requests()).toEqual(['POST /maintenances 201', 'DELETE /maintenances/1 200']);
});

test('a command that is stopped before its first create prints that nothing was opened', async () => {
  const world = createWorld();
  world.emulator.addFault({ kind: 'delay', ms: 3_000, match: { path: '/status-pages' } });
  const inputs = { ...typed, 'status-page': 'acme' };
  const command = await world.main(inputs, { host: 'terminal', interruptAfterMs: 1_000 });
  expect(command).toMatchObject({ exitCode: 130, said: ['info: Interrupted. Nothing was opened.'] });
});

test('a command that reuses the window of another job leaves it alone if it is stopped', async () => {
  const world = createWorld();
  const shared = { ...typed, 'deployment-key': 'production' };
  await world.main(shared, { host: 'terminal' });
  const before = world.page();
  await world.main(shared, { host: 'terminal', interruptAfterMs: 1 });
  expect(world.page()).toEqual(before);
});

test('a command that is stopped at any moment leaves nothing behind, or warns that something may be there', async () => {
  let stopped = 0;
  let silent = 0;
  for (const [place, inputs] of [...openings, ...openings].entries()) {
    for (let atMs = 0; atMs <= 12_000; atMs += 500) {
      const world = createWorld({ latencyMs: 2_000, randomSeed: atMs, clockSkewSeconds: 60 });
      if (place >= openings.length)
        world.emulator.addFault({ kind: 'reset', when: 'after', match: { method: 'POST' } });
      const command = await world.main(inputs, { host: 'terminal', interruptAfterMs: atMs });
      if (command.exitCode !== 130) continue;
      stopped += 1;
      expect(command.tookMs - atMs).toBeLessThanOrEqual(6_000);
      const troubles = command.said.filter((text) => /^(warning|error): /.test(text));
      if (troubles.length > 0) continue;
      silent += 1;
      expect({ inputs, atMs, page: world.page() }).toEqual({ inputs, atMs, page: [] });
    }
  }
  expect(stopped).toBeGreaterThan(20);
  expect(silent).toBeGreaterThan(stopped / 2);
});
