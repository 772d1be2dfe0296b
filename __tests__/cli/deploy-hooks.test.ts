import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { sampleKey } from '../../src/emulator/sample.ts';
import { pipelines } from './pipelines.ts';
import { inVirtualTime, type Site } from './running.ts';
import { acme } from './typing.ts';

const file = '.statuspage-me.json';
const gitlab = pipelines['GitLab CI/CD'];
const remembers = ({ folder }: Site) => existsSync(join(folder, file));
const remembered = ({ folder }: Site) => JSON.parse(readFileSync(join(folder, file), 'utf8')).deployments;

describe('a pair of hooks', () => {
  test('ends as the outcome says, and remembers what is still on the page', () =>
    inVirtualTime(async (site) => {
      await site.type(['deploy-start']);
      const failed = await site.type(['deploy-end', '--outcome', 'failure']);
      expect(failed).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('The deployment failed') });
      expect(failed.stderr).toContain('The next successful deployment with the same state file ends it.');
      expect(site.page()).toEqual(['window 1 active']);
      // The next try goes on with it: there are never two.
      const again = await site.type(['deploy-start']);
      expect(again.stderr).toContain('Reusing the maintenance window');
      await site.type(['deploy-end', '--outcome', 'success']);
      await site.allOver(1);
      expect(remembers(site)).toBe(false);
    }));

  test.each([
    ['with a key', ['--deployment-key', 'shop']],
    ['without a key', []],
  ])('ends after a success what a failure with another title has left, %s', (name, words) =>
    inVirtualTime(async (site) => {
      await site.type(['deploy-start', ...words, '--title', 'Version 1']);
      const failed = await site.type(['deploy-end', ...words, '--outcome', 'failure']);
      const same = name === 'with a key' ? '--deployment-key' : 'state file';
      expect(failed.stderr).toContain(`The next successful deployment with the same ${same} ends it.`);
      await site.pass(60_000);
      await site.type(['deploy-start', ...words, '--title', 'Version 2']);
      expect(site.page()).toEqual(['window 1 active', 'window 2 active']);
      await site.type(['deploy-end', ...words]);
      await site.allOver(2);
      expect(remembers(site)).toBe(false);
    }),
  );

  test('opens an incident for a failure if that is wanted', () =>
    inVirtualTime(async (site) => {
      await site.type(['deploy-start', '--on-failure', 'incident']);
      await site.type([
        'deploy-end',
        '--on-failure',
        'incident',
        '--outcome',
        'failure',
        '--failure-title',
        'It broke',
      ]);
      await site.allOver(1);
      expect(site.emulator.incidents()).toMatchObject([{ title: 'It broke' }]);
      expect(remembers(site)).toBe(false);
    }));

  test('makes sure at the start that the incident can be opened, and leaves it to the end whether it is', () =>
    inVirtualTime(async (site) => {
      await site.type(['deploy-start', '--on-failure', 'incident']);
      await site.type(['deploy-end', '--outcome', 'failure']);
      expect(site.emulator.incidents()).toEqual([]);
      expect(site.page()).toEqual(['window 1 active']);
      const refusal = { kind: 'status', status: 403, match: { path: '/incidents' } } as const;
      site.emulator.addFault(refusal);
      expect(await site.type(['deploy-start', '--on-failure', 'incident'])).toMatchObject({ exitCode: 5 });
    }));

  test('is remembered in the file that --state-file names', () =>
    inVirtualTime(async (site) => {
      const elsewhere = join(site.folder, 'notes.json');
      await site.type(['deploy-start', '--state-file', elsewhere]);
      expect([existsSync(elsewhere), remembers(site)]).toEqual([true, false]);
      await site.type(['deploy-end'], { STATUSPAGE_ME_STATE_FILE: elsewhere });
      expect(existsSync(elsewhere)).toBe(false);
      await site.allOver(1);
    }));

  test('prints the end as one object', () =>
    inVirtualTime(async ({ type }) => {
      await type(['deploy-start', '--json']);
      const { stdout } = await type(['deploy-end', '--json']);
      expect(JSON.parse(stdout)).toMatchObject({ id: '1', kind: 'maintenance' });
    }));

  test('in a dry run sends and remembers nothing', () =>
    inVirtualTime(async (site) => {
      const start = await site.type(['deploy-start', '--dry-run']);
      expect(start).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('not sent: POST /maintenances') });
      const end = await site.type(['deploy-end'], { STATUSPAGE_ME_DRY_RUN: 'true' });
      expect(end).toMatchObject({ exitCode: 0, stderr: 'Dry run: nothing is ended.\n' });
      expect(site.requests()).toEqual([]);
      expect(remembers(site)).toBe(false);
    }));
});

