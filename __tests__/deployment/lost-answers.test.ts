import { describe, expect, test } from '@jest/globals';
import type { FaultRule } from '../../src/emulator/faults.ts';
import type { Inputs } from '../support/test-host.ts';
import {
  acme,
  annotations,
  createWorld,
  incident,
  type Stage,
  type World,
  type WorldOptions,
  window,
} from '../support/world.ts';

const someoneElses = {
  maintenance: {
    path: '/maintenances',
    body: {
      status_page_id: acme,
      title: 'Theirs',
      message: 'Power supply.',
      start_at: '2026-03-14T11:00:00Z',
      end_at: '2026-03-15T11:00:00Z',
    },
  },
  incident: { path: '/incidents', body: { status_page_id: acme, title: 'Theirs', message: 'Power supply.' } },
} as const;

const kinds = [
  { kind: 'maintenance', what: 'a window', inputs: window as Inputs, path: '/maintenances' },
  { kind: 'incident', what: 'an incident', inputs: incident as Inputs, path: '/incidents' },
] as const;

/** A page with a notice of other people, which must stay as it is, and which proves that the list shows messages. */
async function createPeopledWorld(
  kind: 'maintenance' | 'incident',
  options: WorldOptions = {},
  theirs = 1,
): Promise<World> {
  const world = createWorld(options);
  for (let number = 1; number <= theirs; number += 1)
    await world.people('POST', someoneElses[kind].path, someoneElses[kind].body);
  return world;
}

/** Our own records of both kinds, and how many of them visitors still see. */
function ours({ emulator }: World) {
  const windows = emulator.windows().filter(({ title }) => title !== 'Theirs');
  const incidents = emulator.incidents().filter(({ title }) => title !== 'Theirs');
  const open = windows.filter(({ state }) => state !== 'past').length;
  return {
    made: windows.length + incidents.length,
    open: open + incidents.filter(({ state }) => state !== 'resolved').length,
  };
}

function creations(world: World): number {
  return world.journal().filter(({ method, path }) => method === 'POST' && /^\/\w+$/.test(path)).length;
}

interface Loss {
  readonly fault: FaultRule;
  readonly applied: boolean;
}

const answeredLosses: readonly Loss[] = [
  { fault: { kind: 'status', status: 500, when: 'after' }, applied: true },
  { fault: { kind: 'status', status: 503, when: 'before' }, applied: false },
  { fault: { kind: 'status', status: 408, when: 'after' }, applied: true },
  { fault: { kind: 'html', when: 'after' }, applied: true },
  { fault: { kind: 'html', when: 'before' }, applied: false },
  { fault: { kind: 'reset', when: 'after' }, applied: true },
  { fault: { kind: 'reset', when: 'before' }, applied: false },
  { fault: { kind: 'cut-off' }, applied: true },
  { fault: { kind: 'empty' }, applied: true },
  { fault: { kind: 'not-json' }, applied: true },
  { fault: { kind: 'too-large', bytes: 9_000_000 }, applied: true },
];
/** A proxy or the server may have applied it, but the same answer again would be for the repository to fix. */
const conflicts: readonly Loss[] = [303, 409].flatMap((status) => [
  { fault: { kind: 'status', status, when: 'after' }, applied: true } as const,
  { fault: { kind: 'status', status, when: 'before' }, applied: false } as const,
]);
const timeOuts: readonly Loss[] = [
  { fault: { kind: 'silence', when: 'after' }, applied: true },
  { fault: { kind: 'silence', when: 'before' }, applied: false },
  { fault: { kind: 'delay', ms: 12_000 }, applied: true },
  { fault: { kind: 'delay', ms: 5_000, when: 'after' }, applied: true },
];

const name = ({ fault }: Loss) => JSON.stringify(fault);
const lists: readonly WorldOptions[] = [{}, { messageInLists: false }, { messageInLists: false, noMessage: 'absent' }];
const each = kinds.flatMap((one) =>
  [...answeredLosses, ...conflicts, ...timeOuts].flatMap((loss) =>
    lists.map((options) => [one.what, name(loss), options, { ...one, ...loss }] as const),
  ),
);

