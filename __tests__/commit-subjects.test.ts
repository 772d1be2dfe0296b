import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import { findWrong, readSubjects } from '../tools/commit-subjects.ts';

const folder = mkdtempSync(join(tmpdir(), 'commits-'));
afterAll(() => rmSync(folder, { recursive: true }));

const origin = join(folder, 'origin');
const git = (cwd: string, ...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false', ...args], { cwd });
const commit = (subject: string, author = 'Ann') =>
  git(origin, '-c', `user.name=${author}`, 'commit', '--quiet', '--allow-empty', '-m', subject, '-m', 'Why. And how.');

execFileSync('git', ['init', '--quiet', origin]);
commit('Before.');

test.each([
  ['Retry ending a window', undefined],
  [`${'é'.repeat(70)} a`, undefined],
  [`${'a'.repeat(70)} bc`, '73 characters, at most 72'],
  ['x', 'fewer than two words'],
  ['Retry ending a window.', 'a full stop at the end'],
])('the subject "%s" is judged', (subject, wrong) => {
  expect(findWrong(subject)).toBe(wrong);
});

test('subjects are read since the last tag, without bots, and in any clone', () => {
  git(origin, 'tag', 'v1.0.0');
  expect(readSubjects(origin)).toEqual([]);
  commit('Fix the end');
  commit('Bump a from 1 to 2.', 'dependabot[bot]');
  commit('Read the page');
  const clone = (name: string, ...flags: readonly string[]) => {
    git(folder, 'clone', '--quiet', ...flags, pathToFileURL(origin).href, name);
    return readSubjects(join(folder, name));
  };
  expect(clone('fresh')).toEqual(['Read the page', 'Fix the end']);
  expect(clone('shallow', '--depth=1')).toEqual(['Read the page']);
  expect(clone('untagged', '--no-tags')).toEqual(['Read the page', 'Fix the end', 'Before.']);
});
