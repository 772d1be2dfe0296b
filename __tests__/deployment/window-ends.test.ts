import { describe, expect, test } from '@jest/globals';
import type { Deployment, DeploymentRecord } from '../../src/deployment/deployment.ts';
import { endWindow, refreshWindow } from '../../src/deployment/end-window.ts';
import { type Extension, extendWindows } from '../../src/deployment/extend.ts';
import { later, minuteMs, secondMs } from '../../src/domain/time.ts';
import { noon } from '../support/virtual-clock.ts';
import { type Answer, acme, scripted } from './scripted.ts';

const message = 'We move.\n\nRef: d0123abcd-1';
const times = { start_at: '2026-03-14T11:55:00Z', end_at: '2026-03-14T12:30:00Z' };
const shown = { id: '1', title: 'Move', message, ...times };
const window = { id: '1', title: 'Move', startAt: later(noon, -5 * minuteMs), endAt: later(noon, 30 * minuteMs) };
const fields = { title: 'Move', message, start_at: times.start_at };
const never = Array.from({ length: 9 }, () => 503);

/** What ending a window comes to on a server with these answers, and what was sent. */
async function endOn(known: Partial<Parameters<typeof endWindow>[1]>, answers: readonly Answer[]) {
  const script = scripted(answers);
  const result = await endWindow(script.statusPage, { ...window, ...known }).catch((error: unknown) => error);
  return { result, requests: script.requests, bodies: script.bodies.filter((body) => body !== undefined) };
}

describe('a window that is ended', () => {
  test('is not touched if it ends at this very moment, which is read once more', async () => {
    const over = { ...shown, end_at: '2026-03-14T12:00:00Z' };
    const { result, requests } = await endOn({ endAt: noon }, [over]);
    expect(result).toEqual({ result: 'already-over', at: noon });
    expect(requests).toEqual(['GET /maintenances/1']);
  });

  test('is ended if a person has put it off meanwhile, or if it cannot be read', async () => {
    expect((await endOn({ endAt: noon }, [shown, {}])).result).toMatchObject({ result: 'ended', at: noon });
    expect((await endOn({ endAt: noon }, [...never, ...never])).requests.at(-1)).toBe('PATCH /maintenances/1');
  });

  test('is over for a key that may not read it, if it is over as far as we know', async () => {
    const { result, requests } = await endOn({ endAt: noon }, [403]);
    expect(result).toEqual({ result: 'already-over', at: noon });
    expect(requests).toHaveLength(1);
  });

  test('and whose end is not known is ended now', async () => {
    expect((await endOn({ endAt: undefined, putOffTo: undefined }, [{}])).result).toMatchObject({ at: noon });
  });

  test('may last until the later end that was sent, if its true end is not shown', async () => {
    const putOffTo = later(noon, minuteMs);
    const kept = await refreshWindow(scripted([{ id: '1' }]).statusPage, { ...window, putOffTo });
    expect(kept).toMatchObject({ putOffTo, endAt: window.endAt });
    const known = await refreshWindow(scripted([shown]).statusPage, { ...window, putOffTo });
    expect(known).not.toHaveProperty('putOffTo');
  });
});

describe('an end that the server refuses', () => {
  test('is sent again with every field, 5 s ahead, also to a server without a Date', async () => {
    const { result, bodies } = await endOn({}, [400, shown, {}]);
    expect(bodies).toEqual([{ end_at: '2026-03-14T12:00:00Z' }, { ...fields, end_at: '2026-03-14T12:00:05Z' }]);
    expect(result).toMatchObject({ result: 'ended', at: later(noon, 5 * secondMs) });
  });

  test('is sent again if nobody knows the end of the window', async () => {
    const { result, bodies } = await endOn({ endAt: undefined }, [400, 403, {}]);
    expect(bodies.at(-1)).toMatchObject({ end_at: '2026-03-14T12:00:05Z' });
    expect(result).toMatchObject({ result: 'ended' });
  });

  test.each([
    ['names another field', 'start_at cannot change', { end_at: '2026-03-14T12:02:00Z' }],
    ['names the title', 'Title is read-only', { end_at: '2026-03-14T12:02:00Z' }],
    ['names nothing else', 'too early', { ...fields, end_at: '2026-03-14T12:02:00Z' }],
  ])(
    'twice is sent 2 min ahead, with the fields only if the refusal is not about them: it %s',
    async (_what, error, body) => {
      const { result, bodies } = await endOn({}, [400, shown, { status: 400, error }, {}]);
      expect(bodies.at(-1)).toEqual(body);
      expect(result).toMatchObject({ result: 'ended', at: later(noon, 2 * minuteMs) });
    },
  );

  test('and ignored after that has the fields, because no answer named them', async () => {
    const { bodies, result } = await endOn({}, [400, shown, shown, shown]);
    expect(bodies.at(-1)).toEqual({ ...fields, end_at: '2026-03-14T12:02:00Z' });
    expect(result).toMatchObject({ fields: ['end'] });
  });

  test('stays refused if the window is over by now and cannot be read, because a person may have moved it', async () => {
    const { result } = await endOn({ endAt: later(noon, secondMs) }, [400, ...never]);
    expect(result).toMatchObject({ status: 400 });
  });

  test('is sent again if the window cannot be read and is not over', async () => {
    const script = (request: string): Answer => (request.startsWith('GET') ? 503 : 400);
    const { statusPage, requests } = scripted(script);
    await expect(endWindow(statusPage, window)).rejects.toMatchObject({ status: 400 });
    expect(requests.filter((request) => request.startsWith('PATCH')).length).toBeGreaterThan(2);
  });
});

