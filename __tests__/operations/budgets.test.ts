import { describe, expect, test } from '@jest/globals';
import type { FaultRule } from '../../src/emulator/faults.ts';
import type { Inputs } from '../support/test-host.ts';
import { acme, beta, createWorld, incident, type Stage, type WorldOptions, window } from '../support/world.ts';

const lastingTroubles: readonly FaultRule[] = [
  { kind: 'silence' },
  { kind: 'silence', when: 'after' },
  { kind: 'status', status: 503 },
  { kind: 'reset' },
  { kind: 'reset', when: 'after' },
  { kind: 'rate-limit' },
  { kind: 'rate-limit', retryAfterSeconds: 8 },
  { kind: 'delay', ms: 9_000 },
  { kind: 'delay', ms: 4_500, when: 'after' },
  { kind: 'not-json' },
];
const methods = [undefined, 'GET', 'POST', 'PATCH', 'DELETE'] as const;

const troubles = lastingTroubles.flatMap((code) =>
  methods.map((method): readonly [string, FaultRule] => [
    `${JSON.stringify(code)} for ${method ?? 'everything'}`,
    { ...code, times: 'always', ...(method !== undefined && { match: { method } }) },
  ]),
);

const openings: Readonly<Record<string, Inputs>> = {
  'a window': window,
  'an incident': incident,
  'a window with a key': { ...window, 'deployment-key': 'production' },
  'a shared window': { ...window, 'deployment-key': 'production', 'auto-resolve': 'false' },
  'a window by slug': { ...window, 'status-page': 'acme' },
  'windows on several pages': { ...window, 'status-page': `${acme},${beta},gamma` },
  'a window that may become an incident': { ...window, 'on-failure': 'incident', outcome: 'success' },
  'a window that must be opened': { ...window, 'status-page': `${acme},${beta}`, 'on-api-error': 'fail' },
  'a window with patience for each request': { ...window, 'request-timeout': '30s' },
  'an incident with little patience': { ...incident, 'request-timeout': '1s', 'deployment-key': 'production' },
};

const resolutions: Readonly<Record<string, Inputs>> = {
  'by id': { ...window, operation: 'resolve', id: '1,2,3', kind: 'maintenance' },
  'incidents by id': { ...window, operation: 'resolve', id: '1', kind: 'incident' },
  'by key': { ...window, operation: 'resolve', 'deployment-key': 'production' },
  'by id and outcome': {
    ...window,
    operation: 'resolve',
    id: '1',
    kind: 'maintenance',
    outcome: 'failure',
    'on-failure': 'incident',
  },
};

/** The troubles under which a step took longer than it may, in milliseconds. */
async function findSlow(mostMs: number, take: (code: FaultRule) => Promise<Stage>): Promise<readonly string[]> {
  const slow: string[] = [];
  for (const [name, trouble] of troubles) {
    const { tookMs } = await take(trouble);
    if (tookMs > mostMs) slow.push(`${tookMs} ms with ${name}`);
  }
  return slow;
}

/** A server that lives by its own clock costs a request more. */
const skewed: WorldOptions = { clockSkewSeconds: 90 };

describe('main takes 20 s at most, whatever the server does', () => {
  test.each(Object.entries(openings))('for %s', async (_what, inputs) => {
    const take = async (code: FaultRule) => {
      const world = createWorld(skewed);
      world.emulator.addFault(code);
      return world.main(inputs);
    };
    expect(await findSlow(20_000, take)).toEqual([]);
  });

  test.each(Object.entries(resolutions))('to resolve %s', async (_what, inputs) => {
    const take = async (code: FaultRule) => {
      const world = createWorld(skewed);
      await world.main({ ...window, 'deployment-key': 'production', 'auto-resolve': 'false' });
      await world.main(incident);
      world.emulator.addFault(code);
      return world.main(inputs);
    };
    expect(await findSlow(20_000, take)).toEqual([]);
  });
});

const endings: Readonly<Record<string, Inputs>> = {
  'a success': {},
  'a failure that is kept': { 'job-status': 'failure' },
  'a failure that becomes an incident': { 'job-status': 'failure', 'on-failure': 'incident' },
};
const both = Object.entries(openings).flatMap(([what, inputs]) =>
  Object.entries(endings).map(([how, ending]) => [what, how, { inputs, ending }] as const),
);

describe('post takes 30 s at most, whatever the server does', () => {
  test.each(both)('for %s after %s', async (_what, _how, { inputs, ending }) => {
    const take = async (code: FaultRule) => {
      const world = createWorld(skewed);
      const main = await world.main(inputs);
      await world.pass(60_000);
      world.emulator.addFault(code);
      return world.post(main, ending);
    };
    expect(await findSlow(30_000, take)).toEqual([]);
  });

  test('after a main that was killed', async () => {
    const take = async (code: FaultRule) => {
      const world = createWorld(skewed);
      const twoPages = { ...window, 'status-page': `${acme},${beta}` };
      const main = await world.main(twoPages, { kill: { request: 1, when: 'after' } });
      world.emulator.addFault(code);
      return world.post(main);
    };
    expect(await findSlow(30_000, take)).toEqual([]);
  });
});
