import { describe, expect } from '@jest/globals';
import { acme, aMoment, beta, scene } from './stage.ts';

const announced = { 'status-page': acme, 'deployment-key': 'prod', 'auto-resolve': false };

describe('a re-run', () => {
  scene('goes on with the window that the first attempt left open', async ({ job, left, requests }) => {
    const first = job({}, 'attempt 1');
    await first.main({ 'status-page': acme });
    await first.post({ status: 'failure' });
    const second = job({ attempt: 2 }, 'attempt 2');
    const { outputs } = await second.main({ 'status-page': acme, duration: '1h' });
    expect([outputs.id, outputs.created]).toEqual(['1', 'false']);
    expect(left()).toEqual(['window 1 on acme: open until <now+60m>']);
    await second.post({ status: 'success' });
    expect(requests().filter((request) => request.startsWith('POST'))).toEqual(['POST /maintenances']);
    expect(left()).toEqual(['window 1 on acme: over']);
  });

  scene('never brings an end forward', async ({ job, left, requests }) => {
    const first = job({}, 'attempt 1');
    await first.main({ 'status-page': acme, duration: '2h' });
    await first.post({ status: 'failure' });
    const second = job({ attempt: 2 }, 'attempt 2');
    await second.main({ 'status-page': acme, duration: '30m' });
    expect(requests()).toEqual(['POST /maintenances', 'GET /maintenances?status_page_id=<acme>']);
    expect(left()).toEqual(['window 1 on acme: open until <now+120m>']);
    await second.post({ status: 'success' });
    expect(left()).toEqual(['window 1 on acme: over']);
  });

  scene(
    'of a deployment that is over opens a new window',
    async ({ job, left }) => {
      for (const attempt of [1, 2]) {
        const deploy = job({ attempt }, `attempt ${attempt}`);
        await deploy.main({ 'status-page': acme });
        await deploy.post({ status: 'success' });
        await aMoment();
      }
      expect(left()).toEqual(['window 1 on acme: over', 'window 2 on acme: over']);
    },
    { patient: true },
  );

  scene(
    'whose main fails leaves what an earlier attempt has announced as it was',
    async (stage) => {
      const { job, left, emulator } = stage;
      await job({}, 'attempt 1').main({ 'status-page': 'acme', 'notify-subscribers': true });
      emulator.addFault({ kind: 'status', status: 403, match: { method: 'POST', path: '/maintenances' } });
      const second = job({ attempt: 2 }, 'attempt 2');
      const { exitCode } = await second.main({ 'status-page': 'acme, beta' });
      expect(exitCode).toBe(1);
      await second.post();
      expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
    },
    { sideBySide: true },
  );
});

