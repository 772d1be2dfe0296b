import type { Kind } from '../../src/domain/record.ts';
import type { Run } from '../../src/domain/run.ts';
import { later, secondMs } from '../../src/domain/time.ts';
import { sampleKey } from '../../src/emulator/sample.ts';
import type { Send } from '../../src/statuspage/wire.ts';
import type { Inputs, Saved } from '../support/test-host.ts';
import { acme, beta, type Circumstances, createWorld, run, type Stage, type World } from '../support/world.ts';
import { letPeople, openTheirs, theirs } from './others.ts';
import { identify } from './references.ts';
import type { Act, Luck, SavedState, Sequence, Use } from './sequence.ts';
import { openSocketLine, type SocketLine } from './socket-line.ts';
import { readStandings, rememberTexts, type Standing } from './standing.ts';
import type { Played, Step } from './step.ts';
import { mayTouch } from './touching.ts';
import { createFaultyLine, type Meet, meet, type Sent } from './wire-faults.ts';

const lateArrivalsMs = 60 * secondMs;

/** Plays a sequence against an emulator, by a virtual clock; `over` sockets where that is wanted. */
export async function play(sequence: Sequence, over: 'memory' | 'sockets' = 'memory'): Promise<Played> {
  if (over === 'memory') return playOn(sequence, createWorld(sequence.api), meet);
  let opening: Promise<SocketLine> | undefined;
  const world = createWorld(sequence.api, (...wires) => {
    opening = openSocketLine(...wires);
    return async (request) => ((await opening) ?? fail()).send(request);
  });
  const line = (await opening) ?? fail();
  try {
    return await playOn(sequence, world, line.meet);
  } finally {
    await line.close();
  }
}

