import { readFileSync } from 'node:fs';
import { namesToRun } from '../__tests__/support/workflows.ts';

/** Reads a list of runs, one workflow name a line: counts them, and names the workflows that must run and did not. */
export function countRuns(
  list: string,
  toRun: readonly string[],
): { readonly count: string; readonly missing: readonly string[] } {
  const runs = list.split('\n').filter((name) => name !== '');
  const names = new Set(runs);
  return {
    count: `${names.size} workflows, run ${runs.length} times by act`,
    missing: toRun.filter((name) => !names.has(name)),
  };
}

if (import.meta.main) {
  const { count, missing } = countRuns(readFileSync(process.argv[2] ?? '', 'utf8'), namesToRun());
  console.log(missing.length === 0 ? count : missing.map((name) => `never run: ${name}`).join('\n'));
  process.exitCode = missing.length === 0 ? 0 : 1;
}
