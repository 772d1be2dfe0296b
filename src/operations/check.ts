import type { KeyCheck } from '../domain/key-check.ts';
import type { Page } from '../domain/page.ts';
import { type Grant, type Scope, scopes } from '../domain/scope.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { StatusPage } from '../statuspage/status-page.ts';

/**
 * Finds out which scopes a key has and which pages it sees, all side by side; nothing is ever written. Throws StatusPageError where nothing
 * can be known: the key was refused, or what answers is not the API, whose 404 to a probe would read like a grant.
 */
export async function checkKey(statusPage: StatusPage): Promise<KeyCheck> {
  const probing = scopes.map(async (scope): Promise<Grant> => {
    // The list of pages is its own probe.
    return scope === pagesScope ? 'granted' : statusPage.probeScope(scope);
  });
  const [listed, ...probed] = await Promise.allSettled([listPages(statusPage), ...probing]);
  const pages = unwrap(listed);
  const grants = scopes.map((scope, place): readonly [Scope, Grant] => {
    const grant = unwrap(probed[place] as PromiseSettledResult<Grant>);
    return [scope, scope === pagesScope && pages === undefined ? 'missing' : grant];
  });
  return { grants: Object.fromEntries(grants) as KeyCheck['grants'], pages };
}

const pagesScope: Scope = 'status-pages:read';

/** The pages that the key sees; undefined where it may not list them. */
async function listPages(statusPage: StatusPage): Promise<readonly Page[] | undefined> {
  try {
    return await statusPage.fetchPages();
  } catch (error) {
    if (error instanceof StatusPageError && error.trouble === 'forbidden') return undefined;
    throw error;
  }
}

function unwrap<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}
