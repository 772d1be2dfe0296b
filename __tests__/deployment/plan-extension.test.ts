import { describe, expect, test } from '@jest/globals';
import { planExtension } from '../../src/deployment/extend.ts';
import { later, minuteMs } from '../../src/domain/time.ts';
import { noon } from '../support/virtual-clock.ts';

const durationMs = 30 * minuteMs;
const endAt = later(noon, durationMs);

describe('the end of a window whose command continues', () => {
  test('is waited for until a tenth is left', () => {
    expect(planExtension(endAt, durationMs, noon)).toEqual({ todo: 'wait', ms: 27 * minuteMs });
    expect(planExtension(endAt, durationMs, later(noon, 27 * minuteMs - 1))).toEqual({ todo: 'wait', ms: 1 });
  });

  test.each([27, 29])('is moved on by the duration after %i of 30 minutes', (minutes) => {
    const step = planExtension(endAt, durationMs, later(noon, minutes * minuteMs));
    expect(step).toEqual({ todo: 'move', endAt: later(endAt, durationMs) });
  });

  test('that has passed is left alone: what is over is not opened again', () => {
    expect(planExtension(endAt, durationMs, endAt)).toEqual({ todo: 'nothing' });
    expect(planExtension(endAt, durationMs, later(endAt, 1))).toEqual({ todo: 'nothing' });
  });
});
