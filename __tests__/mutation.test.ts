import { describe, expect, test } from '@jest/globals';
import { isSampled, type Mutation } from '../tools/mutation/sample.ts';
import { type MutationResult, renderScores, renderSurvivors, toScore, toShare } from '../tools/mutation/score.ts';

const mutants: readonly Mutation[] = Array.from({ length: 3000 }, (_, line) => ({
  fileName: '/home/me/src/domain/time.ts',
  mutatorName: 'BooleanLiteral',
  replacement: 'true',
  location: { start: { line, column: 1 }, end: { line, column: 6 } },
}));

describe('the sample of mutants', () => {
  test('has about the wished size', () => {
    const sampled = mutants.filter((mutant) => isSampled(mutant, 10)).length;
    expect(sampled).toBeGreaterThan(250);
    expect(sampled).toBeLessThan(350);
    expect(mutants.every((mutant) => isSampled(mutant, 1))).toBe(true);
  });

  test('is the same in every checkout and on every system', () => {
    const moved = mutants.map((mutant) => ({ ...mutant, fileName: 'C:\\work\\src\\domain\\time.ts' }));
    expect(moved.filter((mutant) => isSampled(mutant, 10)).map(({ location }) => location)).toEqual(
      mutants.filter((mutant) => isSampled(mutant, 10)).map(({ location }) => location),
    );
  });
});

describe('the score of a folder', () => {
  const statuses = ['Killed', 'Killed', 'Killed', 'Survived', 'Timeout', 'CompileError', 'Ignored'];
  const results: readonly MutationResult[] = mutants.map((mutant, at) => ({
    ...mutant,
    status: statuses[at] ?? 'NoCoverage',
  }));

  test('counts what was tested, and what no test reaches, but not what is outside the sample', () => {
    const score = toScore('domain', results);
    expect(score).toEqual({ folder: 'domain', mutants: 3000, killed: 3, survived: 1, untested: 2993, timedOut: 1 });
  });

  test('is the share of killed mutants, without those that timed out', () => {
    const score = { folder: 'domain', mutants: 900, killed: 6, survived: 1, untested: 1, timedOut: 5 };
    expect(toShare(score)).toBe(0.75);
    expect(renderScores([score]).split('\n').at(-1)).toBe('| domain | 900 | 6 | 1 | 1 | 5 | 75 % |');
  });

  test('comes with the place of each mutant that survived, or that no test reaches', () => {
    expect(renderSurvivors(results.slice(0, 8))).toBe(
      '/home/me/src/domain/time.ts:3:1 true\n/home/me/src/domain/time.ts:7:1 true (untested)',
    );
  });
});
