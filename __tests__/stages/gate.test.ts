import { describe, expect } from '@jest/globals';
import { acme, scene } from './stage.ts';

const gate = { operation: 'gate', 'status-page': acme };
const budget = { ...gate, 'min-uptime': 99.95, monitors: 'Website' };
const fromFork = {
  eventName: 'pull_request',
  event: { pull_request: { head: { repo: { full_name: 'stranger/shop' } } } },
  secrets: {},
};
const slow = { status_page_id: acme, title: 'Slow search', message: 'We look into it.' };

describe('gate', () => {
  scene(
    'is open where nothing is in the way',
    async ({ job, requests }) => {
      const deploy = job();
      const { exitCode, annotations, outputs } = await deploy.main({ ...budget, 'allow-maintenance': false });
      expect([exitCode, annotations]).toEqual([0, []]);
      expect(outputs).toEqual({ passed: 'true', reasons: '[]' });
      await deploy.post({ status: 'success' });
      expect(requests().every((request) => request.startsWith('GET '))).toBe(true);
    },
    { sideBySide: true },
  );

  scene('is closed by an open incident, and open when it is resolved', async ({ job, person }) => {
    await person('POST', '/incidents', slow);
    const closed = await job({}, 'first').main(gate);
    expect([closed.exitCode, closed.outputs.passed]).toEqual([1, 'false']);
    expect(closed.annotations).toHaveLength(1);
    await person('POST', '/incidents/1/updates', { incident_state_id: '4' });
    const open = await job({}, 'second').main(gate);
    expect([open.exitCode, open.outputs.passed]).toEqual([0, 'true']);
  });

  scene(
    'lets the own incident of a deployment key pass',
    async ({ job }) => {
      const key = { 'status-page': acme, 'deployment-key': 'prod' };
      const texts = { title: 'Update', message: 'We are at it.', 'auto-resolve': false };
      await job({ runId: '100' }, 'open').main({ operation: 'open-incident', ...key, ...texts });
      const { exitCode } = await job({ runId: '200' }, 'gate').main({ ...gate, ...key });
      expect(exitCode).toBe(0);
    },
    { patient: true },
  );

  scene(
    'is closed where the error budget is spent, naming the monitor',
    async ({ job }) => {
      const { exitCode, annotations } = await job().main({
        ...budget,
        monitors: 'Website, API',
        'allow-incidents': true,
      });
      expect(exitCode).toBe(1);
      expect(annotations[0]?.text).toMatch(/error budget of the monitor "API"/);
    },
    { sideBySide: true },
  );

  scene('is closed where a scope is missing, and names it', async ({ job, grant }) => {
    grant('monitors:read', 'analytics:read');
    const { exitCode, annotations } = await job().main({ ...gate, 'wait-for': '15m' });
    expect(exitCode).toBe(1);
    expect(annotations[0]?.text).toContain('`incidents:read`');
  });

  scene('lets pass what cannot be known only with on-api-error: warn', async ({ job, grant }) => {
    grant('monitors:read');
    const { exitCode, outputs, annotations } = await job().main({ ...gate, 'on-api-error': 'warn' });
    expect([exitCode, outputs.passed]).toEqual([0, 'true']);
    expect(annotations.map(({ level }) => level)).toEqual(['warning']);
  });

  scene('with wrong inputs is closed, and nothing is sent', async ({ job, requests }) => {
    const wrong = { 'min-uptime': '99,9', 'uptime-period': '1y', 'wait-for': 15, 'allow-incidents': 'perhaps' };
    const { exitCode, outputs } = await job().main({ ...gate, ...wrong });
    expect([exitCode, outputs.passed]).toEqual([1, 'false']);
    expect(requests()).toEqual([]);
  });

  scene('that would look at nothing is a wrong input', async ({ job, requests }) => {
    const { exitCode } = await job().main({ ...gate, 'allow-incidents': true, monitors: 'API' });
    expect(exitCode).toBe(1);
    expect(requests()).toEqual([]);
  });

  scene('that is bypassed says so and asks nobody', async ({ job, person, requests }) => {
    await person('POST', '/incidents', slow);
    const { exitCode, annotations } = await job().main({ ...gate, bypass: true });
    expect(exitCode).toBe(0);
    expect(annotations.map(({ level }) => level)).toEqual(['warning']);
    expect(requests()).toEqual([]);
  });

  scene('of an unknown page is closed, and names those that the key sees', async ({ job }) => {
    const byId = await job({}, 'by id').main({ ...gate, 'status-page': acme.replace(/.$/, 'f') });
    expect(byId.exitCode).toBe(1);
    expect(byId.annotations[0]?.text).toContain('This key sees');
    const bySlug = await job({}, 'by slug').main({ ...gate, 'status-page': 'acmee' });
    expect(bySlug.exitCode).toBe(1);
  });

  scene(
    'names a monitor that is disabled, missing or too young',
    async ({ job }) => {
      const monitors = 'Old website, Nobody, Nightly job';
      const asked = { ...budget, monitors, 'status-page': 'acme, beta', 'allow-incidents': true };
      const { annotations } = await job().main(asked);
      expect(annotations[0]?.text.split('\n')).toHaveLength(4);
    },
    { sideBySide: true },
  );

  scene('without a key, for it is a fork, is closed', async ({ job, requests }) => {
    const { exitCode, outputs } = await job(fromFork).main(gate);
    expect([exitCode, outputs.passed]).toEqual([1, 'false']);
    expect(requests()).toEqual([]);
  });

  scene('in a dry run asks like any other', async ({ job, requests }) => {
    const { exitCode } = await job().main({ ...gate, 'dry-run': true });
    expect(exitCode).toBe(0);
    expect(requests()).toEqual(['GET /incidents?status_page_id=<acme>&limit=200']);
  });

  scene(
    'is asked again while it waits, and left at once by a signal',
    async ({ job, person, until, requests }) => {
      await person('POST', '/incidents', slow);
      const running = job().startMain({ ...gate, 'wait-for': '15m' });
      await until(() => requests().length > 0);
      await new Promise((resolve) => setTimeout(resolve, 300));
      running.cancel();
      const { exitCode, outputs } = await running.finished;
      expect([exitCode, outputs.passed]).toEqual([130, 'false']);
    },
    { told: false },
  );
});