describe('if the page can be searched for the reference', () => {
  test.each(each)(
    '%s is created once and ended, although its answer met %s: %j',
    async (_what, _fault, options, one) => {
      const { kind, inputs, path, fault, applied } = one;
      const timesOut = ['silence', 'delay'].includes(fault.kind);
      const slow = fault.kind === 'delay' && fault.when === 'after';
      const world = await createPeopledWorld(kind, options);
      world.emulator.addFault({ ...fault, match: { method: 'POST', path } });
      const main = await world.main({ ...inputs, ...(slow && { 'request-timeout': '4s' }) });
      expect(main.exitCode).toBe(0);
      expect(main.tookMs).toBeLessThanOrEqual(20_000);
      const made = applied || !timesOut;
      expect(ours(world)).toEqual({ made: made ? 1 : 0, open: made ? 1 : 0 });
      expect(creations(world)).toBe(applied || timesOut ? 1 : 2);
      expect(main.outputs.id).toBe(made ? '2' : 'none');

      await world.pass(60_000);
      const post = await world.post(main);
      await world.pass(1_000);
      expect(post.exitCode).toBe(0);
      expect(ours(world)).toEqual({ made: made ? 1 : 0, open: 0 });
      expect(world.page()[0]).toMatch(/^(window 1 active|incident 1 investigating "Power supply."$)/);
    },
  );
});

describe('if the page cannot be searched', () => {
  const bothKinds = ['maintenance', 'incident'];
  const blind = [
    { why: 'the key may not list', kinds: bothKinds, options: { scopes: ['maintenances:write', 'incidents:write'] } },
    {
      why: 'too many would have to be read one by one',
      kinds: bothKinds,
      options: { messageInLists: false, order: 'oldest' },
      theirs: 25,
    },
    { why: 'the list may be cut', kinds: ['incident'], options: { order: 'oldest' }, theirs: 200 },
    { why: 'there is no reference', kinds: bothKinds, more: { marker: 'false' } },
  ] as const satisfies readonly {
    why: string;
    kinds: readonly string[];
    options?: WorldOptions;
    theirs?: number;
    more?: Inputs;
  }[];
  const all = kinds.flatMap((one) =>
    blind
      .filter((blindness) => blindness.kinds.some((kind) => kind === one.kind))
      .flatMap((blindness) =>
        [...answeredLosses, ...timeOuts.filter(({ fault }) => fault.kind === 'silence')].map(
          (loss) =>
            [
              one.what,
              blindness.why,
              name(loss),
              { options: {}, theirs: 1, more: {}, ...one, ...loss, ...blindness },
            ] as const,
        ),
      ),
  );

  test.each(all)('%s is not sent again if %s: %s', async (_what, _why, _fault, one) => {
    const { kind, inputs, path, fault, applied, options, theirs, more } = one;
    const world = await createPeopledWorld(kind, options as WorldOptions, theirs);
    world.emulator.addFault({ ...fault, match: { method: 'POST', path } });
    const main = await world.main({ ...inputs, ...more });
    expect(main.exitCode).toBe(0);
    expect(creations(world)).toBe(1);
    expect(ours(world)).toEqual({ made: applied ? 1 : 0, open: applied ? 1 : 0 });
    expect(main.outputs).toMatchObject({ id: 'none', created: 'false' });
    const warnings = main.said.filter((line) => line.startsWith('warning: '));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/may exist\. It was not sent again, so that there are never two/);
    const sign = 'marker' in more ? 'the newest one' : '"Ref: \\S+" in its message';
    expect(warnings[0]).toMatch(new RegExp(`Check the page for ${sign}, and end it if you do not want it`));

    const post = await world.post(main);
    expect(post.exitCode).toBe(0);
    expect(creations(world)).toBe(1);
    expect(ours(world)).toEqual({ made: applied ? 1 : 0, open: applied ? 1 : 0 });
    const annotations = post.said.filter((line) => !line.startsWith('info: '));
    expect(annotations).toHaveLength(1);
    expect(annotations[0]).toMatch(kind === 'incident' ? /^error: / : /^warning: /);
  });
});

test.each(kinds.flatMap((one) => conflicts.map((loss) => [one.what, name(loss), { ...one, ...loss }] as const)))(
  '%s whose answer met %s fails main if the page cannot be searched, and is not sent again',
  async (_, _fault, one) => {
    const { inputs, path, fault, applied } = one;
    const world = createWorld({ scopes: ['maintenances:write', 'incidents:write'] });
    world.emulator.addFault({ ...fault, match: { method: 'POST', path } });
    const main = await world.main(inputs);
    expect(main).toMatchObject({ exitCode: 1, outputs: { id: 'none' } });
    expect(main.said[0]).toMatch(/^error: .*may exist\. It was not sent again, so that there are never two/);
    expect(creations(world)).toBe(1);
    expect(ours(world)).toEqual({ made: applied ? 1 : 0, open: applied ? 1 : 0 });
  },
);

