import { findUnseen } from './choose-pages.ts';
import type { Requirement } from './inputs.ts';
import type { Page } from './page.ts';
import { type Grants, scopes } from './scope.ts';
import { findRequiredScopes, type RequiredScope } from './scope-needs.ts';
import type { UserError } from './user-error.ts';

/** What was found out about a key. */
export interface KeyCheck {
  readonly grants: Grants;
  /** The pages that the key sees; undefined where it may not list them. */
  readonly pages: readonly Page[] | undefined;
}

/** What a key must be able to do. */
export interface KeyDemand {
  readonly required: readonly Requirement[];
  /** The pages that it must see, as the user wrote them. */
  readonly pageNames: readonly string[];
}

/** What a check means for those who demand something of the key. */
export interface KeyJudgement {
  /** All that is demanded: the smallest set of scopes for it. */
  readonly needed: readonly RequiredScope[];
  readonly missing: readonly RequiredScope[];
  /** Those of which nothing could be found out. */
  readonly unclear: readonly RequiredScope[];
  /** Names the pages that the key does not see. */
  readonly unseen: UserError | undefined;
  /** It has every scope, as a key with an empty list has, which means full access. */
  readonly tooStrong: boolean;
}

/** Compares what a key can do with what it must be able to do. */
export function judgeKey({ grants, pages }: KeyCheck, { required, pageNames }: KeyDemand): KeyJudgement {
  const needed = pageNames.length === 0 ? findRequiredScopes(required) : withPages(findRequiredScopes(required));
  return {
    needed,
    missing: needed.filter(({ scope }) => grants[scope] === 'missing'),
    unclear: needed.filter(({ scope }) => grants[scope] === 'unknown'),
    unseen: pages === undefined ? undefined : findUnseen(pageNames, pages),
    tooStrong: scopes.every((scope) => grants[scope] === 'granted'),
  };
}

/** Whether a page is seen only the list of pages can tell. */
function withPages(needed: readonly RequiredScope[]): readonly RequiredScope[] {
  return scopes.flatMap((scope): readonly RequiredScope[] => {
    const { by = [] } = needed.find((one) => one.scope === scope) ?? {};
    if (scope === 'status-pages:read') return [{ scope, by: [...by, 'status-page'] }];
    return by.length === 0 ? [] : [{ scope, by }];
  });
}
