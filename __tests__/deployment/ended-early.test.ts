import { describe, expect, test } from '@jest/globals';
import { annotations, createWorld, type Stage, type World, window } from '../support/world.ts';
import { deploy, minute } from './deploy.ts';

/** A deployment whose window a person ends after 3 minutes, or changes in another way; it comes to its end after 7. */
async function meddle(
  outcome: 'success' | 'failure' | 'cancelled',
  inputs: Readonly<Record<string, string>> = {},
  person: (world: World) => Promise<unknown> = endWindow,
): Promise<{ readonly world: World; readonly post: Stage }> {
  const world = createWorld();
  const main = await world.main({ ...window, 'status-page': 'acme', outcome, ...inputs });
  await world.pass(3 * minute);
  await person(world);
  await world.pass(4 * minute);
  const post = await world.post(main);
  return { world, post };
}

const endWindow = (world: World) => world.people('PATCH', '/maintenances/1', { end_at: '2026-03-14T12:03:00Z' });
const over = 'window 1 past 12:00:00-12:03:00';

describe('a window that a person ended early', () => {
  test('is not ended again by a success, so that its history stays true', async () => {
    const { world, post } = await meddle('success');
    expect(world.page()).toEqual([over]);
    expect(post.said).toEqual([
      'info: Nothing to do: the maintenance window "Maintenance in progress" (id 1) on Acme ended at 12:03 UTC.',
    ]);
    expect(post.summary).toMatch(/^### ℹ️ .*maintenance had already ended at 12:03 UTC\n/i);
    expect(world.requests().slice(2)).toEqual(['GET /maintenances 200', 'GET /maintenances/1 200']);
  });

  test.each([
    ['failure', 'failed'],
    ['cancelled', 'was cancelled or timed out'],
  ] as const)('is reported as over after %s', async (outcome, happened) => {
    const { world, post } = await meddle(outcome);
    expect(world.page()).toEqual([over]);
    expect(annotations(post)).toEqual([
      `warning: The deployment ${happened}, but the maintenance window "Maintenance in progress" (id 1) on Acme had ended at 12:03 UTC already. Visitors see no notice of it.`,
    ]);
    expect(post.summary).toMatch(/^### ℹ️ .*maintenance had already ended at 12:03 UTC/i);
  });

  test('does not keep a failure from opening its incident', async () => {
    const { world, post } = await meddle('failure', { 'on-failure': 'incident' });
    expect(world.page()).toEqual([over, expect.stringMatching(/^incident 1 investigating/)]);
    expect(annotations(post)).toHaveLength(1);
  });

  test('is no warning about a duration, even if the deployment outlasts what was announced', async () => {
    const { post } = await meddle('success', { duration: '5m' });
    expect(annotations(post)).toEqual([]);
    expect(post.said).toEqual([expect.stringContaining('ended at 12:03 UTC')]);
  });
});

test('after a failure a window that a person deleted is reported as gone', async () => {
  const { post } = await meddle('failure', {}, (world) => world.people('DELETE', '/maintenances/1'));
  expect(annotations(post)).toEqual([
    expect.stringMatching(/^warning: The deployment failed, but .* no longer exists.* Visitors see no notice of it\.$/),
  ]);
  expect(post.summary).toMatch(/^### ℹ️ .*maintenance no longer exists \(the deployment failed\)/i);
});

test('after a failure the end of a window is the one that a person moved it to', async () => {
  const { post } = await meddle('failure', {}, (world) =>
    world.people('PATCH', '/maintenances/1', { end_at: '2026-03-14T13:30:00Z' }),
  );
  expect(annotations(post)).toEqual([expect.stringContaining('stays until 13:30 UTC.')]);
  expect(post.summary).toMatch(/^### ⚠️ .*still under maintenance until 13:30 UTC/);
});

test('the window of an earlier failure stays if that of a later failure is gone', async () => {
  const world = createWorld();
  const failed = { ...window, outcome: 'failure' };
  await deploy(world, '1', 'failure', failed);
  const main = await world.main(failed, { run: { id: '2' } });
  await world.people('DELETE', '/maintenances/2');
  await world.post(main);
  expect(world.page()).toEqual(['window 1 active 12:00:00-12:30:00']);
});

test('a list that is late does not delay the end of a window by more than half a second', async () => {
  const world = createWorld();
  const main = await world.main({ ...window, outcome: 'success' });
  await world.pass(7 * minute);
  world.emulator.addFault({ kind: 'delay', ms: 8_000, match: { method: 'GET' } });
  await world.post(main);
  expect(world.page()).toEqual(['window 1 past 12:00:00-12:07:01']);
});

test('a list that lags behind does not keep a window from being ended', async () => {
  const world = createWorld({ listLagMs: 10 * minute });
  const main = await world.main({ ...window, outcome: 'success' });
  await world.people('PATCH', '/maintenances/1', { end_at: '2026-03-14T12:05:00Z' });
  await world.pass(4 * minute);
  await world.people('PATCH', '/maintenances/1', { end_at: '2026-03-14T12:30:00Z' });
  await world.pass(3 * minute);
  await world.post(main);
  expect(world.page()).toEqual([expect.stringMatching(/^window 1 (active|past) 12:00:00-12:07:0\d$/)]);
});

test.each([
  ['success', 'info: Nothing to do: .* ended at 12:01 UTC'],
  ['failure', 'warning: The deployment failed, but .* had ended at 12:01 UTC already'],
])('a window that was found over while a command ran is not called too short after %s', async (outcome, said) => {
  const world = createWorld();
  const main = await world.main({ ...window, duration: '1m', outcome });
  await world.people('PATCH', '/maintenances/1', { end_at: '2026-03-14T12:01:00Z' });
  await world.pass(2 * minute);
  const saved = main.states.at(-1) ?? {};
  const record = { ...JSON.parse(saved.record0 ?? ''), endAt: '2026-03-14T12:01:00.000Z', endedEarly: true };
  const post = await world.post({ ...main, states: [{ ...saved, record0: JSON.stringify(record) }] });
  expect(post.said).toEqual([expect.stringMatching(new RegExp(`^${said}`))]);
  expect(post.said.join()).not.toContain('duration');
});

test('after a failure a window that its own announcement has ended needs a longer duration', async () => {
  const world = createWorld();
  const main = await world.main({ ...window, duration: '5m', outcome: 'failure' });
  await world.pass(7 * minute);
  const post = await world.post(main);
  expect(annotations(post)).toEqual([
    expect.stringMatching(
      /^warning: The deployment failed, but .* was over by 12:05 UTC\. Visitors see no notice of it\. Set duration to 10m or more\.$/,
    ),
  ]);
});

test('a window that is not found a moment after it was opened is only maybe still there', async () => {
  const world = createWorld();
  const main = await world.main({ ...window, outcome: 'success' });
  await world.people('DELETE', '/maintenances/1');
  const post = await world.post(main);
  expect(annotations(post)).toEqual([expect.stringContaining('so it may show it later, or a person has deleted it')]);
  expect(post.summary).toMatch(/^### ⚠️ Maybe still under maintenance until 12:30 UTC/);
});

test('a window that a person deleted is not in the table of what visitors see', async () => {
  const { post } = await meddle('success', {}, (world) => world.people('DELETE', '/maintenances/1'));
  expect(post.summary).toMatch(/\| removed \|/);
  expect(post.summary).not.toContain('12:00–12:30');
});
