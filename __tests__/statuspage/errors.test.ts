import { describe, expect, test } from '@jest/globals';
import { isUnknownPage, StatusPageError } from '../../src/statuspage/errors.ts';
import { type Call, type ErrorCode, recordIdOf, subjectOf } from '../../src/statuspage/failed-call.ts';

function callTo(path: string): Call {
  return { method: 'PATCH', path, scope: 'incidents:write', body: {} };
}

describe('an error', () => {
  test.each([
    ['server', 'unknown'],
    ['unreadable', 'unknown'],
    ['too-large', 'unknown'],
    ['timeout', 'unknown'],
    ['reset', 'unknown'],
    ['refused', 'unsent'],
    ['unknown-host', 'unsent'],
    ['certificate', 'unsent'],
    ['proxy', 'unsent'],
    ['out-of-time', 'unsent'],
    ['interrupted', 'unsent'],
  ] as const)('of the kind %s tells by itself that the fate is %s', (code, fate) => {
    expect(new StatusPageError({ code, call: callTo('/incidents/a'), host: 'h' }).fate).toBe(fate);
  });

  test('that is given more of its attempts uses that', () => {
    const failure = { call: callTo('/incidents/a'), host: 'h' };
    expect(new StatusPageError({ ...failure, code: 'refused', mayHaveArrived: true }).fate).toBe('unknown');
    expect(new StatusPageError({ ...failure, code: 'rate-limited', status: 429 }).fate).toBe('refused');
  });

  test('has a name and one line for the debug log', () => {
    const call = callTo('/incidents/a');
    const error = new StatusPageError({ code: 'forbidden', call, host: 'h', status: 403 });
    expect(error).toMatchObject({ name: 'StatusPageError', attempts: 0, waitedMs: 0 });
    expect(String(error)).toBe('StatusPageError: PATCH /incidents/a: forbidden (403)');
    expect(new StatusPageError({ code: 'out-of-time', call, host: 'h' }).message).toBe(
      'PATCH /incidents/a: out-of-time',
    );
  });

  test('is fixable only if the repository can do something about it', () => {
    const fixable = (code: ErrorCode) => new StatusPageError({ code, call: callTo('/'), host: 'h' }).fixable;
    expect(
      (['invalid', 'unauthorized', 'forbidden', 'not-found', 'client', 'redirect'] as const).map(fixable),
    ).not.toContain(false);
    expect(
      (['rate-limited', 'server', 'timeout', 'certificate', 'proxy', 'unreadable'] as const).map(fixable),
    ).not.toContain(true);
  });
});

test.each([
  ['/incidents/a%2Fb', 'a/b'],
  ['/incidents/5/updates', '5'],
  ['/incidents?status_page_id=p', undefined],
  ['/incidents', undefined],
])('%s is about the record %j', (path, id) => {
  expect(recordIdOf(callTo(path))).toBe(id);
});

test.each([
  ['/monitors/4', { what: 'monitor', id: '4' }],
  ['/monitors/4/availability?period=30d', { what: 'monitor', id: '4' }],
  ['/status-pages/p%20q', { what: 'page', id: 'p q' }],
  ['/maintenances/5', { what: 'record', id: '5' }],
  ['/status-pages', undefined],
] as const)('%s is about %j, and about no record if that is none', (path, subject) => {
  expect(subjectOf(callTo(path))).toEqual(subject);
  expect(recordIdOf(callTo(path))).toBe(subject?.what === 'record' ? subject.id : undefined);
});

test.each([
  ['/incidents?status_page_id=p', 'not-found', true],
  ['/status-pages/p', 'not-found', true],
  ['/incidents/5', 'not-found', false],
  ['/monitors/4/availability', 'not-found', false],
  ['/status-pages/p', 'forbidden', false],
] as const)('GET %s with the trouble %s tells of an unknown page: %j', (path, code, unknown) => {
  expect(isUnknownPage(new StatusPageError({ code, call: callTo(path), host: 'h' }))).toBe(unknown);
  expect(isUnknownPage(new TypeError('x'))).toBe(false);
});
