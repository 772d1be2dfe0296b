import { describe, expect, test } from '@jest/globals';
import { UserError } from '../../src/domain/errors.ts';
import type { Monitor } from '../../src/domain/page.ts';
import type { Incident, Window } from '../../src/domain/record.ts';
import { later, minuteMs, secondMs } from '../../src/domain/time.ts';
import {
  type CheckResult,
  chooseMonitors,
  isOpenGate,
  judgeRecords,
  judgeUptime,
  mayOpen,
  type PageMonitors,
  planNextAsk,
  usedBudgetPercent,
  verdictOf,
} from '../../src/operations/gate/judge.ts';

const now = new Date('2026-03-14T12:00:00Z');
const page = { id: 'p1', name: 'Acme' };
const seen = { pageId: 'p1', title: 'Slow', message: '', createdAt: undefined, text: 'Slow', showsMessage: true };
const incident: Incident = { ...seen, kind: 'incident', id: '1', state: '1', startAt: now, timeline: undefined };
const window: Window = { ...seen, kind: 'maintenance', id: '2', startAt: now, endAt: later(now, minuteMs) };
const terms = { minPercent: 99.9, period: '30d' } as const;
const monitor: Monitor = {
  id: '7',
  name: 'API',
  type: 'api',
  target: undefined,
  enabled: true,
  pageId: 'p1',
};
const figures = { downtimeSeconds: undefined, mttrSeconds: undefined, mtbfSeconds: undefined };
const up = (uptimePercent: number | undefined) => judgeUptime({ page, monitor }, { ...figures, uptimePercent }, terms);

describe('open notices', () => {
  const ours = ['d0123abcd-1', 'f0123abcd-1-01abcdef0a1b2cxy'];

  test('close the gate, one result for each', () => {
    const found = judgeRecords(
      page,
      'incident',
      { open: [incident, incident], extent: 'whole', pageUnproved: false },
      undefined,
      now,
    );
    expect(found).toEqual([
      { seen: 'record', page, record: incident },
      { seen: 'record', page, record: incident },
    ]);
    expect(found.map(verdictOf)).toEqual(['closed', 'closed']);
  });

  test('do not count if they have a reference of this deployment, and are counted as its own', () => {
    const open = ours.map((reference) => ({ ...incident, message: `Slow\n\nRef: ${reference}` }));
    const found = judgeRecords(page, 'incident', { open, extent: 'whole', pageUnproved: false }, '0123abcd', now);
    expect(found).toEqual([
      { seen: 'nothing', page, test: 'incident', ours: 2, perhapsIncomplete: false, pageUnproved: false },
    ]);
    expect(found.map(verdictOf)).toEqual(['open']);
    expect(
      judgeRecords(page, 'incident', { open, extent: 'whole', pageUnproved: false }, undefined, now).map(verdictOf),
    ).toEqual(['closed', 'closed']);
  });

  test('are windows that have begun; one in the future is not, one without a start may be', () => {
    const judge = (startAt: Date | undefined) =>
      judgeRecords(
        page,
        'maintenance',
        { open: [{ ...window, startAt }], extent: 'whole', pageUnproved: false },
        undefined,
        now,
      ).map(verdictOf);
    expect(judge(now)).toEqual(['closed']);
    expect(judge(undefined)).toEqual(['closed']);
    expect(judge(later(now, secondMs))).toEqual(['open']);
  });

  test('may be missing from a list that shows only a part, so the gate is not known to be open; a full list that is newest first says so', () => {
    const judge = (extent: 'perhaps-incomplete' | 'in-part', open: readonly Incident[] = []) =>
      judgeRecords(page, 'incident', { open, extent, pageUnproved: false }, undefined, now);
    expect(judge('in-part')).toEqual([{ seen: 'in-part', page, test: 'incident' }]);
    expect(judge('in-part', [incident]).map(verdictOf)).toEqual(['closed', 'unknown']);
    expect(judge('perhaps-incomplete')).toMatchObject([{ seen: 'nothing', perhapsIncomplete: true }]);
    expect(judge('perhaps-incomplete').map(verdictOf)).toEqual(['open']);
  });
});

describe('uptime', () => {
  test.each([
    [99.9, 'open'],
    [100, 'open'],
    [99.899, 'closed'],
    [0, 'closed'],
    [undefined, 'unknown'],
  ] as const)('of %d percent if 99.9 are asked for is %s', (uptimePercent, verdict) => {
    expect(verdictOf(up(uptimePercent))).toBe(verdict);
  });

  test.each([
    [99.95, 99.9, 50],
    [99.8, 99.9, 200],
    [100, 99, 0],
    [99, 100, undefined],
  ])('of %d percent if %d are asked for uses %j percent of the error budget', (uptime, min, used) => {
    const percent = usedBudgetPercent(uptime, min);
    if (used === undefined) expect(percent).toBeUndefined();
    else expect(percent).toBeCloseTo(used);
  });

  test('that is unknown is named after the monitor, by its id if it has no name', () => {
    expect(up(undefined)).toEqual({ seen: 'unmeasured', pages: [page], name: 'API', why: 'not-told' });
    const nameless = { page, monitor: { ...monitor, name: undefined } };
    const untold = judgeUptime(nameless, { ...figures, uptimePercent: undefined }, terms);
    expect(untold).toMatchObject({ name: '7' });
  });
});

