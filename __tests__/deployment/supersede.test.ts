import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Afterwards,
  isOlder,
  planSuperseding,
  reasonToSupersede,
  runsToAsk,
  type SupersedeContext,
  spareRuns,
} from '../../src/deployment/supersede.ts';
import { encodeRun, failureOf, type OwnReference } from '../../src/domain/deployment-reference.ts';
import { decideEnding, type Reaction } from '../../src/domain/outcome.ts';
import { incidentStates } from '../../src/domain/record.ts';
import { atMinute, earlier, listedIncident, listedWindow, noon, ourEntry, ours, personsEntry } from './listed.ts';

const listing = (changes: Partial<SupersedeContext>): SupersedeContext => ({
  ours,
  ownIds: new Set(),
  windows: [],
  incidents: [],
  now: noon,
  givenState: incidentStates.investigating,
  ...changes,
});
const windowsOf = (changes: Partial<SupersedeContext>) =>
  planSuperseding(listing(changes), 'success').windows.map(({ record }) => record.id);
const isEnded = (reference: OwnReference) => windowsOf({ windows: [listedWindow(reference)] }).length > 0;

describe('a later run ends', () => {
  test('the running window that an earlier run of the step left', () => {
    expect(isEnded(earlier)).toBe(true);
  });

  test('the window of another step with the same key, if it is of an earlier run', () => {
    expect(isEnded({ ...earlier, owner: 'smoke1' })).toBe(true);
  });

  test('the window that an earlier attempt of this very step left, whatever the clocks say', () => {
    expect(isEnded({ ...ours, attempt: 1, openedAt: atMinute(-60) })).toBe(true);
    expect(isEnded({ ...ours, attempt: 1, openedAt: atMinute(-5) })).toBe(true);
  });

  test('the earlier window of its step, if the CI does not count attempts', () => {
    expect(isEnded({ ...ours, attempt: undefined, openedAt: atMinute(-60) })).toBe(true);
    expect(isEnded({ ...ours, attempt: undefined, openedAt: atMinute(-5) })).toBe(false);
  });

  test('every window that is left, not just one', () => {
    const windows = [1, 2, 3].map((id) => listedWindow({ ...earlier, openedAt: atMinute(-60 - id) }, { id: `${id}` }));
    expect(windowsOf({ windows })).toEqual(['1', '2', '3']);
  });

  test('a window that its runner opened for now by a fast clock, so that it has not begun', () => {
    const window = (startAt: Date) => listedWindow(earlier, { startAt, endAt: atMinute(60) });
    const now = atMinute(-65);
    expect(windowsOf({ now, windows: [window(atMinute(-60))] })).toEqual(['1']);
    expect(windowsOf({ now, windows: [window(atMinute(-50))] })).toEqual([]);
  });

  test('of two runs in one second only the one with the lower number', () => {
    const sameSecond = { ...earlier, openedAt: ours.openedAt };
    expect(isEnded({ ...sameSecond, run: encodeRun('199') })).toBe(true);
    expect(isEnded({ ...sameSecond, run: encodeRun('201') })).toBe(false);
    // Our step began later in that second, which its reference would not show.
    const self = { ...ours, openedAt: new Date(ours.openedAt.getTime() + 900) };
    const windows = [listedWindow({ ...sameSecond, run: encodeRun('201') })];
    expect(windowsOf({ ours: self, windows })).toEqual([]);
  });

  test('the window of an older run with a higher number, because the time decides', () => {
    expect(isEnded({ ...earlier, run: encodeRun('999') })).toBe(true);
  });
});