describe('windows whose command continues', () => {
  const durationMs = 30 * minuteMs;
  const record: DeploymentRecord = {
    kind: 'maintenance',
    page: { id: acme },
    stage: 'open',
    created: true,
    mailed: false,
    ...window,
  };

  /** Keeps records on a server with these answers while a command runs that long. */
  async function extend(
    records: readonly DeploymentRecord[],
    answer: (request: string, minute: number) => Answer,
    minutes: number,
  ) {
    const script = scripted((request) => answer(request, (script.clock.now().getTime() - noon.getTime()) / minuteMs));
    const sleeps: number[] = [];
    const clock = {
      now: script.clock.now,
      sleep: (ms: number, signal?: AbortSignal) => {
        sleeps.push(ms);
        return script.clock.sleep(ms, signal);
      },
    };
    const told: Extension[] = [];
    const over = new AbortController();
    const deployment = { version: 2, stage: 'open', apiUrl: '', own: true, hasKey: false, startedAt: noon } as const;
    const kept: Deployment = { ...deployment, records: [...records] };
    const statusPage = script.statusPage.until(later(noon, 10 * durationMs));
    const tell = (extension: Extension) => told.push(extension);
    const extending = extendWindows(kept, { statusPage, clock, durationMs, tell, over: over.signal });
    await script.clock.sleep(minutes * minuteMs);
    over.abort();
    await extending;
    return { told, sleeps, requests: script.requests, records: kept.records };
  }

  test('are the open ones, and no incident', async () => {
    const { page, created, mailed } = record;
    const missed: DeploymentRecord = {
      kind: 'maintenance',
      page,
      created,
      mailed,
      stage: 'missed',
      endAt: window.endAt,
    };
    const incident = { ...record, kind: 'incident' } as const;
    const { requests } = await extend([missed, incident], () => shown, 40);
    expect(requests).toEqual([]);
  });

  test('are looked at every minute, because a machine may have slept', async () => {
    const { sleeps } = await extend([record], () => shown, 10);
    expect(sleeps.length).toBeGreaterThan(9);
    expect(Math.max(...sleeps)).toBe(minuteMs);
  });

  test('are moved on if no reply shows their end', async () => {
    const { told, requests } = await extend([record], () => ({ id: '1' }), 28);
    expect(requests).toEqual(['GET /maintenances/1', 'PATCH /maintenances/1']);
    expect(told).toMatchObject([{ record: { endAt: later(noon, 60 * minuteMs) } }]);
  });

  test('whose end is not known are left alone', async () => {
    const { requests } = await extend([{ ...record, endAt: undefined }], () => shown, 40);
    expect(requests).toEqual([]);
  });

  test('are tried again after a hundredth of the duration, and each new failure is named once', async () => {
    const isDown = (minute: number) => minute < 28.5 || (minute > 50 && minute < 58.5);
    const answer = (request: string, minute: number): Answer => {
      if (!request.startsWith('PATCH')) return { id: '1' };
      return isDown(minute) ? 503 : {};
    };
    const { told, sleeps } = await extend([record], answer, 59.9);
    expect(sleeps).toContain(durationMs / 100);
    expect(told.map(({ error }) => error !== undefined)).toEqual([true, false, true, false]);
  });
});
