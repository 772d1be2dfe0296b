import { describe, expect, test } from '@jest/globals';
import { encodeRun, formatReference, type Reference } from '../../src/domain/deployment-reference.ts';
import { askGate, type GateQuestion } from '../../src/operations/gate/ask.ts';
import { findKeyed, namedRecord } from '../../src/operations/keyed.ts';
import { fetchNamed, nameRecords, splitLeftOut, type TargetValues } from '../../src/operations/targets.ts';
import { type Answer, acme, scripted } from '../deployment/scripted.ts';

const beta = '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a02';
const key = 'k3x9q2m1';
const reference: Reference = { of: 'deployment', key, run: encodeRun('100') };
const text = `We move.\n\nRef: ${formatReference(reference)}`;
const running = { start_at: '2026-03-14T11:30:00Z', end_at: '2026-03-14T12:30:00Z' };
const window = (id: string, more: object = {}) => ({ id, title: 'Move', message: text, ...running, ...more });
const over = { start_at: '2026-03-14T10:00:00Z', end_at: '2026-03-14T11:00:00Z' };
const ahead = { start_at: '2026-03-14T13:00:00Z', end_at: '2026-03-14T14:00:00Z' };
const incident = (id: string, state = '1') => ({ id, title: 'Slow', message: text, incident_state_id: state });

describe('a gate', () => {
  const question: GateQuestion = { pages: [acme], kinds: ['incident'], ours: undefined, uptime: undefined };
  const measuring = { minPercent: 99, period: '30d', monitors: undefined } as const;
  const monitor = (id: string, more: object = {}) => ({ id, name: `M${id}`, enabled: true, ...more });
  const up = { uptime_percent: 100 };

  /** What a gate finds on a server that answers so, and what it asks for. */
  async function ask(answers: Readonly<Record<string, Answer>>, asked: Partial<GateQuestion> = {}) {
    const script = scripted((request) => answers[request] ?? []);
    return { results: await askGate(script.statusPage, { ...question, ...asked }), requests: script.requests };
  }

  test('proves with a read that it sees the page of an empty list, and only of that', async () => {
    const page = { id: acme, name: 'Acme', slug: 'acme', monitors: [] };
    const proved = await ask({ [`GET /status-pages/${acme}`]: page });
    expect(proved.requests).toEqual(['GET /incidents', `GET /status-pages/${acme}`]);
    expect(proved.results).toMatchObject([{ seen: 'nothing', pageUnproved: false }]);
    const unproved = await ask({ [`GET /status-pages/${acme}`]: 403 });
    expect(unproved.results).toMatchObject([{ seen: 'nothing', pageUnproved: true }]);
    const shown = await ask({ 'GET /incidents': [incident('1'), incident('2', '4')] });
    expect(shown.requests).toEqual(['GET /incidents']);
    const found = await ask({ 'GET /status-pages': [page] }, { pages: ['acme'] });
    expect(found.requests).toEqual(['GET /status-pages', 'GET /incidents']);
  });

  test('takes a long list of windows as whole, and a long one of incidents not', async () => {
    const many = <T>(make: (id: string) => T) => Array.from({ length: 200 }, (_, at) => make(String(200 - at)));
    const windows = await ask({ 'GET /maintenances': many((id) => window(id, over)) }, { kinds: ['maintenance'] });
    expect(windows.results).toMatchObject([{ seen: 'nothing', perhapsIncomplete: false }]);
    const incidents = await ask({ 'GET /incidents': many((id) => incident(id, '4')) });
    expect(incidents.results).toMatchObject([{ seen: 'nothing', perhapsIncomplete: true }]);
    const mixed = await ask({ 'GET /incidents': many((id) => incident(String(201 - Number(id)), '4')) });
    expect(mixed.results).toMatchObject([{ seen: 'in-part' }]);
  });

  test('names the pages that the key sees only beside the one that it does not see', async () => {
    const visible = [{ id: acme, name: 'Acme' }];
    const { results } = await ask(
      { 'GET /incidents': 404, 'GET /maintenances': 403, 'GET /status-pages': visible },
      { kinds: ['incident', 'maintenance'] },
    );
    expect(results).toMatchObject([
      { seen: 'failed', lasting: true, visible: [{ id: acme }] },
      { seen: 'failed', lasting: true },
    ]);
    expect(results[1]).not.toHaveProperty('visible');
    const unasked = await ask({ 'GET /incidents': 403 });
    expect(unasked.requests).toEqual(['GET /incidents']);
  });

  test('reports a monitor that is gone, which asking again may fix', async () => {
    const page = { id: acme, monitors: [monitor('7')] };
    const answers = { [`GET /status-pages/${acme}`]: page, 'GET /monitors/7/availability': 404 };
    const { results } = await ask(answers, { kinds: [], uptime: measuring });
    expect(results).toMatchObject([{ seen: 'failed', lasting: false }]);
  });

  test('does not call a monitor missing if it may be on a page that could not be read', async () => {
    const named = { ...measuring, monitors: ['M7', 'M9'] };
    const answers = {
      [`GET /status-pages/${acme}`]: { id: acme, monitors: [monitor('7'), monitor('8', { enabled: false })] },
      [`GET /status-pages/${beta}`]: 400,
      'GET /monitors/7/availability': up,
    };
    const partly = await ask(answers, { pages: [acme, beta], kinds: [], uptime: named });
    expect(partly.results.map(({ seen }) => seen)).toEqual(['failed', 'uptime']);
    const disabled = await ask(answers, { pages: [acme, beta], kinds: [], uptime: { ...named, monitors: ['M8'] } });
    expect(disabled.results).toMatchObject([{ seen: 'failed' }, { seen: 'unmeasured', why: 'disabled' }]);
    const alone = await ask(answers, { kinds: [], uptime: named });
    expect(alone.results).toMatchObject([{ seen: 'unmeasured', name: 'M9', why: 'missing' }, { seen: 'uptime' }]);
  });

  test('reads monitors from the list of all if it may not read the page, and knows if that does not show all', async () => {
    const onPage = (id: string) => monitor(id, { status_page_id: acme });
    const measure = (monitors: Answer) =>
      ask(
        {
          [`GET /status-pages/${acme}`]: 403,
          'GET /monitors': monitors,
          'GET /monitors/7/availability': up,
        },
        { kinds: [], uptime: measuring },
      );
    expect((await measure([onPage('7'), monitor('8', { status_page_id: beta })])).results).toMatchObject([
      { seen: 'uptime' },
    ]);
    expect((await measure([onPage('7'), monitor('8')])).results.map(({ seen }) => seen)).toEqual(['in-part', 'uptime']);
    // Both are refused: the first refusal names the scope that is enough.
    expect((await measure(403)).results).toMatchObject([
      { seen: 'failed', error: { call: { path: `/status-pages/${acme}` } } },
    ]);
    expect((await measure(400)).results).toMatchObject([{ seen: 'failed', error: { status: 400 } }]);
  });
});

