import { checkHooks, checkSequences } from './check-sequences.ts';

// `npm run test:faults`: FAULTS_NUMBER of sequences, FAULTS_SEED for the same ones again, FAULTS_PATH for a single one, FAULTS_OVER=sockets for true sockets.
const { FAULTS_NUMBER, FAULTS_SEED, FAULTS_PATH, FAULTS_OVER } = process.env;
const seed = FAULTS_SEED === undefined ? Date.now() % 2 ** 31 : Number(FAULTS_SEED);
const startedAt = performance.now();
const { tally, failure } = await checkSequences({
  number: Number(FAULTS_NUMBER ?? 10_000),
  seed,
  path: FAULTS_PATH,
  over: FAULTS_OVER === 'sockets' ? 'sockets' : 'memory',
});
// A sequence of hooks writes true files, which takes longer.
const hooks = await checkHooks({ number: Math.ceil(Number(FAULTS_NUMBER ?? 10_000) / 20), seed });
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
console.log(
  [
    `seed ${seed}: ${tally.sequences} sequences, ${tally.steps} steps, ${tally.requests} requests in ${seconds} s`,
    `faults injected: ${tally.faults}; steps killed: ${tally.killed}, interrupted: ${tally.interrupted}`,
    `duplicates: ${tally.duplicates}, orphans: ${tally.orphans}`,
    `moments with two records that the text told of, or that cannot be ruled out: ${tally.toldDuplicates}`,
    `hooks of the command line: ${hooks.sequences} sequences, ${hooks.commands} commands`,
    ...[failure, hooks.failure].flatMap((one) => (one === undefined ? [] : ['', `FAILED: ${one}`])),
  ].join('\n'),
);
process.exitCode = failure === undefined && hooks.failure === undefined ? 0 : 1;
