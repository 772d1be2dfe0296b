import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parseDemoOptions } from '../../tools/demo/demo-options.ts';
import { runDemo } from '../../tools/demo/run-demo.ts';
import { deployKey } from '../../tools/demo/scenarios.ts';
import { probeAction } from './probe-action.ts';

const root = join(import.meta.dirname, '../..');
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function makeFolder(): string {
  folders.push(mkdtempSync(join(tmpdir(), 'demo-')));
  return folders.at(-1) ?? '';
}

interface Performed {
  readonly exitCode: number;
  readonly shown: string;
}

async function perform(actionDir: string): Promise<Performed> {
  const out = new PassThrough();
  const shown = text(out);
  const exitCode = await runDemo({ actionDir, out, paceSeconds: 0 });
  out.end();
  return { exitCode, shown: stripVTControlCharacters(await shown) };
}

/** The built action, of which some files are something else. */
function changedAction(files: Readonly<Record<string, string>>): string {
  const folder = makeFolder();
  cpSync(join(root, 'action.yml'), join(folder, 'action.yml'));
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  for (const [path, content] of Object.entries(files)) writeFileSync(join(folder, path), content);
  return folder;
}

/** An action that ignores the key it is given, and opens and says too much. */
function overzealousAction(): string {
  const post = (path: string, body: object) =>
    `await fetch(env['INPUT_API-URL'] + '${path}', {
      method: 'POST',
      headers: { authorization: 'Bearer ${deployKey.key}', 'content-type': 'application/json' },
      body: JSON.stringify({ status_page_id: env['INPUT_STATUS-PAGE'], title: 'Updating the shop', ...${JSON.stringify(body)} }),
    });`;
  const window = { start_at: '2020-01-01T00:00:00Z', end_at: '2120-01-01T00:00:00Z' };
  const action = probeAction(
    `${post('/maintenances', window)}; ${post('/incidents', { message: 'Oh!' })}; process.exit(env.INPUT_OUTCOME === undefined ? 0 : 3);`,
    'process.exit(4);',
  );
  folders.push(action.dir);
  return action.dir;
}

const linesWith = (sign: string, { shown }: Performed): string[] =>
  shown
    .split('\n')
    .filter((line) => line.startsWith(`  ${sign} `))
    .map((line) => line.slice(4));

describe('the demo', () => {
  const ours = perform(root);
  const idlePost = perform(changedAction({ 'dist/post.js': '' }));

  test('shows five scenarios, checks each, shows no key, and exits with 0', async () => {
    const performed = await ours;
    expect(linesWith('✗', performed)).toEqual([]);
    expect(performed.exitCode).toBe(0);
    expect(performed.shown).not.toContain('spk_');
    const inOrder = [
      /^ {2}http:\/\/127\.0\.0\.1:\d+\/acme$/m,
      /^ {2}Scenario 1: /m,
      /^ {4}with:$/m,
      /^ {6}status-page: \$\{\{ vars\.STATUS_PAGE_ID \}\}$/m,
      /● All systems operational/,
      /● Under maintenance/,
      /│ Updating the shop +In progress │/,
      /● All systems operational/,
      /│ Updating the shop +Completed │/,
      /^ {2}main {2}POST {3}\/maintenances +201 {2}maintenances:write$/m,
      /^ {2}post {2}PATCH {2}\/maintenances\/1 +200 {2}maintenances:write$/m,
      /│ ✅ Maintenance ended after/,
      /^ {2}Scenario 2: /m,
      /The deploy has failed/,
      /^ {2}The page after$/m,
      /● Under maintenance/,
      /^ {2}Scenario 3: /m,
      /^ {2}The page before$/m,
      /● Under maintenance/,
      /The deploy has succeeded/,
      /^ {2}The page after$/m,
      /● All systems operational/,
      /^ {2}post {2}PATCH {2}\/maintenances\/3 +200 {2}maintenances:write$/m,
      /^ {2}post {2}PATCH {2}\/maintenances\/2 +200 {2}maintenances:write$/m,
      /^ {2}Scenario 4: /m,
      /on-failure: incident/,
      /● Under maintenance/,
      /Warning: The deployment failed/,
      /● There is an open incident/,
      /│ An update did not complete +Investigating │/,
      /^ {2}main {2}PATCH {2}\/incidents\/00000000-… +404 {2}incidents:write$/m,
      /│ 🔴 Incident open/i,
      /^ {2}Scenario 5: /m,
      /Error: [\s\S]*does[\s│]+not[\s│]+have[\s│]+the[\s│]+scope[\s│]+maintenances:write/,
      /the deploy does not start/,
      /● There is an open incident {2}\(all as before\)/,
      /^ {2}post {2}no request$/m,
      /Every check passed\./,
    ];
    let rest = performed.shown;
    for (const pattern of inOrder) {
      const found = pattern.exec(rest);
      expect(rest).toMatch(pattern);
      rest = rest.slice((found?.index ?? 0) + (found?.[0].length ?? 0));
    }
  });

  test('exits with 1 and names what failed, if the post step does nothing', async () => {
    const performed = await idlePost;
    expect(performed.exitCode).toBe(1);
    expect(linesWith('✗', performed)).toEqual([
      'afterwards visitors see it completed',
      'afterwards the page says that all is well',
      'one request ended it',
      'the job summary says that the maintenance ended',
      'one warning says that it stays',
      'afterwards no window is in progress',
      'afterwards the page says that all is well',
      'two requests ended the two windows',
      'afterwards visitors see an open incident',
      'exactly one incident was opened, and it is open',
      'the window is over',
      'the incident was opened before the window was ended',
      'one warning names the incident',
    ]);
    const ending = performed.shown.split('The end')[1]?.replace(/\s+/g, ' ');
    expect(ending).toContain('Scenario 1: a deployment succeeds. Failed: one request ended it.');
    expect(ending).not.toContain('Every check passed');
  });

  test('has no check that cannot fail', async () => {
    const all = linesWith('✓', await ours);
    const broken = await Promise.all([
      idlePost,
      ...[
        changedAction({ 'dist/main.js': '' }),
        changedAction({ 'dist/main.js': 'process.exit(1);' }),
        overzealousAction(),
      ].map((actionDir) => perform(actionDir)),
    ]);
    expect(broken.map(({ exitCode }) => exitCode)).toEqual([1, 1, 1, 1]);
    const missed = new Set(broken.flatMap((performed) => linesWith('✗', performed)));
    expect(all.filter((check) => !missed.has(check))).toEqual([]);
  });
});

