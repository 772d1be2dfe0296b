import { createMiddleware } from 'hono/factory';
import type { ApiEnv } from './access.ts';
import { rateLimitReply } from './replacement-responses.ts';
import type { World } from './world.ts';

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
