import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { inVirtualTime, onSite, startProcess, until } from './running.ts';
import { acme, bare, builtFile } from './typing.ts';

/** A script of a shell, behind `run`. */
const run = (script: string, ...flags: readonly string[]) => ['run', ...flags, '--', 'sh', '-c', script];

describe('a command that succeeds', () => {
  test('has a window on the page as long as it runs', () =>
    onSite(async ({ start, page, folder, requests }) => {
      const script = 'echo begun; while [ ! -e go ]; do sleep 0.05; done; echo over';
      const { left, says } = start(run(script, '--title', 'Moving'));
      await says('begun');
      expect(page()).toEqual(['window 1 active']);
      writeFileSync(join(folder, 'go'), '');
      const { exitCode, stdout, stderr } = await left;
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'begun\nover\n' });
      expect(stderr).toContain('Opened the maintenance window "Moving" (id 1)');
      expect(stderr).toContain('This command ends it after a success.');
      expect(stderr).toContain('Ended the maintenance window "Moving" (id 1)');
      await until(() => page()[0] === 'window 1 past');
      expect(requests().toSorted()).toEqual(['GET /maintenances', 'PATCH /maintenances/1', 'POST /maintenances']);
    }));

  test('finds its arguments and its environment untouched, and no key in it', () =>
    onSite(async ({ start }) => {
      const script = `
        const secrets = Object.values(process.env).filter((value) => value.includes('spk_'));
        const { GIVEN, STATUSPAGE_ME_STATUS_PAGE: page } = process.env;
        console.log(JSON.stringify([process.argv.slice(1), GIVEN, page, secrets]));
      `;
      const words = ['run', '--', process.execPath, '-e', script, '--', '--title', 'a b', '$HOME', ''];
      const { exitCode, stdout } = await start(words, { GIVEN: 'yes' }).left;
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toEqual([['--title', 'a b', '$HOME', ''], 'yes', acme, []]);
    }));

  test('keeps its lines in their order, and ours around them', () =>
    onSite(async ({ start }) => {
      const { stderr } = await start(run('for n in 1 2 3 4 5; do echo "line $n" >&2; done')).left;
      const [, opened, ...rest] = stderr.trimEnd().split('\n');
      expect(opened).toContain('Opened');
      expect(rest).toEqual([...[1, 2, 3, 4, 5].map((n) => `line ${n}`), expect.stringContaining('Ended')]);
    }));

  test(
    'that prints 100 MB loses no byte of it, and no byte changes its place',
    () =>
      onSite(async ({ apiUrl, folder }) => {
        const variables = { ...bare, STATUSPAGE_ME_API_KEY: 'spk_emulator', STATUSPAGE_ME_API_URL: apiUrl };
        const script = [
          // Each line has its number, so that a lost or a swapped block is seen.
          "seq -f '%015.0f' 1 6553600 > numbers",
          `"$0" "$1" run --status-page ${acme} -- cat numbers | cat > printed`,
          'cmp numbers printed',
        ].join(' && ');
        const { left } = startProcess('bash', ['-c', script, process.execPath, builtFile], folder, variables);
        expect(await left).toMatchObject({ exitCode: 0, stdout: '', stderr: expect.stringContaining('Ended') });
        expect(statSync(join(folder, 'printed')).size).toBe(104_857_600);
      }),
    90_000,
  );
});

