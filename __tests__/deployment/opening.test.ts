import { describe, expect, test } from '@jest/globals';
import type { Deployment } from '../../src/deployment/deployment.ts';
import { begin, keepFailure } from '../../src/deployment/open.ts';
import { mayFindEarlier } from '../../src/deployment/open-record.ts';
import type { Plan, WindowPlan } from '../../src/deployment/plan.ts';
import { isMeant, isYoung } from '../../src/deployment/settle.ts';
import {
  encodeRun,
  formatReference,
  type OwnReference,
  type Reference,
} from '../../src/domain/deployment-reference.ts';
import { later, minuteMs } from '../../src/domain/time.ts';
import { incidentPlan, windowPlan } from '../messages/samples.ts';
import { noon } from '../support/virtual-clock.ts';
import { listedIncident, listedWindow } from './listed.ts';
import { type Answer, acme, scripted } from './scripted.ts';

const page = { id: acme, name: 'Acme' };
const beta = { id: '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a02' };
const identity: OwnReference = {
  of: 'deployment',
  key: 'k3x9q2m1',
  run: encodeRun('200'),
  attempt: 2,
  owner: 'deploy',
  openedAt: noon,
  random: 'aa',
};
const earlierAttempt: OwnReference = { ...identity, attempt: 1, random: 'bb' };
const sharedOf = (run: string): Reference => ({ of: 'deployment', key: identity.key, run: encodeRun(run) });

const own: WindowPlan = { ...windowPlan, pages: [page], identity, reference: identity };
const repeated: WindowPlan = { ...own, mayBeRepeated: true };
const shared: WindowPlan = { ...own, own: false, hasKey: true, reference: sharedOf('200') };
const takingOver: WindowPlan = { ...own, hasKey: true };

const times = { start_at: '2026-03-14T12:00:00Z', end_at: '2026-03-14T12:30:00Z' };
/** Lasts long enough for whoever reuses it. */
const lasting = { end_at: '2026-03-14T13:00:00Z' };
const old = { created_at: '2026-03-14T11:00:00Z' };
const entry = (id: string, reference: Reference | undefined, more: object = {}) => ({
  id,
  title: own.title,
  message: `We move.${reference === undefined ? '' : `\n\nRef: ${formatReference(reference)}`}`,
  ...times,
  ...more,
});

/** Opens a plan on a server with these answers, with what is remembered meanwhile. */
async function open(plan: Plan, answers: readonly Answer[], options: { dryRun?: boolean; fatal?: boolean } = {}) {
  const script = scripted(answers, options);
  const { statusPage, clock, requests, bodies } = script;
  const remembered: Deployment[] = [];
  const memory = {
    remember: (deployment: Deployment) => remembered.push(structuredClone(deployment)),
    recall: () => undefined,
  };
  const begun = await begin(plan, { statusPage, clock, memory, isFatal: () => options.fatal ?? false });
  const [first] = begun.opened;
  if (first === undefined) throw new Error('There is no page.');
  const waitedMs = clock.now().getTime() - noon.getTime();
  return { ...begun, first, remembered, requests, bodies, waitedMs };
}