test.each(['failed', 'FAILURE', 'Failed', '1', '130'])(
  'an end takes the word of another CI or an exit code for a failure: %s',
  (word) =>
    inVirtualTime(async (site) => {
      await site.type(['deploy-start']);
      const byFlag = await site.type(['deploy-end', '--outcome', word]);
      const byVariable = await site.type(['deploy-end'], { STATUSPAGE_ME_OUTCOME: word });
      for (const { stderr } of [byFlag, byVariable]) expect(stderr).toContain('The deployment failed');
      expect(site.page()).toEqual(['window 1 active']);
    }),
);

describe('an end whose inputs are wrong', () => {
  const wrong = [
    { words: ['--outcome', ''], says: "'--outcome <value>' argument '' is invalid. It is empty" },
    {
      words: ['--outcome', 'unstable'],
      says: '--outcome: "unstable" is not job, success, failure, cancelled or skipped, or an exit code from 0 to 255.',
    },
    { words: ['--outcome', '256'], says: '--outcome: "256" is not job, success' },
    { words: ['--dry-run', 'yes'], says: '--dry-run: "yes" is not true or false' },
    { words: ['--on-failure', 'open', '--on-api-error', 'warn'], says: '--on-failure: "open" is not keep' },
  ];

  test.each(wrong)('ends nothing, and remembers it: $words', ({ words, says }) =>
    inVirtualTime(async (site) => {
      await site.type(['deploy-start']);
      const end = await site.type(['deploy-end', ...words]);
      expect(end).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining(says) });
      expect(site.page()).toEqual(['window 1 active']);
      expect(remembers(site)).toBe(true);
    }),
  );

  test('no more than one that is a dry run in capitals', () =>
    inVirtualTime(async (site) => {
      await site.type(['deploy-start']);
      const end = await site.type(['deploy-end', '--dry-run', 'TRUE']);
      expect(end).toMatchObject({ exitCode: 0, stderr: 'Dry run: nothing is ended.\n' });
      expect(site.page()).toEqual(['window 1 active']);
    }));
});