describe('a create that was surely not applied', () => {
  test('by the rate limit is sent again when the server allows it', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'rate-limit', retryAfterSeconds: 7, as: 'date' });
    const main = await world.main(window);
    expect(world.requests()).toEqual(['POST /maintenances 429', 'POST /maintenances 201']);
    expect(main.tookMs).toBeGreaterThanOrEqual(7_000);
    expect(main.tookMs).toBeLessThan(8_000);
  });

  test('by a rate limit that outlasts the budget is given up at once, and post says that it could not list the page', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'rate-limit', retryAfterSeconds: 60, times: 'always' });
    const main = await world.main(window);
    expect(main).toMatchObject({ exitCode: 0, tookMs: 0, outputs: { id: 'none' } });
    expect(world.requests()).toEqual(['POST /maintenances 429']);
    expect(main.said).toEqual([expect.stringMatching(/^warning: .*too many requests \(HTTP 429/)]);
    const post = await world.post(main);
    expect(post.exitCode).toBe(0);
    expect(post.said).toEqual([
      expect.stringMatching(
        /^info: Did not search for notices that earlier runs left on .*too many requests \(HTTP 429/,
      ),
    ]);
    expect(world.requests()).toEqual(['POST /maintenances 429', 'GET /maintenances 429']);
  });
});

test('an incident on a component may be on another page, so its absence proves nothing', async () => {
  for (const when of ['before', 'after'] as const) {
    const world = createWorld();
    const onBeta = { ...incident, 'component-id': '0b6a3c52-8a43-4a1e-8f0a-5f5b7c9f1201' };
    world.emulator.addFault({ kind: 'reset', when, match: { method: 'POST' } });
    const main = await world.main(onBeta);
    expect(main.said).toEqual([
      expect.stringMatching(/^warning: .*It was not sent again, so that there are never two/),
    ]);
    expect(creations(world)).toBe(1);
  }
});

test('a create whose answers are lost again and again is named with the error of the server, not with a lack of time', async () => {
  const world = createWorld();
  world.emulator.addFault({ kind: 'status', status: 503, times: 'always', match: { method: 'POST' } });
  const main = await world.main(window);
  expect(main.exitCode).toBe(0);
  expect(main.tookMs).toBeLessThanOrEqual(20_000);
  expect(main.said).toEqual([
    expect.stringMatching(/^warning: .*HTTP 503.*. The last search did not find the window, but it may still/),
  ]);
  expect(world.page()).toEqual([]);
  const post = await world.post(main);
  expect(post.said).toEqual([
    expect.stringMatching(/^info: Nothing to end: .* was not found\. If it appears later, it ends by itself/),
  ]);
});

test('a create is never sent again without a search for what was sent before', async () => {
  for (const status of [500, 503, 504]) {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status, times: 'always', match: { method: 'POST' } });
    await world.main(window);
    const sendings = world.requests().map((request) => request.startsWith('POST'));
    expect(sendings.filter(Boolean).length).toBeGreaterThan(2);
    expect(sendings.filter((isSending, place) => isSending && sendings[place + 1])).toEqual([]);
    expect(sendings.at(-1)).toBe(false);
  }
});

test('a create that is applied after the last search of a main that met only 504 is found by the post step', async () => {
  const world = createWorld();
  world.emulator.addFault({ kind: 'status', status: 504, times: 'always', match: { method: 'POST' } });
  const main = await world.main(incident);
  world.emulator.clearFaults();
  await world.people('POST', '/incidents', world.journal()[0]?.body);
  await world.post(main);
  expect(ours(world)).toEqual({ made: 1, open: 0 });
});