describe('a window of its own', () => {
  test('is remembered before it is sent, and with its id afterwards', async () => {
    const { first, remembered, requests } = await open(own, [entry('5', identity)]);
    expect(requests).toEqual(['POST /maintenances']);
    expect(first).toMatchObject({ way: 'created', error: undefined, reused: undefined, beside: undefined });
    expect(first.record).toMatchObject({ stage: 'open', id: '5', created: true, mailed: false, startAt: noon });
    expect(first.record).not.toHaveProperty('referenceLost');
    const stages = remembered.map(({ records }) => records.map((record) => [record.stage, record.startAt]));
    expect(stages).toEqual([[['opening', undefined]], [['opening', noon]], [['open', noon]], [['open', noon]]]);
  });

  test('in a dry run is planned, and not sent', async () => {
    const { first, requests } = await open(own, [], { dryRun: true });
    expect(requests).toEqual([]);
    expect(first).toMatchObject({ way: 'created', record: { stage: 'not-sent', created: true, startAt: noon } });
  });

  test.each<[number, string]>([
    [403, 'gone'],
    [429, 'missed'],
  ])('that is refused with %d is remembered as %s', async (status, stage) => {
    const { first, remembered } = await open(
      own,
      Array.from({ length: 9 }, () => status),
    );
    expect(first).toMatchObject({ way: undefined, error: { status }, record: { stage } });
    expect(remembered.at(-1)?.records).toMatchObject([{ stage }]);
  });

  test('that may open the incident of a failure is missed, not gone', async () => {
    const { first } = await open({ ...own, mayOpenIncident: true }, [403]);
    expect(first.record.stage).toBe('missed');
  });

  test('whose answer shows no message is read, and its reference is known to be lost only if that shows it', async () => {
    const cut = { message: 'We mo' };
    const lost = await open(own, [{ id: '5' }, entry('5', undefined, cut)]);
    expect(lost.requests).toEqual(['POST /maintenances', 'GET /maintenances/5']);
    expect(lost.first.record.referenceLost).toBe(true);
    expect((await open(own, [{ id: '5' }, entry('5', identity)])).first.record.referenceLost).toBeUndefined();
    expect((await open(own, [{ id: '5' }, 403])).first.record.referenceLost).toBeUndefined();
    const atOnce = await open(own, [entry('5', undefined, cut)]);
    expect([atOnce.requests.length, atOnce.first.record.referenceLost]).toEqual([1, true]);
  });

  test('without a reference is not searched for, not read, and never sent twice', async () => {
    const alone = { ...own, identity: undefined, reference: undefined, mayBeRepeated: true };
    expect((await open(alone, [{ id: '5' }])).requests).toEqual(['POST /maintenances']);
    const lost = await open(alone, [503]);
    expect(lost.requests).toEqual(['POST /maintenances']);
    expect(lost.first).toMatchObject({ error: { name: 'UncertainCreateError' }, record: { stage: 'opening' } });
  });
});

describe('a window of an earlier attempt', () => {
  test('is reused without a request that changes it if it lasts long enough', async () => {
    const { first, requests, waitedMs } = await open(repeated, [[entry('3', earlierAttempt)]]);
    expect(first).toMatchObject({ way: 'adopted', reused: { id: '3' }, error: undefined });
    expect(first.record).toMatchObject({
      id: '3',
      created: false,
      mailed: false,
      reference: formatReference(earlierAttempt),
      startBefore: noon,
      endBefore: later(noon, 30 * minuteMs),
    });
    expect(first.record).not.toHaveProperty('takenOver');
    expect([requests.length, waitedMs]).toEqual([1, 0]);
  });

  test('is put off if less than the duration is left', async () => {
    const short = { end_at: '2026-03-14T12:10:00Z' };
    const { first, bodies } = await open(repeated, [[entry('3', earlierAttempt, short)], entry('3', earlierAttempt)]);
    expect(bodies).toEqual([undefined, { end_at: times.end_at }]);
    expect(first.record).toMatchObject({ endAt: later(noon, 30 * minuteMs), endBefore: later(noon, 10 * minuteMs) });
  });

  test('is not reused if there are two, because nobody can tell which one is meant', async () => {
    const two = [entry('3', earlierAttempt), entry('4', { ...earlierAttempt, random: 'cc' })];
    expect((await open(repeated, [two, entry('5', identity)])).first).toMatchObject({
      way: 'created',
      record: { id: '5' },
    });
  });

  test('may be there if the list cannot show it, so that nothing is opened', async () => {
    const bare = Array.from({ length: 21 }, (_, at) => ({ id: String(at + 1), end_at: times.end_at }));
    const answers = [bare, ...bare.slice(1).map(({ id }) => entry(id, undefined))];
    const { first } = await open(repeated, answers);
    expect(first).toMatchObject({ way: undefined, error: { name: 'UnlocatedError' }, record: { stage: 'opening' } });
  });

  test.each<[boolean, string]>([
    [true, 'opening'],
    [false, 'missed'],
  ])('may be there if the search fails, own: %j', async (isOwn, stage) => {
    const plan = isOwn ? repeated : shared;
    const { first } = await open(
      plan,
      Array.from({ length: 20 }, () => 503),
    );
    expect(first).toMatchObject({ way: undefined, error: { status: 503 }, record: { stage } });
  });

  test('is not searched for on one page if the search on another fails for good', async () => {
    const pages = [page, beta];
    const stopped = await open({ ...repeated, pages }, [403, []], { fatal: true });
    expect(stopped.requests).toEqual(['GET /maintenances', 'GET /maintenances']);
    expect(stopped.opened).toMatchObject([
      { error: { status: 403 }, record: { stage: 'gone' } },
      { error: undefined, way: undefined, record: { stage: 'gone' } },
    ]);
    const continued = await open({ ...repeated, pages }, [403, [], entry('5', identity)]);
    expect(continued.opened).toMatchObject([{ error: { status: 403 } }, { way: 'created', record: { id: '5' } }]);
  });
});