describe('a state file that is lost', () => {
  test('leaves the deployment key, which finds the window on the page', () =>
    inVirtualTime(async (site) => {
      await site.type(['deploy-start', '--deployment-key', 'shop']);
      rmSync(join(site.folder, file));
      const end = await site.type(['deploy-end', '--deployment-key', 'shop']);
      expect(end).toMatchObject({ exitCode: 0, stdout: '1\n' });
      expect(end.stderr).toContain(`there is no ${file}. Ending what the deployment key finds on the page instead.`);
      await site.allOver(1);
    }));

  test('fails an end that cannot search for the window, unless on-api-error is warn', () =>
    inVirtualTime(async (site) => {
      site.emulator.addFault({ kind: 'status', status: 403, match: { method: 'GET' }, times: 'always' });
      const words = ['deploy-end', '--deployment-key', 'shop'];
      const end = await site.type(words);
      expect(end).toMatchObject({ exitCode: 5, stdout: '' });
      expect(end.stderr).toContain('Error: Could not find what deploy-start opened: ');
      const warned = await site.type([...words, '--on-api-error', 'warn']);
      expect(warned).toMatchObject({ exitCode: 0, stdout: '' });
      expect(warned.stderr).toContain('Warning: Could not find what deploy-start opened: ');
    }));

  test('is named without the key, whatever its name is', () =>
    inVirtualTime(async ({ type }) => {
      const end = await type(['deploy-end', '--deployment-key', 'shop', '--state-file', `${sampleKey}.json`]);
      expect(end.stderr).toContain('there is no ***.json');
    }));

  test('and a window that is over excuses no incident of a failure, nor the end of that of an earlier one', () =>
    inVirtualTime(async (site) => {
      const key = ['--deployment-key', 'shop'];
      const failure = ['--outcome', 'failure', '--on-failure', 'incident'];
      const never = await site.type(['deploy-end', ...key, ...failure]);
      expect(never).toMatchObject({ exitCode: 0, stdout: 'none\n' });
      expect(never.stderr.match(/^Nothing .*/gm)).toEqual(['Nothing open was found for this deployment key.']);
      expect(site.emulator.incidents()).toEqual([]);
      await site.type(['deploy-start', ...key]);
      await site.type(['resolve', '--id', '1', '--kind', 'maintenance']);
      await site.allOver(1);
      rmSync(join(site.folder, file));
      await site.pass(60_000);
      const late = await site.type(['deploy-end', ...key, ...failure]);
      expect(late.stderr).not.toMatch(/DURATION|--duration/);
      expect(site.emulator.incidents()).toMatchObject([{ state: 'investigating' }]);
      const recovered = await site.type(['deploy-end', ...key, '--recover']);
      expect(recovered.stderr).toContain('Resolved the incident');
      expect(site.emulator.incidents()).toMatchObject([{ state: 'resolved' }]);
    }));

  test('and a window that was ended before is not called too short', () =>
    inVirtualTime(async (site) => {
      const key = ['--deployment-key', 'shop'];
      await site.type(['deploy-start', ...key]);
      await site.type(['deploy-end', ...key]);
      await site.allOver(1);
      await site.pass(75_000);
      const again = await site.type(['deploy-end', ...key]);
      expect(again).toMatchObject({ exitCode: 0 });
      expect(again.stderr).toContain('Nothing to do: the maintenance window "Maintenance in progress" (id 1) on ');
      expect(again.stderr).not.toContain('ended by itself');
    }));

  test.each([
    ['outside a CI', {}],
    ['in a pipeline', gitlab],
  ])('and a window that was ended a moment ago is over, %s', (_, environment) =>
    inVirtualTime(async (site) => {
      const key = ['--deployment-key', 'shop'];
      await site.type(['deploy-start', ...key], environment);
      await site.pass(90_400);
      await site.type(['deploy-end', ...key], environment);
      const writes = () => site.requests().filter((request) => !request.startsWith('GET'));
      const before = writes();
      for (const outcome of ['success', 'failure']) {
        const again = await site.type(['deploy-end', ...key, '--outcome', outcome], environment);
        expect(again).toMatchObject({ exitCode: 0, stdout: 'none\n' });
        expect(again.stderr).toMatch(/^Nothing to do: the maintenance window .* is over already\.$/m);
        expect(again.stderr).not.toMatch(/Ended|ended by itself|deployment failed/);
      }
      expect(writes()).toEqual(before);
    }),
  );

  test('or broken is no reason to leave the window either', () =>
    inVirtualTime(async (site) => {
      await site.type(['deploy-start', '--deployment-key', 'shop']);
      writeFileSync(join(site.folder, file), '{"version":1,');
      const end = await site.type(['deploy-end', '--deployment-key', 'shop', '--outcome', 'failure']);
      expect(end.stderr).toContain('is not a state file of this version');
      expect(readFileSync(join(site.folder, file), 'utf8')).toBe('{"version":1,');
      expect(end.stderr).toContain('The deployment failed');
      await site.type(['deploy-end', '--deployment-key', 'shop']);
      await site.allOver(1);
      const start = await site.type(['deploy-start', '--deployment-key', 'shop']);
      expect(start).toMatchObject({ exitCode: 2, stdout: '' });
      expect(start.stderr).toContain(`${file} is not a state file of this version. Give another path`);
    }));

  test('that holds a deployment with a key says so to an end without it', () =>
    inVirtualTime(async (site) => {
      const start = await site.type(['deploy-start', '--deployment-key', 'shop']);
      expect(start.stderr).toContain('The command deploy-end with the same --deployment-key ends it after a success.');
      const end = await site.type(['deploy-end']);
      expect(end).toMatchObject({ exitCode: 6, stdout: '' });
      expect(end.stderr).toContain(`${file} remembers no deployment without a key, only that of shop. Give both`);
    }));

  test('without a page ends nothing either, and says that before anything else', () =>
    inVirtualTime(async (site) => {
      const environment = { STATUSPAGE_ME_STATUS_PAGE: '' };
      const end = await site.type(['deploy-end', '--deployment-key', 'shop'], environment);
      expect(end).toMatchObject({ exitCode: 6, stdout: '' });
      expect(end.stderr).toMatch(
        /^Error: Could not use the state file: there is no \S+\. Give --status-page too, so that/m,
      );
      expect(end.stderr).not.toContain('Ending what');
      expect(site.requests()).toEqual([]);
    }));

  test('without a key ends nothing, and says what leads there', () =>
    inVirtualTime(async (site) => {
      const end = await site.type(['deploy-end']);
      expect(end).toMatchObject({ exitCode: 6, stdout: '' });
      expect(end.stderr).toContain(
        'Give both commands the same --deployment-key, or give the --state-file of deploy-start. If an earlier deploy-end did its work, nothing is left to do.',
      );
      expect(site.requests()).toEqual([]);
    }));

  test('leads to no window without an API key, or on a page that is not there', () =>
    inVirtualTime(async ({ type }) => {
      const words = ['deploy-end', '--deployment-key', 'shop'];
      const keyless = await type(words, { STATUSPAGE_ME_API_KEY: '' });
      expect(keyless).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('there is no API key') });
      const nowhere = await type([...words, '--status-page', 'nowhere']);
      expect(nowhere).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('nowhere') });
    }));

  test.each(['resolve', 'incident'])(
    'leaves to another pipeline what that one opened, after a failure with on-failure: %s',
    (reaction) =>
      inVirtualTime(async (site) => {
        const key = ['--deployment-key', 'shop'];
        await site.type(['deploy-start', ...key], gitlab);
        rmSync(join(site.folder, file));
        const next = { ...gitlab, CI_PIPELINE_ID: '81235' };
        const words = ['deploy-end', ...key, '--outcome', 'failure', '--on-failure', reaction];
        expect(await site.type(words, next)).toMatchObject({ exitCode: 0 });
        expect(site.requests().filter((request) => /^(PATCH|POST)/.test(request))).toEqual(['POST /maintenances']);
        // The pipeline that opened it still ends it as its own outcome says.
        expect(await site.type(words, gitlab)).toMatchObject({ exitCode: 0 });
        await site.allOver(1);
      }),
  );

  test('ends after a success what an earlier pipeline left, and nothing that is announced for later', () =>
    inVirtualTime(async (site) => {
      const key = ['--deployment-key', 'shop'];
      await site.type(['deploy-start', ...key], gitlab);
      await site.type(['open-maintenance', ...key, '--start', '+2h'], gitlab);
      const next = { ...gitlab, CI_PIPELINE_ID: '81235' };
      const end = await site.type(['deploy-end', ...key], next);
      expect(end).toMatchObject({ exitCode: 0 });
      expect(end.stderr).toContain('belongs to another pipeline');
      expect(end.stderr).toContain('Ended the maintenance window "Maintenance in progress" (id 1)');
      expect(remembered(site)).toMatchObject([{ pipeline: expect.stringContaining(' 81234') }]);
      await site.pass(2_000);
      expect(site.page()).toEqual(['window 1 past', 'window 2 scheduled']);
    }));

  test('finds the window that was announced for this deployment and taken over', () =>
    inVirtualTime(async (site) => {
      const key = ['--deployment-key', 'shop'];
      await site.type(['open-maintenance', ...key, '--start', '+5m']);
      const start = await site.type(['deploy-start', ...key]);
      expect(start.stderr).toContain('Took over the maintenance window');
      expect(site.page()).toEqual(['window 1 active']);
      rmSync(join(site.folder, file));
      await site.type(['deploy-end', ...key]);
      await site.allOver(1);
    }));
});