describe('the exit code of a command', () => {
  test('is ours, and one that is not 0 keeps the window', () =>
    onSite(async ({ type, page }) => {
      const { exitCode, stderr } = await type(run('exit 7'));
      expect(exitCode).toBe(7);
      expect(page()).toEqual(['window 1 active']);
      expect(stderr).toContain('Warning: The deployment failed, so the maintenance window');
    }));

  test('does what on-failure says', () =>
    onSite(async ({ type, page, emulator }) => {
      const { exitCode } = await type(run('exit 1', '--on-failure', 'incident', '--failure-title', 'It broke'));
      expect(exitCode).toBe(1);
      await until(() => page()[0] === 'window 1 past');
      expect(emulator.incidents()).toMatchObject([{ title: 'It broke', state: 'investigating' }]);
    }));

  test.each([
    ['TERM', 143, 'is cancelled', 'resolve', 'keep'],
    ['KILL', 137, 'has failed', 'keep', 'resolve'],
  ])(
    'is 128 plus the signal if a signal ended it: by SIG%s it is %i, and the deployment %s',
    (...[signal, code, , onCancel, onFailure]) =>
      onSite(async ({ type, page }) => {
        const { exitCode } = await type(run(`kill -${signal} $$`, '--on-failure', onFailure, '--on-cancel', onCancel));
        expect(exitCode).toBe(code);
        await until(() => page()[0] === 'window 1 past');
      }),
  );

  test('is 127 if there is no such command, and 126 if it cannot be run, and visitors see nothing of it', () =>
    onSite(async ({ type, requests, folder }) => {
      writeFileSync(join(folder, 'plain.sh'), '#!/bin/sh\n', { mode: 0o644 });
      const missing = await type(['run', '--', 'no-such-command']);
      const plain = await type(['run', '--', './plain.sh']);
      const below = await type(['run', '--', './plain.sh/below']);
      expect([missing.exitCode, plain.exitCode, below.exitCode]).toEqual([127, 126, 126]);
      expect(missing.stderr).toContain('Error: Could not start the command: no-such-command was not found');
      expect(plain.stderr).toContain('Error: Could not start the command: ./plain.sh cannot be run');
      expect(missing.stderr).toContain('No window is opened, because the command cannot be started.');
      expect(requests()).toEqual([]);
    }));

  test('is 126 also if only the start shows that it cannot be run, and its window ends', () =>
    onSite(async ({ type, page }) => {
      const { exitCode } = await type(['run', '--', 'echo', 'x'.repeat(200_000)]);
      expect(exitCode).toBe(126);
      await until(() => page()[0] === 'window 1 past');
    }));

  test(
    'does not wait for what the command leaves behind',
    () =>
      onSite(async ({ start, page }) => {
        const { left } = start(run('sleep 60 & echo $!; exit 3', '--on-failure', 'resolve'));
        const { exitCode, stdout, tookMs } = await left;
        process.kill(Number(stdout), 'SIGKILL');
        expect(exitCode).toBe(3);
        expect(tookMs).toBeLessThan(45_000);
        await until(() => page()[0] === 'window 1 past');
      }),
    90_000,
  );
});

