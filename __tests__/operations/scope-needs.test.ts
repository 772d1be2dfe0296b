import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Scope, scopes } from '../../src/domain/scope.ts';
import { nameInWorkflow } from '../../src/inputs/flags.ts';
import { inputNames, operationNames } from '../../src/inputs/inputs.ts';
import { type Given, operations } from '../../src/inputs/operations.ts';
import { readRequest } from '../../src/inputs/read-inputs.ts';
import { findRequiredScopes, judgeKey, listScopeNeeds } from '../../src/operations/check/judge.ts';
import { neededScopes } from '../../src/operations/needed-scopes.ts';
import { acme, annotations, createWorld, window } from '../support/world.ts';

const rowOf = (name: (typeof operationNames)[number]): { scopes: readonly Scope[]; scopesAtTimes: readonly Scope[] } =>
  operations[name];
const required = (...all: Parameters<typeof findRequiredScopes>[0]) =>
  findRequiredScopes(all).map(({ scope }) => scope);
const grantsOf = (granted: readonly Scope[]) =>
  judgeKey(
    {
      grants: Object.fromEntries(
        scopes.map((scope) => [scope, granted.includes(scope) ? 'granted' : 'missing']),
      ) as never,
      pages: [],
      causes: new Map(),
    },
    { required: ['resolve', 'open-incident'], pageNames: [] },
  );

describe('what an operation needs', () => {
  test.each(operationNames)('is what the table of operations says of %s, no more and no less', (name) => {
    const needs = listScopeNeeds().filter(({ operation }) => operation === name);
    expect(new Set(needs.flatMap((need) => need.scopes))).toEqual(new Set(rowOf(name).scopes));
    expect(new Set(needs.flatMap((need) => need.atTimes))).toEqual(new Set(rowOf(name).scopesAtTimes));
    expect(required(name)).toEqual(scopes.filter((scope) => rowOf(name).scopes.includes(scope)));
  });

  test('differs by the kinds of notices that it takes', () => {
    const ofResolve = listScopeNeeds().filter(({ operation }) => operation === 'resolve');
    expect(ofResolve.map(({ kind, scopes }) => [kind, scopes])).toEqual([
      ['maintenance', ['maintenances:write']],
      ['incident', ['incidents:write']],
    ]);
  });
});

