import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import MarkdownIt from 'markdown-it';
import { sampleKey } from '../../src/emulator/sample.ts';
import { readDocument } from '../support/recipes.ts';
import { type Left, onSite, type ServedSite, startProcess, until } from './running.ts';
import { bare, builtFile } from './typing.ts';

const fences = ['README.md', 'docs/recipes.md']
  .flatMap((path) => new MarkdownIt().parse(readDocument(path), {}))
  .filter(({ type }) => type === 'fence');

/** The blocks in a language that hold a text, word by word. */
const blocksWith = (language: string, text: string): readonly string[] =>
  fences.filter(({ info, content }) => info === language && content.includes(text)).map(({ content }) => content);

/** Puts a block at the path that its recipe names, beside a `deploy.sh` with the given line. */
function prepare({ folder }: ServedSite, files: Readonly<Record<string, string | undefined>>, deploy: string): void {
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, '.kamal/hooks'), { recursive: true });
  symlinkSync(builtFile, join(folder, 'bin/statuspage-me'));
  copyFileSync(builtFile, join(folder, 'statuspage-me.mjs'));
  const all = { ...files, 'deploy.sh': `#!/bin/sh\ncp .statuspage-me.json seen.json\n${deploy}\n` };
  for (const [name, text = ''] of Object.entries(all)) writeFileSync(join(folder, name), text, { mode: 0o755 });
}

/** Runs a program with the command line installed, alone and in PATH. */
function runHere({ folder, apiUrl }: ServedSite, file: string, words: readonly string[], more = {}): Promise<Left> {
  const path = [join(folder, 'bin'), dirname(process.execPath), bare.PATH].join(delimiter);
  const own = { STATUSPAGE_ME_API_KEY: sampleKey, STATUSPAGE_ME_API_URL: apiUrl, HOME: folder };
  return startProcess(file, words, folder, { PATH: path, ...own, ...more }).left;
}

const page = ({ page: windows }: ServedSite) => windows();
const isOver = (site: ServedSite) => until(() => page(site)[0] === 'window 1 past');
/** Whether the window was remembered while the deployment ran. */
const wasOpen = ({ folder }: ServedSite) => readFileSync(join(folder, 'seen.json'), 'utf8').includes('"stage": "open"');

describe('the scripts of npm', () => {
  const [recipe] = blocksWith('json', 'predeploy');

  test('show a window around a deployment', () =>
    onSite(async (site) => {
      prepare(site, { 'package.json': recipe }, 'exit 0');
      const { exitCode } = await runHere(site, 'npm', ['run', 'deploy']);
      expect(exitCode).toBe(0);
      expect(wasOpen(site)).toBe(true);
      await isOver(site);
    }));

  test('leave it there if the deployment fails', () =>
    onSite(async (site) => {
      prepare(site, { 'package.json': recipe }, 'exit 1');
      expect((await runHere(site, 'npm', ['run', 'deploy'])).exitCode).toBe(1);
      expect(page(site)).toEqual(['window 1 active']);
    }));
});

describe('the hooks of Kamal', () => {
  test('show a window around a deployment', () =>
    onSite(async (site) => {
      const [before, after] = blocksWith('sh', 'KAMAL_DESTINATION');
      prepare(site, { '.kamal/hooks/pre-deploy': before, '.kamal/hooks/post-deploy': after }, 'exit 0');
      const kamal = { KAMAL_DESTINATION: 'staging', KAMAL_VERSION: '0ff1ce' };
      const hook = (name: string) => runHere(site, join(site.folder, '.kamal/hooks', name), [], kamal);
      expect((await hook('pre-deploy')).exitCode).toBe(0);
      expect((await runHere(site, './deploy.sh', [])).exitCode).toBe(0);
      expect(wasOpen(site)).toBe(true);
      expect(page(site)).toEqual(['window 1 active']);
      expect((await hook('post-deploy')).exitCode).toBe(0);
      await isOver(site);
    }));
});

