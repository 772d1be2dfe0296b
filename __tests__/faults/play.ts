import { hashKey } from '../../src/domain/deployment-key.ts';
import { encodeRun } from '../../src/domain/deployment-reference.ts';
import type { Run } from '../../src/domain/run.ts';
import { later, secondMs } from '../../src/domain/time.ts';
import { sampleKey } from '../../src/emulator/sample.ts';
import type { Send } from '../../src/statuspage/wire.ts';
import type { Inputs } from '../support/test-host.ts';
import { acme, beta, type Circumstances, createWorld, run, type Stage, type World } from '../support/world.ts';
import type { Act, JobStatus, Luck, Sequence, Use } from './sequence.ts';
import { openSocketLine, type SocketLine } from './socket-line.ts';
import { carries, readStandings, type Standing, theirTitle } from './standing.ts';
import { createFaultyLine, type Meet, meet, type Sent } from './wire-faults.ts';

/** The markers that one use of the action goes by. */
export interface Markers {
  readonly own: string;
  readonly shared: string;
  readonly failure: string;
}

/** A step that was played, with all that is needed to judge it. */
export interface Step {
  readonly what: 'main' | 'post' | 'resolve';
  readonly use: Use;
  readonly attempt: number;
  readonly markers: Markers;
  /** What it puts up has this title, and what its failure puts up has that one: no two steps share them. */
  readonly title: string;
  readonly failureTitle: string;
  readonly stage: Stage;
  readonly luck: Luck;
  readonly sent: readonly Sent[];
  readonly startMs: number;
  readonly endMs: number;
  readonly before: readonly Standing[];
  readonly after: readonly Standing[];
  /** Whether other steps were at work at the same time. */
  readonly raced: boolean;
  /** How long a request is on its way, there and back, at most; delays that are injected come on top. */
  readonly longestWayMs: number;
  /** A write to a record that is none of its business. */
  readonly trespasses: readonly string[];
  /** Post: the step that it belongs to, and how the job ended. */
  readonly main?: Step;
  readonly outcome?: JobStatus;
  readonly act: Act;
}

/** A sequence that was played. */
export interface Played {
  readonly sequence: Sequence;
  readonly steps: readonly Step[];
  /** The pages after each act, and once more when all that was late has arrived. */
  readonly pages: readonly (readonly Standing[])[];
  readonly theirsBefore: string;
  readonly theirsAfter: string;
}

const lateArrivalsMs = 60 * secondMs;

