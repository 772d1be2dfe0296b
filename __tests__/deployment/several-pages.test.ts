import { describe, expect, test } from '@jest/globals';
import { sampleKey, samplePages } from '../../src/emulator/sample.ts';
import { acme, annotations, beta, createWorld, gamma, incident, window } from '../support/world.ts';

const three = `${beta}, ${acme}\n${gamma}`;
const opened = [
  'window 1 on beta active 12:00:00-12:30:00',
  'window 2 active 12:00:00-12:30:00',
  'window 3 on gamma active 12:00:00-12:30:00',
];

test('several pages get a window each, named in their order, and each is ended', async () => {
  const world = createWorld();
  const main = await world.main({ ...window, 'status-page': three });
  expect(world.page()).toEqual(opened);
  expect(main.outputs).toMatchObject({ id: '1,2,3', 'status-page-id': `${beta},${acme},${gamma}`, url: '' });
  await world.pass(60_000);
  await world.post(main);
  expect(world.page()).toEqual([
    'window 1 on beta past 12:00:00-12:01:00',
    'window 2 past 12:00:00-12:01:00',
    'window 3 on gamma past 12:00:00-12:01:00',
  ]);
  expect(world.requests()).toEqual([
    ...Array.from({ length: 3 }, () => 'POST /maintenances 201'),
    ...Array.from({ length: 3 }, () => 'GET /maintenances 200'),
    'PATCH /maintenances/1 200',
    'PATCH /maintenances/2 200',
    'PATCH /maintenances/3 200',
  ]);
});

test('pages by slug and name cost one search for all, and a page named twice counts once', async () => {
  const world = createWorld();
  const main = await world.main({ ...window, 'status-page': `beta, ACME, ${acme}, gamma` });
  expect(world.page()).toEqual(opened);
  expect(world.requests()[0]).toBe('GET /status-pages 200');
  expect(world.requests()).toHaveLength(4);
  expect(main.outputs.url).toBe('https://beta.statuspage.me,https://acme.statuspage.me,https://status.gamma.example');
});

test('all pages are searched before a notice is opened on any, and then opened side by side', async () => {
  const world = createWorld();
  world.emulator.addFault({ kind: 'delay', ms: 3_000, times: 3, match: { method: 'GET' } });
  world.emulator.addFault({ kind: 'delay', ms: 3_000, times: 3, match: { method: 'POST' } });
  const main = await world.main({ ...window, 'status-page': three, 'deployment-key': 'production' });
  expect(main.tookMs).toBe(6_000);
  expect(world.requests().map((request) => request.split(' ')[0])).toEqual([
    'GET',
    'GET',
    'GET',
    'POST',
    'POST',
    'POST',
  ]);
});

describe('more pages than requests at once', () => {
  const pages = Array.from({ length: 20 }, (_none, number) => ({
    id: `6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f80${10 + number}`,
    name: `Page ${number}`,
    slug: `page-${number}`,
    components: [],
  }));
  const inputs = { ...window, 'status-page': pages.map(({ id }) => id).join() };

  test('are all opened and all ended', async () => {
    const world = createWorld({ pages });
    world.emulator.addFault({ kind: 'delay', ms: 1_000, times: 'always' });
    const main = await world.main(inputs);
    expect(main.tookMs).toBe(3_000);
    expect(main.outputs.id?.split(',')).toHaveLength(20);
    await world.pass(60_000);
    const post = await world.post(main);
    // 20 ends and 20 lists, 8 at once.
    expect(post.tookMs).toBe(5_000);
    expect(world.emulator.windows().every(({ state }) => state === 'past')).toBe(true);
  });

  test('have their windows ended at once even if no list is answered', async () => {
    const world = createWorld({ pages });
    const main = await world.main(inputs);
    await world.pass(60_000);
    world.emulator.addFault({ kind: 'silence', times: 'always', match: { method: 'GET' } });
    const post = await world.post(main);
    expect(post.exitCode).toBe(0);
    expect(annotations(post)).toEqual([]);
    const ends = world.journal().filter(({ method }) => method === 'PATCH');
    expect(ends.map(({ at, status }) => [status, at])).toEqual(
      pages.map(() => [200, Date.parse('2026-03-14T12:01:00Z')]),
    );
  });
});