describe('a pipeline', () => {
  test('begins anew beside what another one left, says so, and ends both after a success', () =>
    inVirtualTime(async (site) => {
      await site.type(['deploy-start'], gitlab);
      const next = { ...gitlab, CI_PIPELINE_ID: '81235' };
      const start = await site.type(['deploy-start'], next);
      expect(start.stderr).toContain(
        'What is in the state file is replaced: what .statuspage-me.json remembers belongs to another pipeline.',
      );
      expect(start.stderr).not.toContain('Warning');
      expect(site.page()).toEqual(['window 1 active', 'window 2 active']);
      const end = await site.type(['deploy-end'], next);
      expect(end.stderr).toContain('(of an earlier run)');
      await site.allOver(2);
    }));

  test('ends in another job what it has begun in one, by the key alone', () =>
    inVirtualTime(async (site) => {
      await site.type(['deploy-start', '--deployment-key', 'shop'], gitlab);
      rmSync(join(site.folder, file));
      const other = { ...gitlab, CI_JOB_NAME: 'finish', CI_JOB_ID: '990002' };
      await site.type(['deploy-end', '--deployment-key', 'shop'], other);
      await site.allOver(1);
    }));

  test('that begins twice, because its job was repeated, has one window', () =>
    inVirtualTime(async (site) => {
      await site.type(['deploy-start'], gitlab);
      rmSync(join(site.folder, file));
      const again = await site.type(['deploy-start'], { ...gitlab, CI_JOB_ID: '990002' });
      expect(again.stderr).toContain('Reusing the maintenance window');
      await site.type(['deploy-end'], gitlab);
      await site.allOver(1);
    }));
});