describe('the Makefile', () => {
  const [recipe] = blocksWith('make', 'deploy-start');

  test('shows a window around a deployment', () =>
    onSite(async (site) => {
      prepare(site, { Makefile: recipe }, 'exit 0');
      expect((await runHere(site, 'make', ['deploy'])).exitCode).toBe(0);
      expect(wasOpen(site)).toBe(true);
      await isOver(site);
      expect(site.emulator.incidents()).toEqual([]);
    }));

  test('opens an incident if the deployment fails, and the next success resolves it', () =>
    onSite(async (site) => {
      prepare(site, { Makefile: recipe }, '[ -e fixed ]');
      const failed = await runHere(site, 'make', ['deploy']);
      expect(failed.exitCode).not.toBe(0);
      expect(failed.stderr).toContain(
        'The next success resolves it, if it has --on-failure incident or --recover, unless a person edits it.',
      );
      await isOver(site);
      expect(site.emulator.incidents()).toMatchObject([
        { title: 'An update did not complete', state: 'investigating' },
      ]);
      writeFileSync(join(site.folder, 'fixed'), '');
      expect((await runHere(site, 'make', ['deploy'])).exitCode).toBe(0);
      expect(site.emulator.incidents()).toMatchObject([{ state: 'resolved' }]);
    }));
});

describe('the two commands in README', () => {
  const [pair] = blocksWith('sh', 'statuspage-me.mjs deploy-start');

  test('show a window around a deployment, and the next success ends what a failure left', () =>
    onSite(async (site) => {
      prepare(site, {}, '[ -e fixed ]');
      // GitHub and GitLab let the shell stop at errors.
      const failed = await runHere(site, 'sh', ['-e', '-c', pair ?? '']);
      expect([failed.exitCode, wasOpen(site)]).toEqual([1, true]);
      expect(page(site)).toEqual(['window 1 active']);
      writeFileSync(join(site.folder, 'fixed'), '');
      expect((await runHere(site, 'sh', ['-c', pair ?? ''])).exitCode).toBe(0);
      await until(() => page(site).every((window) => window.endsWith('past')));
    }));
});

describe('the lists in README', () => {
  test('show what is on the pages', () =>
    onSite(async (site) => {
      const [lists] = blocksWith('sh', 'statuspage-me.mjs list');
      prepare(site, {}, 'exit 0');
      await runHere(site, 'node', [
        'statuspage-me.mjs',
        'open-maintenance',
        '--status-page',
        'acme',
        '--title',
        'Shown',
      ]);
      const { exitCode, stdout, stderr } = await runHere(site, 'sh', ['-c', lists ?? '']);
      expect([exitCode, stderr]).toEqual([0, expect.stringContaining('There are none.')]);
      expect(stdout).toMatch(/^Shown +active /m);
    }));
});

describe('the line around one command', () => {
  const [recipe] = blocksWith('sh', 'statuspage-me.mjs run');

  const deploy = (site: ServedSite) => runHere(site, 'sh', ['-c', recipe ?? '']);

  test('ends the window after a success', () =>
    onSite(async (site) => {
      prepare(site, {}, 'touch .statuspage-me.json');
      expect(await deploy(site)).toMatchObject({ exitCode: 0 });
      await isOver(site);
    }));

  test('keeps the window after a failure, and the next success ends it', () =>
    onSite(async (site) => {
      prepare(site, {}, 'touch .statuspage-me.json; exit $(cat result)');
      writeFileSync(join(site.folder, 'result'), '7');
      expect(await deploy(site)).toMatchObject({ exitCode: 7 });
      expect(page(site)).toEqual(['window 1 active']);
      writeFileSync(join(site.folder, 'result'), '0');
      expect(await deploy(site)).toMatchObject({ exitCode: 0 });
      await until(() => page(site).every((window) => window.endsWith('past')));
    }));
});
