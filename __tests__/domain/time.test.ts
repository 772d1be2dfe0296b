import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  ceilSecond,
  dayMs,
  describeDuration,
  describeMove,
  describeSpan,
  describeTime,
  floorSecond,
  formatDuration,
  formatTime,
  hourMs,
  later,
  latest,
  liesAhead,
  minuteMs,
  msBetween,
  parseDuration,
  parseTime,
  secondMs,
} from '../../src/domain/time.ts';

const at = (text: string) => new Date(text);

describe('a length', () => {
  test.each([
    ['90s', 90 * secondMs],
    ['30m', 30 * minuteMs],
    ['2h', 2 * hourMs],
    ['7d', 7 * dayMs],
    ['1h30m', 90 * minuteMs],
    ['1d2h3m4s', dayMs + 2 * hourMs + 3 * minuteMs + 4 * secondMs],
    ['1d4s', dayMs + 4 * secondMs],
    ['007m', 7 * minuteMs],
    ['0s', 0],
    ['PT30M', 30 * minuteMs],
    ['PT90S', 90 * secondMs],
    ['PT1H30M', 90 * minuteMs],
    ['P1D', dayMs],
    ['P1DT2H3M4S', dayMs + 2 * hourMs + 3 * minuteMs + 4 * secondMs],
  ])('is read from %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    '',
    '30',
    '0',
    ' 30m',
    '30m ',
    '30 m',
    '30min',
    '30M',
    '1.5h',
    '1,5h',
    '-30m',
    '+30m',
    '30m1h',
    '30m30m',
    '1w',
    'm',
    'P',
    'PT',
    'P1DT',
    'PT30',
    'pt30m',
    'P30M',
    'P1M',
    'P1Y',
    'P1W',
    'PT1D',
    'PT0.5H',
    'PT30M1H',
    '-PT30M',
    'half an hour',
    '1e3s',
    '30m\n',
  ])('is not read from %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test('is read again from what it is written as, to the second or to the minute', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8 * dayMs }), (ms) => {
        const unit = ms >= 2 * minuteMs ? minuteMs : secondMs;
        const read = parseDuration(formatDuration(ms)) ?? Number.NaN;
        expect(read).toBeGreaterThanOrEqual(ms);
        expect(read - ms).toBeLessThan(unit);
        expect(formatDuration(read)).toBe(formatDuration(ms));
      }),
    );
  });

  test.each([
    [0, '0s'],
    [-5 * secondMs, '0s'],
    [1, '1s'],
    [45 * secondMs, '45s'],
    [90 * secondMs, '1m30s'],
    [119_001, '2m'],
    [120_001, '3m'],
    [90 * minuteMs, '1h30m'],
    [7 * dayMs, '7d'],
    [dayMs + minuteMs, '1d1m'],
  ])('of %i ms is written as an input would be, rounded up: %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test.each([
    [0, '0 s'],
    [-9 * secondMs, '0 s'],
    [499, '0 s'],
    [500, '1 s'],
    [45 * secondMs, '45 s'],
    [119 * secondMs, '1 min 59 s'],
    [119_600, '2 min'],
    [7 * minuteMs + 29 * secondMs, '7 min'],
    [7 * minuteMs + 30 * secondMs, '8 min'],
    [90 * minuteMs, '1 h 30 min'],
    [2 * dayMs + hourMs, '2 d 1 h'],
  ])('of %i ms is told to people, rounded: %s', (ms, text) => {
    expect(describeDuration(ms)).toBe(text);
  });
});

