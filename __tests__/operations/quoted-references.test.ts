import { describe, expect, test } from '@jest/globals';
import type { Inputs } from '../support/test-host.ts';
import { acme, createWorld, incident, type World, window } from '../support/world.ts';

const key = { 'deployment-key': 'production' } as const;
const shared = { ...key, 'auto-resolve': 'false' } as const;

describe('incidents of a person whose texts quote the reference of a notice that is over', () => {
  const title = 'Checkout is slow';
  const quotes = (world: World) => world.emulator.incidents().filter((one) => one.title === title);

  /** A page on which three notices with this key are over: a shared one, an own one, and the incident of a failure. Each is quoted. */
  async function quote(): Promise<{ readonly world: World; readonly untouched: object }> {
    const world = createWorld();
    const announced = await world.main({ ...incident, ...shared });
    await world.main({ ...window, ...key, operation: 'resolve' });
    const failed = await world.main({ ...window, ...key, 'on-failure': 'incident' }, { run: { id: '1' } });
    await world.post(failed, { 'job-status': 'failure' });
    const failure = world.emulator.incidents().at(-1)?.timeline[0]?.message?.split('Ref: ')[1];
    await world.post(await world.main({ ...window, ...key, 'on-failure': 'incident' }, { run: { id: '2' } }));
    await world.pass(60_000);
    const untouched: object[] = [];
    for (const reference of [announced.outputs.marker, failed.outputs.marker, failure]) {
      expect(reference).toMatch(/^[df][0-9a-z]{8}-/);
      const message = `Since this morning's update (Ref: ${reference}) checkout is slow.\nWe look into it.`;
      await world.people('POST', '/incidents', { status_page_id: acme, title, message });
      untouched.push({ timeline: [{ message, state: 'investigating' }] });
    }
    return { world, untouched };
  }

  test.each<[string, Inputs, object]>([
    ['resolve', { ...window, ...key, operation: 'resolve' }, { exitCode: 0 }],
    ['resolve with recover', { ...window, ...key, operation: 'resolve', outcome: 'success', recover: 'true' }, {}],
    ['update', { ...window, ...key, operation: 'update', message: 'Half is done.' }, { exitCode: 1 }],
    ['delete', { ...window, ...key, operation: 'delete' }, { exitCode: 0 }],
    ['open-incident', { ...incident, ...shared }, { outputs: { created: 'true' } }],
    ['gate', { ...window, ...key, operation: 'gate' }, { exitCode: 1 }],
    ['sweep', { ...window, operation: 'sweep', 'github-token': 'ghs_token' }, { outputs: { swept: '' } }],
  ])('are not touched by %s', async (_, inputs, result) => {
    const { world, untouched } = await quote();
    const stage = await world.main(inputs, { run: { id: '3' }, inProgress: new Set() });
    expect(stage).toMatchObject(result);
    expect(quotes(world)).toMatchObject(untouched);
  });

  test('are not touched by a deployment that fails, nor by the next one, which recovers', async () => {
    const { world, untouched } = await quote();
    const failing = { ...window, ...key, 'on-failure': 'incident' } as const;
    await world.post(await world.main(failing, { run: { id: '3' } }), { 'job-status': 'failure' });
    await world.post(await world.main(failing, { run: { id: '4' } }));
    expect(world.emulator.incidents().filter(({ state }) => state !== 'resolved')).toEqual(quotes(world));
    expect(quotes(world)).toMatchObject(untouched);
  });
});

test('text that a person adds to a notice survives an update, which neither hides it from resolve', async () => {
  const world = createWorld();
  await world.main({ ...window, ...shared });
  const [opened] = world.emulator.windows();
  await world.people('PATCH', '/maintenances/1', { message: `${opened?.message} (call 555)\nBack at noon.` });
  const update = await world.main({ ...window, ...key, operation: 'update', message: 'It takes longer.' });
  expect(update.exitCode).toBe(0);
  const [reference] = /Ref: .*/s.exec(opened?.message ?? '') ?? [];
  expect(world.emulator.windows()).toMatchObject([
    { message: `It takes longer.\n\n${reference} (call 555)\nBack at noon.` },
  ]);
  await world.main({ ...window, ...key, operation: 'resolve' });
  await world.pass(1_000);
  expect(world.emulator.windows()).toMatchObject([{ state: 'past' }]);
});