async function playOn(sequence: Sequence, world: World, meetOne: Meet): Promise<Played> {
  const { uses, acts, asksGitHub } = sequence;
  const { latencyMs: longestWayMs = 0, listLagMs = 0, readLagMs = 0 } = sequence.api;
  const lagMs = Math.max(listLagMs, readLagMs);
  const steps: Step[] = [];
  const pages: (readonly Standing[])[] = [];
  const touched = new Set<string>();
  const useAt = (number: number) => uses[number] ?? fail();
  await openTheirs(
    world,
    uses.map((use, number) => identify(runOf(use, number, use.run, 1), use.key, kindOf(use), titleOf(number), 0)),
  );
  await world.pass(lagMs);
  const theirsBefore = theirs(world);
  const newest = (number: number, run?: number) =>
    steps.findLast(
      ({ what, stage, title }) =>
        what === 'main' && title === titleOf(number) && (run === undefined || stage.run.id === idOf(run)),
    );
  const hasPost = (main: Step) => steps.some((one) => one.main === main);
  const circumstances = (index: number, ownRun: string) => {
    const inProgress = asksGitHub ? runsInProgress(acts.slice(index + 1), newest, hasPost) : new Set<string>();
    // Whoever asks is in progress too, and does not ask for itself.
    inProgress.delete(ownRun);
    const refusesWith200 = sequence.api.refusals === 'success-false';
    return { inProgress, touched: new Set(touched), longestWayMs, lagMs, refusesWith200 };
  };

  const takeMain = async (index: number, number: number, luck: Luck, raced: boolean, given: Partial<Use> = {}) => {
    const act = acts[index] ?? fail();
    const use = { ...useAt(number), ...given };
    const run = 'run' in act && act.run !== undefined ? act.run : use.run;
    const ofUse = steps.filter((one) => one.what === 'main' && one.title === titleOf(number));
    const attempt = ofUse.filter(({ stage }) => stage.run.id === idOf(run)).length + 1;
    const ofRun = runOf(use, number, run, attempt);
    const title = titleOf(number);
    const names = {
      title,
      message: `We are at work: u${number} r${run} a${attempt}.${use.isLong ? longTail : ''}`,
      failureTitle: `Failure u${number} r${run} a${attempt}`,
    };
    const identity = identify(ofRun, use.key, kindOf(use), title, world.clock.now().getTime());
    const around = circumstances(index, ofRun.id);
    const step = { what: 'main', use, identity, ...names, luck, raced, act, ...around } as const;
    const inputs = inputsOf(use, names, asksGitHub);
    steps.push(await watch(world, meetOne, step, (more) => world.main(inputs, { ...more, run: ofRun })));
  };

  for (const [index, act] of acts.entries()) {
    // A post step may follow its main step at once. Another run or attempt begins later than the page takes to show what was made.
    if (['main', 'race', 'resolve'].includes(act.act)) await world.pass(lagMs);
    switch (act.act) {
      case 'main':
        await takeMain(index, act.use, act.luck, false);
        break;
      case 'race':
        await Promise.all(
          act.uses.map(async (number, runner) => {
            if (uses[number] === undefined) return;
            if (runner > 0) await world.pass(runner * act.gapMs);
            const { operation } = useAt(act.uses[0] ?? 0);
            const shared = act.alike ? { ...sharedUse, operation } : {};
            await takeMain(index, number, act.lucks[runner] ?? lucky, true, shared);
          }),
        );
        break;
      case 'post': {
        const main = newest(act.use, act.run);
        if (main === undefined || hasPost(main)) break;
        const { use, identity, title, message, failureTitle } = main;
        const { outcome, luck, saved = 'whole' } = act;
        const around = circumstances(index, main.stage.run.id);
        const names = { title, message, failureTitle };
        const step = {
          what: 'post',
          use,
          identity,
          ...names,
          luck,
          main,
          outcome,
          saved,
          raced: false,
          act,
          ...around,
        } as const;
        const inputs = { 'job-status': outcome === 'skipped' ? 'success' : outcome, outcome };
        const states = main.stage.states.map((one) => spoil(one, saved));
        const takePost = (more: Circumstances) => world.post({ ...main.stage, states }, inputs, more);
        steps.push(await watch(world, meetOne, step, takePost));
        break;
      }
      case 'resolve': {
        const number = uses.findIndex((one) => one.key !== undefined);
        if (number < 0) break;
        const use = useAt(number);
        const ofRun = runOf(use, number, use.run, 1);
        const names = {
          title: `Resolve ${index}`,
          message: `Resolve ${index}`,
          failureTitle: `Failure resolve ${index}`,
        };
        const identity = identify(ofRun, use.key, 'maintenance', '', world.clock.now().getTime());
        const inputs = resolveInputs(act, names.failureTitle);
        const around = circumstances(index, ofRun.id);
        const step = {
          what: 'resolve',
          use,
          identity,
          ...names,
          luck: act.luck,
          raced: false,
          act,
          ...around,
        } as const;
        steps.push(await watch(world, meetOne, step, (more) => world.main(inputs, { ...more, run: ofRun })));
        break;
      }
      case 'people':
        await letPeople(world, act, touched);
        break;
      case 'pass':
        await world.pass(act.seconds * secondMs);
    }
    pages.push(readStandings(world));
  }
  await world.pass(lateArrivalsMs);
  pages.push(readStandings(world));
  return { sequence, steps, pages, theirsBefore, theirsAfter: theirs(world) };
}

const longTail = ' Every page may be slow for a while, and some may not load at all.'.repeat(5);
const foreign = 'https://foreign.example/user/api/v1';

/** The saved state after something has happened to it. */
function spoil(texts: Saved, saved: SavedState): Saved {
  const edit = (change: (text: string) => string): Saved =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text === '' ? '' : change(text)]));
  const setAll = (fields: object) => edit((text) => JSON.stringify({ ...JSON.parse(text), ...fields }));
  switch (saved) {
    case 'whole':
      return texts;
    case 'foreign-address':
      return setAll({ apiUrl: foreign });
    case 'no-json':
      return edit((text) => text.slice(0, text.length / 2));
    case 'other-shape':
      return edit((text) => `[${text}]`);
    case 'other-version':
      return setAll({ version: 1, stage: 'somewhere' });
    case 'wrong-id':
      return setAll({ id: { toString: 'x' } });
  }
}

/** A run is in progress as long as one of its main steps has run and the post step is still to come. */
function runsInProgress(
  toCome: readonly Act[],
  newest: (use: number, run?: number) => Step | undefined,
  hasPost: (main: Step) => boolean,
): Set<string> {
  const ids = toCome.flatMap((act) => {
    if (act.act !== 'post') return [];
    const main = newest(act.use, act.run);
    return main === undefined || hasPost(main) ? [] : [main.stage.run.id];
  });
  return new Set(ids);
}

