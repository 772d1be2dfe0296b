import { describe, expect, test } from '@jest/globals';
import { WireError } from '../../src/statuspage/wire.ts';
import { annotations, createWorld, window } from '../support/world.ts';
import { deploy } from './deploy.ts';

const bySlug = { ...window, 'status-page': 'acme' } as const;
const onFailure = { ...bySlug, 'on-failure': 'incident', outcome: 'failure' } as const;
const opened = 'incident 1 investigating "An update did not complete as planned. We are looking into it."';

/** The API cannot be reached while a step runs. */
const down = {
  wire: () => async () => {
    throw new WireError('refused', { sent: false, detail: 'ECONNREFUSED' });
  },
};

describe('a deployment whose page could not be looked up when it began', () => {
  test('opens the incident of its failure once the API answers', async () => {
    const world = createWorld();
    const main = await world.main(onFailure, down);
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: 'none' } });
    expect(annotations(main)).toEqual([expect.stringMatching(/^warning: .*Could not look up the status page/)]);
    const post = await world.post(main);
    expect(post.exitCode).toBe(0);
    expect(world.page()).toEqual([opened]);
    expect(annotations(post)).toEqual([
      expect.stringMatching(/^warning: .*the incident .*\(id 1\) on Acme was opened/),
    ]);
    expect(post.summary).toMatch(/^### 🔴 <bdi>Acme<\/bdi>: incident open\n/);
  });

  test('says that the incident is missing if the API is still down', async () => {
    const world = createWorld();
    const main = await world.main(onFailure, down);
    const post = await world.post(main, {}, down);
    expect(post.exitCode).toBe(0);
    expect(annotations(post)).toEqual([
      expect.stringMatching(/^error: .*Could not open the incident of the failure: .*statuspage\.me/),
    ]);
    expect(post.summary).toMatch(/^### ⚠️ The incident of the failure could not be opened\n/);
    const strict = await world.post(main, { 'on-api-error': 'fail' }, down);
    expect(strict.exitCode).toBe(1);
    expect(world.page()).toEqual([]);
  });

  test('opens one incident on each page, however it is named', async () => {
    const world = createWorld();
    const main = await world.main({ ...onFailure, 'status-page': `acme, ${window['status-page']}, beta` }, down);
    await world.post(main);
    expect(world.page()).toEqual([opened, expect.stringMatching(/^incident 2 on beta investigating/)]);
  });

  test('resolves the incident of an earlier failure after a success', async () => {
    const world = createWorld();
    await deploy(world, '1', 'failure', onFailure);
    const main = await world.main(onFailure, { ...down, run: { id: '2' } });
    await world.post(main, { outcome: 'success' });
    expect(world.page().at(-1)).toMatch(/^incident 1 .*, resolved "The update is complete."$/);
  });

  test('ends the window that an earlier attempt left, and opens none', async () => {
    const world = createWorld();
    await world.main(bySlug);
    const main = await world.main(bySlug, { ...down, run: { attempt: 2 } });
    await world.pass(60_000);
    const post = await world.post(main, { outcome: 'success' });
    await world.pass(1_000);
    expect(annotations(post)).toEqual([]);
    expect(world.page()).toEqual([expect.stringMatching(/^window 1 past 12:00:00-12:01:0\d$/)]);
  });

  test('says that the window of an earlier attempt may be left if the API is still down', async () => {
    const world = createWorld();
    await world.main(bySlug);
    const main = await world.main(bySlug, { ...down, run: { attempt: 2 } });
    const post = await world.post(main, { outcome: 'success' }, down);
    expect(annotations(post)).toEqual([expect.stringMatching(/^warning: .*Could not end the maintenance window/)]);
    expect(post.summary).toMatch(/^### ⚠️ Maybe still under maintenance/);
  });

  test('names incidents and notices of earlier runs that were not searched for', async () => {
    const world = createWorld();
    const main = await world.main({ ...onFailure, outcome: 'success' }, down);
    const post = await world.post(main, {}, down);
    expect(post.said).toEqual([
      expect.stringMatching(
        /^info: Did not search for notices that earlier runs left and incidents of earlier failures on the status page: /,
      ),
    ]);
  });

  test.each([
    ['success', 'info: Did not search for notices that earlier runs left on the status page: '],
    ['skipped', undefined],
  ])('says what was not done after %s if the API is still down', async (outcome, said) => {
    const world = createWorld();
    const main = await world.main({ ...bySlug, outcome }, down);
    const post = await world.post(main, {}, down);
    expect(post).toMatchObject({ exitCode: 0, summary: '' });
    expect(annotations(post)).toEqual([]);
    expect(post.said).toEqual(said === undefined ? [] : [expect.stringContaining(said)]);
  });

  test.each([
    ['leaves nothing to its post step with auto-resolve: false', { 'auto-resolve': 'false' }],
    ['is nothing in a dry run', { 'dry-run': 'true' }],
    ['fails with on-api-error: fail, and leaves nothing', { 'on-api-error': 'fail' }],
  ])('%s', async (_, inputs) => {
    const world = createWorld();
    const main = await world.main({ ...onFailure, ...inputs }, down);
    expect(main.states).toEqual([]);
    const post = await world.post(main);
    expect(post.said).toEqual(['info: This step opened nothing, so its post step has nothing to end.']);
    expect(world.requests()).toEqual([]);
  });
});

test('a failure opens its incident although the key may not open windows', async () => {
  const world = createWorld({ scopes: ['incidents:write', 'incidents:read'] });
  const main = await world.main({ ...window, 'on-failure': 'incident', outcome: 'failure', 'on-api-error': 'warn' });
  expect(annotations(main)).toEqual([expect.stringMatching(/^warning: .*maintenances:write/)]);
  await world.post(main);
  expect(world.page()).toEqual([opened]);
});
