import { describe, expect, test } from '@jest/globals';
import type { KnownFields } from '../../src/deployment/deployment.ts';
import { moveTimes } from '../../src/deployment/times.ts';
import {
  type ChangeTarget,
  changeWindow,
  changeWindowInFull,
  isLaterEnd,
  isOtherTime,
  sendableTitle,
  textsOf,
} from '../../src/deployment/window-change.ts';
import { later, secondMs } from '../../src/domain/time.ts';
import { noon } from '../support/virtual-clock.ts';
import { type Answer, scripted } from './scripted.ts';

const times = { start_at: '2026-03-14T12:00:00Z', end_at: '2026-03-14T12:30:00Z' };
const full = { id: '1', title: 'Move', message: 'We move.\n\nRef: d0123abcd-1', ...times };
const texts = { title: full.title, message: full.message };
const wiped = { ...full, title: '', message: '' };
const bare = { id: '1' };
const endAt = later(noon, 600_000);
const sentEnd = { end_at: '2026-03-14T12:10:00Z' };

/** What a change comes to on a server with these answers, and what was sent. */
async function change(target: Partial<ChangeTarget>, answers: readonly Answer[], options = {}) {
  const script = scripted(answers, options);
  const result = await changeWindow(script.statusPage, { id: '1', texts, ...target }, { endAt });
  const { requests, bodies } = script;
  return { result, requests, bodies: bodies.filter((body) => body !== undefined) };
}

describe('texts that can be sent again', () => {
  test('are those of a message that shows its reference', () => {
    expect(textsOf(full)).toEqual(texts);
    expect(textsOf({ title: 'Move', message: '<p>We move.</p><p>Ref: d0123abcd-1</p>' })).toEqual(texts);
  });

  test.each([undefined, '', 'We move.', 'We move, as said in Ref: d0123abcd-1 above.'])(
    'do not include a message that may have been cut: %j',
    (message) => {
      expect(textsOf({ title: 'Move', message })).toEqual({ title: 'Move' });
    },
  );

  test.each([undefined, '', 'We mo…'])('do not include a title that is missing or cut: %j', (title) => {
    expect(sendableTitle(title)).toEqual({});
  });

  test('include a title with an ellipsis inside', () => {
    expect(sendableTitle('Move … now')).toEqual({ title: 'Move … now' });
  });
});

describe('a change of a window', () => {
  test.each<[string, readonly Answer[]]>([
    ['shows it', [{ ...full, ...sentEnd }]],
    ['shows nothing but the id', [bare]],
  ])('is sent once, without the texts, if the answer %s', async (_what, answers) => {
    const { result, bodies } = await change({}, answers);
    expect(bodies).toEqual([sentEnd]);
    expect(result).toMatchObject({ emptiesUnsent: false, shown: { id: '1' } });
    expect(result).not.toHaveProperty('lostMessage', true);
  });

  test('that answers nothing is known to show nothing', async () => {
    expect((await change({}, [{}])).result).toEqual({ shown: undefined, emptiesUnsent: false });
  });

  test('that empties the texts is sent once more with them', async () => {
    const { result, bodies } = await change({}, [wiped, full]);
    expect(bodies).toEqual([sentEnd, { ...texts, ...sentEnd }]);
    expect(result).toMatchObject({ emptiesUnsent: true, lostMessage: false, shown: texts });
  });

  test('that empties the title alone is sent once more', async () => {
    const { result, bodies } = await change({}, [{ ...full, title: '' }, full]);
    expect(bodies).toHaveLength(2);
    expect(result).toMatchObject({ emptiesUnsent: true, lostMessage: false });
  });

  test('that empties a title which nobody knows is not', async () => {
    const { result, bodies } = await change({ texts: {} }, [{ ...full, title: '' }]);
    expect(bodies).toHaveLength(1);
    expect(result.emptiesUnsent).toBe(false);
  });

  test('that empties a message is sent once more with what a list shows of it', async () => {
    const findTexts = async () => ({ message: full.message });
    const { result, bodies } = await change({ texts: { title: 'Move' }, findTexts }, [wiped, full]);
    expect(bodies[1]).toEqual({ ...texts, ...sentEnd });
    expect(result).toMatchObject({ emptiesUnsent: true, lostMessage: false });
  });

  test('that empties a message which nobody knows is reported if the window is ours, and only then', async () => {
    const untitled = { ...full, message: '' };
    const ours = await change({ texts: { title: 'Move' }, isOurs: true }, [untitled]);
    expect(ours.result).toMatchObject({ emptiesUnsent: true, lostMessage: true, shown: { title: 'Move' } });
    expect(ours.bodies).toHaveLength(1);
    const theirs = await change({ texts: { title: 'Move' } }, [untitled]);
    expect(theirs.result).toMatchObject({ emptiesUnsent: false, lostMessage: false });
    expect(theirs.bodies).toHaveLength(1);
  });

  test('that empties a message again is reported as lost', async () => {
    const { result } = await change({}, [wiped, wiped]);
    expect(result).toMatchObject({ emptiesUnsent: true, lostMessage: true });
  });

  test('whose texts are refused is made, and the window is read', async () => {
    const { result, requests } = await change({}, [wiped, 400, { ...full, message: '' }]);
    expect(requests).toEqual(['PATCH /maintenances/1', 'PATCH /maintenances/1', 'GET /maintenances/1']);
    expect(result).toMatchObject({ emptiesUnsent: true, lostMessage: true, shown: { title: 'Move' } });
  });

  test('of a window whose server is known to empty texts has them at once, and is sent once', async () => {
    const known = await change({ emptiesUnsent: true }, [wiped]);
    expect(known.bodies).toEqual([{ ...texts, ...sentEnd }]);
    expect(known.result).toMatchObject({ emptiesUnsent: true, shown: { id: '1' } });
    expect(known.result).not.toHaveProperty('lostMessage');
  });
});

