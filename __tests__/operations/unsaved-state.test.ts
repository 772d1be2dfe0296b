import { expect, test } from '@jest/globals';
import type { Inputs } from '../support/test-host.ts';
import { annotations, createWorld, window } from '../support/world.ts';

test('a state that cannot be saved at all stops the step before anything is sent', async () => {
  const world = createWorld();
  const main = await world.main(window, { savesUntilFull: 0 });
  expect(main.exitCode).toBe(1);
  expect(annotations(main)).toEqual(['error: No space is left on the disk.']);
  expect(world.requests()).toEqual([]);
});

const complete = async (inputs: Inputs) => (await createWorld().main(inputs)).states.length;

test.each([
  ['also if outputs can be written', false],
  ['and outputs cannot be written either', undefined],
])('a state that cannot be saved in full undoes what was opened and fails the step, %s', async (_, hasNoOutputs) => {
  const saves = await complete(window);
  // The first two texts are saved before the window is opened.
  for (let savesUntilFull = 2; savesUntilFull < saves; savesUntilFull += 1) {
    const world = createWorld();
    const main = await world.main(window, { savesUntilFull, ...(hasNoOutputs !== undefined && { hasNoOutputs }) });
    expect(main.exitCode).toBe(1);
    expect(annotations(main)[0]).toMatch(/^error: No space is left /);
    expect(main.summary).toMatch(/^### ❌ .*o notice \(the step failed\)/);
    expect(world.page()).toEqual([]);
    // Nothing was deployed, so the post step has nothing left to end, whatever the outcome.
    expect(await world.post(main, { 'job-status': 'failure' })).toMatchObject({ exitCode: 0 });
    expect(world.page()).toEqual([]);
  }
});

test('outputs that cannot be written undo what was opened, and a failed job opens no incident', async () => {
  const world = createWorld();
  // The disk is full as soon as the window is open, so nothing can be saved about its end either.
  const failing = { ...window, 'on-failure': 'incident', outcome: 'failure' };
  const saves = await complete(failing);
  const main = await world.main(failing, { savesUntilFull: saves - 1 });
  expect(main.exitCode).toBe(1);
  expect(annotations(main)).toEqual(['error: No space is left for outputs.']);
  expect(world.page()).toEqual([]);
  expect(await world.post(main, { 'job-status': 'failure' })).toMatchObject({ exitCode: 0 });
  expect(world.page()).toEqual([]);
});
