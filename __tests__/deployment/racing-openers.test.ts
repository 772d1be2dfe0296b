import { describe, expect, test } from '@jest/globals';
import { inOrder } from '../../src/deployment/find.ts';
import { createRandom } from '../support/random.ts';
import type { Inputs } from '../support/test-host.ts';
import { acme, annotations, createWorld, incident, type Stage, type World, window } from '../support/world.ts';
import { listedWindow, ours } from './listed.ts';

const sharedWindow = { ...window, 'deployment-key': 'production', 'auto-resolve': 'false' } as const satisfies Inputs;
const sharedIncident = { ...incident, 'deployment-key': 'production', 'auto-resolve': 'false' } as const;
const resolve = { ...window, operation: 'resolve', 'deployment-key': 'production' } as const;
const anotherRun = { run: { id: '9123456790' } } as const;

describe('several openers of one key at once', () => {
  const races = Array.from({ length: 60 }, (_none, seed) => seed);

  async function race(world: World, inputs: Inputs, openers: number, seed: number): Promise<readonly Stage[]> {
    const random = createRandom(seed);
    return Promise.all(
      Array.from({ length: openers }, async (_none, number) => {
        await world.pass(random() * 1_500);
        return world.main(inputs, { run: { id: String(9_000 + number) } });
      }),
    );
  }

  test.each([
    ['window', sharedWindow],
    ['incident', sharedIncident],
  ] as const)('leave one %s, and one of them says that it made it', async (_kind, inputs) => {
    for (const seed of races) {
      const world = createWorld({ latencyMs: 300, randomSeed: seed, order: seed % 2 ? 'newest' : 'shuffled', seed });
      const mains = await race(world, inputs, 2 + (seed % 4), seed);
      const [left] = [...world.emulator.windows(), ...world.emulator.incidents()];
      expect({ seed, page: world.page() }).toEqual({ seed, page: [expect.any(String)] });
      expect(mains.map(({ exitCode }) => exitCode)).toEqual(mains.map(() => 0));
      expect(mains.map(({ outputs }) => outputs.id)).toEqual(mains.map(() => String(left?.id)));
      expect(mains.filter(({ outputs }) => outputs.created === 'true')).toHaveLength(1);
    }
  });

  test('agree by the id alone if replies show no times', async () => {
    for (const seed of races.slice(0, 20)) {
      const world = createWorld({ latencyMs: 300, randomSeed: seed, timesInReplies: false });
      const mains = await race(world, sharedWindow, 3, seed);
      expect({ seed, left: world.emulator.windows().map(({ id }) => String(id)) }).toEqual({
        seed,
        left: [mains[0]?.outputs.id],
      });
      expect(mains.filter(({ outputs }) => outputs.created === 'true')).toHaveLength(1);
    }
  });

  test('compare ids that are numbers as numbers', async () => {
    const world = createWorld({ latencyMs: 300 });
    const theirs = { status_page_id: acme, title: 'Theirs' };
    for (let number = 1; number <= 8; number += 1) await world.people('POST', '/incidents', theirs);
    const mains = await race(world, sharedIncident, 3, 7);
    expect(mains.map(({ outputs }) => outputs.id)).toEqual(['9', '9', '9']);
  });

  test('compare ids of several forms alike, in whatever order the list shows them', () => {
    const ids = ['9', '10', '1a', '0b6a3c52', '0b6a3c51'];
    const records = ids.map((id) => listedWindow(ours, { id }));
    const orders = records.map((_, at) => inOrder([...records.slice(at), ...records.slice(0, at)]));
    for (const order of orders) expect(order.map(({ id }) => id)).toEqual(['9', '10', '1a', '0b6a3c51', '0b6a3c52']);
  });

  test('an opener that lost and could not delete its own says so, and `resolve` ends both', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 500, times: 'always', match: { method: 'DELETE' } });
    const mains = await Promise.all([world.main(sharedWindow), world.main(sharedWindow, anotherRun)]);
    expect(mains.flatMap(annotations)).toEqual([
      expect.stringMatching(
        /^warning: Could not agree with other jobs on .*: another job opened one at the same moment, .*the window .*\(id 2\) may still be there: .* answered with an error \(HTTP 500/,
      ),
    ]);
    expect(mains.map(({ outputs }) => [outputs.id, outputs.created])).toEqual([
      ['1', 'true'],
      ['1', 'false'],
    ]);
    expect(world.page()).toHaveLength(2);
    await world.main(resolve);
    await world.pass(2_000);
    expect(world.emulator.windows()).toMatchObject([{ state: 'past' }, { state: 'past' }]);
  });

  test('a step that reuses a young record continues with the one that all agree on', async () => {
    const world = createWorld();
    await world.main(sharedWindow, { kill: { request: 2, when: 'after' } });
    // A rival that came first by its start, and that the list did not show yet when the adopter looked.
    const reference = world.emulator.windows()[0]?.message?.split('\n').at(-1);
    const early = { status_page_id: acme, title: 'Update', message: `Soon back.\n\n${reference}` };
    const adopting = world.main(sharedWindow, anotherRun);
    await world.pass(1_000);
    const times = { start_at: '2026-03-14T11:59:30Z', end_at: '2026-03-14T12:40:00Z' };
    await world.people('POST', '/maintenances', { ...early, ...times });
    expect((await adopting).outputs).toMatchObject({ id: '2', created: 'false', 'start-at': '2026-03-14T11:59:30Z' });
  });

  test('an adopter whose young record is gone a moment later opens its own', async () => {
    const world = createWorld();
    await world.main(sharedWindow);
    const adopting = world.main(sharedWindow, anotherRun);
    await world.pass(1_000);
    await world.people('DELETE', '/maintenances/1');
    expect((await adopting).outputs).toMatchObject({ id: '2', created: 'true' });
    expect(world.page()).toEqual([expect.stringMatching(/^window 2 active/)]);
  });

  test('what was just made counts, though the list does not show it yet', async () => {
    const world = createWorld({ listCap: 0 });
    expect((await world.main(sharedWindow)).outputs).toMatchObject({ id: '1', created: 'true' });
    expect(world.page()).toEqual(['window 1 active 12:00:00-12:30:00']);
  });

  test('what was made first counts, though the list shows only a later one as yet', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'delay', ms: 500, match: { method: 'POST', nth: 2 } });
    const first = world.main(sharedWindow);
    const second = world.main(sharedWindow, anotherRun);
    await world.pass(1_900);
    world.emulator.setOptions({ listCap: 1 });
    await world.pass(300);
    world.emulator.setOptions({ listCap: null });
    expect((await first).outputs).toMatchObject({ id: '1', created: 'true' });
    expect((await second).outputs).toMatchObject({ id: '1', created: 'false' });
    expect((await second).said).toEqual([expect.stringMatching(/^info: Reusing the maintenance window .*\(id 1\)/)]);
    expect(world.page()).toEqual([expect.stringMatching(/^window 1 active/)]);
  });

  test('agree by the starts that the list shows, which a person may have moved', async () => {
    const world = createWorld();
    const opening = [world.main(sharedWindow), world.main(sharedWindow, anotherRun)];
    await world.pass(1_000);
    await world.people('PATCH', '/maintenances/1', { start_at: '2026-03-14T12:00:30Z' });
    const mains = await Promise.all(opening);
    expect(mains.map(({ outputs }) => outputs.id)).toEqual(['2', '2']);
    expect(world.page()).toEqual([expect.stringMatching(/^window 2 active/)]);
  });

  test("one that finds the record of a lost answer does not claim it, for it may be another opener's", async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'reset', when: 'after', match: { method: 'POST' } });
    const main = await world.main(sharedWindow);
    expect(main.outputs).toMatchObject({ id: '1', created: 'false' });
    expect(world.page()).toHaveLength(1);
  });

  const inDoubt = /^warning: Could not agree with other jobs on .*another job may have opened one at the same moment/;

  test.each([
    ['windows', sharedWindow],
    ['incidents', sharedIncident],
  ] as const)(
    'if the second list fails, a step that opened one keeps its own choice, and says that there may be two %s',
    async (kinds, inputs) => {
      const world = createWorld();
      world.emulator.addFault({ kind: 'status', status: 403, match: { method: 'GET', nth: 2 } });
      const main = await world.main(inputs);
      expect(main).toMatchObject({ exitCode: 0, outputs: { id: '1', created: 'true' } });
      expect(annotations(main)).toEqual([expect.stringMatching(inDoubt)]);
      expect(annotations(main)[0]).toContain(`If two ${kinds} of this deployment are open, end the newer one.`);
    },
  );

  test('if the second list fails, a step that reuses one says so too', async () => {
    const world = createWorld();
    await world.main(sharedWindow);
    world.emulator.addFault({ kind: 'status', status: 503, times: 'always', match: { method: 'GET', nth: 2 } });
    const main = await world.main(sharedWindow, anotherRun);
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: '1', created: 'false' } });
    expect(annotations(main)).toEqual([expect.stringMatching(inDoubt)]);
  });

  test('if the second list fails under on-api-error: fail, what main created is undone', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 403, match: { method: 'GET', nth: 2 } });
    expect(await world.main({ ...sharedWindow, 'on-api-error': 'fail' })).toMatchObject({ exitCode: 1 });
    expect(world.page()).toEqual([]);
  });

  test('a competing record that is deleted between the list and the read of its message does not count', async () => {
    const world = createWorld({ messageInLists: false });
    await world.main(sharedWindow);
    world.emulator.addFault({ kind: 'delay', ms: 500, match: { method: 'GET', path: '^/maintenances/1$' } });
    const opening = world.main(sharedWindow, anotherRun);
    await world.pass(200);
    await world.people('DELETE', '/maintenances/1');
    const main = await opening;
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: '2', created: 'true' } });
    expect(annotations(main)).toEqual([]);
  });

  test('a record that is listed is not called absent because a read of it answers 404', async () => {
    const world = createWorld({ messageInLists: false });
    await world.main(sharedWindow);
    const reading = { method: 'GET', path: '^/maintenances/1$' } as const;
    world.emulator.addFault({ kind: 'status', status: 404, match: reading });
    expect((await world.main(sharedWindow, anotherRun)).outputs).toMatchObject({ id: '1', created: 'false' });
    world.emulator.addFault({ kind: 'status', status: 404, times: 'always', match: reading });
    const blind = await world.main(sharedWindow, { run: { id: '77' } });
    expect(blind).toMatchObject({ exitCode: 0, outputs: { id: 'none' } });
    expect(annotations(blind)).toEqual([expect.stringMatching(/it may be on the page/)]);
    expect(world.page()).toHaveLength(1);
  });

  test('a step that gives up its own says nothing if a person has deleted that meanwhile', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 404, match: { method: 'DELETE' } });
    const mains = await Promise.all([world.main(sharedWindow), world.main(sharedWindow, anotherRun)]);
    expect(mains.flatMap(annotations)).toEqual([]);
  });
});
