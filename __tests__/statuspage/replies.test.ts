import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readErrorBody, reportsFailure } from '../../src/statuspage/failed-call.ts';
import { parseOne } from '../../src/statuspage/json.ts';
import { parseIncident, parseListing, parsePages, parseWindow } from '../../src/statuspage/replies.ts';

const windowOf = (body: unknown) => parseOne(JSON.stringify(body), parseWindow);
const incidentOf = (body: unknown) => parseOne(JSON.stringify(body), parseIncident);
const windowsOf = (body: unknown) => parseListing(JSON.stringify(body), parseWindow);

describe('one record', () => {
  test.each([
    [{ data: { id: 'w', title: 't' }, meta: { count: 1 } }],
    [{ data: { id: 'w', title: 't' } }],
    [{ id: 'w', title: 't' }],
    [{ id: 'w', title: 't', data: { anything: 1 } }],
  ])('is found in %j', (body) => {
    expect(windowOf(body)).toMatchObject({ kind: 'maintenance', id: 'w', title: 't' });
  });

  test.each([[null], [[]], ['w'], [{}], [{ data: null }], [{ data: [] }], [{ id: '' }], [{ id: null }], [{ id: {} }]])(
    'is not found in %j',
    (body) => {
      expect(windowOf(body)).toBeUndefined();
    },
  );

  test('may have a number for an id, which stays exact', () => {
    expect(windowOf({ id: 42, status_page_id: 7 })).toMatchObject({ id: '42', pageId: '7' });
    expect(parseOne('{"id":12345678901234567890}', parseWindow)?.id).toBe('12345678901234567890');
    expect(parseOne('{"id":12345678901234567890.5}', parseWindow)).toBeUndefined();
    expect(windowOf({ id: 1.5 })).toBeUndefined();
  });

  test('may show nothing but its id', () => {
    const unknown = { pageId: undefined, title: undefined, message: undefined, createdAt: undefined };
    const seen = { id: 'x', ...unknown, showsMessage: false };
    expect(windowOf({ id: 'x' })).toEqual({
      ...seen,
      kind: 'maintenance',
      startAt: undefined,
      endAt: undefined,
    });
    expect(incidentOf({ id: 'x' })).toEqual({
      ...seen,
      kind: 'incident',
      state: undefined,
      startAt: undefined,
      timeline: undefined,
    });
  });

  test('shows its times in any zone; what is no time is as good as none', () => {
    const shown = { start_at: '2026-03-14T12:00:00Z', end_at: '2026-03-14T14:30:00.5+02:00', created_at: 'yesterday' };
    expect(windowOf({ id: 'w', ...shown })).toMatchObject({
      startAt: new Date('2026-03-14T12:00:00Z'),
      endAt: new Date('2026-03-14T12:30:00.5Z'),
      createdAt: undefined,
    });
    expect(windowOf({ id: 'w', start_at: 1_773_489_600, end_at: null })).toMatchObject({ endAt: undefined });
  });

  test('is kept if a field is of another type than expected', () => {
    const odd = { id: 'i', title: 5, message: ['a'], status_page_id: {}, updates: 'none', state: true, started_at: [] };
    expect(incidentOf(odd)).toMatchObject({ id: 'i', title: undefined, message: undefined, timeline: undefined });
  });

  test.each([
    [{ message: 'm' }, true],
    [{ message: '' }, true],
    [{ message: null }, true],
    [{}, false],
    [{ message: { raw: 'm' } }, false],
  ])('that is %j beside its id shows its message: %p', (more, shows) => {
    expect(windowOf({ id: 'w', ...more })?.showsMessage).toBe(shows);
  });
});

describe('the state of an incident', () => {
  test.each([
    [{ incident_state_id: '4' }, '4'],
    [{ incident_state_id: 2 }, '2'],
    [{ state: 'Investigating' }, '1'],
    [{ status: 'RESOLVED' }, '4'],
    [{ state: { id: 3, name: 'whatever' } }, '3'],
    [{ state: { name: 'Monitoring' } }, '3'],
    [{ incident_state: { id: '1' } }, '1'],
    [{ state: 'postmortem' }, 'postmortem'],
    [{ incident_state_id: null, state: 'identified' }, '2'],
    [{ incident_state_id: '4', state: 'identified' }, '4'],
    [{ state: {} }, undefined],
    [{ state: null }, undefined],
    [{}, undefined],
  ])('%j is %j', (more, state) => {
    expect(incidentOf({ id: 'i', ...more })?.state).toBe(state);
  });
});

describe('the timeline of an incident', () => {
  const entries = [
    { message: 'first', incident_state_id: '1', created_at: 'x' },
    { message: 5, status: 'resolved' },
    'odd',
  ];
  const timeline = [
    { message: 'first', state: '1' },
    { message: undefined, state: '4' },
    { message: undefined, state: undefined },
  ];

  test.each(['updates', 'timeline', 'incident_updates'])('is found under %s', (name) => {
    expect(incidentOf({ id: 'i', [name]: entries })?.timeline).toEqual(timeline);
  });

  test('that is null is not shown, which is not the same as empty', () => {
    expect(incidentOf({ id: 'i', updates: null })?.timeline).toBeUndefined();
    expect(incidentOf({ id: 'i', updates: [] })?.timeline).toEqual([]);
  });

  test('goes with the start', () => {
    expect(incidentOf({ id: 'i', started_at: '2026-03-14T12:00:00Z' })?.startAt).toEqual(
      new Date('2026-03-14T12:00:00Z'),
    );
    expect(incidentOf({ id: 'i', start_at: '2026-03-14T12:00:00Z' })?.startAt).toEqual(
      new Date('2026-03-14T12:00:00Z'),
    );
  });
});

