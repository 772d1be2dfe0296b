import { createHash } from 'node:crypto';
import { type Checker, type CheckResult, CheckStatus } from '@stryker-mutator/api/check';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** What makes a mutant the same one in two runs. */
export interface Mutation {
  readonly fileName: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

interface Position {
  readonly line: number;
  readonly column: number;
}

/** Whether a mutant is in the sample of one in `oneIn`: a matter of its hash, so two runs test the same mutants. */
export function isSampled({ fileName, location, mutatorName, replacement = '' }: Mutation, oneIn: number): boolean {
  const path = fileName.replaceAll('\\', '/').replace(/^.*\/(?=src\/)/, '');
  const text = JSON.stringify([path, location.start, location.end, mutatorName, replacement]);
  return createHash('sha256').update(text).digest().readUInt32BE() % oneIn === 0;
}

/** A checker, because Stryker has no sampling of its own: it rejects each mutant outside the sample before its tests run. */
class SampleChecker implements Checker {
  async init(): Promise<void> {}

  async check(mutants: readonly (Mutation & { readonly id: string })[]): Promise<Record<string, CheckResult>> {
    const oneIn = Number(process.env.MUTATION_ONE_IN);
    const passed: CheckResult = { status: CheckStatus.Passed };
    const rejected: CheckResult = { status: CheckStatus.CompileError, reason: 'not in the sample' };
    return Object.fromEntries(mutants.map((mutant) => [mutant.id, isSampled(mutant, oneIn) ? passed : rejected]));
  }

  async group(mutants: readonly { readonly id: string }[]): Promise<string[][]> {
    return [mutants.map(({ id }) => id)];
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Checker, 'sample', SampleChecker)];
