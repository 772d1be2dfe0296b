import { describe, expect, test } from '@jest/globals';
import { sampleKey } from '../../src/emulator/sample.ts';
import type { Send } from '../../src/statuspage/wire.ts';
import { ownMessage, ownTitle } from '../../tools/contract/clean-up.ts';
import { CannotRun } from '../../tools/contract/run-contract.ts';
import { acme, createPage, namesOf, rewriting, tryServed, withJson } from './run-on-emulator.ts';

type Page = ReturnType<typeof createPage>;

const standing = ({ emulator }: Pick<Page, 'emulator'>) => [...emulator.windows(), ...emulator.incidents()];

/** How many requests a run without faults makes. */
async function countRequests(): Promise<number> {
  const page = createPage();
  await page.run();
  return page.emulator.journal().length;
}

/** A wire on which something happens before the request with a number, counted from 1. */
function before(request: number, happen: () => void) {
  let sent = 0;
  return (send: Send): Send =>
    (asked) => {
      sent += 1;
      if (sent === request) happen();
      return send(asked);
    };
}

/** A record that is not of a run, though it looks like one. */
const foreignRecords = [
  { title: ownTitle, message: 'By hand.' },
  { title: ownTitle },
  { title: 'Update', message: 'Ref: statuspage-me-contract-test-2' },
];

async function openForeignRecords(page: Page): Promise<void> {
  const times = { start_at: '2026-03-14T12:00:00Z', end_at: '2026-03-14T18:00:00Z' };
  for (const record of foreignRecords) {
    await page.people('POST', '/maintenances', { status_page_id: acme, ...times, ...record });
    await page.people('POST', '/incidents', { status_page_id: acme, ...record });
  }
}

describe('nothing stays on the page', () => {
  const faults = [
    ['is reset before it was worked on', { kind: 'reset' }],
    ['is reset after it was worked on', { kind: 'reset', when: 'after' }],
    ['is answered 500 after it was worked on', { kind: 'status', status: 500, when: 'after' }],
    ['is answered by a proxy in HTML', { kind: 'html', when: 'after' }],
    ['has an answer without a body', { kind: 'empty' }],
    ['is never answered', { kind: 'silence', when: 'after' }],
  ] as const;

  test.each(faults)('if any one request %s', async (_, error) => {
    const count = await countRequests();
    for (let nth = 4; nth <= count; nth += 1) {
      const page = createPage({ faults: [{ ...error, match: { nth } }] });
      const report = await page.run();
      expect({ nth, standing: standing(page), left: report.left }).toEqual({ nth, standing: [], left: [] });
      expect(page.emulator.journal().filter(({ faults }) => faults.length > 0)).toHaveLength(1);
    }
  });

  test('if the run is interrupted before any of its requests', async () => {
    const count = await countRequests();
    for (let request = 1; request <= count; request += 1) {
      const page = createPage();
      const interruption = new AbortController();
      const report = await page.run(
        { interruption: interruption.signal },
        before(request, () => interruption.abort()),
      );
      expect({ request, standing: standing(page), left: report.left }).toEqual({ request, standing: [], left: [] });
      if (request < count - 2) expect(report.interrupted).toBe(true);
    }
  });

  test('once the run after one that was killed has begun, wherever that was', async () => {
    const count = await countRequests();
    for (let request = 5; request <= count; request += 7) {
      const page = createPage({ shape: { messageInLists: request % 2 === 0 } });
      await openForeignRecords(page);
      // A process that is killed neither sends nor cleans up any more; an unknown error simulates it.
      let isDead = false;
      const kill = (send: Send): Send => {
        let sent = 0;
        return (asked) => {
          sent += 1;
          isDead ||= sent === request;
          return isDead ? Promise.reject(new Error('killed')) : send(asked);
        };
      };
      await expect(page.run({}, kill)).rejects.toThrow('killed');
      const stood = standing(page).length - 2 * foreignRecords.length;
      const report = await page.run();
      expect(standing(page)).toHaveLength(2 * foreignRecords.length);
      expect(page.said.filter((line) => line.startsWith('Deleted what an earlier run had left'))).toHaveLength(stood);
      expect(report.left).toEqual([]);
    }
  });

  test('and a list that shows one record at a time hides no leftover', async () => {
    const page = createPage({ shape: { listCap: 1 } });
    for (let count = 0; count < 3; count += 1)
      await page.people('POST', '/incidents', { status_page_id: acme, title: ownTitle, message: ownMessage('') });
    await page.run();
    expect(standing(page)).toEqual([]);
    expect(page.said).toHaveLength(3);
  });

  test('and a list that shows nothing but ids hides no leftover', async () => {
    const page = createPage();
    await page.people('POST', '/incidents', { status_page_id: acme, title: ownTitle, message: ownMessage('') });
    const onlyIds = rewriting((reply, { method, url }) =>
      method === 'GET' && url.pathname.endsWith('/incidents') && reply.status === 200
        ? withJson(reply, ({ data }) => ({ data: (data as { id: number }[]).map(({ id }) => ({ id })) }))
        : reply,
    );
    await page.run({}, onlyIds);
    expect(standing(page)).toEqual([]);
    expect(page.said).toEqual(['Deleted what an earlier run had left: incident 1']);
  });

  test('but what others made does, whatever its title', async () => {
    for (const messageInLists of [true, false]) {
      const page = createPage({ shape: { messageInLists } });
      await openForeignRecords(page);
      await page.run();
      expect(standing(page)).toHaveLength(2 * foreignRecords.length);
      expect(page.said).toEqual([]);
    }
  });
});

