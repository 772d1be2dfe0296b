import { describe, expect, test } from '@jest/globals';
import { type Scope, scopes } from '../../src/emulator/account.ts';
import { sampleKey } from '../../src/emulator/sample.ts';
import { assumptions } from '../../tools/contract/assumptions.ts';
import { acme, createPage, namesOf } from './run-on-emulator.ts';

function pageOf(granted: readonly Scope[], shape = {}) {
  return createPage({ shape: { ...shape, keys: [{ key: sampleKey, scopes: [...granted] }] } });
}

const unlessMissing = (missing: string) => scopes.filter((scope) => scope !== missing);

describe('a key without some scopes', () => {
  test.each(scopes.map((scope) => [scope]))(
    'finds nothing different and leaves nothing, having %s alone',
    async (scope) => {
      const page = pageOf([scope]);
      const report = await page.run({ page: acme });
      expect(namesOf(report, 'differs')).toEqual([]);
      expect(namesOf(report, 'as assumed')).toContain('scope-first');
      expect(report.left).toEqual([]);
      expect([...page.emulator.windows(), ...page.emulator.incidents()]).toEqual([]);
    },
  );

  test.each([['incidents:read'], ['incidents:write'], ['maintenances:read'], ['maintenances:write']])(
    'finds nothing different and leaves nothing, having all but %s',
    async (missing) => {
      const page = pageOf(unlessMissing(missing));
      const report = await page.run();
      expect(namesOf(report, 'differs')).toEqual([]);
      expect(namesOf(report, 'as assumed')).toContain('scope-first');
      expect(report.left).toEqual([]);
      expect([...page.emulator.windows(), ...page.emulator.incidents()]).toEqual([]);
    },
  );

  test('shows which scope availability needs', async () => {
    const analytics = await pageOf(['analytics:read']).run({ page: acme });
    expect(namesOf(analytics, 'as assumed')).toContain('availability-scope');
    const monitors = await pageOf(['monitors:read']).run({ page: acme });
    expect(namesOf(monitors, 'as assumed')).toContain('availability-scope');
    const either = await pageOf(['monitors:read'], { availabilityScope: 'either' }).run({ page: acme });
    expect(namesOf(either, 'could not tell')).toContain('availability-scope');
  });

  test('says of each row that it could not tell why', async () => {
    const report = await pageOf(['analytics:read']).run({ page: acme });
    const untold = report.rows.filter(({ result }) => result === 'could not tell');
    expect(untold.filter(({ seen }) => seen === '')).toEqual([]);
    expect(report.rows.find(({ name }) => name === 'window-created')?.seen).toBe('window: 403');
    expect(untold.length).toBeGreaterThan(assumptions.length / 2);
  });
});

describe('403 without a word about the key', () => {
  test.each([
    ['plan', '403 "API access is not available on your plan"'],
    ['block', '403 "Access is temporarily blocked because of too many requests"'],
  ] as const)('is reported with the words of the server (%s)', async (forbidden, seen) => {
    const report = await createPage({ shape: { forbidden } }).run({ page: acme });
    expect(namesOf(report, 'differs')).toEqual(['forbidden']);
    expect(report.rows.find(({ name }) => name === 'forbidden')).toMatchObject({ seen });
  });

  test('is told apart if something in front of the API sends it as HTML', async () => {
    const page = createPage({ shape: { forbidden: 'html' } });
    const report = await page.run({ page: acme });
    expect(namesOf(report, 'differs')).toEqual(['errors', 'forbidden']);
    expect(page.emulator.journal().filter(({ worked }) => worked)).toEqual([]);
  });
});
