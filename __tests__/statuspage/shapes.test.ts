import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseOne } from '../../src/statuspage/json.ts';
import {
  parseAvailability,
  parseIncident,
  parseListing,
  parseMonitor,
  parsePages,
  parseWindow,
} from '../../src/statuspage/replies.ts';

const uuid = '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a01';

/** Spellings of one name: as documented, as Go writes it without tags, and others. */
const spellings: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.toUpperCase(),
  (name) => name.replace(/(^|_)([a-z])/g, (_all, _line, letter: string) => letter.toUpperCase()),
  (name) => name.replace(/(^|_)(id|[a-z])/g, (_all, _line, letters: string) => letters.toUpperCase()),
  (name) => name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase()),
  (name) => name.replaceAll('_', '-'),
];
const spelling = fc.constantFrom(...spellings);

/** An answer with one record in it, in any envelope. */
const envelope = (name: string) =>
  fc.constantFrom<(record: unknown) => unknown>(
    (record) => record,
    (record) => ({ data: record }),
    (record) => ({ Data: record, Meta: { Count: 1 } }),
    (record) => ({ [name]: record }),
    (record) => ({ success: true, data: { [name]: record }, message: 'created' }),
  );

const listEnvelope = (name: string) =>
  fc.constantFrom<(list: unknown) => unknown>(
    (list) => list,
    (list) => ({ data: list, meta: { count: 1 } }),
    (list) => ({ [name]: list }),
    (list) => ({ data: { items: list, total: 1 } }),
    (list) => ({ success: true, data: { [name]: list }, pagination: { page: 1 } }),
  );

/** A time with or without fractions, in any zone. */
const time = fc.constantFrom('2026-03-14T12:00:00Z', '2026-03-14T12:00:00.000000Z', '2026-03-14T14:00:00.0+02:00');
const noonThen = new Date('2026-03-14T12:00:00Z');

const id = fc.constantFrom<[shown: string, read: string]>(
  ['7', '7'],
  ['"7"', '7'],
  [`"${uuid}"`, uuid],
  ['9007199254740993', '9007199254740993'],
  ['12345678901234567890', '12345678901234567890'],
);

const idMark = '"the id"';

/** Writes an answer, with an id that a JavaScript number may not be able to hold. */
function write(answer: unknown, shownId: string): string {
  return JSON.stringify(answer).replaceAll(idMark, shownId);
}

const respell = (record: Readonly<Record<string, unknown>>, spell: (name: string) => string) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [spell(name), value]));