describe('a change of a window whose text must stay', () => {
  const mustKeepText = true;

  test('is read if the answer does not show the text', async () => {
    const { result, requests } = await change({ mustKeepText }, [bare, full]);
    expect(requests).toEqual(['PATCH /maintenances/1', 'GET /maintenances/1']);
    expect(result.emptiesUnsent).toBe(false);
  });

  test('is sent once more if the read shows that the text is gone', async () => {
    const { bodies, result } = await change({ mustKeepText }, [bare, wiped, full]);
    expect(bodies).toEqual([sentEnd, { ...texts, ...sentEnd }]);
    expect(result).toMatchObject({ emptiesUnsent: true, lostMessage: false });
  });

  test('is not read if the answer shows the text, if nobody knows it, or if nothing was sent', async () => {
    expect((await change({ mustKeepText }, [full])).requests).toHaveLength(1);
    expect((await change({ mustKeepText, texts: { title: 'Move' } }, [bare])).requests).toHaveLength(1);
    expect((await change({ mustKeepText }, [], { dryRun: true })).requests).toEqual([]);
    expect((await change({}, [bare])).requests).toHaveLength(1);
  });

  test('is not read if the change is about the text', async () => {
    const script = scripted([bare]);
    await changeWindow(script.statusPage, { id: '1', texts, mustKeepText }, { message: 'Half is done.' });
    expect(script.requests).toHaveLength(1);
  });
});

describe('a change that is refused', () => {
  const changeInFull = (answers: readonly Answer[]) => {
    const script = scripted(answers);
    const done = changeWindowInFull(script.statusPage, { id: '1', texts: {} }, { endAt });
    return { script, done };
  };

  test('is sent once more with everything that a read shows', async () => {
    const { script, done } = changeInFull([400, full, full]);
    await done;
    expect(script.bodies[2]).toEqual({ ...texts, start_at: times.start_at, ...sentEnd });
  });

  test.each([
    ['its start', { ...full, start_at: undefined }],
    ['its end', { ...full, end_at: undefined }],
    ['anything', 404],
  ] as const)('is not sent again if the window does not show %s', async (_what, shown) => {
    const { script, done } = changeInFull([422, shown]);
    await expect(done).rejects.toMatchObject({ status: 422 });
    expect(script.requests).toHaveLength(2);
  });

  test('twice fails with the first refusal, and with another error if that came second', async () => {
    await expect(changeInFull([400, full, 422]).done).rejects.toMatchObject({ status: 400 });
    await expect(changeInFull([400, full, 403]).done).rejects.toMatchObject({ status: 403 });
  });
});

