import { createMiddleware } from 'hono/factory';
import type { Key, Scope } from './account.ts';
import { htmlReply, rateLimitReply } from './fault-responses.ts';
import type { OpenEntry } from './journal.ts';
import type { Options } from './options.ts';
import { Refusal } from './replies.ts';
import type { World } from './store.ts';

/** The context of a route: the text of the body, the journal entry, and the key of the request. */
export type ApiEnv = {
  Bindings: { body: string; entry: OpenEntry };
  Variables: { key: Key };
};

/** The scopes that allow a call. There is more than one only if the documents contradict each other. */
export type Need = (options: Options) => readonly [Scope, ...Scope[]];

/** The first check: without a known key the answer is 401, whatever the rest. If both headers come, both must be right. */
export function authenticate(world: World) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const { forbidden, keys } = world.options();
    if (forbidden === 'html') return htmlReply({ kind: 'html', status: 403 });
    const authorization = c.req.header('authorization');
    const plain = c.req.header('x-api-key');
    if (authorization === undefined && plain === undefined) throw new Refusal(401, 'Missing API key');
    const bearer = authorization && (/^Bearer (\S+)$/i.exec(authorization)?.[1] ?? '');
    const key = keys.find(({ key }) => (bearer ?? key) === key && (plain ?? key) === key);
    if (key === undefined) throw new Refusal(401, 'Invalid API key');
    c.env.entry.key = key.name ?? 'unnamed key';
    c.set('key', key);
    if (forbidden === 'plan') throw new Refusal(403, 'API access is not available on your plan');
    if (forbidden === 'block') throw new Refusal(403, 'Access is temporarily blocked because of too many requests');
    return next();
  });
}

/**
 * The second check, in front of the handler: the scope of the call (403), whatever record the call is about.
 * After it, and before the record too, the team role: a viewer only reads.
 */
export function permit(world: World, need: Need) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const key = c.get('key');
    const granting = need(world.options());
    c.env.entry.scope = granting[0];
    if (key.scopes.length > 0 && !granting.some((scope) => key.scopes.includes(scope)))
      throw new Refusal(403, 'API key lacks required scope');
    if (key.role === 'viewer' && c.req.method !== 'GET') throw new Refusal(403, 'Team role does not allow this');
    await next();
  });
}

/**
 * Refuses a key's requests (429) beyond those that the option `rateLimit` allows in each stretch of time, which begins with the first of them.
 * That there is a limit is documented; its number, its stretch and `Retry-After` are not.
 */
export function limitRate({ store, options, now }: World) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const { rateLimit } = options();
    if (rateLimit === null) return next();
    const { key } = c.get('key');
    const stretchMs = rateLimit.seconds * 1000;
    const begun = store.stretches.get(key);
    const stretch =
      begun !== undefined && now() < begun.startsAt + stretchMs ? begun : { startsAt: now(), requests: 0 };
    store.stretches.set(key, stretch);
    stretch.requests += 1;
    if (stretch.requests <= rateLimit.requests) return next();
    const retryAfterSeconds = Math.max(1, Math.ceil((stretch.startsAt + stretchMs - now()) / 1000));
    return rateLimitReply({ kind: 'rate-limit', ...(rateLimit.retryAfter && { retryAfterSeconds }) }, now());
  });
}