describe('what cannot be deleted is named', () => {
  test('if DELETE is always refused', async () => {
    const page = createPage({
      faults: [{ kind: 'status', status: 403, match: { method: 'DELETE' }, times: 'always' }],
    });
    const { left } = await page.run();
    expect(left.map((line) => line.split(' (')[0])).toEqual([
      ...['maintenance 1', 'maintenance 2', 'maintenance 3', 'incident 1', 'incident 2'],
    ]);
    expect(left[0]).toBe('maintenance 1 (DELETE /maintenances/1: forbidden (403): Forbidden)');
    expect(page.said.slice(-5)).toEqual(left.map((line) => `Left on the page: ${line}`));
    await page.run();
    expect(page.said.filter((line) => line.startsWith('Left by an earlier run: '))).toHaveLength(5);
  });

  test('if an answer was lost and the key may not list', async () => {
    const keys = [{ key: sampleKey, scopes: ['incidents:write' as const] }];
    const lost = { kind: 'reset', when: 'after', match: { method: 'POST', path: '^/incidents$', nth: 2 } } as const;
    const page = createPage({ shape: { keys }, faults: [lost] });
    const { left } = await page.run({ page: acme });
    expect(left).toEqual([
      expect.stringContaining('perhaps one incident titled "Contract test, please ignore" (GET /incidents'),
    ]);
    expect(page.said.slice(0, 2)).toEqual([
      'The key may not list maintenance records, so what an earlier run left is not found.',
      'The key may not list incident records, so what an earlier run left is not found.',
    ]);
  });

  test('and not what was deleted at the second attempt', async () => {
    const page = createPage({ faults: [{ kind: 'status', status: 403, match: { method: 'DELETE' }, times: 3 }] });
    expect((await page.run()).left).toEqual([]);
    expect(standing(page)).toEqual([]);
  });
});

describe('a run', () => {
  test('waits after 429 and reports it', async () => {
    const limited = { kind: 'rate-limit', retryAfterSeconds: 7, match: { method: 'POST' }, times: 2 } as const;
    const { report, emulator } = await tryServed({ faults: [limited] });
    expect(namesOf(report, 'as assumed')).toContain('rate-limit');
    expect(namesOf(report, 'differs')).toEqual([]);
    const [first = 0, second = 0, third = 0] = emulator
      .journal()
      .flatMap(({ method, at }) => (method === 'POST' ? [at] : []));
    expect([second - first, third - second]).toEqual([7000, 7000]);
    const silent = await tryServed({ faults: [{ kind: 'rate-limit', match: { method: 'PATCH' }, times: 3 }] });
    expect(namesOf(silent.report, 'differs')).toEqual(['rate-limit']);
    expect(silent.report.rows.find(({ name }) => name === 'empty-patch')?.seen).toBe('404');
  });

  test('waits before each request if asked to', async () => {
    const page = createPage();
    await page.run({ paceMs: 200 });
    const times = page.emulator.journal().map(({ at }) => at);
    const asked = times.slice(3, -2);
    expect(asked.filter((at, index) => index > 0 && at - (asked[index - 1] ?? 0) < 200)).toEqual([]);
  });

  test.each([
    [
      'the key is refused',
      { apiKey: 'spk_unknown' },
      'Could not find the page: GET /status-pages: unauthorized (401): Invalid API key. Give its UUID.',
    ],
    [
      'the key is refused',
      { apiKey: 'spk_unknown', page: acme },
      /^Could not list the records of the page: GET \/maintenances.*unauthorized \(401\)/,
    ],
    [
      'no page has the name',
      { page: 'acne' },
      /^Could not find the status page: no page has the slug or name "acne"\. Did you mean "acme"\? This key sees "Acme"/,
    ],
    [
      'no page has the id',
      { page: '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7aff' },
      /not-found \(404\): Status page not found/,
    ],
  ])('does not start if %s', async (_, options, message) => {
    const page = createPage();
    const run = page.run(options);
    await expect(run).rejects.toThrow(CannotRun);
    await expect(run).rejects.toThrow(message);
    expect(page.emulator.journal().filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test('does not start if nothing answers', async () => {
    const page = createPage({ faults: [{ kind: 'reset', times: 'always' }] });
    await expect(page.run({ page: acme })).rejects.toThrow('Could not list the records of the page: GET /maintenances');
  });
});