describe('the records of a key', () => {
  const pages = [{ id: acme }];

  /** What is found on a server with these lists, and what is asked for. */
  async function find(windows: Answer, incidents: Answer, page: Answer = { id: acme, name: 'Acme' }) {
    const script = scripted((request) => {
      if (request === 'GET /maintenances') return windows;
      return request === 'GET /incidents' ? incidents : page;
    });
    const [found] = await findKeyed(script.statusPage, { key, pages, kind: undefined });
    if (found === undefined) throw new Error('There is no page.');
    const named = found.targets.map(
      (one) => `${one.record.kind} ${one.record.id ?? '?'}${'error' in one ? ' failed' : ''}`,
    );
    return { found, named, requests: script.requests };
  }

  test('are the open ones of both kinds, each with its own reference', async () => {
    const { found, named } = await find([window('1'), window('2', { message: 'Theirs.' })], [incident('3')]);
    expect(named).toEqual(['maintenance 1', 'incident 3']);
    expect(found.targets[0]?.record.reference).toBe(formatReference(reference));
  });

  test('are those that have begun, if there are any, else those that lie ahead', async () => {
    const both = await find([window('1'), window('2', ahead)], []);
    expect([both.named, both.found.ahead.map(({ id }) => id)]).toEqual([['maintenance 1'], ['2']]);
    const only = await find([window('2', ahead)], []);
    expect([only.named, only.found.ahead]).toEqual([['maintenance 2'], []]);
    const beside = await find([window('2', ahead)], 403);
    expect([beside.named, beside.found.ahead]).toEqual([['maintenance 2', 'incident ? failed'], []]);
    const timeless = await find([window('1'), window('2', { start_at: undefined })], []);
    expect(timeless.named).toEqual(['maintenance 1', 'maintenance 2']);
  });

  test('do not include an incident that begins later among the announcements', async () => {
    const late = { ...incident('3'), started_at: '2026-03-14T13:00:00Z', start_at: '2026-03-14T13:00:00Z' };
    expect((await find([window('1')], [late])).named).toEqual(['maintenance 1', 'incident 3']);
  });

  test('that are over are named, the newest first, and no others', async () => {
    const older = { start_at: '2026-03-14T08:00:00Z', end_at: '2026-03-14T09:00:00Z' };
    const theirs = window('9', { ...over, message: 'Theirs.' });
    const { found, named } = await find([window('1', older), window('2', over), theirs], []);
    expect([named, found.over.map(({ id }) => id)]).toEqual([[], ['2', '1']]);
  });

  test('are proved to be none only if the key sees the page, which every shown record proves', async () => {
    const read = `GET /status-pages/${acme}`;
    expect((await find([], [])).requests).toContain(read);
    expect((await find([window('1'), window('2', over)], [])).requests).not.toContain(read);
    expect((await find([], 403)).requests).toContain(read);
    const unseen = await find([], [], 404);
    expect(unseen.named).toEqual(['maintenance ? failed', 'incident ? failed']);
    const partly = await find([], 403, 404);
    expect(partly.found.targets).toMatchObject([{ error: { status: 404 } }, { error: { status: 403 } }]);
    expect((await find(403, [incident('3')], 404)).named).toEqual(['maintenance ? failed', 'incident 3']);
  });
});

