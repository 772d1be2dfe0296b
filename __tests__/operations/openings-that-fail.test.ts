import { describe, expect, test } from '@jest/globals';
import { readStateChunks } from '../../src/deployment/deployment.ts';
import {
  acme,
  annotations,
  beta,
  createWorld,
  incident,
  type Stage,
  type WorldOptions,
  window,
} from '../support/world.ts';

const raising = { ...window, 'on-failure': 'incident' } as const;
const recordsOf = ({ states }: Stage) => readStateChunks((name) => states.at(-1)?.[name] || undefined)?.records;
const writing: WorldOptions = { scopes: ['maintenances:write', 'maintenances:read'] };

describe('a window whose failure opens an incident', () => {
  test('is not opened by a key that could not open the incident', async () => {
    const world = createWorld(writing);
    const main = await world.main(raising);
    expect(main.exitCode).toBe(1);
    expect(annotations(main)).toEqual([
      expect.stringMatching(
        /^error: Could not make sure that a failure can open an incident: .*the scope incidents:write/,
      ),
    ]);
    expect(world.page()).toEqual([]);
  });

  test('is opened with a warning if the policy lets that pass', async () => {
    const world = createWorld(writing);
    const main = await world.main({ ...raising, 'on-api-error': 'warn' });
    expect(main.exitCode).toBe(0);
    expect(annotations(main)).toEqual([
      expect.stringMatching(/^warning: Could not make sure that a failure can open an incident: /),
      expect.stringMatching(/^warning: on-failure: incident is set without outcome, so every failure /),
    ]);
    expect(world.page()).toHaveLength(1);
  });

  test('is opened with a line in the log if the server does not tell', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 503, times: 'always', match: { path: '/incidents' } });
    for (const policy of ['auto', 'fail']) {
      const main = await world.main({ ...raising, outcome: 'success', 'on-api-error': policy });
      expect(main.exitCode).toBe(0);
      expect(main.said[1]).toMatch(/^info: Could not make sure that a failure can open an incident: .*HTTP 503/);
      expect(annotations(main)).toEqual([]);
    }
  });

  test('warns that every end of the job counts, unless an outcome or a command decides', async () => {
    const warned = async (inputs: object, around = {}) =>
      annotations(await createWorld().main({ ...raising, ...inputs }, around)).filter((line) =>
        line.includes('without outcome'),
      );
    expect(await warned({})).toHaveLength(1);
    expect(await warned({ outcome: 'failure' })).toEqual([]);
    expect(await warned({ outcome: '' })).toEqual([]);
    expect(await warned({ 'on-failure': 'keep' })).toEqual([]);
  });
});

test('an incident needs no proof, and no warning about the outcome', async () => {
  const world = createWorld();
  const main = await world.main({ ...incident, 'on-failure': 'keep' });
  expect(annotations(main)).toEqual([]);
  expect(world.requests()).toEqual(['POST /incidents 201']);
});

describe('an opening that fails', () => {
  const both = { ...window, 'status-page': `${acme},${beta}` } as const;

  test('on one page undoes what it opened on the other, and leaves nothing to its post step', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 403, match: { method: 'POST', body: beta } });
    const main = await world.main(both);
    expect(main.exitCode).toBe(1);
    expect(annotations(main)).toEqual([expect.stringMatching(/^error: Could not open the maintenance window on /)]);
    expect(main.said).toContainEqual(
      expect.stringMatching(/^info: Deleted the maintenance window .*: nothing was deployed\.$/),
    );
    expect(world.page()).toEqual([]);
    expect(recordsOf(main)).toEqual([]);
    const before = world.requests().length;
    const post = await world.post(main, { 'job-status': 'failure' });
    expect(post.said).toEqual(['info: Nothing to end: nothing is left on the page.']);
    expect(world.requests()).toHaveLength(before);
  });

  test('and cannot undo what it opened leaves that to its post step', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 403, match: { method: 'POST', body: beta } });
    world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'DELETE' } });
    const main = await world.main(both);
    expect(recordsOf(main)).toMatchObject([{ stage: 'open', id: '1' }]);
    await world.post(main, { 'job-status': 'failure' });
    expect(world.page()).toEqual([]);
  });

  test('with a warning counts the pages that have no notice in its summary', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 429, times: 'always', match: { method: 'POST', body: beta } });
    const main = await world.main(both);
    expect(main.exitCode).toBe(0);
    expect(annotations(main)).toEqual([
      expect.stringMatching(/^warning: Could not open the maintenance window on .*HTTP 429/),
    ]);
    expect(main.summary).toMatch(/^### ⚠️ .*[Nn]o notice/);
    expect((await createWorld().main(both)).summary).toBe('');
  });

  test('names the search for its pages', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 400, match: { path: '/status-pages' } });
    const main = await world.main({ ...window, 'status-page': 'acme' });
    expect(annotations(main)).toEqual([expect.stringMatching(/^error: Could not look up the status page: .*HTTP 400/)]);
  });
});

describe('what the end of a failed deployment promises', () => {
  const promise = async (inputs: object, around = {}) => {
    const world = createWorld();
    const main = await world.main({ ...window, ...inputs }, around);
    return annotations(await world.post(main, { 'job-status': 'failure' }, around)).join('\n');
  };

  test('is that the next successful run of the step ends its window', async () => {
    expect(await promise({ outcome: 'failure' })).toContain(' The next successful run of this step ends it.');
  });

  test('is that it resolves the incident only if it searches for that', async () => {
    const resolves = ' The next successful run of this step resolves it, unless a person edits it.';
    expect(await promise({ ...raising, outcome: 'failure' })).toContain(resolves);
    expect(await promise({ ...raising, outcome: 'failure', recover: 'false' })).not.toContain(resolves);
  });
});

describe('the end of a deployment', () => {
  test('whose address of the API has changed says which one to set, and offers no command', async () => {
    const world = createWorld();
    const main = await world.main(window);
    const post = await world.post(main, { 'api-url': 'https://other.example/v1' });
    expect(post.exitCode).toBe(0);
    expect(annotations(post)).toEqual([
      expect.stringMatching(
        /^(?:warning|error): Could not end the notice: it was opened at https:\S+v1, but api-url is now https:\/\/other\.example\/v1\. The API key is sent only to that address\. Set api-url to https:\S+ if you trust it\./,
      ),
    ]);
    expect(post.summary).not.toContain('curl');
  });

  test('that was left to `resolve` says so', async () => {
    const world = createWorld();
    const main = await world.main({ ...window, 'auto-resolve': 'false' });
    expect((await world.post(main)).said).toEqual([
      'info: Left on the page, because auto-resolve is false. End it with resolve.',
    ]);
  });

  test('of two incidents of which one cannot be resolved fails the job only with on-api-error: fail', async () => {
    const exitWith = async (policy: string) => {
      const world = createWorld();
      const main = await world.main({ ...incident, 'status-page': `${acme},${beta}`, 'on-api-error': policy });
      world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'POST', path: '/incidents/1' } });
      return (await world.post(main)).exitCode;
    };
    expect([await exitWith('fail'), await exitWith('auto')]).toEqual([1, 0]);
  });

  test('of a window that cannot be ended never fails the job', async () => {
    const world = createWorld();
    const main = await world.main({ ...window, 'on-api-error': 'fail' });
    world.emulator.addFault({ kind: 'status', status: 403, times: 'always', match: { method: 'PATCH' } });
    const post = await world.post(main);
    expect(post.exitCode).toBe(0);
    expect(annotations(post)).toEqual([expect.stringMatching(/^warning: Could not end the maintenance window /)]);
  });
});
