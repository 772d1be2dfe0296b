import { describe, expect } from '@jest/globals';
import type { Scope } from '../../src/emulator/scopes.ts';
import { acme, beta, type Inputs, scene } from './stage.ts';

const window: Inputs = { 'status-page': acme };
const incident: Inputs = { ...window, operation: 'open-incident', title: 'Deploying', message: 'We are at it.' };
const fromFork = {
  eventName: 'pull_request',
  event: { pull_request: { head: { repo: { full_name: 'stranger/shop' } } } },
  secrets: {},
};

describe('without a key', () => {
  scene('main fails and says where a key comes from, and why one may be missing', async ({ job, requests }) => {
    const deploy = job({ secrets: {} });
    const { exitCode, annotations } = await deploy.main(window);
    expect(exitCode).toBe(1);
    expect(annotations[0]?.text).toContain('secrets: inherit');
    await deploy.post();
    expect(requests()).toEqual([]);
  });

  scene("a fork's pull request gets a notice, and the job goes on", async ({ job, requests }) => {
    const deploy = job(fromFork);
    const { exitCode, annotations, outputs } = await deploy.main(window);
    expect([exitCode, annotations.map(({ level }) => level), outputs.id]).toEqual([0, ['notice'], 'none']);
    await deploy.post({ status: 'success' });
    expect(requests()).toEqual([]);
  });

  scene('so does a pull request of a fork that was deleted since', async ({ job, requests }) => {
    const deploy = job({ ...fromFork, event: { pull_request: { head: { repo: null } } } });
    const { exitCode, annotations } = await deploy.main(window);
    expect([exitCode, annotations.map(({ level }) => level)]).toEqual([0, ['notice']]);
    await deploy.post({ status: 'success' });
    expect(requests()).toEqual([]);
  });

  scene('Dependabot gets a notice, and the job goes on', async ({ job, requests }) => {
    const deploy = job({ actor: 'dependabot[bot]', secrets: {} });
    const { exitCode, annotations } = await deploy.main(window);
    expect([exitCode, annotations.map(({ level }) => level)]).toEqual([0, ['notice']]);
    await deploy.post({ status: 'success' });
    expect(requests()).toEqual([]);
  });

  scene(
    'a pull request of the repository itself fails like a push',
    async ({ job }) => {
      const event = { pull_request: { head: { repo: { full_name: 'acme/shop' } } } };
      const { exitCode } = await job({ ...fromFork, event }).main(window);
      expect(exitCode).toBe(1);
    },
    { told: false },
  );

  scene('the post step, which is left with a window, tells how to end it', async ({ job, left }) => {
    const deploy = job();
    // A secret that is gone by the time of the post step.
    await deploy.main({ ...window, 'api-key': "${{ job.status == 'success' && secrets.KEY || '' }}" });
    const { exitCode, annotations } = await deploy.post({ status: 'failure' });
    expect([exitCode, annotations.map(({ level }) => level)]).toEqual([0, ['warning']]);
    expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
  });
});

describe('a key', () => {
  scene('that the server does not know', async ({ job, requests }) => {
    const deploy = job({ secrets: { KEY: 'spk_revoked' } });
    const { exitCode, annotations } = await deploy.main(window);
    expect(exitCode).toBe(1);
    expect(annotations[0]?.text).toContain('revoked');
    await deploy.post();
    expect(requests()).toEqual(['POST /maintenances']);
  });

  for (const [how, key] of Object.entries({
    'with a line break at its end': 'spk_secret_7\n',
    'with a blank in it': 'spk_sec ret_7',
    'that is another kind of secret': 'ghp_secret7',
  })) {
    scene(`${how} is told without being shown`, async ({ job, requests }) => {
      // It comes from somewhere that the runner does not mask by itself.
      const deploy = job({ secrets: {}, env: { KEY: key } });
      const { exitCode, annotations, log, summary } = await deploy.main({ ...window, 'api-key': '${{ env.KEY }}' });
      expect(exitCode).toBe(1);
      expect(annotations.length).toBe(1);
      expect(log + summary).not.toMatch(/secret|sec ret/);
      await deploy.post();
      expect(requests()).toEqual([]);
    });
  }
});

