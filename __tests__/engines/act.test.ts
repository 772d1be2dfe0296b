import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { type ServedEmulator, serveEmulator } from '../../src/emulator/server.ts';
import { testWithEngine } from '../support/engine.ts';
import { validateWorkflow } from '../support/github-parser.ts';

const root = join(import.meta.dirname, '../..');
const pageId = '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a01';

const workflow = `name: Deploy
on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: ./
        id: window
        with:
          api-key: \${{ secrets.STATUSPAGE_ME_API_KEY }}
          status-page: \${{ vars.STATUSPAGE_ME_PAGE }}
          api-url: \${{ vars.API_URL }}
          outcome: \${{ fromJSON(toJSON(steps)).deploy.outcome }}
      - id: deploy
        run: node --input-type=module -e "await fetch('\${{ vars.DEPLOY_URL }}?id=\${{ steps.window.outputs.id }}')"
`;

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** A repository that holds what a user of the action gets, and the workflow. */
function repository(): string {
  const dir = mkdtempSync(join(tmpdir(), 'act-'));
  endings.push(() => rmSync(dir, { recursive: true, force: true }));
  cpSync(join(root, 'action.yml'), join(dir, 'action.yml'));
  cpSync(join(root, 'dist'), join(dir, 'dist'), { recursive: true });
  mkdirSync(join(dir, '.github/workflows'), { recursive: true });
  writeFileSync(join(dir, '.github/workflows/deploy.yml'), workflow);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], { cwd: dir });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--no-gpg-sign', '--message=Deploy');
  return dir;
}

/** What the deploy step talks to: it notes the id that it was told, and what visitors see at that moment. */
async function deployTarget({ emulator }: ServedEmulator) {
  const visits: { readonly id: string | null; readonly windows: readonly string[] }[] = [];
  const server = createServer((request, response) => {
    const id = new URL(request.url ?? '', 'http://127.0.0.1').searchParams.get('id');
    visits.push({ id, windows: emulator.windows().map(({ state }) => state) });
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  endings.push(() => server.close());
  return { visits, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

async function runAct(act: string, dir: string, vars: Readonly<Record<string, string>>, key: string) {
  const home = mkdtempSync(join(tmpdir(), 'act-home-'));
  endings.push(() => rmSync(home, { recursive: true, force: true }));
  const child = spawn(
    act,
    [
      ...['push', '--platform', 'ubuntu-latest=-self-hosted', '--secret', 'STATUSPAGE_ME_API_KEY'],
      ...Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
    ],
    {
      cwd: dir,
      // act takes the first `node` in PATH, whatever action.yml says: let it be this one.
      env: { PATH: process.env.PATH, HOME: home, XDG_CACHE_HOME: home, STATUSPAGE_ME_API_KEY: key },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (log += text));
  endings.push(() => child.kill('SIGKILL'));
  const [exitCode] = await once(child, 'close');
  return { exitCode, log };
}

test("GitHub's own parser has nothing against the workflow that act runs", async () => {
  expect(await validateWorkflow(workflow)).toEqual([]);
});

testWithEngine(
  'act',
  'in a workflow run by act the window is open while the deploy runs, and ended after it',
  async (act) => {
    const key = 'spk_act';
    const served = await serveEmulator({ keys: [{ key, name: 'deploy', scopes: ['maintenances:write'] }] });
    endings.push(served.close);
    const target = await deployTarget(served);
    const vars = { STATUSPAGE_ME_PAGE: pageId, API_URL: served.apiUrl, DEPLOY_URL: target.url };
    const { exitCode, log } = await runAct(act, repository(), vars, key);

    if (exitCode !== 0) throw new Error(`act ended with ${exitCode}:\n${log}`);
    const [window] = served.emulator.windows();
    // The end is rounded up to a full second, so it may lie a moment ahead.
    await setTimeout(1100);
    expect(target.visits).toEqual([{ id: String(window?.id), windows: ['active'] }]);
    expect(served.emulator.windows().map(({ state }) => state)).toEqual(['past']);
    expect(served.emulator.journal()).toMatchObject([
      { method: 'POST', path: '/maintenances', key: 'deploy', status: 201, body: { status_page_id: pageId } },
      { method: 'PATCH', path: `/maintenances/${window?.id}`, key: 'deploy', body: { end_at: expect.any(String) } },
    ]);
    expect(log).not.toContain(key);
  },
  60_000,
);
