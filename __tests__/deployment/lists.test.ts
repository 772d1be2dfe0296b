import { describe, expect, test } from '@jest/globals';
import { asFound, fetchShown, inOrder, locate, searchIn } from '../../src/deployment/find.ts';
import type { AnyRecord } from '../../src/deployment/match.ts';
import { atMinute, listedIncident, listedWindow, noon, ours } from './listed.ts';
import { acme, scripted } from './scripted.ts';

const later = '2026-03-14T13:00:00Z';
const messages = { message: 'We move.', start_at: '2026-03-14T11:00:00Z', end_at: later };

/** What a page shows whose list of windows has these entries, in this order. */
const shownBy = (entries: readonly object[]) => fetchShown(scripted([entries]).statusPage, 'maintenance', acme);

describe('the order in which racing openers agree on one record', () => {
  const ids = (records: readonly AnyRecord[]) => inOrder(records).map(({ id }) => id);
  const starting = (id: string, minute: number | undefined) =>
    listedWindow(ours, { id, startAt: minute === undefined ? undefined : atMinute(minute) });

  test('is that of their starts, whatever the order of the list', () => {
    const records = [starting('1', 3), starting('2', 1), starting('3', 2)];
    expect(ids(records)).toEqual(['2', '3', '1']);
    expect(ids(records.toReversed())).toEqual(['2', '3', '1']);
  });

  test('is that of their ids as numbers if they start at once', () => {
    const records = ['10', '9', '11'].map((id) => starting(id, 1));
    expect(ids(records)).toEqual(['9', '10', '11']);
    expect(ids(records.toReversed())).toEqual(['9', '10', '11']);
  });

  test('is that of their ids alone if one does not show its start', () => {
    const records = [starting('3', 1), starting('1', undefined), starting('2', 0)];
    expect(ids(records)).toEqual(['1', '2', '3']);
  });

  test('is the same for ids that are no numbers', () => {
    const records = ['b', 'a', 'c'].map((id) => starting(id, 1));
    expect(ids(records)).toEqual(['a', 'b', 'c']);
    expect(ids(records.toReversed())).toEqual(['a', 'b', 'c']);
  });
});

