import { describe, expect, test } from '@jest/globals';
import type { FaultRule } from '../../src/emulator/faults.ts';
import { WireError, type WireErrorCode } from '../../src/statuspage/wire.ts';
import { annotations, createWorld, incident, window } from '../support/world.ts';

const fixable: readonly FaultRule[] = [
  { kind: 'status', status: 400 },
  { kind: 'status', status: 401 },
  { kind: 'status', status: 403 },
  { kind: 'status', status: 404 },
  { kind: 'status', status: 402 },
  { kind: 'status', status: 422 },
  { kind: 'redirect', location: 'https://elsewhere.example' },
];
const others: readonly FaultRule[] = [
  { kind: 'status', status: 408 },
  { kind: 'status', status: 500 },
  { kind: 'html' },
  { kind: 'html', status: 403 },
  { kind: 'rate-limit' },
  { kind: 'reset' },
  { kind: 'silence' },
  { kind: 'not-json' },
  { kind: 'too-large', bytes: 9_000_000 },
];
const unsent: readonly WireErrorCode[] = ['refused', 'unknown-host', 'certificate', 'proxy'];

describe('what the repository can fix', () => {
  test.each(fixable.map((fault) => [JSON.stringify(fault), fault] as const))('fails main: %s', async (_name, fault) => {
    for (const policy of ['auto', 'fail', 'warn'] as const) {
      const world = createWorld();
      world.emulator.addFault(fault);
      const main = await world.main({ ...window, 'on-api-error': policy });
      expect(main).toMatchObject({ exitCode: policy === 'warn' ? 0 : 1, outputs: { id: 'none' } });
      expect(annotations(main)).toEqual([
        expect.stringMatching(policy === 'warn' ? /^warning: .*Could not open the/ : /^error: .*Could not open the/),
      ]);
      expect(world.requests().filter((request) => request.startsWith('POST'))).toHaveLength(1);
      // The post step does not search for what was refused.
      const before = world.requests().length;
      const post = await world.post(main);
      expect(post).toMatchObject({
        exitCode: 0,
        said: ['info: Nothing to end: nothing is left on the page.'],
        summary: '',
      });
      expect(world.requests()).toHaveLength(before);
    }
  });
});

describe('what the repository cannot fix', () => {
  test.each(others.map((fault) => [JSON.stringify(fault), fault] as const))(
    'is a warning, and the deployment continues: %s',
    async (_name, fault) => {
      for (const policy of ['auto', 'fail', 'warn'] as const) {
        const world = createWorld();
        world.emulator.addFault({ ...fault, times: 'always' });
        const main = await world.main({ ...window, 'on-api-error': policy });
        expect(main).toMatchObject({ exitCode: policy === 'fail' ? 1 : 0, outputs: { id: 'none' } });
        const level = policy === 'fail' ? 'error: ' : 'warning: ';
        expect(annotations(main)[0]).toContain(`${level}Could not open the`);
      }
    },
  );

  test.each(unsent)('so is a request that was never sent: %s', async (code) => {
    const world = createWorld();
    const wire = () => async () => {
      throw new WireError(code, { sent: false, detail: 'ENOWAY' });
    };
    const main = await world.main(window, { wire });
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: 'none' } });
    expect(annotations(main)).toEqual([expect.stringMatching(/^warning: Could not open the .*statuspage\.me/)]);
    expect(main.summary).toMatch(
      /^### ⚠️ No notice, StatusPage\.me could not be reached \(the deployment continued\)\n/,
    );
    const post = await world.post(main);
    expect(annotations(post)).toEqual([]);
    // The post step sends nothing but one list, in which it looks for what earlier runs left.
    expect(world.requests()).toEqual(['GET /maintenances 200']);
  });

  test('a create that was never sent is sent again', async () => {
    const world = createWorld();
    let times = 2;
    const main = await world.main(window, {
      wire: (send) => async (request) => {
        times -= 1;
        if (times >= 0) throw new WireError('refused', { sent: false, detail: 'ECONNREFUSED' });
        return send(request);
      },
    });
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: '1' } });
    expect(world.page()).toEqual(['window 1 active 12:00:00-12:30:00']);
  });
});

describe('a 409, which may mean that the create was applied,', () => {
  const conflict: FaultRule = { kind: 'status', status: 409, match: { method: 'POST' } };

  test('leads to one window, created again only after a search', async () => {
    const world = createWorld();
    world.emulator.addFault(conflict);
    const main = await world.main(window);
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: '1' } });
    expect(world.requests().slice(0, 2)).toEqual(['POST /maintenances 409', 'GET /maintenances 200']);
    expect(world.requests().filter((request) => request.startsWith('POST'))).toHaveLength(2);
    expect(world.page()).toEqual(['window 1 active 12:00:00-12:30:00']);
  });

  test('fails main if it does not end', async () => {
    const world = createWorld();
    world.emulator.addFault({ ...conflict, times: 'always' });
    const main = await world.main(window);
    expect(main).toMatchObject({ exitCode: 1, outputs: { id: 'none' } });
    expect(annotations(main)).toEqual([expect.stringMatching(/^error: Could not open the .*409/)]);
  });
});

