import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { uptimePeriods } from '../../src/domain/page.ts';
import { createEmulator, type EmulatorOptions } from '../../src/emulator/emulator.ts';
import { sampleKey, sampleMonitors, samplePages } from '../../src/emulator/sample.ts';
import type { StatusPage } from '../../src/statuspage/client.ts';
import { parseEntries, parseOne } from '../../src/statuspage/json.ts';
import { parseAvailability, parseMonitor, parsePageWithMonitors } from '../../src/statuspage/replies.ts';
import { sendTo } from '../support/send-to.ts';
import { answer, scene } from './fake-wire.ts';

const monitorOf = (body: unknown) => parseOne(JSON.stringify(body), parseMonitor);
const pageOf = (body: unknown) => parseOne(JSON.stringify(body), parsePageWithMonitors);
const availabilityOf = (body: unknown) => parseOne(JSON.stringify(body), parseAvailability);
const monitorsOf = (body: unknown) => parseEntries(JSON.stringify(body), parseMonitor);

const nothing = {
  uptimePercent: undefined,
  downtimeSeconds: undefined,
  mttrSeconds: undefined,
  mtbfSeconds: undefined,
};

describe('a monitor', () => {
  test('is what the documentation shows of it', () => {
    const shown = {
      id: 3,
      name: 'API',
      type: 'api',
      target: 'https://api.example',
      enabled: true,
      status_page_id: 'p',
    };
    const more = { interval_seconds: 60, status_page_slug: 's', created_at: '2026-03-14T12:00:00Z' };
    const monitor = { id: '3', name: 'API', type: 'api', target: 'https://api.example', enabled: true, pageId: 'p' };
    expect(monitorOf({ data: { ...shown, ...more } })).toEqual({
      ...monitor,
      pageSlug: 's',
      intervalSeconds: 60,
      createdAt: new Date('2026-03-14T12:00:00Z'),
    });
    expect(monitorOf(shown)).toEqual(monitor);
  });

  test('is kept if only its id is as expected, which may be a text', () => {
    const unknown = { name: undefined, type: undefined, target: undefined, enabled: undefined, pageId: undefined };
    expect(monitorOf({ id: 'm' })).toEqual({ id: 'm', ...unknown });
    expect(monitorOf({ id: 'm', name: 5, type: null, target: [], enabled: 'yes', status_page_id: {} })).toEqual({
      id: 'm',
      ...unknown,
    });
  });

  test('has a type that may be new to us', () => {
    expect(monitorOf({ id: 1, type: 'quantum' })?.type).toBe('quantum');
  });

  test.each([[null], [{}], [{ data: null }], [{ name: 'x' }], [[]]])('is not found in %j', (body) => {
    expect(monitorOf(body)).toBeUndefined();
  });
});

describe('a list of monitors', () => {
  test.each([[{ data: [{ id: 1 }], meta: { count: 1 } }], [{ data: [{ id: 1 }] }], [[{ id: 1 }]]])(
    'is complete in %j',
    (body) => {
      expect(monitorsOf(body)).toMatchObject({ records: [{ id: '1' }], complete: true });
    },
  );

  test.each([[{ data: [{ id: 1 }, {}] }], [{ data: [{ id: 1 }], meta: { count: 2 } }]])(
    'is not complete in %j, so a monitor may be there all the same',
    (body) => {
      expect(monitorsOf(body)).toMatchObject({ records: [{ id: '1' }], complete: false });
    },
  );

  test.each([[{ data: null }], [[]], [null]])('is empty in %j', (body) => {
    expect(monitorsOf(body)).toEqual({ records: [], complete: true });
  });

  test('that is no list cannot be read', async () => {
    await expect(scene([answer(200, '<html>')]).page.fetchMonitors()).rejects.toMatchObject({ code: 'unreadable' });
  });
});

describe('a page with its monitors', () => {
  test('is the page of each of them, unless one says otherwise', () => {
    const body = { id: 'p', name: 'Acme', slug: 'acme', monitors: [{ id: 1 }, { id: 2, status_page_id: 'q' }] };
    expect(pageOf({ data: body })).toMatchObject({
      id: 'p',
      name: 'Acme',
      url: 'https://acme.statuspage.me',
      monitors: [
        { id: '1', pageId: 'p' },
        { id: '2', pageId: 'q' },
      ],
      showsAllMonitors: true,
    });
  });

  test.each([
    [[], true],
    [null, true],
    [undefined, false],
    ['none', false],
    [[{}], false],
  ])('whose monitors are %j has none, and that is sure: %p', (monitors, sure) => {
    expect(pageOf({ id: 'p', monitors })).toMatchObject({ monitors: [], showsAllMonitors: sure });
  });

  test.each([[null], [{ monitors: [] }], [[{ id: 'p' }]]])('is not found in %j', (body) => {
    expect(pageOf(body)).toBeUndefined();
  });
});

