import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { renderScores, renderSurvivors, type Score, toScore, toShare } from './score.ts';

interface Target {
  /** The folders of `src` whose mutants are tested. */
  readonly sources: readonly string[];
  /** The suites of `__tests__` that must kill them. Stryker sees only tests in its own process. */
  readonly tests: readonly string[];
}

/** Suites that type commands in this process. */
const typed = ['cli/commands', 'cli/deploy-hooks', 'cli/list'];

const targets: Readonly<Record<string, Target>> = {
  domain: { sources: ['domain', 'inputs'], tests: ['domain/*', 'inputs/*', 'messages/*'] },
  statuspage: { sources: ['statuspage'], tests: ['statuspage/*', 'messages/*'] },
  deployment: { sources: ['deployment'], tests: ['deployment/*', 'messages/*', ...typed] },
  operations: { sources: ['operations'], tests: ['operations/*', 'messages/*', ...typed] },
};

/** Suites that take seconds each and kill few mutants that the others do not. */
const slow = ['/node_modules/', 'operations/(budgets|hostile)\\.test', 'deployment/long-lists\\.test'];

/** The lowest share of killed mutants that a folder may have. */
const leastShare = 0.75;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'one-in': { type: 'string', default: '15' }, concurrency: { type: 'string' } },
});
const oneIn = Number(values['one-in']);
const concurrency = Number(values.concurrency ?? Math.max(1, availableParallelism() - 1));
const unknown = positionals.filter((name) => !Object.hasOwn(targets, name));
if (!(oneIn >= 1) || !(concurrency >= 1) || unknown.length > 0) {
  throw new Error(`Usage: npm run mutation -- [--one-in 15] [--concurrency 1] [${Object.keys(targets).join(' | ')}]`);
}
// The checker runs in a process of its own and reads it there.
process.env.MUTATION_ONE_IN = String(oneIn);

const { coverageThreshold, ...jestConfig } = JSON.parse(readFileSync('package.json', 'utf8')).jest;
const scores: Score[] = [];
for (const [folder, { sources, tests }] of Object.entries(targets)) {
  if (positionals.length > 0 && !positionals.includes(folder)) continue;
  const stryker = new Stryker({
    testRunner: 'jest',
    plugins: ['@stryker-mutator/jest-runner', './tools/mutation/sample.ts'],
    checkers: ['sample'],
    testRunnerNodeArgs: ['--experimental-vm-modules'],
    // Stryker reads tsconfig.json by the compiler API, which TypeScript 7 does not have.
    tsconfigFile: 'none.json',
    coverageAnalysis: 'perTest',
    // A mutant in code that runs on import would need every test again.
    ignoreStatic: true,
    concurrency,
    mutate: sources.map((source) => `src/${source}/**/*.ts`),
    ignorePatterns: ['dist', 'lib', 'coverage'],
    timeoutMS: 30_000,
    // A copy of the repository that is left behind would confuse jest.
    cleanTempDir: 'always',
    reporters: ['progress-append-only'],
    warnings: false,
    jest: {
      projectType: 'custom',
      enableFindRelatedTests: false,
      config: {
        ...jestConfig,
        // Ours is about coverage, and Stryker looks for it in its own folder.
        testEnvironment: 'node',
        testMatch: tests.map((test) => `<rootDir>/__tests__/${test}.test.ts`),
        testPathIgnorePatterns: slow,
      },
    },
  });
  const results = await stryker.runMutationTest();
  scores.push(toScore(folder, results));
  console.log(renderSurvivors(results));
}
console.log(`\nOne mutant in ${oneIn}:\n\n${renderScores(scores)}`);
process.exitCode = scores.every((score) => toShare(score) >= leastShare) ? 0 : 1;