describe('a signal', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s reaches the command, whose exit code counts', (signal) =>
    onSite(async ({ start, page }) => {
      const script = `trap 'echo told; exit 5' ${signal.slice(3)}; echo ready; while true; do sleep 0.05; done`;
      const { child, left, says } = start(run(script, '--on-failure', 'keep', '--on-cancel', 'resolve'));
      await says('ready');
      child.kill(signal);
      expect(await left).toMatchObject({ exitCode: 5, signal: null, stdout: 'ready\ntold\n' });
      await until(() => page()[0] === 'window 1 past');
    }),
  );

  test('that the command ignores ends neither it nor us', () =>
    onSite(async ({ start, page, folder }) => {
      const script = "trap '' TERM; echo ready; while [ ! -e go ]; do sleep 0.05; done; echo done";
      const { child, left, says } = start(run(script));
      await says('ready');
      child.kill('SIGTERM');
      child.kill('SIGTERM');
      writeFileSync(join(folder, 'go'), '');
      expect(await left).toMatchObject({ exitCode: 0, stdout: 'ready\ndone\n' });
      await until(() => page()[0] === 'window 1 past');
    }));

  test('that ends the command ends its window as a cancel', () =>
    onSite(async ({ start, page }) => {
      const { child, left, says } = start(run('echo ready; exec sleep 60', '--on-cancel', 'keep'));
      await says('ready');
      child.kill('SIGTERM');
      expect(await left).toMatchObject({ exitCode: 143, stderr: expect.stringContaining('was cancelled') });
      expect(page()).toEqual(['window 1 active']);
    }));

  test('while the window is opened takes it back, and the command never starts', () =>
    onSite(async ({ start, page, emulator, requests }) => {
      emulator.addFault({ kind: 'delay', ms: 500, match: { method: 'POST' } });
      const { child, left } = start(run('echo started'));
      await until(() => requests().includes('POST /maintenances'));
      child.kill('SIGTERM');
      expect(await left).toMatchObject({ exitCode: 130, stdout: '' });
      expect(page()).toEqual([]);
    }));

  test('while the notice is ended does not keep it from that', () =>
    onSite(async ({ start, page, emulator, requests }) => {
      emulator.addFault({ kind: 'delay', ms: 500, match: { method: 'PATCH' } });
      const { child, left } = start(run('exit 0'));
      await until(() => requests().includes('PATCH /maintenances/1'));
      child.kill('SIGINT');
      expect(await left).toMatchObject({ exitCode: 0 });
      await until(() => page()[0] === 'window 1 past');
    }));

  test('that kills us leaves a window that the next attempt of the pipeline reuses', () =>
    onSite(async ({ start, type, page }) => {
      const gitlab = {
        GITLAB_CI: 'true',
        CI_PIPELINE_ID: '81234',
        CI_JOB_NAME: 'deploy',
        CI_PROJECT_URL: 'https://x/y',
      };
      const script = '[ -e second ] || { touch second; echo $$; exec sleep 60; }';
      const first = start(run(script), gitlab);
      await until(() => /^\d+$/m.test(first.printed()));
      first.child.kill('SIGKILL');
      expect(await first.left).toMatchObject({ signal: 'SIGKILL' });
      expect(page()).toEqual(['window 1 active']);
      const second = await type(run(script), gitlab);
      expect(second).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Reusing the maintenance window') });
      await until(() => page()[0] === 'window 1 past');
      expect(page()).toHaveLength(1);
      process.kill(Number((await first.left).stdout), 'SIGKILL');
    }));
});

