import { Hono } from 'hono';
import * as z from 'zod/mini';
import { type ApiEnv, type Need, permit } from './access.ts';
import type { Key, Monitor } from './account.ts';
import type { Options } from './options.ts';
import { Refusal, replyList, replyOne } from './replies.ts';
import { expectNoQuery, parseQuery } from './requests.ts';
import { serializeAvailability, serializeMonitor, serializePage, serializePageWithMonitors } from './serializers.ts';
import type { World } from './store.ts';
import { sees, visiblePage } from './visibility.ts';

const periods = { '7d': 7, '30d': 30, '90d': 90, '365d': 365 } as const;
const availabilityQuery = z.strictObject({
  period: z.exactOptional(z.literal(['7d', '30d', '90d', '365d'], 'must be 7d, 30d, 90d or 365d')),
});

/** The monitors page: list (disabled ones are left out), read, availability. */
export function monitorRoutes(world: World): Hono<ApiEnv> {
  const { options } = world;
  const mayRead = permit(world, () => ['monitors:read']);
  const show = (monitor: Monitor, key: Key) =>
    serializeMonitor(monitor, visiblePage(world, key, monitor.statusPageId).slug, options());

  return new Hono<ApiEnv>()
    .get('/', mayRead, (c) => {
      expectNoQuery(c);
      const visible = options().monitors.filter((one) => one.enabled && sees(c.get('key'), one.statusPageId));
      return replyList(
        'monitor',
        visible.map((monitor) => show(monitor, c.get('key'))),
        options(),
      );
    })
    .get('/:id', mayRead, (c) => {
      expectNoQuery(c);
      return replyOne('monitor', show(visibleMonitor(world, c.get('key'), c.req.param('id')), c.get('key')), options());
    })
    .get('/:id/availability', permit(world, availabilityScopes), (c) => {
      const { period = '30d' } = parseQuery(c, availabilityQuery);
      const monitor = visibleMonitor(world, c.get('key'), c.req.param('id'));
      return replyAvailability(serializeAvailability(monitor, periods[period]), options());
    });
}

/** The status pages page: list and read. */
export function statusPageRoutes(world: World): Hono<ApiEnv> {
  const { options } = world;
  const mayRead = permit(world, pageScopes);

  return new Hono<ApiEnv>()
    .get('/', mayRead, (c) => {
      expectNoQuery(c);
      const visible = options().pages.filter(({ id }) => sees(c.get('key'), id));
      return replyList('status_page', visible.map(serializePage), options());
    })
    .get('/:id', mayRead, (c) => {
      expectNoQuery(c);
      const page = visiblePage(world, c.get('key'), c.req.param('id'));
      const monitors = options().monitors.filter(({ statusPageId }) => statusPageId === page.id);
      return replyOne('status_page', serializePageWithMonitors(page, monitors), options());
    });
}

/** `nested` and `by-name` both put `availability` around the figures, and one of them is enough. */
function replyAvailability(figures: object, options: Options): Response {
  const nesting = options.availabilityShape === 'nested' ? 'by-name' : options.nesting;
  return replyOne('availability', figures, { ...options, nesting });
}

const pageScopes: Need = ({ pagesScope }) => {
  switch (pagesScope) {
    case 'either':
      return ['status-pages:read', 'status_pages:read'];
    case 'hyphen':
      return ['status-pages:read'];
    case 'underscore':
      return ['status_pages:read'];
  }
};

const availabilityScopes: Need = ({ availabilityScope }) =>
  availabilityScope === 'either' ? ['analytics:read', 'monitors:read'] : [availabilityScope];

function visibleMonitor(world: World, key: Key, id: string): Monitor {
  const monitor = world.options().monitors.find((monitor) => String(monitor.id) === id);
  if (monitor === undefined || !sees(key, monitor.statusPageId)) throw new Refusal(404, 'Monitor not found');
  return monitor;
}
