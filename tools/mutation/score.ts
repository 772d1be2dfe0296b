import type { Mutation } from './sample.ts';

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

/** Counts the sampled mutants. Only those that the sample lets through have one of these statuses. */
export function toScore(folder: string, results: readonly MutationResult[]): Score {
  const count = (status: string) => results.filter((result) => result.status === status).length;
  const counts = { killed: count('Killed'), survived: count('Survived'), timedOut: count('Timeout') };
  return { folder, mutants: results.length, untested: count('NoCoverage'), ...counts };
}

/** The share of mutants that a test notices. A timeout proves nothing on a busy machine, so it does not count. */
export function toShare({ killed, survived, untested }: Score): number {
  return killed / (killed + survived + untested);
}

/** A line for each mutant that no test noticed or reached: where it is, and what stood there instead. Results count lines and columns from 1. */
export function renderSurvivors(results: readonly MutationResult[]): string {
  const lines = results.flatMap(({ status, fileName, location: { start }, replacement = '' }) => {
    if (status !== 'Survived' && status !== 'NoCoverage') return [];
    return [`${fileName}:${start.line}:${start.column} ${replacement}${status === 'Survived' ? '' : ' (untested)'}`];
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