describe('the command line of the demo', () => {
  test('takes a pace in seconds, and nothing else for one', () => {
    expect(parseDemoOptions([])).toEqual({ help: false, keep: false, paceSeconds: 5 });
    expect(parseDemoOptions(['--keep', '--pace', '0.5'])).toEqual({ help: false, keep: true, paceSeconds: 0.5 });
    for (const pace of ['', 'x', '-1', '1e1', '61']) {
      expect(() => parseDemoOptions([`--pace=${pace}`])).toThrow('--pace: expected seconds from 0 to 60');
    }
    expect(() => parseDemoOptions(['--nope'])).toThrow('--nope');
  });

  function run(...args: string[]) {
    const temp = makeFolder();
    const child = spawn(process.execPath, [join(root, 'tools/demo/demo.ts'), ...args], {
      env: { PATH: process.env.PATH, TMPDIR: temp, TEMP: temp, NO_COLOR: '1' },
    });
    let shown = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      shown += chunk;
    });
    return {
      kill: child.kill.bind(child),
      temp,
      ended: once(child, 'close').then(([exitCode, signal]) => ({ exitCode, signal, shown })),
      shown: async (pattern: RegExp): Promise<string> => {
        while (!pattern.test(shown)) {
          if (child.exitCode !== null) throw new Error(`The demo ended and never showed ${pattern}: ${shown}`);
          await sleep(20);
        }
        return pattern.exec(shown)?.[0] ?? '';
      },
    };
  }

  test('prints help, and refuses what it does not know with 2', async () => {
    expect(await run('--help').ended).toMatchObject({ exitCode: 0, shown: expect.stringContaining('--keep') });
    expect(await run('--fast').ended).toMatchObject({ exitCode: 2, shown: '' });
  });

  test('--keep prints addresses and keys, leaves the status page running until Ctrl-C, and then exits with 0', async () => {
    const demo = run('--keep', '--pace', '0');
    await demo.shown(/Every check passed\.[\s\S]*until Ctrl-C[\s\S]*API key +spk_demo_deploy[\s\S]*controls/);
    const page = await fetch(await demo.shown(/http:\/\/127\.0\.0\.1:\d+\/acme/));
    expect(await page.text()).toContain('There is an open incident');
    demo.kill('SIGINT');
    expect(await demo.ended).toMatchObject({ exitCode: 0 });
  });

  test('Ctrl-C in a scenario exits with 130 and leaves no files behind', async () => {
    const demo = run('--pace', '60');
    await demo.shown(/deploy\.sh \(60 s\)/);
    expect(readdirSync(demo.temp)).toHaveLength(1);
    demo.kill('SIGINT');
    expect(await demo.ended).toMatchObject({ exitCode: 130 });
    expect(readdirSync(demo.temp)).toEqual([]);
  });
});
