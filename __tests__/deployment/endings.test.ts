import { describe, expect, test } from '@jest/globals';
import type { Deployment, DeploymentRecord, OpenRecord } from '../../src/deployment/deployment.ts';
import { end, isLeftToOthers, undo } from '../../src/deployment/end.ts';
import { type EndContext, type Ended, identityOf, nextRunOf } from '../../src/deployment/end-record.ts';
import {
  encodeRun,
  failureOf,
  formatReference,
  type OwnReference,
  type Reference,
} from '../../src/domain/deployment-reference.ts';
import type { Ending } from '../../src/domain/outcome.ts';
import { later, minuteMs, secondMs } from '../../src/domain/time.ts';
import { noon } from '../support/virtual-clock.ts';
import { type Answer, acme, scripted } from './scripted.ts';

const page = { id: acme, name: 'Acme' };
const ours: OwnReference = {
  of: 'deployment',
  key: 'k3x9q2m1',
  run: encodeRun('200'),
  attempt: 1,
  owner: 'deploy',
  openedAt: noon,
  random: 'aa',
};
const older: OwnReference = { ...ours, run: encodeRun('100'), openedAt: later(noon, -60 * minuteMs), random: 'bb' };
const shared: Reference = { of: 'deployment', key: ours.key, run: ours.run };

const success: Ending = { action: 'resolve', why: 'success' };
const kept: Ending = { action: 'keep', why: 'failure' };
const raised: Ending = { action: 'incident', why: 'failure' };

const words = {
  resolve: 'All done.',
  cancel: 'Stopped.',
  failureTitle: 'It failed',
  failure: 'We look into it.',
  notifyOnFailure: false,
};
const window: OpenRecord = {
  kind: 'maintenance',
  page,
  stage: 'open',
  id: '1',
  title: 'Move',
  reference: formatReference(ours),
  startAt: later(noon, -5 * minuteMs),
  endAt: later(noon, 25 * minuteMs),
  created: true,
  mailed: false,
};
const incident: OpenRecord = { ...window, kind: 'incident', id: '2', endAt: undefined, state: '1' };

const text = (reference: Reference | undefined) =>
  `We move.${reference === undefined ? '' : `\n\nRef: ${formatReference(reference)}`}`;
const listedWindow = (id: string, reference: Reference | undefined, more: object = {}) => ({
  id,
  title: 'Move',
  message: text(reference),
  start_at: '2026-03-14T11:55:00Z',
  end_at: '2026-03-14T12:25:00Z',
  ...more,
});
const listedIncident = (
  id: string,
  reference: Reference | undefined,
  updates: readonly object[] = [],
  more: object = {},
) => ({
  id,
  title: 'Move',
  message: text(reference),
  incident_state_id: '1',
  updates: [{ message: text(reference), incident_state_id: '1' }, ...updates],
  ...more,
});

/** A server with these lists; `answers` come first. Every write succeeds. */
function server(lists: { windows?: Answer; incidents?: Answer }, answers: Readonly<Record<string, Answer>> = {}) {
  return scripted((request) => {
    const answer = answers[request];
    if (answer !== undefined) return answer;
    if (request === 'GET /maintenances') return lists.windows ?? [];
    if (request === 'GET /incidents') return lists.incidents ?? [];
    if (request.startsWith('GET /maintenances/')) return listedWindow(request.split('/')[2] ?? '', undefined);
    if (request === 'POST /incidents') return listedIncident('90', failureOf(ours));
    return {};
  });
}

function context(
  script: ReturnType<typeof scripted>,
  records: readonly DeploymentRecord[],
  more: Partial<Deployment> = {},
  about: Partial<EndContext> = {},
): EndContext {
  const deployment: Deployment = {
    version: 2,
    stage: 'open',
    apiUrl: '',
    own: true,
    hasKey: false,
    identity: formatReference(ours),
    startedAt: later(noon, -5 * minuteMs),
    records: [...records],
    ...more,
  };
  return { statusPage: script.statusPage, words, deployment, findRunning: async () => new Set(), ...about };
}

/** The entries of an ending, each as `phase kind id: result`. */
const named = (entries: readonly Ended[]) =>
  entries.map(({ phase, record, result }) => `${phase} ${record.kind} ${record.id ?? '?'}: ${result}`);

