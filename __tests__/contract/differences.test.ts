import { describe, expect, test } from '@jest/globals';
import { sampleKey } from '../../src/emulator/sample.ts';
import type { WireReply, WireRequest } from '../../src/statuspage/wire.ts';
import { assumptions } from '../../tools/contract/assumptions.ts';
import { acme, createPage, namesOf, rewriting, withJson } from './run-on-emulator.ts';

type Json = Record<string, unknown>;
type Change = (reply: WireReply, request: WireRequest) => WireReply;

const isGetOf = ({ method, url }: WireRequest, path: RegExp) => method === 'GET' && path.test(url.pathname);
const isSuccess = ({ status }: WireReply) => status < 300;

/** Changes the record of each successful answer to a request. */
function inRecord(method: WireRequest['method'], path: RegExp, change: (record: Json) => Json): Change {
  return (reply, request) =>
    request.method === method && path.test(request.url.pathname) && isSuccess(reply)
      ? withJson(reply, ({ data }) => ({ data: change(data as Json) }))
      : reply;
}

/** Changes the list of each successful answer to a request; the count goes with it. */
function inList(path: RegExp, change: (entries: readonly Json[]) => readonly Json[]): Change {
  return (reply, request) =>
    isGetOf(request, path) && isSuccess(reply)
      ? withJson(reply, ({ data }) => {
          const changed = change(data as Json[]);
          return { data: changed, meta: { count: changed.length } };
        })
      : reply;
}

const answerWith =
  (status: number, isMeant: (request: WireRequest, reply: WireReply) => boolean): Change =>
  (reply, request) =>
    isMeant(request, reply) ? { ...reply, status, text: '{"error":"Refused"}' } : reply;

const window = /\/maintenances\/\d+$/;
const incident = /\/incidents\/\d+$/;

/** A list that does not show the first record that is made, so many times. */
function lagging(path: RegExp, times: number): Change {
  let left: number | undefined;
  return (reply, request) => {
    if (request.method === 'POST' && path.test(request.url.pathname) && isSuccess(reply)) left ??= times;
    if (!left || !isGetOf(request, path)) return reply;
    left -= 1;
    return inList(path, () => [])(reply, request);
  };
}

/** Forgets the entries of a list that are over. */
const forgetful: Change = inList(/\/maintenances$/, (entries) =>
  entries.filter(({ end_at }) => String(end_at) > '2026-03-14T12:01'),
);

const entryTimeline = (change: (entries: readonly Json[]) => readonly Json[]) => (record: Json) => ({
  ...record,
  updates: change(record.updates as Json[]),
});

