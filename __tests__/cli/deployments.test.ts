import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pipelines } from './pipelines.ts';
import { until } from './running.ts';
import { acme, type Cli, type Environment, type Typed, type VirtualPage, withCli, withServedCli } from './typing.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deployments-'));
  file = join(folder, 'state.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Site extends Cli {
  /** Types a command about the page, with a state file in the folder. */
  readonly typeAt: (words: readonly string[], environment?: Environment) => Promise<Typed>;
}

function toSite(context: Cli): Site {
  const own = { STATUSPAGE_ME_STATUS_PAGE: acme, STATUSPAGE_ME_STATE_FILE: file };
  return { ...context, typeAt: (words, environment = {}) => context.typeWith({ ...own, ...environment }, ...words) };
}

/** Hooks need no process, so they run in virtual time. `allOver` waits until each window on the page is over. */
interface VirtualSite extends Site, Pick<VirtualPage, 'pass'> {
  readonly allOver: () => Promise<void>;
}

const onSite = (work: (site: VirtualSite) => Promise<void>) =>
  withCli((context) => {
    const allOver = async () => {
      await context.pass(2_000);
      expect(page(context)).toEqual(page(context).map(() => expect.stringMatching(/ past$/)));
      expect(page(context)).not.toEqual([]);
    };
    return work({ ...toSite(context), allOver, pass: context.pass });
  });

/** The command of `run` takes real time. */
const onServedSite = (work: (site: Site) => Promise<void>) => withServedCli((context) => work(toSite(context)));

const page = ({ emulator }: Cli) => emulator.windows().map(({ id, state }) => `window ${id} ${state}`);
const key = ['--deployment-key', 'shop'];

describe('deploy-start and deploy-end', () => {
  test('open a window and end it', () =>
    onSite(async (site) => {
      expect(await site.typeAt(['deploy-start'])).toMatchObject({ exitCode: 0, stdout: '1\n' });
      expect(await site.typeAt(['deploy-end', '--json'])).toMatchObject({ exitCode: 0 });
      await site.allOver();
      expect(existsSync(file)).toBe(false);
    }));

  test('go on with what a failure has left', () =>
    onSite(async (site) => {
      await site.typeAt(['deploy-start']);
      const failed = await site.typeAt(['deploy-end', '--outcome', 'failure']);
      expect(failed.stderr).toContain('The next successful run of this command ends it.');
      expect((await site.typeAt(['deploy-start'])).stderr).toContain('Reusing the maintenance window');
      expect(page(site)).toEqual(['window 1 active']);
    }));

  test.each([
    ['without a key', [], {}],
    ['with a key', key, {}],
    ['in a pipeline', key, pipelines['GitLab CI/CD']],
  ])('open one window for two starts at once if lists show it only later, %s', (_, words, environment) =>
    onSite(async (site) => {
      site.emulator.setOptions({ listLagMs: 3_000, readLagMs: 1_500 });
      const starts = [1, 2].map(() => site.typeAt(['deploy-start', ...words], environment));
      const started = await Promise.all(starts);
      expect(started.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual([
        [0, '1\n'],
        [0, '1\n'],
      ]);
      expect(page(site)).toEqual(['window 1 active']);
    }),
  );

  test('open a new window if the first one was deleted meanwhile', () =>
    onSite(async (site) => {
      await site.typeAt(['deploy-start']);
      await site.pass(120_000);
      await site.typeAt(['delete', '--kind', 'maintenance', '--id', '1']);
      expect(await site.typeAt(['deploy-start'])).toMatchObject({ exitCode: 0, stdout: '2\n' });
      expect(page(site)).toEqual(['window 2 active']);
    }));

  test('start anew beside what another pipeline left, say so, and end both after a success', () =>
    onSite(async (site) => {
      const gitlab = pipelines['GitLab CI/CD'];
      await site.typeAt(['deploy-start'], gitlab);
      const next = { ...gitlab, CI_PIPELINE_ID: '81235' };
      const start = await site.typeAt(['deploy-start'], next);
      expect(start.stderr).toContain('belongs to another pipeline. It is replaced. Check the page');
      expect(page(site)).toEqual(['window 1 active', 'window 2 active']);
      const end = await site.typeAt(['deploy-end'], next);
      // After a success, what an earlier run of the same place left is ended too.
      expect(end.stderr).toContain('(left by an earlier run)');
      await site.allOver();
    }));

  test('find the window by its key if the file is broken', () =>
    onSite(async (site) => {
      await site.typeAt(['deploy-start', ...key]);
      writeFileSync(file, 'broken');
      expect(await site.typeAt(['deploy-end', ...key])).toMatchObject({ exitCode: 0, stdout: '1\n' });
      await site.allOver();
      const again = await site.typeAt(['deploy-end', ...key, '--outcome', 'success']);
      expect(again.exitCode).toBe(0);
    }));

  test('say what is missing if nothing leads to the window', () =>
    onSite(async ({ typeAt }) => {
      expect(await typeAt(['deploy-end'])).toMatchObject({
        exitCode: 6,
        stderr: expect.stringContaining('there is no'),
      });
      const keyless = await typeAt(['deploy-end', ...key], { STATUSPAGE_ME_API_KEY: '' });
      expect(keyless).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('there is no API key') });
      const nowhere = await typeAt(['deploy-end', ...key, '--status-page', 'nowhere']);
      expect(nowhere).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('nowhere') });
      expect(await typeAt(['deploy-end'], { STATUSPAGE_ME_DRY_RUN: 'true' })).toMatchObject({ exitCode: 0 });
    }));

  test('leave nothing if the start fails, and keep what was remembered before', () =>
    onSite(async (site) => {
      await site.typeAt(['deploy-start']);
      const before = JSON.parse(readFileSync(file, 'utf8'));
      site.emulator.addFault({ kind: 'status', status: 403, match: { method: 'GET' } });
      expect(await site.typeAt(['deploy-start'])).toMatchObject({ exitCode: 5 });
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(before);
      await site.typeAt(['deploy-end']);
      site.emulator.addFault({ kind: 'status', status: 403, match: { method: 'POST' } });
      expect(await site.typeAt(['deploy-start'])).toMatchObject({ exitCode: 5 });
      expect(existsSync(file)).toBe(false);
    }));

  test('remember what could not be ended', () =>
    onSite(async (site) => {
      await site.typeAt(['deploy-start']);
      site.emulator.addFault({ kind: 'status', status: 403, match: { method: 'PATCH' }, times: 2 });
      expect(await site.typeAt(['deploy-end'])).toMatchObject({ exitCode: 5 });
      expect(await site.typeAt(['deploy-end', '--on-api-error', 'warn'])).toMatchObject({ exitCode: 0 });
      expect(existsSync(file)).toBe(true);
    }));
});