/** Plays a sequence against an emulator, by a virtual clock; `over` sockets where that is wanted. */
export async function play(sequence: Sequence, over: 'memory' | 'sockets' = 'memory'): Promise<Played> {
  if (over === 'memory') return playOn(sequence, createWorld(sequence.api), meet);
  let opening: Promise<SocketLine> | undefined;
  const world = createWorld(sequence.api, (...place) => {
    opening = openSocketLine(...place);
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
  const longestWayMs = sequence.api.latencyMs ?? 0;
  const steps: Step[] = [];
  const pages: (readonly Standing[])[] = [];
  const uses = sequence.uses.map((use, number) => ({ use, number, markers: markersOf(runOf(use, number, 1), use) }));
  await putUpTheirs(
    world,
    uses.map(({ markers }) => markers),
  );
  const theirsBefore = theirs(world);
  const newest = (number: number) => steps.findLast(({ what, title }) => what === 'main' && isOf(title, number));

  const takeMain = async (number: number, act: Act, luck: Luck, raced: boolean, shared: Partial<Use> = {}) => {
    const use = { ...(uses[number] ?? fail()).use, ...shared };
    const attempt = (newest(number)?.attempt ?? 0) + 1;
    const title = `Update u${number} a${attempt}`;
    const failureTitle = `Failure u${number} a${attempt}`;
    const ofRun = runOf(use, number, attempt);
    const markers = markersOf(ofRun, use);
    const inputs = inputsOf(use, title, failureTitle);
    const step = { what: 'main', use, attempt, markers, title, failureTitle, luck, raced, act, longestWayMs } as const;
    steps.push(await watch(world, meetOne, step, (around) => world.main(inputs, { ...around, run: ofRun })));
  };

  for (const [place, act] of sequence.acts.entries()) {
    switch (act.act) {
      case 'main':
        await takeMain(act.use, act, act.luck, false);
        break;
      case 'race':
        await Promise.all(
          act.uses.map(async (number, runner) => {
            if (runner > 0) await world.pass(runner * act.gapMs);
            const { operation } = uses[act.uses[0] ?? 0]?.use ?? fail();
            const shared = act.alike ? { ...sharedUse, operation } : {};
            await takeMain(number, act, act.lucks[runner] ?? lucky, true, shared);
          }),
        );
        break;
      case 'post': {
        const main = newest(act.use);
        if (main === undefined || steps.some((one) => one.main === main)) break;
        const { use, attempt, markers, title, failureTitle } = main;
        const { outcome, luck } = act;
        const known = {
          use,
          attempt,
          markers,
          title,
          failureTitle,
          luck,
          main,
          outcome,
          raced: false,
          act,
          longestWayMs,
        };
        const takePost = (around: Circumstances) => world.post(main.stage, { 'job-status': outcome }, around);
        steps.push(await watch(world, meetOne, { what: 'post', ...known }, takePost));
        break;
      }
      case 'resolve': {
        const keyed = uses.find((one) => one.use.key !== undefined);
        if (keyed === undefined) break;
        const { use, number, markers } = keyed;
        const titles = { title: `Resolve ${place}`, failureTitle: `Failure resolve ${place}` };
        const inputs = resolveInputs(act, titles.failureTitle);
        const around = { run: runOf(use, number, 1) };
        const known = { ...titles, use, attempt: 1, markers, luck: act.luck, raced: false, act, longestWayMs };
        steps.push(
          await watch(world, meetOne, { what: 'resolve', ...known }, (luck) =>
            world.main(inputs, { ...luck, ...around }),
          ),
        );
        break;
      }
      case 'people':
        await letPeople(world, act);
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

/** What all racers have in common that open the same. */
const sharedUse = { key: 'production', own: false, marker: true, onFailure: 'keep', onCancel: 'keep' } as const;

const lucky: Luck = { mishaps: [], kill: undefined, interruptAfterMs: undefined };

function fail(): never {
  throw new Error('a sequence names what it has not');
}

function isOf(title: string, number: number): boolean {
  return title.startsWith(`Update u${number} `);
}

function runOf(use: Use, number: number, attempt: number): Run {
  return { ...run, id: use.run, job: use.job, step: `__acme_statuspage-me_${number}`, attempt };
}

function markersOf(ofRun: Run, { key }: Use): Markers {
  const start = `${hashKey(ofRun, key)}-${encodeRun(ofRun.id)}`;
  return { own: `d${start}`, shared: `d${start}`, failure: `f${start}` };
}

function inputsOf(use: Use, title: string, failureTitle: string): Inputs {
  return {
    'api-key': sampleKey,
    operation: use.operation,
    'status-page': use.pages === 1 ? acme : `${acme},${beta}`,
    title,
    message: 'We are at work.',
    'failure-title': failureTitle,
    'auto-resolve': String(use.own),
    'on-failure': use.onFailure,
    'on-cancel': use.onCancel,
    'notify-subscribers': String(use.notify),
    'on-api-error': use.onApiError,
    marker: String(use.marker),
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
        trespasses.push(`${request.method} ${written.kind} "${written.title}" (${written.text})`);
      return send(request);
    };
  const { kill, interruptAfterMs } = known.luck;
  const before = readStandings(world);
  const startMs = clock.now().getTime();
  const stage = await take({
    wire: (send) => line(guard(send)),
    ...(kill !== undefined && { kill }),
    ...(interruptAfterMs !== undefined && { interruptAfterMs }),
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

/** Only what the step's own use has put up, or what carries one of its markers. */
function mayTouch({ markers, title, failureTitle }: Known, record: Standing): boolean {
  if (record.title === title || record.title === failureTitle) return true;
  return Object.values(markers).some((marker) => carries(record, marker));
}

/** Records of others, open all the while; one of each kind quotes markers that merely begin or end like ours. */
async function putUpTheirs(world: World, all: readonly Markers[]): Promise<void> {
  const alike = all.flatMap(({ own, shared, failure }) =>
    [own, shared, failure].flatMap((marker) => [`Ref: ${marker}0`, `Ref: x${marker}`, `Ref: ${marker}-1`]),
  );
  const times = { start_at: '2026-03-13T00:00:00Z', end_at: '2026-03-20T00:00:00Z' };
  for (const message of ['Power supply.', alike.join('\n')]) {
    const body = { status_page_id: acme, title: theirTitle, message };
    await act(world, 'POST', '/maintenances', { ...body, ...times });
    await act(world, 'POST', '/incidents', body);
  }
}

function theirs({ emulator }: World): string {
  return JSON.stringify([...emulator.windows(), ...emulator.incidents()].filter(({ title }) => title === theirTitle));
}

/** People act on what we have put up. */
async function letPeople(world: World, { deed, which }: Extract<Act, { act: 'people' }>): Promise<void> {
  const ours = readStandings(world).filter(({ isOpen, title }) => isOpen && title !== theirTitle);
  const record = ours[which % ours.length];
  if (record === undefined) return;
  const path = `/${record.kind}s/${encodeURIComponent(record.id)}`;
  const endAt = (ms: number) => ({ end_at: `${new Date(ms).toISOString().slice(0, 19)}Z` });
  switch (deed) {
    case 'delete':
      await act(world, 'DELETE', path);
      break;
    case 'resolve':
    case 'change-state': {
      const state = deed === 'resolve' ? '4' : '2';
      if (record.kind === 'incident') await act(world, 'POST', `${path}/updates`, { incident_state_id: state });
      break;
    }
    case 'extend':
      if (record.endMs !== undefined) await act(world, 'PATCH', path, endAt(record.endMs + 1_200 * secondMs));
  }
}

/** A request of people, who are always answered in full. */
async function act(world: World, method: string, path: string, body?: unknown): Promise<void> {
  const { envelope, deleteStatus, createReply, changeReply } = world.emulator.options();
  world.emulator.setOptions({ envelope: 'data', deleteStatus: 200, createReply: 'full', changeReply: 'full' });
  await world.people(method, path, body);
  world.emulator.setOptions({ envelope, deleteStatus, createReply, changeReply });
}
