import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

const read = (path: string) => readFileSync(join(import.meta.dirname, '..', path), 'utf8');
const manifest = JSON.parse(read('package.json'));

test('the action, .node-version and the package `node` agree on one major version', () => {
  const major = read('.node-version').trim();
  expect(parse(read('action.yml')).runs.using).toBe(`node${major}`);
  expect(manifest.devDependencies.node.split('.')[0]).toBe(major);
  expect(manifest.devDependencies['@types/node'].split('.')[0]).toBe(major);
});

test('package.json, CODEOWNERS and README name the same owner', () => {
  const home = /^git\+(https:\/\/github\.com\/([\w-]+)\/statuspage-me)\.git$/.exec(manifest.repository.url);
  expect(manifest.bugs).toBe(`${home?.[1]}/issues`);
  expect(read('.github/CODEOWNERS')).toMatch(new RegExp(`^\\* @${home?.[2]}$`, 'm'));
  expect(read('README.md')).toContain(`uses: ${home?.[2]}/statuspage-me@v1`);
});
