import { describe, expect, test } from '@jest/globals';
import type { DeploymentRecord } from '../../src/deployment/deployment.ts';
import { formatOutput, recordOutputs, toOutputs as toTypedOutputs } from '../../src/messages/outputs.ts';
import { at, beta, incident, now, window } from './samples.ts';

/** The outputs as a workflow reads them. */
const toOutputs = (records: readonly DeploymentRecord[], at: Date): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(toTypedOutputs(records, at)).map(([name, value]) => [name, formatOutput(name, value)]),
  );

const missed = ({ id: _, ...known }: typeof window): DeploymentRecord => ({ ...known, stage: 'missed' });
const notSent = ({ id: _, ...known }: typeof window): DeploymentRecord => ({ ...known, stage: 'not-sent' });

const whole = {
  id: '42',
  kind: 'maintenance',
  'status-page-id': 'p1',
  url: 'https://acme.statuspage.me',
  title: 'Maintenance in progress',
  'start-at': '2026-03-14T14:02:00Z',
  'end-at': '2026-03-14T14:32:00Z',
  state: 'active',
  created: 'true',
  marker: 'r1-01234567',
};

describe('the outputs', () => {
  test('tell all of a window', () => {
    const { records, ...others } = toOutputs([window], now);
    expect(others).toEqual(whole);
    expect(JSON.parse(records ?? '')).toEqual([{ ...whole, created: true }]);
  });

  test('tell all of an incident', () => {
    expect(toOutputs([{ ...incident, created: false, reference: undefined }], now)).toMatchObject({
      id: '7',
      kind: 'incident',
      'start-at': '2026-03-14T14:02:00Z',
      'end-at': '',
      state: 'investigating',
      created: 'false',
      marker: '',
    });
  });

  test('are those that are documented, whatever happened', () => {
    for (const records of [[], [window], [missed(window)], [window, incident]])
      expect(Object.keys(toOutputs(records, now)).sort()).toEqual(Object.keys(recordOutputs).sort());
  });

  test('of several pages are joined in their order, and single ones are those of the first', () => {
    const second = { ...window, id: '43', page: beta, title: 'Other', created: false };
    const { records, ...others } = toOutputs([window, second], now);
    expect(others).toEqual({ ...whole, id: '42,43', 'status-page-id': 'p1,p2', url: 'https://acme.statuspage.me,' });
    expect(JSON.parse(records ?? '')).toMatchObject([
      { id: '42' },
      { id: '43', title: 'Other', url: '', created: false },
    ]);
  });

  test('keep the place of a page on which nothing was opened', () => {
    const { id, records, created, title } = toOutputs([missed({ ...window, page: beta }), window], now);
    expect({ id, created, title }).toEqual({ id: 'none,42', created: 'false', title: 'Maintenance in progress' });
    expect(JSON.parse(records ?? '')).toMatchObject([
      { id: 'none', 'status-page-id': 'p2', 'start-at': '', 'end-at': '', state: '', marker: '', created: false },
      { id: '42' },
    ]);
  });

  test.each([
    ['nothing was tried', [], { kind: '', 'status-page-id': '', title: '', url: '' }],
    ['nothing was opened', [missed(window)], { kind: 'maintenance', 'status-page-id': 'p1' }],
    ['it was a rehearsal', [notSent(window), notSent({ ...window, page: beta })], { 'status-page-id': 'p1,p2' }],
  ] as const)('say none if %s', (_, records, more) => {
    expect(toOutputs(records, now)).toMatchObject({ id: 'none', created: 'false', 'start-at': '', ...more });
  });

  test('have no address if none is known', () => {
    const unknown = { ...window, page: beta };
    expect(toOutputs([unknown, unknown], now).url).toBe('');
  });

  test.each([
    ['scheduled', { startAt: at('14:10'), endAt: at('14:40') }],
    ['active', { startAt: now, endAt: at('14:10') }],
    ['active', { startAt: undefined, endAt: undefined }],
    ['past', { startAt: at('13:00'), endAt: now }],
  ])('tell of a window that it is %s', (state, times) => {
    expect(toOutputs([{ ...window, ...times }], now).state).toBe(state);
  });

  test('are empty if a reply did not show them', () => {
    expect(toOutputs([{ ...window, startAt: undefined, endAt: undefined }], now)).toMatchObject({
      'start-at': '',
      'end-at': '',
    });
    expect(toOutputs([{ ...incident, state: undefined }], now).state).toBe('');
    expect(toOutputs([{ ...incident, state: '17' }], now).state).toBe('17');
  });
});
