import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { sampleKey } from '../../src/emulator/sample.ts';
import { pipelines } from './pipelines.ts';
import { onSite, pause, type Running, type Site, startProcess, until } from './running.ts';
import { acme, bare, builtFile } from './typing.ts';

// What only processes show of the hooks; everything else is in deploy-hooks.test.ts.

const file = '.statuspage-me.json';
const gitlab = pipelines['GitLab CI/CD'];
const remembers = ({ folder }: Site) => existsSync(join(folder, file));
const remembered = ({ folder }: Site) => JSON.parse(readFileSync(join(folder, file), 'utf8')).deployments;

describe('a pair of hooks', () => {
  test('opens a window and ends it, in two processes', () =>
    onSite(async (site) => {
      const start = await site.start(['deploy-start', '--title', 'Moving']).left;
      expect(start).toMatchObject({ exitCode: 0, stdout: '1\n' });
      expect(start.stderr).toContain('Opened the maintenance window "Moving" (id 1)');
      expect(start.stderr).toContain('The command deploy-end ends it after a success.');
      expect(site.page()).toEqual(['window 1 active']);
      const text = readFileSync(join(site.folder, file), 'utf8');
      expect(text).not.toContain('spk_');
      expect(statSync(join(site.folder, file)).mode & 0o777).toBe(0o600);
      const end = await site.start(['deploy-end']).left;
      expect(end).toMatchObject({ exitCode: 0, stdout: '1\n' });
      await site.allOver(1);
      expect(remembers(site)).toBe(false);
      // The list for what earlier runs left is sent beside the end.
      expect(site.requests().toSorted()).toEqual(['GET /maintenances', 'PATCH /maintenances/1', 'POST /maintenances']);
    }));

  test(
    'of two deployment keys do not disturb each other, also at the same time',
    () =>
      onSite(async (site) => {
        const keys = ['eu', 'us'];
        await Promise.all(keys.map((key) => site.start(['deploy-start', '--deployment-key', key]).left));
        expect(site.page()).toHaveLength(2);
        expect(remembered(site)).toHaveLength(2);
        await Promise.all(keys.map((key) => site.start(['deploy-end', '--deployment-key', key]).left));
        await site.allOver(2);
        expect(remembers(site)).toBe(false);
      }),
    90_000,
  );
});

describe('trouble', () => {
  test('with the state file in the middle of a start undoes the window and fails the start', () =>
    onSite(async (site) => {
      site.emulator.addFault({ kind: 'delay', ms: 500, match: { method: 'POST' } });
      mkdirSync(join(site.folder, 'notes'));
      const words = ['--deployment-key', 'shop', '--state-file', 'notes/state.json'];
      const { left } = site.start(['deploy-start', ...words]);
      await until(() => site.requests().includes('POST /maintenances'));
      rmSync(join(site.folder, 'notes'), { recursive: true });
      const start = await left;
      expect(start).toMatchObject({ exitCode: 1 });
      expect(start.stderr).toContain('Error: Could not write the state file: notes/state.json: ENOENT');
      expect(site.page()).toEqual([]);
    }));

  test('of a start that was stopped undoes itself', () =>
    onSite(async (site) => {
      site.emulator.addFault({ kind: 'delay', ms: 500, match: { method: 'POST' } });
      const { child, left } = site.start(['deploy-start']);
      await until(() => site.requests().includes('POST /maintenances'));
      child.kill('SIGTERM');
      expect(await left).toMatchObject({ exitCode: 130 });
      expect(site.page()).toEqual([]);
      expect(remembers(site)).toBe(false);
    }));

  test('of a start that was killed is undone by the end: nothing was deployed', () =>
    onSite(async (site) => {
      site.emulator.addFault({ kind: 'delay', ms: 1_000, when: 'after', match: { method: 'POST' } });
      const { child, left } = site.start(['deploy-start']);
      await until(() => site.page().length === 1);
      child.kill('SIGKILL');
      await left;
      const end = await site.type(['deploy-end', '--outcome', 'failure']);
      expect(end.exitCode).toBe(0);
      expect(site.page()).toEqual([]);
      expect(remembers(site)).toBe(false);
    }));
});

