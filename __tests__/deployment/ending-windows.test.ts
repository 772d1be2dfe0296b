import { describe, expect, test } from '@jest/globals';
import { annotations, createWorld, deployed, window } from '../support/world.ts';

describe('what is done about the window', () => {
  test.each([
    ['success', {}, 'past 12:00:00-12:07:00'],
    ['skipped', {}, 'past 12:00:00-12:07:00'],
    ['failure', {}, 'active 12:00:00-12:30:00'],
    ['cancelled', {}, 'active 12:00:00-12:30:00'],
    ['failure', { 'on-failure': 'resolve' }, 'past 12:00:00-12:07:00'],
    ['failure', { 'on-cancel': 'resolve' }, 'active 12:00:00-12:30:00'],
    ['cancelled', { 'on-cancel': 'resolve' }, 'past 12:00:00-12:07:00'],
    ['cancelled', { 'on-failure': 'resolve' }, 'active 12:00:00-12:30:00'],
  ] as const)('after %s, with %j', async (status, inputs, expected) => {
    const { world, main } = await deployed(window);
    const post = await world.post(main, { 'job-status': status, ...inputs });
    expect(post.exitCode).toBe(0);
    expect(world.page()).toEqual([`window 1 ${expected}`]);
    const ends = expected.startsWith('past');
    expect(annotations(post)).toHaveLength(ends ? 0 : 1);
    // The page is listed for what earlier runs left: after a success, and if the window stays.
    expect(world.requests()).toEqual([
      'POST /maintenances 201',
      ...(status === 'success' || !ends ? ['GET /maintenances 200'] : []),
      ...(ends ? ['PATCH /maintenances/1 200'] : []),
    ]);
  });

  test.each(['success', 'failure', 'cancelled', 'skipped'] as const)(
    'the outcome %s of a step counts for more than the status of the job',
    async (outcome) => {
      const { world, main } = await deployed(window);
      const status = outcome === 'success' ? 'failure' : 'success';
      await world.post(main, { outcome, 'job-status': status });
      const ends = ['success', 'skipped'].includes(outcome);
      expect(world.page()).toEqual([`window 1 ${ends ? 'past 12:00:00-12:07:00' : 'active 12:00:00-12:30:00'}`]);
    },
  );

  test('a window that is kept is named with its end, what ends it next, and the command that ends it now', async () => {
    const { world, main } = await deployed(window);
    const post = await world.post(main, { 'job-status': 'failure' });
    expect(annotations(post)).toEqual([
      expect.stringMatching(
        /^warning: The deployment failed, so .*stays until 12:30 UTC\. The next successful run of this step ends it\. To end it now, use the dashboard of StatusPage\.me, or the request in the summary of this job\.$/,
      ),
    ]);
    expect(post.summary).toMatch(/^### ⚠️ Still under maintenance until 12:30 UTC/);
  });
});

describe('the end of a window', () => {
  test('is rounded up to the full second, by one field', async () => {
    const { world, main } = await deployed(window);
    await world.pass(1);
    await world.post(main);
    expect(world.journal().at(-1)?.body).toEqual({ end_at: '2026-03-14T12:07:01Z' });
  });

  test('is never before its start and a second', async () => {
    const world = createWorld();
    await world.post(await world.main(window));
    await world.pass(1_000);
    expect(world.page()).toEqual(['window 1 past 12:00:00-12:00:01']);
  });

  test('is the present of the server, if that has another clock', async () => {
    for (const clockSkewSeconds of [-600, -20, 20, 600]) {
      const { world, main } = await deployed(window, { clockSkewSeconds });
      await world.post(main);
      await world.pass(1_000);
      const [left] = world.emulator.windows();
      expect(left?.state).toBe('past');
      const serverNowMs = world.clock.now().getTime() + clockSkewSeconds * 1000;
      expect(Math.abs((left?.endAt ?? 0) - serverNowMs)).toBeLessThanOrEqual(2_000);
    }
  });

  test.each([401, 403])('that is refused with %d is not sent again', async (status) => {
    const { world, main } = await deployed(window);
    world.emulator.addFault({ kind: 'status', status, match: { method: 'PATCH' } });
    const post = await world.post(main);
    expect(post.exitCode).toBe(0);
    expect(world.requests().slice(1)).toEqual(['GET /maintenances 200', `PATCH /maintenances/1 ${status}`]);
    expect(annotations(post)).toHaveLength(1);
  });

  test('whose answer was lost is sent again, because that changes nothing', async () => {
    const { world, main } = await deployed(window);
    world.emulator.addFault({ kind: 'reset', when: 'after', match: { method: 'PATCH' } });
    expect(annotations(await world.post(main))).toEqual([]);
    expect(world.page()).toEqual(['window 1 past 12:00:00-12:07:00']);
  });

  test('works if replies show nothing but an id', async () => {
    const bare = { createReply: 'id-only', changeReply: 'empty', ids: 'opaque', envelope: 'bare' } as const;
    const { world, main } = await deployed(window, bare);
    await world.post(main);
    expect(world.emulator.windows()).toMatchObject([{ state: 'past' }]);
    expect(world.requests()).toEqual([
      'POST /maintenances 201',
      // Only a read shows whether the reference came back.
      expect.stringMatching(/^GET \/maintenances\/\S+ 200$/),
      'GET /maintenances 200',
      expect.stringMatching(/^PATCH \/maintenances\/\S+ 200$/),
    ]);
  });
});

describe('a window that is not as it was left', () => {
  test('that has not begun is deleted', async () => {
    const world = createWorld();
    const main = await world.main({ ...window, start: '+1h', 'auto-resolve': 'true' });
    expect(main.outputs.state).toBe('scheduled');
    const post = await world.post(main);
    expect(world.page()).toEqual([]);
    expect(post.said).toEqual([expect.stringMatching(/^info: Deleted .*it had not begun/)]);
  });

  test('that was over before the deployment is named with the gap and a sufficient duration', async () => {
    const world = createWorld();
    const main = await world.main({ ...window, duration: '5m' });
    await world.pass(720_000);
    const post = await world.post(main);
    expect(world.page()).toEqual(['window 1 past 12:00:00-12:05:00']);
    expect(annotations(post)).toEqual([
      expect.stringMatching(/^warning: .*ended by itself at 12:05 UTC, 7m before.*duration to 15m/),
    ]);
    expect(world.requests().filter((request) => request.startsWith('PATCH'))).toEqual([]);
  });

  test('that was over, and whose end a person has moved meanwhile, is ended', async () => {
    const world = createWorld();
    const main = await world.main({ ...window, duration: '5m' });
    await world.people('PATCH', '/maintenances/1', { end_at: '2026-03-14T14:00:00Z' });
    await world.pass(720_000);
    await world.post(main);
    expect(world.page()).toEqual(['window 1 past 12:00:00-12:12:00']);
  });

  test('that was over by what we know, and that cannot be read now, is ended, because a person may have put it off', async () => {
    const world = createWorld();
    const main = await world.main({ ...window, duration: '5m' });
    await world.people('PATCH', '/maintenances/1', { end_at: '2026-03-14T14:00:00Z' });
    await world.pass(720_000);
    world.emulator.addFault({ kind: 'silence', match: { method: 'GET', path: '/maintenances/1' }, times: 'always' });
    const post = await world.post(main);
    expect(world.page()).toEqual(['window 1 past 12:00:00-12:05:00']);
    expect(post.said.join('\n')).not.toContain('ended by itself');
  });

  test('that was over, and that the key may not read, counts as over', async () => {
    const world = createWorld({ scopes: ['maintenances:write'] });
    const main = await world.main({ ...window, duration: '5m' });
    await world.pass(720_000);
    const post = await world.post(main);
    expect(annotations(post)).toEqual([expect.stringMatching(/^warning: .*ended by itself at 12:05/)]);
    expect(world.page()).toEqual(['window 1 past 12:00:00-12:05:00']);
  });

  test('that was over by what was announced, and shows no times, is over', async () => {
    const world = createWorld({ timesInReplies: false });
    const main = await world.main({ ...window, duration: '5m' });
    await world.pass(720_000);
    await world.post(main);
    // It is read before its end would be sent, and not once more for the list, which shows no times.
    expect(world.requests()).toEqual(['POST /maintenances 201', 'GET /maintenances 200', 'GET /maintenances/1 200']);
  });

  test('that was over when the deployment failed needs no request', async () => {
    const world = createWorld();
    const main = await world.main({ ...window, duration: '5m' });
    await world.pass(720_000);
    await world.post(main, { 'job-status': 'failure' });
    expect(world.requests()).toEqual(['POST /maintenances 201']);
  });

  test.each([
    ['30m', 'PATCH /maintenances/1 404'],
    ['5m', 'GET /maintenances/1 404'],
  ])('that a person has deleted is a line of the log (announced for %s)', async (duration, last) => {
    const world = createWorld();
    const main = await world.main({ ...window, duration });
    await world.people('DELETE', '/maintenances/1');
    await world.pass(720_000);
    const post = await world.post(main);
    expect(post).toMatchObject({
      exitCode: 0,
      said: [expect.stringMatching(/^info: Nothing to do: .*no longer exists/)],
    });
    expect(world.requests().at(-1)).toBe(last);
  });

  test('that may have been created, and that is there twice, is ended twice', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'silence', when: 'after', match: { method: 'POST' } });
    world.emulator.addFault({ kind: 'status', status: 403, times: 1, match: { method: 'GET' } });
    const main = await world.main(window);
    expect(main.outputs.id).toBe('none');
    const body = world.journal()[0]?.body;
    await world.people('POST', '/maintenances', body);
    await world.pass(60_000);
    await world.post(main);
    expect(world.emulator.windows()).toMatchObject([{ state: 'past' }, { state: 'past' }]);
  });
});

