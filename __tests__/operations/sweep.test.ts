import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type FakeGitHub, type FakeGitHubOptions, startFakeGitHub } from '../github/fake-github.ts';
import { createRandom } from '../support/random.ts';
import type { Inputs } from '../support/test-host.ts';
import {
  acme,
  annotations,
  beta,
  type Circumstances,
  createWorld,
  incident,
  run,
  type Stage,
  type World,
  type WorldOptions,
  window,
} from '../support/world.ts';

const token = 'ghs_verySecretToken123';
const sweeping = { ...window, operation: 'sweep', 'github-token': token } as const;
const open = 'investigating "We are installing an update."';
const closing = 'resolved "The update that opened this notice ended without closing it."';
const swept = `${open}, ${closing}`;
const minuteMs = 60_000;

let runs: Map<string, string | null>;
let github: FakeGitHub;

async function startGitHub(options: Partial<FakeGitHubOptions> = {}): Promise<void> {
  github = await startFakeGitHub({ repository: run.repository, token, runs, ...options });
}

beforeEach(async () => {
  runs = new Map<string, string | null>([[run.id, 'in_progress']]);
  await startGitHub();
});

afterEach(() => github.stop());

/** A step of a job of its own that opens an incident, and then its machine is lost. */
async function die(world: World, id: string, state: string | null = 'completed', inputs: Inputs = {}): Promise<Stage> {
  runs.set(id, state);
  // In one job the post step of a later run would end what the earlier ones left.
  return world.main({ ...incident, ...inputs }, { run: { id, job: `job-${id}` } });
}

function sweep(world: World, inputs: Inputs = {}, around: Circumstances = {}): Promise<Stage> {
  return world.main({ ...sweeping, ...inputs }, { githubApiUrl: github.apiUrl, ...around });
}

async function withDeadRuns(options: WorldOptions = {}, ...ids: string[]): Promise<World> {
  const world = createWorld(options);
  for (const id of ids) await die(world, id);
  return world;
}

const states = (world: World) => world.emulator.incidents().map(({ state }) => state);