/** Whether a process is far enough to catch SIGTERM. On a busy machine no fixed time is enough. */
function catchesSigterm({ child: { pid } }: Running): boolean {
  const caught = /^SigCgt:\s*(\w+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${caught}`) & (1n << 14n)) !== 0n;
}

describe('two hooks at the same moment', () => {
  const cases = [
    ['without a key, outside a CI', [], {}],
    ['with a key, in a pipeline', ['--deployment-key', 'shop'], gitlab],
  ] as const;

  test.each(cases)('open one window and end it once, %s', (_, words, environment) =>
    onSite(async (site) => {
      site.emulator.addFault({ kind: 'delay', ms: 300, match: { method: 'POST' } });
      const starts = [1, 2].map(() => site.start(['deploy-start', ...words], environment).left);
      const started = await Promise.all(starts);
      expect(started.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual([
        [0, '1\n'],
        [0, '1\n'],
      ]);
      expect(site.page()).toEqual(['window 1 active']);
      const patches = () => site.requests().filter((request) => request === 'PATCH /maintenances/1').length;
      const before = patches();
      // Long enough for all three to be there before the first one is done.
      site.emulator.addFault({ kind: 'delay', ms: 4_000, match: { method: 'PATCH' } });
      const ends = [1, 2, 3].map(() => site.start(['deploy-end', ...words], environment).left);
      const ended = await Promise.all(ends);
      expect(ended.filter(({ exitCode }) => exitCode === 0).length).toBeGreaterThan(0);
      await site.allOver(1);
      expect(patches() - before).toBe(1);
      expect(readdirSync(site.folder)).toEqual([]);
    }),
  );

  test('that end a failed deployment open one incident', () =>
    onSite(async (site) => {
      await site.type(['deploy-start', '--on-failure', 'incident']);
      site.emulator.addFault({ kind: 'delay', ms: 300, match: { method: 'POST' } });
      const words = ['deploy-end', '--on-failure', 'incident', '--outcome', 'failure'];
      const ended = await Promise.all([1, 2, 3].map(() => site.start(words).left));
      expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
      expect(ended.map(({ stderr }) => stderr).join()).toContain('Another command has just ended this deployment.');
      expect(site.emulator.incidents()).toHaveLength(1);
      expect(readdirSync(site.folder)).toEqual([]);
    }));

  test('can be stopped while one waits for the other', () =>
    onSite(async (site) => {
      site.emulator.addFault({ kind: 'delay', ms: 4_000, match: { method: 'POST' } });
      const first = site.start(['deploy-start']);
      await until(() => site.requests().includes('POST /maintenances'));
      const second = site.start(['deploy-start']);
      await until(() => catchesSigterm(second));
      await pause(300);
      second.child.kill('SIGTERM');
      expect(await second.left).toMatchObject({
        exitCode: 130,
        stderr: expect.stringContaining(
          'Interrupted while waiting for another command that works on this deployment. Nothing was done.',
        ),
      });
      expect(await first.left).toMatchObject({ exitCode: 0 });
      expect(site.page()).toEqual(['window 1 active']);
    }));
});

describe('a state file that is named', () => {
  test('leads to the window from another folder, host and user', () =>
    onSite(async (site) => {
      const path = join(site.folder, 'notes.json');
      await site.type(['deploy-start', '--state-file', path]);
      mkdirSync(join(site.folder, 'elsewhere'));
      const copy = join(site.folder, 'elsewhere', 'copy.json');
      renameSync(path, copy);
      const end = startProcess(
        process.execPath,
        [builtFile, 'deploy-end', '--state-file', 'copy.json'],
        join(site.folder, 'elsewhere'),
        {
          ...bare,
          STATUSPAGE_ME_API_URL: site.apiUrl,
          STATUSPAGE_ME_API_KEY: sampleKey,
          STATUSPAGE_ME_STATUS_PAGE: acme,
        },
      );
      expect(await end.left).toMatchObject({ exitCode: 0, stdout: '1\n' });
      await site.allOver(1);
      expect(existsSync(copy)).toBe(false);
    }));
});
