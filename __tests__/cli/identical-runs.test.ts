import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { onSite, type ServedSite, until } from './running.ts';

const gitlab = {
  GITLAB_CI: 'true',
  CI_PIPELINE_ID: '81234',
  CI_JOB_NAME: 'deploy',
  CI_PROJECT_URL: 'https://gitlab.example/acme/shop',
};
/** GitHub counts attempts, and only later ones search for a window to reuse. */
const github = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_RUN_ID: '9123456789',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_JOB: 'deploy',
};

/** A command that says which one it is, and lasts until its file is there, or its folder is gone. All of them have the same words. */
const script = `
  n=1
  while ! mkdir "begun-$n" 2>/dev/null; do n=$((n+1)); [ -d "$PWD" ] || exit 1; done
  echo "command $n"
  while [ -d "$PWD" ] && [ ! -e "go-$n" ]; do sleep 0.05; done
`;
const words = (...flags: readonly string[]) => ['run', ...flags, '--', 'sh', '-c', script];

const release = ({ folder }: ServedSite, n: number) => writeFileSync(join(folder, `go-${n}`), '');
/** The numbers in the page's own order, by the order in which the windows were opened. */
const states = ({ page }: ServedSite) => page().toSorted();

test.each([
  ['GitLab, which counts no attempts', gitlab, []],
  ['GitLab, with a deployment key', gitlab, ['--deployment-key', 'shop']],
  ['GitHub, in a second attempt', github, []],
])('the first of two identical commands that ends leaves the other its window: %s', (_, environment, flags) =>
  onSite(async (site) => {
    const first = site.start(words(...flags), environment);
    await first.says('command 1');
    const second = site.start(words(...flags), environment);
    await second.says('command 2');
    expect(states(site)).toEqual(['window 1 active', 'window 2 active']);
    release(site, 1);
    expect(await first.left).toMatchObject({ exitCode: 0 });
    await until(() => states(site)[0] === 'window 1 past');
    expect(states(site)).toEqual(['window 1 past', 'window 2 active']);
    release(site, 2);
    expect(await second.left).toMatchObject({ exitCode: 0 });
    await site.allOver(2);
  }),
);

test('the second one that ends first leaves the window of the first', () =>
  onSite(async (site) => {
    const first = site.start(words(), gitlab);
    await first.says('command 1');
    const second = site.start(words(), gitlab);
    await second.says('command 2');
    release(site, 2);
    expect(await second.left).toMatchObject({ exitCode: 0 });
    await until(() => states(site)[1] === 'window 2 past');
    expect(states(site)).toEqual(['window 1 active', 'window 2 past']);
    release(site, 1);
    await first.left;
    await site.allOver(2);
  }));

test('two identical commands that were killed find their own windows in the next attempt', () =>
  onSite(async (site) => {
    const killed = [1, 2].map(async (n) => {
      const one = site.start(words(), gitlab);
      await one.says(`command`);
      return { n, ...one };
    });
    for (const { child, left } of await Promise.all(killed)) {
      child.kill('SIGKILL');
      await left;
    }
    expect(states(site)).toEqual(['window 1 active', 'window 2 active']);
    const again = [3, 4].map((n) => ({ n, ...site.start(words(), gitlab) }));
    await Promise.all(again.map(({ says }) => says('command')));
    expect(states(site)).toEqual(['window 1 active', 'window 2 active']);
    for (const n of [1, 2, 3, 4]) release(site, n);
    for (const { left } of again) expect((await left).stderr).toContain('Reusing the maintenance window');
    await site.allOver(2);
  }));
