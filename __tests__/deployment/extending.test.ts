import { describe, expect, test } from '@jest/globals';
import { describeExtension } from '../../src/cli/run.ts';
import type { Deployment } from '../../src/deployment/deployment.ts';
import { endWindow } from '../../src/deployment/end-window.ts';
import { type Extension, extendWindows } from '../../src/deployment/extend.ts';
import { later, minuteMs } from '../../src/domain/time.ts';
import { createEmulator, type EmulatorOptions } from '../../src/emulator/emulator.ts';
import { samplePages } from '../../src/emulator/sample.ts';
import { connectStatusPage } from '../../src/statuspage/client.ts';
import type { Send } from '../../src/statuspage/wire.ts';
import { sendTo } from '../support/send-to.ts';
import { createVirtualClock, noon } from '../support/virtual-clock.ts';

const [{ id: acme } = { id: '' }] = samplePages;
const durationMs = 30 * minuteMs;

/** A window that was opened at noon for half an hour, and a command that runs beside it. */
async function setUp(options: EmulatorOptions = {}, wire = (send: Send) => send) {
  const clock = createVirtualClock();
  const emulator = createEmulator({
    ...options,
    clock: { now: () => clock.now().getTime(), sleep: (ms) => clock.sleep(ms) },
  });
  const statusPage = connectStatusPage({
    apiUrl: new URL('https://statuspage.me/user/api/v1'),
    apiKey: emulator.options().keys[0]?.key ?? '',
    send: wire(sendTo(emulator, clock)),
    clock,
    deadline: later(noon, 20_000),
    requestTimeoutMs: 10_000,
    random: () => 0,
    trace: () => {},
    userAgent: 'test',
  });
  const endAt = later(noon, durationMs);
  const fields = {
    pageId: acme,
    title: 'Update',
    message: 'Update\n\nRef: d-test',
    notifySubscribers: false,
    startAt: noon,
    endAt,
  };
  const { id } = await statusPage.createWindow(fields);
  const record = {
    kind: 'maintenance',
    page: { id: acme },
    stage: 'open',
    id,
    title: 'Update',
    startAt: noon,
    endAt,
    created: true,
    mailed: false,
  } as const;
  const deployment: Deployment = {
    version: 2,
    stage: 'open',
    apiUrl: statusPage.apiUrl.href,
    own: true,
    startedAt: noon,
    hasKey: false,
    records: [{ ...record }],
  };
  const told: Extension[] = [];
  const over = new AbortController();
  return {
    clock,
    emulator,
    statusPage,
    deployment,
    told,
    /** Lets the command run that long. */
    runFor: async (minutes: number) => {
      const keeping = { statusPage, clock, durationMs, over: over.signal, tell: (news: Extension) => told.push(news) };
      const extending = extendWindows(deployment, keeping);
      await clock.sleep(minutes * minuteMs);
      over.abort();
      await extending;
    },
    end: () => new Date(emulator.windows()[0]?.endAt ?? 0).toISOString().slice(11, 16),
    known: () => deployment.records[0]?.endAt?.toISOString().slice(11, 16),
    writes: () => emulator.journal().filter(({ method }) => method === 'PATCH').length,
  };
}

describe('a window whose command continues', () => {
  test('keeps its end as long as more than a tenth is left', async () => {
    const { runFor, end, writes } = await setUp();
    await runFor(26.9);
    expect(end()).toBe('12:30');
    expect(writes()).toBe(0);
  });

  test('is moved on by its duration, once for each time that a tenth is left', async () => {
    const { runFor, end, known, told, writes } = await setUp();
    await runFor(27.1);
    expect([end(), known(), writes()]).toEqual(['13:00', '13:00', 1]);
    expect(told.map((news) => describeExtension(news, noon, { nameOf: String }))).toEqual([
      {
        level: 'info',
        text: `Extended the maintenance window "Update" (id 1) on ${acme} to 13:00 UTC, because the command is still running.`,
      },
    ]);
  });

  test('never ends before the command', async () => {
    const { runFor, end, writes } = await setUp();
    await runFor(600);
    expect([end(), writes()]).toEqual(['22:30', 20]);
  });

  test('is moved on from the end that a person has set meanwhile', async () => {
    const { runFor, end, statusPage, clock } = await setUp();
    const endAt = later(noon, 50 * minuteMs);
    await statusPage.until(later(clock.now(), minuteMs)).changeWindow('1', { endAt });
    await runFor(48);
    expect(end()).toBe('13:20');
  });

  test('that a person has ended is not opened again', async () => {
    const { runFor, end, statusPage, clock, told, deployment } = await setUp();
    const endAt = later(noon, 10 * minuteMs);
    await statusPage.until(later(clock.now(), minuteMs)).changeWindow('1', { endAt });
    await runFor(60);
    expect(end()).toBe('12:10');
    expect(told).toEqual([]);
    expect(deployment.records).toMatchObject([{ endAt, endedEarly: true }]);
  });

  test('that a person has deleted is left alone', async () => {
    const { runFor, statusPage, clock, emulator, told } = await setUp();
    await statusPage.until(later(clock.now(), minuteMs)).deleteWindow('1');
    await runFor(60);
    expect(emulator.windows()).toEqual([]);
    expect(told).toMatchObject([{ error: { code: 'not-found' } }]);
  });

  test('is moved on by a key that may only write', async () => {
    const keys = [{ key: 'spk_write', name: 'write', scopes: ['maintenances:write' as const] }];
    const { runFor, end } = await setUp({ keys });
    await runFor(40);
    expect(end()).toBe('13:00');
  });
});