describe('a success', () => {
  test('ends the window, and what earlier runs of the deployment left, with its own words', async () => {
    const script = server({
      windows: [listedWindow('1', ours), listedWindow('7', older), listedWindow('8', undefined)],
    });
    const entries = await end(context(script, [window]), success);
    expect(named(entries)).toEqual(['ending maintenance 1: ended', 'superseding maintenance 7: ended']);
    expect(entries[1]?.record.reference).toBe(formatReference(older));
    expect(script.requests.filter((request) => request.startsWith('PATCH'))).toHaveLength(2);
  });

  test('resolves the incidents of earlier runs with the words of a success, and names those that a person has edited', async () => {
    const edited = listedIncident('8', older, [{ message: 'We found it.', incident_state_id: '1' }]);
    const script = server({ incidents: [listedIncident('2', ours), listedIncident('7', older), edited] });
    const entries = await end(context(script, [incident]), success);
    expect(named(entries)).toEqual([
      'ending incident 2: resolved',
      'superseding incident 7: resolved',
      'superseding incident 8: edited',
    ]);
    expect(script.requests.filter((request) => request.startsWith('GET'))).toEqual([
      'GET /incidents',
      'GET /incidents/2',
    ]);
    expect(script.bodies.filter((body) => body !== undefined)).toEqual([
      expect.objectContaining({ message: 'All done.' }),
      expect.objectContaining({ message: 'All done.' }),
    ]);
  });

  test('leaves what a run in progress has opened, and names it', async () => {
    const script = server({ windows: [listedWindow('1', ours), listedWindow('7', older)] });
    const findRunning = async (ids: readonly string[]) => new Set(ids);
    expect(named(await end(context(script, [window], {}, { findRunning }), success))).toEqual([
      'ending maintenance 1: ended',
      'superseding maintenance 7: running',
    ]);
  });

  test('says that a page could not be listed, or not completely, and ends its own window all the same', async () => {
    const failed = await end(context(server({ windows: 403 }), [window]), success);
    expect(named(failed)).toEqual(['ending maintenance 1: ended', 'superseding maintenance ?: unlisted']);
    expect(failed[1]).toMatchObject({ reason: { status: 403 } });
    const bare = Array.from({ length: 21 }, (_, at) => ({ id: String(at + 30), end_at: '2026-03-14T13:00:00Z' }));
    const partly = await end(context(server({ windows: bare }), [window]), success);
    expect(named(partly)).toEqual(['ending maintenance 1: ended', 'superseding maintenance ?: unlisted']);
    expect(partly[1]).not.toHaveProperty('reason');
  });

  test('that is shared ends nothing else, and lists nothing', async () => {
    const script = server({ windows: [listedWindow('7', older)] });
    const record = { ...window, reference: formatReference(shared) };
    expect(named(await end(context(script, [record], { own: false }), success))).toEqual([
      'ending maintenance 1: ended',
    ]);
    expect(script.requests).toEqual(['PATCH /maintenances/1']);
  });

  test('that recovers resolves the incidents of earlier failures too', async () => {
    const failure = listedIncident('7', failureOf(older));
    const edited = listedIncident('8', failureOf(older), [{ message: 'We found it.', incident_state_id: '1' }]);
    const script = server({ windows: [listedWindow('1', ours)], incidents: [failure, edited] });
    const entries = await end(context(script, [window]), { ...success, recovers: true });
    expect(named(entries)).toEqual([
      'ending maintenance 1: ended',
      'recovering incident 7: resolved',
      'recovering incident 8: edited',
    ]);
    expect(entries[1]).toMatchObject({ said: 'All done.', record: { state: '4' } });
  });

  test('whose words have placeholders fills them by its own record', async () => {
    const script = server({ windows: [listedWindow('1', ours)], incidents: [listedIncident('7', failureOf(older))] });
    const timed = { ...words, resolve: 'Done after {elapsed}.' };
    const entries = await end(context(script, [window], {}, { words: timed }), { ...success, recovers: true });
    expect(entries.at(-1)).toMatchObject({ said: 'Done after 5 min.' });
  });

  test('that recovers says that incidents could not be listed', async () => {
    const script = server({ windows: [], incidents: 403 });
    const entries = await end(context(script, [window]), { ...success, recovers: true });
    expect(named(entries).at(-1)).toBe('recovering incident ?: unlisted');
    expect(entries.at(-1)).toMatchObject({ reason: { status: 403 } });
  });
});

