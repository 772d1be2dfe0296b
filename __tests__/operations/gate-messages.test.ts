import { describe, expect, test } from '@jest/globals';
import { UserError } from '../../src/domain/errors.ts';
import type { Incident, Window } from '../../src/domain/record.ts';
import { later, minuteMs, secondMs } from '../../src/domain/time.ts';
import { nameInWorkflow } from '../../src/inputs/flags.ts';
import {
  describeGate,
  describeGateLines,
  describeGateVerdict,
  describeReasons,
  describeRound,
  type GateOutcome,
} from '../../src/operations/gate/describe.ts';
import type { CheckResult } from '../../src/operations/gate/judge.ts';

const now = new Date('2026-03-14T12:00:00Z');
const page = { id: 'p1', name: 'Acme' };
const other = { id: 'p2', name: 'Beta' };
const shown = { pageId: 'p1', title: 'Slow', message: '', createdAt: undefined, showsMessage: true };
const incident: Incident = { ...shown, kind: 'incident', id: '1', state: '2', startAt: now, timeline: undefined };
const window: Window = { ...shown, kind: 'maintenance', id: '2', startAt: now, endAt: later(now, 30 * minuteMs) };
const monitor = { id: '7', name: 'API', type: 'api', target: undefined, enabled: true, pageId: 'p1' };

const nothing = {
  seen: 'nothing',
  page,
  test: 'incident',
  ours: 0,
  perhapsIncomplete: false,
  pageUnproved: false,
} as const;
const found: CheckResult = { seen: 'record', page, record: incident };
const underWay: CheckResult = { seen: 'record', page, record: window };
const terms = { minPercent: 99, period: '30d' } as const;
const down: CheckResult = { seen: 'uptime', page, monitor, uptimePercent: 98, downtimeSeconds: 120, terms };
const missing: CheckResult = { seen: 'unmeasured', pages: [page, other], name: 'DB', why: 'missing' };
const noMonitors: CheckResult = { seen: 'no-monitors', page };
const inPart: CheckResult = { seen: 'in-part', page, test: 'maintenance' };
const failed = (text: string, about: Extract<CheckResult, { seen: 'failed' }>['about']): CheckResult => ({
  seen: 'failed',
  about,
  error: new UserError('failure', text),
  lasting: false,
});

function outcome(results: readonly CheckResult[], more: Partial<GateOutcome> = {}): GateOutcome {
  return { results, passed: false, waitedMs: 0, now, nameOf: nameInWorkflow, kind: 'runner', ...more };
}

const said = (story: GateOutcome) => describeGate(story).map(({ level, text }) => `${level}: ${text}`);

describe('the table of a gate', () => {
  test('has a row for each thing that was checked', () => {
    const results = [nothing, found, underWay, down, missing, noMonitors, inPart, failed('No.', undefined)];
    expect(describeGateLines(outcome(results)).map((line) => line.split(/ {2,}/))).toEqual([
      ['Gate', 'Checked', 'Found'],
      ['open', 'the incidents of Acme', 'none is open'],
      ['closed', 'the incident "Slow" (id 1) on Acme', 'open: identified'],
      ['closed', 'the maintenance window "Slow" (id 2) on Acme', 'under way: 12:00–12:30 UTC (30 min)'],
      [
        'closed',
        'the monitor "API" (id 7) on Acme',
        'up 98 % over 30d, at least 99 % asked for, 200 % of the error budget used, 2 min down',
      ],
      ['unknown', 'the monitor "DB" on Acme or Beta', 'this key sees no such monitor; check monitors'],
      ['unknown', 'the uptime of Acme', 'the page has no monitor'],
      ['unknown', 'the maintenance windows of Acme', 'the API does not show everything'],
      ['unknown', 'the status pages', 'could not be checked'],
    ]);
  });

  test('names an incident whose state is not shown as open', () => {
    const stateless: CheckResult = { seen: 'record', page, record: { ...incident, state: undefined } };
    expect(describeGateLines(outcome([stateless]))[1]).toMatch(/ open$/);
  });

  test('leaves out of an uptime what nobody knows', () => {
    const bare = { ...down, downtimeSeconds: undefined, terms: { ...terms, minPercent: 100 } } as CheckResult;
    expect(describeGateLines(outcome([bare]))[1]).toMatch(/ up 98 % over 30d, at least 100 % asked for$/);
  });
});

