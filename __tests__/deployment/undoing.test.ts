import { describe, expect, test } from '@jest/globals';
import type { Inputs } from '../support/test-host.ts';
import { acme, beta, createWorld, incident, type Stage, type World, window } from '../support/world.ts';

const failed = { 'job-status': 'failure', 'on-failure': 'incident' } as const;

const twoPages = `${acme},${beta}`;

/** A main that opens a record on one page and fails over another. */
function failOver(world: World, inputs: Inputs): Promise<Stage> {
  world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'POST', nth: 2 } });
  return world.main({ ...inputs, 'status-page': twoPages });
}

/** A world whose first attempt failed and left an incident on one of two pages. A person deleted the other one. */
async function failedOnTwoPages() {
  const world = createWorld();
  const inputs = { ...incident, 'status-page': twoPages };
  const first = await world.main(inputs);
  await world.people('DELETE', '/incidents/2');
  await world.post(first, { 'job-status': 'failure' });
  return { world, inputs, told: world.page() };
}

const errors = ({ said }: Stage) => said.filter((line) => line.startsWith('error: '));

describe('main fails, and undoes', () => {
  test.each([
    ['a window', window, [], 'DELETE /maintenances/1 200'],
    ['an incident', incident, [], 'DELETE /incidents/1 200'],
    [
      'a shared window that it surely made',
      { ...window, 'auto-resolve': 'false', 'deployment-key': 'production' },
      [],
      'DELETE /maintenances/1 200',
    ],
    ['a shared window without a key', { ...window, 'auto-resolve': 'false' }, [], 'DELETE /maintenances/1 200'],
    [
      'a window that was mailed, by ending it',
      { ...window, 'notify-subscribers': 'true' },
      ['window 1 active 12:00:00-12:00:01'],
      'PATCH /maintenances/1 200',
    ],
    [
      'a window ahead that was mailed',
      { ...window, start: '+1h', 'auto-resolve': 'true', 'notify-subscribers': 'true' },
      [],
      'DELETE /maintenances/1 200',
    ],
    [
      'an incident that was mailed, by resolving it with the words of a cancel',
      { ...incident, 'notify-subscribers': 'true', 'cancel-message': 'False alarm.', 'resolve-message': 'All done.' },
      ['incident 1 investigating "We are installing an update.", resolved "False alarm."'],
      'POST /incidents/1/updates 201',
    ],
  ] as const)('%s', async (_what, inputs, left, last) => {
    const world = createWorld();
    const main = await failOver(world, inputs);
    expect(main.exitCode).toBe(1);
    expect(errors(main)).toHaveLength(1);
    expect(main.outputs).toMatchObject({ id: 'none', records: '[]' });
    expect(main.summary).toMatch(/^### ❌ No notice \(the step failed\)/);
    expect(world.page()).toEqual(left);
    expect(world.requests().at(-1)).toBe(last);
    const post = await world.post(main, failed);
    expect(post.said).toEqual(['info: Nothing to end: nothing is left on the page.']);
    expect(world.page()).toEqual(left);
  });

  test('not the notice of an earlier attempt, which still shows its failure', async () => {
    const { world, inputs, told } = await failedOnTwoPages();
    world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'POST' } });
    const main = await world.main(inputs, { run: { attempt: 2 } });
    expect(main.exitCode).toBe(1);
    expect(main.said).toContainEqual(expect.stringMatching(/^warning: Left the incident .*\(id 1\).* open before/));
    expect(main.summary).toMatch(/^### ❌ Incident open \(the step failed\)/);
    const post = await world.post(main, failed);
    expect(post.said).toEqual(['info: Nothing to end: nothing is left on the page.']);
    expect(world.page()).toEqual(told);
  });

  test('nor if main was killed after it had reused it', async () => {
    const { world, inputs, told } = await failedOnTwoPages();
    const main = await world.main(inputs, { run: { attempt: 2 }, kill: { request: 3, when: 'after' } });
    const post = await world.post(main, failed);
    expect(post.said).toContainEqual(expect.stringMatching(/^warning: Left the incident .*\(id 1\)/));
    expect(world.page()).toEqual(told);
  });

  test('not a shared record that was there before', async () => {
    const world = createWorld();
    const shared = { ...window, 'auto-resolve': 'false', 'deployment-key': 'production' };
    await world.main(shared);
    await world.pass(60_000);
    world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'PATCH' }, times: 'always' });
    const main = await world.main({ ...shared, duration: '1h' }, { run: { id: '2' } });
    expect(main.exitCode).toBe(1);
    const post = await world.post(main, failed);
    expect(post.said).toHaveLength(1);
    expect(world.page()).toEqual(['window 1 active 12:00:00-12:30:00']);
  });
});

