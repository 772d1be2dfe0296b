import { isPageId } from '../domain/page.ts';
import { type Kind, kinds } from '../domain/record.ts';
import { type Scope, scopes } from '../domain/scope.ts';
import type { InputName } from '../inputs/inputs.ts';
import { type Operation, operations, type Request } from '../inputs/operations.ts';

/**
 * The scopes that one key needs for everything that a request asks, the missing one included. Without a kind, an operation on either kind is taken
 * to be about the kind of the missing one, so that nobody creates a key that can do too much.
 */
export function neededScopes({ operation, values }: Request, missing: Scope): readonly Scope[] {
  const { scopes: always, scopesAtTimes, opens, inputs }: Operation = operations[operation];
  const given: Readonly<Partial<Record<InputName, unknown>>> = values;
  const changesIncidents =
    given['on-failure'] === 'incident' || given['on-cancel'] === 'incident' || given.recover === true;
  const isOnEither = Object.hasOwn(inputs, 'kind');
  const kind = given.kind ?? kinds.find((one) => isAbout(missing, one));
  if (isOnEither && kind === undefined) return [missing];
  const isOfOther = (scope: Scope) => isOnEither && kinds.some((one) => one !== kind && isAbout(scope, one));
  /** Whether it searches the page for notices. */
  const finds = (opens && given.marker !== false) || given['deployment-key'] !== undefined;
  const isAskedFor = (scope: Scope): boolean => {
    switch (scope) {
      case 'status-pages:read':
        return names(given['status-page']).some((name) => !isPageId(name));
      case 'analytics:read':
        return given['min-uptime'] !== undefined;
      case 'maintenances:read':
        return operation === 'gate' ? given['allow-maintenance'] === false : finds;
      default:
        return finds;
    }
  };
  return scopes.filter(
    (scope) =>
      scope === missing ||
      (changesIncidents && isAbout(scope, 'incident')) ||
      (!isOfOther(scope) && (always.includes(scope) || (scopesAtTimes.includes(scope) && isAskedFor(scope)))),
  );
}

function isAbout(scope: Scope, kind: Kind): boolean {
  return scope.startsWith(`${kind}s:`);
}

function names(given: unknown): readonly string[] {
  return Array.isArray(given) ? given : [];
}