describe('if a page fails', () => {
  const unknown = '00000000-0000-4000-8000-000000000000';
  const withUnknown = { ...window, 'status-page': `${acme},${unknown},${beta}` } as const;

  test('by something that the repository can fix, main fails and undoes the others', async () => {
    const world = createWorld();
    const main = await world.main(withUnknown);
    expect(main).toMatchObject({ exitCode: 1, outputs: { id: 'none', records: '[]' } });
    expect(main.said.filter((line) => line.startsWith('error: '))).toEqual([
      expect.stringMatching(/^error: Could not open the maintenance window on 0000.*404.*"Acme" \(acme/),
    ]);
    expect(world.page()).toEqual([]);
    const before = world.requests().length;
    const post = await world.post(main, { 'job-status': 'failure', 'on-failure': 'incident' });
    expect(post.said).toEqual(['info: Nothing to end: nothing is left on the page.']);
    expect(world.requests()).toHaveLength(before);
  });

  test('by an error of the service, the others stay, and the post step ends them', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'rate-limit', retryAfterSeconds: 60, match: { method: 'POST', nth: 2 } });
    const main = await world.main({ ...window, 'status-page': three });
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: '1,none,2' } });
    expect(main.said.filter((line) => line.startsWith('warning: '))).toHaveLength(1);
    expect(main.summary).toMatch(/^### ⚠️ No notice, StatusPage\.me answered 429 \(the deployment continued\)/);
    await world.pass(60_000);
    const post = await world.post(main);
    expect(world.page()).toEqual([
      'window 1 on beta past 12:00:00-12:01:00',
      'window 2 on gamma past 12:00:00-12:01:00',
    ]);
    expect(post.said.every((line) => line.startsWith('info: '))).toBe(true);
  });

  test('with on-api-error: fail that error fails main too, and the others are undone', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'rate-limit', retryAfterSeconds: 60, match: { method: 'POST', nth: 2 } });
    const main = await world.main({ ...window, 'status-page': three, 'on-api-error': 'fail' });
    expect(main.exitCode).toBe(1);
    expect(world.page()).toEqual([]);
  });

  test('with on-api-error: warn the others stay even beside a page that does not exist', async () => {
    const world = createWorld();
    const main = await world.main({ ...withUnknown, 'on-api-error': 'warn' });
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: '1,none,2' } });
    expect(main.said.filter((line) => line.startsWith('warning: '))).toHaveLength(1);
    await world.pass(60_000);
    const post = await world.post(main);
    expect(post.said).toHaveLength(2);
    expect(world.emulator.windows().map(({ state }) => state)).toEqual(['past', 'past']);
  });

  test('in the search beforehand, nothing is opened', async () => {
    const world = createWorld();
    const main = await world.main({ ...withUnknown, 'deployment-key': 'production' });
    expect(main.exitCode).toBe(1);
    expect(world.requests().filter((request) => request.startsWith('POST'))).toEqual([]);
    expect((await world.post(main)).said).toEqual(['info: Nothing to end: nothing is left on the page.']);
  });

  test('in the search beforehand, and that is a warning, nothing is opened on it alone', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 403, match: { method: 'GET' } });
    const twoPages = { ...window, 'status-page': `${acme},${beta}`, 'deployment-key': 'production' };
    const main = await world.main({ ...twoPages, 'on-api-error': 'warn' });
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: 'none,1' } });
    expect(main.said).toContainEqual(expect.stringMatching(/^warning: .*the scope maintenances:read/));
    expect(world.page()).toEqual(['window 1 on beta active 12:00:00-12:30:00']);
    world.emulator.addFault({ kind: 'status', status: 403, match: { method: 'GET' } });
    const rehearsal = await world.main({ ...twoPages, 'on-api-error': 'warn', 'dry-run': 'true' });
    expect(rehearsal.summary).toMatch(
      /^### Dry run, nothing was sent. Without it: .*\(no notice on the other pages\)\n/,
    );
  });

  test('the same failure on all pages is one annotation that names them', async () => {
    const world = createWorld({ scopes: ['monitors:read'] });
    const main = await world.main({ ...incident, 'status-page': 'acme,beta' });
    expect(main.said).toHaveLength(1);
    const key = { key: sampleKey, name: 'action', scopes: ['status-pages:read' as const] };
    world.emulator.setOptions({ keys: [key] });
    const seen = await world.main({ ...incident, 'status-page': 'acme,beta' });
    expect(seen.said).toEqual([
      expect.stringMatching(/^error: Could not open the incident on Acme and Beta: .*the scope incidents:write/),
    ]);
  });

  test('in the post step, the others are ended all the same', async () => {
    const world = createWorld();
    const main = await world.main({ ...window, 'status-page': three });
    await world.pass(60_000);
    world.emulator.addFault({ kind: 'status', status: 403, match: { method: 'PATCH', path: '/maintenances/2' } });
    const post = await world.post(main);
    expect(post.exitCode).toBe(0);
    expect(world.emulator.windows().map(({ state }) => state)).toEqual(['past', 'active', 'past']);
    expect(annotations(post)).toEqual([
      expect.stringMatching(/^warning: Could not end .*\(id 2\).*ends by itself at 12:30 UTC/s),
    ]);
    expect(post.summary).toMatch(/^### ⚠️ Still under maintenance until 12:30 UTC/);
  });
});

test('pages of a key that sees only some of them are named in the failure', async () => {
  const [first] = samplePages;
  const world = createWorld({ pages: first === undefined ? [] : [first] });
  const main = await world.main({ ...window, 'status-page': 'acmee' });
  expect(main).toMatchObject({ exitCode: 1, said: [expect.stringMatching(/"acmee".*"Acme" \(acme/)] });
});
