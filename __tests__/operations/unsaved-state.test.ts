import { expect, test } from '@jest/globals';
import { annotations, createWorld, window } from '../support/world.ts';

test('a state that cannot be saved at all stops the step before anything is sent', async () => {
  const world = createWorld();
  const main = await world.main(window, { savesUntilFull: 0 });
  expect(main.exitCode).toBe(1);
  expect(annotations(main)).toEqual(['error: No space is left on the disk.']);
  expect(world.requests()).toEqual([]);
});

const complete = async () => (await createWorld().main(window)).states.length;

test('a state that cannot be saved in full undoes what was opened and fails the step', async () => {
  const saves = await complete();
  // The first two texts are saved before the window is opened.
  for (let savesUntilFull = 2; savesUntilFull < saves; savesUntilFull += 1) {
    const world = createWorld();
    const main = await world.main(window, { savesUntilFull });
    expect(main.exitCode).toBe(1);
    expect(annotations(main)).toEqual(['error: No space is left on the disk.']);
    expect(main.summary).toMatch(/^### ❌ .*o notice \(the step failed\)/);
    expect(world.page()).toEqual([]);
    // Nothing was deployed, so the post step has nothing left to end, whatever the outcome.
    expect(await world.post(main, { 'job-status': 'failure' })).toMatchObject({ exitCode: 0 });
    expect(world.page()).toEqual([]);
  }
});
