import type { HostKind, Run } from '../../src/domain/run.ts';
import { type Clock, later, msBetween, secondMs } from '../../src/domain/time.ts';
import { createEmulator, type Emulator, type EmulatorOptions } from '../../src/emulator/emulator.ts';
import type { JournalEntry } from '../../src/emulator/journal.ts';
import { sampleKey, samplePages } from '../../src/emulator/sample.ts';
import { mainStep, postStep } from '../../src/github/steps.ts';
import type { GivenInputs } from '../../src/inputs/read-inputs.ts';
import type { Dependencies } from '../../src/operations/dependencies.ts';
import type { Send } from '../../src/statuspage/wire.ts';
import { createRandom } from './random.ts';
import { sendTo } from './send-to.ts';
import { createTestStep, type Inputs, type Saved, type Told } from './test-host.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

export const [acme, beta, gamma] = samplePages.map(({ id }) => id) as [string, string, string];

/** The least that a workflow writes for a window and for an incident. */
export const window = { 'api-key': sampleKey, 'status-page': acme } as const satisfies Inputs;
export const incident = {
  ...window,
  operation: 'open-incident',
  title: 'Update',
  message: 'We are installing an update.',
} as const satisfies Inputs;

/** The run that steps belong to unless a test says otherwise. */
export const run: Run = {
  server: 'https://github.com',
  repository: 'acme/shop',
  workflow: 'acme/shop/.github/workflows/deploy.yml',
  id: '9123456789',
  attempt: 1,
  job: 'deploy',
  leg: '',
  step: '__acme_statuspage-me',
  tag: undefined,
  url: 'https://github.com/acme/shop/actions/runs/9123456789',
};

/** A process that is killed at one of its requests. Requests count from 1. */
export interface Kill {
  readonly request: number;
  /** Before it is sent, as soon as it is sent, or when the response has arrived and nobody has read it. */
  readonly when: 'before' | 'under-way' | 'after';
}

/** What happens around a step. */
export interface Circumstances {
  readonly run?: Partial<Run>;
  readonly event?: string;
  readonly host?: HostKind;
  readonly missingSecrets?: string;
  /** The address of GitHub's API; by default nobody answers there. */
  readonly githubApiUrl?: string;
  /** What GitHub answers without a network: the runs with these ids are in progress, all others are over. */
  readonly inProgress?: ReadonlySet<string>;
  /** How many texts may be saved until the disk is full. */
  readonly savesUntilFull?: number;
  /** The file for outputs cannot be written, the one for the state can; `false` is the other way round. */
  readonly hasNoOutputs?: boolean;
  readonly kill?: Kill;
  /** When the runner sends its first signal, counted from the start of the step. */
  readonly interruptAfterMs?: number;
  /** Wraps the network. */
  readonly wire?: (send: Send) => Send;
}

/** A step that is over. */
export interface Stage extends Told {
  /** Undefined if the process was killed. */
  readonly exitCode: number | undefined;
  readonly tookMs: number;
  readonly inputs: Inputs;
  readonly run: Run;
}