describe('trouble with the page', () => {
  test('is a warning: the command runs, and its exit code is ours', () =>
    onSite(async ({ start, emulator }) => {
      emulator.addFault({ kind: 'status', status: 403, times: 'always' });
      const { exitCode, stdout, stderr } = await start(run('echo deployed; exit 4')).left;
      expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: 'deployed\n' });
      expect(stderr.trimEnd().split('\n')).toHaveLength(3);
      expect(stderr).toContain(
        'The command runs without a notice on the page. To stop instead, give --on-api-error fail.',
      );
      expect(stderr).toMatch(
        /^Warning: Could not open the maintenance window .* does not have the scope maintenances:write/m,
      );
    }));

  test('at the end is one too', () =>
    onSite(async ({ type, emulator }) => {
      emulator.addFault({ kind: 'status', status: 403, match: { method: 'PATCH' }, times: 'always' });
      const { exitCode, stderr } = await type(run('exit 0'));
      expect(exitCode).toBe(0);
      expect(stderr).toMatch(
        /^Warning: Could not end the maintenance window .*^To end it now:\n {2}statuspage-me resolve --kind maintenance --id 1 /ms,
      );
    }));

  test('with on-api-error: fail refuses to start the command', () =>
    onSite(async ({ type, emulator, folder }) => {
      emulator.addFault({ kind: 'status', status: 403, times: 'always' });
      const { exitCode, stderr } = await type(run('touch deployed', '--on-api-error', 'fail'));
      expect({ exitCode, files: readdirSync(folder) }).toEqual({ exitCode: 5, files: [] });
      expect(stderr).toMatch(/^Error: Could not open the maintenance window/m);
    }));

  // How long a silent page may take is tested by a virtual clock in `operations/budgets.test.ts`.
  test('that is silent is a warning too: the command runs afterwards', () =>
    onSite(async ({ type, emulator, folder }) => {
      emulator.addFault({ kind: 'silence', times: 'always' });
      const { exitCode, stderr } = await type(
        run('touch deployed; exit 6', '--request-timeout', '1s', '--marker', 'false'),
      );
      expect({ exitCode, files: readdirSync(folder) }).toEqual({ exitCode: 6, files: ['deployed'] });
      expect(stderr).toMatch(/^Warning: Could not open the maintenance window .* did not answer in time/m);
    }));

  test.each([
    ['does not begin with spk_', 'secret-key', 'does not begin with spk_'],
    ['has a line break', 'spk_emulator\n', 'contains a space or a line break'],
  ])('of a key that %s is a warning too: it is sent nowhere, and the command runs', (_, key, reason) =>
    inVirtualTime(async ({ type, requests, folder }) => {
      const { exitCode, stderr } = await type(run('touch deployed; exit 6'), { STATUSPAGE_ME_API_KEY: key });
      expect({ exitCode, files: readdirSync(folder) }).toEqual({ exitCode: 6, files: ['deployed'] });
      expect(stderr).toMatch(`Warning: Invalid input, nothing was sent. STATUSPAGE_ME_API_KEY ${reason}`);
      expect(stderr).toContain(
        'The command runs without a notice on the page. To stop instead, give --on-api-error fail.',
      );
      expect(stderr).not.toContain(key.trim());
      expect(requests()).toEqual([]);
    }),
  );

  test('of a key file that cannot be read is a warning too', () =>
    inVirtualTime(async ({ type, folder }) => {
      const { exitCode, stderr } = await type(run('touch deployed', '--api-key-file', 'nowhere'));
      expect({ exitCode, files: readdirSync(folder) }).toEqual({ exitCode: 0, files: ['deployed'] });
      expect(stderr).toBe(
        'Warning: Could not read --api-key-file: nowhere is not there. Give a plain file that holds only the key.\n' +
          'The command runs without a notice on the page. To stop instead, give --on-api-error fail.\n',
      );
    }));

  test('of a key stops the command before its start with on-api-error: fail', () =>
    inVirtualTime(async ({ type, folder }) => {
      const fail = ['--on-api-error', 'fail'];
      const malformed = await type(run('touch deployed', ...fail), { STATUSPAGE_ME_API_KEY: 'secret-key' });
      const unreadable = await type(run('touch deployed', '--api-key-file', 'nowhere', ...fail));
      expect([malformed.exitCode, unreadable.exitCode, ...readdirSync(folder)]).toEqual([2, 2]);
    }));

  test.each([
    ['slug', 'no-such-page'],
    ['UUID', '00000000-0000-4000-8000-000000000000'],
  ])('of an unknown %s is a warning as well, unless on-api-error: fail', (_, name) =>
    inVirtualTime(async ({ type, folder }) => {
      const refused = await type(run('touch refused', '--status-page', name, '--on-api-error', 'fail'));
      const { exitCode, stderr } = await type(run('touch deployed', '--status-page', name));
      expect([refused.exitCode, exitCode, ...readdirSync(folder)]).toEqual([6, 0, 'deployed']);
      expect(stderr).toMatch(/^Warning: Could not/m);
    }),
  );

  test('of the machine neither: the command runs in a deleted folder, and without the event file', () =>
    onSite(async ({ apiUrl, folder, allOver }) => {
      const gone = join(folder, 'gone');
      mkdirSync(gone);
      const event = {
        GITHUB_ACTIONS: 'true',
        GITHUB_RUN_ID: '7',
        GITHUB_EVENT_NAME: 'pull_request_target',
        GITHUB_EVENT_PATH: join(folder, 'no-event.json'),
      };
      const words = ['node', builtFile, ...run('echo deployed', '--status-page', acme)]
        .map((word) => `'${word}'`)
        .join(' ');
      const script = `cd gone; rmdir ../gone; exec ${words}`;
      const variables = { ...bare, ...event, STATUSPAGE_ME_API_KEY: 'spk_emulator', STATUSPAGE_ME_API_URL: apiUrl };
      const { exitCode, stdout } = await startProcess('sh', ['-c', script], folder, variables).left;
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'deployed\n' });
      await allOver(1);
    }));

  test('of a missing key is a warning as well', () =>
    onSite(async ({ type, requests }) => {
      const { exitCode, stderr } = await type(run('exit 0'), { STATUSPAGE_ME_API_KEY: '' });
      expect(exitCode).toBe(0);
      expect(stderr).toContain('Warning: Could not open a notice: there is no API key');
      expect(requests()).toEqual([]);
    }));
});

