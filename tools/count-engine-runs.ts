import { readFileSync } from 'node:fs';
import { namesToRun } from '../__tests__/support/workflows.ts';

/** What a list of runs shows, a name in each line: how many there were, of how many workflows, and which were never run although they must be. */
export function countRuns(
  list: string,
  toRun: readonly string[],
): { readonly told: string; readonly missing: readonly string[] } {
  const runs = list.split('\n').filter((name) => name !== '');
  const names = new Set(runs);
  return {
    told: `${names.size} workflows, run ${runs.length} times by act`,
    missing: toRun.filter((name) => !names.has(name)),
  };
}

if (import.meta.main) {
  const { told, missing } = countRuns(readFileSync(process.argv[2] ?? '', 'utf8'), namesToRun());
  console.log(missing.length === 0 ? told : missing.map((name) => `never run: ${name}`).join('\n'));
  process.exitCode = missing.length === 0 ? 0 : 1;
}
