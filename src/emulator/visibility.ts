import type { Key, StatusPage } from './account.ts';
import type { EpochMs } from './clock.ts';
import { Refusal } from './replies.ts';
import type { World } from './store.ts';
import { isWellFormedId } from './store.ts';

/** Whether a key sees a page: its owner owns it, or it is shared with the owner's team. */
export function sees(key: Key, statusPageId: string): boolean {
  return key.pages === undefined || key.pages.includes(statusPageId);
}

/** The page with this id. Throws 404 if it does not exist or the key does not see it, with the same words. */
export function visiblePage(world: World, key: Key, id: string): StatusPage {
  const page = world.options().pages.find((page) => page.id === id);
  if (page === undefined || !sees(key, id)) throw new Refusal(404, 'Status page not found');
  return page;
}

/** The page that a new incident belongs to: the one it names, or that of the component it names; the two must agree. */
export function pageOfIncident(
  world: World,
  key: Key,
  { status_page_id, component_id }: { status_page_id?: string; component_id?: string },
): StatusPage {
  const named = status_page_id === undefined ? undefined : visiblePage(world, key, status_page_id);
  if (!component_id && named) return named;
  const page = world
    .options()
    .pages.find(({ id, components }) => sees(key, id) && components.some((component) => component === component_id));
  if (page === undefined || (named && named !== page)) throw new Refusal(404, 'Component not found');
  return page;
}

/** A record that has been created at a moment on a page. */
interface Placed {
  readonly statusPageId: string;
  readonly createdAt: EpochMs;
}

/** The records of the pages that the key sees, or of the one page of the request. Throws 404 for an unseen page unless the option says otherwise. */
export function visibleRecords<R extends Placed>(
  world: World,
  key: Key,
  records: ReadonlyMap<string, R>,
  statusPageId: string | undefined,
): R[] {
  const { unseenPage, pageFilter, listLagMs, pages } = world.options();
  const isSeen = (id: string) => sees(key, id) && pages.some((page) => page.id === id);
  if (statusPageId !== undefined && !isSeen(statusPageId)) {
    if (unseenPage === 'empty-list') return [];
    throw new Refusal(404, 'Status page not found');
  }
  const wanted = pageFilter === 'ignored' ? undefined : statusPageId;
  return [...records.values()].filter(
    (record) =>
      (wanted === undefined ? sees(key, record.statusPageId) : record.statusPageId === wanted) &&
      (listLagMs === 0 || world.now() >= record.createdAt + listLagMs),
  );
}

/** The record with this id. Throws 404 if it is missing or not yours, and the status of the option if no id looks like this. */
export function visibleRecord<R extends Placed>(
  world: World,
  key: Key,
  records: ReadonlyMap<string, R>,
  id: string,
): R {
  const { ids, malformedIdStatus, readLagMs } = world.options();
  const record = records.get(id);
  // Without a lag it is there at once, also if the clock was set back.
  const appears = record !== undefined && (readLagMs === 0 || world.now() >= record.createdAt + readLagMs);
  if (appears && sees(key, record.statusPageId)) return record;
  const status = record !== undefined || isWellFormedId(id, ids) ? 404 : malformedIdStatus;
  throw new Refusal(status, status === 500 ? 'Internal server error' : 'Not found');
}
