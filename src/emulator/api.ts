import { Hono } from 'hono';
import { type ApiEnv, authenticate, limitRate } from './access.ts';
import { incidentRoutes } from './incident-routes.ts';
import { maintenanceRoutes } from './maintenance-routes.ts';
import { monitorRoutes, statusPageRoutes } from './reading-routes.ts';
import { Refusal, replyError } from './replies.ts';
import type { World } from './store.ts';

/** The path of the API on the server (the overview page's base URL). */
export const apiPath = '/user/api/v1';

/**
 * The documented API. A request is checked in this order: key (401), rate limit (429), scope and team role (403), query (400),
 * record (404) and body (400), these two in the order of the option `checkFirst`. What is not documented is 404.
 */
export function createApi(world: World): Hono<ApiEnv> {
  const api = new Hono<ApiEnv>().basePath(apiPath);
  api.use(async (c, next) => {
    await next();
    c.env.entry.worked = c.res.ok && c.error === undefined;
  });
  api.use(authenticate(world));
  api.use(limitRate(world));
  api.route('/incidents', incidentRoutes(world));
  api.route('/maintenances', maintenanceRoutes(world));
  api.route('/monitors', monitorRoutes(world));
  api.route('/status-pages', statusPageRoutes(world));
  api.notFound(() => {
    throw new Refusal(404, 'Not found');
  });
  api.onError((error) => {
    if (!(error instanceof Refusal)) throw error;
    if (world.options().refusals === 'status') return replyError(error.status, error.message);
    return Response.json({ success: false, error: error.message });
  });
  return api;
}
