import { describe, expect, test } from '@jest/globals';
import type { Run } from '../../src/domain/run.ts';
import { startFakeGitHub } from '../github/fake-github.ts';
import { acme, type Circumstances, createWorld, incident, type WorldOptions, window } from '../support/world.ts';
import { deploy, minute } from './deploy.ts';

const onFailure = { ...window, 'on-failure': 'incident' } as const;

describe('a deployment that failed, and then a green one', () => {
  test('leave nothing on the page, and the failed run says that the next one ends its window', async () => {
    const world = createWorld();
    const { post } = await deploy(world, '1', 'failure');
    expect(world.page()).toEqual(['window 1 active 12:00:00-12:30:00']);
    expect(post.said.join('\n')).toContain('The next successful run of this step ends it');
    const green = await deploy(world, '2', 'success');
    expect(world.page()).toEqual(['window 1 past 12:00:00-12:09:00', 'window 2 past 12:05:00-12:09:00']);
    expect(green.post.said.join('\n')).toContain('of an earlier run');
    // The table is about the notice of this run.
    expect(green.post.summary.match(/^\| <bdi>/gm)).toHaveLength(1);
  });

  test('cost one request to open, and two to end with a third for what was left', async () => {
    const world = createWorld();
    await deploy(world, '1', 'failure');
    expect(world.requests()).toEqual(['POST /maintenances 201', 'GET /maintenances 200']);
    await deploy(world, '2', 'success');
    expect(world.requests().slice(2)).toEqual([
      'POST /maintenances 201',
      'GET /maintenances 200',
      'PATCH /maintenances/2 200',
      'PATCH /maintenances/1 200',
    ]);
  });

  test('ask for the list once, also if a main was not answered and post must search for its window', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'reset', when: 'after', match: { method: 'POST' } });
    world.emulator.addFault({ kind: 'status', status: 503, match: { method: 'GET' }, times: 50 });
    const main = await world.main(window, { run: { id: '1' } });
    world.emulator.clearFaults();
    const before = world.requests().length;
    await world.post(main, { 'job-status': 'success' });
    expect(world.requests().slice(before)).toEqual(['GET /maintenances 200', 'PATCH /maintenances/1 200']);
    await world.pass(minute);
    expect(world.page()).toEqual([expect.stringMatching(/^window 1 past/)]);
  });

  test('after three failures one window is on the page between the runs', async () => {
    const world = createWorld();
    for (const id of ['1', '2', '3']) {
      await deploy(world, id, 'failure');
      expect(world.page().filter((line) => line.includes('active'))).toHaveLength(1);
    }
    await deploy(world, '4', 'success');
    expect(world.page().filter((line) => !line.includes('past'))).toEqual([]);
  });

  test('is the same after a cancel', async () => {
    const world = createWorld();
    await deploy(world, '1', 'cancelled');
    expect(world.page()).toHaveLength(1);
    await deploy(world, '2', 'success');
    expect(world.page().filter((line) => !line.includes('past'))).toEqual([]);
  });

  test('delete a window that was opened by a fast clock, if its main was killed before it could move the window', async () => {
    const world = createWorld({ clockSkewSeconds: -1_200 });
    await world.main(window, { run: { id: '1' }, kill: { request: 1, when: 'after' } });
    expect(world.page()).toEqual(['window 1 scheduled 12:00:00-12:30:00']);
    await deploy(world, '2', 'success');
    expect(world.page()).toEqual([expect.stringMatching(/^window 2 past/)]);
  });

  test.each<[string, { earlier?: boolean; edited?: boolean; recover?: string }, boolean]>([
    ['says that the next run resolves the incident that it opened', {}, true],
    ['says so of the incident of an earlier failure too', { earlier: true }, true],
    ['promises nothing if recover is false', { recover: 'false' }, false],
    ['promises nothing if a person has edited the incident', { earlier: true, edited: true }, false],
  ])('a failure %s', async (_, { earlier, edited, recover = '' }, promises) => {
    const world = createWorld();
    const inputs = { ...onFailure, recover };
    if (earlier) await deploy(world, '1', 'failure', inputs);
    if (edited) await world.people('POST', '/incidents/1/updates', { message: 'We look into it.' });
    const { post } = await deploy(world, '2', 'failure', inputs);
    const said = post.said.join('\n');
    expect(said).toMatch(/^warning: The deployment failed/m);
    expect(said.includes('The next successful run of this step resolves it, unless a person edits it.')).toBe(promises);
    await deploy(world, '3', 'success', inputs);
    expect(world.page().some((line) => line.startsWith('incident') && !line.includes('resolved'))).toBe(!promises);
  });

  test('a failure promises nothing of its incident if its key may not list incidents, or no reply shows reference and state', async () => {
    const cases: readonly WorldOptions[] = [
      { scopes: ['maintenances:write', 'maintenances:read', 'incidents:write'] },
      { createReply: 'id-only' },
      { messageForm: 'cut' },
      { stateShape: 'none' },
    ];
    const failing = { ...onFailure, 'failure-message': 'It did not complete. '.repeat(20).trim() };
    for (const options of cases) {
      const world = createWorld(options);
      const { post } = await deploy(world, '1', 'failure', failing);
      expect(post.said.join('\n')).toMatch(/was opened\. To resolve it now, use the dashboard/);
      if (options.stateShape === undefined) continue;
      const again = await deploy(world, '2', 'failure', failing);
      expect(again.post.said.join('\n')).not.toContain('next successful run');
      await deploy(world, '3', 'success', failing);
      expect(world.emulator.incidents()).toMatchObject([{ state: 'investigating' }]);
    }
  });

  test('resolve the incident that the failure opened, without a key and without being asked', async () => {
    const world = createWorld();
    await deploy(world, '1', 'failure', onFailure);
    await deploy(world, '2', 'failure', onFailure);
    expect(world.page().filter((line) => line.startsWith('incident'))).toEqual([
      expect.stringMatching(/^incident \d+ investigating .*, investigating /),
    ]);
    await deploy(world, '3', 'success', onFailure);
    expect(world.page().filter((line) => !line.includes('past') && !line.includes('resolved'))).toEqual([]);
  });

  test('leave an incident alone that a person has edited', async () => {
    const world = createWorld();
    await deploy(world, '1', 'failure', onFailure);
    const { id } = world.emulator.incidents()[0] ?? { id: '' };
    await world.people('POST', `/incidents/${id}/updates`, { message: 'We look into it.' });
    const { post } = await deploy(world, '2', 'success', onFailure);
    expect(world.page().some((line) => line.startsWith('incident') && !line.includes('resolved'))).toBe(true);
    expect(post.said.join('\n')).toContain('a person has edited it');
  });

  test('resolve the incident that open-incident opened and that was kept', async () => {
    const world = createWorld();
    await deploy(world, '1', 'failure', incident);
    await deploy(world, '2', 'failure', incident);
    expect(world.page().filter((line) => !line.includes('resolved'))).toHaveLength(1);
    await deploy(world, '3', 'success', incident);
    expect(world.page().filter((line) => !line.includes('resolved'))).toEqual([]);
  });

  test('resolve an incident that was opened in another state, though no reply shows its timeline', async () => {
    const world = createWorld({ timelineName: 'unheard' });
    const identified = { ...incident, state: 'identified' } as const;
    await deploy(world, '1', 'failure', identified);
    await deploy(world, '2', 'success', identified);
    expect(world.emulator.incidents()).toMatchObject([{ state: 'resolved' }, { state: 'resolved' }]);
  });

  test('say nothing of a window that another run has just ended, if the server refuses the present', async () => {
    const world = createWorld({ refuseEndInPast: true });
    const older = await world.main(window, { run: { id: '1' } });
    const newer = await world.main(window, { run: { id: '2' } });
    await world.pass(minute + 500);
    const slowly: Circumstances['wire'] = (send) => async (request) => {
      await world.pass(700);
      return send(request);
    };
    await world.post(older, {}, { wire: slowly });
    const { said } = await world.post(newer, {}, { wire: slowly });
    expect(said.filter((line) => !line.startsWith('info: '))).toEqual([]);
    await world.pass(minute);
    expect(world.page().filter((line) => !line.includes('past'))).toEqual([]);
  });

  test('read an incident of an earlier run once before they resolve it', async () => {
    const world = createWorld();
    await deploy(world, '1', 'failure', incident);
    const before = world.requests().length;
    await deploy(world, '2', 'success', incident);
    expect(world.requests().slice(before)).toEqual([
      'POST /incidents 201',
      'GET /incidents 200',
      'GET /incidents/2 200',
      'POST /incidents/2/updates 201',
      'GET /incidents/1 200',
      'POST /incidents/1/updates 201',
    ]);
  });

  test('with a key that may only write, each ends its own, and one line says what was not looked for', async () => {
    const world = createWorld({ scopes: ['maintenances:write'] });
    await deploy(world, '1', 'failure');
    const { post } = await deploy(world, '2', 'success');
    expect(world.page()).toEqual(['window 1 active 12:00:00-12:30:00', 'window 2 past 12:05:00-12:09:00']);
    expect(post.said.filter((line) => line.includes('earlier runs left'))).toHaveLength(1);
    expect(post.exitCode).toBe(0);
  });
});

