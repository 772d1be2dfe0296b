import { describe, expect, test } from '@jest/globals';
import { describeRead, drawEntry, drawList } from '../../src/operations/list/describe.ts';
import type { Read } from '../../src/operations/list/list.ts';
import { acme as acmeId, beta as betaId, withCli } from '../cli/typing.ts';

const now = new Date('2026-03-14T12:00:00Z');
const later = new Date('2026-03-14T12:30:00Z');
const acme = { id: 'p1', slug: 'acme', name: 'Acme', url: undefined };
const beta = { id: 'p2', slug: 'beta', name: 'Beta', url: undefined };
const seen = { title: 'Move', message: undefined, createdAt: undefined, showsMessage: true };
const window = { ...seen, kind: 'maintenance', id: '1', pageId: 'p1', startAt: now, endAt: later } as const;
const monitor = { id: '7', name: 'API', type: 'api', target: undefined, enabled: true, pageId: 'p1' } as const;
const hidden = { downtimeSeconds: undefined, mttrSeconds: undefined, mtbfSeconds: undefined };

/** The cells of each line. */
const cells = (lines: readonly string[]) => lines.map((line) => line.split(/ {2,}/));
const windowsOn = (pages: readonly (typeof acme)[], entries: readonly object[]) =>
  cells(drawList({ resource: 'maintenances', complete: true, pages, entries } as unknown as Read, now));

describe('a list', () => {
  test('of monitors shows what is enabled, what is not, and what nobody knows', () => {
    const entries = [monitor, { ...monitor, enabled: false, name: undefined }, { ...monitor, enabled: undefined }];
    expect(cells(drawList({ resource: 'monitors', complete: true, entries }, now))).toEqual([
      ['NAME', 'TYPE', 'TARGET', 'ENABLED', 'ID'],
      ['API', 'api', '–', 'yes', '7'],
      ['–', 'api', '–', 'no', '7'],
      ['API', 'api', '–', '–', '7'],
    ]);
  });

  test('of availabilities shows percents and durations, and a dash for what nobody knows', () => {
    const entries = [
      { monitor, period: '7d', ...hidden, uptimePercent: 99.5, downtimeSeconds: 120 },
      { monitor, period: '7d', ...hidden, uptimePercent: undefined },
    ] as const;
    expect(cells(drawList({ resource: 'availability', complete: true, entries }, now))).toEqual([
      ['MONITOR', 'PERIOD', 'UPTIME', 'DOWNTIME', 'ID'],
      ['API', '7d', '99.5 %', '2 min', '7'],
      ['API', '7d', '–', '–', '7'],
    ]);
  });

  test('of windows names the page of each, by its id if it is not known', () => {
    const entries = [window, { ...window, pageId: 'p3' }, { ...window, pageId: undefined }];
    expect(windowsOn([acme, beta], entries).map((line) => line[3])).toEqual(['PAGE', 'Acme', 'p3', '–']);
    expect(windowsOn([acme], entries).map((line) => line[3])).toEqual(['PAGE', 'Acme', 'Acme', 'Acme']);
    expect(windowsOn([], entries).map((line) => line[3])).toEqual(['PAGE', 'p1', 'p3', '–']);
  });

  test('of windows has a dash for the time of which one end is not known', () => {
    const entries = [window, { ...window, startAt: undefined }, { ...window, endAt: undefined }];
    expect(windowsOn([acme], entries).map((line) => line.slice(1, 3))).toEqual([
      ['STATE', 'WHEN'],
      ['active', '12:00–12:30 UTC (30 min)'],
      ['–', '–'],
      ['–', '–'],
    ]);
  });

  test('of nothing has no lines', () => {
    expect(windowsOn([acme], [])).toEqual([]);
  });
});