describe('a time', () => {
  test.each([
    ['2026-01-31T22:00:00Z', '2026-01-31T22:00:00.000Z'],
    ['2026-01-31t22:00:00z', '2026-01-31T22:00:00.000Z'],
    ['2026-01-31 22:00:00Z', '2026-01-31T22:00:00.000Z'],
    ['2026-01-31T22:00:00.5Z', '2026-01-31T22:00:00.500Z'],
    ['2026-01-31T22:00:00.123456789Z', '2026-01-31T22:00:00.123Z'],
    ['2026-01-31T22:00:00+05:30', '2026-01-31T16:30:00.000Z'],
    ['2026-01-31T22:00:00-08:00', '2026-02-01T06:00:00.000Z'],
    ['2026-01-31T22:00:00-00:00', '2026-01-31T22:00:00.000Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['2026-12-31T23:59:59Z', '2026-12-31T23:59:59.000Z'],
  ])('is read from %s', (text, instant) => {
    expect(parseTime(text)?.toISOString()).toBe(instant);
  });

  test.each([
    ['no zone', '2026-01-31T22:00:00'],
    ['no seconds', '2026-01-31T22:00Z'],
    ['no time', '2026-01-31'],
    ['no day', '2026-01'],
    ['no date', '22:00:00Z'],
    ['a named zone', '2026-01-31T22:00:00 CET'],
    ['a zone without a colon', '2026-01-31T22:00:00+0100'],
    ['a zone of hours alone', '2026-01-31T22:00:00+01'],
    ['a zone that does not exist', '2026-01-31T22:00:00+24:00'],
    ['a zone with 60 minutes', '2026-01-31T22:00:00+01:60'],
    ['a 30th of February', '2026-02-30T00:00:00Z'],
    ['a 29th of February in a year without one', '2026-02-29T00:00:00Z'],
    ['a 31st of April', '2026-04-31T00:00:00+02:00'],
    ['a day 0', '2026-01-00T00:00:00Z'],
    ['a month 0', '2026-00-01T00:00:00Z'],
    ['a month 13', '2026-13-01T00:00:00Z'],
    ['an hour 24', '2026-01-31T24:00:00Z'],
    ['an hour 25', '2026-01-31T25:00:00Z'],
    ['a minute 60', '2026-01-31T22:60:00Z'],
    ['a second 61', '2026-01-31T22:00:61Z'],
    ['a comma', '2026-01-31T22:00:00,5Z'],
    ['a year of five digits', '12026-01-31T22:00:00Z'],
    ['a sign', '+002026-01-31T22:00:00Z'],
    ['a blank in front', ' 2026-01-31T22:00:00Z'],
    ['a line break behind', '2026-01-31T22:00:00Z\n'],
    ['the American order', '01/31/2026 22:00:00'],
    ['seconds since 1970', '1767225600'],
    ['nothing', ''],
    ['words', 'tomorrow'],
  ])('is not read from a text with %s', (_, text) => {
    expect(parseTime(text)).toBeUndefined();
  });

  const instants = fc.date({
    min: at('1970-01-01T00:00:00Z'),
    max: at('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  });

  test('is read again from what it is written as, in whole seconds', () => {
    fc.assert(
      fc.property(instants, (date) => {
        expect(formatTime(date)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        expect(parseTime(formatTime(date))).toEqual(floorSecond(date));
      }),
    );
  });

  test('is the same instant in whatever zone it is written', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: -23 * 60, max: 23 * 60 }), (date, minutes) => {
        const two = (number: number) => String(number).padStart(2, '0');
        const there = later(floorSecond(date), minutes * minuteMs);
        fc.pre(there.getUTCFullYear() >= 1970 && there.getUTCFullYear() <= 9999);
        const zone = `${minutes < 0 ? '-' : '+'}${two(Math.trunc(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
        expect(parseTime(there.toISOString().slice(0, 19) + zone)).toEqual(floorSecond(date));
      }),
    );
  });

  test('lies between the full seconds around it, and on them if it is one', () => {
    fc.assert(
      fc.property(instants, (date) => {
        const [before, after] = [floorSecond(date), ceilSecond(date)];
        expect(before <= date && date <= after).toBe(true);
        expect(msBetween(before, after)).toBe(date.getMilliseconds() === 0 ? 0 : secondMs);
      }),
    );
  });

  test('lies ahead only if clocks that agree to the second would say so', () => {
    const now = at('2026-03-14T14:05:00Z');
    expect(liesAhead(later(now, secondMs), now)).toBe(false);
    expect(liesAhead(later(now, secondMs + 1), now)).toBe(true);
    expect(liesAhead(now, later(now, secondMs))).toBe(false);
  });

  test('later than another is the latest of the two', () => {
    const [morning, evening] = [at('2026-03-14T08:00:00Z'), at('2026-03-14T20:00:00Z')];
    expect(latest(morning, evening)).toBe(evening);
    expect(latest(evening, morning)).toBe(evening);
    expect(later(morning, 12 * hourMs)).toEqual(evening);
    expect(msBetween(evening, morning)).toBe(-12 * hourMs);
  });
});

describe('to people', () => {
  const now = at('2026-03-14T14:05:00Z');

  test('a moment of today is written with its hour and minute, another with its day', () => {
    expect(describeTime(at('2026-03-14T14:32:59Z'), now)).toBe('14:32 UTC');
    expect(describeTime(at('2026-03-15T00:00:00Z'), now)).toBe('2026-03-15 00:00 UTC');
    expect(describeTime(at('2026-03-13T23:59:59Z'), now)).toBe('2026-03-13 23:59 UTC');
  });

  test('a move of a time is written with seconds if both are in one minute', () => {
    expect(describeMove(at('2026-03-14T14:32:00Z'), at('2026-03-14T15:02:00Z'), now)).toBe(
      'from 14:32 UTC to 15:02 UTC',
    );
    expect(describeMove(at('2026-03-14T14:32:05Z'), at('2026-03-14T14:32:40Z'), now)).toBe(
      'from 14:32:05 UTC to 14:32:40 UTC',
    );
    expect(describeMove(at('2026-03-14T14:32:00Z'), at('2026-03-15T14:32:00Z'), now)).toBe(
      'from 14:32 UTC to 2026-03-15 14:32 UTC',
    );
  });

  test('a stretch of time is written with its length', () => {
    expect(describeSpan(at('2026-03-14T14:02:00Z'), at('2026-03-14T14:09:00Z'), now)).toBe('14:02–14:09 UTC (7 min)');
    expect(describeSpan(at('2026-03-14T23:50:00Z'), at('2026-03-15T00:20:00Z'), now)).toBe(
      '2026-03-14 23:50 – 2026-03-15 00:20 UTC (30 min)',
    );
    expect(describeSpan(at('2026-03-15T10:00:00Z'), at('2026-03-15T11:00:00Z'), now)).toBe(
      '2026-03-15 10:00–11:00 UTC (1 h)',
    );
  });

  test('a stretch of less than two minutes is written with its seconds', () => {
    expect(describeSpan(at('2026-03-14T14:02:05Z'), at('2026-03-14T14:02:50Z'), now)).toBe(
      '14:02:05–14:02:50 UTC (45 s)',
    );
    expect(describeSpan(at('2026-03-14T14:02:00Z'), at('2026-03-14T14:04:00Z'), now)).toBe('14:02–14:04 UTC (2 min)');
  });
});
