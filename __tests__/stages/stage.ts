import { expect, test } from '@jest/globals';
import type { Scope } from '../../src/emulator/account.ts';
import type { Emulator } from '../../src/emulator/emulator.ts';
import type { FaultRule } from '../../src/emulator/faults.ts';
import type { JournalEntry } from '../../src/emulator/journal.ts';
import type { Options } from '../../src/emulator/options.ts';
import { samplePages } from '../../src/emulator/sample.ts';
import { type ServedEmulator, serveEmulator } from '../../src/emulator/server.ts';
import type { Job, JobOptions, PostOptions, RunningMain, StepOptions, StepResult } from '../../tools/demo/job.ts';
import { createJob } from '../../tools/demo/runner.ts';
import { createTranslation, Story, type Translation } from './story.ts';

/** The pages of the emulated account, by their slugs. */
export const [acme, beta] = samplePages.map(({ id }) => id) as [string, string];

/** The key that the action is given, and that of a person who acts on the page besides. */
export const actionKey = 'spk_action_5f0c2a';
const personKey = 'spk_person';

/** Delays the create on a page, so that its record gets the higher id. */
export const later = (page: string): FaultRule => ({ kind: 'delay', ms: 500, match: { method: 'POST', body: page } });

/** Inputs as the workflow has them: expressions are not evaluated yet. */
export type Inputs = Readonly<Record<string, string | number | boolean>>;

/** One job of the scene: the action's main steps and, last in first out, their post steps. */
export interface StageJob {
  main(inputs: Inputs, step?: Omit<StepOptions, 'with'>): Promise<StepResult>;
  startMain(inputs: Inputs, step?: Omit<StepOptions, 'with'>): RunningMain;
  post(options?: PostOptions): Promise<StepResult>;
}

/** A scene while it is played: a status page, and the jobs that deploy. */
export interface Stage {
  /** The address of the API. */
  readonly apiUrl: string;
  readonly emulator: Emulator;
  /** A job on a machine of its own; the name tells several jobs of a story apart. */
  job(options?: Partial<JobOptions>, name?: string): StageJob;
  /** Limits the action's key to these scopes. */
  grant(...scopes: Scope[]): void;
  /** A request by somebody else, with a key that may do everything. */
  person(method: string, path: string, body?: object): Promise<void>;
  /** What visitors see on the pages now, a line for each record. */
  left(): readonly string[];
  /** The requests of the action so far: `POST /maintenances`. */
  requests(): readonly string[];
  /** Waits until something holds. Throws after ten seconds. */
  until(holds: () => boolean): Promise<void>;
}

/** What is special about a scene. */
export interface SceneOptions {
  readonly emulator?: Partial<Options>;
  /** `false` if the scene only asserts: no snapshot is kept. */
  readonly told?: boolean;
  /** `true` if requests are sent concurrently, in a random order: the story sorts them by what depends on what. */
  readonly sideBySide?: boolean;
  /** `true` if the scene mostly waits: it starts at once, beside all others of its file. */
  readonly patient?: boolean;
}

const actionDir = new URL('../..', import.meta.url).pathname;

/**
 * Plays a scene with the built action over real sockets, compares its story with the snapshot, and checks what must hold in every scene:
 * no secret is printed, no step takes too long, and nothing prints a stack trace or a command that the runner would obey.
 */
export function scene(name: string, play: (stage: Stage) => Promise<void>, options: SceneOptions = {}): void {
  const begun = options.patient ? perform(play, options) : undefined;
  // The test reports a failure, perhaps much later.
  begun?.catch(() => {});
  test.concurrent(name, async () => {
    const { story, steps } = await (begun ?? perform(play, options));
    for (const step of steps) expectDecency(step);
    if (options.told ?? true) expect(story).toMatchSnapshot();
  }, 60_000);
}

async function perform(play: (stage: Stage) => Promise<void>, { emulator, sideBySide = false }: SceneOptions) {
  const served = await serveEmulator({
    keys: [
      { key: actionKey, name: 'action', scopes: [] },
      { key: personKey, name: 'person', scopes: [] },
    ],
    ...emulator,
  });
  const { stage, story, steps, close } = setStage(served, sideBySide);
  try {
    await play(stage);
    return { story: story.end(stage.left()), steps };
  } finally {
    await close();
  }
}

interface PlayedStep {
  readonly stage: 'main' | 'post';
  readonly result: StepResult;
  readonly tookMs: number;
}

/** Main takes 20 s in all, post 30 s; a second is for starting and stopping the process. */
const limitsMs = { main: 21_000, post: 31_000 };
const harmlessCommands = ['add-mask', 'debug', 'notice', 'warning', 'error'];

function expectDecency({ stage, result, tookMs }: PlayedStep): void {
  expect(result.leaks).toEqual([]);
  expect(tookMs).toBeLessThan(limitsMs[stage]);
  expect(result.log).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
  expect(result.commands.map((command) => command.name).filter((name) => !harmlessCommands.includes(name))).toEqual([]);
  expect(result.annotations.filter(({ text }) => text.length > 4096)).toEqual([]);
  expect(result.log).not.toContain('something unexpected happened');
  // A step that fails says why once; a step that succeeds has no error.
  const errors = result.annotations.filter(({ level }) => level === 'error').map(({ text }) => text);
  expect(errors).toEqual([...new Set(errors)]);
  if (stage === 'main') expect(errors.length > 0).toBe(result.exitCode === 1);
}

