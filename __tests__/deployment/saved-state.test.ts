import { describe, expect, test } from '@jest/globals';
import { readDeployment, readStateChunks } from '../../src/deployment/deployment.ts';
import type { Saved } from '../support/test-host.ts';
import { acme, annotations, createWorld, incident, type Stage, window } from '../support/world.ts';

const read = (saved: Saved | undefined) => readStateChunks((name) => saved?.[name] || undefined);
const deploymentOf = ({ states }: Stage) => {
  const deployment = read(states.at(-1));
  if (deployment === undefined) throw new Error('nothing was saved');
  return deployment;
};

/** A page of an account that has many. */
const pageOf = (place: number) => {
  const id = `00000000-0000-4000-8000-${String(place).padStart(12, '0')}`;
  return { id, slug: `page-${place}`, name: `Page ${place}`, components: [] };
};

describe('what is saved', () => {
  test('is read again as it was', async () => {
    for (const inputs of [
      window,
      incident,
      { ...window, 'status-page': 'acme,gamma', 'deployment-key': 'production' },
    ]) {
      const deployment = deploymentOf(await createWorld().main(inputs, { run: { tag: 'v1' } }));
      expect(readDeployment(JSON.parse(JSON.stringify(deployment)))).toEqual(deployment);
      expect(deployment).toMatchObject({ version: 2, stage: 'open', own: true, tag: 'v1' });
      expect(deployment.records.map(({ id }) => id)).toEqual(
        inputs === window || inputs === incident ? ['1'] : ['1', '2'],
      );
      expect(deployment.startedAt).toEqual(new Date('2026-03-14T12:00:00Z'));
    }
  });

  test('holds neither the key nor a text but titles', async () => {
    const inputs = { ...incident, title: 'Shown', 'on-failure': 'keep', 'failure-message': 'Sorry.' };
    const { states } = await createWorld().main(inputs);
    expect(JSON.stringify(states)).not.toMatch(/spk_|installing|Sorry/);
    expect(JSON.stringify(states)).toContain('Shown');
  });

  test('grows with the number of pages, and not with its square', async () => {
    const bytesFor = async (count: number) => {
      const pages = Array.from({ length: count }, (_, place) => pageOf(place));
      const world = createWorld({ pages });
      const { states } = await world.main({ ...window, 'status-page': pages.map(({ id }) => id).join() });
      expect(world.page()).toHaveLength(count);
      const written = states.map((state, place) =>
        Object.entries(state).filter(([name, text]) => states[place - 1]?.[name] !== text),
      );
      return JSON.stringify(written).length;
    };
    expect(await bytesFor(80)).toBeLessThan(5 * (await bytesFor(20)));
  });

  test('says nothing twice', async () => {
    const { states } = await createWorld().main(window);
    // The record, the deployment, the record with its times and then with its id, the server's clock, and that main has finished.
    expect(states).toHaveLength(6);
    expect(states[2]?.record0).toContain('"stage":"opening"');
    expect(states[2]?.record0).toContain('"endAt":"2026-03-14T12:30:00.000Z"');
    expect(states[3]?.record0).toContain('"id":"1"');
    expect(states[3]?.deployment).toContain('"stage":"opening"');
    expect(states[5]?.deployment).toContain('"stage":"open"');
  });

  test('shows no deployment before its records', async () => {
    const { states } = await createWorld().main({ ...window, 'status-page': 'acme,beta' });
    expect(read(states[1])).toBeUndefined();
    expect(read(states[2])?.records).toHaveLength(2);
  });

  test('forgets the records that a failed main has undone', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'POST', body: acme } });
    const main = await world.main({ ...window, 'status-page': 'acme,beta' });
    expect(main.exitCode).toBe(1);
    expect(deploymentOf(main)).toMatchObject({ stage: 'failed', records: [] });
    const asked = world.requests().length;
    await world.post(main);
    expect(world.requests()).toHaveLength(asked);
  });

  test('is refused if another version wrote it', async () => {
    const written = JSON.stringify(deploymentOf(await createWorld().main(window)));
    const { records, ...rest } = JSON.parse(written);
    expect(readDeployment({ ...rest, records })).toMatchObject({ version: 2 });
    const refusal = 'the saved state is not one that this version wrote';
    for (const version of [1, 3, '2', undefined]) {
      expect(() => readDeployment({ ...rest, version, records })).toThrow(refusal);
      expect(() =>
        read({ record0: JSON.stringify(records[0]), deployment: JSON.stringify({ ...rest, version }) }),
      ).toThrow(refusal);
    }
  });

  test.each(['{}', 'null', '{"version":2}'])('is refused if it is incomplete: %s', (text) => {
    const refusal = 'the saved state is not one that this version wrote';
    expect(() => readDeployment(JSON.parse(text))).toThrow(refusal);
    expect(() => read({ deployment: text })).toThrow(refusal);
  });

  test('that is no JSON is refused too', () => {
    expect(() => read({ deployment: '{' })).toThrow(SyntaxError);
  });
});

test.each([
  { saved: 'a part of the text', spoil: (text: string) => text.slice(0, 40) },
  { saved: 'another shape', spoil: (text: string) => `[${text}]` },
])('a post step that finds $saved sends nothing and says that it cannot read it', async ({ spoil }) => {
  const world = createWorld();
  const main = await world.main(window);
  const states = main.states.map((one) =>
    Object.fromEntries(Object.entries(one).map(([name, text]) => [name, text && spoil(text)])),
  );
  const before = world.requests().length;
  const post = await world.post({ ...main, states });
  expect(post.exitCode).toBe(0);
  expect(annotations(post)).toEqual([
    expect.stringMatching(/^warning: Could not end the notice: the state .* cannot be read/),
  ]);
  expect(world.requests()).toHaveLength(before);
});

test('a window that main has ended since its state was saved is not put off again', async () => {
  const world = createWorld({ clockSkewSeconds: -600 });
  const main = await world.main({ ...window, 'notify-subscribers': 'true' });
  const firstWithId = main.states.findIndex(({ record0 = '' }) => record0.includes('"id":"1"'));
  const saved = { ...main, states: main.states.slice(0, firstWithId + 1) };
  expect(saved.states.length).toBeLessThan(main.states.length);
  await world.people('PATCH', '/maintenances/1', { end_at: '2026-03-14T11:50:30Z' });
  await world.pass(60_000);
  await world.post(saved, { 'job-status': 'failure' });
  expect(world.page()).toEqual(['window 1 past 11:50:00-11:50:30']);
});
