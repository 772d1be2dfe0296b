import pLimit from 'p-limit';
import { drawRace, type Finish, runRace } from './round.ts';
import { drawRunsRace, type RunsFinish, runRunsRace } from './runs.ts';

// `npm run test:races`: RACES_NUMBER of rounds with one shared window, RACES_RUNS of rounds with runs of one step, RACES_SEED for the same ones again, RACES_DELAY_MS for a slower server, RACES_AT_ONCE side by side.
const {
  RACES_NUMBER = '200',
  RACES_RUNS = '50',
  RACES_SEED,
  RACES_DELAY_MS = '1000',
  RACES_AT_ONCE = '1',
} = process.env;
const first = RACES_SEED === undefined ? Date.now() % 2 ** 31 : Number(RACES_SEED);
const startedAt = performance.now();
const limit = pLimit(Number(RACES_AT_ONCE));
const finishes: Finish[] = [];
await Promise.all(
  Array.from({ length: Number(RACES_NUMBER) }, (_, index) =>
    limit(async () => {
      const finish = await runRace(drawRace(first + index, 20, Number(RACES_DELAY_MS)));
      finishes.push(finish);
      if (finish.wrong.length > 0) console.log(describe(finish));
    }),
  ),
);
const runFinishes: RunsFinish[] = [];
await Promise.all(
  Array.from({ length: Number(RACES_RUNS) }, (_, index) =>
    limit(async () => {
      const finish = await runRunsRace(drawRunsRace(first + index, 8, Number(RACES_DELAY_MS)));
      runFinishes.push(finish);
      const { race, wrong } = finish;
      if (wrong.length > 0) console.log(`runs, ${JSON.stringify(race)}:\n  ${wrong.join('\n  ')}`);
    }),
  ),
);
const failedRuns = runFinishes.filter(({ wrong }) => wrong.length > 0).length;
const superseded = runFinishes.reduce((sum, one) => sum + one.superseded, 0);
const failed = finishes.filter(({ wrong, short }) => wrong.length > 0 && short.length === 0).length;
const short = finishes.filter(({ wrong, short: said }) => wrong.length > 0 && said.length > 0).length;
const runners = finishes.reduce((sum, { race }) => sum + race.runners, 0);
const contested = finishes.filter(({ made }) => made > 1).length;
const made = finishes.reduce((sum, one) => sum + one.made, 0);
console.log(
  [
    `seeds from ${first}: ${finishes.length} rounds with ${runners} processes in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`,
    `rounds in which more than one made a window: ${contested}; windows made: ${made}`,
    `exceptions: ${failed}; rounds for which the machine was too slow, as the processes said: ${short}`,
    `rounds with runs of one step: ${runFinishes.length}, windows that a newer run ended: ${superseded}, exceptions: ${failedRuns}`,
  ].join('\n'),
);
process.exitCode = failed + short + failedRuns === 0 ? 0 : 1;

function describe({ race: { seed, runners: count, api }, wrong, made: windows }: Finish): string {
  return [
    `seed ${seed}, ${count} processes, ${JSON.stringify(api)}, ${windows} windows made:`,
    ...wrong.map((line) => `  ${line}`),
    `  To run it again: RACES_SEED=${seed} RACES_NUMBER=1 npm run test:races`,
  ].join('\n');
}
