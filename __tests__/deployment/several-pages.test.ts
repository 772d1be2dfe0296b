import { describe, expect, test } from '@jest/globals';
import { sampleKey, samplePages } from '../../src/emulator/sample.ts';
import { acme, beta, createWorld, gamma, incident, window } from '../support/world.ts';

const three = `${beta}, ${acme}\n${gamma}`;
const opened = [
  'window 1 on beta active 12:00:00-12:30:00',
  'window 2 active 12:00:00-12:30:00',
  'window 3 on gamma active 12:00:00-12:30:00',
];

test('several pages get a window each, told in their order, and each is ended', async () => {
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
  expect(world.requests()).toHaveLength(6);
});

test('pages by slug and name cost one look-up for all, and a page named twice counts once', async () => {
  const world = createWorld();
  const main = await world.main({ ...window, 'status-page': `beta, ACME, ${acme}, gamma` });
  expect(world.page()).toEqual(opened);
  expect(world.requests()[0]).toBe('GET /status-pages 200');
  expect(world.requests()).toHaveLength(4);
  expect(main.outputs.url).toBe('https://beta.statuspage.me,https://acme.statuspage.me,https://status.gamma.example');
});

test('all pages are looked up before any of them is opened, and opened side by side', async () => {
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

test('more pages than are worked on at once are all opened and all ended', async () => {
  const pages = Array.from({ length: 20 }, (_none, number) => ({
    id: `6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f80${10 + number}`,
    name: `Page ${number}`,
    slug: `page-${number}`,
    components: [],
  }));
  const world = createWorld({ pages });
  world.emulator.addFault({ kind: 'delay', ms: 1_000, times: 'always' });
  const main = await world.main({ ...window, 'status-page': pages.map(({ id }) => id).join() });
  expect(main.tookMs).toBe(3_000);
  expect(main.outputs.id?.split(',')).toHaveLength(20);
  await world.pass(60_000);
  const post = await world.post(main);
  expect(post.tookMs).toBe(3_000);
  expect(world.emulator.windows().every(({ state }) => state === 'past')).toBe(true);
});

describe('where a page fails', () => {
  const unknown = '00000000-0000-4000-8000-000000000000';
  const withUnknown = { ...window, 'status-page': `${acme},${unknown},${beta}` } as const;

  test('by something that the repository can mend, main fails and takes the others back', async () => {
    const world = createWorld();
    const main = await world.main(withUnknown);
    expect(main).toMatchObject({ exitCode: 1, outputs: { id: 'none', records: '[]' } });
    expect(main.said.filter((line) => line.startsWith('error: '))).toEqual([
      expect.stringMatching(/^error: Opening the maintenance window on 0000.*404.*"Acme" \(acme/),
    ]);
    expect(world.page()).toEqual([]);
    const before = world.requests().length;
    const post = await world.post(main, { 'job-status': 'failure', 'on-failure': 'incident' });
    expect(post.said).toEqual(['info: This step left nothing on the page.']);
    expect(world.requests()).toHaveLength(before);
  });

  test('by trouble of the service, the others stay, and the post step ends them', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'rate-limit', retryAfterSeconds: 60, match: { method: 'POST', nth: 2 } });
    const main = await world.main({ ...window, 'status-page': three });
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: '1,none,2' } });
    expect(main.said.filter((line) => line.startsWith('warning: '))).toHaveLength(1);
    expect(main.summary).toMatch(/^\*\*On the page until 12:30 UTC.* On 1 of 3 pages there is no notice\.\*\*/);
    await world.pass(60_000);
    const post = await world.post(main);
    expect(world.page()).toEqual([
      'window 1 on beta past 12:00:00-12:01:00',
      'window 2 on gamma past 12:00:00-12:01:00',
    ]);
    expect(post.said.every((line) => line.startsWith('info: '))).toBe(true);
  });

  test('with on-api-error: fail that trouble fails main too, and the others are taken back', async () => {
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

  test('in the look-up beforehand, nothing is opened at all', async () => {
    const world = createWorld();
    const main = await world.main({ ...withUnknown, 'deployment-key': 'production' });
    expect(main.exitCode).toBe(1);
    expect(world.requests().filter((request) => request.startsWith('POST'))).toEqual([]);
    expect((await world.post(main)).said).toEqual(['info: This step left nothing on the page.']);
  });

  test('in the look-up beforehand, and that is only warned of, it alone is not opened', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 403, match: { method: 'GET' } });
    const twoPages = { ...window, 'status-page': `${acme},${beta}`, 'deployment-key': 'production' };
    const main = await world.main({ ...twoPages, 'on-api-error': 'warn' });
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: 'none,1' } });
    expect(main.said).toContainEqual(expect.stringMatching(/^warning: .*the scope maintenances:read/));
    expect(world.page()).toEqual(['window 1 on beta active 12:00:00-12:30:00']);
  });

  test('the same failure on all pages is one annotation that names them', async () => {
    const world = createWorld({ scopes: ['monitors:read'] });
    const main = await world.main({ ...incident, 'status-page': 'acme,beta' });
    expect(main.said).toHaveLength(1);
    const key = { key: sampleKey, name: 'action', scopes: ['status-pages:read' as const] };
    world.emulator.setOptions({ keys: [key] });
    const seen = await world.main({ ...incident, 'status-page': 'acme,beta' });
    expect(seen.said).toEqual([
      expect.stringMatching(/^error: Opening the incident on Acme and Beta — .*the scope incidents:write/),
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
    const annotations = post.said.filter((line) => !line.startsWith('info: '));
    expect(annotations).toEqual([expect.stringMatching(/^warning: Ending .*\(id 2\).*ends by itself at 12:30 UTC/s)]);
    expect(post.summary).toMatch(/^\*\*STILL ON THE PAGE until 12:30 UTC/);
  });
});

test('pages of a key that sees only some of them are named in the failure', async () => {
  const [first] = samplePages;
  const world = createWorld({ pages: first === undefined ? [] : [first] });
  const main = await world.main({ ...window, 'status-page': 'acmee' });
  expect(main).toMatchObject({ exitCode: 1, said: [expect.stringMatching(/"acmee".*"Acme" \(acme/)] });
});
