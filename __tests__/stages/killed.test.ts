import { describe, expect } from '@jest/globals';
import { acme, scene } from './stage.ts';

const window = { 'status-page': acme };
const incident = { ...window, operation: 'open-incident', title: 'Deploying', message: 'We are at it.' };
/** The page does its work, and the answer takes its time. */
const lateAnswer = (path: string, ms: number) =>
  ({ kind: 'delay', when: 'after', ms, match: { method: 'POST', path } }) as const;

describe('main killed before the answer to its create arrived', () => {
  scene('leaves a window that the post step finds by its marker and takes back', async (stage) => {
    const { job, left, requests, emulator, until } = stage;
    emulator.addFault(lateAnswer('/maintenances', 20_000));
    const deploy = job();
    const running = deploy.startMain({ ...window, 'on-failure': 'keep' });
    await until(() => left().length === 1);
    running.kill();
    expect(await running.finished).toMatchObject({ signal: 'SIGKILL', outputs: {} });
    await deploy.post({ status: 'failure' });
    expect(requests()).toEqual([
      'POST /maintenances',
      'GET /maintenances?status_page_id=<acme>',
      'DELETE /maintenances/1',
    ]);
    expect(left()).toEqual([]);
  });

  scene('leaves a window that is ended, not deleted, where subscribers were told', async (stage) => {
    const { job, left, emulator, until } = stage;
    emulator.addFault(lateAnswer('/maintenances', 20_000));
    const deploy = job();
    const running = deploy.startMain({ ...window, 'notify-subscribers': true });
    await until(() => left().length === 1);
    running.kill();
    await running.finished;
    await deploy.post({ status: 'failure' });
    expect(left()).toEqual(['window 1 on acme: over']);
  });

  scene('leaves an incident that the post step takes back', async ({ job, left, emulator, until }) => {
    emulator.addFault(lateAnswer('/incidents', 20_000));
    const deploy = job();
    const running = deploy.startMain(incident);
    await until(() => left().length === 1);
    running.kill();
    await running.finished;
    await deploy.post({ status: 'failure' });
    expect(left()).toEqual([]);
  });

  scene('leaves a shared window without a key, which nobody else could end', async ({ job, left, emulator, until }) => {
    emulator.addFault(lateAnswer('/maintenances', 20_000));
    const deploy = job();
    const running = deploy.startMain({ ...window, 'auto-resolve': false });
    await until(() => left().length === 1);
    running.kill();
    await running.finished;
    await deploy.post({ status: 'failure' });
    expect(left()).toEqual([]);
  });

  scene('leaves nothing of a stranger touched', async ({ job, left, emulator, until, person }) => {
    const start = new Date(Date.now() - 1_000).toISOString().replace(/\.\d+/, '');
    const end = new Date(Date.now() + 60 * 60_000).toISOString().replace(/\.\d+/, '');
    await person('POST', '/maintenances', {
      status_page_id: acme,
      title: 'Maintenance in progress',
      message: 'We are installing an update. Short interruptions are possible.\n\nRef: r4jc8lii-00000000',
      start_at: start,
      end_at: end,
    });
    emulator.addFault(lateAnswer('/maintenances', 20_000));
    const deploy = job();
    const running = deploy.startMain(window);
    await until(() => left().length === 2);
    running.kill();
    await running.finished;
    await deploy.post({ status: 'failure' });
    expect(left()).toEqual(['window 1 on acme: open until <now+60m>']);
  });

  scene(
    'before the page had it: post looks, waits, looks again, and finds nothing',
    async (stage) => {
      const { job, left, requests, emulator, until } = stage;
      emulator.addFault({ kind: 'silence', match: { method: 'POST' } });
      const deploy = job();
      const running = deploy.startMain(window);
      await until(() => requests().length === 1);
      running.kill();
      await running.finished;
      const { annotations } = await deploy.post({ status: 'failure' });
      expect(annotations).toEqual([]);
      expect(left()).toEqual([]);
    },
    { patient: true },
  );

  scene('without a marker leaves what nobody can find: the post step says so', async (stage) => {
    const { job, left, emulator, until } = stage;
    emulator.addFault(lateAnswer('/maintenances', 20_000));
    const deploy = job();
    const running = deploy.startMain({ ...window, marker: false });
    await until(() => left().length === 1);
    running.kill();
    await running.finished;
    const { exitCode, annotations } = await deploy.post({ status: 'failure' });
    expect([exitCode, annotations.map(({ level }) => level)]).toEqual([0, ['warning']]);
    expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
  });

  scene('before it said anything at all leaves nothing to do', async ({ job, left, requests }) => {
    const deploy = job();
    const running = deploy.startMain(window);
    running.kill();
    await running.finished;
    const { exitCode, annotations } = await deploy.post({ status: 'failure' });
    expect([exitCode, annotations]).toEqual([0, []]);
    expect(requests()).toEqual([]);
    expect(left()).toEqual([]);
  });
});

describe('a cancel', () => {
  scene(
    'during the create waits for the answer, and the post step takes the window back',
    async (stage) => {
      const { job, left, requests, emulator, until } = stage;
      emulator.addFault(lateAnswer('/maintenances', 2_000));
      const deploy = job();
      const running = deploy.startMain(window);
      await until(() => left().length === 1);
      running.cancel();
      const { exitCode, signalsSent } = await running.finished;
      expect([exitCode, signalsSent]).toEqual([130, ['SIGINT']]);
      await deploy.post();
      expect(requests()).toEqual(['POST /maintenances', 'DELETE /maintenances/1']);
      expect(left()).toEqual([]);
    },
    { patient: true },
  );

  scene(
    'during a create that never answers leaves main after 5 s, before it is killed',
    async (stage) => {
      const { job, left, emulator, until } = stage;
      emulator.addFault(lateAnswer('/maintenances', 30_000));
      const deploy = job();
      const running = deploy.startMain(window);
      await until(() => left().length === 1);
      const cancelledAt = Date.now();
      running.cancel();
      const { exitCode, signalsSent } = await running.finished;
      expect([exitCode, signalsSent]).toEqual([130, ['SIGINT']]);
      expect(Date.now() - cancelledAt).toBeLessThan(6_500);
      await deploy.post();
      expect(left()).toEqual([]);
    },
    { patient: true },
  );

  scene(
    'during a look-up opens nothing any more',
    async ({ job, left, requests, emulator, until }) => {
      emulator.addFault({ kind: 'delay', ms: 3_000, match: { path: '/status-pages' } });
      const deploy = job();
      const running = deploy.startMain({ 'status-page': 'acme' });
      await until(() => requests().length === 1);
      running.cancel();
      expect((await running.finished).exitCode).toBe(130);
      await deploy.post();
      expect(requests()).toEqual(['GET /status-pages']);
      expect(left()).toEqual([]);
    },
    { patient: true },
  );

  scene('during the deploy is for the post step to tell: the window stays as announced', async ({ job, left }) => {
    const deploy = job();
    await deploy.main(window);
    const { exitCode } = await deploy.post({ status: 'cancelled', steps: { deploy: { outcome: 'cancelled' } } });
    expect(exitCode).toBe(0);
    expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
  });
});
