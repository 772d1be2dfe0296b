import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../src/emulator/clock.ts';
import { sampleKey, samplePages } from '../../src/emulator/sample.ts';
import { type ServedEmulator, type ServeOptions, serveEmulator } from '../../src/emulator/server.ts';
import { createJob } from '../../tools/demo/runner.ts';
import { createRandom } from '../support/random.ts';
import { drawStartLine } from './start-line.ts';

/** A race: so many jobs that open a shared window with one key at the same moment, against an API of this shape. */
export interface Race {
  readonly seed: number;
  readonly runners: number;
  /** The longest that a request takes, half of it on its way to the server, half on the way of its answer. */
  readonly longestDelayMs: number;
  readonly api: Pick<ServeOptions, 'ids' | 'order'>;
}

/** What a race has shown. */
export interface Finish {
  readonly race: Race;
  /** Everything that is wrong: empty if one record is left, all processes print its id, and exactly one created it. */
  readonly wrong: readonly string[];
  /** What runners said of requests that were not answered in time: the machine was too slow for that many of them. */
  readonly short: readonly string[];
  /** How many windows were made on the way, the winner's included. */
  readonly made: number;
}

const actionDir = new URL('../..', import.meta.url).pathname;

/** The shape, the number of runners and the delays of a race follow from its seed. */
export function drawRace(seed: number, mostRunners: number, longestDelayMs = 1_000): Race {
  const random = createRandom(seed);
  const oneOf = <T>(...all: readonly [T, ...T[]]): T => all[Math.floor(random() * all.length)] ?? all[0];
  const api = {
    ids: oneOf('number', 'uuid', 'opaque'),
    order: oneOf('newest', 'oldest', 'shuffled'),
  } as const;
  return { seed, runners: 2 + Math.floor(random() * (mostRunners - 1)), longestDelayMs, api };
}

/** Runs a race with processes of the built action, each in a job of its own. */
export async function runRace(race: Race): Promise<Finish> {
  const { runners, api } = race;
  const line = drawStartLine();
  const keys = [{ key: sampleKey, name: 'action', scopes: [] }];
  const served = await serveEmulator({ ...api, keys, clock: createUnevenClock(race) });
  // Each request is kept waiting on its way there and on its way back; how long is the clock's decision.
  for (const when of ['before', 'after'] as const)
    served.emulator.addFault({ kind: 'delay', ms: 0, when, times: 'always' });
  const jobs = Array.from({ length: runners }, (_, number) =>
    createJob({ actionDir, runId: String(9_000_000_000 + number), secrets: { KEY: sampleKey }, env: line.env }),
  );
  try {
    const running = jobs.map((job) => job.startMain({ with: inputsFor(served) }).finished);
    await line.fire(runners);
    const results = await Promise.all(running);
    const told = results.map(({ exitCode, outputs, annotations }) => ({
      exitCode,
      id: outputs.id,
      created: outputs.created,
      said: annotations.map(({ text }) => text),
    }));
    const short = told.flatMap(({ said }) => said.filter((text) => /in time|used up/.test(text)));
    return { race, wrong: judge(told, served), short, made: countMade(served) };
  } finally {
    for (const job of jobs) job.dispose();
    line.dispose();
    await served.close();
  }
}

const acme = samplePages[0]?.id ?? '';

function inputsFor({ apiUrl }: ServedEmulator) {
  return {
    'api-key': '${{ secrets.KEY }}',
    'api-url': apiUrl,
    'status-page': acme,
    'deployment-key': 'production',
    'auto-resolve': false,
  };
}

interface Told {
  readonly exitCode: number | null;
  readonly id: string | undefined;
  readonly created: string | undefined;
  readonly said: readonly string[];
}

function judge(told: readonly Told[], { emulator }: ServedEmulator): readonly string[] {
  const left = emulator.windows().map(({ id }) => String(id));
  const creators = told.filter(({ created }) => created === 'true').length;
  const astray = told.filter(({ id }) => id !== left[0]).map(({ id }) => id ?? 'none');
  return [
    ...(left.length === 1 ? [] : [`${left.length} windows are left: ${left.join(', ')}`]),
    ...(astray.length === 0 ? [] : [`${astray.length} runners tell of others: ${astray.join(', ')}`]),
    ...(creators === 1 ? [] : [`${creators} runners say that they have created it`]),
    ...told.filter(({ exitCode }) => exitCode !== 0).map(({ exitCode }) => `a runner left with ${exitCode}`),
    ...told.flatMap(({ said }) => said.map((text) => `a runner said ${text}`)),
  ];
}

function countMade({ emulator }: ServedEmulator): number {
  return emulator.journal().filter(({ method, status }) => method === 'POST' && status === 201).length;
}

/** The server's time, which runs true, and its pauses, each of which is as long as chance has it. */
export function createUnevenClock({ seed, longestDelayMs }: Pick<Race, 'seed' | 'longestDelayMs'>): Clock {
  const random = createRandom(seed + 1);
  return {
    now: () => Date.now(),
    sleep: () => wait((random() * longestDelayMs) / 2),
  };
}
