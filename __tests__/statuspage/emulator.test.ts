import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { EmulatorOptions } from '../../src/emulator/emulator.ts';
import { sampleKey, samplePages } from '../../src/emulator/sample.ts';
import { type ServedEmulator, serveEmulator } from '../../src/emulator/server.ts';
import { connectStatusPage, type StatusPage, type StatusPageOptions } from '../../src/statuspage/client.ts';
import { createConnection } from '../../src/statuspage/network.ts';
import type { Connection } from '../../src/statuspage/wire.ts';

const pageId = samplePages[0]?.id ?? '';
let served: ServedEmulator;
let connection: Connection;

beforeEach(() => {
  connection = createConnection({});
});

afterEach(async () => {
  await connection.close();
  await served.close();
});

/** A client of a new emulator, over a real socket; only the waits between attempts are cut short. */
async function open(switches: EmulatorOptions = {}, options: Partial<StatusPageOptions> = {}): Promise<StatusPage> {
  served = await serveEmulator(switches);
  return connectStatusPage({
    apiUrl: new URL(served.apiUrl),
    apiKey: sampleKey,
    send: connection.send,
    clock: { now: () => new Date(), sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5))) },
    deadline: new Date(Date.now() + 20_000),
    requestTimeoutMs: 5_000,
    random: Math.random,
    trace: () => {},
    userAgent: 'statuspage-me',
    ...options,
  });
}

function newWindow() {
  const startAt = new Date();
  const endAt = new Date(startAt.getTime() + 1_800_000);
  return { pageId, title: 'Update', message: 'Soon back.\n\nRef: kabc', startAt, endAt, notifySubscribers: false };
}

function newIncident() {
  const texts = { title: 'Trouble', message: 'We look.\n\nRef: fabc' };
  return { ...texts, pageId, componentId: undefined, state: '1', notifySubscribers: true };
}

describe('whatever the documents leave open', () => {
  const switches: EmulatorOptions[] = [
    {},
    { ids: 'uuid', envelope: 'data', emptyList: 'null' },
    { ids: 'opaque', envelope: 'bare', deleteStatus: 204, updateStatus: 200, updateReply: 'incident' },
    { changeReply: 'empty', createReply: 'id-only', deleteStatus: 204 },
    { changeReply: 'id-only', stateShape: 'object', timeForm: 'rfc3339' },
    { stateShape: 'id-number', timelineName: 'timeline', patchMessage: 'entry' },
    { stateShape: 'state-word', timelineName: 'incident_updates', clockSkewSeconds: 40 },
    { stateShape: 'status-word', timesInReplies: false, clockSkewSeconds: -40 },
    { messageInLists: false, noMessage: 'null' },
    { messageInLists: false, noMessage: 'absent', updatesInLists: true },
    { malformedIdStatus: 400, checkFirst: 'body' },
  ];

  test.each(switches)('a window is opened, read, changed and deleted: %j', async (change) => {
    const page = await open(change);
    expect(await page.fetchWindows(pageId)).toEqual({ records: [], complete: true });
    const { id } = await page.createWindow(newWindow());
    await page.changeWindow(id, { title: 'Longer update', endAt: new Date(Date.now() + 3_600_000) });
    const shown = await page.fetchWindow(id);
    expect(shown).toMatchObject({ id, title: 'Longer update', message: newWindow().message });
    const listed = await page.fetchWindows(pageId);
    expect(listed).toMatchObject({ records: [{ id, showsMessage: change.messageInLists ?? true }], complete: true });
    await page.deleteWindow(id);
    await expect(page.fetchWindow(id)).rejects.toMatchObject({ code: 'not-found', fate: 'refused' });
  });

  test.each(switches)('an incident is opened, updated, resolved and deleted: %j', async (change) => {
    const page = await open(change);
    expect(await page.fetchIncidents(pageId)).toEqual({ records: [], complete: true });
    const { id } = await page.createIncident(newIncident());
    await page.changeIncident(id, { title: 'Still trouble' });
    await page.addEntry(id, { message: 'It is over.', state: '4' });
    const shown = await page.fetchIncident(id);
    expect(shown).toMatchObject({ id, title: 'Still trouble', state: '4' });
    expect(shown.timeline).toMatchObject([
      { message: expect.stringContaining('Ref: fabc') },
      { message: expect.stringContaining('It is over.') },
    ]);
    expect((await page.fetchIncidents(pageId)).records).toMatchObject([{ id }]);
    await page.deleteIncident(id);
    expect(served.emulator.incidents()).toEqual([]);
    expect(served.emulator.mails()).not.toEqual([]);
  });

  test.each(switches)('the scope for incidents is proved without a trace: %j', async (change) => {
    const page = await open(change);
    await page.proveIncidentsWrite();
    expect(served.emulator.incidents()).toEqual([]);
  });

  test.each(['hyphen', 'underscore', 'either'] as const)(
    'pages are read with the scope spelled with %s',
    async (pagesScope) => {
      const page = await open({ pagesScope });
      expect((await page.fetchPages()).map(({ id }) => id)).toEqual(samplePages.map(({ id }) => id));
    },
  );
});