describe('the monitors that count', () => {
  const other: Monitor = { ...monitor, id: '8', name: 'Website', enabled: undefined };
  const off: Monitor = { ...monitor, id: '9', name: 'Old', enabled: false };
  const beta = { id: 'p2', name: 'Beta' };
  const ofBeta: Monitor = { ...monitor, id: '70', pageId: 'p2' };
  const both: readonly PageMonitors[] = [
    { page, monitors: [monitor, other, off], whole: true },
    { page: beta, monitors: [ofBeta], whole: true },
  ];
  const ids = (names: readonly string[] | undefined) =>
    chooseMonitors(names, both).watched.map((one) => one.monitor.id);

  test('are all monitors of the pages, except disabled ones, which are named', () => {
    expect(ids(undefined)).toEqual(['7', '8', '70']);
    expect(chooseMonitors(undefined, both).results).toEqual([
      { seen: 'unmeasured', pages: [page], name: 'Old', why: 'disabled' },
    ]);
  });

  test('are found by id first, then by name regardless of case; one that is named twice counts once', () => {
    expect(ids(['8'])).toEqual(['8']);
    expect(ids(['website', 'Website', '8'])).toEqual(['8']);
    const confusing = [{ page, monitors: [monitor, { ...other, name: '7' }], whole: true }];
    expect(chooseMonitors(['7'], confusing).watched.map((one) => one.monitor.id)).toEqual(['7']);
  });

  test('are all that have the given name', () => {
    expect(ids(['API'])).toEqual(['7', '70']);
    const nameless = [{ page, monitors: [{ ...other, name: undefined }, monitor], whole: true }];
    expect(chooseMonitors(['api'], nameless).watched.map((one) => one.monitor.id)).toEqual(['7']);
  });

  test('are named if they are missing or disabled', () => {
    expect(chooseMonitors(['nobody', 'old', '8'], both)).toEqual({
      watched: [{ page, monitor: other }],
      results: [
        { seen: 'unmeasured', pages: [page, beta], name: 'nobody', why: 'missing' },
        { seen: 'unmeasured', pages: [page], name: 'Old', why: 'disabled' },
      ],
    });
    const nameless = [{ page, monitors: [{ ...off, name: undefined }], whole: true }];
    expect(chooseMonitors(['9'], nameless).results).toMatchObject([{ name: '9', why: 'disabled' }]);
  });

  test('are unknown if a page does not show all of them, or has none', () => {
    expect(chooseMonitors(undefined, [{ page, monitors: [], whole: true }]).results).toEqual([
      { seen: 'no-monitors', page },
    ]);
    expect(chooseMonitors(undefined, [{ page, monitors: [], whole: false }]).results).toEqual([
      { seen: 'in-part', page, test: 'uptime' },
    ]);
    expect(chooseMonitors(['7'], [{ page, monitors: [monitor], whole: false }]).results).toEqual([]);
  });
});

describe('a gate', () => {
  const trouble = (error: unknown, lasting = false): CheckResult => ({
    seen: 'failed',
    about: undefined,
    error,
    lasting,
  });
  const unknown: readonly CheckResult[] = [
    trouble(new Error('x')),
    { seen: 'unmeasured', pages: [page], name: 'API', why: 'missing' },
    { seen: 'no-monitors', page },
    { seen: 'in-part', page, test: 'maintenance' },
  ];

  test('is open if every check is', () => {
    expect(isOpenGate([up(100), up(99.9)], false)).toBe(true);
    expect(isOpenGate([up(100), up(99)], false)).toBe(false);
    expect(isOpenGate([up(100), up(99)], true)).toBe(false);
  });

  test.each(unknown)('is closed by what is not known unless that is let pass: %j', (result) => {
    expect(verdictOf(result)).toBe('unknown');
    expect(isOpenGate([up(100), result], false)).toBe(false);
    expect(isOpenGate([up(100), result], true)).toBe(true);
    expect(isOpenGate([up(99), result], true)).toBe(false);
  });

  test('is closed by a wrong input in any case', () => {
    expect(isOpenGate([trouble(new UserError('invalid input', 'no such page'))], true)).toBe(false);
  });

  test('is not waited for if the workflow or the account has to be fixed', () => {
    expect(mayOpen([up(99), up(undefined), trouble(new Error('503'))])).toBe(true);
    expect(mayOpen([up(99), trouble(new Error('403'), true)])).toBe(false);
    expect(mayOpen([{ seen: 'no-monitors', page }])).toBe(false);
    for (const why of ['missing', 'disabled'] as const) {
      expect(mayOpen([{ seen: 'unmeasured', pages: [page], name: 'API', why }])).toBe(false);
    }
  });
});

describe('asking again', () => {
  const plan = (waitMs: number, afterMs = 0) => {
    const next = planNextAsk(later(now, afterMs), later(now, waitMs));
    return next && next.getTime() - now.getTime();
  };

  test('comes every 30 s, no more often, and for the last time at the very end', () => {
    expect(plan(15 * minuteMs)).toBe(30_000);
    expect(plan(90_000, 30_000)).toBe(60_000);
    expect(plan(75_000, 30_000)).toBe(75_000);
    expect(plan(30_000)).toBe(30_000);
  });

  test('does not come if the time is over, or too short for it', () => {
    expect(plan(0)).toBeUndefined();
    expect(plan(29_999)).toBeUndefined();
    expect(plan(60_000, 60_000)).toBeUndefined();
  });
});