describe('a failure', () => {
  test('keeps the window, ends those of earlier runs, and promises the next run if the list shows the reference', async () => {
    const script = server({ windows: [listedWindow('1', ours), listedWindow('7', older)] });
    const entries = await end(context(script, [window]), kept);
    expect(named(entries)).toEqual(['keeping maintenance 1: kept', 'superseding maintenance 7: ended']);
    expect(entries[0]).toMatchObject({ nextRun: 'ends-it' });
    for (const windows of [
      [],
      [listedWindow('1', undefined)],
      [listedWindow('1', shared)],
      [listedWindow('9', ours)],
      403 as const,
    ]) {
      const [entry] = await end(context(server({ windows }), [window]), kept);
      expect(entry).toMatchObject({ result: 'kept' });
      expect(entry).not.toHaveProperty('nextRun');
    }
  });

  test('promises nothing of an announcement', async () => {
    const ahead = { start_at: '2026-03-14T13:00:00Z', end_at: '2026-03-14T14:00:00Z' };
    const [entry] = await end(context(server({ windows: [listedWindow('1', ours, ahead)] }), [window]), kept);
    expect(entry).not.toHaveProperty('nextRun');
  });

  test('keeps the incident with an entry of its run, and promises the next run if nobody has edited it', async () => {
    const untouched = listedIncident('2', ours);
    const script = server({ incidents: [untouched] }, { 'GET /incidents/2': untouched });
    const [entry] = await end(context(script, [incident]), kept);
    expect(entry).toMatchObject({ phase: 'keeping', result: 'kept', isUntouched: true, nextRun: 'ends-it' });
    expect(entry).toMatchObject({ said: `We look into it.\n\nRef: ${formatReference(ours)}` });
    const edited = listedIncident('2', ours, [{ message: 'We found it.', incident_state_id: '1' }]);
    const [left] = await end(
      context(server({ incidents: [edited] }, { 'GET /incidents/2': edited }), [incident]),
      kept,
    );
    expect(left).toMatchObject({ result: 'kept', isUntouched: false });
    expect(left).not.toHaveProperty('nextRun');
    const unread = server({ incidents: [untouched] }, { 'GET /incidents/2': 403 });
    const [unseen] = await end(context(unread, [incident]), kept);
    expect(unseen).toMatchObject({ result: 'kept', isUntouched: false });
  });

  test('of an incident in a state that is not remembered expects that of a new one', async () => {
    const untouched = listedIncident('2', ours);
    const stateless = { ...incident, state: undefined };
    const [entry] = await end(
      context(server({ incidents: [untouched] }, { 'GET /incidents/2': untouched }), [stateless]),
      kept,
    );
    expect(entry).toMatchObject({ isUntouched: true });
    const identified = { ...incident, state: '2' };
    const shown = listedIncident('2', ours, [], {
      incident_state_id: '2',
      updates: [{ message: text(ours), incident_state_id: '2' }],
    });
    const [other] = await end(
      context(server({ incidents: [shown] }, { 'GET /incidents/2': shown }), [identified]),
      kept,
    );
    expect(other).toMatchObject({ isUntouched: true });
  });

  test('of an incident without an identity knows nothing of edits', async () => {
    const untouched = listedIncident('2', undefined);
    const script = server({}, { 'GET /incidents/2': untouched });
    const [entry] = await end(context(script, [incident], { identity: undefined }), kept);
    expect(entry).toMatchObject({ result: 'kept', isUntouched: false, said: 'We look into it.' });
  });

  test('of a window that is over leaves nothing to end, up to this very moment', async () => {
    const resultAt = async (endAt: Date | undefined, putOffTo?: Date) =>
      (await end(context(server({}), [{ ...window, endAt, putOffTo }]), kept))[0]?.result;
    expect(await resultAt(noon)).toBe('already-over');
    expect(await resultAt(later(noon, secondMs))).toBe('kept');
    expect(await resultAt(undefined)).toBe('kept');
    expect(await resultAt(later(noon, -secondMs), later(noon, secondMs))).toBe('kept');
    expect(await resultAt(later(noon, -secondMs), noon)).toBe('already-over');
  });

  test('with an incident opens it, ends the window, and then what earlier runs left', async () => {
    const script = server({ windows: [listedWindow('1', ours), listedWindow('7', older)] });
    const entries = await end(context(script, [window]), raised);
    expect(named(entries)).toEqual([
      'opening-incident incident 90: incident-opened',
      'ending maintenance 1: ended',
      'superseding maintenance 7: ended',
    ]);
  });

  test('whose incident cannot be opened keeps the window, and still ends those of earlier runs', async () => {
    const script = server({ windows: [listedWindow('1', ours), listedWindow('7', older)] }, { 'POST /incidents': 403 });
    const entries = await end(context(script, [window]), raised);
    expect(named(entries)).toEqual(['opening-incident maintenance 1: failed', 'superseding maintenance 7: ended']);
  });

  test('whose incident cannot be opened leaves earlier windows if there is none of its own', async () => {
    const missed: DeploymentRecord = { ...window, stage: 'missed', id: undefined };
    const script = server({ windows: [listedWindow('7', older)] }, { 'POST /incidents': 403 });
    expect(named(await end(context(script, [missed]), raised))).toEqual(['opening-incident maintenance ?: failed']);
    const opened = server({ windows: [listedWindow('7', older)] });
    expect(named(await end(context(opened, [missed]), raised))).toEqual([
      'opening-incident incident 90: incident-opened',
      'superseding maintenance 7: ended',
    ]);
  });

  test('of a window that was taken over leaves it as it was', async () => {
    const script = server({ windows: [listedWindow('1', shared), listedWindow('7', older)] });
    const entries = await end(context(script, [{ ...window, takenOver: true }]), kept);
    expect(named(entries)).toEqual(['keeping maintenance 1: left']);
  });

  test('with an incident but without a page fails, and keeps the window', async () => {
    const { page: _page, ...pageless } = window;
    const entries = await end(context(server({}), [pageless]), raised);
    expect(named(entries)).toEqual(['opening-incident maintenance 1: failed']);
    expect(entries[0]).toMatchObject({ error: { title: 'unknown page' } });
  });

  test('promises that the next run resolves its incident if that recovers, or what it needs for that', async () => {
    const promise = async (about: Partial<EndContext>, incidents?: Answer) =>
      (await end(context(server({ incidents: incidents ?? [] }), [window], {}, about), raised))[0];
    expect(await promise({ nextRunRecovers: true })).toMatchObject({ nextRun: 'ends-it' });
    expect(await promise({ nextRunRecovers: true, needsKey: true })).toMatchObject({ nextRun: 'needs-key' });
    expect(await promise({})).not.toHaveProperty('nextRun');
    expect(await promise({ nextRunRecovers: true }, 403)).not.toHaveProperty('nextRun');
  });

  test('adds its entry to the incident of an earlier failure, which mails nobody', async () => {
    const loud = { ...words, notifyOnFailure: true };
    const earlier = listedIncident('7', failureOf(older));
    const [added] = await end(context(server({ incidents: [earlier] }), [window], {}, { words: loud }), raised);
    expect(added).toMatchObject({ record: { id: '7', created: false, mailed: false, title: 'Move' } });
    const [opened] = await end(context(server({}), [window], {}, { words: loud }), raised);
    expect(opened).toMatchObject({ record: { id: '90', created: true, mailed: true } });
  });
});

