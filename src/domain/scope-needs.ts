import { type InputName, type OperationName, operationNames, type Requirement } from './inputs.ts';
import { type Operation, operations } from './operations.ts';
import { type Kind, kinds } from './record.ts';
import { type Scope, scopes } from './scope.ts';

/** What an operation asks of a key. */
export interface ScopeNeed {
  readonly operation: OperationName;
  /** Where the operation takes records of either kind: what it needs for this one. */
  readonly kind: Kind | undefined;
  /** What it cannot do without: the smallest set. */
  readonly scopes: readonly Scope[];
  /** What it needs at times besides, in a re-run or for a page given by its name. */
  readonly atTimes: readonly Scope[];
}

/** A scope that a key must have, and the operations or inputs that ask for it. */
export interface RequiredScope {
  readonly scope: Scope;
  readonly by: readonly (OperationName | InputName)[];
}

/** What every operation asks of a key, in the order of the table; one that takes either kind of record has an entry for each. */
export const scopeNeeds: readonly ScopeNeed[] = operationNames.flatMap((operation): readonly ScopeNeed[] => {
  const { scopes: all, scopesForLookUp: atTimes, inputs } = rowOf(operation);
  if (!Object.hasOwn(inputs, 'kind')) return [{ operation, kind: undefined, scopes: all, atTimes }];
  return kinds.map((kind) => {
    const ofKind = (scope: Scope) => !kinds.some((other) => other !== kind && isAbout(scope, other));
    return { operation, kind, scopes: all.filter(ofKind), atTimes: atTimes.filter(ofKind) };
  });
});

/**
 * The scopes that a key must have for what is required of it. An operation that takes either kind of record means the kinds whose open operation
 * is required with it, and both where there is none.
 */
export function findRequiredScopes(required: readonly Requirement[]): readonly RequiredScope[] {
  const opened = kinds.filter((kind) => required.some((one) => opens(one, kind)));
  const meant = opened.length === 0 ? kinds : opened;
  const needs = scopeNeeds.filter(({ kind }) => kind === undefined || meant.includes(kind));
  return scopes.flatMap((scope) => {
    const operationsFor = needs.filter((need) => required.includes(need.operation) && need.scopes.includes(scope));
    const named = required.includes(scope) ? (['require'] as const) : [];
    const by = [...new Set([...operationsFor.map(({ operation }) => operation), ...named])];
    return by.length === 0 ? [] : [{ scope, by }];
  });
}

function opens(required: Requirement, kind: Kind): boolean {
  const operation = operationNames.find((name) => name === required);
  if (operation === undefined) return false;
  const row = rowOf(operation);
  return row.opens && row.scopes.some((scope) => isAbout(scope, kind));
}

function isAbout(scope: Scope, kind: Kind): boolean {
  return scope.startsWith(`${kind}s:`);
}

function rowOf(operation: OperationName): Operation {
  return operations[operation];
}
