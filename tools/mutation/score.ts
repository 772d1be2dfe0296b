import { isSampled, type Mutation } from './sample.ts';

/** What became of the mutants of a folder. */
export interface Score {
  readonly folder: string;
  /** All mutants of the folder, tested or not. */
  readonly mutants: number;
  readonly killed: number;
  readonly survived: number;
  readonly untested: number;
  readonly timedOut: number;
}

export type MutationResult = Mutation & { readonly status: string };

/** Counts the sampled mutants. Those that no test reaches never meet the checker, so they are sampled here. */
export function toScore(folder: string, results: readonly MutationResult[], oneIn: number): Score {
  const count = (status: string) => results.filter((result) => result.status === status).length;
  const untested = results.filter((result) => result.status === 'NoCoverage' && isSampled(result, oneIn)).length;
  const counts = { killed: count('Killed'), survived: count('Survived'), timedOut: count('Timeout') };
  return { folder, mutants: results.length, untested, ...counts };
}

/** The share of mutants that a test notices. A timeout proves nothing on a busy machine, so it does not count. */
export function toShare({ killed, survived, untested }: Score): number {
  return killed / (killed + survived + untested);
}

/** A line for each sampled mutant that no test noticed: where it is, and what stood there instead. Results count lines and columns from 1. */
export function renderSurvivors(results: readonly MutationResult[], oneIn: number): string {
  const lines = results.flatMap((result) => {
    const { status, fileName, location, replacement = '' } = result;
    const isUntested = status === 'NoCoverage' && isSampled(result, oneIn);
    if (status !== 'Survived' && !isUntested) return [];
    return [
      `${fileName}:${location.start.line}:${location.start.column} ${replacement}${isUntested ? ' (untested)' : ''}`,
    ];
  });
  return lines.toSorted().join('\n');
}

/** The scores as a table in Markdown. */
export function renderScores(scores: readonly Score[]): string {
  const rows = scores.map((score) => {
    const { folder, mutants, killed, survived, untested, timedOut } = score;
    const cells = [folder, mutants, killed, survived, untested, timedOut, `${Math.round(100 * toShare(score))} %`];
    return `| ${cells.join(' | ')} |`;
  });
  const head = '| Folder | Mutants | Killed | Survived | Untested | Timed out | Score |';
  return [head, '|---|---|---|---|---|---|---|', ...rows].join('\n');
}
