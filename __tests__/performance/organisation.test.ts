import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { plans, playOrganisation, renderOrganisation } from '../../tools/bench/organisation.ts';
import { createWorld, window } from '../support/world.ts';

const documentation = readFileSync(join(import.meta.dirname, '../../docs/performance.md'), 'utf8');

test.each(plans.filter(({ repositories }) => repositories <= 300))(
  'the documentation says what becomes of %j under a rate limit',
  async (plan) => {
    const outcome = await playOrganisation(plan);
    expect(documentation).toContain(`\n${renderOrganisation([outcome]).split('\n').at(-1)}\n`);
    // Whatever the limit does, no deployment fails, and nobody is counted twice.
    expect(outcome).toMatchObject({ failed: 0, opened: plan.repositories - outcome.without });
    expect(outcome.longestMainMs).toBeLessThan(20_000);
  },
);

test('a step that is asked to wait too long does not ask again', async () => {
  const { opened, without, requests, refused } = await playOrganisation({ repositories: 100, spreadMinutes: 0 });
  expect({ opened, without }).toEqual({ opened: 60, without: 40 });
  // Each post step lists the page once, and 60 end their window.
  expect({ requests, refused }).toEqual({ requests: 60 + 40 + 100 + 60, refused: 40 });
});

test.each([
  ['three requests with', 'its id', {}],
  ['six with', 'a deployment key', { 'deployment-key': 'all' }],
])('a window that two jobs open and resolve takes %s %s', async (documented, _, named) => {
  expect(documentation).toContain(documented);
  const world = createWorld({});
  const open = await world.main({ ...window, ...named, 'auto-resolve': 'false' });
  await world.post(open);
  const target = 'deployment-key' in named ? named : { id: open.outputs.id ?? '', kind: 'maintenance' };
  const { 'api-key': apiKey, 'status-page': page } = window;
  await world.main({ operation: 'resolve', 'api-key': apiKey, 'status-page': page, ...target });
  expect(world.journal().at(-1)).toMatchObject({ method: 'PATCH', path: '/maintenances/1', status: 200 });
  expect(world.journal()).toHaveLength(documented.startsWith('three') ? 3 : 6);
});