describe('a window that is remembered by its id, and not in the list', () => {
  const remembered = [
    { id: '8', pageId: beta.id, createdAt: undefined },
    { id: '9', pageId: acme, createdAt: undefined },
  ];
  const plan = { ...repeated, remembered };

  test('is read and reused', async () => {
    const { first, requests } = await open(plan, [[], entry('9', earlierAttempt)]);
    expect(requests).toEqual(['GET /maintenances', 'GET /maintenances/9']);
    expect(first).toMatchObject({ way: 'adopted', record: { id: '9' } });
  });

  test.each<[string, Answer]>([
    ['gone', 404],
    ['over', entry('9', earlierAttempt, { end_at: '2026-03-14T11:59:00Z' })],
    ['of another deployment', entry('9', { ...earlierAttempt, key: 'a1b2c3d4' })],
  ])('is not reused if it is %s', async (_what, answer) => {
    expect((await open(plan, [[], answer, entry('5', identity)])).first).toMatchObject({ way: 'created' });
  });

  test('is tried again for 4 s if it was created a moment ago', async () => {
    const young = [{ id: '9', pageId: acme, createdAt: noon }];
    const shown = entry('9', earlierAttempt, lasting);
    const found = await open({ ...plan, remembered: young }, [[], 404, 404, shown]);
    expect(found.first).toMatchObject({ way: 'adopted', record: { id: '9' } });
    expect(found.waitedMs).toBe(4_000);
    const never = await open({ ...plan, remembered: young }, [[], 404, 404, 404]);
    expect(never.first).toMatchObject({ way: undefined, error: { name: 'NotShownYetError', triedMs: 4_000 } });
  });

  test('fails the search if it cannot be read', async () => {
    expect((await open(plan, [[], 403])).first).toMatchObject({ error: { status: 403 } });
  });

  test('is not asked for if the list shows the window', async () => {
    expect((await open(plan, [[entry('3', earlierAttempt)]])).first.record.id).toBe('3');
  });
});

describe('a shared window', () => {
  test('that has been there for ten seconds is reused at once', async () => {
    const aged = { created_at: '2026-03-14T11:59:50Z' };
    const { first, waitedMs } = await open(shared, [[entry('3', sharedOf('100'), aged)]]);
    expect(first).toMatchObject({ way: 'adopted', record: { id: '3', created: false } });
    expect(waitedMs).toBe(0);
  });

  test.each([{ created_at: '2026-03-14T11:59:51Z' }, {}])(
    'that is younger, or does not show its age, is searched for once more: %j',
    async (age) => {
      const theirs = entry('3', sharedOf('100'), { ...lasting, ...age });
      const same = await open(shared, [[theirs], [theirs]]);
      expect(same.first).toMatchObject({ way: 'adopted', record: { id: '3' } });
      expect(same.waitedMs).toBe(2_000);
      const lower = await open(shared, [[theirs], [entry('2', sharedOf('101'), { ...lasting, ...age }), theirs]]);
      expect(lower.first).toMatchObject({ way: 'adopted', record: { id: '2' }, reused: { id: '2' } });
      const gone = await open(shared, [[theirs], [], entry('5', shared.reference), [entry('5', shared.reference)]]);
      expect(gone.first).toMatchObject({ way: 'created', record: { id: '5', created: true } });
    },
  );

  test('is reused with a doubt if the second search fails', async () => {
    const theirs = entry('3', sharedOf('100'), lasting);
    const { first } = await open(shared, [[theirs], 403]);
    expect(first).toMatchObject({ record: { id: '3', stage: 'open' }, error: { name: 'DuplicateError' } });
    expect(first.error).toMatchObject({ leftId: undefined, kind: 'maintenance' });
  });

  test('is not the one for another time', async () => {
    const tonight = entry('3', sharedOf('100'), { start_at: '2026-03-14T22:00:00Z', end_at: '2026-03-14T23:00:00Z' });
    const { first } = await open(shared, [
      [tonight],
      entry('5', shared.reference),
      [tonight, entry('5', shared.reference)],
    ]);
    expect(first).toMatchObject({ way: 'created', record: { id: '5' } });
  });

  test('that was just created is kept if the list shows it, or nothing yet', async () => {
    const ours = entry('5', shared.reference);
    for (const list of [[ours], [], [ours, entry('6', sharedOf('101'))]]) {
      const { first, requests } = await open(shared, [[], ours, list]);
      expect(first).toMatchObject({ way: 'created', record: { id: '5', created: true }, reused: undefined });
      expect(requests).toHaveLength(3);
    }
  });

  test.each([
    ['shows', [entry('3', sharedOf('100'), lasting), entry('5', shared.reference)]],
    ['does not show', [entry('3', sharedOf('100'), lasting)]],
  ])('that was just created gives way to one with a lower id if the list %s it', async (_what, list) => {
    const { first, requests } = await open(shared, [[], entry('5', shared.reference), list, {}]);
    expect(requests.at(-1)).toBe('DELETE /maintenances/5');
    expect(first).toMatchObject({
      way: 'adopted',
      record: { id: '3', created: false },
      reused: { id: '3' },
      error: undefined,
    });
  });

  test('that was just created and cannot be deleted is named', async () => {
    const list = [entry('3', sharedOf('100'), lasting), entry('5', shared.reference)];
    const { first } = await open(shared, [[], entry('5', shared.reference), list, 403]);
    expect(first).toMatchObject({ record: { id: '3' }, error: { name: 'DuplicateError', leftId: '5' } });
  });

  test("that was found after a lost answer may be another job's, so it is not ours to delete", async () => {
    const found = entry('5', shared.reference);
    const { first, requests } = await open(shared, [[], 503, [found], [found]]);
    expect(first).toMatchObject({ way: 'adopted', record: { id: '5', created: false }, reused: { id: '5' } });
    const lower = entry('3', sharedOf('100'), lasting);
    const other = await open(shared, [[], 503, [found], [lower, found]]);
    expect(other.first).toMatchObject({ way: 'adopted', record: { id: '3' } });
    expect([...requests, ...other.requests].filter((request) => request.startsWith('DELETE'))).toEqual([]);
  });

  test('without a reference agrees with nobody', async () => {
    const alone = { ...shared, identity: undefined, reference: undefined };
    const { requests, waitedMs } = await open(alone, [entry('5', undefined)]);
    expect([requests, waitedMs]).toEqual([['POST /maintenances'], 0]);
  });
});