describe('a time that the server shows', () => {
  test('is another one if it differs by more than a second', () => {
    const isOther = [-1_001, -1_000, 0, 1_000, 1_001].map((ms) => isOtherTime(later(noon, ms), noon));
    expect(isOther).toEqual([true, false, false, false, true]);
    expect([isOtherTime(undefined, noon), isOtherTime(noon, undefined)]).toEqual([false, false]);
  });

  test('is a later end only if it lies ahead of what was sent', () => {
    const isLater = [-2, 0, 2].map((seconds) => isLaterEnd(later(noon, seconds * secondMs), noon));
    expect(isLater).toEqual([false, false, true]);
    expect(isLaterEnd(undefined, noon)).toBe(false);
  });
});

describe('a window whose times are moved', () => {
  /** What is noted while the times of a window are moved, and the error, if there is one. */
  async function move(
    wanted: { readonly startAt?: Date; readonly endAt?: Date },
    answers: readonly Answer[],
    { mustShow = false, ...options }: { readonly mustShow?: boolean; readonly dryRun?: boolean } = {},
  ) {
    const script = scripted(answers, options);
    const noted: KnownFields[] = [];
    const writer = { statusPage: script.statusPage, note: (known: KnownFields) => noted.push(known) };
    const error = await moveTimes(writer, { id: '1', texts }, wanted, mustShow).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return { noted, error, requests: script.requests };
  }
  const startAt = later(noon, 60_000);
  const sentStart = { start_at: '2026-03-14T12:01:00Z' };

  test('has its end noted as uncertain until the answer is there', async () => {
    const { noted, error } = await move({ endAt }, [{ ...full, ...sentEnd }]);
    expect(noted).toEqual([{ putOffTo: endAt }, { endAt, putOffTo: undefined }]);
    expect(error).toBeUndefined();
  });

  test('has nothing noted of an end that did not move', async () => {
    const { noted } = await move({ startAt }, [{ ...full, ...sentStart }]);
    expect(noted).toEqual([{ startAt }]);
  });

  test.each<[string, Answer]>([
    ['nothing', {}],
    ['only the id', bare],
  ])('counts as moved if the answer shows %s', async (_what, answer) => {
    const { noted, error, requests } = await move({ startAt, endAt }, [answer]);
    expect(noted.at(-1)).toEqual({ startAt, endAt, putOffTo: undefined });
    expect([error, requests.length]).toEqual([undefined, 1]);
  });

  test('is read if its start must show and does not, but not in a dry run', async () => {
    const hidden = await move({ startAt }, [bare, full], { mustShow: true });
    expect(hidden.requests).toEqual(['PATCH /maintenances/1', 'GET /maintenances/1']);
    expect(hidden.error).toMatchObject({ fields: ['start'] });
    expect((await move({ startAt }, [{ ...full, ...sentStart }], { mustShow: true })).requests).toHaveLength(1);
    const dry = await move({ startAt }, [], { mustShow: true, dryRun: true });
    expect([dry.error, dry.requests]).toEqual([undefined, []]);
    expect((await move({ startAt }, [{}, full], { mustShow: true })).error).toMatchObject({ fields: ['start'] });
  });

  test('is noted with the times that the server shows instead, and the fields that stayed are named', async () => {
    const { noted, error } = await move({ startAt, endAt }, [full]);
    expect(noted.at(-1)).toEqual({ startAt: noon, endAt: later(noon, 1_800_000), putOffTo: undefined });
    expect(error).toMatchObject({ fields: ['start', 'end'] });
    expect((await move({ endAt }, [full])).error).toMatchObject({ fields: ['end'] });
    expect((await move({ startAt }, [full])).error).toMatchObject({ fields: ['start'] });
  });

  test('keeps its end for certain if the server refuses, and not if the answer is lost', async () => {
    const refused = await move({ endAt }, [403]);
    expect(refused.noted).toEqual([{ putOffTo: endAt }, { putOffTo: undefined }]);
    const lost = await move(
      { endAt },
      Array.from({ length: 20 }, () => 503),
    );
    expect(lost.noted).toEqual([{ putOffTo: endAt }]);
  });
});