test('the clock of the server is seen', async () => {
  const page = await open({ clockSkewSeconds: 90 });
  await page.fetchPages();
  expect(Math.abs(page.serverNow().getTime() - Date.now() - 90_000)).toBeLessThan(1_500);
});

test('a key without the scope gets an error that names it', async () => {
  const page = await open({ keys: [{ key: sampleKey, scopes: ['maintenances:write'] }] });
  await expect(page.proveIncidentsWrite()).rejects.toMatchObject({
    code: 'forbidden',
    call: { scope: 'incidents:write' },
  });
  await expect(page.fetchWindows(pageId)).rejects.toMatchObject({ call: { scope: 'maintenances:read' } });
});

test('a key that is unknown is refused', async () => {
  const page = await open({}, { apiKey: 'spk_other' });
  await expect(page.fetchPages()).rejects.toMatchObject({ code: 'unauthorized', fixable: true });
});

describe('a create is sent once', () => {
  test.each([
    [{ kind: 'reset', when: 'after' }, 'reset'],
    [{ kind: 'cut-off' }, 'reset'],
    [{ kind: 'empty' }, 'unreadable'],
    [{ kind: 'not-json' }, 'unreadable'],
    [{ kind: 'html', when: 'after' }, 'server'],
    [{ kind: 'too-large', bytes: 9_000_000 }, 'too-large'],
  ] as const)('and left in doubt if it is answered by %j', async (fault, code) => {
    const page = await open();
    served.emulator.addFault({ ...fault, match: { method: 'POST' } });
    await expect(page.createWindow(newWindow())).rejects.toMatchObject({ code, fate: 'unknown', fixable: false });
    expect(served.emulator.windows()).toHaveLength(1);
    expect(served.emulator.journal()).toHaveLength(1);
  });

  test('and uncertain if the answer does not come in time', async () => {
    const page = await open({}, { requestTimeoutMs: 300 });
    served.emulator.addFault({ kind: 'silence', when: 'after' });
    await expect(page.createWindow(newWindow())).rejects.toMatchObject({ code: 'timeout', fate: 'unknown' });
    expect(served.emulator.windows()).toHaveLength(1);
  });

  test('and again if the rate limit refused it', async () => {
    const page = await open();
    served.emulator.addFault({ kind: 'rate-limit', retryAfterSeconds: 1, as: 'date' });
    await page.createWindow(newWindow());
    expect(served.emulator.windows()).toHaveLength(1);
    expect(served.emulator.journal().map(({ status }) => status)).toEqual([429, 201]);
  });
});

test('a deletion whose answer was lost is done all the same', async () => {
  const page = await open();
  const { id } = await page.createWindow(newWindow());
  served.emulator.addFault({ kind: 'reset', when: 'after' });
  await page.deleteWindow(id);
  expect(served.emulator.windows()).toEqual([]);
  expect(served.emulator.journal().map(({ method, status }) => `${method} ${status}`)).toEqual([
    'POST 201',
    'DELETE null',
    'DELETE 404',
  ]);
});