describe('an announced window of the key', () => {
  const announced = (run: string, more: object = {}) => entry('3', sharedOf(run), { ...old, ...more });
  const soon = { start_at: '2026-03-14T12:10:00Z', end_at: '2026-03-14T12:40:00Z' };

  test('of another run is taken over', async () => {
    const { first, requests } = await open(takingOver, [[announced('100')]]);
    expect(first).toMatchObject({ way: 'taken-over', record: { id: '3', takenOver: true }, reused: { id: '3' } });
    expect(requests).toHaveLength(1);
  });

  test('of our own run is not, nor is one without a key or an own one of another step', async () => {
    const created = { way: 'created', record: { id: '5' } };
    expect((await open(takingOver, [[announced('200')], entry('5', identity)])).first).toMatchObject(created);
    expect((await open(repeated, [[announced('100')], entry('5', identity)])).first).toMatchObject(created);
    const theirs = entry('3', { ...identity, owner: 'others', run: encodeRun('100') });
    expect((await open(takingOver, [[theirs], entry('5', identity)])).first).toMatchObject(created);
  });

  test('that begins soon is started now', async () => {
    const { first, bodies } = await open(takingOver, [
      [announced('100', soon)],
      announced('100', { ...soon, ...{ start_at: times.start_at } }),
    ]);
    expect(bodies).toEqual([undefined, { start_at: times.start_at }]);
    expect(first).toMatchObject({
      way: 'taken-over',
      record: { startAt: noon, startBefore: later(noon, 10 * minuteMs) },
    });
  });

  test.each<[string, readonly Answer[]]>([
    ['keeps its start', [announced('100', soon)]],
    ['refuses the move', [400, 400]],
  ])('stays beside a window of our own if the server %s', async (_what, answers) => {
    const { first, deployment } = await open(takingOver, [[announced('100', soon)], ...answers, entry('5', identity)]);
    expect(first).toMatchObject({ way: 'created', record: { id: '5' }, beside: { id: '3' }, reused: undefined });
    expect(first.error).toBeUndefined();
    expect(deployment.records).toMatchObject([
      { id: '5', created: true },
      { id: '3', takenOver: true },
    ]);
  });

  test('that runs and whose end the server refuses to move is taken over with that error', async () => {
    const short = announced('100', { end_at: '2026-03-14T12:10:00Z' });
    const { first } = await open(takingOver, [[short], 400, 400]);
    expect(first).toMatchObject({ way: undefined, error: { status: 400 }, record: { id: '3' }, beside: undefined });
    expect((await open(takingOver, [[announced('100', soon)], 403])).first).toMatchObject({ error: { status: 403 } });
  });
});