/** A status page, the steps of deployments, and other people. All use one virtual clock. */
export interface World {
  readonly clock: Clock;
  readonly emulator: Emulator;
  /** Runs the main step with these inputs until it ends or is killed. */
  main(inputs: Inputs, around?: Circumstances): Promise<Stage>;
  /** Runs the post step after a main step, with its run, its saved state, and its inputs unless others are given. */
  post(main: Stage, inputs?: Inputs, around?: Circumstances): Promise<Stage>;
  /** A request that a person makes in the dashboard or manually. It is not among `requests()`. Returns the data of the response. */
  people(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Lets time pass. */
  pass(ms: number): Promise<void>;
  /** What is on the status pages, a line for each record. */
  page(): readonly string[];
  /** The requests of the steps, as `POST /maintenances 201`; `none` if there was no response. */
  requests(): readonly string[];
  /** The same requests with their bodies. */
  journal(): readonly JournalEntry[];
}

export type WorldOptions = Omit<EmulatorOptions, 'clock' | 'keys'> & {
  /** The scopes of the key that steps use; an empty list grants everything. */
  readonly scopes?: NonNullable<EmulatorOptions['keys']>[number]['scopes'];
  /** How long a request takes, there and back, at most; the seed decides how long it takes. */
  readonly latencyMs?: number;
  readonly randomSeed?: number;
};

const peoplesKey = 'spk_people';
const origin = 'https://statuspage.me/user/api/v1';
const nobody = 'http://127.0.0.1:9';
const never = new Promise<never>(() => {});
/** After a signal the process exits in any case: `watchSignals`. */
const leaveAfterMs = 6 * secondMs;

/** Connects the steps to the page; by default without a socket. */
export type WireTo = (emulator: Emulator, clock: VirtualClock, latencyMs: () => number) => Send;

export function createWorld(
  { scopes = [], latencyMs = 0, randomSeed = 1, ...options }: WorldOptions = {},
  wireTo: WireTo = sendTo,
): World {
  const clock = createVirtualClock();
  const random = createRandom(randomSeed);
  const emulator = createEmulator({
    ...options,
    clock: { now: () => clock.now().getTime(), sleep: (ms) => clock.sleep(ms) },
    keys: [
      { key: sampleKey, name: 'action', scopes },
      { key: peoplesKey, name: 'people', scopes: [] },
    ],
  });
  const send = wireTo(emulator, clock, () => (random() * latencyMs) / 2);
  const network = { clock, send, random };
  const journal = () => emulator.journal().filter(({ key }) => key !== 'people');

  return {
    clock,
    emulator,
    main: (inputs, around = {}) => runStep(mainStep, network, { ...run, ...around.run }, inputs, undefined, around),
    post: (main, inputs = {}, around = {}) => {
      const state = main.states.at(-1);
      return runStep(postStep, network, main.run, { ...main.inputs, ...inputs }, state, around);
    },
    people: async (method, path, body) => {
      const headers = { authorization: `Bearer ${peoplesKey}`, 'content-type': 'application/json' };
      const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
      const outcome = await emulator.answer(new Request(origin + path, init));
      if (outcome.kind !== 'reply' || !outcome.response.ok) throw new Error(`people met ${JSON.stringify(outcome)}`);
      return ((await outcome.response.json()) as { readonly data: unknown }).data;
    },
    pass: (ms) => clock.sleep(ms),
    page: () => [...emulator.windows().map(describeWindow), ...emulator.incidents().map(describeIncident)],
    requests: () => journal().map(({ method, path, status }) => `${method} ${path.split('?')[0]} ${status ?? 'none'}`),
    journal,
  };
}

/** A world in which a main step has run, and a deploy of seven minutes. */
export async function deployed(inputs: Inputs, options: WorldOptions = {}): Promise<{ world: World; main: Stage }> {
  const world = createWorld(options);
  const main = await world.main(inputs);
  await world.pass(420_000);
  return { world, main };
}

/** The annotations of a step. */
export const annotations = ({ said }: Stage): readonly string[] => said.filter((line) => !line.startsWith('info: '));

type Network = Pick<Dependencies, 'clock' | 'send' | 'random'>;

async function runStep(
  step: (dependencies: Dependencies, given: GivenInputs) => Promise<number>,
  { clock, send, random }: Network,
  runOfStep: Run,
  inputs: Inputs,
  savedState: Saved | undefined,
  around: Circumstances,
): Promise<Stage> {
  const {
    event = 'push',
    host: kind = 'runner',
    missingSecrets,
    githubApiUrl = nobody,
    kill,
    interruptAfterMs,
  } = around;
  const { wire = (same: Send) => same, inProgress, savesUntilFull, hasNoOutputs } = around;
  const startedAt = clock.now();
  const death = new AbortController();
  const interruption = new AbortController();
  const { host, frame, given, told } = createTestStep({
    inputs,
    startedAt,
    interruption: interruption.signal,
    run: runOfStep,
    event,
    kind,
    missingSecrets,
    savedState,
    githubApiUrl,
    inProgress,
    savesUntilFull,
    hasNoOutputs,
  });
  const stillAlive = () => (death.signal.aborted ? never : undefined);
  const line = wire(send);
  let sent = 0;
  const mortalSend: Send = async (request) => {
    await stillAlive();
    sent += 1;
    const isLast = sent === kill?.request;
    if (isLast && kill?.when === 'before') {
      death.abort();
      return never;
    }
    try {
      const answer = line({ ...request, signal: firstOf(death.signal, request.signal) });
      if (isLast && kill?.when === 'under-way') death.abort();
      return await answer;
    } finally {
      if (isLast) death.abort();
      await stillAlive();
    }
  };
  const mortalClock: Clock = {
    now: clock.now,
    sleep: async (ms, signal) => {
      await clock.sleep(ms, firstOf(death.signal, signal));
      await stillAlive();
    },
  };

  const over = new AbortController();
  const died = new Promise<undefined>((resolve) => {
    death.signal.addEventListener('abort', () => resolve(undefined));
  });
  if (interruptAfterMs !== undefined) {
    void (async () => {
      await clock.sleep(interruptAfterMs, over.signal);
      if (over.signal.aborted) return;
      interruption.abort();
      await clock.sleep(leaveAfterMs, over.signal);
      if (!over.signal.aborted) death.abort();
    })();
  }
  const exitCode = await Promise.race([
    step({ host, frame, send: mortalSend, clock: mortalClock, random }, given),
    died,
  ]);
  over.abort();
  return { ...told, exitCode, tookMs: msBetween(startedAt, clock.now()), inputs, run: runOfStep };
}

function firstOf(one: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other === undefined ? one : AbortSignal.any([one, other]);
}

function describeWindow(one: ReturnType<Emulator['windows']>[number]): string {
  return `window ${one.id}${onPage(one.statusPageId)} ${one.state} ${timeOfDay(one.startAt)}-${timeOfDay(one.endAt)}`;
}

function describeIncident(one: ReturnType<Emulator['incidents']>[number]): string {
  const entries = one.timeline.map(({ state, message }) => `${state} "${message?.split('\n')[0] ?? ''}"`);
  return `incident ${one.id}${onPage(one.statusPageId)} ${entries.join(', ')}`;
}

function onPage(id: string): string {
  return id === acme ? '' : ` on ${samplePages.find((page) => page.id === id)?.slug ?? id}`;
}

function timeOfDay(ms: number): string {
  return later(new Date(0), ms).toISOString().slice(11, 19);
}
