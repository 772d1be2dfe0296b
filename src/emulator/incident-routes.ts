import { type Context, Hono } from 'hono';
import * as z from 'zod/mini';
import { type ApiEnv, permit } from './access.ts';
import { changedIncident, newIncident, newUpdate } from './bodies.ts';
import { addEntry, changeIncident, createIncident } from './incidents.ts';
import type { Incident } from './records.ts';
import { arrange, replyChanged, replyCreated, replyDeleted, replyList, replyOne } from './replies.ts';
import { expectNoBody, expectNoQuery, parseBody, parseQuery, recordAndBody } from './requests.ts';
import { serializeEntry, serializeIncident } from './serializers.ts';
import type { World } from './store.ts';
import { pageOfIncident, visibleRecord, visibleRecords } from './visibility.ts';

const listQuery = z.strictObject({
  status_page_id: z.exactOptional(z.uuid('must be a UUID')),
  limit: z.exactOptional(
    z.pipe(
      z.string().check(z.regex(/^([1-9]\d?|1\d\d|200)$/, 'must be a whole number from 1 to 200')),
      z.transform(Number),
    ),
  ),
});

/** The incidents page: list, read, create, change, delete, and post updates. */
export function incidentRoutes(world: World): Hono<ApiEnv> {
  const { store, options } = world;
  const mayRead = permit(world, () => ['incidents:read']);
  const mayWrite = permit(world, () => ['incidents:write']);
  const find = (c: Context<ApiEnv, '/:id'>) => visibleRecord(world, c.get('key'), store.incidents, c.req.param('id'));
  const show = (incident: Incident) => serializeIncident(incident, options(), 'single');

  return new Hono<ApiEnv>()
    .get('/', mayRead, (c) => {
      const { status_page_id, limit = 50 } = parseQuery(c, listQuery);
      const visible = visibleRecords(world, c.get('key'), store.incidents, status_page_id);
      const listed = arrange(visible, limit, options());
      return replyList(
        'incident',
        listed.map((incident) => serializeIncident(incident, options(), 'list')),
        options(),
      );
    })
    .get('/:id', mayRead, (c) => {
      expectNoQuery(c);
      return replyOne('incident', show(find(c)), options());
    })
    .post('/', mayWrite, (c) => {
      expectNoQuery(c);
      const fields = parseBody(c, newIncident);
      const { id } = pageOfIncident(world, c.get('key'), fields);
      return replyCreated('incident', show(createIncident(world, id, fields)), options());
    })
    .patch('/:id', mayWrite, (c) => {
      expectNoQuery(c);
      const { record, body } = recordAndBody(
        world,
        () => find(c),
        () => parseBody(c, changedIncident),
      );
      return replyChanged(200, 'incident', show(changeIncident(world, record, body)), options());
    })
    .post('/:id/updates', mayWrite, (c) => {
      expectNoQuery(c);
      const { record, body } = recordAndBody(
        world,
        () => find(c),
        () => parseBody(c, newUpdate),
      );
      const { incident, entry } = addEntry(world, record, body);
      const { updateStatus, updateReply } = options();
      return updateReply === 'entry'
        ? replyChanged(updateStatus, 'update', serializeEntry(entry, options()), options())
        : replyChanged(updateStatus, 'incident', show(incident), options());
    })
    .delete('/:id', mayWrite, (c) => {
      expectNoQuery(c);
      expectNoBody(c);
      store.incidents.delete(String(find(c).id));
      return replyDeleted(options());
    });
}