describe('a server whose clock is off', () => {
  test.each([31, 600, -31, -600])('by %d s moves the window to its own time by one PATCH', async (clockSkewSeconds) => {
    const world = createWorld({ clockSkewSeconds });
    const main = await world.main(window);
    expect(world.requests()).toEqual(['POST /maintenances 201', 'PATCH /maintenances/1 200']);
    const [moved] = world.emulator.windows();
    const serverNowMs = world.clock.now().getTime() + clockSkewSeconds * 1000;
    expect(moved).toMatchObject({ state: 'active' });
    expect(Math.abs((moved?.startAt ?? 0) - serverNowMs)).toBeLessThanOrEqual(1_000);
    expect((moved?.endAt ?? 0) - (moved?.startAt ?? 0)).toBe(1_800_000);
    expect(Date.parse(main.outputs['start-at'] ?? '')).toBe(moved?.startAt);
    await world.pass(60_000);
    await world.post(main);
    await world.pass(1_000);
    expect(world.emulator.windows()).toMatchObject([{ state: 'past' }]);
  });

  test.each([29, -29])('by %d s is close enough', async (clockSkewSeconds) => {
    const world = createWorld({ clockSkewSeconds });
    await world.main(window);
    expect(world.requests()).toEqual(['POST /maintenances 201']);
  });

  test('and known from the search for a page costs no PATCH', async () => {
    const world = createWorld({ clockSkewSeconds: 600 });
    await world.main({ ...window, 'status-page': 'acme' });
    expect(world.requests()).toEqual(['GET /status-pages 200', 'POST /maintenances 201']);
    expect(world.page()).toEqual(['window 1 active 12:10:00-12:40:00']);
  });

  test.each([400, 409, 422] as const)(
    'and that refuses a window with %d because it is over by its own clock gets one at its own time',
    async (endRefusalStatus) => {
      const world = createWorld({ clockSkewSeconds: 600, refuseEndInPast: true, endRefusalStatus });
      const main = await world.main({ ...window, duration: '5m' });
      expect(main).toMatchObject({ exitCode: 0, outputs: { 'start-at': '2026-03-14T12:10:00Z' } });
      expect(world.requests()).toEqual([`POST /maintenances ${endRefusalStatus}`, 'POST /maintenances 201']);
      expect(world.page()).toEqual(['window 1 active 12:10:00-12:15:00']);
    },
  );

  test('and that refuses such a window with 409 gets another one without a reference too: the first could not be open', async () => {
    const world = createWorld({ clockSkewSeconds: 600, refuseEndInPast: true, endRefusalStatus: 409 });
    const main = await world.main({ ...window, duration: '5m', marker: 'false' });
    expect(annotations(main)).toEqual([]);
    expect(world.requests()).toEqual(['POST /maintenances 409', 'POST /maintenances 201']);
  });

  test('and that answers 409 for a window that may be open gets one at its own time only after two searches', async () => {
    const world = createWorld({ clockSkewSeconds: 600 });
    world.emulator.addFault({ kind: 'status', status: 409 });
    await world.main(window);
    expect(world.requests()).toEqual([
      'POST /maintenances 409',
      'GET /maintenances 200',
      'GET /maintenances 200',
      'POST /maintenances 201',
    ]);
    expect(world.page()).toEqual(['window 1 active 12:10:04-12:40:04']);
  });

  test('and that answers 409 for a window that may be open is not asked again without a reference', async () => {
    const world = createWorld({ clockSkewSeconds: 600 });
    world.emulator.addFault({ kind: 'status', status: 409 });
    const main = await world.main({ ...window, marker: 'false' });
    expect(world.requests()).toEqual(['POST /maintenances 409']);
    expect(annotations(main)[0]).toMatch(/^error: .*The window may exist/);
  });

  test('and that shows a window late which it answered with 409 gets that one moved to its own time', async () => {
    const world = createWorld({ clockSkewSeconds: 600, listLagMs: 4_500 });
    const match = { method: 'POST' } as const;
    world.emulator.addFault({ kind: 'status', status: 409, when: 'after', match });
    world.emulator.addFault({ kind: 'reset', when: 'before', match });
    const main = await world.main({ ...window, duration: '30m' });
    expect(main.outputs).toMatchObject({ id: '1', 'start-at': expect.stringMatching(/T12:10:/) });
    expect(world.page()).toEqual([expect.stringMatching(/^window 1 active 12:10:..-12:40:..$/)]);
  });

  test('and that does not answer when a window is sent again at its own time is reported with the end that was sent', async () => {
    const world = createWorld({ clockSkewSeconds: 600, refuseEndInPast: true });
    world.emulator.addFault({ kind: 'reset', when: 'after', match: { method: 'POST', nth: 2 } });
    const main = await world.main({ ...window, duration: '5m', marker: 'false', 'on-api-error': 'fail' });
    expect(world.page()).toEqual(['window 1 active 12:10:00-12:15:00']);
    expect(annotations(main).join('\n')).toMatch(/if it is there, ends by itself at 12:15 UTC/);
  });

  test('and that answers neither the move nor a read gets the end of the window, which may have been moved', async () => {
    const world = createWorld({ clockSkewSeconds: 600 });
    world.emulator.addFault({ kind: 'silence', when: 'after', match: { method: 'PATCH' }, times: 2 });
    world.emulator.addFault({ kind: 'silence', match: { method: 'GET' }, times: 'always' });
    const inputs = { ...window, duration: '5m', 'on-api-error': 'fail', 'notify-subscribers': 'true' };
    const main = await world.main(inputs);
    expect(main.exitCode).toBe(1);
    await world.post(main);
    await world.pass(1_000);
    expect(world.emulator.windows()).toMatchObject([{ state: 'past' }]);
  });

  test('and that refuses a window for another reason is not asked again', async () => {
    const world = createWorld({ clockSkewSeconds: 20 });
    world.emulator.addFault({ kind: 'status', status: 400 });
    expect(await world.main(window)).toMatchObject({ exitCode: 1 });
    expect(world.requests()).toEqual(['POST /maintenances 400']);
  });

  test.each([600, -600])(
    'by %d s and that refuses the move lets the deployment continue: no workflow can fix a clock',
    async (clockSkewSeconds) => {
      const world = createWorld({ clockSkewSeconds });
      world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'PATCH' }, times: 2 });
      const main = await world.main(window);
      expect(main).toMatchObject({
        exitCode: 0,
        outputs: { id: '1', created: 'true', 'start-at': '2026-03-14T12:00:00Z' },
      });
      expect(main.said).toEqual([
        expect.stringMatching(/^info: Opened /),
        expect.stringMatching(
          /^warning: Could not set the times of .*The window is open, but .* begins and ends 10 min/,
        ),
      ]);
      expect(world.emulator.windows()).toMatchObject([{ state: clockSkewSeconds > 0 ? 'active' : 'scheduled' }]);
      await world.pass(60_000);
      await world.post(main);
      await world.pass(1_000);
      expect(world.page().filter((line) => !line.includes('past'))).toEqual([]);
    },
  );

  test('and that refuses the move fails main with on-api-error: fail, and leaves nothing', async () => {
    const world = createWorld({ clockSkewSeconds: 600 });
    world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'PATCH' }, times: 'always' });
    const main = await world.main({ ...window, 'on-api-error': 'fail' });
    expect(main.exitCode).toBe(1);
    expect(world.page()).toEqual([]);
  });

  test('moves no window whose start the user has given', async () => {
    const world = createWorld({ clockSkewSeconds: 600 });
    await world.main({ ...window, start: '2026-03-14T12:05:00Z', 'auto-resolve': 'true' });
    expect(world.requests()).toEqual(['POST /maintenances 201']);
    expect(world.page()).toEqual(['window 1 active 12:05:00-12:35:00']);
  });

  test('is remembered, so that the post step ends at the right second with its first request', async () => {
    const world = createWorld({ clockSkewSeconds: 600 });
    const main = await world.main(window);
    await world.pass(60_000);
    await world.post(main);
    expect(world.requests().slice(2)).toEqual(['GET /maintenances 200', 'PATCH /maintenances/1 200']);
    expect(world.page()).toEqual(['window 1 past 12:10:00-12:11:00']);
  });
});
