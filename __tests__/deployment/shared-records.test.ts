import { describe, expect, test } from '@jest/globals';
import { createRandom } from '../support/random.ts';
import type { Inputs } from '../support/test-host.ts';
import { acme, annotations, createWorld, incident, type Stage, type World, window } from '../support/world.ts';

const sharedWindow = { ...window, 'deployment-key': 'production', 'auto-resolve': 'false' } as const satisfies Inputs;
const sharedIncident = { ...incident, 'deployment-key': 'production', 'auto-resolve': 'false' } as const;
const ownWindow = { ...window, 'deployment-key': 'production' } as const satisfies Inputs;
const resolve = { ...window, operation: 'resolve', 'deployment-key': 'production' } as const;
const anotherRun = { run: { id: '9123456790' } } as const;

describe('a record that is shared by its key', () => {
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
    // The look, the create, the look after it; and one look for the second, because the record is old enough.
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

  test('an opener that lost and could not delete its own says so, and `resolve` ends both', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 500, times: 'always', match: { method: 'DELETE' } });
    const mains = await Promise.all([world.main(sharedWindow), world.main(sharedWindow, anotherRun)]);
    expect(mains.flatMap(annotations)).toEqual([
      expect.stringMatching(
        /^warning: Could not agree with other jobs on .*: another job opened one at the same moment, .*\(id 2\) may still be there: .* answered with an error \(HTTP 500/,
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

  test("one that finds the record of a lost answer does not claim it, for it may be another opener's", async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'reset', when: 'after', match: { method: 'POST' } });
    const main = await world.main(sharedWindow);
    expect(main.outputs).toMatchObject({ id: '1', created: 'false' });
    expect(world.page()).toHaveLength(1);
  });

  const inDoubt = /^warning: Could not agree with other jobs on .*another job may have opened one at the same moment/;

  test('if the second list fails, a step that opened one keeps its own choice, and says that there may be two', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 403, match: { method: 'GET', nth: 2 } });
    const main = await world.main(sharedWindow);
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: '1', created: 'true' } });
    expect(annotations(main)).toEqual([expect.stringMatching(inDoubt)]);
  });

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

  test('one that lies farther ahead is left alone, and another is opened', async () => {
    const world = createWorld();
    await world.main(announce('+15m3s'));
    const main = await world.main(ownWindow, anotherRun);
    expect(main.outputs).toMatchObject({ id: '2', created: 'true' });
    await world.pass(60_000);
    await world.post(main);
    expect(world.page()).toEqual(['window 1 scheduled 12:15:03-12:45:03', 'window 2 past 12:00:02-12:01:02']);
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

describe('a re-run', () => {
  const again = { run: { attempt: 2 } } as const;

  test('reuses the window that its earlier attempt left', async () => {
    const world = createWorld();
    const first = await world.main(window);
    await world.post(first, { 'job-status': 'failure' });
    await world.pass(1_200_000);
    const second = await world.main(window, again);
    expect(second.outputs).toMatchObject({ id: '1', created: 'false', marker: first.outputs.marker });
    expect(second.said).toEqual([expect.stringMatching(/^info: Reusing/)]);
    expect(world.page()).toEqual(['window 1 active 12:00:00-12:50:00']);
    await world.pass(60_000);
    await world.post(second);
    expect(world.page()).toEqual(['window 1 past 12:00:00-12:21:00']);
  });

  test('reuses the incident that its earlier attempt left open', async () => {
    const world = createWorld();
    await world.post(await world.main(incident), { 'job-status': 'failure' });
    const second = await world.main(incident, again);
    expect(second.outputs).toMatchObject({ id: '1', created: 'false', state: 'investigating' });
    await world.post(second);
    expect(world.emulator.incidents()).toMatchObject([{ state: 'resolved' }]);
  });

  test('opens a new one if the earlier is resolved or over', async () => {
    const world = createWorld();
    for (const inputs of [window, incident]) {
      await world.pass(1_000);
      await world.post(await world.main(inputs));
      await world.pass(2_000);
      expect((await world.main(inputs, again)).outputs).toMatchObject({ id: '2', created: 'true' });
    }
  });

  test.each([
    ['another run', { id: '9123456790', attempt: 2 }],
    ['another job', { job: 'other', attempt: 2 }],
    ['another step', { step: '__other', attempt: 2 }],
    ['another workflow', { workflow: 'acme/shop/.github/workflows/other.yml', attempt: 2 }],
    ['another repository', { repository: 'acme/other', attempt: 2 }],
  ])('never adopts the record of %s', async (_whose, run) => {
    const world = createWorld();
    await world.main(window);
    expect((await world.main(window, { run })).outputs).toMatchObject({ id: '2', created: 'true' });
  });

  test('never adopts the record of another leg, and that of its own whatever the order of its keys', async () => {
    const world = createWorld();
    const leg = (matrix: string) => ({ ...window, matrix });
    await world.main(leg('{"os":"linux","region":"eu"}'));
    expect((await world.main(leg('{"os":"linux","region":"us"}'), again)).outputs.created).toBe('true');
    expect((await world.main(leg('{"region":"eu","os":"linux"}'), again)).outputs).toMatchObject({ id: '1' });
  });

  test('searches for nothing without a reference', async () => {
    const world = createWorld();
    await world.main({ ...window, marker: 'false' }, again);
    expect(world.requests()).toEqual(['POST /maintenances 201']);
    expect(world.journal()[0]?.body).toMatchObject({
      message: 'We are installing an update. Short interruptions are possible.',
    });
  });

  test('that cannot find out whether its earlier record is there opens none, and the post step searches again', async () => {
    const world = createWorld({ messageInLists: false, order: 'oldest' });
    const theirs = { status_page_id: acme, title: 'Theirs' };
    for (let number = 1; number <= 21; number += 1) await world.people('POST', '/incidents', theirs);
    await world.post(await world.main(incident), { 'job-status': 'failure' });
    const main = await world.main(incident, again);
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: 'none' } });
    expect(main.said).toEqual([expect.stringMatching(/^warning: .*searching the page failed/)]);
    expect(world.emulator.incidents()).toHaveLength(22);
    for (let number = 1; number <= 21; number += 1) await world.people('DELETE', `/incidents/${number}`);
    await world.post(main);
    expect(world.emulator.incidents()).toMatchObject([{ id: 22, state: 'resolved' }]);
  });

  test('that may not search fails main, because a second notice would be worse', async () => {
    const world = createWorld({ scopes: ['maintenances:write'] });
    const main = await world.main(window, again);
    expect(main).toMatchObject({ exitCode: 1, said: [expect.stringMatching(/^error: .*the scope maintenances:read/)] });
    expect(world.page()).toEqual([]);
    expect((await world.post(main)).said).toEqual(['info: Nothing was left on the page.']);
  });
});
