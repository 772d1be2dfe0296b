import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { type ServedEmulator, serveEmulator } from '../../src/emulator/server.ts';
import { commitFiles, copyAction, startAct } from '../support/act.ts';
import { testWithEngine } from '../support/engine.ts';
import { validateWorkflow } from '../support/github-parser.ts';

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
  const { dir, remove } = copyAction();
  endings.push(remove);
  commitFiles(dir, { '.github/workflows/deploy.yml': workflow });
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
    const running = startAct(act, repository(), { secrets: { STATUSPAGE_ME_API_KEY: key }, vars });
    endings.push(running.kill);
    const { exitCode, log } = await running.ended;

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
