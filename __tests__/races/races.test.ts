import { expect, test } from '@jest/globals';
import { drawRace, runRace } from './round.ts';
import { drawRunsRace, runRunsRace } from './runs.ts';

// A few of the rounds that `npm run test:races` runs, with fewer processes: the machine has other things to do.
const seeds = [1, 5, 7];

test('jobs that open a shared window with one key at the same moment agree on one', async () => {
  const finishes = await Promise.all(seeds.map((seed) => runRace(drawRace(seed, 6))));
  expect(finishes.flatMap(({ race, wrong }) => wrong.map((text) => ({ race, text })))).toEqual([]);
  // Without others there is nothing to agree on.
  expect(finishes.reduce((sum, { made }) => sum + made, 0)).toBeGreaterThan(seeds.length);
});

// The even one has something left from an earlier run, which only another run can end.
test.each([3, 4])('runs of one step side by side end what is older and nothing newer (seed %i)', async (seed) => {
  const race = drawRunsRace(seed, 4);
  const { wrong, superseded } = await runRunsRace(race);
  expect(wrong).toEqual([]);
  expect(superseded).toBeGreaterThanOrEqual(race.hasLeft ? 1 : 0);
});
