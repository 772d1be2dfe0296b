import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { FaultRule } from '../../src/emulator/faults.ts';
import type { JournalEntry } from '../../src/emulator/journal.ts';
import { sampleKey } from '../../src/emulator/sample.ts';
import { type ServedEmulator, serveEmulator } from '../../src/emulator/server.ts';
import type { RunningStep, StepResult } from '../../tools/demo/job.ts';
import { createJob } from '../../tools/demo/runner.ts';
import type { TableFault } from './faults.ts';
import { githubToken, type Scene } from './scenes.ts';

/** A step that was played. */
export interface PlayedStep {
  readonly result: StepResult;
  readonly tookMs: number;
  readonly requests: readonly JournalEntry[];
}

/** A scene that was played with a fault. */
export interface PlayedScene {
  readonly main: PlayedStep;
  readonly post: PlayedStep | undefined;
  /** What is on the page in the end, a few words for each notice. */
  readonly left: readonly string[];
}

/** What is around a scene: GitHub's API, and a turn for each process, so that they do not all start at once. */
export interface Theatre {
  readonly githubApiUrl: string;
  readonly start: <Step extends RunningStep>(begin: () => Step, hasBegun: () => boolean) => Promise<Step>;
}

const actionDir = new URL('../..', import.meta.url).pathname;
const shortestPauses = new URL('shortest-pauses.js', import.meta.url).href;
/** Nobody listens there. */
const nobody = 'http://127.0.0.1:9/user/api/v1';
const personKey = 'spk_person';
/** A server may accept an end only a few seconds ahead of its clock. That counts as over. */
const endingMs = 7_000;

/** Plays a scene with the built action, against an emulator of its own. */
export async function playScene(scene: Scene, fault: TableFault, theatre: Theatre): Promise<PlayedScene> {
  const keys = [
    { key: sampleKey, name: 'action', scopes: [] },
    { key: personKey, name: 'person', scopes: [] },
  ];
  const served = await serveEmulator({ keys });
  const { emulator } = served;
  const secrets = { KEY: sampleKey, TOKEN: githubToken };
  const job = createJob({
    actionDir,
    secrets,
    env: { GITHUB_API_URL: theatre.githubApiUrl, NODE_OPTIONS: `--import=${shortestPauses}` },
  });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= served.close();
    return closing;
  };
  const byAction = () => emulator.journal().filter(({ key }) => key !== 'person');
  const take = async (begin: () => RunningStep): Promise<PlayedStep> => {
    const before = byAction().length;
    let beganAt = 0;
    const running = await theatre.start(
      () => {
        beganAt = Date.now();
        return begin();
      },
      () => byAction().length > before,
    );
    const result = await running.finished;
    return { result, tookMs: Date.now() - beganAt, requests: byAction().slice(before) };
  };
  try {
    if (scene.before !== undefined) {
      await makeBefore(served, scene.before);
      // What others have made is older than the page takes to show it.
      await wait(Math.max(fault.server?.listLagMs ?? 0, fault.server?.readLagMs ?? 0));
    }
    const isMain = scene.struck === 'main';
    if (isMain) strike(served, scene, fault);
    const apiUrl = isMain && fault.isDown ? nobody : served.apiUrl;
    const inputs = { 'api-key': '${{ secrets.KEY }}', 'api-url': apiUrl, ...scene.inputs };
    const main = await take(() => job.startMain({ with: inputs }));
    emulator.clearFaults();
    if (scene.end === undefined) return { main, post: undefined, left: describeLeft(served) };
    if (!isMain) strike(served, scene, fault);
    if (!isMain && fault.isDown) await close();
    if (scene.deployMs !== undefined) await wait(scene.deployMs);
    const post = await take(() => job.startPost(scene.end));
    if (fault.doneAfterMs !== undefined) await wait(fault.doneAfterMs);
    return { main, post, left: describeLeft(served) };
  } finally {
    job.dispose();
    await close();
  }
}

/** Sets up a fault for the requests that it hits. */
function strike({ emulator }: ServedEmulator, { deciding }: Scene, { once, always, server }: TableFault): void {
  if (once !== undefined) emulator.addFault({ ...once, match: deciding } as FaultRule);
  if (always !== undefined) emulator.addFault({ ...always, times: 'always' } as FaultRule);
  if (server !== undefined) emulator.setOptions(server);
}

async function makeBefore({ apiUrl }: ServedEmulator, [path, body]: NonNullable<Scene['before']>): Promise<void> {
  const headers = { authorization: `Bearer ${personKey}`, 'content-type': 'application/json' };
  const { status } = await fetch(apiUrl + path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (status !== 201) throw new Error(`What was there before could not be made: ${status}`);
}

function describeLeft({ emulator }: ServedEmulator): readonly string[] {
  const now = Date.now() + emulator.options().clockSkewSeconds * 1000;
  const windows = emulator
    .windows()
    .map(({ startAt, endAt }) =>
      endAt <= now + endingMs ? 'a window, over' : startAt > now ? 'a window, ahead' : 'a window until its end',
    );
  const incidents = emulator
    .incidents()
    .map(({ state, timeline }) => `an incident, ${state}${timeline.length > 2 ? `, ${timeline.length} entries` : ''}`);
  return [...windows, ...incidents];
}

const longestStartMs = 3_000;
const startsAtOnce = 2;

/** Gives turns: as long as two processes have not sent their first request, or left, no other one starts, but never for long. */
export function createTurns(): Theatre['start'] {
  const limit = pLimit(startsAtOnce);
  return (begin, hasBegun) =>
    new Promise((resolve, reject) => {
      void limit(async () => {
        try {
          const step = begin();
          resolve(step);
          await Promise.race([step.finished, untilBegun(hasBegun)]);
        } catch (error) {
          reject(error);
        }
      });
    });
}

async function untilBegun(hasBegun: () => boolean): Promise<void> {
  for (const giveUpAt = Date.now() + longestStartMs; !hasBegun() && Date.now() < giveUpAt; ) await wait(25);
}