describe('what a new key needs, because one scope was missing', () => {
  const uuid = '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a01';
  const rows: readonly (readonly [Given, Scope, readonly Scope[]])[] = [
    [{}, 'maintenances:write', ['maintenances:read', 'maintenances:write']],
    [{ 'status-page': 'acme' }, 'status-pages:read', ['maintenances:read', 'maintenances:write', 'status-pages:read']],
    [
      { 'on-failure': 'incident' },
      'maintenances:read',
      ['incidents:read', 'incidents:write', 'maintenances:read', 'maintenances:write'],
    ],
    [{ operation: 'open-incident', title: 'T', message: 'M' }, 'incidents:read', ['incidents:read', 'incidents:write']],
    [
      { operation: 'update', 'deployment-key': 'support', message: 'M' },
      'incidents:read',
      ['incidents:read', 'incidents:write'],
    ],
    [
      { operation: 'update', 'deployment-key': 'support', message: 'M', kind: 'incident', 'status-page': 'acme' },
      'status-pages:read',
      ['incidents:read', 'incidents:write', 'status-pages:read'],
    ],
    // Which kind is meant is not known, and no key should be able to do too much.
    [
      { operation: 'update', 'deployment-key': 'support', message: 'M', 'status-page': 'acme' },
      'status-pages:read',
      ['status-pages:read'],
    ],
    [{ operation: 'resolve', id: '1', kind: 'maintenance' }, 'maintenances:write', ['maintenances:write']],
    [
      { operation: 'resolve', 'deployment-key': 'shop', kind: 'maintenance', 'on-failure': 'incident' },
      'maintenances:write',
      ['incidents:read', 'incidents:write', 'maintenances:read', 'maintenances:write'],
    ],
    [{ operation: 'gate' }, 'incidents:read', ['incidents:read']],
    [
      { operation: 'gate', 'allow-maintenance': 'false', 'min-uptime': '99', 'status-page': 'acme' },
      'status-pages:read',
      ['incidents:read', 'maintenances:read', 'status-pages:read', 'analytics:read'],
    ],
    [{ operation: 'sweep', 'github-token': 'x' }, 'incidents:write', ['incidents:read', 'incidents:write']],
  ];

  test.each(rows)('is everything that is asked: %j without %s', (given, missing, needed) => {
    const texts = { 'job-status': 'success', 'status-page': uuid, ...given };
    const { request } = readRequest({ kind: 'runner', nameOf: nameInWorkflow, texts }, new Date());
    expect(neededScopes(request, missing)).toEqual(needed);
  });

  const support = { 'deployment-key': 'support', 'status-page': acme } as const;
  test.each([
    [{ operation: 'open-incident', title: 'T', message: 'M', ...support }, 'incidents:read and incidents:write'],
    [{ operation: 'update', message: 'M', ...support, kind: 'incident' }, 'incidents:read and incidents:write'],
    [{ operation: 'resolve', ...support, kind: 'incident' }, 'incidents:read and incidents:write'],
    [{ operation: 'delete', ...support, kind: 'incident' }, 'incidents:read and incidents:write'],
    [{ operation: 'gate', 'status-page': acme, 'allow-maintenance': 'false' }, 'incidents:read and maintenances:read'],
    [{ operation: 'sweep', 'status-page': acme, 'github-token': 'x' }, 'incidents:read and incidents:write'],
  ])('is named by the message of the operation: %j', async (given, all) => {
    const world = createWorld({ scopes: ['monitors:read'] });
    const main = await world.main({ 'api-key': window['api-key'], ...given });
    expect(main.exitCode).toBe(1);
    expect(annotations(main).join('\n')).toContain(`Create a key with the scopes ${all} at `);
  });
});

describe('what is required', () => {
  test('of an operation on notices means the kinds that are opened', () => {
    expect(required('resolve', 'open-incident')).toEqual(['incidents:write']);
    expect(required('open-maintenance', 'update')).toEqual(['maintenances:read', 'maintenances:write']);
    expect(required('open-maintenance', 'open-incident', 'delete')).toEqual(['incidents:write', 'maintenances:write']);
    expect(required('resolve', 'check')).toEqual(['incidents:write', 'maintenances:write']);
  });

  test('of an operation that takes no notice stays the same beside others', () => {
    for (const name of operationNames.filter((one) => !Object.hasOwn(operations[one].inputs, 'kind'))) {
      expect(required(name, 'open-maintenance')).toEqual(expect.arrayContaining([...rowOf(name).scopes]));
    }
  });

  test('names the operations for each scope, in the order of the scopes', () => {
    expect(findRequiredScopes(['resolve', 'open-incident', 'incidents:write', 'analytics:read'])).toEqual([
      { scope: 'incidents:write', by: ['open-incident', 'resolve', 'require'] },
      { scope: 'analytics:read', by: ['require'] },
    ]);
    expect(findRequiredScopes([])).toEqual([]);
  });

  test('is only needed by existing operations and inputs', () => {
    const names: readonly string[] = [...operationNames, ...inputNames];
    fc.assert(
      fc.property(fc.subarray([...operationNames, ...scopes]), (all) => {
        const found = findRequiredScopes(all);
        expect(found.flatMap(({ by }) => by).filter((name) => !names.includes(name))).toEqual([]);
        expect(found.filter(({ by }) => by.length === 0)).toEqual([]);
      }),
    );
  });
});

describe('a key', () => {
  test('is judged by missing and by superfluous scopes', () => {
    fc.assert(
      fc.property(fc.subarray([...scopes]), (granted) => {
        const { missing, unclear, unseen, tooStrong } = grantsOf(granted);
        expect(missing.map(({ scope }) => scope)).toEqual(
          granted.includes('incidents:write') ? [] : ['incidents:write'],
        );
        expect([unclear, unseen, tooStrong]).toEqual([[], undefined, granted.length === scopes.length]);
      }),
    );
  });
});
