import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readStepLocation } from '../../src/github/step-location.ts';
import type { Inputs } from '../support/test-host.ts';
import { annotations, createWorld, incident, type World, type WorldOptions, window } from '../support/world.ts';
import { deploy, minute } from './deploy.ts';

const left = (world: World) => world.page().filter((line) => !/past|, resolved "/.test(line));

describe('two runs of one step at the same time', () => {
  test.each([true, false])('leave nothing if both succeed, also what was left before (%s)', async (hasLeft) => {
    for (const firstToEnd of [0, 1]) {
      const world = createWorld();
      if (hasLeft) await deploy(world, '1', 'failure');
      const mains = await Promise.all(['2', '3'].map((id) => world.main(window, { run: { id } })));
      expect(mains.map(({ outputs }) => outputs.created)).toEqual(['true', 'true']);
      await world.pass(minute);
      for (const main of firstToEnd === 0 ? mains : mains.toReversed()) {
        await world.post(main);
        await world.pass(minute);
      }
      expect(left(world)).toEqual([]);
      expect(world.page()).toHaveLength(hasLeft ? 3 : 2);
    }
  });
});

describe('a failure that ends after the next run has begun', () => {
  test('leaves its window until that run succeeds', async () => {
    const world = createWorld();
    const older = await world.main(window, { run: { id: '1' } });
    await world.pass(minute);
    const newer = await world.main(window, { run: { id: '2' } });
    await world.pass(minute);
    await world.post(older, { 'job-status': 'failure' });
    expect(world.page()).toEqual(['window 1 active 12:00:00-12:30:00', 'window 2 active 12:01:00-12:31:00']);
    await world.pass(minute);
    await world.post(newer);
    await world.pass(minute);
    expect(left(world)).toEqual([]);
  });

  test('brings nothing back if that run has succeeded already', async () => {
    const world = createWorld();
    const older = await world.main(window, { run: { id: '1' } });
    await world.pass(minute);
    await deploy(world, '2', 'success');
    const { exitCode } = await world.post(older, { 'job-status': 'failure' });
    expect(exitCode).toBe(0);
    expect(left(world)).toEqual([]);
  });
});

describe('runs that fixed nothing, between a failure and a success', () => {
  test.each<[string, (world: World) => Promise<unknown>]>([
    ['was skipped', (world) => deploy(world, '2', 'skipped')],
    ['was killed in main', (world) => deploy(world, '2', 'success', window, { kill: { request: 1, when: 'after' } })],
    ['never came to its post step', (world) => world.main(window, { run: { id: '2' } })],
    [
      'failed in main and undid what it opened',
      async (world) => {
        const unsaved = await world.main(window, { run: { id: '2' }, savesUntilFull: 2 });
        expect(unsaved.exitCode).toBe(1);
        await world.post(unsaved, { 'job-status': 'failure' });
      },
    ],
    [
      'went on without a notice and failed',
      async (world) => {
        world.emulator.addFault({ kind: 'status', status: 503, match: { method: 'POST' }, times: 50 });
        const main = await world.main(window, { run: { id: '2' } });
        expect(main.outputs.id).toBe('none');
        world.emulator.clearFaults();
        await world.post(main, { 'job-status': 'failure' });
      },
    ],
  ])('leave what the failure left: one that %s', async (_, playBetween) => {
    const world = createWorld();
    await deploy(world, '1', 'failure');
    await playBetween(world);
    await world.pass(minute);
    expect(world.page()[0]).toBe('window 1 active 12:00:00-12:30:00');
    await deploy(world, '3', 'success');
    expect(left(world)).toEqual([]);
  });
});

test('a push that failed is fixed by "Run workflow" on the same branch, and not by a choice of a person', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'event-'));
  const locationOf = (event: string, payload: unknown) => {
    const file = join(folder, 'event.json');
    writeFileSync(file, JSON.stringify(payload));
    return readStepLocation({
      GITHUB_WORKFLOW_REF: 'acme/shop/.github/workflows/deploy.yml@refs/heads/main',
      GITHUB_REF_TYPE: 'branch',
      GITHUB_REF_NAME: 'main',
      GITHUB_EVENT_NAME: event,
      GITHUB_EVENT_PATH: file,
    });
  };
  try {
    const world = createWorld();
    await deploy(world, '1', 'failure', window, { event: 'push', run: locationOf('push', { ref: 'refs/heads/main' }) });
    const event = 'workflow_dispatch';
    await deploy(world, '2', 'success', window, { event, run: locationOf(event, { inputs: { target: 'staging' } }) });
    expect(left(world)).toEqual(['window 1 active 12:00:00-12:30:00']);
    await deploy(world, '3', 'success', window, { event, run: locationOf(event, { inputs: null }) });
    expect(left(world)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('a failure promises that the next successful run ends what stays', () => {
  const promise = /The next successful run of this step (ends|resolves) it\./;

  test('but not if the list of the page does not come, shows no reference or no start', async () => {
    const cases: readonly WorldOptions[] = [
      { scopes: ['maintenances:write'] },
      { timesInReplies: false },
      { messageForm: 'cut' },
    ];
    for (const options of cases) {
      const world = createWorld(options);
      const { post } = await deploy(world, '1', 'failure', { ...window, message: 'Sorry! '.repeat(40) });
      expect(annotations(post)).toEqual([expect.stringMatching(/stays until 12:30 UTC\. To end it now/)]);
    }
  });

  test('but not if its window has not begun: a later run takes it for an announcement', async () => {
    const world = createWorld();
    const announced = { ...window, start: '+2h', 'auto-resolve': 'true' } as const;
    const { post } = await deploy(world, '1', 'failure', announced);
    expect(annotations(post)).toHaveLength(1);
    expect(post.said.join('\n')).not.toMatch(promise);
    await deploy(world, '2', 'success', announced);
    expect(left(world)[0]).toMatch(/^window 1 scheduled/);
  });

  test('but not if a person has changed the state of its incident, which the next run only names', async () => {
    const world = createWorld();
    const main = await world.main(incident, { run: { id: '1' } });
    await world.people('POST', '/incidents/1/updates', { incident_state_id: '2', message: 'It is the cache.' });
    await world.pass(minute);
    const post = await world.post(main, { 'job-status': 'failure' });
    expect(post.said.join('\n')).not.toMatch(promise);
    await deploy(world, '2', 'success', incident);
    expect(left(world)).toEqual([expect.stringMatching(/^incident 1 /)]);
  });
});

describe('a run has one summary with one heading, also if an earlier run left something', () => {
  test.each<['success' | 'failure' | 'cancelled' | 'skipped', Inputs, RegExp]>([
    ['success', window, /^### ✅ Maintenance ended after 4 min; also ended what earlier runs left\n/],
    ['failure', window, /^### ⚠️ Still under maintenance until 12:35 UTC/],
    ['cancelled', window, /^### ⚠️ Still under maintenance until 12:35 UTC/],
    ['skipped', window, /^### ✅ Maintenance ended after 4 min \(the deployment was skipped\)\n/],
    ['success', incident, /^### ✅ Incident resolved after 4 min; also ended what earlier runs left\n/],
    ['failure', incident, /^### 🔴 Incident open/],
    ['failure', { ...window, 'on-failure': 'incident' }, /^### 🔴 Incident open/],
  ])('after %s: %j', async (outcome, inputs, heading) => {
    const world = createWorld();
    await deploy(world, '1', 'failure', inputs);
    const { main, post } = await deploy(world, '2', outcome, inputs);
    expect(main.summary).toBe('');
    expect(post.summary).toMatch(heading);
    expect(post.summary.match(/^#/gm)).toHaveLength(1);
  });
});
