import { setTimeout as wait } from 'node:timers/promises';
import { samplePages } from '../../src/emulator/sample.ts';
import { type ServedEmulator, serveEmulator } from '../../src/emulator/server.ts';
import type { Job, Status, StepResult } from '../../tools/demo/job.ts';
import { createJob } from '../../tools/demo/runner.ts';
import { type Reference, readReference } from '../faults/references.ts';
import { createRandom } from '../support/random.ts';
import { createUnevenClock } from './round.ts';
import { drawStartLine } from './start-line.ts';

/** Runs of one step that begin at the same moment, after an earlier run has left its window or not, and end at the same moment. */
export interface RunsRace {
  readonly seed: number;
  readonly runs: number;
  readonly hasLeft: boolean;
  readonly longestDelayMs: number;
}

/** What such a race has shown. */
export interface RunsFinish {
  readonly race: RunsRace;
  /** Everything that must not be: a window is left after the newest run has succeeded, a run has ended a newer one's, or a step has failed. */
  readonly wrong: readonly string[];
  /** How many windows a later run than their own has ended. */
  readonly superseded: number;
}

const actionDir = new URL('../..', import.meta.url).pathname;
const acme = samplePages[0]?.id ?? '';

/** Everything but the seed follows from the seed. */
export function drawRunsRace(seed: number, mostRuns: number, longestDelayMs = 500): RunsRace {
  const random = createRandom(seed);
  return { seed, runs: 2 + Math.floor(random() * (mostRuns - 1)), hasLeft: seed % 2 === 0, longestDelayMs };
}

/** Runs the race with processes of the built action. */
export async function runRunsRace(race: RunsRace): Promise<RunsFinish> {
  const { runs, hasLeft, seed } = race;
  const random = createRandom(seed);
  // Each run has a key of its own, so that the journal tells who has changed what.
  const names = Array.from({ length: runs + 1 }, (_, number) => String(9_000_000_000 + number));
  const keys = names.map((name) => ({ key: `spk_${name}`, name, scopes: [] }));
  const served = await serveEmulator({ keys, clock: createUnevenClock(race) });
  const line = drawStartLine();
  const start = (runId: string, env: Readonly<Record<string, string>> = {}): Job =>
    createJob({ actionDir, runId, secrets: { KEY: `spk_${runId}` }, env });
  const inputs = { with: { 'api-key': '${{ secrets.KEY }}', 'api-url': served.apiUrl, 'status-page': acme } };
  const [earliest = '', ...parallel] = names;
  const jobs = parallel.map((runId) => start(runId, line.env));
  const results: StepResult[] = [];
  try {
    if (hasLeft) {
      const job = start(earliest);
      jobs.push(job);
      results.push(await job.runMain(inputs), await job.runPost({ status: 'failure' }));
      await untilNextSecond();
    }
    for (const when of ['before', 'after'] as const)
      served.emulator.addFault({ kind: 'delay', ms: 0, when, times: 'always' });
    const racing = jobs.slice(0, runs);
    const mains = racing.map((job) => job.startMain(inputs).finished);
    await line.fire(runs);
    results.push(...(await Promise.all(mains)));
    const newest = newestRun(served);
    const posts = racing.map((job, index) => {
      const status: Status = parallel[index] === newest || random() < 0.5 ? 'success' : 'failure';
      return job.runPost({ status });
    });
    results.push(...(await Promise.all(posts)));
    // An end is rounded up to the full second.
    await untilNextSecond();
    const ended = endedByOthers(served);
    return { race, wrong: [...judge(served, results), ...judgeEnds(ended)], superseded: ended.length };
  } finally {
    for (const job of jobs) job.dispose();
    line.dispose();
    await served.close();
  }
}

function untilNextSecond(): Promise<void> {
  return wait(1_050 - (Date.now() % 1_000));
}

interface Opening {
  readonly run: string;
  readonly openedMs: number;
}

function openingOf({ message }: { readonly message: string | null }): Opening {
  const reference: Reference | undefined = readReference(message ?? '');
  if (reference?.own === undefined) throw new Error(`a window without an own reference: ${message}`);
  return { run: String(Number.parseInt(reference.run, 36)), openedMs: reference.own.openedMs };
}

/** Negative if the first began before the other; of two in the same second the lower run is the older. */
function compare(one: Opening, other: Opening): number {
  return one.openedMs - other.openedMs || Number(one.run) - Number(other.run);
}

function newestRun({ emulator }: ServedEmulator): string | undefined {
  return emulator.windows().map(openingOf).toSorted(compare).at(-1)?.run;
}

interface ForeignEnd {
  readonly ended: Opening;
  readonly by: Opening;
}

/** The ends of windows that another run than their own has sent. */
function endedByOthers({ emulator }: ServedEmulator): readonly ForeignEnd[] {
  const openings = new Map(emulator.windows().map((one) => [String(one.id), openingOf(one)]));
  const byRun = new Map([...openings.values()].map((one) => [one.run, one]));
  return emulator.journal().flatMap(({ method, path, key }) => {
    const ended = openings.get(path.split('/').at(-1) ?? '');
    const by = byRun.get(key ?? '');
    return method === 'GET' || ended === undefined || by === undefined || ended === by ? [] : [{ ended, by }];
  });
}

function judgeEnds(ends: readonly ForeignEnd[]): readonly string[] {
  return ends
    .filter(({ ended, by }) => compare(ended, by) > 0)
    .map(({ ended, by }) => `run ${by.run} has ended the window of the newer run ${ended.run}`);
}

function judge({ emulator }: ServedEmulator, results: readonly StepResult[]): readonly string[] {
  return [
    ...emulator.windows().flatMap((one) => (one.endAt > Date.now() ? [`window ${one.id} is left`] : [])),
    ...results.filter(({ exitCode }) => exitCode !== 0).map(({ exitCode }) => `a step exited with ${exitCode}`),
  ];
}