describe('a later run leaves alone', () => {
  test.each<[string, Partial<OwnReference>]>([
    ['the window of a newer run', { openedAt: atMinute(-5) }],
    ['the window of another key', { key: '00000000' }],
    ['what another leg of its own run left', { run: ours.run, attempt: 2, owner: 'legtwo' }],
    ['what another leg of its own run left in an earlier attempt', { run: ours.run, attempt: 1, owner: 'legtwo' }],
    ['what its own step opened in this attempt', { run: ours.run, attempt: 2 }],
    ['what its own step opened in a later attempt', { run: ours.run, attempt: 3 }],
  ])('%s', (_, changes) => {
    expect(isEnded({ ...earlier, ...changes })).toBe(false);
  });

  test('its own record, although an earlier attempt opened it', () => {
    const windows = [listedWindow({ ...ours, attempt: 1 }, { id: '7' })];
    expect(windowsOf({ windows, ownIds: new Set(['7']) })).toEqual([]);
  });

  test('a shared record', () => {
    const { of, key, run } = earlier;
    expect(windowsOf({ windows: [listedWindow({ of, key, run })] })).toEqual([]);
  });

  test('an announcement that has not begun, and a window of which that is not known', () => {
    const starts = [atMinute(60), undefined].map((startAt) => listedWindow(earlier, { startAt, endAt: atMinute(120) }));
    expect(windowsOf({ windows: starts })).toEqual([]);
  });

  test('a window that is over', () => {
    expect(windowsOf({ windows: [listedWindow(earlier, { endAt: atMinute(-1) })] })).toEqual([]);
  });

  test('a window with the incident reference of a failure, and an incident of a failure', () => {
    const plan = planSuperseding(
      listing({ windows: [listedWindow(failureOf(earlier))], incidents: [listedIncident(failureOf(earlier))] }),
      'success',
    );
    expect([...plan.windows, ...plan.incidents, ...plan.touched]).toEqual([]);
  });

  test('what only quotes the reference, or has two', () => {
    const message = listedWindow(earlier).message ?? '';
    const quoting = `It is slow since ${message.replaceAll('\n', ' ')} ended`;
    const both = `${message}\n${listedWindow({ ...earlier, key: '00000000' }).message}`;
    const windows = [quoting, both].map((text) => listedWindow(undefined, { message: text }));
    expect(windowsOf({ windows })).toEqual([]);
  });
});

const digit = fc.integer({ min: 1, max: 3 });
const anyReference: fc.Arbitrary<OwnReference> = fc.record({
  of: fc.constantFrom('deployment', 'failure'),
  key: fc.constantFrom('k3x9q2m1', '00000000'),
  run: digit.map((run) => encodeRun(`${run}`)),
  attempt: fc.option(digit, { nil: undefined }),
  owner: fc.constantFrom('owner1', 'owner2'),
  openedAt: digit.map(atMinute),
  random: fc.constantFrom('aa', 'bb'),
});

test('of any two records at most one is the older', () => {
  fc.assert(
    fc.property(anyReference, anyReference, (one, other) => {
      expect(isOlder(one, other) && isOlder(other, one)).toBe(false);
    }),
    { numRuns: 1_000 },
  );
});

test('whatever a page shows, nothing newer, of another key, or of another leg of the own run is touched', () => {
  const windows = fc.array(anyReference.map((reference) => listedWindow(reference)));
  const incidents = fc.array(anyReference.map((reference) => listedIncident(reference)));
  fc.assert(
    fc.property(windows, incidents, anyReference, (shownWindows, shownIncidents, self) => {
      const plan = planSuperseding(
        listing({ ours: self, windows: shownWindows, incidents: shownIncidents }),
        'success',
      );
      for (const { reference } of [...plan.windows, ...plan.incidents]) {
        expect(reference).toMatchObject({ of: 'deployment', key: self.key });
        const isNewerRun = reference.run !== self.run && reference.openedAt > self.openedAt;
        const isOtherLeg = reference.run === self.run && reference.owner !== self.owner;
        expect(isNewerRun || isOtherLeg).toBe(false);
      }
    }),
    { numRuns: 500 },
  );
});