test.each<[string, Ending, readonly string[]]>([
  ['skipped', { action: 'resolve', why: 'skipped' }, []],
  ['a cancel that ends it', { action: 'resolve', why: 'cancelled' }, []],
  ['a success', success, ['superseding maintenance 7: ended']],
])('what earlier runs left is ended only if something newer works or shows: %s', async (_what, ending, expected) => {
  const script = server({ windows: [listedWindow('1', ours), listedWindow('7', older)] });
  expect(named(await end(context(script, [window]), ending))).toEqual(['ending maintenance 1: ended', ...expected]);
  expect(script.requests.includes('GET /maintenances')).toBe(expected.length > 0);
});

test('what is gone or was not sent is not ended, and what was missed only lets the others go', async () => {
  const script = server({});
  const records = (['gone', 'not-sent', 'missed'] as const).map((stage) => ({ ...window, stage, id: undefined }));
  expect(await end(context(script, records), success)).toEqual([]);
  expect(script.requests).toEqual(['GET /maintenances']);
  expect(await undo(context(script, records))).toEqual([]);
});

test('a window that was never found is named as absent', async () => {
  const opening: DeploymentRecord = { ...window, stage: 'opening', id: undefined };
  expect(named(await end(context(server({}), [opening]), success))).toEqual(['ending maintenance ?: absent']);
  expect(named(await undo(context(server({}), [opening], { stage: 'failed' })))).toEqual([
    'undoing maintenance ?: absent',
  ]);
});

