import { describe, expect, test } from '@jest/globals';
import { UnlocatedError } from '../../src/deployment/find.ts';
import type { Inputs } from '../support/test-host.ts';
import { annotations, createWorld, incident, type World, window } from '../support/world.ts';

const kinds = [
  { what: 'a window', inputs: window, path: '/maintenances' },
  { what: 'an incident', inputs: incident, path: '/incidents' },
] as const;

/** A page that answers the first creation with an error, and does its work after the second one. */
async function createTwice(inputs: Inputs, path: string) {
  const world = createWorld();
  world.emulator.addFault({ kind: 'status', status: 503, match: { method: 'POST', path } });
  const main = await world.main(inputs);
  const appear = () => world.people('POST', path, world.journal().find(({ method }) => method === 'POST')?.body);
  return { world, main, appear };
}

const creations = ({ journal }: World) => journal().filter(({ method }) => method === 'POST').length;

/** Longer than what a server shows that cuts messages. */
const long = 'We are moving the shop to new machines, and every page may be slow for a while. '.repeat(4);

describe.each(kinds)('$what whose creation was not answered', ({ inputs }) => {
  test('is created once if lists show it 3 s later', async () => {
    for (const listLagMs of [1_500, 3_000]) {
      const world = createWorld({ listLagMs });
      world.emulator.addFault({ kind: 'reset', when: 'after', match: { method: 'POST' } });
      const main = await world.main(inputs);
      expect(creations(world)).toBe(1);
      expect(main.outputs).toMatchObject({ id: '1', created: 'true' });
    }
  });

  test('is created again only after two searches, 3 s apart', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'reset', when: 'before', match: { method: 'POST' } });
    await world.main(inputs);
    const sent = world.journal().map(({ method, at }) => [method, at - (world.journal()[0]?.at ?? 0)]);
    expect(sent).toEqual([
      ['POST', 0],
      ['GET', 1_000],
      ['GET', 4_000],
      ['POST', 4_000],
    ]);
  });

  test.each([409, 303])('is refused if the server answers %d twice and nothing came of it', async (status) => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status, times: 'always', match: { method: 'POST' } });
    const main = await world.main(inputs);
    expect(creations(world)).toBe(2);
    expect(main.exitCode).toBe(1);
    expect(annotations(main)).toEqual([expect.stringMatching(new RegExp(`^error: .*HTTP ${status}`, 's'))]);
    const before = world.requests().length;
    await world.post(main, { 'job-status': 'failure' });
    expect(world.requests()).toHaveLength(before);
  });

  test('is found after a 409 if it was created all the same', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 409, when: 'after', match: { method: 'POST' } });
    const main = await world.main(inputs);
    expect(creations(world)).toBe(1);
    expect(main.outputs.id).toBe('1');
  });

  test('is not created again if a record with its title may be it, without a readable reference', async () => {
    const world = createWorld({ messageForm: 'cut' });
    world.emulator.addFault({ kind: 'reset', when: 'after', match: { method: 'POST' } });
    const main = await world.main({ ...inputs, message: long });
    expect(creations(world)).toBe(1);
    expect(annotations(main)).toEqual([expect.stringMatching(/may exist/)]);
    const post = await world.post(main);
    expect(annotations(post)).toHaveLength(1);
    expect(post.said.join('\n')).not.toMatch(/was not found/);
  });

  test('is created again beside a record of other people with another title', async () => {
    const world = createWorld({ messageForm: 'cut' });
    await world.main({ ...inputs, title: 'Something else', message: long, marker: 'false' });
    world.emulator.addFault({ kind: 'reset', when: 'before', match: { method: 'POST' } });
    const main = await world.main(inputs);
    expect(main.outputs).toMatchObject({ id: '2', created: 'true' });
  });
});

test('a window of other people with our title and other times is not taken for the lost one', async () => {
  const world = createWorld();
  await world.main({ ...window, marker: 'false' });
  await world.pass(60_000);
  world.emulator.addFault({ kind: 'reset', when: 'before', match: { method: 'POST' } });
  expect((await world.main(window)).outputs).toMatchObject({ id: '2', created: 'true' });
});

test('a window whose message is cut is not called absent either if a person has moved its end', async () => {
  const world = createWorld({ messageForm: 'cut' });
  world.emulator.addFault({ kind: 'reset', when: 'after', match: { method: 'POST' } });
  const main = await world.main({ ...window, message: long });
  await world.people('PATCH', '/maintenances/1', { end_at: '2026-03-14T14:00:00Z' });
  await world.pass(5_000);
  const post = await world.post(main);
  expect(annotations(post)).toEqual([expect.stringMatching(/^warning: .*may be on the page/s)]);
});