/** What all racers have in common that open the same. */
const sharedUse = { key: 'production', own: false, marker: true, onFailure: 'keep', onCancel: 'keep' } as const;

const lucky: Luck = { mishaps: [], kill: undefined, interruptAfterMs: undefined };

function fail(): never {
  throw new Error('a sequence names what it has not');
}

function titleOf(number: number): string {
  return `Update u${number}`;
}

/** A run that began later has a higher number. */
function idOf(run: number): string {
  return String(9_123_456_789 + run);
}

function kindOf({ operation }: Use): Kind {
  return operation === 'open-maintenance' ? 'maintenance' : 'incident';
}

function runOf({ job }: Use, number: number, ofRun: number, attempt: number): Run {
  return { ...run, id: idOf(ofRun), job, step: `__acme_statuspage-me_${number}`, attempt };
}

type Names = Pick<Step, 'title' | 'message' | 'failureTitle'>;

function inputsOf(use: Use, { title, message, failureTitle }: Names, asksGitHub: boolean): Inputs {
  return {
    'api-key': sampleKey,
    operation: use.operation,
    'status-page': use.pages === 1 ? acme : `${acme},${beta}`,
    title,
    message,
    'failure-title': failureTitle,
    'auto-resolve': String(use.own),
    'on-failure': use.onFailure,
    'on-cancel': use.onCancel,
    'notify-subscribers': String(use.notify),
    'on-api-error': use.onApiError,
    marker: String(use.marker),
    ...(asksGitHub && { 'github-token': 'ghs_token' }),
    ...(use.operation === 'open-maintenance' && { duration: `${use.minutes}m` }),
    ...(use.key !== undefined && { 'deployment-key': use.key }),
  };
}

function resolveInputs(act: Extract<Act, { act: 'resolve' }>, failureTitle: string): Inputs {
  return {
    'api-key': sampleKey,
    operation: 'resolve',
    'deployment-key': 'production',
    'status-page': `${acme},${beta}`,
    outcome: act.outcome,
    'on-failure': act.onFailure,
    'on-api-error': act.onApiError,
    'failure-title': failureTitle,
  };
}

type Known = Omit<Step, 'stage' | 'sent' | 'startMs' | 'endMs' | 'before' | 'after' | 'trespasses'>;

async function watch(
  world: World,
  meetOne: Meet,
  known: Known,
  take: (around: Circumstances) => Promise<Stage>,
): Promise<Step> {
  const { clock, emulator } = world;
  const sent: Sent[] = [];
  const trespasses: string[] = [];
  const serverNow = () => later(clock.now(), emulator.options().clockSkewSeconds * secondMs);
  const line = createFaultyLine({ clock, serverNow, secret: sampleKey }, known.luck.mishaps, sent, meetOne);
  const guard =
    (send: Send): Send =>
    (request) => {
      const written = request.method === 'GET' ? undefined : recordAt(world, request.url.pathname);
      if (written !== undefined && !mayTouch(known, written))
        trespasses.push(`${request.method} ${written.kind} ${written.id} "${written.title}" (${written.message})`);
      return send(request).finally(() => rememberTexts(world));
    };
  const { kill, interruptAfterMs, disk } = known.luck;
  const before = readStandings(world);
  const startMs = clock.now().getTime();
  const stage = await take({
    wire: (send) => line(guard(send)),
    inProgress: known.inProgress,
    ...(kill !== undefined && { kill }),
    ...(interruptAfterMs !== undefined && { interruptAfterMs }),
    ...(disk === 'no-outputs' ? { hasNoOutputs: true } : disk),
  });
  const endMs = clock.now().getTime();
  return { ...known, stage, sent, startMs, endMs, before, after: readStandings(world), trespasses };
}

function recordAt(world: World, pathname: string): Standing | undefined {
  const [, list, id] = /\/(maintenances|incidents)\/([^/]+)/.exec(pathname) ?? [];
  if (id === undefined) return undefined;
  const kind = list === 'maintenances' ? 'maintenance' : 'incident';
  return readStandings(world).find((one) => one.kind === kind && one.id === decodeURIComponent(id));
}
