import { describe, expect, test } from '@jest/globals';
import { formatReference, randomLength } from '../../src/domain/deployment-reference.ts';
import { identify } from '../../src/operations/open/plan.ts';
import { createRandom } from '../support/random.ts';
import { acme, annotations, createWorld, incident, run, window } from '../support/world.ts';

/** The reference of a window that opens in a new world at noon. It is this world's first random number. */
const reference = (title: string) =>
  identify(run, undefined, {
    kind: 'maintenance',
    title,
    now: new Date('2026-03-14T12:00:00Z'),
    random: createRandom(1),
  });
const own = formatReference(reference('Maintenance in progress'));

const message = 'We are installing an update. Short interruptions are possible.';

describe('a deployment from its beginning to its end', () => {
  test('needs one request to open its window and two to end it, and post writes the only summary', async () => {
    const world = createWorld();
    const main = await world.main(window);
    expect(world.page()).toEqual(['window 1 active 12:00:00-12:30:00']);
    await world.pass(420_000);
    const post = await world.post(main);
    expect(world.page()).toEqual(['window 1 past 12:00:00-12:07:00']);
    expect(world.journal()).toMatchObject([
      {
        method: 'POST',
        path: '/maintenances',
        auth: 'authorization',
        body: {
          status_page_id: acme,
          title: 'Maintenance in progress',
          message: `${message}\n\nRef: ${own}`,
          start_at: '2026-03-14T12:00:00Z',
          end_at: '2026-03-14T12:30:00Z',
        },
      },
      { method: 'GET', path: `/maintenances?status_page_id=${acme}` },
      { method: 'PATCH', path: '/maintenances/1', body: { end_at: '2026-03-14T12:07:00Z' } },
    ]);
    expect([main.exitCode, post.exitCode]).toEqual([0, 0]);
    expect(main.said).toEqual([
      expect.stringMatching(/^info: Opened .*12:00–12:30 UTC \(30 min\)\. The post step ends it/),
    ]);
    expect(post.said).toEqual([expect.stringMatching(/^info: Ended .* at 12:07 UTC\.$/)]);
    expect(main.summary).toBe('');
    expect(post.summary).toMatch(/^### ✅ Maintenance ended after 7 min\n/);
  });

  test('sets its outputs', async () => {
    const world = createWorld();
    const { outputs } = await world.main({ ...window, 'status-page': 'gamma' });
    const told = {
      id: '1',
      kind: 'maintenance',
      'status-page-id': '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a03',
      url: 'https://status.gamma.example',
      title: 'Maintenance in progress',
      'start-at': '2026-03-14T12:00:00Z',
      'end-at': '2026-03-14T12:30:00Z',
      state: 'active',
      marker: expect.stringMatching(new RegExp(`^${own.slice(0, -randomLength)}[0-9a-z]{${randomLength}}$`)),
    };
    expect(outputs).toEqual({ ...told, created: 'true', records: expect.any(String) });
    expect(JSON.parse(outputs.records ?? '')).toEqual([{ ...told, created: true }]);
  });

  test('sends what the user wrote and nothing else', async () => {
    const world = createWorld();
    const main = await world.main({
      ...window,
      title: 'Moving house',
      message: 'We *move*.',
      duration: '1h30m',
      start: '2026-03-14T23:00:00+01:00',
      'notify-subscribers': 'true',
      marker: 'false',
    });
    expect(world.journal()[0]?.body).toEqual({
      status_page_id: acme,
      title: 'Moving house',
      message: 'We *move*.',
      start_at: '2026-03-14T22:00:00Z',
      end_at: '2026-03-14T23:30:00Z',
      notify_subscribers: true,
    });
    expect(main.said[0]).toContain('22:00–23:30 UTC (1 h 30 min); subscribers get mail.');
  });

  test('that begins later has another title, is shared, and outlives the post step', async () => {
    const world = createWorld();
    const main = await world.main({ ...window, start: '+1h' });
    expect(main.outputs).toMatchObject({ title: 'Scheduled maintenance', state: 'scheduled' });
    // Only its id leads to it: a key of its own, and nobody's to supersede.
    const { key, run: id } = reference('Scheduled maintenance');
    expect(main.outputs.marker).toMatch(new RegExp(`^d[0-9a-z]{8}-${id}$`));
    expect(main.outputs.marker).not.toContain(key);
    expect(main.summary).toMatch(/^### 📅 Maintenance announced for 13:00–13:30 UTC \(30 min\)\n/);
    await world.post(main);
    expect(world.page()).toEqual(['window 1 scheduled 13:00:00-13:30:00']);
  });

  test('whose start is in the past opens the rest of its window', async () => {
    const world = createWorld();
    await world.main({ ...window, start: '2026-03-14T11:45:00Z' });
    expect(world.page()).toEqual(['window 1 active 11:45:00-12:15:00']);
    const over = await world.main({ ...window, start: '2026-03-14T11:30:00Z' });
    expect(over).toMatchObject({
      exitCode: 1,
      said: ['error: Invalid input, nothing was sent. start is so long ago that the window would already be over.'],
    });
  });

  test('shows visitors no name of the repository, the branch, the tag or the actor', async () => {
    const world = createWorld();
    const main = await world.main({ ...incident, 'deployment-key': 'api-production' }, { run: { tag: 'v1.0.0' } });
    await world.post(main, { 'job-status': 'failure' });
    const shown = JSON.stringify(world.emulator.incidents());
    expect(shown).not.toMatch(/acme\/|shop|v1\.0|api-production|github/);
  });
});

describe('a dry run', () => {
  test('searches, prints each write, sends none, and writes the summary in main', async () => {
    const world = createWorld();
    const main = await world.main({ ...window, 'status-page': 'acme', 'dry-run': 'true', 'deployment-key': 'x' });
    expect(world.requests().every((request) => request.startsWith('GET'))).toBe(true);
    expect(main).toMatchObject({ exitCode: 0, states: [], outputs: { id: 'none', created: 'false' } });
    expect(main.said).toContain('info: Dry run: everything is read and checked, nothing is sent.');
    expect(main.said).toContainEqual(
      expect.stringMatching(/^info: Dry run, not sent: POST \/maintenances \{.*"title":"Maintenance in progress"/),
    );
    expect(main.summary).toMatch(
      /^### Dry run, nothing was sent\. Without it: 🔧 .*nder maintenance until 12:30 UTC\n/,
    );
    expect(main.summary).toContain('Visitors read:');
    const post = await world.post(main);
    expect(post.said).toEqual(['info: This step opened nothing, so its post step has nothing to end.']);
    expect(world.page()).toEqual([]);
  });

  test('of a resolve ends nothing, and one with on-failure: incident probes no scope with a write', async () => {
    const world = createWorld();
    await world.main(window);
    const resolve = { ...window, operation: 'resolve', id: '1', kind: 'maintenance', 'dry-run': 'true' };
    expect((await world.main(resolve)).said).toContainEqual(
      expect.stringMatching(/^info: Dry run, not sent: PATCH \/maintenances\/1/),
    );
    await world.people('PATCH', '/maintenances/1', { start_at: '2026-03-14T12:20:00Z' });
    expect((await world.main(resolve)).said).toContain('info: Dry run, not sent: DELETE /maintenances/1');
    const raising = { ...window, 'on-failure': 'incident', outcome: 'success', 'dry-run': 'true' } as const;
    expect(annotations(await world.main(raising))).toEqual([]);
    expect(world.page()).toEqual(['window 1 scheduled 12:20:00-12:30:00']);
    expect(world.requests().filter((request) => !request.startsWith('GET'))).toEqual(['POST /maintenances 201']);
  });
});

describe('what main prints about its environment', () => {
  test('the key is masked before anything else, and is in no line', async () => {
    const world = createWorld();
    const main = await world.main(window);
    const post = await world.post(main);
    for (const { masked, said, debugged, summary, outputs } of [main, post]) {
      expect(masked).toEqual([window['api-key']]);
      expect(JSON.stringify([said, debugged, summary, outputs])).not.toContain(window['api-key']);
    }
  });

  test('the debug log has a line for each request', async () => {
    const world = createWorld();
    expect((await world.main(window)).debugged).toEqual([expect.stringMatching(/^POST \/maintenances: 201 in/)]);
  });

  test('inputs that an operation does not use are named once, and ignored', async () => {
    const world = createWorld();
    const main = await world.main({ ...window, state: 'identified', 'component-id': '7' });
    expect(main.exitCode).toBe(0);
    expect(main.said[0]).toBe('info: Not used by open-maintenance, and ignored: state and component-id.');
  });

  test('another address of the API is named', async () => {
    const world = createWorld();
    const main = await world.main({ ...window, 'api-url': 'https://status.example/user/api/v1' });
    expect(main.said[0]).toBe('info: Using the API at status.example.');
    expect(main.states.at(-1)?.deployment).toContain('"apiUrl":"https://status.example/user/api/v1"');
  });

  test('pull_request_target leads to a warning', async () => {
    const world = createWorld();
    const main = await world.main(window, { event: 'pull_request_target' });
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: '1' } });
    expect(main.said[0]).toMatch(/^warning: This workflow runs on pull_request_target, /);
  });

  test('the title of a reused notice cannot give commands to the runner', async () => {
    const world = createWorld();
    const inputs = { ...window, 'deployment-key': 'x', 'auto-resolve': 'false' };
    await world.main(inputs);
    await world.people('PATCH', '/maintenances/1', { title: '::error::hi\n::add-mask::x' });
    const main = await world.main(inputs);
    expect(main.said.join('\n')).not.toMatch(/^(\w+: )?::|\n::/);
    expect(main.said.every((line) => !line.includes('\n'))).toBe(true);
  });
});

test('an empty message of the user counts as none: the default is sent', async () => {
  const world = createWorld();
  await world.main({ ...window, message: '', marker: 'false' });
  expect(world.journal()[0]?.body).toMatchObject({ message });
});