describe('a wrong call', () => {
  test.each([
    [['run', '--duration', '5', '--', 'touch', 'started'], '--duration: "5" is not a length of time'],
    [['run', '--deployment-key', 'spk_x', '--', 'touch', 'started'], '--deployment-key looks like an API key'],
    [['run', '--status-page', acme], "missing required argument 'command'. See statuspage-me run --help."],
    [['run', '--start', '+5m', '--', 'touch', 'started'], "unknown option '--start'"],
  ])('%j starts nothing and leaves with 2', (words, reason) =>
    onSite(async ({ type, requests, folder }) => {
      const { exitCode, stdout, stderr } = await type(words);
      expect({ exitCode, files: readdirSync(folder), stdout, stderr }).toEqual({
        exitCode: 2,
        files: [],
        stdout: '',
        stderr: expect.stringContaining(reason),
      });
      expect(requests()).toEqual([]);
    }),
  );

  test('in a dry run sends nothing, and the command runs', () =>
    onSite(async ({ type, requests, folder }) => {
      const { exitCode, stderr } = await type(run('touch deployed', '--dry-run'));
      expect({ exitCode, files: readdirSync(folder) }).toEqual({ exitCode: 0, files: ['deployed'] });
      expect(stderr).toContain('Dry run, not sent: POST /maintenances');
      expect(stderr).toContain('Nothing is sent to the status page, but the command runs.');
      expect(requests()).toEqual([]);
    }));
});

test('in a CI, a failure without a key promises that the next run of the job ends what stays, and it does', () =>
  onSite(async ({ type, page }) => {
    const gitlab = { GITLAB_CI: 'true', CI_JOB_NAME: 'deploy', CI_PROJECT_URL: 'https://x/y' };
    // The same command fails in the first pipeline only.
    const script = '[ -e second ] || { touch second; exit 3; }';
    const failed = await type(run(script), { ...gitlab, CI_PIPELINE_ID: '81234' });
    expect(failed.exitCode).toBe(3);
    expect(failed.stderr).toContain('The next successful run of this CI job ends it.');
    expect((await type(run(script), { ...gitlab, CI_PIPELINE_ID: '81235' })).exitCode).toBe(0);
    await until(() => page().every((window) => window.endsWith('past')));
    expect(page()).toHaveLength(2);
  }));

describe('in a folder that no CI knows, a failure', () => {
  const failing = 'exit 3';
  const key = ['--deployment-key', 'shop'];

  test('with a key promises that the next success ends what stays, and the next success does', () =>
    onSite(async ({ type, page }) => {
      const failed = await type(run(failing, ...key));
      expect(failed.exitCode).toBe(3);
      expect(failed.stderr).toContain('The next successful deployment with the same --deployment-key ends it.');
      expect((await type(run('exit 0', ...key))).exitCode).toBe(0);
      await until(() => page().every((window) => window.endsWith('past')));
    }));

  test('without a key promises nothing, and says what a key would do', () =>
    onSite(async ({ type, page }) => {
      const failed = await type(run(failing));
      expect(failed.stderr).toContain(
        'Next time, give --deployment-key, so that a later run can end what this one leaves.',
      );
      expect(failed.stderr).not.toContain('The next successful');
      await type(run('exit 0'));
      await until(() => page().includes('window 2 past'));
      expect(page()).toContain('window 1 active');
    }));

  test('says the same of the incident that it opened', () =>
    onSite(async ({ type }) => {
      const failed = await type(run('exit 3', '--on-failure', 'incident'));
      expect(failed.stderr).toContain(
        'Next time, give --deployment-key, so that a later run can resolve what this one leaves.',
      );
    }));
});
