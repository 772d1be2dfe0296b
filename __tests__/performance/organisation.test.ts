import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { plans, playOrganisation, renderOrganisation } from '../../tools/bench/organisation.ts';

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

test('a step that is told to wait for too long asks no second time', async () => {
  const { opened, without, requests, refused } = await playOrganisation({ repositories: 100, spreadMinutes: 0 });
  expect({ opened, without }).toEqual({ opened: 60, without: 40 });
  expect({ requests, refused }).toEqual({ requests: 60 + 40 + 60, refused: 40 });
});
