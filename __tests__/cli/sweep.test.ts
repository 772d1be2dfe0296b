import { describe, expect, test } from '@jest/globals';
import { startFakeGitHub } from '../github/fake-github.ts';
import { acme, type Cli, withServedCli } from './typing.ts';

const token = 'ghp_0a1b2c3d4e5f';

/** An incident as the step of a run has opened it. */
async function openBy({ emulator, apiUrl }: Cli, runId: number): Promise<void> {
  const { key } = emulator.options().keys[0] ?? { key: '' };
  const message = `We are at it.\n\nRef: d0123abcd-${runId.toString(36)}-01abcdef0a1b2cxy`;
  await fetch(`${apiUrl}/incidents`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'Deploying', status_page_id: acme, message }),
  });
}

describe('a command', () => {
  test('`sweep` asks GitHub about the repository that the environment names, and resolves what dead runs have left', async () => {
    const runs = new Map([
      ['100', 'completed'],
      ['200', 'in_progress'],
    ]);
    const github = await startFakeGitHub({ repository: 'acme/shop', token, runs });
    await withServedCli(async (context) => {
      await openBy(context, 100);
      await openBy(context, 200);
      const around = { GITHUB_REPOSITORY: 'acme/shop', GITHUB_API_URL: github.apiUrl, GITHUB_TOKEN: token };
      const swept = await context.typeWith(around, 'sweep', '--status-page', acme);
      expect(swept).toMatchObject({ exitCode: 0, stdout: '1\n' });
      expect(context.emulator.incidents().map(({ state }) => state)).toEqual(['resolved', 'investigating']);
      const again = await context.typeWith(around, 'sweep', '--status-page', acme, '--json');
      expect(JSON.parse(again.stdout)).toEqual({ operation: 'sweep', swept: [] });
      expect(again.stdout + again.stderr + swept.stderr).not.toContain(token);
    });
    await github.stop();
  });

  test('`sweep` leaves incidents of runs that GitHub does not know, and asks after no run of its own', async () => {
    const github = await startFakeGitHub({ repository: 'acme/shop', token, runs: new Map() });
    await withServedCli(async (context) => {
      await openBy(context, 100);
      const around = {
        GITHUB_REPOSITORY: 'acme/shop',
        GITHUB_API_URL: github.apiUrl,
        STATUSPAGE_ME_GITHUB_TOKEN: token,
      };
      expect(await context.typeWith(around, 'sweep', '--status-page', acme)).toMatchObject({
        exitCode: 0,
        stdout: '\n',
      });
      expect(context.emulator.incidents().map(({ state }) => state)).toEqual(['investigating']);
      expect(github.journal.map(({ runId }) => runId)).toEqual(['100']);
    });
    await github.stop();
  });

  test('`sweep` without a repository says which variable is missing', () =>
    withServedCli(async (context) => {
      const { exitCode, stderr } = await context.typeWith({ GITHUB_TOKEN: token }, 'sweep', '--status-page', acme);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 2,
        stderr: expect.stringContaining('GITHUB_REPOSITORY is empty. Set it to the repository'),
      });
    }));
});