describe.each(kinds)('$what whose message comes back', ({ inputs }) => {
  test('without its reference is reported once, and the post step ends it', async () => {
    const world = createWorld({ messageForm: 'cut' });
    const main = await world.main({ ...inputs, message: long });
    expect(main.exitCode).toBe(0);
    expect(annotations(main)).toEqual([expect.stringMatching(/^warning: .*without its last line "Ref: …"/)]);
    await world.pass(60_000);
    await world.post(main);
    await world.pass(1_000);
    expect(world.page()).toEqual([expect.stringMatching(/past|4 "|resolved "/)]);
  });

  test('without its reference is reported too if only a read shows it', async () => {
    const world = createWorld({ messageForm: 'cut', createReply: 'id-only' });
    const main = await world.main({ ...inputs, message: long });
    expect(annotations(main)).toEqual([expect.stringMatching(/^warning: .*without its last line "Ref: …"/)]);
    expect(world.requests()).toHaveLength(2);
  });

  test('without its reference is not called absent if only its title was saved', async () => {
    const world = createWorld({ messageForm: 'cut' });
    const main = await world.main({ ...inputs, message: long }, { kill: { request: 1, when: 'after' } });
    await world.pass(5_000);
    const post = await world.post({ ...main, states: main.states.slice(0, 2) }, { 'job-status': 'failure' });
    expect(annotations(post)).toEqual([
      expect.stringMatching(/^(?:warning|error): Could not undo .*may be on the page/s),
    ]);
  });

  test.each([-600, 0, 600])(
    'without its reference is not created twice if the answer is lost, clock %d s off',
    async (clockSkewSeconds) => {
      const world = createWorld({ messageForm: 'cut', clockSkewSeconds });
      world.emulator.addFault({ kind: 'reset', when: 'after', match: { method: 'POST' } });
      const main = await world.main({ ...inputs, message: long });
      expect(creations(world)).toBe(1);
      expect(annotations(main)).toEqual([expect.stringMatching(/^warning: .*may exist/s)]);
      await world.pass(5_000);
      const post = await world.post(main, { 'job-status': 'failure' });
      expect(annotations(post)).toEqual([expect.stringMatching(/^(?:warning|error): .*may be on the page/s)]);
    },
  );

  test('without its reference is reported once for all pages', async () => {
    const world = createWorld({ messageForm: 'cut' });
    const main = await world.main({ ...inputs, 'status-page': 'acme, beta', message: long });
    expect(annotations(main)).toHaveLength(1);
  });

  test.each(['whole', 'one-line', 'html'] as const)(
    'with its reference is not, in the form %s',
    async (messageForm) => {
      const world = createWorld({ messageForm });
      expect(annotations(await world.main(inputs))).toEqual([]);
    },
  );

  test('not at all is no reason to report it', async () => {
    const world = createWorld({ createReply: 'id-only' });
    expect(annotations(await world.main(inputs))).toEqual([]);
  });
});

describe.each(kinds)('$what whose request was sent twice', ({ inputs, path }) => {
  const twice = (main: { readonly said: readonly string[]; readonly outputs: { readonly marker?: string } }) =>
    main.said.filter((line) => line.includes(`sent twice, because the first response was lost. A second `));

  test('is reported with its reference, and that the post step ends both', async () => {
    const { world, main, appear } = await createTwice(inputs, path);
    expect(twice(main)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^info: .* with "Ref: ${main.outputs.marker}" in its message may still appear on .*\\. The post step .* both`,
        ),
      ),
    ]);
    await appear();
    await world.post(main);
    await world.pass(1_000);
    expect(world.page()).toEqual([1, 2].map(() => expect.stringMatching(/past|resolved "/)));
  });

  test('is a warning if no post step follows, and resolve with its key ends both', async () => {
    const shared = { 'auto-resolve': 'false', 'deployment-key': 'shop' };
    const { world, main, appear } = await createTwice({ ...inputs, ...shared }, path);
    expect(main.exitCode).toBe(0);
    expect(twice(main)).toEqual([
      expect.stringMatching(
        /^warning: .* "Ref: \S+" .* may still appear on .*\. To end both, use resolve with this deployment key\./,
      ),
    ]);
    await appear();
    const key = { 'api-key': window['api-key'], 'status-page': 'acme', 'deployment-key': 'shop' };
    expect((await world.main({ ...key, operation: 'resolve' })).exitCode).toBe(0);
    await world.pass(1_000);
    expect(world.page()).toEqual([1, 2].map(() => expect.stringMatching(/past|resolved "/)));
  });

  test('is a warning that asks to check the page if nothing but its id leads to it', async () => {
    const { main } = await createTwice({ ...inputs, 'auto-resolve': 'false' }, path);
    expect(twice(main)).toEqual([
      expect.stringMatching(/^warning: .* "Ref: \S+" .* Check the page later, and end the other one too\./),
    ]);
  });

  test('once is not reported', async () => {
    expect(twice(await createWorld().main(inputs))).toEqual([]);
  });
});

test.each(kinds)(
  'a second one that may be there is named if post cannot list the page: $what',
  async ({ inputs, path }) => {
    const { world, main, appear } = await createTwice(inputs, path);
    await appear();
    world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'GET' }, times: 'always' });
    const post = await world.post(main, { outcome: 'cancelled', 'on-cancel': 'resolve' });
    expect(annotations(post)).toContainEqual(
      expect.stringMatching(
        /^warning: Could not search for a second .* with "Ref: d\S+" on .*, which may be there .*HTTP 400/,
      ),
    );
  },
);

test('windows of two pages whose requests were sent twice are reported with their pages', async () => {
  const world = createWorld();
  world.emulator.addFault({ kind: 'status', status: 503, times: 2, match: { method: 'POST' } });
  const shared = { 'auto-resolve': 'false', 'status-page': 'acme,beta' };
  expect(annotations(await world.main({ ...window, ...shared }))).toEqual(
    ['Acme', 'Beta'].map((page) => expect.stringMatching(`^warning: .* may still appear on ${page}\\.`)),
  );
});

test('the incident of a failure whose request was sent twice is reported with its reference', async () => {
  const world = createWorld();
  const main = await world.main({ ...window, 'on-failure': 'incident', outcome: 'failure' });
  world.emulator.addFault({ kind: 'status', status: 503, match: { method: 'POST', path: '/incidents' } });
  const post = await world.post(main);
  expect(annotations(post)).toEqual([
    expect.stringMatching(/was opened\..* sent twice, .* A second incident with "Ref: f\S+" in its message may still/s),
  ]);
});

test('a search whose lists show too little says so', () => {
  expect(new UnlocatedError().explain().happened).toMatch(/failed: the lists of the API do not show enough to tell$/);
  expect(new UnlocatedError('no lists').explain().happened).toMatch(/failed: no lists$/);
});