describe('a sweep', () => {
  test('resolves the incident of a run that died, with a text that claims no more', async () => {
    const world = await withDeadRuns({}, '101');
    const before = world.requests().length;
    const stage = await sweep(world);
    expect(stage).toMatchObject({ exitCode: 0, outputs: { swept: '1' } });
    expect(stage.said).toEqual([
      `info: Resolved the incident "Update" (id 1) on ${acme}: run 101 ended without resolving it.`,
      'info: No other open incident was found.',
    ]);
    expect(world.page()).toEqual([`incident 1 ${swept}`]);
    expect(world.requests().slice(before)).toEqual([
      'GET /incidents 200',
      'GET /incidents/1 200',
      'POST /incidents/1/updates 201',
    ]);
    expect(github.journal.map(({ path }) => path)).toEqual(['/api/v3/repos/acme/shop/actions/runs/101']);
    expect(stage.summary).toMatch(/^### ✅ Resolved 1 incident left open by runs that died\n/);
    expect(stage.summary).toContain('| resolved |');
    expect(stage.summary).toContain('ended without closing it.');
    expect(stage.states).toEqual([]);
  });

  test('changes nothing if it runs again', async () => {
    const world = await withDeadRuns({}, '101', '102');
    expect((await sweep(world)).outputs).toEqual({ swept: '2,1' });
    const page = world.page();
    const again = await sweep(world);
    expect(again).toMatchObject({ exitCode: 0, outputs: { swept: '' } });
    expect(again.summary).toMatch(/^### ✅ No incident was left open by a run that died\n/);
    expect(world.page()).toEqual(page);
  });

  test('covers several pages, and resolves each incident once', async () => {
    const world = createWorld();
    await die(world, '101', 'completed', { 'status-page': `${acme},${beta}` });
    expect((await sweep(world, { 'status-page': 'acme, beta' })).outputs).toEqual({ swept: '1,2' });
    expect(states(world)).toEqual(['resolved', 'resolved']);
  });

  test('resolves an incident once if two pages show it', async () => {
    const world = await withDeadRuns({}, '101');
    const wire: Circumstances['wire'] = (send) => (request) =>
      send({ ...request, url: new URL(String(request.url).replace(beta, acme)) });
    const stage = await sweep(world, { 'status-page': `${acme},${beta}` }, { wire });
    expect(stage.outputs).toEqual({ swept: '1' });
    expect(world.requests().filter((line) => line === 'GET /incidents 200')).toHaveLength(2);
    expect(world.page()).toEqual([`incident 1 ${swept}`]);
  });

  test('reports what it left, and why', async () => {
    const world = createWorld();
    await die(world, '101', 'in_progress');
    await die(world, '102', 'queued');
    await die(world, '103');
    runs.delete('103');
    const kept = await die(world, '104', 'completed', { outcome: 'failure' });
    await world.post(kept);
    await die(world, '105');
    await world.people('POST', '/incidents/5/updates', { message: 'It is the disk.' });
    await die(world, '106', 'completed', { 'auto-resolve': 'false', 'deployment-key': 'production' });
    await world.people('POST', '/incidents', { status_page_id: acme, title: 'Theirs' });
    await die(world, '108', 'completed', { 'status-page': beta });
    const page = world.page();
    const stage = await sweep(world);
    expect(stage).toMatchObject({ exitCode: 0, outputs: { swept: '' } });
    expect(stage.said).toEqual([
      'info: Left as they are: 2 of a run in progress, 1 of a run that GitHub does not know in this repository, ' +
        '2 that the post step or a person has edited and 2 that no step opened for itself.',
    ]);
    expect(world.page()).toEqual(page);
    // The table is about what was resolved.
    expect(stage.summary).not.toContain('|');
    expect(github.journal.map(({ runId }) => runId).sort()).toEqual(['101', '102', '103', '104', '105']);
  });

  test('does not ask GitHub about a run of another CI', async () => {
    const world = await withDeadRuns({}, 'pipeline-7');
    const stage = await sweep(world);
    expect(stage.said).toEqual([
      expect.stringMatching(/^info: Left as they are: 1 of a run that GitHub does not know/),
    ]);
    expect(github.journal).toEqual([]);
  });

  test.each([
    ['messages', { messageInLists: false }],
    ['anything but ids and titles', { messageInLists: false, timesInReplies: false, noMessage: 'absent' }],
  ] as const)('reads the incidents one by one if the list does not show %s', async (_, options) => {
    const world = await withDeadRuns(options, '101', '102');
    await world.people('POST', '/incidents/1/updates', { message: 'It is the disk.' });
    expect((await sweep(world)).outputs).toEqual({ swept: '2' });
    expect(states(world)).toEqual(['investigating', 'resolved']);
  });

  test('does not ask GitHub about an incident that a person has edited by the list', async () => {
    const world = await withDeadRuns({ updatesInLists: true }, '101', '102');
    await world.people('POST', '/incidents/1/updates', { message: 'It is the disk.' });
    expect((await sweep(world)).outputs).toEqual({ swept: '2' });
    expect(github.journal.map(({ runId }) => runId)).toEqual(['102']);
  });

  test.each([
    ['the state', { stateShape: 'none' }],
    ['the timeline', { timelineName: 'comments' }],
  ] as const)('changes nothing if no reply shows %s', async (_, options) => {
    const world = await withDeadRuns(options, '101');
    const stage = await sweep(world);
    expect(stage.said).toEqual(['info: Left as they are: 1 that does not show who edited it.']);
    expect(states(world)).toEqual(['investigating']);
  });

  test('changes nothing if a person has changed the state without a message', async () => {
    const world = await withDeadRuns({}, '101');
    await world.people('PATCH', '/incidents/1', { incident_state_id: '2' });
    expect((await sweep(world)).said).toEqual(['info: Left as they are: 1 that the post step or a person has edited.']);
    expect(states(world)).toEqual(['identified']);
  });

  test.each([
    [
      'gets an update',
      ['POST', '/incidents/1/updates', { message: 'Ours.' }],
      'that the post step or a person has edited',
      'investigating',
    ],
    [
      'loses its reference',
      ['PATCH', '/incidents/1', { message: 'Ours.' }],
      'that the post step or a person has edited',
      'investigating',
    ],
    [
      'gets another reference',
      ['PATCH', '/incidents/1', { message: 'Ours.\n\nRef: d0123abcd-2v-01abcdef0a1b2cxy' }],
      'that the post step or a person has edited',
      'investigating',
    ],
    ['is resolved', ['POST', '/incidents/1/updates', { incident_state_id: '4' }], 'that was resolved', 'resolved'],
    ['is deleted', ['DELETE', '/incidents/1', undefined], 'that was resolved', undefined],
  ] as const)(
    'leaves alone an incident that %s while GitHub makes it wait',
    async (_, [method, path, body], why, state) => {
      const world = await withDeadRuns({}, '101');
      github.answerNext({ status: 429, headers: { 'retry-after': '60' } });
      const sweeping = sweep(world);
      await world.pass(30_000);
      await world.people(method, path, body);
      const stage = await sweeping;
      expect(stage.exitCode).toBe(0);
      expect(stage.said).toEqual([expect.stringContaining(`Left as they are: 1 ${why}`)]);
      expect(world.emulator.incidents().at(0)?.state).toBe(state);
      expect(world.page().join()).not.toContain(closing);
    },
  );

  test('prints a line if a list may not have shown everything', async () => {
    const world = await withDeadRuns({}, ...Array.from({ length: 200 }, (_, index) => `${1_000 + index}`));
    const stage = await sweep(world);
    expect(stage.exitCode).toBe(0);
    expect(states(world).every((state) => state === 'resolved')).toBe(true);
    expect(stage.said.at(-1)).toBe(`info: The list of incidents on ${acme} may not have shown all.`);
  });

  test('fails if the list is empty because the key does not see the page, and names those that it sees', async () => {
    const world = createWorld({ unseenPage: 'empty-list' });
    const stage = await sweep(world, { 'status-page': acme.replace(/1$/, '9') });
    expect(stage.exitCode).toBe(1);
    expect(annotations(stage)).toEqual([
      expect.stringMatching(
        /^error: Could not list the incidents on \S+9: the status page \S+9 does not exist, or this key .* This key sees "Acme"/,
      ),
    ]);
    expect(stage.summary).toMatch(/^### ⚠️ Partly failed/);
  });

  test('does not say that no incident is left if the list is empty and the key may not read pages', async () => {
    const world = createWorld({ unseenPage: 'empty-list', scopes: ['incidents:read', 'incidents:write'] });
    const stage = await sweep(world, { 'status-page': acme.replace(/1$/, '9') });
    expect(stage.exitCode).toBe(0);
    expect(stage.said.at(-1)).toMatch(/is empty; the key may not read pages, so it may not see this one\.$/);
    expect(stage.summary).toMatch(
      /^### ⚠️ No incident left open by a run that died was found, but the lists may not have shown all\n/,
    );
  });

  test('needs no proof of a page that was found by its slug, or whose list is not empty', async () => {
    const world = createWorld();
    await sweep(world, { 'status-page': 'acme' });
    // A list may show names alone.
    const wire: Circumstances['wire'] = (send) => async (request) => {
      const answer = await send(request);
      return { ...answer, text: answer.text.replaceAll('"slug"', '"x"') };
    };
    await sweep(world, { 'status-page': 'Acme' }, { wire });
    await die(world, '101');
    await sweep(world);
    await sweep(world);
    expect(world.requests().filter((request) => request.startsWith('GET /status-pages'))).toEqual([
      'GET /status-pages 200',
      'GET /status-pages 200',
    ]);
  });

  test('in a dry run prints what it would send, and sends nothing', async () => {
    const world = await withDeadRuns({}, '101');
    const stage = await sweep(world, { 'dry-run': 'true' });
    expect(stage).toMatchObject({ exitCode: 0, outputs: { swept: '' } });
    expect(stage.said).toContainEqual(
      'info: Dry run, not sent: POST /incidents/1/updates ' +
        '{"message":"The update that opened this notice ended without closing it.","incident_state_id":"4"}',
    );
    expect(states(world)).toEqual(['investigating']);
  });

  test('is followed by a post step that has nothing to do', async () => {
    const world = await withDeadRuns({}, '101');
    const post = await world.post(await sweep(world));
    expect(post.said).toEqual(['info: This step opened nothing, so its post step has nothing to end.']);
  });
});

describe('a failure', () => {
  test('of one incident does not keep the others from being resolved', async () => {
    const world = await withDeadRuns({}, '101', '102', '103');
    world.emulator.addFault({ kind: 'status', status: 400, times: 'always', match: { path: '/incidents/2' } });
    const stage = await sweep(world);
    expect(stage).toMatchObject({ exitCode: 1, outputs: { swept: '3,1' } });
    expect(states(world)).toEqual(['resolved', 'investigating', 'resolved']);
    expect(annotations(stage)).toEqual([
      expect.stringMatching(/^error: Could not sweep the incident "Update" \(id 2\)/),
    ]);
    expect(stage.summary).toMatch(/^### ⚠️ Partly failed\. Resolved 2 incidents left open by runs that died\n/);
    expect(stage.summary).toContain('Visitors read');
  });

  test('of the first write, which no other one shares, does not keep the others either', async () => {
    const world = await withDeadRuns({}, '101', '102', '103');
    world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'POST', path: '/incidents/' } });
    const stage = await sweep(world);
    expect(stage.exitCode).toBe(1);
    expect(states(world).toSorted()).toEqual(['investigating', 'resolved', 'resolved']);
  });

  test('of one page does not keep the others from being swept', async () => {
    const world = createWorld();
    await die(world, '101', 'completed', { 'status-page': `${acme},${beta}` });
    world.emulator.addFault({ kind: 'not-json', match: { path: '/incidents' } });
    const stage = await sweep(world, { 'status-page': `${acme},${beta}` });
    expect(stage.exitCode).toBe(1);
    expect(states(world).toSorted()).toEqual(['investigating', 'resolved']);
    expect(annotations(stage)).toEqual([
      expect.stringMatching(/^error: Could not list the incidents on .*has an unknown form/),
    ]);
  });

  test('of a page and of an incident are reported apart, also if the cause is the same', async () => {
    const world = await withDeadRuns({}, '101');
    world.emulator.addFault({ kind: 'status', status: 401, match: { method: 'GET', nth: 2 } });
    world.emulator.addFault({ kind: 'status', status: 401, match: { path: '^/incidents/1$' } });
    const stage = await sweep(world, { 'status-page': `${acme},${beta}` });
    expect(annotations(stage)).toEqual([
      expect.stringMatching(/^error: .*Could not list the incidents on /),
      expect.stringMatching(/^error: .*Could not sweep the incident "Update" \(id 1\)/),
    ]);
  });

  test('that loses a response leads to no second update', async () => {
    const world = await withDeadRuns({}, '101');
    world.emulator.addFault({ kind: 'reset', when: 'after', match: { method: 'POST' } });
    expect((await sweep(world)).outputs).toEqual({ swept: '1' });
    expect(world.page()).toEqual([`incident 1 ${swept}`]);
  });

  test('of the search for the page follows on-api-error', async () => {
    const world = await withDeadRuns({}, '101');
    const stage = await sweep(world, { 'status-page': 'acmee' });
    expect(stage).toMatchObject({ exitCode: 1, outputs: { swept: '' } });
    expect(annotations(stage)).toEqual([expect.stringMatching(/^error: .*no page has the slug or name "acmee"/)]);
    world.emulator.addFault({ kind: 'status', status: 403, match: { path: '/status-pages' } });
    const warned = await sweep(world, { 'status-page': 'acme', 'on-api-error': 'warn' });
    expect(warned.exitCode).toBe(0);
    expect(annotations(warned)).toEqual([expect.stringMatching(/^warning: Could not look up the status page: /)]);
    expect(states(world)).toEqual(['investigating']);
  });

  test.each([
    ['incidents:read', ['incidents:write'], 'Could not list the incidents on'],
    ['incidents:write', ['incidents:read'], 'Could not sweep 9 incidents'],
  ] as const)(
    'for want of the scope %s is reported once, and not tried with every incident',
    async (scope, scopes, doing) => {
      const ids = Array.from({ length: 9 }, (_, index) => `${101 + index}`);
      const world = await withDeadRuns({ latencyMs: 300 }, ...ids);
      world.emulator.setOptions({ keys: [{ key: window['api-key'], name: 'action', scopes: [...scopes] }] });
      const stage = await sweep(world);
      expect(stage.exitCode).toBe(1);
      // What failed says nothing about what is left.
      expect(stage.summary).toMatch(/^### ⚠️ Partly failed\. No incident was resolved\n/);
      expect(stage.said).not.toContain('info: No other open incident was found.');
      expect(annotations(stage)).toEqual([expect.stringMatching(`^error: ${doing}.*the scope ${scope}\\.`)]);
      expect(world.requests().filter((line) => line.startsWith('POST /incidents/')).length).toBe(
        scope === 'incidents:write' ? 1 : 0,
      );
      expect((await sweep(world, { 'on-api-error': 'warn' })).exitCode).toBe(0);
    },
  );

  test.each([
    ['a token that GitHub refuses', { status: 401, body: { message: 'Bad credentials' } }, /GitHub refused the token/],
    ['a token without the permission', { status: 403, body: { message: 'Not accessible' } }, /"actions: read"/],
    ['a limit that lasts too long', { status: 429, headers: { 'retry-after': '3600' } }, /rate limit .*again later/],
  ] as const)('because of %s is reported once', async (_, answer, words) => {
    const world = await withDeadRuns({}, '101', '102', '103');
    github.answerNext(answer, answer, answer, answer);
    const stage = await sweep(world);
    expect(stage).toMatchObject({ exitCode: 1, outputs: { swept: '' } });
    expect(annotations(stage)).toEqual([expect.stringMatching(words)]);
    expect(stage.said.join()).not.toContain(token);
    expect(states(world)).toEqual(['investigating', 'investigating', 'investigating']);
  });

  test('of GitHub still resolves what was known before', async () => {
    const world = await withDeadRuns({}, '101', '102');
    github.answerNext({ status: 451 });
    const stage = await sweep(world);
    expect(stage.exitCode).toBe(1);
    expect(states(world).toSorted()).toEqual(['investigating', 'resolved']);
    await sweep(world);
    expect(states(world)).toEqual(['resolved', 'resolved']);
  });

  test('because the token cannot see the repository names that cause', async () => {
    runs.clear();
    const world = await withDeadRuns({}, '101', '102');
    runs.clear();
    const stage = await sweep(world);
    expect(stage.exitCode).toBe(1);
    expect(annotations(stage)).toEqual([
      expect.stringMatching(/^error: Could not ask GitHub about the runs: .*the token may not see the repository/),
    ]);
    expect(stage.summary).toMatch(/^### ⚠️ Partly failed\. /);
    expect(states(world)).toEqual(['investigating', 'investigating']);
    expect((await sweep(world, { 'on-api-error': 'warn' })).exitCode).toBe(0);
  });

  test('of the question about our own run is reported as what it is', async () => {
    const world = await withDeadRuns({}, '101');
    runs.clear();
    github.answerNext({ status: 404 }, { status: 401 });
    expect(annotations(await sweep(world))).toEqual([expect.stringMatching(/GitHub refused the token/)]);
  });

  test('is not reported if all runs are of another repository', async () => {
    const world = await withDeadRuns({}, '101', '102');
    runs.delete('101');
    runs.delete('102');
    const stage = await sweep(world);
    expect(stage).toMatchObject({ exitCode: 0 });
    expect(annotations(stage)).toEqual([]);
  });

  test('does not ask GitHub if no incident is open', async () => {
    const world = createWorld();
    expect((await sweep(world)).said).toEqual(['info: No other open incident was found.']);
    expect(github.journal).toEqual([]);
  });

  test('by rate limits ends within five minutes', async () => {
    const world = await withDeadRuns({}, '101');
    github.answerNext(...Array(20).fill({ status: 429, headers: { 'retry-after': '50' } }));
    const stage = await sweep(world);
    expect(stage.exitCode).toBe(1);
    expect(stage.tookMs).toBeGreaterThan(3 * minuteMs);
    expect(stage.tookMs).toBeLessThan(5 * minuteMs);
  });

  test('by a signal leaves the rest for the next sweep', async () => {
    const world = await withDeadRuns({}, '101');
    github.answerNext({ status: 429, headers: { 'retry-after': '60' } });
    const stage = await sweep(world, {}, { interruptAfterMs: 5_000 });
    expect(stage.exitCode).toBe(130);
    expect(stage.said).toEqual(['info: Interrupted. Run it again to continue with what is left.']);
    expect((await sweep(world)).outputs).toEqual({ swept: '1' });
  });
});

describe('the inputs', () => {
  test('must have a page and a token, and the token is masked first of all', async () => {
    const world = createWorld();
    const stage = await world.main({ operation: 'sweep', 'api-key': window['api-key'] });
    expect(stage.exitCode).toBe(1);
    expect(stage.said.at(-1)).toMatch(/status-page is required.*\n.*github-token is required/s);
    const masked = await world.main({ ...sweeping, 'github-token': 'ghs_a b' });
    expect(masked.masked).toEqual([window['api-key'], 'ghs_a b']);
    expect(masked.said.join()).not.toContain('ghs_a b');
    expect(masked.outputs).toEqual({ swept: '' });
    expect(world.requests()).toEqual([]);
  });

  test('need a key, as everywhere', async () => {
    const stage = await sweep(createWorld(), { 'api-key': '' });
    expect(stage).toMatchObject({
      exitCode: 1,
      said: [expect.stringMatching(/^error: Could not sweep the page: there is no API key/)],
    });
  });
});

test('of 200 runs, limited and failing at random, none is resolved that should not be', async () => {
  const random = createRandom(42);
  const world = createWorld({ latencyMs: 40 });
  const fates = ['dead', 'kept', 'touched', 'in-progress', 'shared', 'foreign'] as const;
  const drawn = new Map<string, (typeof fates)[number]>();
  for (let number = 1; number <= 200; number += 1) {
    const fate = fates[Math.floor(random() * fates.length)] ?? 'dead';
    const id = `${10_000 + number}`;
    const shared = { 'auto-resolve': 'false', 'deployment-key': `key-${number}` };
    const main = await die(
      world,
      id,
      fate === 'in-progress' ? 'in_progress' : 'completed',
      fate === 'shared' ? shared : {},
    );
    const incidentId = main.outputs.id ?? '';
    drawn.set(incidentId, fate);
    if (fate === 'kept') await world.post(main, { 'job-status': 'failure' });
    if (fate === 'touched') await world.people('POST', `/incidents/${incidentId}/updates`, { message: 'Ours.' });
    if (fate === 'foreign') runs.delete(id);
  }
  await github.stop();
  const rateLimit = { requests: 60, windowMs: minuteMs };
  await startGitHub({ rateLimit, failing: { share: 0.3, seed: 7 }, now: world.clock.now });
  const dead = [...drawn].filter(([, fate]) => fate === 'dead').map(([id]) => id);
  expect(new Set(drawn.values()).size).toBe(fates.length);

  const told: string[] = [];
  for (let night = 1; night <= 10 && told.length < dead.length; night += 1) {
    const stage = await sweep(world, { 'on-api-error': 'warn' });
    expect(stage.tookMs).toBeLessThan(5 * minuteMs);
    told.push(...(stage.outputs.swept ?? '').split(',').filter((id) => id !== ''));
    const resolved = world.emulator.incidents().filter(({ state }) => state === 'resolved');
    expect(resolved.map(({ id }) => drawn.get(String(id))).filter((fate) => fate !== 'dead')).toEqual([]);
  }
  expect(told.toSorted()).toEqual(dead.toSorted());
  const entries = world.emulator.incidents().filter(({ timeline }) => timeline.at(-1)?.state === 'resolved');
  expect(entries.map(({ timeline }) => timeline.length)).toEqual(dead.map(() => 2));
}, 120_000);
