import { describe, expect, test } from '@jest/globals';
import { readStateChunks } from '../../src/deployment/deployment.ts';
import type { Inputs } from '../support/test-host.ts';
import {
  acme,
  annotations,
  beta,
  createWorld,
  incident,
  type Kill,
  type Stage,
  type World,
  window,
} from '../support/world.ts';

const whens: readonly Kill['when'][] = ['before', 'under-way', 'after'];
const theirWindow = 'window 1 active 11:00:00-11:00:00';
const theirIncident = 'incident 1 investigating "Power supply."';

/** A page with a window and an incident of other people. */
async function createPeopledWorld(): Promise<World> {
  const world = createWorld();
  const theirs = { status_page_id: acme, title: 'Theirs', message: 'Power supply.' };
  const times = { start_at: '2026-03-14T11:00:00Z', end_at: '2026-03-15T11:00:00Z' };
  await world.people('POST', '/maintenances', { ...theirs, ...times });
  await world.people('POST', '/incidents', theirs);
  return world;
}

/** Everything that happens if the process is killed at each of its requests, in each way, up to the run in which it lives. */
async function* killEverywhere(
  prepare: (world: World) => Promise<unknown>,
  inputs: Inputs,
  attempt = 1,
): AsyncGenerator<{ readonly world: World; readonly main: Stage; readonly killed: string }> {
  for (const when of whens) {
    for (let request = 1; ; request += 1) {
      const world = await createPeopledWorld();
      await prepare(world);
      const main = await world.main(inputs, { run: { attempt }, kill: { request, when } });
      if (main.exitCode !== undefined) break;
      yield { world, main, killed: `${when} request ${request}` };
    }
  }
}

const onFailure = { 'job-status': 'failure', 'on-failure': 'keep', 'on-cancel': 'keep' } as const;

describe('main was killed, so nothing was deployed, and nothing stays', () => {
  const cases: readonly (readonly [string, Inputs, number])[] = [
    ['a window', window, 1],
    ['an incident', incident, 1],
    ['a window of a re-run', window, 2],
    ['a window of its own with a key', { ...window, 'deployment-key': 'production' }, 1],
    ['an incident of its own with a key', { ...incident, 'deployment-key': 'production' }, 1],
    ['a shared window without a key', { ...window, 'auto-resolve': 'false' }, 1],
    ['windows on two pages', { ...window, 'status-page': `${acme},${beta}` }, 1],
    ['a window on a page with a slug', { ...window, 'status-page': 'acme' }, 1],
    ['a window ahead', { ...window, start: '+1h', 'auto-resolve': 'true' }, 1],
    ['a window that may become an incident', { ...window, 'on-failure': 'incident', outcome: 'success' }, 1],
  ];

  test('but if the page cannot be searched, the post step says what it could not undo', async () => {
    const world = createWorld();
    const main = await world.main(window, { kill: { request: 1, when: 'under-way' } });
    world.emulator.addFault({ kind: 'status', status: 503, times: 'always', match: { method: 'GET' } });
    const post = await world.post(main, onFailure);
    expect(annotations(post)).toEqual([
      expect.stringMatching(/^warning: Could not undo the maintenance window .*HTTP 503/),
    ]);
  });

  test.each(cases)('of %s', async (_what, inputs, attempt) => {
    let kills = 0;
    for await (const { world, main, killed } of killEverywhere(async () => {}, inputs, attempt)) {
      kills += 1;
      await world.pass(5_000);
      const post = await world.post(main, { ...onFailure, ...('outcome' in inputs && { outcome: 'failure' }) });
      expect({ killed, exitCode: post.exitCode, page: world.page() }).toEqual({
        killed,
        exitCode: 0,
        page: [theirWindow, theirIncident],
      });
      expect(post.said.filter((line) => !line.startsWith('info: '))).toEqual([]);
    }
    expect(kills).toBeGreaterThanOrEqual(3);
  });

  test('of a notice that was mailed: the window is ended, the incident is resolved with the words of a cancel', async () => {
    for (const inputs of [window, incident]) {
      const mailing = { ...inputs, 'notify-subscribers': 'true' };
      for await (const { world, main, killed } of killEverywhere(async () => {}, mailing)) {
        await world.pass(60_000);
        await world.post(main, onFailure);
        const mailed = world.emulator.mails().length;
        const endOfWindow = 'window 2 past 12:00:00-12:01:00';
        const endOfIncident =
          'incident 2 investigating "We are installing an update.", resolved "The update was stopped."';
        const left = {
          maintenance: [theirWindow, ...(mailed ? [endOfWindow] : []), theirIncident],
          incident: [theirWindow, theirIncident, ...(mailed ? [endOfIncident] : [])],
        };
        expect({ killed, page: world.page() }).toEqual({
          killed,
          page: inputs === window ? left.maintenance : left.incident,
        });
      }
    }
  });

  test('even if replies show no times', async () => {
    for (const inputs of [window, incident]) {
      const world = createWorld({ timesInReplies: false });
      const main = await world.main(
        { ...inputs, 'notify-subscribers': 'true' },
        { kill: { request: 1, when: 'after' } },
      );
      await world.pass(60_000);
      const post = await world.post(main, { 'cancel-message': 'Off after {elapsed}.' });
      expect(post.said).toEqual([expect.stringMatching(/^info: (Ended|Resolved) /)]);
      expect(world.page()).toEqual([
        inputs === window
          ? 'window 1 past 12:00:00-12:01:00'
          : 'incident 1 investigating "We are installing an update.", resolved "Off after 1 min."',
      ]);
    }
  });

  test('even if a create is still under way when the post step searches', async () => {
    const world = await createPeopledWorld();
    world.emulator.addFault({ kind: 'delay', ms: 2_500 });
    const main = await world.main(window, { kill: { request: 1, when: 'under-way' } });
    const post = await world.post(main);
    expect(post.tookMs).toBe(3_000);
    expect(world.page()).toEqual([theirWindow, theirIncident]);
    expect(world.requests()).toEqual([
      'POST /maintenances 201',
      'GET /maintenances 200',
      'GET /maintenances 200',
      'DELETE /maintenances/2 200',
    ]);
  });

  test('and if nothing was created, the page is searched twice and one line says so', async () => {
    const world = await createPeopledWorld();
    const main = await world.main(window, { kill: { request: 1, when: 'before' } });
    const post = await world.post(main);
    expect(world.requests()).toEqual(['GET /maintenances 200', 'GET /maintenances 200']);
    expect(post.said).toEqual([expect.stringMatching(/^info: Nothing to end/)]);
  });
});