describe('the reasons of a gate', () => {
  test('name each thing that closes it, and leave out what is open', () => {
    expect(describeReasons([nothing, found, down, inPart], outcome([]))).toEqual([
      'The incident "Slow" (id 1) on Acme is open: identified.',
      'The error budget of the monitor "API" (id 7) on Acme is spent: up 98 % over 30d, at least 99 % asked for, 200 % of the error budget used, 2 min down.',
      'The maintenance windows of Acme: the API does not show all, so one may be missing.',
    ]);
  });

  test('name one cause once, with everything that could not be checked for it', () => {
    const abouts = [
      { page, test: 'incident' },
      { page, test: 'maintenance' },
      { page, test: 'incident' },
    ] as const;
    const error = new Error('broken');
    const results = abouts.map((about): CheckResult => ({ seen: 'failed', about, error, lasting: false }));
    expect(describeReasons(results, outcome([]))).toEqual([
      expect.stringMatching(/^Could not check the incidents of Acme and the maintenance windows of Acme: .*broken/),
    ]);
    const elsewhere: CheckResult = { seen: 'failed', about: undefined, error: new Error('lost'), lasting: false };
    expect(describeReasons([...results, elsewhere], outcome([]))).toEqual([
      expect.stringContaining('broken'),
      expect.stringMatching(/^Could not check the status pages: .*lost/),
    ]);
  });
});

describe('what a gate says', () => {
  test.each<[string, readonly CheckResult[], boolean]>([
    ['The gate is closed', [nothing, found], false],
    ['The gate is open', [nothing], true],
    ['The gate passes, but not everything could be checked', [nothing, inPart], true],
  ])('is in one line: %s', (verdict, results, passed) => {
    expect(describeGateVerdict(outcome(results, { passed }))).toBe(verdict);
  });

  test('is nothing if everything is open', () => {
    expect(said(outcome([nothing, nothing], { passed: true }))).toEqual([]);
  });

  test('is a warning if a full list may hide an incident, naming only the pages whose list is full', () => {
    const full = { ...nothing, perhapsIncomplete: true };
    const up: CheckResult = { ...down, uptimePercent: 100 };
    expect(said(outcome([full, { ...nothing, page: other }, up], { passed: true }))).toEqual([
      'warning: No open incident was found on Acme, but the API shows only 200, so there may be others. Delete incidents that are long over.',
    ]);
  });

  test('has one reason in the same line, and several on lines of their own', () => {
    expect(said(outcome([nothing, found]))).toEqual([
      'error: The gate is closed. The incident "Slow" (id 1) on Acme is open: identified. Deploy later, or let the gate wait with wait-for: 15m. For a hotfix, use bypass: true.',
    ]);
    expect(said(outcome([found, underWay], { waitedMs: 90 * secondMs }))).toEqual([
      'error: The gate is closed after waiting 1 min 30 s. Deploy later, or let the gate wait with wait-for: 15m. For a hotfix, use bypass: true.\n' +
        'The incident "Slow" (id 1) on Acme is open: identified.\n' +
        'The maintenance window "Slow" (id 2) on Acme is under way: 12:00–12:30 UTC (30 min).',
    ]);
  });

  test('has ten reasons at most, and says how many more there are', () => {
    const ten = Array.from({ length: 10 }, () => found);
    expect(said(outcome(ten))[0]?.split('\n')).toHaveLength(11);
    expect(
      said(outcome([...ten, found]))[0]
        ?.split('\n')
        .slice(-2),
    ).toEqual(['The incident "Slow" (id 1) on Acme is open: identified.', '1 more are in the table.']);
  });

  test('sends no one to wait for what waiting cannot fix', () => {
    expect(said(outcome([noMonitors]))[0]).toMatch(/the page has no monitor\. For a hotfix, use bypass: true\.$/);
    expect(said(outcome([noMonitors, found]))[0]).toMatch(
      /^error: The gate is closed\. Fix the reasons below\. For a hotfix, use bypass: true\.\n/,
    );
  });

  test('on a terminal leaves out what the table beside it shows, but not why something failed', () => {
    const terminal = { kind: 'terminal' } as const;
    expect(said(outcome([found], terminal))[0]).toMatch(
      /^error: The gate is closed, as the table shows\. Deploy later/,
    );
    const both = [found, failed('No answer.', { page, test: 'incident' })];
    expect(said(outcome(both, terminal))).toEqual([
      expect.stringMatching(/^error: The gate is closed\. No answer\. Deploy/),
    ]);
    expect(said(outcome(both))[0]?.split('\n').slice(1)).toEqual([
      'The incident "Slow" (id 1) on Acme is open: identified.',
      'No answer.',
    ]);
  });

  test('is a warning with all reasons below if the policy lets it pass', () => {
    expect(said(outcome([inPart, missing], { passed: true }))[0]?.split('\n')).toEqual([
      'warning: Could not check everything, and the gate passes because of on-api-error: warn. Check the page before you deploy.',
      expect.stringMatching(/^The maintenance windows of Acme: /),
      expect.stringMatching(/^The uptime of the monitor "DB" on Acme or Beta is not known: /),
    ]);
  });

  test('in a round of waiting is one reason, and how many more there are', () => {
    const next = later(now, 30 * secondMs);
    const round =
      'Closed at 12:00 UTC, asking again at 12:00:30 UTC. The incident "Slow" (id 1) on Acme is open: identified.';
    expect(describeRound(outcome([found, nothing]), next)).toBe(round);
    expect(describeRound(outcome([found, underWay, inPart]), next)).toBe(`${round} 2 more.`);
  });
});
