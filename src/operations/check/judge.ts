import type { UserError } from '../../domain/errors.ts';
import { isPageId, type Page } from '../../domain/page.ts';
import { type Kind, kinds } from '../../domain/record.ts';
import { type Grants, type Scope, scopes } from '../../domain/scope.ts';
import { type OperationName, operationNames, type Requirement } from '../../inputs/inputs.ts';
import { type Operation, operations } from '../../inputs/operations.ts';
import type { StatusPageError } from '../../statuspage/errors.ts';
import { findUnseen } from '../../statuspage/find-pages.ts';

/** What was found out about a key. */
export interface KeyCheck {
  readonly grants: Grants;
  /** The pages that the key sees; undefined if it may not list them. */
  readonly pages: readonly Page[] | undefined;
  /** Why a scope is unknown. */
  readonly causes: ReadonlyMap<Scope, StatusPageError>;
}

/** What a key must be able to do. */
export interface KeyRequirements {
  readonly required: readonly Requirement[];
  /** The pages that it must see, as the user wrote them. */
  readonly pageNames: readonly string[];
}

/** What a check means for what is required of the key. */
export interface KeyJudgement {
  /** The smallest set of scopes for what is required. */
  readonly needed: readonly RequiredScope[];
  /** The set to create a key with: what is needed, and beside each scope to write the one to read, for later runs and deployment keys. */
  readonly advised: readonly Scope[];
  /** The scopes to read that the key does not have, although it may write. */
  readonly unread: readonly Scope[];
  readonly missing: readonly RequiredScope[];
  /** Those that are neither granted nor missing. */
  readonly unclear: readonly RequiredScope[];
  /** Why nothing could be found out, for the first of them. */
  readonly cause: StatusPageError | undefined;
  /** UUIDs of pages that were not looked up, because the key may not list pages and nothing that is required needs that. */
  readonly unchecked: readonly string[];
  /** Names the pages that the key does not see. */
  readonly unseen: UserError | undefined;
  /** It has every scope, as a key with an empty list has, which means full access. */
  readonly tooStrong: boolean;
}

/** Compares what a key can do with what it must be able to do. */
export function judgeKey({ grants, pages, causes }: KeyCheck, { required, pageNames }: KeyRequirements): KeyJudgement {
  // A deployment needs no scope to read a page that is given by UUID, so a check does not ask for it either.
  const needed = pageNames.every(isPageId) ? findRequiredScopes(required) : withPages(findRequiredScopes(required));
  const unclear = needed.filter(({ scope }) => grants[scope] === 'unknown');
  const isNeeded = (scope: Scope) => needed.some((one) => one.scope === scope);
  return {
    needed,
    advised: scopes.filter(
      (scope) => isNeeded(scope) || pairs.some(({ write, read }) => read === scope && isNeeded(write)),
    ),
    unread: pairs.flatMap(({ write, read }) =>
      grants[write] === 'granted' && grants[read] === 'missing' ? [read] : [],
    ),
    missing: needed.filter(({ scope }) => grants[scope] === 'missing'),
    unclear,
    cause: unclear[0] && causes.get(unclear[0].scope),
    unchecked: pages === undefined ? pageNames.filter(isPageId) : [],
    unseen: pages === undefined ? undefined : findUnseen(pageNames, pages),
    tooStrong: scopes.every((scope) => grants[scope] === 'granted'),
  };
}

/** What a key that may write asks for besides, so that it finds what is on the page. */
const pairs = [
  { write: 'incidents:write', read: 'incidents:read' },
  { write: 'maintenances:write', read: 'maintenances:read' },
] as const;

/** Only the list of pages shows which page a slug or a name means. */
function withPages(needed: readonly RequiredScope[]): readonly RequiredScope[] {
  return scopes.flatMap((scope): readonly RequiredScope[] => {
    const { by = [] } = needed.find((one) => one.scope === scope) ?? {};
    if (scope === 'status-pages:read') return [{ scope, by: [...by, 'status-page'] }];
    return by.length === 0 ? [] : [{ scope, by }];
  });
}

/** What an operation asks of a key. */
export interface ScopeNeed {
  readonly operation: OperationName;
  /** For an operation on either kind: what it needs for this one. */
  readonly kind: Kind | undefined;
  /** What it cannot do without: the smallest set. */
  readonly scopes: readonly Scope[];
  /** What it needs at times besides, in a re-run or for a page given by its name. */
  readonly atTimes: readonly Scope[];
}

/** A scope that a key must have, and the operations or inputs that ask for it. */
export interface RequiredScope {
  readonly scope: Scope;
  readonly by: readonly (OperationName | 'require' | 'status-page')[];
}

/** What every operation asks of a key, in the order of the table; one that takes either kind of record has an entry for each. */
export function listScopeNeeds(): readonly ScopeNeed[] {
  return operationNames.flatMap((operation): readonly ScopeNeed[] => {
    const { scopes: all, scopesAtTimes: atTimes, inputs } = rowOf(operation);
    if (!Object.hasOwn(inputs, 'kind')) return [{ operation, kind: undefined, scopes: all, atTimes }];
    return kinds.map((kind) => {
      const ofKind = (scope: Scope) => !kinds.some((other) => other !== kind && isAbout(scope, other));
      return { operation, kind, scopes: all.filter(ofKind), atTimes: atTimes.filter(ofKind) };
    });
  });
}

/**
 * The scopes that a key must have for what is required of it. An operation that takes either kind of record means the kinds whose open operation
 * is required with it, and both if there is none.
 */
export function findRequiredScopes(required: readonly Requirement[]): readonly RequiredScope[] {
  const opened = kinds.filter((kind) => required.some((one) => opens(one, kind)));
  const meant = opened.length === 0 ? kinds : opened;
  const needs = listScopeNeeds().filter(({ kind }) => kind === undefined || meant.includes(kind));
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
