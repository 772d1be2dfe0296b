import { Hono } from 'hono';
import { type Controls, controlRoutes } from './control.ts';
import { renderIndex, renderNotFound, renderStatusPage } from './page.ts';
import type { World } from './store.ts';

/** Everything outside the API: the status pages that visitors see, and the emulator's controls. */
export function createSite(controls: Controls, world: World): Hono {
  const site = new Hono();
  site.route('/emulator', controlRoutes(controls));
  site.use(async (c, next) => {
    await next();
    c.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; img-src data:");
    c.header('cache-control', 'no-store');
  });
  site.get('/', (c) => c.html(renderIndex(world.options().pages)));
  site.get('/:slug', (c) => {
    const { pages, monitors } = world.options();
    const page = pages.find(({ slug }) => slug === c.req.param('slug'));
    if (page === undefined) return c.notFound();
    const belongs = ({ statusPageId }: { readonly statusPageId: string }) => statusPageId === page.id;
    return c.html(
      renderStatusPage({
        page,
        monitors: monitors.filter((monitor) => monitor.enabled && belongs(monitor)),
        windows: controls.windows().filter(belongs),
        incidents: controls.incidents().filter(belongs),
        now: world.now(),
      }),
    );
  });
  site.notFound((c) => c.html(renderNotFound(), 404));
  return site;
}