describe('an incident', () => {
  const plan = {
    ...incidentPlan,
    kind: 'incident',
    state: '1',
    componentId: undefined,
    pages: [page],
    identity,
    reference: identity,
    mayBeRepeated: true,
  } as const;
  const ours = {
    id: '7',
    title: plan.title,
    message: `We look.\n\nRef: ${formatReference(identity)}`,
    incident_state_id: '2',
  };

  test('of an earlier attempt is reused in the state that it has', async () => {
    const { first, requests } = await open(plan, [[ours]]);
    expect(first).toMatchObject({ way: 'adopted', record: { id: '7', kind: 'incident', state: '2' } });
    expect(first.record).not.toHaveProperty('endAt');
    expect(requests).toHaveLength(1);
  });

  test('is not announced, so that none is taken over', async () => {
    const keyed = { ...plan, hasKey: true, mayBeRepeated: false };
    expect((await open(keyed, [ours])).requests).toEqual(['POST /incidents']);
  });

  test('on a component may be on another page, so that its absence proves nothing', async () => {
    const once = { ...plan, mayBeRepeated: false };
    expect((await open(once, [503, [], [], ours])).first).toMatchObject({ way: 'created', record: { id: '7' } });
    const { first } = await open({ ...once, componentId: 'c1' }, [503, []]);
    expect(first).toMatchObject({ error: { name: 'UncertainCreateError', lastSearch: 'unclear' } });
  });
});

test.each<[string, Plan, boolean]>([
  ['a shared one', shared, true],
  ['an own one in a first attempt', own, false],
  ['an own one in a later attempt', repeated, true],
  ['an own window with a key', takingOver, true],
  ['an own incident with a key', { ...incidentPlan, identity, reference: identity, hasKey: true }, false],
  ['a later attempt without a reference', { ...repeated, identity: undefined }, false],
  ['one that is left to its id, in a later attempt', { ...repeated, own: false }, false],
])('an earlier notice may be there for %s: %#', (_what, plan, may) => {
  expect(mayFindEarlier(plan)).toBe(may);
});

describe('a notice of a key', () => {
  const tonight = later(noon, 600 * minuteMs);

  test('is the one that is meant if it is for the same time, and an incident always', () => {
    const plan = { ...shared, startAt: tonight };
    const at = (startAt: Date) => listedWindow(shared.reference, { startAt });
    expect([at(tonight), at(noon)].map((window) => isMeant(window, plan, noon))).toEqual([true, false]);
    expect([at(tonight), at(noon)].map((window) => isMeant(window, shared, noon))).toEqual([false, true]);
    expect(isMeant(listedIncident(shared.reference), { ...incidentPlan }, noon)).toBe(true);
  });

  test('is young for ten seconds', () => {
    const { statusPage } = scripted([]);
    const writer = { statusPage, note: () => {}, noteOpen: () => {}, noteReused: () => {}, keepBeside: () => {} };
    const isYoungAt = (ms: number) => isYoung(listedWindow(undefined, { createdAt: later(noon, -ms) }), writer);
    expect([0, 9_999, 10_000].map(isYoungAt)).toEqual([true, true, false]);
    expect(isYoung(listedWindow(undefined), writer)).toBe(true);
  });
});

describe('a memory that fails', () => {
  const deployment = {} as Deployment;
  /** A memory that has room for so many notes. */
  const withRoom = (room: number, error: unknown) => {
    let left = room;
    return keepFailure({
      recall: () => deployment,
      remember: () => {
        if (left === 0) throw error;
        left -= 1;
      },
    });
  };

  test('at once stops everything, because nothing was sent', () => {
    const full = new Error('full');
    expect(() => withRoom(0, full).remember(deployment)).toThrow(full);
  });

  test('later keeps its first failure for the end', () => {
    let error = new Error('full');
    let room = 1;
    const memory = keepFailure({
      recall: () => deployment,
      remember: () => {
        room -= 1;
        if (room < 0) throw error;
      },
    });
    memory.remember(deployment);
    expect(memory.failure()).toBeUndefined();
    memory.remember(deployment);
    const first = error;
    error = new Error('still full');
    memory.remember(deployment);
    expect(memory.failure()).toBe(first);
    expect(memory.recall()).toBe(deployment);
  });

  test('with what is no error is not kept', () => {
    const memory = withRoom(1, 'odd');
    memory.remember(deployment);
    expect(() => memory.remember(deployment)).toThrow('odd');
    expect(memory.failure()).toBeUndefined();
  });
});