describe('an end that could not be moved on', () => {
  test('because the service failed is named once, and is tried again until it is done', async () => {
    const { runFor, end, emulator, told } = await setUp();
    emulator.addFault({ kind: 'status', status: 503, match: { method: 'PATCH' }, times: 12 });
    await runFor(40);
    expect(end()).toBe('13:00');
    expect(told).toMatchObject([{ error: { code: 'server' } }, { record: { id: '1' } }]);
    expect(told.map((news) => describeExtension(news, noon, { nameOf: String }).level)).toEqual(['warning', 'info']);
  });

  test('until the window was over is not tried again', async () => {
    const { runFor, end, emulator, told } = await setUp();
    emulator.addFault({ kind: 'status', status: 503, match: { method: 'PATCH' }, times: 'always' });
    await runFor(60);
    expect(end()).toBe('12:30');
    expect(told).toHaveLength(1);
    const asked = emulator.journal().length;
    await runFor(60);
    expect(emulator.journal()).toHaveLength(asked);
  });

  test('for a reason that the user has to fix is named, and not tried again', async () => {
    const { runFor, writes, emulator, told } = await setUp();
    emulator.addFault({ kind: 'status', status: 403, match: { method: 'PATCH' }, times: 'always' });
    await runFor(60);
    expect(writes()).toBe(1);
    expect(told).toMatchObject([{ error: { code: 'forbidden' } }]);
  });

  test('as far as anybody knows, because the answer was lost, does not count as moved', async () => {
    const { runFor, emulator, known } = await setUp();
    emulator.addFault({ kind: 'reset', when: 'after', match: { method: 'PATCH' }, times: 'always' });
    await runFor(29);
    // The next try reads the window first.
    expect(known()).toBe('13:00');
  });

  test('whose answer was lost, to a key that may not read, stays uncertain', async () => {
    const keys = [{ key: 'spk_write', name: 'write', scopes: ['maintenances:write' as const] }];
    const { runFor, emulator, known, deployment } = await setUp({ keys });
    emulator.addFault({ kind: 'reset', when: 'before', match: { method: 'PATCH' }, times: 'always' });
    await runFor(29);
    expect(known()).toBe('12:30');
    expect(deployment.records[0]?.putOffTo).toEqual(later(noon, 60 * minuteMs));
  });

  test('and was not done leaves a gap that is reported, and no end that is later than it was', async () => {
    const { runFor, emulator, deployment, statusPage, clock, end } = await setUp();
    emulator.addFault({ kind: 'status', status: 503, match: { method: 'PATCH' }, times: 'always' });
    await runFor(30.5);
    const [record] = deployment.records;
    if (record?.stage !== 'open') throw new Error('the window is not open');
    emulator.clearFaults();
    const page = statusPage.until(later(clock.now(), minuteMs));
    expect(await endWindow(page, record)).toEqual({ result: 'already-over', at: later(noon, 30 * minuteMs) });
    expect(end()).toBe('12:30');
  });

  test('that the server accepts and ignores is reported, and not taken for done', async () => {
    const { runFor, known, told, end } = await setUp({ windowPatch: 'ignore' }, (send) => (request) => {
      const body = request.method === 'PATCH' ? JSON.stringify({ title: 'Update' }) : request.body;
      return send({ ...request, body });
    });
    await runFor(29);
    expect([end(), known()]).toEqual(['12:30', '12:30']);
    expect(told).toMatchObject([{ error: { name: 'ChangeIgnoredError', fields: ['end'] } }]);
  });

  test('sends title and message along to a server that empties them', async () => {
    const { runFor, emulator, writes, end } = await setUp({ windowPatch: 'wipe' });
    await runFor(60);
    expect(end()).toBe('13:30');
    expect(emulator.windows()).toMatchObject([{ title: 'Update', message: 'Update\n\nRef: d-test' }]);
    // The first move is sent twice, the second one once.
    expect(writes()).toBe(3);
  });
});
