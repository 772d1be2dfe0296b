import type { Key, StatusPage } from './account.ts';
import { Refusal } from './refusal.ts';
import { isWellFormedId } from './store.ts';
import type { World } from './world.ts';

/** Whether a key sees a page: its owner owns it, or it is shared with the owner's team. */
export function sees(key: Key, statusPageId: string): boolean {
  return key.pages === undefined || key.pages.includes(statusPageId);
}

/** The page with this id. Throws 404 where it does not exist or the key does not see it, and does not tell which. */
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

/** The records of the pages that the key sees, or of the one page that was asked for. Throws 404 for an unknown page. */
export function visibleRecords<R extends { readonly statusPageId: string }>(
  world: World,
  key: Key,
  records: ReadonlyMap<string, R>,
  statusPageId: string | undefined,
): R[] {
  const page = statusPageId === undefined ? undefined : visiblePage(world, key, statusPageId);
  return [...records.values()].filter((record) =>
    page === undefined ? sees(key, record.statusPageId) : record.statusPageId === page.id,
  );
}

/** The record with this id. Throws 404 where it is missing or not yours, and the status of the option where no id looks like this. */
export function visibleRecord<R extends { readonly statusPageId: string }>(
  world: World,
  key: Key,
  records: ReadonlyMap<string, R>,
  id: string,
): R {
  const record = records.get(id);
  if (record !== undefined && sees(key, record.statusPageId)) return record;
  const { ids, malformedIdStatus } = world.options();
  throw new Refusal(isWellFormedId(id, ids) ? 404 : malformedIdStatus, 'Not found');
}
