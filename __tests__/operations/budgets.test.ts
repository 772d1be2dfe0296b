import { describe, expect, test } from '@jest/globals';
import type { FaultRule } from '../../src/emulator/faults.ts';
import type { Inputs } from '../support/test-host.ts';
import {
  acme,
  beta,
  createWorld,
  incident,
  type Stage,
  type World,
  type WorldOptions,
  window,
} from '../support/world.ts';

const faults: readonly FaultRule[] = [
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
const methods = ['GET', 'POST', 'PATCH', 'DELETE'] as const;

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

/** A step under one fault, or under none, and its requests. */
type Play = (fault: FaultRule | undefined) => Promise<{ readonly stage: Stage; readonly requests: readonly string[] }>;

/** Plays the last step of a world under a fault. */
async function playUnder(world: World, fault: FaultRule | undefined, step: () => Promise<Stage>): ReturnType<Play> {
  const before = world.requests().length;
  if (fault !== undefined) world.emulator.addFault(fault);
  return { stage: await step(), requests: world.requests().slice(before) };
}

/**
 * The faults under which a step took longer than it may, in milliseconds: each fault for every request, and for each method alone. A step
 * that sends no request of a method without a fault sends none with a fault of that method either, so there it would be the same play.
 */
async function findSlow(mostMs: number, play: Play): Promise<readonly string[]> {
  const { requests } = await play(undefined);
  const sent = methods.filter((method) => requests.some((request) => request.startsWith(method)));
  const slow: string[] = [];
  for (const fault of faults) {
    for (const method of [undefined, ...sent]) {
      const rule: FaultRule = { ...fault, times: 'always', ...(method !== undefined && { match: { method } }) };
      const { tookMs } = (await play(rule)).stage;
      if (tookMs > mostMs) slow.push(`${tookMs} ms with ${JSON.stringify(fault)} for ${method ?? 'everything'}`);
    }
  }
  return slow;
}

/** A server that lives by its own clock costs a request more. */
const skewed: WorldOptions = { clockSkewSeconds: 90 };

describe('main takes 20 s at most, whatever the server does', () => {
  test.each(Object.entries(openings))('for %s', async (_what, inputs) => {
    const play: Play = async (fault) => {
      const world = createWorld(skewed);
      return playUnder(world, fault, () => world.main(inputs));
    };
    expect(await findSlow(20_000, play)).toEqual([]);
  });

  test.each(Object.entries(resolutions))('to resolve %s', async (_what, inputs) => {
    const play: Play = async (fault) => {
      const world = createWorld(skewed);
      await world.main({ ...window, 'deployment-key': 'production', 'auto-resolve': 'false' });
      await world.main(incident);
      return playUnder(world, fault, () => world.main(inputs));
    };
    expect(await findSlow(20_000, play)).toEqual([]);
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
    const play: Play = async (fault) => {
      const world = createWorld(skewed);
      const main = await world.main(inputs);
      await world.pass(60_000);
      return playUnder(world, fault, () => world.post(main, ending));
    };
    expect(await findSlow(30_000, play)).toEqual([]);
  });

  test('after a main that was killed', async () => {
    const play: Play = async (fault) => {
      const world = createWorld(skewed);
      const twoPages = { ...window, 'status-page': `${acme},${beta}` };
      const main = await world.main(twoPages, { kill: { request: 1, when: 'after' } });
      return playUnder(world, fault, () => world.post(main));
    };
    expect(await findSlow(30_000, play)).toEqual([]);
  });
});