describe('a shared notice that main reused before it failed', () => {
  const shared = { 'auto-resolve': 'false', 'deployment-key': 'production' } as const;

  test.each([
    ['a window', window, 'Still under maintenance until 12:30 UTC', /the maintenance window .*\(id 1\).* on the page/],
    ['an incident', incident, 'Incident open', /the incident .*\(id 1\).* on the page/],
  ] as const)('stays and is named: %s', async (_what, inputs, heading, line) => {
    const world = createWorld();
    await world.main({ ...inputs, ...shared });
    await world.pass(60_000);
    const before = world.page();
    world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'POST' } });
    const main = await world.main(
      { ...inputs, ...shared, 'status-page': twoPages, duration: '10m' },
      { run: { id: '2' } },
    );
    expect(main.exitCode).toBe(1);
    expect(main.summary).toContain(`### ❌ ${heading} (the step failed)`);
    const warnings = main.said.filter((text) => text.startsWith('warning: '));
    expect(warnings).toEqual([expect.stringMatching(line)]);
    expect(warnings[0]).toMatch(
      /because other jobs with this deployment key may use it\. To (end|resolve) it now, use the dashboard/,
    );
    expect(world.page()).toEqual(before);
  });

  test('is named with the end that main moved', async () => {
    const world = createWorld();
    await world.main({ ...window, ...shared });
    await world.pass(60_000);
    world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'POST' } });
    const main = await world.main(
      { ...window, ...shared, 'status-page': twoPages, duration: '1h' },
      { run: { id: '2' } },
    );
    expect(main.summary).toContain('### ❌ Still under maintenance until 13:01 UTC (the step failed)');
    expect(main.said).toContainEqual(
      expect.stringMatching(/^warning: Left .*This deployment moved its end from 12:30 UTC to 13:01 UTC\. To end/),
    );
    expect(world.page()).toEqual(['window 1 active 12:00:00-13:01:02']);
  });

  test('is named with the start and end that main moved when it took the window over', async () => {
    const world = createWorld();
    await world.main({ ...window, ...shared, start: '+10m' });
    world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'POST' } });
    const own = { ...window, 'deployment-key': 'production', 'status-page': twoPages, duration: '1h' };
    const main = await world.main(own, { run: { id: '2' } });
    expect(main.said).toContainEqual(
      expect.stringMatching(
        /^warning: Left .* other jobs with this deployment key may use it\..*moved its start from 12:10 UTC to 12:00 UTC\. .*moved its end from 12:40 UTC to 13:00 UTC\./,
      ),
    );
  });

  test('is no news if the page could not be searched: the step has put nothing there', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 503, times: 'always', match: { method: 'GET' } });
    const main = await world.main({ ...window, ...shared, 'on-api-error': 'fail' });
    expect(main.summary).toContain('### ❌ No notice (the step failed)');
  });
});

describe('what main could not undo', () => {
  test('is undone by the post step', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 403, match: { method: 'DELETE' } });
    const main = await failOver(world, window);
    expect(main.exitCode).toBe(1);
    expect(main.summary).toMatch(
      /^### ❌ Still under maintenance until 12:30 UTC \(the step failed, and the post step tries again\)\n/,
    );
    expect(main.said).toContainEqual(
      expect.stringMatching(/^warning: Could not undo .*To end it now, use the dashboard/s),
    );
    expect(world.page()).toEqual(['window 1 active 12:00:00-12:30:00']);
    const post = await world.post(main, failed);
    expect(post.said).toEqual([expect.stringMatching(/^info: Deleted .*nothing was deployed/)]);
    expect(post.summary).toMatch(/^### ✅ /);
    expect(world.page()).toEqual([]);
  });

  test('because a person had deleted it may only be shown late, and is no error minutes later', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 404, times: 'always', match: { method: 'DELETE' } });
    const main = await failOver(world, window);
    expect(main.said).toContainEqual(expect.stringMatching(/^warning: .*so it may show it later/s));
    await world.pass(120_000);
    const post = await world.post(main);
    expect(post.said).toEqual([expect.stringMatching(/^info: Nothing to do: .*no longer exists/)]);
  });

  test('is named in the post step, which does not fail the job over a window', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 403, times: 'always', match: { method: 'DELETE' } });
    const post = await world.post(await failOver(world, window), { ...failed, 'on-api-error': 'fail' });
    expect(post).toMatchObject({ exitCode: 0, said: [expect.stringMatching(/^warning: Could not undo .*12:30 UTC/s)] });
  });
});

test('a deletion whose answer was lost is a deletion', async () => {
  const world = createWorld();
  world.emulator.addFault({ kind: 'reset', when: 'after', match: { method: 'DELETE' } });
  const main = await failOver(world, window);
  expect(main.said.filter((line) => line.startsWith('warning: '))).toEqual([]);
  expect(world.page()).toEqual([]);
});