describe('records that are named by their ids', () => {
  const page = { id: acme, name: 'Acme' };
  const named = { id: '1', kind: 'maintenance', page } as const;
  const fetchOne = async (answer: Answer) => (await fetchNamed(scripted([answer]).statusPage, [named]))[0];

  test('are on the page that they name, else on the given one', async () => {
    expect((await fetchOne(window('1')))?.record.page).toEqual(page);
    expect((await fetchOne(window('1', { status_page_id: acme })))?.record.page).toEqual(page);
    expect((await fetchOne(window('1', { status_page_id: beta })))?.record.page).toEqual({ id: beta });
  });

  test('are what the user wrote if the key may not read them, and failed for any other reason', async () => {
    expect(await fetchOne(403)).toEqual({ record: namedRecord(named), seen: undefined });
    expect(await fetchOne(404)).toMatchObject({ record: namedRecord(named), error: { status: 404 } });
    expect(namedRecord(named)).toEqual({ ...named, stage: 'open', created: false, mailed: false });
  });

  test('have the page at their position, or the only one', () => {
    const other = { id: beta };
    const given: TargetValues = {
      id: ['1', '2', '1', 'none'],
      kind: 'incident',
      'deployment-key': undefined,
      'status-page': undefined,
    };
    const pagesOf = (pages: Parameters<typeof nameRecords>[1]) =>
      nameRecords(given, pages)?.map(({ id, page: one }) => [id, one?.id]);
    expect(pagesOf([])).toEqual([
      ['1', undefined],
      ['2', undefined],
    ]);
    expect(pagesOf([page])).toEqual([
      ['1', acme],
      ['2', acme],
    ]);
    expect(pagesOf([page, other])).toEqual([
      ['1', undefined],
      ['2', undefined],
    ]);
    expect(pagesOf([page, other, page, other])).toEqual([
      ['1', acme],
      ['2', beta],
    ]);
    expect(nameRecords({ ...given, kind: undefined }, [page])).toBeUndefined();
    expect(nameRecords({ ...given, id: undefined }, [page])).toBeUndefined();
  });
});

describe('a kind that could not be searched', () => {
  const unread = async (kind: 'maintenance' | 'incident') => {
    const { statusPage } = scripted([403]);
    const read = kind === 'maintenance' ? statusPage.fetchWindows(acme) : statusPage.fetchIncidents(acme);
    return {
      record: { kind, page: { id: acme }, stage: 'unconfirmed', created: false, mailed: false },
      error: await read.catch((error: unknown) => error),
    } as const;
  };
  const found = { record: { ...namedRecord({ id: '1', kind: 'maintenance', page: { id: acme } }) } };
  const keyed = { key, pages: [], kind: undefined };

  test('is left out if the other kind may be read', async () => {
    expect(splitLeftOut([found, await unread('incident')], keyed)).toEqual({
      seen: [found],
      leftOut: [{ kind: 'incident', why: 'forbidden' }],
    });
  });

  test('is the failure if it is the one that was asked for, or if neither may be read', async () => {
    const entry = await unread('incident');
    expect(splitLeftOut([entry], { ...keyed, kind: 'incident' })).toEqual({ seen: [entry], leftOut: [] });
    const both = [await unread('maintenance'), entry];
    expect(splitLeftOut(both, keyed)).toEqual({ seen: both, leftOut: [] });
  });

  test('for another reason is a failure', () => {
    const failed = { ...found, error: new Error('no') };
    expect(splitLeftOut([failed], keyed)).toEqual({ seen: [failed], leftOut: [] });
  });
});