describe('the search for pages', () => {
  test.each([
    ['auto', 503, 0, 'warning', /^info: Did not search for notices that earlier runs left on the status page: .*503/],
    ['fail', 503, 1, 'error', /^info: This step opened nothing/],
    ['warn', 403, 0, 'warning', /^info: This step opened nothing/],
    ['auto', 403, 1, 'error', /^info: This step opened nothing/],
  ] as const)('follows the same policy: %s, %d', async (policy, status, exitCode, level, said) => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status, times: 'always' });
    const main = await world.main({ ...window, 'status-page': 'acme', 'on-api-error': policy });
    expect(main).toMatchObject({ exitCode, outputs: { id: 'none' } });
    expect(annotations(main)).toEqual([
      expect.stringMatching(new RegExp(`^${level}: Could not look up the status page: `)),
    ]);
    const post = await world.post(main);
    expect(post).toMatchObject({ exitCode: 0, said: [expect.stringMatching(said)] });
  });
});

describe('wrong inputs', () => {
  test('fail under every policy, all in one message, and nothing is sent', async () => {
    for (const policy of ['auto', 'fail', 'warn']) {
      const world = createWorld();
      const main = await world.main({
        ...window,
        duration: '30',
        start: 'soon',
        'on-failure': 'ignore',
        id: '7',
        'on-api-error': policy,
      });
      expect(main).toMatchObject({ exitCode: 1, outputs: { id: 'none', created: 'false', records: '[]' } });
      expect(annotations(main)).toEqual([
        expect.stringMatching(
          /^error: 4 invalid inputs, nothing was sent\.\nduration: .*30m.*\nstart: .*\non-failure: .*\nid is not for .*resolve\?$/s,
        ),
      ]);
      expect(world.requests()).toEqual([]);
      expect((await world.post(main)).exitCode).toBe(0);
    }
  });

  test('of an operation that is unknown fail', async () => {
    const main = await createWorld().main({ ...window, operation: 'open' });
    expect(main).toMatchObject({ exitCode: 1, said: [expect.stringMatching(/^error: .*operation: .*open-incident/s)] });
  });

  test('never show the key', async () => {
    const main = await createWorld().main({ ...window, 'api-key': 'secret key' });
    expect(main).toMatchObject({ exitCode: 1, masked: ['secret key'] });
    expect(JSON.stringify([main.said, main.summary])).not.toContain('secret key');
  });
});

describe('without a key', () => {
  const keyless = { 'status-page': window['status-page'] };

  test('main fails and explains where a key comes from, and why it may be empty', async () => {
    const main = await createWorld().main(keyless);
    expect(main).toMatchObject({ exitCode: 1, masked: [] });
    expect(annotations(main)).toEqual([expect.stringMatching(/^error: .*api-console.*secrets: inherit.*environment:/)]);
  });

  test('main continues with on-api-error: warn', async () => {
    const main = await createWorld().main({ ...keyless, 'on-api-error': 'warn' });
    expect(main).toMatchObject({ exitCode: 0, said: [expect.stringMatching(/^warning: .*no API key/)] });
  });

  test('the job continues with a notice if the run gets no secrets', async () => {
    const missingSecrets = 'a pull request from a fork gets no secrets';
    for (const inputs of [keyless, { ...incident, 'api-key': '' }, { ...keyless, 'on-api-error': 'fail' }]) {
      const main = await createWorld().main(inputs, { missingSecrets });
      expect(main).toMatchObject({ exitCode: 0, outputs: { id: 'none' } });
      expect(annotations(main)).toEqual([
        expect.stringMatching(/^notice: Could not open a notice: a pull request from a fork/),
      ]);
    }
    const resolve = { operation: 'resolve', id: '1', kind: 'maintenance' };
    const main = await createWorld().main(resolve, { missingSecrets });
    expect(main).toMatchObject({ exitCode: 0, said: [expect.stringMatching(/^notice: Could not end anything: /)] });
    expect(main.summary).not.toContain('No notice');
  });

  test('resolve fails, because the notice stays on the page', async () => {
    const main = await createWorld().main({ operation: 'resolve', id: '1', kind: 'maintenance' });
    expect(main).toMatchObject({
      exitCode: 1,
      said: [expect.stringMatching(/^error: Could not end anything: .*no API key/)],
    });
    expect(main.summary).not.toContain('No notice');
  });
});

test('an unexpected error fails main with one message, and asks for a report', async () => {
  const world = createWorld();
  const wire = () => async () => {
    throw new TypeError('x is not a function');
  };
  const main = await world.main(window, { wire });
  expect(main.exitCode).toBe(1);
  expect(annotations(main)).toEqual([expect.stringMatching(/^error: .*TypeError: x is not a function.*report/)]);
});