test('a create that was lost, and was refused when it was sent again, fails, may come yet, and is found by the post step', async () => {
  const world = createWorld();
  world.emulator.addFault({ kind: 'status', status: 503, match: { method: 'POST' } });
  world.emulator.addFault({ kind: 'status', status: 403, match: { method: 'POST' } });
  const main = await world.main(window);
  const refused = 'does not have the scope maintenances:write';
  const lost = 'Before that, .* \\(HTTP 503.* after the request had been sent. .* may still appear';
  const todo = 'Create a key with the scopes .* Check the page later for "Ref: ';
  expect(main.exitCode).toBe(1);
  expect(annotations(main)).toEqual([expect.stringMatching(`${refused}.*\\. ${lost}\\. ${todo}`)]);
  expect(main.summary).toMatch(/^### ❌ Maybe a notice, and the post step searches again \(the step failed\)/);
  await world.people('POST', '/maintenances', world.journal()[0]?.body);
  expect(world.page()).toHaveLength(1);
  await world.post(main, { 'job-status': 'failure' });
  expect(world.page()).toEqual([]);
});

test('a create that was lost, and could not be sent again, may come yet', async () => {
  const world = createWorld();
  world.emulator.addFault({ kind: 'status', status: 503, match: { method: 'POST' } });
  world.emulator.addFault({ kind: 'rate-limit', retryAfterSeconds: 60, match: { method: 'POST' } });
  const main = await world.main(window);
  expect(main).toMatchObject({ exitCode: 0, said: [expect.stringMatching(/^warning: .*HTTP 503.*may still appear/)] });
});

test('a create that is applied after main has given up is found by the post step', async () => {
  const world = createWorld();
  world.emulator.addFault({ kind: 'delay', ms: 25_000, match: { method: 'POST' } });
  const main = await world.main(window);
  expect(main).toMatchObject({ exitCode: 0, outputs: { id: 'none' } });
  expect(world.page()).toEqual([]);
  await world.pass(300_000);
  expect(world.page()).toEqual(['window 1 active 12:00:00-12:30:00']);
  await world.post(main);
  await world.pass(1_000);
  expect(ours(world)).toEqual({ made: 1, open: 0 });
  expect(creations(world)).toBe(1);
});

test('a create that is applied after main has failed over it is undone by the post step', async () => {
  const world = createWorld();
  world.emulator.addFault({ kind: 'delay', ms: 25_000, match: { method: 'POST' } });
  const main = await world.main({ ...window, 'on-api-error': 'fail' });
  expect(main.exitCode).toBe(1);
  expect(main.tookMs).toBeLessThanOrEqual(20_000);
  await world.pass(30_000);
  expect(world.page()).toEqual(['window 1 active 12:00:00-12:30:00']);
  await world.post(main, { 'job-status': 'failure' });
  expect(world.page()).toEqual([]);
});

test('an error of the search after a lost answer is waited for inside the budget', async () => {
  const world = createWorld();
  world.emulator.addFault({ kind: 'reset', when: 'after', match: { method: 'POST' } });
  world.emulator.addFault({ kind: 'status', status: 503, times: 2, match: { method: 'GET' } });
  const main = await world.main(window);
  expect(main.outputs).toMatchObject({ id: '1', created: 'true' });
  expect(creations(world)).toBe(1);
});

test('a lost answer of the incident that a failure opens leaves one incident', async () => {
  for (const { fault, applied } of [...answeredLosses, ...timeOuts]) {
    const world = createWorld();
    const main = await world.main({ ...window, 'on-failure': 'incident', outcome: 'failure' });
    world.emulator.addFault({ ...fault, match: { method: 'POST', path: '/incidents' } });
    await world.pass(60_000);
    const post = await world.post(main);
    await world.pass(1_000);
    const timesOut = fault.kind === 'silence';
    expect(post.tookMs).toBeLessThanOrEqual(30_000);
    const opened = applied || !timesOut;
    expect(world.emulator.incidents()).toHaveLength(opened ? 1 : 0);
    // The incident comes first. If it could not be opened, the window stays.
    expect(world.emulator.windows()).toMatchObject([{ state: opened ? 'past' : 'active' }]);
  }
});

describe.each(kinds)('$what that was created again after a lost answer', ({ kind, inputs, path }) => {
  /** Main whose first creation was answered with 503 and came all the same, after the second one was made. */
  async function createLate(more: Inputs = {}): Promise<{ readonly world: World; readonly main: Stage }> {
    const world = await createPeopledWorld(kind);
    world.emulator.addFault({ kind: 'status', status: 503, match: { method: 'POST', path } });
    const main = await world.main({ ...inputs, ...more });
    await world.people('POST', path, world.journal().find(({ method }) => method === 'POST')?.body);
    return { world, main };
  }

  test('is ended with its duplicate, which came late', async () => {
    const { world, main } = await createLate();
    expect(ours(world)).toEqual({ made: 2, open: 2 });
    const post = await world.post(main);
    expect(post.exitCode).toBe(0);
    expect(ours(world)).toEqual({ made: 2, open: 0 });
  });

  test('is ended even if its duplicate cannot be searched for', async () => {
    const { world, main } = await createLate();
    world.emulator.addFault({
      kind: 'status',
      status: 403,
      times: 'always',
      match: { method: 'GET', path: `^${path}$` },
    });
    await world.post(main);
    expect(ours(world)).toEqual({ made: 2, open: 1 });
  });
});

test('a lost create of a shared notice is not taken for the own notice of another step, whose reference begins alike', async () => {
  const world = createWorld();
  const keyed = { ...window, 'deployment-key': 'production' } as const;
  const own = await world.main(keyed);
  world.emulator.addFault({ kind: 'reset', when: 'before', match: { method: 'POST' } });
  const shared = await world.main({ ...keyed, 'auto-resolve': 'false' }, { run: { step: '__other' } });
  expect(own.outputs.marker?.startsWith(`${shared.outputs.marker}-`)).toBe(true);
  expect([own.outputs.id, shared.outputs.id]).toEqual(['1', '2']);
  expect(world.page()).toHaveLength(2);
});

test('a create that was answered is not searched for: post lists the page once, beside its end', async () => {
  const world = createWorld();
  await world.post(await world.main(window));
  expect(world.requests()).toEqual(['POST /maintenances 201', 'GET /maintenances 200', 'PATCH /maintenances/1 200']);
});
