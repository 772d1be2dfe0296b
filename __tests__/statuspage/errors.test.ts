import { describe, expect, test } from '@jest/globals';
import { type Call, recordIdOf, StatusPageError, type Trouble } from '../../src/statuspage/errors.ts';

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
  ] as const)('of the kind %s tells by itself that the fate is %s', (trouble, fate) => {
    expect(new StatusPageError({ trouble, call: callTo('/incidents/a'), host: 'h' }).fate).toBe(fate);
  });

  test('that is told more of its attempts believes that', () => {
    const failure = { call: callTo('/incidents/a'), host: 'h' };
    expect(new StatusPageError({ ...failure, trouble: 'refused', mayHaveArrived: true }).fate).toBe('unknown');
    expect(new StatusPageError({ ...failure, trouble: 'rate-limited', status: 429 }).fate).toBe('refused');
  });

  test('has a name and one line for the debug log', () => {
    const call = callTo('/incidents/a');
    const error = new StatusPageError({ trouble: 'forbidden', call, host: 'h', status: 403 });
    expect(error).toMatchObject({ name: 'StatusPageError', attempts: 0, waitedMs: 0 });
    expect(String(error)).toBe('StatusPageError: PATCH /incidents/a: forbidden (403)');
    expect(new StatusPageError({ trouble: 'out-of-time', call, host: 'h' }).message).toBe(
      'PATCH /incidents/a: out-of-time',
    );
  });

  test('is mendable only where the repository can do something about it', () => {
    const mendable = (trouble: Trouble) => new StatusPageError({ trouble, call: callTo('/'), host: 'h' }).mendable;
    expect(
      (['invalid', 'unauthorized', 'forbidden', 'not-found', 'client', 'redirect'] as const).map(mendable),
    ).not.toContain(false);
    expect(
      (['rate-limited', 'server', 'timeout', 'certificate', 'proxy', 'unreadable'] as const).map(mendable),
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