describe('main was killed in a re-run', () => {
  test('the record of the earlier attempt stays as it was', async () => {
    const kept = { ...incident, 'on-failure': 'keep' };
    const fail = async (world: World) => world.post(await world.main(kept), { 'job-status': 'failure' });
    for await (const { world, main, killed } of killEverywhere(fail, kept, 2)) {
      await world.post(main, onFailure);
      const failed =
        'incident 2 investigating "We are installing an update.", ' +
        'investigating "An update did not complete as planned. We are looking into it."';
      expect({ killed, page: world.page() }).toEqual({ killed, page: [theirWindow, theirIncident, failed] });
    }
  });
});

describe('main was killed while it opened a shared record with a key', () => {
  const shared = { ...window, 'deployment-key': 'production', 'auto-resolve': 'false' };

  test('the next step reuses what is there, and there is one', async () => {
    for await (const { world, main } of killEverywhere(async () => {}, shared)) {
      await world.post(main, onFailure);
      const next = await world.main(shared, { run: { id: '9123456790' } });
      expect(next.exitCode).toBe(0);
      const ours = world.emulator.windows().filter(({ title }) => title !== 'Theirs');
      expect(ours).toHaveLength(1);
      expect(next.outputs.id).toBe(String(ours[0]?.id));
    }
  });

  test('what others have opened stays', async () => {
    const open = (world: World) => world.main(shared, { run: { id: '9123456780' } });
    for await (const { world, main, killed } of killEverywhere(open, shared)) {
      await world.post(main, onFailure);
      expect({ killed, page: world.page() }).toEqual({
        killed,
        // The end may have moved for us.
        page: [theirWindow, expect.stringMatching(/^window 2 active 12:00:00-12:30:0\d$/), theirIncident],
      });
    }
  });
});

test('main was killed while it took a shared window over: the window stays, and its end is not brought forward', async () => {
  const shared = { ...window, 'deployment-key': 'production', 'auto-resolve': 'false', start: '+10m' };
  const own = { ...window, 'deployment-key': 'production' };
  for await (const { world, main, killed } of killEverywhere((world) => world.main(shared), own)) {
    const post = await world.post(main, onFailure);
    expect(post.said).toEqual([expect.stringMatching(/^info: /)]);
    const stayed = world.page().at(1);
    expect({ killed, stayed }).toEqual({
      killed,
      stayed: expect.stringMatching(/^window 2 (scheduled 12:10:00|active 12:00:0\d)-12:40:00$/),
    });
  }
});

test('the state is saved before the request that creates something, and again when the id is known', async () => {
  const saved = (main: Stage) => readStateChunks((name) => main.states.at(-1)?.[name])?.records[0];
  const before = await createWorld().main(window, { kill: { request: 1, when: 'before' } });
  expect(saved(before)).toMatchObject({
    stage: 'opening',
    reference: expect.stringMatching(/^d[0-9a-z]{8}-46vvcb9-01[0-9a-z]{14}$/),
  });
  expect(saved(before)?.id).toBeUndefined();
  const after = await createWorld().main(window, { kill: { request: 1, when: 'after' } });
  expect(after.states).toEqual(before.states);
  const main = await createWorld({ clockSkewSeconds: 90 }).main(window, { kill: { request: 2, when: 'before' } });
  expect(saved(main)).toMatchObject({ stage: 'open', id: '1' });
  expect(JSON.stringify(main.states)).not.toContain('spk_');
});