describe('an API error', () => {
  test(
    'of the service at the start is a warning, and there is nothing to end',
    () =>
      inVirtualTime(async (site) => {
        site.emulator.addFault({ kind: 'rate-limit', retryAfterSeconds: 3_600, match: { method: 'POST' } });
        const start = await site.type(['deploy-start']);
        expect(start).toMatchObject({
          exitCode: 0,
          stderr: expect.stringContaining('Warning: Could not open the maintenance window'),
        });
        site.emulator.clearFaults();
        const end = await site.type(['deploy-end']);
        expect(end.exitCode).toBe(0);
        expect(site.page()).toEqual([]);
        expect(remembers(site)).toBe(false);
      }),
    90_000,
  );

  test('that let a start open nothing for a key leaves its end nothing to do, also without a page', () =>
    inVirtualTime(async (site) => {
      const key = ['--deployment-key', 'shop'];
      site.emulator.addFault({ kind: 'rate-limit', retryAfterSeconds: 3_600, times: 'always' });
      const start = await site.type(['deploy-start', ...key, '--status-page', 'acme']);
      expect(start).toMatchObject({ exitCode: 0, stdout: 'none\n' });
      const end = await site.type(['deploy-end', ...key], { STATUSPAGE_ME_STATUS_PAGE: '' });
      expect(end).toMatchObject({ exitCode: 0, stdout: 'none\n' });
      expect(end.stderr).toMatch(/^Did not search for notices that earlier runs left on the status page: /m);
      expect(end.stderr).not.toMatch(/^(Error|Warning)/m);
    }));

  test('that let a start go on without a notice, with its page by slug, leaves its end nothing to do', () =>
    inVirtualTime(async (site) => {
      site.emulator.addFault({ kind: 'rate-limit', retryAfterSeconds: 3_600, times: 'always' });
      const start = await site.type(['deploy-start', '--status-page', 'acme']);
      expect(start).toMatchObject({ exitCode: 0, stdout: 'none\n', stderr: expect.stringContaining('429') });
      const end = await site.type(['deploy-end']);
      expect(end).toMatchObject({ exitCode: 0, stdout: 'none\n' });
      expect(remembers(site)).toBe(false);
      expect(site.page()).toEqual([]);
    }));

  test.each(['acme', acme])(
    'that let a start go on on %s lets the key lead to the window of an earlier attempt',
    (page) =>
      inVirtualTime(async (site) => {
        const byKey = ['--status-page', page, '--deployment-key', 'prod'];
        await site.type(['deploy-start', ...byKey]);
        rmSync(join(site.folder, file));
        site.emulator.addFault({ kind: 'rate-limit', retryAfterSeconds: 3_600, times: 'always' });
        await site.type(['deploy-start', ...byKey]);
        site.emulator.clearFaults();
        const end = await site.type(['deploy-end', ...byKey]);
        expect(end).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Ended the maintenance window') });
        await site.allOver(1);
        expect(remembers(site)).toBe(false);
      }),
  );

  test('that let a start go on does not keep a failure from opening its incident', () =>
    inVirtualTime(async (site) => {
      const words = ['--status-page', 'acme', '--on-failure', 'incident'];
      site.emulator.addFault({ kind: 'rate-limit', retryAfterSeconds: 3_600, times: 'always' });
      await site.type(['deploy-start', ...words]);
      const down = await site.type(['deploy-end', ...words, '--outcome', 'failure']);
      expect(down).toMatchObject({
        exitCode: 7,
        stderr: expect.stringContaining('Error: Could not open the incident of the failure: '),
      });
      site.emulator.clearFaults();
      const end = await site.type(['deploy-end', ...words, '--outcome', 'failure']);
      expect(end).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('the incident "An update did not') });
      expect(site.emulator.incidents()).toMatchObject([{ state: 'investigating' }]);
      expect(remembers(site)).toBe(false);
    }));

  test('that the user can fix fails the start, and nothing is left of it', () =>
    inVirtualTime(async (site) => {
      site.emulator.addFault({ kind: 'status', status: 403, match: { method: 'POST' } });
      const start = await site.type(['deploy-start']);
      expect(start).toMatchObject({ exitCode: 5, stdout: '' });
      expect(remembers(site)).toBe(false);
    }));

  test('that fails a start leaves what was remembered before', () =>
    inVirtualTime(async (site) => {
      await site.type(['deploy-start']);
      const before = remembered(site);
      site.emulator.addFault({ kind: 'status', status: 403, match: { method: 'GET' } });
      expect(await site.type(['deploy-start'])).toMatchObject({ exitCode: 5 });
      expect(remembered(site)).toEqual(before);
    }));

  test('at the end fails it, and what is on the page is remembered for the next try', () =>
    inVirtualTime(async (site) => {
      await site.type(['deploy-start']);
      site.emulator.addFault({ kind: 'status', status: 403, match: { method: 'PATCH' }, times: 2 });
      const end = await site.type(['deploy-end']);
      expect(end).toMatchObject({
        exitCode: 5,
        stderr: expect.stringContaining('Error: Could not end the maintenance window'),
      });
      const warned = await site.type(['deploy-end', '--on-api-error', 'warn']);
      expect(warned).toMatchObject({
        exitCode: 0,
        stderr: expect.stringContaining('Warning: Could not end the maintenance window'),
      });
      expect(await site.type(['deploy-end'])).toMatchObject({ exitCode: 0 });
      await site.allOver(1);
      expect(remembers(site)).toBe(false);
    }));

  test('with the state file stops the start before anything is sent', () =>
    inVirtualTime(async ({ type, requests }) => {
      const start = await type(['deploy-start', '--state-file', 'missing/state.json']);
      expect(start).toMatchObject({ exitCode: 1, stdout: '' });
      expect(start.stderr).toContain('missing/state.json: ENOENT. Give a writable path with --state-file.');
      expect(requests()).toEqual([]);
    }));

  test('of a create that was sent twice is reported at the start, and the end ends both windows', () =>
    inVirtualTime(async (site) => {
      site.emulator.addFault({ kind: 'status', status: 503, match: { method: 'POST' } });
      const start = await site.type(['deploy-start']);
      expect(start).toMatchObject({ exitCode: 0, stdout: '1\n' });
      expect(start.stderr).toMatch(
        /sent twice, .*"Ref: \S+" in its message may still appear on .*\. The command deploy-end searches/,
      );
      const [first] = site.emulator.journal().filter(({ method }) => method === 'POST');
      const headers = { authorization: `Bearer ${sampleKey}`, 'content-type': 'application/json' };
      const init = { method: 'POST', headers, body: JSON.stringify(first?.body) };
      await site.emulator.answer(new Request('http://127.0.0.1/user/api/v1/maintenances', init));
      expect(site.page()).toHaveLength(2);
      expect(await site.type(['deploy-end'])).toMatchObject({ exitCode: 0 });
      await site.allOver(2);
    }));
});