describe('run', () => {
  test.each([
    [['true'], 0, 'past'],
    [['sh', '-c', 'exit 9'], 9, 'active'],
    [['sh', '-c', 'kill -TERM $$'], 143, 'active'],
    [['no-such-command'], 127, 'past'],
  ])('%j leaves with %i, and its window is %s', (command, exitCode, state) =>
    onServedSite(async (site) => {
      expect(await site.typeAt(['run', '--', ...command])).toMatchObject({ exitCode, stdout: '' });
      await until(() => page(site)[0] === `window 1 ${state}`);
    }),
  );

  test('warns of an API error, or does not start', () =>
    onServedSite(async (site) => {
      site.emulator.addFault({ kind: 'status', status: 403, times: 'always' });
      const warned = await site.typeAt(['run', '--', 'sh', '-c', 'exit 3']);
      expect(warned).toMatchObject({
        exitCode: 3,
        stderr: expect.stringContaining('Warning: Could not open the maintenance window'),
      });
      const refused = await site.typeAt(['run', '--on-api-error', 'fail', '--', 'sh', '-c', 'exit 3']);
      expect(refused).toMatchObject({
        exitCode: 5,
        stderr: expect.stringContaining('Error: Could not open the maintenance window'),
      });
    }));
});

describe('run, in a folder that no CI knows', () => {
  // Of two runs that begin in one second, nobody can tell which one is older.
  const failing = ['--', 'sh', '-c', 'sleep 1; exit 3'];
  const succeeding = ['--', 'true'];

  test('with a key promises that the next success ends what stays, and the next success does', () =>
    onServedSite(async (site) => {
      const failed = await site.typeAt(['run', ...key, ...failing]);
      expect(failed.exitCode).toBe(3);
      expect(failed.stderr).toContain('The next successful run of this command ends it.');
      expect((await site.typeAt(['run', ...key, ...succeeding])).exitCode).toBe(0);
      await until(() => page(site).every((window) => window.endsWith('past')));
    }));

  test('without a key promises nothing, and says what a key would do', () =>
    onServedSite(async (site) => {
      const failed = await site.typeAt(['run', ...failing]);
      expect(failed.stderr).toContain(
        'Next time, give --deployment-key, so that a later run can end what this one leaves.',
      );
      expect(failed.stderr).not.toContain('of this command');
      await site.typeAt(['run', ...succeeding]);
      await until(() => page(site).includes('window 2 past'));
      expect(page(site)).toContain('window 1 active');
    }));

  test('says the same of the incident that it opened', () =>
    onServedSite(async (site) => {
      const failed = await site.typeAt(['run', '--on-failure', 'incident', ...failing]);
      expect(failed.stderr).toContain(
        'Next time, give --deployment-key, so that a later run can resolve what this one leaves.',
      );
    }));
});
