import { describe, expect } from '@jest/globals';
import { acme, aMoment, beta, later, scene } from './stage.ts';

const window = { 'status-page': acme, 'auto-resolve': false };
const incident = { ...window, operation: 'open-incident', title: 'Deploying', message: 'We are at it.' };
const opened = 'investigating "We are at it."';
const key = { 'deployment-key': 'prod' };
const resolve = { operation: 'resolve', 'api-key': '${{ secrets.KEY }}' };

/** What the workflow hands from one job to the next. */
const handedOver = { id: '${{ needs.open.outputs.id }}', kind: '${{ needs.open.outputs.kind }}' };
const needs = (outputs: Readonly<Record<string, string>>) => ({ needs: { open: { result: 'success', outputs } } });

describe('resolve', () => {
  scene('by id ends the window that another job has opened and left', async ({ job, left, requests }) => {
    const open = job({ jobName: 'open' }, 'open');
    const { outputs } = await open.main(window);
    await open.post({ status: 'success' });
    expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
    const close = job({ jobName: 'close', ...needs(outputs) }, 'close');
    await close.main({ ...resolve, ...handedOver });
    await close.post({ status: 'success' });
    expect(requests()).toEqual(['POST /maintenances', 'GET /maintenances/1', 'PATCH /maintenances/1']);
    expect(left()).toEqual(['window 1 on acme: over']);
  });

  scene(
    'by id resolves an incident, and several at once',
    async ({ job, left, emulator }) => {
      emulator.addFault(later(beta));
      const { outputs } = await job({ jobName: 'open' }, 'open').main({ ...incident, 'status-page': 'acme, beta' });
      const close = job({ jobName: 'close', ...needs(outputs) }, 'close');
      await close.main({ ...resolve, ...handedOver, 'resolve-message': 'Done.' });
      expect(left()).toEqual([
        `incident 1 on acme: resolved (${opened}, resolved "Done.")`,
        `incident 2 on beta: resolved (${opened}, resolved "Done.")`,
      ]);
    },
    { sideBySide: true },
  );

  scene(
    'by key finds window and incident',
    async ({ job, left }) => {
      await job({ runId: '100' }, 'window').main({ ...window, ...key });
      await job({ runId: '200' }, 'incident').main({ ...incident, ...key });
      await job({ runId: '300' }, 'close').main({ ...resolve, ...key, 'status-page': 'acme' });
      expect(left()).toEqual([
        'window 1 on acme: over',
        `incident 1 on acme: resolved (${opened}, resolved "The update is complete.")`,
      ]);
    },
    { patient: true, sideBySide: true },
  );

  scene(
    'by key and kind leaves the other kind alone',
    async ({ job, left }) => {
      await job({ runId: '100' }, 'window').main({ ...window, ...key });
      await job({ runId: '200' }, 'incident').main({ ...incident, ...key });
      await job({ runId: '300' }, 'close').main({ ...resolve, ...key, 'status-page': acme, kind: 'maintenance' });
      expect(left()).toEqual(['window 1 on acme: over', `incident 1 on acme: investigating (${opened})`]);
    },
    { patient: true },
  );

  scene(
    'by key names the kind that the key may not read',
    async ({ job, left, grant }) => {
      await job({ runId: '100' }, 'window').main({ ...window, ...key });
      grant('maintenances:read', 'maintenances:write');
      const { exitCode, log } = await job({ runId: '300' }, 'close').main({ ...resolve, ...key, 'status-page': acme });
      expect(exitCode).toBe(0);
      expect(log).toContain('may not read incidents');
      expect(left()).toEqual(['window 1 on acme: over']);
    },
    { patient: true, sideBySide: true },
  );

  scene(
    'by key fails where the key may read neither kind',
    async ({ job, left, grant }) => {
      await job({ runId: '100' }, 'window').main({ ...window, ...key });
      grant('maintenances:write', 'incidents:write');
      const { exitCode } = await job({ runId: '300' }, 'close').main({ ...resolve, ...key, 'status-page': acme });
      expect(exitCode).toBe(1);
      expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
    },
    { patient: true, sideBySide: true },
  );

  scene(
    'by key finds nothing, and that is all right',
    async ({ job }) => {
      const { exitCode, annotations } = await job().main({ ...resolve, ...key, 'status-page': acme });
      expect([exitCode, annotations]).toEqual([0, []]);
    },
    { sideBySide: true },
  );

  scene(
    'does with an outcome what the post step would do',
    async ({ job, left }) => {
      await job({ runId: '100' }, 'open').main({ ...window, ...key });
      const failed = {
        ...resolve,
        ...key,
        'status-page': acme,
        kind: 'maintenance',
        outcome: '${{ needs.deploy.result }}',
      };
      const deploy = (result: string) => ({ needs: { deploy: { result, outputs: {} } } });
      await job({ runId: '200', ...deploy('failure') }, 'kept').main(failed);
      expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
      await job({ runId: '300', ...deploy('failure') }, 'incident').main({ ...failed, 'on-failure': 'incident' });
      expect(left()).toEqual([
        'window 1 on acme: over',
        'incident 1 on acme: investigating (investigating "An update did not complete as planned. We are looking into it.")',
      ]);
    },
    { patient: true },
  );

  scene('of nothing that was opened says so in one line, without a key and without a page', async (stage) => {
    const { job, requests } = stage;
    const { exitCode, annotations, log } = await job().main({ operation: 'resolve', id: 'none', 'api-key': '' });
    expect([exitCode, annotations]).toEqual([0, []]);
    expect(log).toContain('Nothing was opened');
    expect(requests()).toEqual([]);
  });

  scene('of an id that is empty fails and names the causes', async ({ job, requests }) => {
    const { exitCode, annotations } = await job(needs({})).main({ ...resolve, ...handedOver });
    expect(exitCode).toBe(1);
    expect(annotations[0]?.text).toContain('holds a secret');
    expect(requests()).toEqual([]);
  });

  scene('of an id that is not there fails and asks for the other kind', async ({ job, left }) => {
    const { outputs } = await job({}, 'open').main(incident);
    const { exitCode, annotations, summary } = await job({}, 'close').main({
      ...resolve,
      id: outputs.id ?? '',
      kind: 'maintenance',
    });
    expect(exitCode).toBe(1);
    expect(annotations[0]?.text).toContain('kind: incident');
    expect(summary).not.toContain('STILL ON THE PAGE');
    expect(left()).toEqual([`incident 1 on acme: investigating (${opened})`]);
  });

  scene('of what an earlier attempt has resolved changes nothing', async ({ job, left }) => {
    const opening = job({ jobName: 'open' }, 'open');
    const ofWindow = await opening.main(window);
    const ofIncident = await opening.main(incident);
    for (const attempt of [1, 2]) {
      for (const { outputs } of [ofWindow, ofIncident]) {
        const close = job({ jobName: 'close', attempt, ...needs(outputs) }, `close, attempt ${attempt}`);
        const { exitCode, annotations } = await close.main({ ...resolve, ...handedOver });
        expect([exitCode, annotations]).toEqual([0, []]);
      }
      await aMoment();
    }
    expect(left()).toEqual([
      'window 1 on acme: over',
      `incident 1 on acme: resolved (${opened}, resolved "The update is complete.")`,
    ]);
  });

  scene('with on-api-error: warn lets the job go on all the same', async ({ job, left, emulator }) => {
    const { outputs } = await job({}, 'open').main(window);
    emulator.addFault({ kind: 'status', status: 403, match: { method: 'PATCH' } });
    const close = job(needs(outputs), 'close');
    const { exitCode } = await close.main({ ...resolve, ...handedOver, 'on-api-error': 'warn' });
    expect(exitCode).toBe(0);
    expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
  });
});