describe('availability', () => {
  const shown = { uptime_percentage: 99.98, downtime_seconds: 500, mttr_seconds: 250, mtbf_seconds: 1e6 };
  const read = { uptimePercent: 99.98, downtimeSeconds: 500, mttrSeconds: 250, mtbfSeconds: 1e6 };

  test.each([[{ data: shown }], [shown], [{ data: { availability: shown } }], [{ availability: shown }]])(
    'is found in %j',
    (body) => {
      expect(availabilityOf(body)).toEqual(read);
    },
  );

  test('at the top goes before the one below it, field by field', () => {
    const body = { uptime_percentage: null, mttr_seconds: 1, availability: shown };
    expect(availabilityOf({ data: body })).toEqual({ ...read, mttrSeconds: 1 });
  });

  test.each([
    [99, 99],
    ['99.95', 99.95],
    [' 100 ', 100],
    [0, 0],
    ['0', 0],
  ])('of %j is %d per cent', (uptime_percentage, percent) => {
    expect(availabilityOf({ uptime_percentage })?.uptimePercent).toBe(percent);
  });

  test.each([[null], [''], [' '], ['n/a'], ['0x10'], ['99,9'], ['1e2'], [-1], [100.1], ['101'], [true], [[]], [{}]])(
    'of %j is not known: never nought, never whole',
    (uptime_percentage) => {
      expect(availabilityOf({ data: { uptime_percentage } })).toEqual(nothing);
    },
  );

  test.each([[{}], [{ data: {} }], [{ availability: null }], [{ availability: 99 }]])('is not shown in %j', (body) => {
    expect(availabilityOf(body)).toEqual(nothing);
  });

  test.each([[null], [[]], ['x']])('cannot be read in %j', (body) => {
    expect(availabilityOf(body)).toBeUndefined();
  });
});

test('nothing that a server answers about monitors makes us stumble', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (body) => {
      parseOne(body, parseMonitor);
      parseOne(body, parsePageWithMonitors);
      parseOne(body, parseAvailability);
      parseEntries(body, parseMonitor);
    }),
  );
});

describe('of the emulated account', () => {
  const clock = { now: () => new Date(), sleep: () => new Promise<void>(() => {}) };
  const connect = (switches: EmulatorOptions): StatusPage =>
    scene([], { apiKey: sampleKey, send: sendTo(createEmulator(switches), clock) }).page;
  const shapes: EmulatorOptions[] = [
    {},
    { envelope: 'data', availabilityShape: 'nested' },
    { envelope: 'bare', emptyList: 'null' },
    { envelope: 'bare', availabilityShape: 'nested' },
  ];
  const acme = samplePages[0]?.id ?? '';

  test.each(shapes)('monitors are listed without the disabled ones, and read with them: %j', async (shape) => {
    const page = connect(shape);
    const enabled = sampleMonitors.filter(({ enabled }) => enabled).map(({ id }) => String(id));
    const listed = await page.fetchMonitors();
    expect(listed).toMatchObject({ complete: true, records: enabled.map((id) => ({ id, enabled: true })) });
    expect(await page.fetchMonitor('4')).toMatchObject({ id: '4', name: 'Old website', enabled: false, pageId: acme });
    await expect(page.fetchMonitor('99')).rejects.toMatchObject({ code: 'not-found' });
    const empty = await connect({ ...shape, monitors: [] }).fetchMonitors();
    expect(empty).toEqual({ records: [], complete: true });
  });

  test.each(shapes)('a page shows all its monitors: %j', async (shape) => {
    const shown = await connect(shape).fetchPage(acme);
    expect(shown).toMatchObject({ id: acme, slug: 'acme', showsAllMonitors: true });
    expect(shown.monitors.map(({ id, enabled }) => `${id} ${enabled}`)).toEqual([
      '1 true',
      '2 true',
      '3 true',
      '4 false',
    ]);
  });

  test.each(shapes)('availability is read for each period, and unknown before the first check: %j', async (shape) => {
    const page = connect(shape);
    const month = await page.fetchAvailability('2', '30d');
    expect(month).toEqual({ uptimePercent: 99.91, downtimeSeconds: 2_333, mttrSeconds: 2_333, mtbfSeconds: 2_589_667 });
    for (const period of uptimePeriods) expect((await page.fetchAvailability('1', period)).uptimePercent).toBe(99.98);
    expect(await page.fetchAvailability('5', '7d')).toEqual(nothing);
  });
});
