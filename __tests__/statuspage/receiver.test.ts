import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createLargeResponseQueue } from '../../src/statuspage/receiver.ts';

test('one large response is read at a time, in the order in which they came', () => {
  const joinQueue = createLargeResponseQueue();
  const begun: string[] = [];
  const endFirst = joinQueue(() => begun.push('first'));
  const endSecond = joinQueue(() => begun.push('second'));
  const endThird = joinQueue(() => begun.push('third'));
  joinQueue(() => begun.push('fourth'));
  expect(begun).toEqual(['first']);
  // It broke off while it waited.
  endSecond(0);
  endFirst(5_000_000);
  expect(begun).toEqual(['first', 'third']);
  endThird(5_000_000);
  expect(begun).toEqual(['first', 'third', 'fourth']);
});

test('a response that stalls holds up the others for a while only', async () => {
  const joinQueue = createLargeResponseQueue(20);
  const begun: string[] = [];
  const endFirst = joinQueue(() => begun.push('first'));
  joinQueue(() => begun.push('second'));
  await sleep(60);
  expect(begun).toEqual(['first', 'second']);
  endFirst(0);
  expect(begun).toEqual(['first', 'second']);
});