describe('a deployment key', () => {
  scene(
    'is found by two jobs: one opens, one goes on, one resolves',
    async ({ job, left, requests }) => {
      const build = job({ jobName: 'build' }, 'build');
      const opened = await build.main(announced);
      await build.post({ status: 'success' });
      // A record that is older than ten seconds has no rival any more.
      await new Promise((resolve) => setTimeout(resolve, 11_000));
      const deploy = job({ jobName: 'deploy' }, 'deploy');
      const goneOn = await deploy.main(announced);
      await deploy.post({ status: 'success' });
      expect([opened.outputs.created, goneOn.outputs.created]).toEqual(['true', 'false']);
      expect(goneOn.outputs.id).toBe(opened.outputs.id);
      expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
      const finish = job({ jobName: 'finish' }, 'finish');
      await finish.main({ operation: 'resolve', 'status-page': acme, 'deployment-key': 'prod' });
      await finish.post({ status: 'success' });
      expect(requests().filter((request) => request.startsWith('POST'))).toEqual(['POST /maintenances']);
      expect(left()).toEqual(['window 1 on acme: over']);
    },
    { patient: true, sideBySide: true },
  );

  scene(
    'leaves one window where two jobs open at the same moment, and both know which',
    async ({ job, left, emulator }) => {
      // Both have looked before either creates.
      emulator.addFault({ kind: 'delay', ms: 1_000, match: { method: 'POST', path: '/maintenances' }, times: 2 });
      const both = await Promise.all(
        ['eu', 'us'].map((region) => job({ matrix: { region } }, region).main({ ...announced, duration: '1h' })),
      );
      expect(emulator.journal().filter(({ method }) => method === 'POST').length).toBe(2);
      expect(both.map(({ outputs }) => outputs.created).toSorted()).toEqual(['false', 'true']);
      expect(new Set(both.map(({ outputs }) => outputs.id)).size).toBe(1);
      expect(left()).toEqual([`window ${both[0]?.outputs.id} on acme: open until <now+60m>`]);
    },
    { told: false, patient: true },
  );

  scene(
    'leaves one incident where two jobs open at the same moment',
    async ({ job, left, emulator }) => {
      emulator.addFault({ kind: 'delay', ms: 1_000, match: { method: 'POST', path: '/incidents' }, times: 2 });
      const incident = { ...announced, operation: 'open-incident', title: 'Deploying', message: 'We are at it.' };
      const both = await Promise.all(['eu', 'us'].map((region) => job({ matrix: { region } }, region).main(incident)));
      expect(both.map(({ outputs }) => outputs.created).toSorted()).toEqual(['false', 'true']);
      expect(new Set(both.map(({ outputs }) => outputs.id)).size).toBe(1);
      const id = both[0]?.outputs.id;
      expect(left()).toEqual([`incident ${id} on acme: investigating (investigating "We are at it.")`]);
    },
    { told: false, patient: true },
  );

  scene(
    'takes over the window that was announced for it, starts it now, and ends it',
    async (stage) => {
      const { job, left, requests } = stage;
      const yesterday = job({ runId: '100', jobName: 'announce' }, 'announce');
      await yesterday.main({ ...announced, start: '+10m', duration: '50m', title: 'Upgrade' });
      await yesterday.post({ status: 'success' });
      expect(left()).toEqual(['window 1 on acme: ahead, <now+10m> to <now+60m>']);
      const deploy = job({ runId: '200' }, 'deploy');
      const { outputs } = await deploy.main({ 'status-page': acme, 'deployment-key': 'prod' });
      expect([outputs.id, outputs.created, outputs.title, outputs.state]).toEqual(['1', 'false', 'Upgrade', 'active']);
      expect(left()).toEqual(['window 1 on acme: open until <now+60m>']);
      await deploy.post({ status: 'success' });
      expect(requests().filter((request) => request.startsWith('POST'))).toEqual(['POST /maintenances']);
      expect(left()).toEqual(['window 1 on acme: over']);
    },
    { patient: true },
  );

  scene(
    'leaves a window alone that is announced for later',
    async ({ job, left }) => {
      await job({ runId: '100' }, 'announce').main({ ...announced, start: '+2h', title: 'Upgrade tonight' });
      const deploy = job({ runId: '200' }, 'deploy');
      await deploy.main({ 'status-page': acme, 'deployment-key': 'prod' });
      await deploy.post({ status: 'success' });
      expect(left()).toEqual(['window 1 on acme: ahead, <now+120m> to <now+150m>', 'window 2 on acme: over']);
    },
    { patient: true },
  );

  scene(
    'of a window that was taken over and then main was killed: the window stays',
    async (stage) => {
      const { job, left, emulator, until } = stage;
      await job({ runId: '100' }, 'announce').main({ ...announced, start: '+10m', title: 'Upgrade' });
      emulator.addFault({ kind: 'delay', when: 'after', ms: 20_000, match: { method: 'PATCH' } });
      const deploy = job({ runId: '200' }, 'deploy');
      const running = deploy.startMain({ 'status-page': acme, 'deployment-key': 'prod' });
      await until(() => left()[0]?.includes('open') ?? false);
      running.kill();
      await running.finished;
      await deploy.post({ status: 'failure' });
      expect(left()).toEqual(['window 1 on acme: open until <now+40m>']);
    },
    { patient: true },
  );

  scene(
    'is not that of another repository',
    async ({ job, left }) => {
      const ours = await job({}, 'ours').main(announced);
      const theirs = await job({ repository: 'acme/blog' }, 'theirs').main(announced);
      expect([ours.outputs.created, theirs.outputs.created]).toEqual(['true', 'true']);
      await job({}, 'ours, later').main({ operation: 'resolve', 'status-page': acme, 'deployment-key': 'prod' });
      expect(left()).toEqual(['window 1 on acme: over', 'window 2 on acme: open until <now+30m>']);
    },
    { patient: true, sideBySide: true },
  );

  scene('keeps the windows of two calls of a reusable workflow apart', async ({ job, left }) => {
    const markers: (string | undefined)[] = [];
    for (const [key, page] of [
      ['api', acme],
      ['shop', beta],
    ] as const) {
      const call = job({}, key);
      markers.push((await call.main({ 'status-page': page, 'deployment-key': key })).outputs.marker);
    }
    expect(markers[0]).not.toBe(markers[1]);
    expect(left()).toEqual(['window 1 on acme: open until <now+30m>', 'window 2 on beta: open until <now+30m>']);
  });
});
