import { Hono } from 'hono';
import { createControl } from './control.ts';
import type { Emulator } from './emulator.ts';
import { renderIndex, renderNotFound, renderStatusPage } from './page.ts';
import type { World } from './world.ts';

/** Everything outside the API: the status pages that visitors see, and the emulator's own controls. */
export function createSite(emulator: Emulator, world: World): Hono {
  const site = new Hono();
  site.route('/emulator', createControl(emulator));
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
        windows: emulator.windows().filter(belongs),
        incidents: emulator.incidents().filter(belongs),
        now: world.now(),
      }),
    );
  });
  site.notFound((c) => c.html(renderNotFound(), 404));
  return site;
}