describe('an earlier incident', () => {
  const planFor = (...incidents: ReturnType<typeof listedIncident>[]) => {
    const plan = planSuperseding(listing({ incidents }), 'success');
    return { resolved: plan.incidents.length, touched: plan.touched.length };
  };

  test('is resolved if nobody has edited it, and named if somebody has', () => {
    expect(planFor(listedIncident(earlier))).toEqual({ resolved: 1, touched: 0 });
    expect(planFor(listedIncident(earlier, [ourEntry(earlier)]))).toEqual({ resolved: 1, touched: 0 });
    expect(planFor(listedIncident(earlier, [personsEntry()]))).toEqual({ resolved: 0, touched: 1 });
  });

  test('is not there any more if it is resolved', () => {
    expect(planFor(listedIncident(earlier, [], { state: incidentStates.resolved }))).toEqual({
      resolved: 0,
      touched: 0,
    });
  });
});

describe('older records are superseded', () => {
  const full: Afterwards = { mainFinished: true, keptOwn: true, openedIncident: true };
  const none: Afterwards = { mainFinished: true, keptOwn: false, openedIncident: false };
  const reasons = (outcome: 'success' | 'failure' | 'cancelled' | 'skipped', reaction: Reaction) =>
    [full, { ...none, keptOwn: true }, { ...none, openedIncident: true }, none].map((afterwards) =>
      reasonToSupersede(decideEnding(outcome, reaction, reaction), afterwards),
    );
  const never = [undefined, undefined, undefined, undefined];

  test('after every success, with or without a record of its own', () => {
    expect(reasons('success', 'keep')).toEqual(['success', 'success', 'success', 'success']);
  });

  test.each(['failure', 'cancelled'] as const)(
    'after %s with keep only if the own record is on the page',
    (outcome) => {
      expect(reasons(outcome, 'keep')).toEqual(['kept', 'kept', undefined, undefined]);
    },
  );

  test.each(['failure', 'cancelled'] as const)(
    'after %s with incident once that or the own record is on the page',
    (outcome) => {
      expect(reasons(outcome, 'incident')).toEqual(['kept', 'kept', 'kept', undefined]);
    },
  );

  test('after nothing else', () => {
    expect(reasons('failure', 'resolve')).toEqual(never);
    expect(reasons('cancelled', 'resolve')).toEqual(never);
    for (const reaction of ['keep', 'resolve', 'incident'] as const)
      expect(reasons('skipped', reaction)).toEqual(never);
    const killed = { ...full, mainFinished: false };
    for (const outcome of ['success', 'failure', 'cancelled', 'skipped'] as const)
      expect(reasonToSupersede(decideEnding(outcome, 'keep', 'keep'), killed)).toBeUndefined();
  });

  test('with words that claim a complete update after a success alone', () => {
    expect(planSuperseding(listing({}), 'success').words).toBe('resolve');
    expect(planSuperseding(listing({}), 'kept').words).toBe('cancel');
  });
});

describe('the runs of older records', () => {
  const windows = [
    listedWindow(earlier, { id: '1' }),
    listedWindow({ ...earlier, random: 'bb' }, { id: '2' }),
    listedWindow({ ...earlier, run: encodeRun('150') }, { id: '3' }),
    listedWindow({ ...earlier, run: encodeRun('not a number') }, { id: '4' }),
    listedWindow({ ...ours, attempt: 1 }, { id: '5' }),
  ];
  const incidents = [listedIncident(earlier, [], { id: '6' }), listedIncident(earlier, [personsEntry()], { id: '7' })];
  const plan = planSuperseding(listing({ windows, incidents }), 'success');

  test('are asked for once, but not our own and not those without a number', () => {
    expect(runsToAsk(plan, ours)).toEqual(['100', '150']);
    expect(runsToAsk(planSuperseding(listing({}), 'success'), ours)).toEqual([]);
  });

  test('that are still in progress keep their records, which are named', () => {
    const spared = spareRuns(plan, new Set(['100']));
    const ids = (list: readonly { readonly record: { readonly id: string } }[]) => list.map(({ record }) => record.id);
    expect(ids(spared.windows)).toEqual(['3', '4', '5']);
    expect(ids(spared.incidents)).toEqual([]);
    expect(ids(spared.inProgress)).toEqual(['1', '2', '6']);
    expect(ids(spared.touched)).toEqual(['7']);
    expect(spareRuns(plan, new Set())).toEqual(plan);
  });
});