test('a success says so if the list of its page does not show everything', async () => {
  const world = createWorld({ messageInLists: false });
  const times = { start_at: '2026-03-14T11:00:00Z', end_at: '2026-03-14T23:00:00Z' };
  for (let number = 1; number <= 21; number += 1)
    await world.people('POST', '/maintenances', { status_page_id: acme, title: 'Theirs', ...times });
  const { post } = await deploy(world, '1', 'success');
  expect(post.said).toEqual([
    expect.stringMatching(/^info: Ended the maintenance window/),
    `info: There may be more notices that earlier runs left on ${acme}: its list does not show everything.`,
  ]);
});

describe('a green run leaves alone', () => {
  const elsewhere: readonly (readonly [string, Partial<Run>])[] = [
    ['another job', { job: 'migrate' }],
    ['another leg', { leg: '{"region":"eu"}' }],
    ['another branch', { branch: 'release' }],
    ['another choice of a person', { choices: { inputs: { target: 'staging' } } }],
    ['another workflow', { workflow: 'acme/shop/.github/workflows/other.yml' }],
    ['another repository', { repository: 'acme/other' }],
    ['another step', { step: '__acme_statuspage-me_2' }],
  ];
  test.each(elsewhere)('what %s left', async (_, run) => {
    const world = createWorld();
    await deploy(world, '1', 'failure', window, { run });
    await deploy(world, '2', 'success');
    expect(world.page()).toEqual(['window 1 active 12:00:00-12:30:00', 'window 2 past 12:05:00-12:09:00']);
  });

  test('what its own run left in another leg', async () => {
    const world = createWorld();
    await deploy(world, '1', 'failure', window, { run: { leg: '{"region":"eu"}' } });
    await deploy(world, '1', 'success', window, { run: { leg: '{"region":"us"}' } });
    expect(world.page()[0]).toBe('window 1 active 12:00:00-12:30:00');
  });

  test('an announcement that has not begun', async () => {
    const world = createWorld();
    await world.main({ ...window, start: '+2h', 'auto-resolve': 'true' }, { run: { id: '1' } });
    await deploy(world, '2', 'success');
    expect(world.page()[0]).toMatch(/^window 1 scheduled/);
  });

  test('what a run left that GitHub says is in progress, and says so', async () => {
    const github = await startFakeGitHub({
      repository: 'acme/shop',
      token: 'ghs_token',
      runs: new Map([['1', 'in_progress']]),
    });
    try {
      const world = createWorld();
      const inputs = { ...window, 'github-token': 'ghs_token' } as const;
      await deploy(world, '1', 'failure', inputs);
      const { post } = await deploy(world, '2', 'success', inputs, { githubApiUrl: github.apiUrl });
      expect(world.page()[0]).toBe('window 1 active 12:00:00-12:30:00');
      expect(post.said.join('\n')).toContain('is from another run that is still in progress');
      expect(post.summary).toMatch(/^### ⚠️ Still under maintenance until 12:30 UTC/);
    } finally {
      await github.stop();
    }
  });

  test('a window whose reference is quoted inside a sentence', async () => {
    const world = createWorld();
    const { main } = await deploy(world, '1', 'success');
    const quoted = `Since this morning's update (Ref: ${main.outputs.marker}) checkout is slow.\nWe look into it.`;
    await world.people('POST', '/maintenances', {
      status_page_id: acme,
      title: 'Maintenance in progress',
      message: quoted,
      start_at: '2026-03-14T12:00:00Z',
      end_at: '2026-03-14T14:00:00Z',
    });
    await deploy(world, '2', 'success');
    expect(world.page()[1]).toMatch(/^window 2 active/);
  });
});

describe('nothing is superseded', () => {
  test('by a run that was skipped', async () => {
    const world = createWorld();
    await deploy(world, '1', 'failure');
    await deploy(world, '2', 'skipped');
    expect(world.page()[0]).toBe('window 1 active 12:00:00-12:30:00');
  });

  test('by a run that failed and chose to resolve', async () => {
    const world = createWorld();
    await deploy(world, '1', 'failure');
    const before = world.requests().length;
    await deploy(world, '2', 'failure', { ...window, 'on-failure': 'resolve' });
    expect(world.page()[0]).toBe('window 1 active 12:00:00-12:30:00');
    // So there is nothing to list the page for.
    expect(world.requests().slice(before)).toEqual(['POST /maintenances 201', 'PATCH /maintenances/2 200']);
  });

  test('by a run whose main was killed', async () => {
    const world = createWorld();
    await deploy(world, '1', 'failure');
    await deploy(world, '2', 'success', window, { kill: { request: 1, when: 'after' } });
    expect(world.page()[0]).toBe('window 1 active 12:00:00-12:30:00');
  });

  test('by an older run that ends after a newer one began', async () => {
    const world = createWorld();
    const older = await world.main(window, { run: { id: '1' } });
    await world.pass(minute);
    await world.main(window, { run: { id: '2' } });
    await world.pass(minute);
    await world.post(older, { 'job-status': 'success' });
    expect(world.page()).toEqual(['window 1 past 12:00:00-12:02:00', 'window 2 active 12:01:00-12:31:00']);
  });
});

describe('a re-run of the run that failed', () => {
  test('reuses its window and ends it', async () => {
    const world = createWorld();
    await deploy(world, '1', 'failure');
    await deploy(world, '1', 'success', window, { run: { attempt: 2 } });
    expect(world.page()).toEqual([expect.stringMatching(/^window 1 past/)]);
  });

  test('of an old good run is newer than what failed in between', async () => {
    const world = createWorld();
    await deploy(world, '1', 'success');
    await deploy(world, '2', 'failure');
    await deploy(world, '1', 'success', window, { run: { attempt: 2 } });
    expect(world.page().filter((line) => !line.includes('past'))).toEqual([]);
  });
});

test('a main that went on without a record still ends what earlier runs left', async () => {
  const world = createWorld();
  await deploy(world, '1', 'failure');
  world.emulator.addFault({ kind: 'status', status: 503, match: { method: 'POST' }, times: 50 });
  const main = await world.main(window, { run: { id: '2' } });
  world.emulator.clearFaults();
  await world.pass(minute);
  await world.post(main, { 'job-status': 'success' });
  expect(world.page().filter((line) => !line.includes('past'))).toEqual([]);
});

describe('two uses in one composite action, which look alike to the runner', () => {
  test('stay apart by their titles, also in a re-run', async () => {
    const world = createWorld();
    const api = { ...window, title: 'API moves' };
    const db = { ...window, title: 'DB moves' };
    const first = await world.main(api, { run: { id: '1' } });
    const second = await world.main(db, { run: { id: '1' } });
    await world.post(second, { 'job-status': 'failure' });
    await world.post(first, { 'job-status': 'failure' });
    await world.pass(minute);
    const [again, other] = [
      await world.main(api, { run: { id: '1', attempt: 2 } }),
      await world.main(db, { run: { id: '1', attempt: 2 } }),
    ];
    expect([again.outputs.id, other.outputs.id]).toEqual([first.outputs.id, second.outputs.id]);
    await world.post(other, { 'job-status': 'success' });
    await world.post(again, { 'job-status': 'success' });
    expect(world.page().filter((line) => !line.includes('past'))).toEqual([]);
  });

  test('stay apart after a lost answer', async () => {
    const world = createWorld();
    const first = await world.main({ ...window, title: 'API moves' });
    world.emulator.addFault({ kind: 'reset', when: 'before', match: { method: 'POST' } });
    const second = await world.main({ ...window, title: 'DB moves' });
    expect([first.outputs.id, second.outputs.id]).toEqual(['1', '2']);
    expect(second.said).toEqual([
      expect.stringMatching(/^info: Opened .*"DB moves" \(id 2\)/),
      expect.stringMatching(/^info: .* sent twice, .* A second maintenance window .* may still appear/),
    ]);
    expect(world.emulator.windows().map(({ title }) => title)).toEqual(['API moves', 'DB moves']);
  });
});
