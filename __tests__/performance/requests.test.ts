import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { operationNames } from '../../src/inputs/inputs.ts';
import { requestsAtOnce } from '../../src/statuspage/caller.ts';
import type { Send } from '../../src/statuspage/wire.ts';
import { startFakeGitHub } from '../github/fake-github.ts';
import { createWorld, run, type World, window } from '../support/world.ts';
import { renderRequestTable, type Situation, situations } from './situations.ts';

/** The requests since the last look, with `:id` in the place of ids. */
function createCounter(world: World) {
  let seen = 0;
  return () => {
    const fresh = world.requests().slice(seen);
    seen += fresh.length;
    return fresh.map((request) => {
      const [method, path = ''] = request.split(' ');
      return `${method} ${path.replace(/^(\/[\w-]+)\/[^/]+/, '$1/:id')}`;
    });
  };
}

async function play({ operation, ...situation }: Situation) {
  const world = createWorld(situation.world);
  const count = createCounter(world);
  const runs = new Map(Object.entries(situation.gitHub?.runs ?? {}));
  const gitHub = await startFakeGitHub({ repository: run.repository, token: 'ghs_token', runs });
  try {
    await situation.before?.(world);
    count();
    for (const fault of situation.faults ?? []) world.emulator.addFault(fault);
    const around = { githubApiUrl: gitHub.apiUrl, ...situation.around };
    const step = await world.main({ ...situation.inputs, operation }, around);
    const main = count();
    await situation.meanwhile?.(world);
    if (situation.ending !== undefined) {
      await world.post(step, situation.ending, { githubApiUrl: gitHub.apiUrl });
    }
    const post = situation.ending === undefined ? undefined : count();
    return { main, post, gitHub: gitHub.journal.length };
  } finally {
    await gitHub.stop();
  }
}

describe('the requests', () => {
  test('stand in the documentation as they are asserted here', () => {
    expect(readFileSync(join(import.meta.dirname, '../../docs/performance.md'), 'utf8')).toContain(
      `<!-- table: requests -->\n${renderRequestTable()}\n<!-- end -->`,
    );
  });

  test.each(situations.map((one) => [one.operation, one.where, one] as const))(
    'of %s (%s) are those of the table',
    async (_operation, _where, situation) => {
      const played = await play(situation);
      // What goes on side by side comes in any order.
      expect(played.main.toSorted()).toEqual(situation.main.toSorted());
      expect(played.post).toEqual(situation.post);
      expect(played.gitHub).toBe(situation.gitHub?.requests ?? 0);
    },
  );

  test('of every operation stand in the table', () => {
    expect(new Set(situations.map(({ operation }) => operation))).toEqual(new Set(operationNames));
  });
});

test('fifty pages are worked on side by side, but not all at once', async () => {
  const pages = Array.from({ length: 50 }, (_, index) => {
    const number = `${index}`.padStart(2, '0');
    return { id: `00000000-0000-4000-8000-0000000000${number}`, name: number, slug: `page-${number}`, components: [] };
  });
  const world = createWorld({ pages, latencyMs: 200 });
  let underWay = 0;
  let most = 0;
  const counted =
    (send: Send): Send =>
    async (request) => {
      underWay += 1;
      most = Math.max(most, underWay);
      return send(request).finally(() => {
        underWay -= 1;
      });
    };
  const inputs = { ...window, 'status-page': pages.map(({ slug }) => slug).join() };
  const main = await world.main(inputs, { wire: counted });
  expect(most).toBe(requestsAtOnce);
  expect(await world.post(main, {}, { wire: counted })).toMatchObject({ exitCode: 0 });
  expect(most).toBe(requestsAtOnce);
  expect(world.requests()).toHaveLength(1 + 3 * pages.length);
});