describe('a list', () => {
  const shown = { id: 'a', message: 'm' };

  test.each([[{ data: [shown], meta: { count: 1 } }], [{ data: [shown] }], [[shown]], [{ data: [shown], meta: null }]])(
    'is complete in %j',
    (body) => {
      expect(windowsOf(body)).toMatchObject({ records: [{ id: 'a' }], complete: true });
    },
  );

  test.each([[{ data: [] }], [{ data: null }], [[]], [null], [{ data: null, meta: { count: 0 } }]])(
    'is empty, and certainly so, in %j',
    (body) => {
      expect(windowsOf(body)).toEqual({ records: [], complete: true });
    },
  );

  test.each([['{}'], ['{"data":{}}'], ['{"data":"x"}'], ['"x"'], ['<html>'], ['']])('is missing in %s', (body) => {
    expect(parseListing(body, parseWindow)).toBeUndefined();
    expect(parsePages(body)).toBeUndefined();
  });

  test('is not sunk by an entry that cannot be read, but proves no absence any more', () => {
    for (const odd of [null, 'x', {}, { id: {} }]) {
      expect(windowsOf([odd, shown])).toMatchObject({ records: [{ id: 'a' }], complete: false });
    }
  });

  test('with an entry that does not show its message says so of this one', () => {
    const records = [
      { id: 'a', showsMessage: true },
      { id: 'b', showsMessage: false },
    ];
    expect(windowsOf([shown, { id: 'b' }])).toMatchObject({ records, complete: true });
  });

  test('without any message may be one that never shows them, unless another entry has one', () => {
    const silent = { id: 'b', message: null };
    expect(windowsOf([silent])).toMatchObject({ records: [{ showsMessage: false }], complete: true });
    expect(windowsOf([silent, shown])?.records.map(({ showsMessage }) => showsMessage)).toEqual([true, true]);
  });

  test('proves no absence if the server counts more than it shows', () => {
    expect(windowsOf({ data: [shown], meta: { count: 2 } })?.complete).toBe(false);
  });

  test('proves no absence at the longest that the server gives', () => {
    const list = (length: number) => JSON.stringify(Array.from({ length }, () => shown));
    expect(parseListing(list(200), parseWindow, 200)?.complete).toBe(false);
    expect(parseListing(list(199), parseWindow, 200)?.complete).toBe(true);
  });
});

test('a page has the address of its own domain, else that of its slug', () => {
  const body = [
    { id: 1, name: 'A', slug: 'a', url: 'https://status.a.example' },
    { id: 'b', name: 'B', slug: 'b', url: '' },
    { id: 'c', name: null },
    { id: 'd', slug: 'd', url: 'status.d.example' },
    { id: 'e', slug: 'e', url: 'javascript:alert(1)' },
    { id: 'f', slug: 'javascript:alert(1)' },
    { name: 'nobody' },
  ];
  expect(parsePages(JSON.stringify({ data: body }))).toEqual([
    { id: '1', name: 'A', slug: 'a', url: 'https://status.a.example' },
    { id: 'b', name: 'B', slug: 'b', url: 'https://b.statuspage.me' },
    { id: 'c', name: undefined, slug: undefined, url: undefined },
    { id: 'd', slug: 'd', url: 'https://status.d.example' },
    { id: 'e', slug: 'e', url: 'https://e.statuspage.me' },
    { id: 'f', slug: 'javascript:alert(1)', url: undefined },
  ]);
});

test('nothing that a server answers makes us stumble', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (body) => {
      readErrorBody(body);
      reportsFailure(body);
      parsePages(body);
      parseOne(body, parseWindow);
      parseOne(body, parseIncident);
      parseListing(body, parseWindow);
      parseListing(body, parseIncident);
    }),
  );
});

describe('what a record cannot be', () => {
  test.each(['', '.', '..', 'none', ' 1', '1\n', '7,1', 'a\u0000b', '\ud800', 'x'.repeat(201), 1.5, true, null, {}])(
    'one with the id %j',
    (id) => {
      expect(incidentOf({ id, title: 't' })).toBeUndefined();
    },
  );

  test.each(['../incidents/1', '%2e%2e', '1?x=2#y', 'ä/日本', '::error::x'])('is not one with the id %j', (id) => {
    expect(incidentOf({ id })).toMatchObject({ id });
  });

  test('with a title of a megabyte: it is cut, and the message is not', () => {
    const megabyte = 'x'.repeat(1024 * 1024);
    const found = incidentOf({ id: 1, title: megabyte, message: megabyte, state: { name: megabyte } });
    expect(found?.title).toMatch(/^x{299}…$/);
    expect(found?.state).toMatch(/^x{299}…$/);
    expect(found?.message).toHaveLength(megabyte.length);
  });

  test('changed by names that JavaScript knows', () => {
    const found = parseOne('{"id":"1","__proto__":{"title":"x"},"constructor":{"prototype":{"y":1}}}', parseIncident);
    expect(found).toMatchObject({ id: '1', title: undefined });
    expect(({} as { readonly title?: string; readonly y?: number }).title).toBeUndefined();
    expect(({} as { readonly y?: number }).y).toBeUndefined();
  });
});
