import { describe, expect, test } from '@jest/globals';
import type { Inputs } from '../support/test-host.ts';
import { annotations, createWorld, incident, window } from '../support/world.ts';

const sharedWindow = { ...window, 'deployment-key': 'production', 'auto-resolve': 'false' } as const satisfies Inputs;
const sharedIncident = { ...incident, 'deployment-key': 'production', 'auto-resolve': 'false' } as const;
const resolve = { ...window, operation: 'resolve', 'deployment-key': 'production' } as const;
const anotherRun = { run: { id: '9123456790' } } as const;

describe('a notice that is shared by its key', () => {
  test.each([
    ['a window', sharedWindow, 'window 1 active 12:00:00-12:30:00'],
    ['an incident', sharedIncident, 'incident 1 investigating "We are installing an update."'],
  ] as const)('is %s that stays over the post step and is found by any job', async (_kind, inputs, line) => {
    const world = createWorld();
    const first = await world.main(inputs);
    expect(first.outputs).toMatchObject({ id: '1', created: 'true' });
    expect(await world.post(first)).toMatchObject({ exitCode: 0, said: [expect.stringMatching(/^info: Left/)] });
    await world.pass(60_000);
    const again = await world.main({ ...inputs, duration: '10m' }, anotherRun);
    expect(again.outputs).toMatchObject({ id: '1', created: 'false' });
    expect(again.outputs.marker).toBe(first.outputs.marker);
    expect(world.page()).toEqual([line]);
    // A search, the create, a search after it; and one search for the second, because the record is old enough.
    expect(world.requests().map((request) => request.split(' ')[0])).toEqual(['GET', 'POST', 'GET', 'GET']);
    await world.main(resolve, { run: { id: '1', job: 'end', workflow: 'other' } });
    expect(world.page()).toEqual([
      line.startsWith('window')
        ? 'window 1 past 12:00:00-12:01:02'
        : 'incident 1 investigating "We are installing an update.", resolved "The update is complete."',
    ]);
  });

  test('is not that of another key, page or repository', async () => {
    const world = createWorld();
    await world.main(sharedWindow);
    for (const [inputs, run] of [
      [{ ...sharedWindow, 'deployment-key': 'Production' }, {}],
      [{ ...sharedWindow, 'status-page': 'beta' }, {}],
      [sharedWindow, { repository: 'acme/other' }],
      [sharedWindow, { server: 'https://git.acme.example' }],
    ] as const) {
      expect((await world.main(inputs, { run })).outputs.created).toBe('true');
    }
    expect(world.page()).toHaveLength(5);
  });

  test.each(['full', 'id-only', 'empty'] as const)(
    'keeps its reference if another job puts off its end on a server that empties texts, with an answer that is %s',
    async (changeReply) => {
      const world = createWorld({ windowPatch: 'wipe', changeReply });
      const { outputs } = await world.main(sharedWindow);
      await world.pass(60_000);
      const second = await world.main({ ...sharedWindow, duration: '2h' }, anotherRun);
      expect(second.outputs).toMatchObject({ id: '1', created: 'false' });
      expect(world.emulator.windows()[0]?.message).toContain(`Ref: ${outputs.marker}`);
      const third = await world.main(sharedWindow, { run: { id: '9123456791' } });
      expect(third.outputs).toMatchObject({ id: '1', created: 'false' });
      expect(world.page()).toHaveLength(1);
    },
  );

  test('keeps its reference on a server that empties texts also if neither the answer nor a read can be read', async () => {
    const world = createWorld({ windowPatch: 'wipe' });
    const { outputs } = await world.main(sharedWindow);
    await world.pass(60_000);
    for (const method of ['PATCH', 'GET'] as const) {
      world.emulator.addFault({ kind: 'empty', match: { method, path: '/maintenances/1' } });
    }
    const second = await world.main({ ...sharedWindow, duration: '2h' }, anotherRun);
    expect(second.outputs).toMatchObject({ id: '1', created: 'false' });
    expect(world.emulator.windows()[0]?.message).toContain(`Ref: ${outputs.marker}`);
    expect(world.page()).toEqual([expect.stringMatching(/^window 1 active .*-14:01/)]);
  });

  test('is reported on such a server if its message could not be sent again either, and the deployment continues', async () => {
    const world = createWorld({ windowPatch: 'wipe', changeReply: 'empty' });
    await world.main(sharedWindow);
    await world.pass(60_000);
    world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'GET', path: '/maintenances/1' } });
    world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'PATCH', nth: 2 } });
    const second = await world.main({ ...sharedWindow, duration: '2h' }, anotherRun);
    expect(second).toMatchObject({ exitCode: 0, outputs: { id: '1', created: 'false' } });
    expect(annotations(second)).toEqual([
      expect.stringMatching(
        /^warning: Could not set the times of .*\(HTTP 400.*\)\. The change was accepted, but nothing shows whether the message is still there\. Check the page\./,
      ),
    ]);
  });

  test('is opened anew if the old one is over', async () => {
    const world = createWorld();
    await world.main(sharedWindow);
    await world.pass(1_860_000);
    expect((await world.main(sharedWindow, anotherRun)).outputs).toMatchObject({ id: '2', created: 'true' });
    await world.main(sharedIncident);
    await world.main(resolve);
    expect((await world.main(sharedIncident, anotherRun)).outputs).toMatchObject({ id: '2', created: 'true' });
  });

  test('is reused even if a list shows neither its end nor its state', async () => {
    for (const options of [{ timesInReplies: false }, { stateShape: 'none' }] as const) {
      const world = createWorld(options);
      await world.main(sharedWindow);
      await world.main(sharedIncident);
      expect((await world.main(sharedWindow, anotherRun)).outputs).toMatchObject({ id: '1', created: 'false' });
      expect((await world.main(sharedIncident, anotherRun)).outputs).toMatchObject({ id: '1', created: 'false' });
    }
  });

  test('lasts for at least the duration that the newcomer asks for; its end is never brought forward', async () => {
    const world = createWorld();
    await world.main({ ...sharedWindow, title: 'Move', message: 'We move.' });
    await world.pass(600_000);
    await world.main({ ...sharedWindow, duration: '5m' }, anotherRun);
    expect(world.page()).toEqual(['window 1 active 12:00:00-12:30:00']);
    const longer = await world.main({ ...sharedWindow, title: 'Other', duration: '1h' }, anotherRun);
    expect(longer.outputs).toMatchObject({ title: 'Move', 'end-at': '2026-03-14T13:10:02Z' });
    expect(world.page()).toEqual(['window 1 active 12:00:00-13:10:02']);
    expect(world.journal().at(-1)).toMatchObject({ method: 'PATCH', body: { end_at: '2026-03-14T13:10:02Z' } });
  });

  test('without a key is this step alone, reachable by its id', async () => {
    const world = createWorld();
    const inputs = { ...window, 'auto-resolve': 'false' };
    const [one, other] = [await world.main(inputs), await world.main(inputs, { run: { step: '__other' } })];
    expect([one.outputs.marker?.[0], other.outputs.marker?.[0]]).toEqual(['d', 'd']);
    expect(one.outputs.marker).not.toBe(other.outputs.marker);
    expect(world.requests()).toEqual(['POST /maintenances 201', 'POST /maintenances 201']);
    expect(await world.post(one)).toMatchObject({ exitCode: 0, summary: '' });
    await world.main({ ...window, operation: 'resolve', id: '1', kind: 'maintenance' });
    await world.pass(2_000);
    expect(world.page()).toEqual(['window 1 past 12:00:00-12:00:01', 'window 2 active 12:00:00-12:30:00']);
  });
});