function setStage(served: ServedEmulator, sideBySide: boolean) {
  const { emulator, apiUrl } = served;
  const translation = createTranslation(served.url, emulator);
  const story = new Story(translation);
  const steps: PlayedStep[] = [];
  const jobs: Job[] = [];
  const byAction = (): readonly JournalEntry[] => emulator.journal().filter(({ key }) => key !== 'person');
  let told = 0;
  const untold = (): readonly JournalEntry[] => {
    const entries = byAction().slice(told);
    told += entries.length;
    return sideBySide ? entries.toSorted((a, b) => compareText(laneOf(a), laneOf(b))) : entries;
  };

  const stage: Stage = {
    apiUrl,
    emulator,
    job: (options = {}, name = '') => {
      const job = createJob({ actionDir, secrets: { KEY: actionKey }, ...options });
      jobs.push(job);
      const label = name === '' ? '' : `${name}: `;
      const startMain: StageJob['startMain'] = (inputs, step = {}) => {
        const begunAt = Date.now();
        const running = job.startMain({
          ...step,
          with: { 'api-key': '${{ secrets.KEY }}', 'api-url': apiUrl, ...inputs },
        });
        const finished = running.finished.then((result) => {
          steps.push({ stage: 'main', result, tookMs: Date.now() - begunAt });
          story.step(`${label}main`, { inputs, result, requests: untold() });
          return result;
        });
        return { ...running, finished };
      };
      return {
        startMain,
        main: (inputs, step) => startMain(inputs, step).finished,
        post: async (given = {}) => {
          const begunAt = Date.now();
          const result = await job.runPost(given);
          steps.push({ stage: 'post', result, tookMs: Date.now() - begunAt });
          story.step(`${label}post${describeDeploy(given)}`, { result, requests: untold() });
          return result;
        },
      };
    },
    grant: (...scopes) => {
      const others = emulator.options().keys.filter(({ name }) => name !== 'action');
      emulator.setOptions({ keys: [{ key: actionKey, name: 'action', scopes }, ...others] });
    },
    person: async (method, path, body) => {
      const response = await fetch(apiUrl + path, {
        method,
        headers: { authorization: `Bearer ${personKey}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`A person was refused: ${response.status} ${await response.text()}`);
      story.aside(`a person: ${method} ${path}${body === undefined ? '' : ` ${JSON.stringify(body)}`}`);
    },
    left: () => describeLeft(emulator, translation),
    requests: () => byAction().map(({ method, path }) => `${method} ${translation.plain(path)}`),
    until: async (holds) => {
      for (const giveUpAt = Date.now() + 10_000; !holds(); await new Promise((resolve) => setTimeout(resolve, 10))) {
        if (Date.now() > giveUpAt) throw new Error('It never came to hold.');
      }
    },
  };
  const close = async (): Promise<void> => {
    for (const { dispose } of jobs) dispose();
    await served.close();
  };
  return { stage, story, steps, close };
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const nilId = '00000000-0000-0000-0000-000000000000';

/** Requests that follow each other: pages first; a page's list and its creates; each record; the probes with an id that does not exist. */
function laneOf({ method, path, body }: JournalEntry): string {
  const [target = path, query = ''] = path.split('?');
  if (target === '/status-pages') return '';
  if (target.includes(nilId)) return `${target} ${method}`;
  const made = (body as { readonly status_page_id?: string } | undefined)?.status_page_id;
  return [target, new URLSearchParams(query).get('status_page_id') ?? made ?? ''].join(' ');
}

function describeDeploy({ status, steps = {} }: PostOptions): string {
  const others = Object.entries(steps).map(([id, { outcome }]) => `step ${id}: ${outcome}`);
  const said = [...(status === undefined ? [] : [`job: ${status}`]), ...others];
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
}

/** The end of a window is rounded up to the full second, so it may be this far ahead. */
const endingMs = 1_100;

function describeLeft(emulator: Emulator, { time, pageName, withoutReference }: Translation): readonly string[] {
  const now = Date.now() + emulator.options().clockSkewSeconds * 1000;
  const windows = emulator.windows().map(({ id, statusPageId, startAt, endAt }) => {
    const on = `window ${id} on ${pageName(statusPageId)}`;
    if (endAt <= now + endingMs) return `${on}: over`;
    return startAt > now ? `${on}: ahead, ${time(startAt)} to ${time(endAt)}` : `${on}: open until ${time(endAt)}`;
  });
  const incidents = emulator.incidents().map(({ id, statusPageId, state, timeline }) => {
    const entries = timeline.map((entry) => `${entry.state} "${withoutReference(entry.message ?? '')}"`);
    return `incident ${id} on ${pageName(statusPageId)}: ${state} (${entries.join(', ')})`;
  });
  return [...windows, ...incidents];
}
