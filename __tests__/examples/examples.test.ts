import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runJenkins } from './jenkins.ts';
import { withMachines } from './machine.ts';

const folder = join(import.meta.dirname, '../../.github/examples');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const open = 'window 1 on acme: open "Maintenance in progress"';
const over = 'window 1 on acme: over "Maintenance in progress"';
const deploying = { command: './deploy.sh', page: [open] };
const migrating = { command: './migrate.sh', page: [open] };

/** The examples are for shells that Windows does not have. */
const describeInShell = process.platform === 'win32' ? describe.skip : describe;

describeInShell('Jenkinsfile', () => {
  const text = read('Jenkinsfile');

  test('shows one window over all stages', () =>
    withMachines(async (machines) => {
      expect(await runJenkins(machines, text)).toBe('success');
      expect(machines.calls).toEqual([migrating, deploying]);
      expect(machines.page()).toEqual([over]);
    }));

  test('keeps it if a stage has failed', () =>
    withMachines(async (machines) => {
      machines.fail('./migrate.sh');
      expect(await runJenkins(machines, text)).toBe('failure');
      expect(machines.calls).toEqual([migrating]);
      expect(machines.page()).toEqual([open]);
    }));

  test('keeps it if the build was aborted', () =>
    withMachines(async (machines) => {
      machines.hangAt('./deploy.sh');
      const abort = () => machines.until(() => machines.calls.length === 2);
      expect(await runJenkins(machines, text, abort)).toBe('aborted');
      expect(machines.page()).toEqual([open]);
    }));
});

describeInShell('deploy-with-notice.sh', () => {
  const text = read('deploy-with-notice.sh');

  test('shows the window until all is done', () =>
    withMachines(async ({ checkOut, sh, calls, page }) => {
      expect(await sh(checkOut(), text).ended).toBe(0);
      expect(calls).toEqual([migrating, deploying]);
      expect(page()).toEqual([over]);
    }));

  test('keeps it after a failure, and exits with the code of what failed', () =>
    withMachines(async ({ checkOut, sh, calls, page, fail }) => {
      fail('./migrate.sh');
      expect(await sh(checkOut(), text).ended).toBe(1);
      expect(calls).toEqual([migrating]);
      expect(page()).toEqual([open]);
    }));

  test('keeps it after Ctrl+C, and leaves as one who was interrupted', () =>
    withMachines(async ({ checkOut, sh, calls, page, hangAt, until }) => {
      hangAt('./deploy.sh');
      const running = sh(checkOut(), text);
      await until(() => calls.length === 2);
      running.interrupt();
      expect(await running.ended).toBe(130);
      expect(page()).toEqual([open]);
    }));

  test('deploys nothing if the key is refused', () =>
    withMachines(async ({ checkOut, sh, calls, page }) => {
      expect(await sh(checkOut(), text, { STATUSPAGE_ME_API_KEY: 'spk_unknown' }).ended).toBe(4);
      expect([calls, page()]).toEqual([[], []]);
    }));
});

test('each example is run', () => {
  expect(readdirSync(folder).toSorted()).toEqual([
    'Jenkinsfile',
    'deploy-with-notice.sh',
    'gitlab-ci-several-jobs.yml',
    'gitlab-ci.yml',
  ]);
});
