import { describe, expect, test } from '@jest/globals';
import {
  fetchIfThere,
  fetchTimelines,
  readIncident,
  readRecord,
  readWindow,
  whileNew,
} from '../../src/deployment/record-by-id.ts';
import { failureOf, formatReference } from '../../src/domain/deployment-reference.ts';
import { later, secondMs } from '../../src/domain/time.ts';
import { noon } from '../support/virtual-clock.ts';
import { listedIncident, listedWindow, ours } from './listed.ts';
import { type Answer, scripted } from './scripted.ts';

const bare = { id: '1' };

describe('a record that is read', () => {
  test.each([
    ['maintenance', 'GET /maintenances/1'],
    ['incident', 'GET /incidents/1'],
  ] as const)('is one of its kind: %s', async (kind, request) => {
    const { statusPage, requests } = scripted([bare, bare]);
    expect(await readRecord(statusPage, kind, '1')).toMatchObject({ kind, id: '1' });
    expect(await fetchIfThere(statusPage, kind, '1')).toMatchObject({ kind, id: '1' });
    expect(requests).toEqual([request, request]);
  });

  test('beside a write is undefined if it cannot be had', async () => {
    for (const status of [403, 404]) expect(await readWindow(scripted([status]).statusPage, '1')).toBeUndefined();
  });

  test('that must exist throws only that it is missing', async () => {
    const mustExist = { mustExist: true };
    await expect(readWindow(scripted([404]).statusPage, '1', mustExist)).rejects.toMatchObject({ code: 'not-found' });
    await expect(readIncident(scripted([404]).statusPage, '1', mustExist)).rejects.toMatchObject({ code: 'not-found' });
    expect(await readWindow(scripted([403]).statusPage, '1', mustExist)).toBeUndefined();
  });

  test('throws what is no answer of the API', async () => {
    await expect(readWindow(scripted([]).statusPage, '1')).rejects.toThrow('There is no answer');
  });

  test('if it is there, is undefined only if it is missing', async () => {
    expect(await fetchIfThere(scripted([404]).statusPage, 'incident', '1')).toBeUndefined();
    await expect(fetchIfThere(scripted([403]).statusPage, 'incident', '1')).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});

describe('the timelines of incidents', () => {
  const wanted = failureOf(ours);
  const hidden = (reference: Parameters<typeof listedIncident>[0]) =>
    listedIncident(reference, [], { timeline: undefined });
  const shown = {
    ...bare,
    message: `It failed.\n\nRef: ${formatReference(wanted)}`,
    updates: [{ message: 'It failed.' }],
  };

  test('are read only for those of the deployment that do not show them', async () => {
    const { statusPage, requests } = scripted(() => shown);
    const read = await fetchTimelines(
      statusPage,
      [
        listedIncident(wanted),
        hidden(wanted),
        hidden({ ...wanted, key: 'a1b2c3d4' }),
        hidden(ours),
        hidden(undefined),
        listedWindow(ours),
      ],
      wanted,
    );
    expect(requests).toEqual(['GET /incidents/2']);
    expect(read.map(({ timeline }) => timeline?.length)).toEqual([1, 1, undefined, undefined, undefined]);
  });

  test('stay as they were if they cannot be read', async () => {
    const { statusPage } = scripted([403]);
    expect(await fetchTimelines(statusPage, [hidden(wanted)], wanted)).toEqual([hidden(wanted)]);
  });
});

describe('a record that was created a moment ago', () => {
  /** Works on a record that answers so, `ageMs` after its creation. */
  async function work(
    answers: readonly Answer[],
    ageMs: number,
    options: { withinMs?: number; budgetMs?: number } = {},
  ) {
    const { withinMs, ...rest } = options;
    const script = scripted(answers, rest);
    const createdAt = later(noon, -ageMs);
    const about = { statusPage: script.statusPage, createdAt, ...(withinMs !== undefined && { withinMs }) };
    const result = await whileNew(about, () => script.statusPage.fetchWindow('1')).catch((error: unknown) => error);
    return { result, tries: script.requests.length, tookMs: script.clock.now().getTime() - noon.getTime() };
  }
  const never = Array.from({ length: 20 }, () => 404);

  test('is asked for every two seconds, for 15 s', async () => {
    expect(await work([404, 404, bare], 0)).toMatchObject({ result: { id: '1' }, tookMs: 4_000 });
    expect(await work(never, 0)).toMatchObject({ result: { name: 'NotShownYetError', triedMs: 14_000 }, tries: 8 });
  });

  test('is asked for no longer than its limit', async () => {
    expect(await work(never, 0, { withinMs: 4_000 })).toMatchObject({ result: { triedMs: 4_000 }, tries: 3 });
  });

  test('is asked for as long as there is time for a wait and one more request', async () => {
    expect(await work(never, 0, { budgetMs: 5_000 })).toMatchObject({ result: { triedMs: 4_000 }, tries: 3 });
    expect(await work(never, 0, { budgetMs: 4_999 })).toMatchObject({ result: { triedMs: 2_000 }, tries: 2 });
  });

  test('is new for 80 s after its deployment began', async () => {
    expect((await work([404, bare], 80 * secondMs - 1)).result).toMatchObject({ id: '1' });
    expect(await work([404], 80 * secondMs)).toMatchObject({ result: { code: 'not-found' }, tries: 1 });
  });

  test('fails at once for another reason', async () => {
    expect(await work([403], 0)).toMatchObject({ result: { code: 'forbidden' }, tries: 1 });
  });
});
