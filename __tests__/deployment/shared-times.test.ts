import { describe, expect, test } from '@jest/globals';
import { adoptionChange, mayTakeOver, startsNear } from '../../src/deployment/times.ts';
import { later, minuteMs } from '../../src/domain/time.ts';
import { atMinute, listedWindow, noon } from './listed.ts';

const startingAt = (startAt: Date | undefined) => listedWindow(undefined, { startAt });
const quarter = 15 * minuteMs;

describe('a shared window', () => {
  test('is taken over if it runs, or starts within 15 minutes', () => {
    const mayTake = (startAt: Date | undefined) => mayTakeOver(startingAt(startAt), noon);
    expect([atMinute(-60), noon, later(noon, quarter), undefined].map(mayTake)).toEqual([true, true, true, true]);
    expect(mayTake(later(noon, quarter + 1))).toBe(false);
  });

  test('is the one that is asked for if it starts within 15 minutes of the asked start', () => {
    const asked = atMinute(120);
    const isNear = (startAt: Date | undefined) => startsNear(startingAt(startAt), asked, noon);
    expect([-quarter, 0, quarter].map((ms) => isNear(later(asked, ms)))).toEqual([true, true, true]);
    expect([-quarter - 1, quarter + 1].map((ms) => isNear(later(asked, ms)))).toEqual([false, false]);
    expect(isNear(undefined)).toBe(true);
  });

  test('that runs is the one that is asked for now or soon, and not the one for tonight', () => {
    const runs = startingAt(atMinute(-60));
    expect([noon, later(noon, quarter)].map((asked) => startsNear(runs, asked, noon))).toEqual([true, true]);
    expect(startsNear(runs, later(noon, quarter + 1), noon)).toBe(false);
    expect(startsNear(startingAt(noon), noon, noon)).toBe(true);
  });
});

describe('a window that is reused', () => {
  const plan = { durationMs: 30 * minuteMs };
  const change = (startAt: Date | undefined, endAt: Date | undefined, takenOver = false, now = noon) =>
    adoptionChange(listedWindow(undefined, { startAt, endAt }), plan, takenOver, now);

  test('stays as it is if it lasts for the duration, or does not show its end', () => {
    for (const endAt of [atMinute(30), atMinute(60), undefined]) expect(change(atMinute(-60), endAt)).toBeUndefined();
    expect(change(undefined, atMinute(30))).toBeUndefined();
    expect(change(atMinute(10), atMinute(40))).toBeUndefined();
  });

  test('is put off if it is shorter, up to a full second', () => {
    expect(change(atMinute(-60), atMinute(29))).toEqual({ endAt: atMinute(30) });
    expect(change(atMinute(10), atMinute(39))).toEqual({ endAt: atMinute(40) });
    expect(change(atMinute(-60), atMinute(30), false, later(noon, 1))).toEqual({ endAt: later(atMinute(30), 1_000) });
  });

  test('begins now if it is taken over before its start', () => {
    expect(change(atMinute(10), atMinute(40), true, later(noon, 999))).toEqual({ startAt: noon });
    expect(change(atMinute(10), atMinute(20), true)).toEqual({ startAt: noon, endAt: atMinute(30) });
    expect(change(noon, atMinute(40), true)).toBeUndefined();
  });
});