test('a second one that may be there and cannot be searched for is named', async () => {
  const twice = { ...window, mayHaveDuplicate: true };
  const entries = await end(context(server({ windows: 403 }), [twice]), { action: 'resolve', why: 'cancelled' });
  expect(named(entries)).toEqual(['ending maintenance 1: ended', 'superseding maintenance ?: unsearched']);
  expect(entries[1]).toMatchObject({ reason: { status: 403 }, record: { reference: formatReference(ours) } });
  const found = server({ windows: [listedWindow('1', ours), listedWindow('3', ours)] });
  expect(named(await end(context(found, [twice]), { action: 'resolve', why: 'cancelled' }))).toEqual([
    'ending maintenance 1: ended',
    'ending maintenance 3: ended',
  ]);
});

describe('undoing', () => {
  const undone = async (record: DeploymentRecord, more: Partial<Deployment> = {}, lists = {}) =>
    named(await undo(context(server(lists), [record], more)));

  test('deletes what was created, and ends what was mailed or is older', async () => {
    expect(await undone(window, { stage: 'failed' })).toEqual(['undoing maintenance 1: deleted']);
    expect(await undone({ ...window, mailed: true }, { stage: 'failed' })).toEqual(['undoing maintenance 1: ended']);
  });

  test('leaves what was there before, of a main that failed or that knows its id', async () => {
    const adopted = { ...window, created: false };
    expect(await undone(adopted)).toEqual(['undoing maintenance 1: left']);
    const opening: DeploymentRecord = { ...adopted, stage: 'opening', id: undefined };
    expect(await undone(opening, { stage: 'failed' })).toEqual(['undoing maintenance ?: left']);
    expect(await undone(opening, { stage: 'opening' }, { windows: [listedWindow('3', ours)] })).toEqual([
      'undoing maintenance 3: ended',
    ]);
  });

  test('leaves to others what they may count on', async () => {
    expect(await undone({ ...window, created: false, reference: formatReference(shared) })).toEqual([
      'undoing maintenance 1: left-to-others',
    ]);
  });
});

describe('a record is left to others', () => {
  const deployment = { own: true, hasKey: true } as Deployment;
  const opening: DeploymentRecord = { ...window, stage: 'opening', id: undefined };
  const isLeft = (record: DeploymentRecord, about: Partial<Deployment> = {}) =>
    isLeftToOthers({ ...deployment, ...about }, record);

  test('of an own deployment if it was taken over from a shared one', () => {
    const taken = { ...window, created: false, reference: formatReference(shared) };
    expect(isLeft(taken)).toBe(true);
    expect(isLeft({ ...taken, created: true })).toBe(false);
    expect(isLeft({ ...taken, reference: formatReference(ours) })).toBe(false);
    expect(isLeft({ ...taken, reference: undefined })).toBe(false);
  });

  test('of a shared deployment with a key unless it was created here for certain', () => {
    expect(isLeft(window, { own: false })).toBe(false);
    expect(isLeft({ ...window, created: false }, { own: false })).toBe(true);
    expect(isLeft(opening, { own: false })).toBe(true);
    expect(isLeft(opening, { own: false, hasKey: false })).toBe(false);
  });

  test('never if it is not on the page', () => {
    for (const stage of ['gone', 'missed', 'not-sent', 'unconfirmed'] as const) {
      expect(isLeft({ ...opening, stage, created: false }, { own: false })).toBe(false);
    }
  });
});

test('the next run ends what stays by its place, by its key, by a file, or not without a key', () => {
  const about = (more: Partial<EndContext>, hasKey = false) => nextRunOf(context(server({}), [], { hasKey }, more));
  expect(about({})).toBe('ends-it');
  expect(about({}, true)).toBe('by-key');
  expect(about({ needsKey: true })).toBe('needs-key');
  expect(about({ needsKey: true, isRemembered: true })).toBe('by-file');
});

test('a deployment has an identity if its reference is its own', () => {
  const of = (identity: string | undefined) => identityOf({ identity } as Deployment);
  expect(of(formatReference(ours))).toEqual(ours);
  expect([of(formatReference(shared)), of(undefined), of('odd')]).toEqual([undefined, undefined, undefined]);
});
