import { type Context, Hono } from 'hono';
import * as z from 'zod/mini';
import { type ApiEnv, permit } from './access.ts';
import { changedWindow, newWindow } from './bodies.ts';
import type { MaintenanceWindow } from './records.ts';
import { arrange, replyChanged, replyCreated, replyDeleted, replyList, replyOne } from './replies.ts';
import { expectNoBody, expectNoQuery, parseBody, parseQuery, recordAndBody } from './requests.ts';
import { serializeWindow } from './serializers.ts';
import type { World } from './store.ts';
import { visiblePage, visibleRecord, visibleRecords } from './visibility.ts';
import { changeWindow, createWindow } from './windows.ts';

/** No limit is documented for maintenances, so none is understood. */
const listQuery = z.strictObject({ status_page_id: z.exactOptional(z.uuid('must be a UUID')) });

/** The maintenances page: list, read, create, change, delete. There is no "complete now". */
export function maintenanceRoutes(world: World): Hono<ApiEnv> {
  const { store, options } = world;
  const mayRead = permit(world, () => ['maintenances:read']);
  const mayWrite = permit(world, () => ['maintenances:write']);
  const find = (c: Context<ApiEnv, '/:id'>) => visibleRecord(world, c.get('key'), store.windows, c.req.param('id'));
  const show = (window: MaintenanceWindow) => serializeWindow(window, options(), 'single');

  return new Hono<ApiEnv>()
    .get('/', mayRead, (c) => {
      const { status_page_id } = parseQuery(c, listQuery);
      const visible = visibleRecords(world, c.get('key'), store.windows, status_page_id);
      const listed = arrange(visible, Number.POSITIVE_INFINITY, options());
      return replyList(
        'maintenance',
        listed.map((window) => serializeWindow(window, options(), 'list')),
        options(),
      );
    })
    .get('/:id', mayRead, (c) => {
      expectNoQuery(c);
      return replyOne('maintenance', show(find(c)), options());
    })
    .post('/', mayWrite, (c) => {
      expectNoQuery(c);
      const fields = parseBody(c, newWindow(options()));
      visiblePage(world, c.get('key'), fields.status_page_id);
      return replyCreated('maintenance', show(createWindow(world, fields)), options());
    })
    .patch('/:id', mayWrite, (c) => {
      expectNoQuery(c);
      const { record, body } = recordAndBody(
        world,
        () => find(c),
        () => parseBody(c, changedWindow(options())),
      );
      return replyChanged(200, 'maintenance', show(changeWindow(world, record, body)), options());
    })
    .delete('/:id', mayWrite, (c) => {
      expectNoQuery(c);
      expectNoBody(c);
      store.windows.delete(String(find(c).id));
      return replyDeleted(options());
    });
}