describe('any mixture of shapes reads the same', () => {
  test('window', () => {
    fc.assert(
      fc.property(
        fc.record({
          spell: spelling,
          wrap: envelope('maintenance'),
          id,
          idName: fc.constantFrom('id', 'uuid'),
          text: fc.constantFrom('message', 'description'),
          page: fc.constantFrom<object>(
            { status_page_id: uuid },
            { status_page: { id: uuid } },
            { status_page: { ID: uuid } },
          ),
          time,
        }),
        (shape) => {
          const record = {
            [shape.idName]: 'the id',
            ...shape.page,
            title: 'T',
            [shape.text]: 'M\nRef: r',
            start_at: shape.time,
            end_at: shape.time,
            created_at: shape.time,
          };
          const body = write(shape.wrap(respell(record, shape.spell)), shape.id[0]);
          expect(parseOne(body, parseWindow)).toMatchObject({
            kind: 'maintenance',
            id: shape.id[1],
            pageId: uuid,
            title: 'T',
            message: 'M\nRef: r',
            showsMessage: true,
            startAt: noonThen,
            endAt: noonThen,
            createdAt: noonThen,
          });
        },
      ),
      { numRuns: 500 },
    );
  });

  test('incident, and list of incidents', () => {
    const notSet = fc.constantFrom<object>({}, { resolved_at: null }, { resolved_at: '0001-01-01T00:00:00Z' });
    const isSet = fc.constantFrom<object>(
      { resolved_at: '2026-03-14T12:30:00Z' },
      { ended_at: '2026-03-14T12:30:00Z' },
    );
    const names = [
      ['investigating', 1],
      ['identified', 2],
      ['monitoring', 3],
      ['resolved', 4],
    ] as const;
    const state = fc
      .constantFrom(...names)
      .chain(([name, digits]) =>
        fc.tuple(
          fc.constantFrom<object>(
            { incident_state_id: `${digits}` },
            { incident_state_id: digits },
            { incident_state: name },
            { incident_state: { id: digits, name } },
            { incident_state: { ID: digits + 40, Name: name.toUpperCase() } },
            { current_state: name },
            { state_name: name, incident_state_id: 41 },
            { state: { name } },
            { status: name },
          ),
          fc.constant(`${digits}`),
        ),
      );
    fc.assert(
      fc.property(
        fc.record({
          spell: spelling,
          wrap: envelope('incident'),
          wrapList: listEnvelope('incidents'),
          id,
          state,
          notSet,
          isSet,
          over: fc.boolean(),
        }),
        (shape) => {
          const [states, digits] = shape.state;
          const entry = { message: 'E', ...states };
          const record = {
            id: 'the id',
            message: 'M',
            updates: [respell(entry, shape.spell)],
            ...states,
            ...(shape.over ? shape.isSet : shape.notSet),
          };
          const shown = respell(record, shape.spell);
          const expected = {
            id: shape.id[1],
            state: shape.over ? '4' : digits,
            timeline: [{ message: 'E', state: digits }],
          };
          expect(parseOne(write(shape.wrap(shown), shape.id[0]), parseIncident)).toMatchObject(expected);
          const list = parseListing(write(shape.wrapList([shown]), shape.id[0]), parseIncident);
          expect(list).toMatchObject({ complete: true, records: [expected] });
        },
      ),
      { numRuns: 500 },
    );
  });

  test('list of pages, and monitor', () => {
    fc.assert(
      fc.property(
        spelling,
        listEnvelope('status_pages'),
        envelope('monitor'),
        id,
        (spell, wrapList, wrap, [shownId, readId]) => {
          const page = respell({ id: 'the id', name: 'Acme', slug: 'acme', url: 'https://status.acme.example' }, spell);
          expect(parsePages(write(wrapList([page]), shownId))).toEqual([
            { id: readId, name: 'Acme', slug: 'acme', url: 'https://status.acme.example' },
          ]);
          const monitor = respell({ id: 'the id', name: 'Web', enabled: true, status_page_id: uuid }, spell);
          expect(parseOne(write(wrap(monitor), shownId), parseMonitor)).toMatchObject({
            id: readId,
            name: 'Web',
            pageId: uuid,
          });
          const availability = respell({ uptime_percentage: 99.5 }, spell);
          expect(
            parseOne(JSON.stringify({ data: respell({ availability }, spell) }), parseAvailability)?.uptimePercent,
          ).toBe(99.5);
        },
      ),
    );
  });
});

describe('an answer', () => {
  test.each([
    ['{"data":{"maintenances":null}}', []],
    ['{"data":{"items":[],"total":0}}', []],
    ['{"maintenances":[{"ID":1}]}', ['1']],
  ])('%s is a whole list', (body, ids) => {
    const list = parseListing(body, parseWindow);
    expect(list?.records.map((record) => record.id)).toEqual(ids);
    expect(list?.complete).toBe(true);
  });

  test.each([
    '{"data":{"items":[{"id":1}],"total":2}}',
    '{"data":[{"id":1}],"pagination":{"total_count":2}}',
    '{"data":[{"id":1}],"meta":{"has_more":true}}',
  ])('%s may lack a record', (body) => {
    expect(parseListing(body, parseWindow)).toMatchObject({ records: [{ id: '1' }], complete: false });
  });

  test.each(['{"errors":[]}', '{"data":{"a":[],"b":[]}}', '{"data":{"other":null}}', '{"success":true}'])(
    '%s is no list',
    (body) => {
      expect(parseListing(body, parseWindow)).toBeUndefined();
    },
  );

  test.each(['{"data":{"title":"t","status_page":{"id":"p"}}}', '{"a":{"id":1},"b":{"id":2}}', '{"error":{"id":1}}'])(
    '%s has no record',
    (body) => {
      expect(parseOne(body, parseWindow)).toBeUndefined();
    },
  );

  test('may hold values as Go writes those that may be null', () => {
    const body = {
      id: 1,
      title: { String: 'T', Valid: true },
      resolved_at: { Time: '0001-01-01T00:00:00Z', Valid: false },
    };
    expect(parseOne(JSON.stringify(body), parseIncident)).toMatchObject({ title: 'T', state: undefined });
  });

  test('of ten thousand windows with long ids is read in a moment', () => {
    const windows = Array.from({ length: 10_000 }, (_, index) => `{"id":9007199254740993${index},"message":"m"}`);
    const startedAt = performance.now();
    expect(parseListing(`[${windows}]`, parseWindow)?.records).toHaveLength(10_000);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
