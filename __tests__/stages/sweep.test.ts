import { describe, expect } from '@jest/globals';
import { type FakeGitHub, startFakeGitHub } from '../github/fake-github.ts';
import { acme, actionKey, type Inputs, type Stage, type StageJob, scene } from './stage.ts';

const token = 'ghs_0a1b2c3d4e5f';
const incident = { 'status-page': acme, operation: 'open-incident', title: 'Deploying', message: 'We are at it.' };
const opened = 'investigating "We are at it."';
const closed = 'resolved "The update that opened this notice ended without closing it."';
const sweep = { operation: 'sweep', 'status-page': acme, 'github-token': '${{ secrets.TOKEN }}' };

/** GitHub knows the run of the sweep, one that is over, and one that goes on. */
async function withGitHub(play: (github: FakeGitHub) => Promise<void>): Promise<void> {
  const runs = new Map([
    ['100', 'completed'],
    ['200', 'in_progress'],
    ['900', 'in_progress'],
  ]);
  const github = await startFakeGitHub({ repository: 'acme/shop', token, runs });
  try {
    await play(github);
  } finally {
    await github.stop();
  }
}

/** Two machines: one is lost after it has opened an incident, the other is still at work. */
async function loseMachine({ job }: Stage): Promise<void> {
  await job({ runId: '100' }, 'lost').main(incident);
  await job({ runId: '200' }, 'at work').main(incident);
}

function nightly({ job }: Stage, { apiUrl }: FakeGitHub, secret = token): StageJob {
  const secrets = { KEY: actionKey, TOKEN: secret };
  return job({ runId: '900', eventName: 'schedule', secrets, env: { GITHUB_API_URL: apiUrl } }, 'nightly');
}

const untouched = [1, 2].map((id) => `incident ${id} on acme: investigating (${opened})`);

describe('sweep', () => {
  scene('resolves the incident of a run that is over, once, and leaves that of one that goes on', (stage) =>
    withGitHub(async (github) => {
      await loseMachine(stage);
      const job = nightly(stage, github);
      const { outputs } = await job.main(sweep);
      expect(outputs).toEqual({ swept: '1' });
      await job.post({ status: 'success' });
      const again = await nightly(stage, github).main(sweep);
      expect([again.exitCode, again.outputs]).toEqual([0, { swept: '' }]);
      expect(stage.left()).toEqual([`incident 1 on acme: resolved (${opened}, ${closed})`, untouched[1]]);
    }),
  );

  scene('with a key that may only read says which scope it lacks', (stage) =>
    withGitHub(async (github) => {
      await loseMachine(stage);
      stage.grant('incidents:read');
      const { exitCode, annotations } = await nightly(stage, github).main(sweep);
      expect(exitCode).toBe(1);
      expect(annotations[0]?.text).toContain('`incidents:write`');
      expect(stage.left()).toEqual(untouched);
    }),
  );

  scene('with a token that GitHub refuses says so, and shows none', (stage) =>
    withGitHub(async (github) => {
      await loseMachine(stage);
      const { exitCode, annotations } = await nightly(stage, github, 'ghs_anotherToken').main(sweep);
      expect(exitCode).toBe(1);
      expect(annotations[0]?.text).toContain('GitHub refused the token');
      expect(stage.left()).toEqual(untouched);
    }),
  );

  scene('of a page that is not there fails and names those that are', (stage) =>
    withGitHub(async (github) => {
      const { exitCode, annotations } = await nightly(stage, github).main({ ...sweep, 'status-page': 'acmee' });
      expect(exitCode).toBe(1);
      expect(annotations[0]?.text).toContain('acme');
      expect(github.journal).toEqual([]);
    }),
  );

  scene('in a dry run prints what it would send', (stage) =>
    withGitHub(async (github) => {
      await loseMachine(stage);
      const { exitCode, outputs } = await nightly(stage, github).main({ ...sweep, 'dry-run': true });
      expect([exitCode, outputs]).toEqual([0, { swept: '' }]);
      expect(stage.left()).toEqual(untouched);
    }),
  );

  scene('with wrong inputs tells all of them, and asks nobody', (stage) =>
    withGitHub(async (github) => {
      const wrong: Inputs = {
        operation: 'sweep',
        'request-timeout': '10',
        'github-token': 'Bearer ${{ secrets.TOKEN }}',
      };
      const { exitCode, annotations } = await nightly(stage, github).main(wrong);
      expect(exitCode).toBe(1);
      expect(annotations).toHaveLength(1);
      expect(stage.requests()).toEqual([]);
      expect(github.journal).toEqual([]);
    }),
  );
});

describe('recover', () => {
  const key = { 'deployment-key': 'prod', 'on-failure': 'incident', recover: true };
  const deploy = { 'status-page': acme, ...key, outcome: '${{ fromJSON(toJSON(steps)).deploy.outcome }}' };
  const failed = 'An update did not complete as planned. We are looking into it.';

  scene('resolves after a success what an earlier failure has opened', async ({ job, left }) => {
    const first = job({ runId: '100' }, 'first');
    await first.main(deploy);
    await first.post({ steps: { deploy: { outcome: 'failure' } } });
    expect(left()[1]).toBe(`incident 1 on acme: investigating (investigating "${failed}")`);
    const second = job({ runId: '200' }, 'second');
    await second.main(deploy);
    await second.post({ steps: { deploy: { outcome: 'success' } } });
    expect(left()[2]).toBe(
      `incident 1 on acme: resolved (investigating "${failed}", resolved "The update is complete.")`,
    );
  });

  scene('names what people have taken into their hands, and leaves it there', async ({ job, left, person }) => {
    const first = job({ runId: '100' }, 'first');
    await first.main(deploy);
    await first.post({ steps: { deploy: { outcome: 'failure' } } });
    await person('POST', '/incidents/1/updates', { message: 'It is the disk.', incident_state_id: '2' });
    const second = job({ runId: '200' }, 'second');
    await second.main(deploy);
    const { exitCode, annotations } = await second.post({ steps: { deploy: { outcome: 'success' } } });
    expect([exitCode, annotations]).toEqual([0, []]);
    expect(left()[2]).toMatch(/^incident 1 on acme: identified/);
  });
});
