import { adviseToStoreKey, type Background, consoleUrl, type Explanation } from '../domain/errors.ts';
import { describeScope } from '../domain/scope.ts';
import { list } from '../domain/text.ts';
import { type Call, describeAnswer, type FailedCall } from './failed-call.ts';

/**
 * A 403 of the API. It most likely misses a scope, but a plan without the API, a viewer's role and a temporary block are
 * answered by 403 as well. The server's words come first; they decide only which cause is named first.
 */
export function explainForbidden(error: FailedCall, background: Background): Explanation {
  const { call } = error;
  const scope = call.scope === undefined ? 'the scope for it' : `the scope ${describeScope(call.scope)}`;
  // With everything that the operation needs, no second key must be created.
  const all = call.scope === undefined ? [] : (background.needed?.(call.scope) ?? []);
  const answered = `StatusPage.me refused it (${describeAnswer(error)})`;
  switch (causeIn(error.serverMessage ?? '')) {
    case 'plan':
      return {
        happened: `${answered}, most likely because of the plan of the key's owner`,
        todo: `Check the plan at ${consoleUrl}: the API needs Pro, Growth, Business or Enterprise. If the plan is right, check that the key has ${scope}.`,
      };
    case 'block':
      return {
        happened: `${answered}, most likely because it is blocking this key or address for a while`,
        todo: `Try again later, with fewer requests. If it stays, check at ${consoleUrl} that the key has ${scope}.`,
      };
    case 'role':
      return {
        happened: `${answered}, most likely because of the role of the key's owner in the team`,
        todo: `Make its owner an editor, or use the key of an editor. If the role is right, check at ${consoleUrl} that the key has ${scope}.`,
      };
    case 'scope':
      return {
        happened: `${answered}, most likely because the API key does not have ${scope}`,
        todo:
          `Create a key with ${all.length < 2 ? 'that scope' : `the scopes ${list(all)}`} at ${consoleUrl} and ${adviseToStoreKey(background)}.${insteadOf(call, background)} ` +
          `If the key already has ${all.length < 2 ? 'it' : call.scope}, its owner may only be a viewer of this page, the plan may have no API access, ` +
          'or StatusPage.me may be blocking the key for a while.',
      };
  }
}

/** Whether a 403 is most likely about the scope of the key. */
export function isAboutScope({ serverMessage = '' }: FailedCall): boolean {
  return causeIn(serverMessage) === 'scope';
}

/** Whether a 403 is about what the key may do. A plan or a block stops every call, and says nothing about its scopes. */
export function isAboutKey({ serverMessage = '' }: FailedCall): boolean {
  return ['scope', 'role'].includes(causeIn(serverMessage));
}

/** Which cause the server's words are about. What says nothing else is about the scope. */
function causeIn(words: string): 'plan' | 'block' | 'role' | 'scope' {
  if (/\bscopes?\b/i.test(words)) return 'scope';
  if (/\b(plans?|upgrade|subscri\w+|billing|payment|trial|tier)\b/i.test(words)) return 'plan';
  if (/block|suspend|\bban|temporar|too many|rate limit|abuse|disabled/i.test(words)) return 'block';
  return /\b(roles?|viewers?|editors?|team|members?)\b/i.test(words) ? 'role' : 'scope';
}

/** A way without the scope: the UUID of a page needs no search. */
function insteadOf({ method, path }: Call, { nameOf }: Background): string {
  if (method !== 'GET' || path !== '/status-pages') return '';
  return ` Or give the UUID of the page in ${nameOf('status-page')}, which needs no search.`;
}