/** What a live service might do that no switch of the emulator does, and the rows that show it. */
const differences: readonly (readonly [string, readonly string[], () => Change])[] = [
  [
    'times have fractions',
    ['times'],
    () => inRecord('GET', window, (record) => ({ ...record, created_at: '2026-03-14T12:00:00.123Z' })),
  ],
  [
    'refusals are plain text',
    ['errors'],
    () => (reply) => (reply.status === 400 ? { ...reply, text: 'Bad Request' } : reply),
  ],
  ['answers have no date', ['date'], () => (reply) => ({ ...reply, headers: {} })],
  [
    'meta counts something else',
    ['meta'],
    () => (reply, request) =>
      isGetOf(request, /\/\w+$/) && isSuccess(reply) && reply.text.includes('"meta"')
        ? withJson(reply, (json) => ({ ...json, meta: { count: 999 } }))
        : reply,
  ],
  [
    'a page that does not exist has an empty list',
    ['unknown-page'],
    () =>
      (reply, { url }) =>
        url.search.includes('00000000-') ? { ...reply, status: 200, text: '{"data":[]}' } : reply,
  ],
  [
    'an empty change is not allowed at all',
    ['empty-patch'],
    () => answerWith(405, ({ url, method }) => method === 'PATCH' && url.pathname.includes('00000000-')),
  ],
  [
    'pages have no slug',
    ['pages'],
    () => inList(/\/status-pages$/, (pages) => pages.map(({ slug: _, ...page }) => page)),
  ],
  ['the list of pages lacks ours', ['pages'], () => inList(/\/status-pages$/, (pages) => pages.slice(1))],
  [
    'a page does not show its monitors',
    ['page-monitors'],
    () => inRecord('GET', /\/status-pages\//, ({ monitors: _, ...page }) => page),
  ],
  [
    'monitors of a page do not show whether they are enabled',
    ['page-monitors'],
    () => inRecord('GET', /\/status-pages\//, (page) => ({ ...page, monitors: [{ id: 1 }] })),
  ],
  [
    'the message of a window is changed',
    ['window-message'],
    () => inRecord('GET', window, (record) => ({ ...record, message: `<p>${record.message}</p>` })),
  ],
  [
    'the message of a window is an object',
    ['window-message'],
    () => inRecord('GET', window, (record) => ({ ...record, message: { html: '' } })),
  ],
  [
    'the times of a window are moved',
    ['window-times', 'window-patch-moves'],
    () => inRecord('GET', window, (record) => ({ ...record, start_at: '2026-01-01T00:00:00Z' })),
  ],
  ['the list of windows is slow', ['window-list-fresh'], () => lagging(/\/maintenances$/, 1)],
  ['the list of incidents is slow', ['incident-list-fresh'], () => lagging(/\/incidents$/, 1)],
  [
    'the list of windows holds other pages',
    ['window-list-page'],
    () =>
      inList(/\/maintenances$/, (entries) => [
        ...entries,
        {
          id: 99,
          status_page_id: 'another',
          title: 'T',
          message: 'M',
          start_at: '2026-03-14T12:00:00Z',
          end_at: '2026-03-14T13:00:00Z',
        },
      ]),
  ],
  [
    'a change of a window wipes its message',
    ['window-patch-keeps', 'window-patch-message'],
    () => {
      let isMoved = false;
      return (reply, request) => {
        isMoved ||= request.method === 'PATCH' && window.test(request.url.pathname);
        return isMoved ? inRecord('GET', window, (record) => ({ ...record, message: null }))(reply, request) : reply;
      };
    },
  ],
  [
    'a window may not be so short',
    ['window-second'],
    () => answerWith(400, ({ body }) => Boolean(body?.match(/^\{"end_at":"2026-09-10T13:00:0/))),
  ],
  [
    'a window may not be so long',
    ['window-week'],
    () => answerWith(422, ({ body }) => Boolean(body?.match(/^\{"end_at":"2026-09-17/))),
  ],
  [
    'the same window twice is refused',
    ['window-twice'],
    () => {
      const seen = new Set<string>();
      return (reply, { method, body }) => {
        if (method !== 'POST' || body === undefined || !body.includes('start_at')) return reply;
        if (seen.has(body)) return { ...reply, status: 409, text: '{"error":"Duplicate"}' };
        seen.add(body);
        return reply;
      };
    },
  ],
  ['windows that are over are not listed', ['window-over-listed'], () => forgetful],
  [
    'what is deleted answers 410',
    ['delete-gone'],
    () => answerWith(410, ({ url }, { status }) => status === 404 && window.test(url.pathname)),
  ],
  [
    'an incident does not show its title',
    ['incident-read'],
    () => inRecord('GET', incident, ({ title: _, ...record }) => record),
  ],
  [
    'the message of an incident is changed',
    ['incident-message'],
    () => inRecord('GET', incident, (record) => ({ ...record, message: 'Hello' })),
  ],
  [
    'the limit is ignored',
    ['incident-limit'],
    () => {
      return (reply, { method, url }) => {
        if (method !== 'GET' || !url.pathname.endsWith('/incidents')) return reply;
        if (url.search.endsWith('limit=1'))
          return {
            ...reply,
            text: reply.text.replace(/"data":\[(.*)\],"meta".*/, '"data":[$1,$1],"meta":{"count":2}}'),
          };
        return reply;
      };
    },
  ],
  [
    'a new incident is Identified',
    ['incident-default-state'],
    () =>
      inRecord('GET', incident, (record) => ({
        ...record,
        incident_state_id: record.incident_state_id === '1' ? '2' : record.incident_state_id,
      })),
  ],
  [
    'state 3 is refused',
    ['incident-state-monitoring'],
    () => answerWith(400, ({ body }) => body === '{"incident_state_id":"3"}'),
  ],
  [
    'state 3 is another one',
    ['incident-state-monitoring'],
    () =>
      inRecord('GET', incident, (record) => ({
        ...record,
        incident_state_id: record.incident_state_id === '3' ? '5' : record.incident_state_id,
      })),
  ],
  [
    'records say that subscribers are notified',
    ['notify-default'],
    () => inRecord('GET', incident, (record) => ({ ...record, notify_subscribers: true })),
  ],
  [
    'the first message is no entry',
    ['timeline-first'],
    () =>
      inRecord(
        'GET',
        incident,
        entryTimeline((entries) => entries.slice(1)),
      ),
  ],
  [
    'a note is added twice',
    ['update-adds'],
    () =>
      inRecord(
        'GET',
        incident,
        entryTimeline((entries) =>
          entries.flatMap((entry) => (JSON.stringify(entry).includes('This is a note') ? [entry, entry] : [entry])),
        ),
      ),
  ],
  [
    'a note changes the state',
    ['update-keeps-state'],
    () =>
      inRecord('GET', incident, (record) => ({
        ...record,
        ...((record.updates as Json[]).length === 2 && { incident_state_id: '2' }),
      })),
  ],
  [
    'an entry without a text gets one',
    ['update-without-message'],
    () =>
      inRecord(
        'GET',
        incident,
        entryTimeline((entries) => entries.map((entry) => ({ ...entry, message: entry.message ?? 'Updated' }))),
      ),
  ],
  [
    'state 4 does not resolve',
    ['update-resolves'],
    () =>
      inRecord('GET', incident, (record) => ({
        ...record,
        incident_state_id: record.incident_state_id === '4' ? '3' : record.incident_state_id,
      })),
  ],
  [
    'an entry with state 4 is refused',
    ['update-resolves'],
    () => answerWith(400, ({ body, method }) => method === 'POST' && Boolean(body?.includes('It is over'))),
  ],
  [
    'a new title wipes the message',
    ['patch-incident-keeps'],
    () =>
      inRecord('GET', incident, (record) => ({
        ...record,
        message: String(record.title).endsWith('(2)') ? null : record.message,
      })),
  ],
  [
    'resolved incidents are not listed',
    ['incident-resolved-listed', 'incident-list-length'],
    () => inList(/\/incidents$/, (entries) => entries.filter(({ incident_state_id }) => incident_state_id !== '4')),
  ],
  [
    'an incident of no page is opened somewhere',
    ['incident-needs-page'],
    () =>
      (reply, { method, body, url }) =>
        method === 'POST' && url.pathname.endsWith('/incidents') && !body?.includes('_id"')
          ? { ...reply, status: 201, text: '{"data":{"id":77}}' }
          : reply,
  ],
];

/** Rows that only the shapes of the emulator, or a key with few scopes, make differ; other tests say so. */
const elsewhere = new Set([
  ...[
    'envelope',
    'empty-list',
    'ids',
    'clock',
    'rate-limit',
    'unknown-id',
    'scope-first',
    'forbidden',
    'nesting',
    'field-names',
    'message-name',
    'compression',
    'refusal-status',
    'pages-scope',
    'availability',
  ],
  ...['window-created', 'window-read', 'window-list-message', 'window-list-times', 'window-list-created'],
  ...['window-list-length', 'start-now', 'start-past', 'end-ahead', 'end-next-second', 'end-this-second', 'end-past'],
  ...['delete-answer', 'incident-created', 'incident-list-message', 'incident-list-state', 'incident-list-created'],
  ...['incident-state-shape', 'incident-component', 'timeline-name', 'timeline-in-lists', 'update-answer'],
  ...['patch-answer', 'patch-incident-message'],
  // No key shows that monitors:read is enough: it may hold both.
  'availability-scope',
  ...['window-read-fresh', 'window-patch-alone', 'window-patch-message', 'end-refusal', 'incident-read-fresh'],
  'window-message-long',
]);

describe('the contract reports', () => {
  test.each(differences)('%s: %j', async (_, differing, change) => {
    const page = createPage();
    const report = await page.run({ page: acme }, rewriting(change()));
    expect(namesOf(report, 'differs').toSorted()).toEqual(differing.toSorted());
    expect([...page.emulator.windows(), ...page.emulator.incidents()]).toEqual([]);
  });

  test('every assumption as wrong in some test', () => {
    const told = new Set(differences.flatMap(([, differing]) => differing));
    expect(assumptions.map(({ name }) => name).filter((name) => !told.has(name) && !elsewhere.has(name))).toEqual([]);
  });

  test('a missing scope is not noticed before a missing record', async () => {
    const keys = [{ key: sampleKey, scopes: ['incidents:read' as const] }];
    const page = createPage({ shape: { keys } });
    const wrong = answerWith(404, ({ url, method }) => method === 'PATCH' && url.pathname.includes('00000000-'));
    const report = await page.run({ page: acme }, rewriting(wrong));
    expect(namesOf(report, 'differs')).toEqual(['scope-first']);
  });

  test.each([
    ['status_pages:read', 'differs'],
    ['status-pages:read', 'as assumed'],
  ] as const)('the scope for pages is spelled %s: %s', async (spelled, result) => {
    const keys = [{ key: sampleKey, scopes: ['incidents:read' as const] }];
    const naming: Change = (reply, { url }) =>
      reply.status === 403 && url.pathname.endsWith('/status-pages')
        ? withJson(reply, ({ error }) => ({ error: `${error}: ${spelled}` }))
        : reply;
    const report = await createPage({ shape: { keys } }).run({ page: acme }, rewriting(naming));
    expect(report.rows.find(({ name }) => name === 'pages-scope')).toMatchObject({ result, seen: spelled });
  });

  test('without showing the key or a text of somebody else', async () => {
    const page = createPage();
    await page.people('POST', '/incidents', { status_page_id: acme, title: 'Private title', message: 'Private text' });
    const leaking: Change = (reply) =>
      reply.status === 400 ? { ...reply, text: `{"error":"No: ${sampleKey}"}` } : reply;
    const report = await page.run({ page: acme }, rewriting(leaking));
    expect(JSON.stringify(report)).not.toMatch(/Private|spk_emulator/);
    expect(report.rows.find(({ name }) => name === 'incident-needs-page')?.seen).toBe('400 "No: ***"');
  });

  test('that it could not tell, if an answer holds neither a record nor a list', async () => {
    for (const text of ['', 'null', '[]', '7', '{"data":7}', '{"data":{}}', '{"data":[7]}', '<html>']) {
      const page = createPage();
      const odd: Change = (reply, { method }) => (method === 'GET' && isSuccess(reply) ? { ...reply, text } : reply);
      // The search for leftovers needs a list.
      if (text !== '[]' && text !== '{"data":[7]}' && text !== 'null')
        await expect(page.run({ page: acme }, rewriting(odd))).rejects.toThrow('unreadable');
      else {
        const report = await page.run({ page: acme }, rewriting(odd));
        expect(namesOf(report, 'could not tell')).toEqual(expect.arrayContaining(['window-times', 'timeline-first']));
      }
      expect([...page.emulator.windows(), ...page.emulator.incidents()]).toEqual([]);
    }
  });

  /** Answers that hold less, or other things, and what is then said of a row. */
  const odd: readonly (readonly [string, string, string, Change])[] = [
    [
      'a page has no monitors',
      'page-monitors',
      'the page has no monitors',
      inRecord('GET', /\/status-pages\//, (page) => ({ ...page, monitors: [] })),
    ],
    ['times are numbers', 'times', 'as a number', inRecord('GET', window, (record) => ({ ...record, created_at: 5 }))],
    [
      'times have another form',
      'times',
      'of the form 00.00.0000',
      inRecord('GET', window, (record) => ({ ...record, created_at: '14.03.2026' })),
    ],
    [
      'DELETE answers with a long body',
      'delete-answer',
      '200, a body of 215 characters',
      (reply, { method }) =>
        method === 'DELETE' ? { ...reply, text: JSON.stringify({ data: 'x'.repeat(204) }) } : reply,
    ],
    [
      'records do not show whether subscribers are notified',
      'notify-default',
      'the answers do not show it',
      inRecord('GET', incident, ({ notify_subscribers: _, ...record }) => record),
    ],
    [
      'an incident shows no timeline',
      'timeline-name',
      'no timeline',
      inRecord('GET', incident, ({ updates: _, ...record }) => record),
    ],
    [
      'an incident shows no timeline',
      'update-adds',
      'the answer shows no timeline',
      inRecord('GET', incident, ({ updates: _, ...record }) => record),
    ],
    [
      'a note is added without its text',
      'update-adds',
      '1 added, without the message',
      inRecord(
        'GET',
        incident,
        entryTimeline((entries) => entries.map((entry) => ({ ...entry, message: 'Hello' }))),
      ),
    ],
    [
      'a state has a name and no number',
      'incident-default-state',
      '1',
      inRecord('GET', incident, (record) => ({ ...record, incident_state_id: { name: 'Investigating' } })),
    ],
    [
      'a window shows neither title nor message',
      'window-patch-keeps',
      'the answer shows neither title nor message',
      inRecord('GET', window, ({ id, start_at, end_at }) => ({ id, start_at, end_at })),
    ],
    [
      'a list does not show the page of its entries',
      'window-list-page',
      'the list does not show status_page_id',
      inList(/\/maintenances$/, (entries) => entries.map(({ status_page_id: _, ...entry }) => entry)),
    ],
    [
      'the same window twice is the same window',
      'window-twice',
      'the same id',
      inRecord('POST', /\/maintenances$/, (record) => ({ ...record, id: Number(record.id) > 2 ? record.id : 1 })),
    ],
    [
      'a second window has no id',
      'window-twice',
      'the answer shows no id',
      inRecord('POST', /\/maintenances$/, ({ id, ...record }) => (id === 2 ? record : { id, ...record })),
    ],
    [
      'a page has very many incidents',
      'incident-list-length',
      'the page has more than 200 incidents',
      (reply, request) =>
        request.url.search.endsWith('limit=200')
          ? inList(/\/incidents$/, () =>
              Array.from({ length: 200 }, (_, id) => ({ id: 1000 + id, title: 'T', message: 'M' })),
            )(reply, request)
          : reply,
    ],
    [
      'a page has windows and incidents of its own',
      'empty-list',
      'the page has windows and incidents of its own',
      inList(/\/(incidents|maintenances)$/, (entries) => [...entries, { id: 999, title: 'T', message: 'M' }]),
    ],
    [
      'a list shows nothing but ids',
      'window-list-message',
      'no message',
      inList(/\/(incidents|maintenances)$/, (entries) => entries.map(({ id }) => ({ id }))),
    ],
    ['a new window is slow to be listed', 'window-list-fresh', 'after 2 s', lagging(/\/maintenances$/, 1)],
    [
      'a new window is very slow to be listed',
      'window-list-fresh',
      'not even after 2 s',
      lagging(/\/maintenances$/, 2),
    ],
    [
      'the list of monitors is none',
      'availability',
      'not asked ("availability")',
      inRecord('GET', /\/monitors$/, () => ({})),
    ],
  ];

  test.each(odd)('%s: %s is said to be "%s"', async (_, name, seen, change) => {
    const page = createPage();
    const report = await page.run({ page: acme }, rewriting(change));
    expect(report.rows.find((row) => row.name === name)?.seen).toBe(seen);
    expect([...page.emulator.windows(), ...page.emulator.incidents()]).toEqual([]);
  });
});