describe('an entry', () => {
  test('has a line for each field, and those of a list below them', () => {
    const page = { ...acme, monitors: [monitor], showsAllMonitors: true };
    expect(
      cells(drawEntry({ resource: 'status-pages', complete: true, entries: [page] } as unknown as Read, now)),
    ).toEqual([
      ['id', 'p1'],
      ['slug', 'acme'],
      ['name', 'Acme'],
      ['url', '–'],
      ['monitors:'],
      ['', '7', 'API', 'api', '–', 'true', '–'],
    ]);
    const bare = { ...page, monitors: [] };
    expect(
      cells(drawEntry({ resource: 'status-pages', complete: true, entries: [bare] } as unknown as Read, now)).at(-1),
    ).toEqual(['monitors', 'none']);
  });
});

test('a window as an object has null for what is not known', () => {
  const entries = [{ ...window, startAt: undefined, endAt: undefined, title: undefined }];
  const read = { resource: 'maintenances', complete: true, pages: [], entries } as unknown as Read;
  expect(describeRead(read, true, now)).toEqual({
    maintenance: {
      id: '1',
      'status-page-id': 'p1',
      title: null,
      state: null,
      'start-at': null,
      'end-at': null,
      message: null,
    },
  });
});

describe('reading', () => {
  test('needs a key, and says how to give one', () =>
    withCli(async ({ typeWith, requests }) => {
      const { exitCode, stderr } = await typeWith({ STATUSPAGE_ME_API_KEY: '' }, 'list', 'monitors');
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining('STATUSPAGE_ME_API_KEY is empty')]);
      expect(requests()).toEqual([]);
    }));

  test('of a page that the key does not see names those that it sees', () =>
    withCli(async ({ type }) => {
      const unseen = acmeId.replace(/1$/, '9');
      const { exitCode, stderr } = await type('list', 'incidents', '--status-page', unseen);
      expect([exitCode, stderr]).toEqual([6, expect.stringMatching(/9.*This key sees .*Acme/s)]);
    }));

  test('of a list that fails for another reason says that reason', () =>
    withCli(async ({ type, emulator }) => {
      emulator.addFault({ kind: 'status', status: 400, times: 'always', match: { path: '/incidents' } });
      const { exitCode, stderr } = await type('list', 'incidents');
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining('HTTP 400')]);
    }));

  test('of one page searches for nothing else, and of a slug shows its address', () =>
    withCli(async ({ type, requests }) => {
      const bySlug = await type('get', 'status-page', 'acme');
      expect(bySlug.stdout).toMatch(/^url +https:\/\/acme\.statuspage\.me$/m);
      const before = requests().length;
      const byId = await type('get', 'status-page', betaId);
      expect(byId.stdout).toMatch(/^url +https:\/\/beta\.statuspage\.me$/m);
      expect(requests().slice(before).toSorted()).toEqual(['GET /status-pages', `GET /status-pages/${betaId}`]);
    }));

  test('of pages by id and by slug takes one list for both', () =>
    withCli(async ({ type, requests }) => {
      const { exitCode } = await type('list', 'status-pages', '--status-page', `${betaId},acme`);
      expect(exitCode).toBe(0);
      expect(requests().filter((request) => request === 'GET /status-pages')).toHaveLength(1);
    }));

  test('of a page by id works if the list of pages cannot be read', () =>
    withCli(async ({ type, emulator }) => {
      emulator.addFault({ kind: 'status', status: 400, times: 'always', match: { path: '^/status-pages$' } });
      const { exitCode, stdout } = await type('get', 'status-page', acmeId);
      expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^url +–$/m)]);
    }));

  test('of all pages takes one request', () =>
    withCli(async ({ type, requests }) => {
      await type('list', 'status-pages');
      expect(requests()).toEqual(['GET /status-pages']);
    }));

  test('is complete only if every list is', () =>
    withCli(
      async ({ type }) => {
        await type('open-maintenance', '--status-page', acmeId);
        const { stdout } = await type('list', 'maintenances', '--json');
        expect(JSON.parse(stdout)).toMatchObject({ complete: true, maintenances: { length: 1 } });
      },
      { listCap: 2 },
    ));
});