describe('a list', () => {
  const at = (second: number) => ({ created_at: `2026-03-14T11:00:0${second}Z` });
  const entry = (id: string, times: object = {}) => ({ id, message: 'We move.', end_at: later, ...times });

  test.each<[string, readonly object[], boolean]>([
    ['is empty', [], true],
    ['has one entry', [entry('1', at(1))], true],
    ['begins with the newest', [entry('1', at(3)), entry('2', at(2)), entry('3', at(1))], true],
    ['begins with the oldest', [entry('3', at(1)), entry('2', at(2))], false],
    ['is mixed', [entry('1', at(3)), entry('2', at(1)), entry('3', at(2))], false],
    ['has higher numbers first in the same second', [entry('10', at(1)), entry('9', at(1))], true],
    ['has lower numbers first in the same second', [entry('9', at(1)), entry('10', at(1))], false],
    ['has ids in the same second that are no numbers', [entry('b1', at(1)), entry('a1', at(1))], false],
    ['has ids of which one is a number', [entry('12', at(1)), entry('1b', at(1))], false],
    ['has starts only, the latest first', [{ id: '1', start_at: later }, entry('2', at(1))], true],
    ['has starts only, the latest last', [entry('2', at(1)), { id: '1', start_at: later }], false],
    ['shows no time, and higher numbers first', [entry('2'), entry('1')], true],
    ['shows no time, and lower numbers first', [entry('1'), entry('2')], false],
    ['shows the time of one only, and higher numbers first', [entry('2'), entry('1', at(1))], true],
    ['shows the time of the other only, and lower numbers first', [entry('1', at(1)), entry('2')], false],
    ['has one entry twice', [entry('1', at(1)), entry('1', at(1))], false],
  ])('that %s is newest first or not', async (_what, entries, newestFirst) => {
    const answers = (request: string) => (request.endsWith('/maintenances') ? entries : { ...entries[0], ...messages });
    const { statusPage } = scripted(answers);
    expect((await fetchShown(statusPage, 'maintenance', acme, { wantsMessage: false })).newestFirst).toBe(newestFirst);
  });

  test('is split into what is open and what is over', async () => {
    const over = { id: '2', ...messages, end_at: '2026-03-14T11:30:00Z' };
    const shown = await shownBy([{ id: '1', ...messages }, over]);
    expect([shown.open, shown.over].map((records) => records.map(({ id }) => id))).toEqual([['1'], ['2']]);
    expect(shown.complete).toBe(true);
  });

  test('without messages has at most 20 of them read, and then proves nothing', async () => {
    const bare = Array.from({ length: 21 }, (_, at) => ({ id: String(at + 1), end_at: later }));
    const read = (count: number) => {
      const script = scripted((request) => {
        const id = request.split('/')[2];
        return id === undefined ? bare.slice(0, count) : { id, ...messages };
      });
      return { script, shown: fetchShown(script.statusPage, 'maintenance', acme) };
    };
    const twenty = read(20);
    expect((await twenty.shown).complete).toBe(true);
    const more = read(21);
    expect(await more.shown).toMatchObject({ complete: false, listedWhole: true, open: { length: 21 } });
    expect(more.script.requests).toHaveLength(1 + 20);
  });

  test('is fetched once more if what it shows was deleted meanwhile', async () => {
    const bare = { id: '1', end_at: later };
    const { statusPage, requests } = scripted([[bare], 404, []]);
    expect(await fetchShown(statusPage, 'maintenance', acme)).toMatchObject({ open: [], over: [], complete: true });
    expect(requests).toEqual(['GET /maintenances', 'GET /maintenances/1', 'GET /maintenances']);
  });

  test('that still shows what cannot be read proves nothing, and is not fetched a third time', async () => {
    const bare = { id: '1', end_at: later };
    const { statusPage, requests } = scripted([[bare], 404, [bare], 404]);
    expect(await fetchShown(statusPage, 'maintenance', acme)).toMatchObject({ open: [], over: [], complete: false });
    expect(requests).toHaveLength(4);
  });

  test('whose entries cannot be read for another reason fails', async () => {
    const { statusPage } = scripted([[{ id: '1', end_at: later }], 403]);
    await expect(fetchShown(statusPage, 'maintenance', acme)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('with a match proves no absence, and with none does if it is complete', () => {
    const shown = { open: [listedWindow(ours)], over: [], complete: true, listedWhole: true, newestFirst: true };
    expect(searchIn(shown, () => true)).toMatchObject({ open: { length: 1 }, provenAbsent: false });
    expect(searchIn(shown, () => false)).toEqual({ open: [], provenAbsent: true });
    expect(searchIn({ ...shown, complete: false }, () => false)).toEqual({ open: [], provenAbsent: false });
  });
});

describe('what a page shows of a record that is remembered', () => {
  const known = {
    kind: 'incident',
    stage: 'unconfirmed',
    created: true,
    mailed: false,
    startAt: atMinute(-5),
  } as const;
  const incident = listedIncident(ours);

  test('is its start, else its creation, else what is remembered', () => {
    const createdAt = atMinute(-3);
    expect(asFound(known, { ...incident, startAt: noon, createdAt }).startAt).toEqual(noon);
    expect(asFound(known, { ...incident, startAt: undefined, createdAt }).startAt).toEqual(createdAt);
    expect(asFound(known, { ...incident, startAt: undefined }).startAt).toEqual(known.startAt);
  });
});

describe('a record without a known id', () => {
  const record = { kind: 'maintenance', stage: 'opening', created: true, mailed: false } as const;
  const deployment = { version: 2, stage: 'open', apiUrl: '', own: true, hasKey: false, records: [] } as const;
  const context = (script: ReturnType<typeof scripted>) => ({
    statusPage: script.statusPage,
    deployment: { ...deployment, records: [], startedAt: noon },
  });

  test.each([
    ['a reference', { page: { id: acme } }],
    ['a page', { reference: 'd0123abcd-1' }],
  ])('cannot be found without %s, and nothing is asked', async (_what, known) => {
    const script = scripted([]);
    const search = locate(context(script), { ...record, ...known });
    await expect(search).rejects.toThrow('there is no reference to search for');
    expect(script.requests).toEqual([]);
  });

  test('is found by its reference in one list if main has finished', async () => {
    const script = scripted([[]]);
    const search = locate(context(script), { ...record, page: { id: acme }, reference: 'd0123abcd-1' });
    expect(await search).toEqual({ open: [] });
    expect(script.requests).toHaveLength(1);
  });
});
