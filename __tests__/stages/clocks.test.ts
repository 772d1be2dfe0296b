import { describe, expect } from '@jest/globals';
import { acme, aMoment, scene } from './stage.ts';

const minuteMs = 60_000;

describe('a server whose clock is', () => {
  for (const [where, minutes] of [
    ['ten minutes ahead', 10],
    ['ten minutes behind', -10],
  ] as const) {
    scene(
      `${where} gets the window moved to its own time, and ended by it`,
      async ({ job, left, requests, emulator, until }) => {
        const serverNow = () => Date.now() + minutes * minuteMs;
        const deploy = job();
        await deploy.main({ 'status-page': acme });
        expect(requests()).toEqual(['POST /maintenances', 'PATCH /maintenances/1']);
        await until(() => emulator.windows()[0]?.state === 'active');
        const [opened] = emulator.windows();
        expect(Math.abs((opened?.startAt ?? 0) - serverNow())).toBeLessThan(10_000);
        expect((opened?.endAt ?? 0) - (opened?.startAt ?? 0)).toBe(30 * minuteMs);
        await aMoment();
        await deploy.post({ status: 'success' });
        // The Date of an answer tells the server's time to the second.
        await aMoment();
        expect(left()).toEqual(['window 1 on acme: over']);
        expect(Math.abs((emulator.windows()[0]?.endAt ?? 0) - serverNow())).toBeLessThan(10_000);
      },
      { emulator: { clockSkewSeconds: minutes * 60 } },
    );
  }

  scene(
    'known from a look-up gets the window at the right time at once',
    async ({ job, left, requests }) => {
      const deploy = job();
      const { outputs } = await deploy.main({ 'status-page': 'acme' });
      expect(outputs.state).toBe('active');
      await deploy.post({ status: 'success' });
      expect(requests()).toEqual(['GET /status-pages', 'POST /maintenances', 'PATCH /maintenances/1']);
      expect(left()).toEqual(['window 1 on acme: over']);
    },
    { emulator: { clockSkewSeconds: 600, refuseStartInPast: true, startToleranceSeconds: 30 } },
  );

  scene(
    'behind shows an announced start as it was announced',
    async ({ job, left, requests }) => {
      const deploy = job();
      await deploy.main({ 'status-page': acme, start: '+30m' });
      expect(requests()).toEqual(['POST /maintenances']);
      expect(left()).toEqual(['window 1 on acme: ahead, <now+30m> to <now+60m>']);
    },
    { emulator: { clockSkewSeconds: -600 } },
  );
});

describe('a server that refuses an end in the past', () => {
  scene(
    'is asked once more, for an end a little ahead of its own clock',
    async ({ job, requests, emulator }) => {
      const deploy = job();
      await deploy.main({ 'status-page': acme });
      // Between main and post the server's clock is set forward, by less than would be worth a move.
      emulator.setOptions({ clockSkewSeconds: 20 });
      const { annotations } = await deploy.post({ status: 'success' });
      expect(annotations).toEqual([]);
      expect(requests()).toEqual(['POST /maintenances', 'PATCH /maintenances/1', 'PATCH /maintenances/1']);
      expect((emulator.windows()[0]?.endAt ?? 0) - Date.now() - 20_000).toBeLessThan(5_100);
    },
    { emulator: { refuseEndInPast: true } },
  );

  scene('for good is a warning: the window ends by itself', async ({ job, left, requests, emulator }) => {
    const deploy = job();
    await deploy.main({ 'status-page': acme });
    const text = '{"error":"end_at must not be in the past"}';
    emulator.addFault({ kind: 'status', status: 400, text, match: { method: 'PATCH' }, times: 'always' });
    const { exitCode, annotations } = await deploy.post({ status: 'success' });
    expect([exitCode, annotations.map(({ level }) => level)]).toEqual([0, ['warning']]);
    expect(requests().length).toBe(3);
    expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
  });
});
