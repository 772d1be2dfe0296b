import { describe, expect, test } from '@jest/globals';
import type { Send } from '../../src/statuspage/wire.ts';
import { acme, annotations, createWorld, incident, window } from '../support/world.ts';

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

  test.each(['whole', 'one-line', 'html'] as const)(
    'is found by a third attempt too if the server empties the message of the reused window, which it shows as %s',
    async (messageForm) => {
      const world = createWorld({ windowPatch: 'wipe', messageForm });
      await world.main(window);
      await world.pass(1_200_000);
      expect(annotations(await world.main(window, again))).toEqual([]);
      await world.pass(1_200_000);
      const third = await world.main(window, { run: { attempt: 3 } });
      expect(third.outputs).toMatchObject({ id: '1', created: 'false' });
    },
  );

  test('says that later runs cannot find the reused window if its emptied message does not arrive again', async () => {
    const world = createWorld({ windowPatch: 'wipe', messageForm: 'html' });
    await world.main(window);
    await world.pass(1_200_000);
    let changes = 0;
    const losingTexts =
      (send: Send): Send =>
      (request) => {
        changes += request.method === 'PATCH' ? 1 : 0;
        return send(request.method === 'PATCH' && changes > 1 ? { ...request, body: '{"end_at":"soon"}' } : request);
      };
    const second = await world.main(window, { ...again, wire: losingTexts });
    expect(annotations(second)).toEqual([expect.stringMatching(/^warning: .*without its last line "Ref: …"/)]);
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

  test('is what an own incident with a key searches for, so its first attempt needs one request and no right to read', async () => {
    const world = createWorld({ scopes: ['incidents:write'] });
    const keyed = { ...incident, 'deployment-key': 'production' };
    expect(await world.main(keyed)).toMatchObject({ exitCode: 0, outputs: { id: '1', created: 'true' } });
    expect(world.requests()).toEqual(['POST /incidents 201']);
    world.emulator.setOptions({
      keys: [{ key: incident['api-key'], name: 'all', scopes: ['incidents:read', 'incidents:write'] }],
    });
    expect((await world.main(keyed, again)).outputs).toMatchObject({ id: '1', created: 'false' });
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
    expect((await world.post(main)).said).toEqual(['info: Nothing to end: nothing is left on the page.']);
  });
});

test('a lost create of a notice that is reachable by its id alone never takes that of an earlier attempt', async () => {
  const world = createWorld();
  const inputs = { ...window, 'auto-resolve': 'false' };
  await world.main(inputs);
  await world.pass(5_000);
  world.emulator.addFault({ kind: 'reset', when: 'after', match: { method: 'POST', nth: 1 } });
  const again = await world.main(inputs, { run: { attempt: 2 } });
  expect(again.exitCode).toBe(0);
  expect(again.outputs.id).toBe('2');
  expect(world.page()).toHaveLength(2);
});