describe('two hooks at the same moment', () => {
  test.each([
    ['without a key', [], {}],
    ['with a key', ['--deployment-key', 'shop'], {}],
    ['in a pipeline', ['--deployment-key', 'shop'], gitlab],
  ] as const)('open one window if lists show it only later, %s', (_, words, environment) =>
    inVirtualTime(async (site) => {
      site.emulator.setOptions({ listLagMs: 3_000, readLagMs: 1_500 });
      const start = ['deploy-start', '--state-file', join(site.folder, file), ...words];
      const started = await Promise.all([1, 2].map(() => site.type(start, environment)));
      expect(started.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual([
        [0, '1\n'],
        [0, '1\n'],
      ]);
      expect(site.page()).toEqual(['window 1 active']);
    }),
  );

  test('leave the end to the first one if the second one fails', () =>
    inVirtualTime(async (site) => {
      const place = ['--state-file', join(site.folder, file)];
      site.emulator.addFault({ kind: 'status', status: 409, match: { method: 'PATCH' }, times: 2 });
      const started = await Promise.all([1, 2].map(() => site.type(['deploy-start', ...place])));
      expect(started.map(({ exitCode }) => exitCode).toSorted()).toEqual([0, 1]);
      const end = await site.type(['deploy-end', ...place]);
      expect(end).toMatchObject({ exitCode: 0, stdout: '1\n' });
      await site.allOver(1);
    }));

  test('open a new window if the first one was deleted meanwhile', () =>
    inVirtualTime(async (site) => {
      await site.type(['deploy-start']);
      await site.pass(120_000);
      await site.type(['delete', '--kind', 'maintenance', '--id', '1']);
      expect(await site.type(['deploy-start'])).toMatchObject({ exitCode: 0, stdout: '2\n' });
      expect(site.page()).toEqual(['window 2 active']);
    }));
});

describe('what is no state file', () => {
  test.each([
    ['a device', '/dev/null'],
    ['an endless device', '/dev/zero'],
    ['a FIFO', 'pipe'],
    ['a file of another tool', 'package.json'],
  ])('is refused at once by both hooks, and stays: %s', (_, path) =>
    inVirtualTime(async (site) => {
      execFileSync('mkfifo', [join(site.folder, 'pipe')]);
      writeFileSync(join(site.folder, 'package.json'), '{"name":"shop"}');
      const before = readdirSync(site.folder);
      const start = await site.type(['deploy-start', '--state-file', path]);
      expect(start).toMatchObject({ exitCode: 2, stdout: '' });
      expect(start.stderr).toMatch(
        /^Error: Could not write the state file: .+ is .+\. Give another path with --state-file\. .+\n$/,
      );
      const end = await site.type(['deploy-end', '--state-file', path]);
      expect(end).toMatchObject({ exitCode: 6, stdout: '' });
      expect(site.requests()).toEqual([]);
      expect(readdirSync(site.folder)).toEqual(before);
      expect(readFileSync(join(site.folder, 'package.json'), 'utf8')).toBe('{"name":"shop"}');
    }),
  );

  test('gives no API key either', () =>
    inVirtualTime(async (site) => {
      for (const [path, reason] of [
        ['/dev/zero', 'is a device'],
        ['.', 'is a folder'],
      ] as const) {
        const check = await site.type(['check', '--api-key-file', path], { STATUSPAGE_ME_API_KEY: '' });
        expect(check).toMatchObject({ exitCode: 2, stdout: '' });
        expect(check.stderr).toContain(`Could not read --api-key-file: ${path} ${reason}. Give a plain file`);
      }
    }));
});
