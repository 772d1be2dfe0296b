import fc from 'fast-check';
import { type HookSequence, hookSequences, playHooks } from './hooks.ts';
import { judge } from './invariants.ts';
import { play } from './play.ts';
import { type Sequence, sequences } from './sequence.ts';
import { theirTitle } from './standing.ts';
import type { Played } from './step.ts';
import { metFaults } from './step-facts.ts';

/** What was met on the way, over all sequences. */
export interface Tally {
  readonly sequences: number;
  readonly steps: number;
  readonly requests: number;
  readonly faults: number;
  readonly killed: number;
  readonly interrupted: number;
  readonly duplicates: number;
  readonly orphans: number;
  /** Moments at which there were two records of which the text had told, or which section 5.6 of the product does not rule out. */
  readonly toldDuplicates: number;
}

/** Which sequences are played: the same seed gives the same ones; a path leads to a single one among them. */
export interface Choice {
  readonly number: number;
  readonly seed: number;
  readonly path: string | undefined;
  readonly over?: 'memory' | 'sockets';
}

/** Plays sequences until one shows what it must not; `failure` then tells of the shortest like it, and how to play it again. */
export async function checkSequences({
  number,
  seed,
  path,
  over = 'memory',
}: Choice): Promise<{ tally: Tally; failure: string | undefined }> {
  let tally: Tally = {
    sequences: 0,
    steps: 0,
    requests: 0,
    faults: 0,
    killed: 0,
    interrupted: 0,
    duplicates: 0,
    orphans: 0,
    toldDuplicates: 0,
  };
  const hasNoLie = async (sequence: Sequence) => {
    const played = await play(sequence, over);
    const verdict = judge(played);
    tally = add(tally, played, verdict);
    if (verdict.violations.length > 0) throw new Error(verdict.violations.join('\n'));
  };
  const options = { numRuns: number, seed, ...(path !== undefined && { path }) };
  const details = await fc.check(fc.asyncProperty(sequences, hasNoLie), options);
  if (!details.failed) return { tally, failure: undefined };
  const { errorInstance, counterexample, counterexamplePath } = details;
  const [shortest] = counterexample ?? [];
  const failure = [
    errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
    ...(shortest === undefined ? [] : ['', describeSequence(shortest), '', describePlayed(await play(shortest, over))]),
    '',
    `To play it again: FAULTS_OVER=${over} FAULTS_SEED=${seed} FAULTS_PATH=${counterexamplePath} npm run test:faults`,
  ].join('\n');
  return { tally, failure };
}

function add(tally: Tally, { steps }: Played, verdict: ReturnType<typeof judge>): Tally {
  const count = (one: (step: (typeof steps)[number]) => number) => steps.reduce((sum, step) => sum + one(step), 0);
  return {
    sequences: tally.sequences + 1,
    steps: tally.steps + steps.length,
    requests: tally.requests + count(({ sent }) => sent.length),
    faults: tally.faults + count(metFaults),
    killed: tally.killed + count(({ stage }) => Number(stage.exitCode === undefined)),
    interrupted: tally.interrupted + count(({ stage }) => Number(stage.exitCode === 130)),
    duplicates: tally.duplicates + verdict.duplicates,
    orphans: tally.orphans + verdict.orphans,
    toldDuplicates: tally.toldDuplicates + verdict.toldDuplicates,
  };
}

/** Plays the two hooks of the command line until a sequence shows what it must not. */
export async function checkHooks({
  number,
  seed,
}: Pick<Choice, 'number' | 'seed'>): Promise<{ sequences: number; commands: number; failure: string | undefined }> {
  let sequences = 0;
  let commands = 0;
  const hasNoLie = async (sequence: HookSequence) => {
    const tally = await playHooks(sequence);
    sequences += 1;
    commands += tally.commands;
    if (tally.violations.length > 0) throw new Error(tally.violations.join('\n'));
  };
  const details = await fc.check(fc.asyncProperty(hookSequences, hasNoLie), { numRuns: number, seed });
  if (!details.failed) return { sequences, commands, failure: undefined };
  const { errorInstance, counterexample } = details;
  return { sequences, commands, failure: `${errorInstance}\n\n${JSON.stringify(counterexample?.[0], null, 2)}` };
}

/** What is needed of a sequence to understand it, a line for each use and act. */
function describeSequence({ uses, acts, api, asksGitHub }: Sequence): string {
  const isUsed = (number: number) =>
    acts.some((one) => ('use' in one && one.use === number) || ('uses' in one && one.uses.includes(number)));
  return [
    `api ${JSON.stringify(api)}${asksGitHub ? ', GitHub is asked' : ''}`,
    ...uses.map((use, number) => `use ${number} ${JSON.stringify(use)}`).filter((_line, number) => isUsed(number)),
    ...acts.map((one) => JSON.stringify(one)),
  ].join('\n');
}

/** What the steps asked for and said, and what stands on the pages at the end. */
function describePlayed({ steps, pages }: Played): string {
  const story = steps.flatMap(({ what, title, stage, sent, startMs }) => [
    `${what} of ${title}: left with ${stage.exitCode} after ${stage.tookMs} ms`,
    ...sent.map(({ atMs, method, path, fault, status }) => {
      const met = fault === undefined ? '' : `, met ${JSON.stringify(fault)}`;
      return `  ${atMs - startMs} ms: ${method} ${path} ${status ?? 'no answer'}${met}`;
    }),
    ...stage.said.map((line) => `  ${line}`),
  ]);
  const left = (pages.at(-1) ?? [])
    .filter(({ title }) => title !== theirTitle)
    .map(({ kind, id, title, isOpen }) => `  ${kind} ${id} "${title}" ${isOpen ? 'open' : 'over'}`);
  return [...story, 'in the end:', ...left].join('\n');
}
