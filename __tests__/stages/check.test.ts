import { describe, expect } from '@jest/globals';
import { acme, type Inputs, type SceneOptions, type Stage, scene } from './stage.ts';

const check: Inputs = { operation: 'check' };

/** A scene of a check; on the page nothing is left, whatever it finds. */
function checking(name: string, play: (stage: Stage) => Promise<void>, options: SceneOptions = {}): void {
  scene(
    name,
    async (stage) => {
      await play(stage);
      expect(stage.left()).toEqual([]);
      const writes = stage.emulator.journal().filter(({ method }) => method !== 'GET');
      expect(writes.filter(({ worked }) => worked)).toEqual([]);
    },
    { sideBySide: true, ...options },
  );
}

describe('check', () => {
  checking('of a key that is fit', async ({ job, grant }) => {
    grant('maintenances:write', 'maintenances:read', 'status-pages:read');
    const deploy = job();
    const { exitCode, annotations, outputs } = await deploy.main({ ...check, 'status-page': 'acme' });
    expect([exitCode, annotations]).toEqual([0, []]);
    expect(JSON.parse(outputs.scopes ?? '')).toMatchObject({
      'maintenances:write': 'granted',
      'incidents:write': 'missing',
    });
    expect(JSON.parse(outputs.pages ?? '')).toHaveLength(3);
    await deploy.post({ status: 'success' });
  });

  checking(
    'of a key with every scope warns',
    async ({ job }) => {
      const { exitCode, annotations } = await job().main(check);
      expect([exitCode, annotations.map(({ level }) => level)]).toEqual([0, ['warning']]);
      expect(annotations[0]?.text).toContain('it has every scope');
    },
    { told: false },
  );

  checking('of a key that lacks a scope lists the boxes to tick', async ({ job, grant }) => {
    grant('incidents:read', 'maintenances:write');
    const inputs = { ...check, require: 'open-maintenance, open-incident, resolve' };
    const { exitCode, annotations, outputs } = await job().main(inputs);
    expect(exitCode).toBe(1);
    expect(annotations.map(({ text }) => text)).toEqual([
      expect.stringContaining('exactly these boxes: `incidents:write` and `maintenances:write`.'),
    ]);
    expect(JSON.parse(outputs.scopes ?? '')).toMatchObject({ 'incidents:write': 'missing' });
  });

  checking('of a key that the server refuses', async ({ job }) => {
    const { exitCode, outputs } = await job({ secrets: { KEY: 'spk_revoked' } }).main(check);
    expect(exitCode).toBe(1);
    expect(new Set(Object.values(JSON.parse(outputs.scopes ?? '')))).toEqual(new Set(['unknown']));
  });

  checking('where the address is not that of the API, which does not know anything', async ({ job, emulator }) => {
    emulator.addFault({ kind: 'status', status: 404, times: 'always' });
    const { exitCode, annotations, outputs } = await job().main(check);
    expect([exitCode, annotations.length]).toEqual([1, 1]);
    expect(outputs.scopes).not.toContain('granted');
  });

  checking('with wrong inputs asks nothing', async ({ job, requests }) => {
    const { exitCode } = await job().main({ ...check, require: 'open-maintenance, resolv', 'request-timeout': '10' });
    expect([exitCode, requests()]).toEqual([1, []]);
  });

  checking('of pages that the key does not see names those near them', async ({ job, grant }) => {
    grant('maintenances:write', 'status-pages:read');
    const nearly = acme.replace(/1$/, '9');
    const { exitCode, annotations } = await job().main({ ...check, 'status-page': `${nearly}, betta` });
    expect([exitCode, annotations.length]).toEqual([1, 1]);
    expect(annotations[0]?.text).toMatch(/"Acme".*\n.*"Beta"/);
  });

  checking(
    'in a dry run is the same check',
    async ({ job, grant, requests }) => {
      grant('maintenances:write');
      const { exitCode, log } = await job().main({ ...check, 'dry-run': true });
      expect([exitCode, requests().filter((request) => request.startsWith('PATCH')).length]).toEqual([0, 2]);
      expect(log).toContain('the same as without it');
    },
    { told: false },
  );
});