describe('a scope that the key lacks is named', () => {
  interface Case {
    readonly doing: string;
    readonly inputs: Inputs;
    readonly granted: readonly Scope[];
    readonly missing: string;
    readonly attempt?: number;
  }
  const cases: readonly Case[] = [
    { doing: 'opening a window', inputs: window, granted: ['maintenances:read'], missing: '`maintenances:write`' },
    { doing: 'opening an incident', inputs: incident, granted: ['incidents:read'], missing: '`incidents:write`' },
    {
      doing: 'looking up a page by its slug',
      inputs: { 'status-page': 'acme' },
      granted: ['maintenances:write'],
      missing: '`status-pages:read` (also written `status_pages:read`)',
    },
    {
      doing: 'looking for the window of a key',
      inputs: { ...window, 'deployment-key': 'prod' },
      granted: ['maintenances:write'],
      missing: '`maintenances:read`',
    },
    {
      doing: 'looking for the incident of an earlier attempt',
      inputs: incident,
      granted: ['incidents:write'],
      missing: '`incidents:read`',
      attempt: 2,
    },
    {
      doing: 'proving that a failure can open an incident',
      inputs: { ...window, 'on-failure': 'incident', outcome: '${{ steps.deploy.outcome }}' },
      granted: ['maintenances:write', 'incidents:read'],
      missing: '`incidents:write`',
    },
  ];
  for (const { doing, inputs, granted, missing, attempt = 1 } of cases) {
    scene(`${doing}`, async ({ job, left, grant }) => {
      grant(...granted);
      const deploy = job({ attempt });
      const { exitCode, annotations } = await deploy.main(inputs);
      expect(exitCode).toBe(1);
      expect(annotations.length).toBe(1);
      expect(annotations[0]?.text).toContain(`the scope ${missing}`);
      await deploy.post();
      expect(left()).toEqual([]);
    });
  }

  scene('ending a window, which the key could open a moment before', async ({ job, left, grant }) => {
    const deploy = job();
    await deploy.main(window);
    grant('maintenances:read');
    const { exitCode, annotations } = await deploy.post({ status: 'success' });
    expect(exitCode).toBe(0);
    expect(annotations).toMatchObject([{ level: 'warning', text: expect.stringContaining('`maintenances:write`') }]);
    expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
  });
});

describe('a page', () => {
  scene('by a UUID that the key does not see: those that it sees are listed, the nearest first', async ({ job }) => {
    const deploy = job();
    const nearly = acme.replace(/1$/, '9');
    const { exitCode, annotations } = await deploy.main({ 'status-page': nearly });
    expect(exitCode).toBe(1);
    expect(annotations[0]?.text).toMatch(/"Acme".*"Gamma"/s);
    await deploy.post();
  });

  scene('by an unknown slug: nothing is opened anywhere', async ({ job, left, requests }) => {
    const deploy = job();
    const { exitCode, annotations } = await deploy.main({ 'status-page': 'acme, betta, gama' });
    expect(exitCode).toBe(1);
    expect(annotations[0]?.text).toMatch(/"betta".*"Beta".*"gama".*"Gamma"/s);
    await deploy.post();
    expect(requests()).toEqual(['GET /status-pages']);
    expect(left()).toEqual([]);
  });

  scene(
    'by a name that two pages have: the slugs are offered',
    async ({ job, requests }) => {
      const deploy = job();
      const { exitCode, annotations } = await deploy.main({ 'status-page': 'shop' });
      expect(exitCode).toBe(1);
      expect(annotations[0]?.text).toMatch(/shop-eu or shop-us/);
      await deploy.post();
      expect(requests()).toEqual(['GET /status-pages']);
    },
    {
      emulator: {
        pages: [
          { id: acme, slug: 'shop-eu', name: 'Shop', components: [] },
          { id: beta, slug: 'shop-us', name: 'SHOP', components: [] },
        ],
      },
    },
  );
});
