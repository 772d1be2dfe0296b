import { noRecord } from '../deployment/deployment.ts';
import { sharedMarker } from '../domain/marker.ts';
import type { ValuesOf } from '../domain/operations.ts';
import type { Page } from '../domain/page.ts';
import type { Run } from '../domain/run.ts';
import { findPages } from '../operations/find-pages.ts';
import {
  fetchNamed,
  findKeyed,
  type LeftOut,
  type NamedRecord,
  nameOnly,
  splitLeftOut,
  type Target,
} from '../operations/targets.ts';
import type { StatusPage } from '../statuspage/status-page.ts';

/** The inputs that say which records are meant. */
export type TargetValues = Pick<ValuesOf<'resolve'>, 'id' | 'kind' | 'deployment-key' | 'status-page'>;

/** The records that an operation is about, and the kinds that could not be looked at. */
export interface Targets {
  readonly targets: readonly Target[];
  readonly leftOut: readonly LeftOut[];
}

/** The records that are named by id, each once, with the page that stands in the same place; undefined where a key names them. */
export function nameRecords(
  { id: ids, kind }: TargetValues,
  pages: readonly Page[],
): readonly NamedRecord[] | undefined {
  if (ids === undefined || kind === undefined) return undefined;
  const only = pages.length === 1 ? pages[0] : undefined;
  return ids.flatMap((id, place) => {
    if (id === noRecord || ids.indexOf(id) !== place) return [];
    return [{ id, kind, page: pages.length === ids.length ? pages[place] : only }];
  });
}

/** Finds what the inputs name; by id without reading it where that is not needed. Throws what the look-up of the pages throws. */
export async function findTargets(
  statusPage: StatusPage,
  values: TargetValues,
  run: Run,
  read: boolean,
): Promise<Targets> {
  const named = nameRecords(values, []);
  if (named !== undefined) {
    return { targets: read ? await fetchNamed(statusPage, named) : named.map(nameOnly), leftOut: [] };
  }
  const { kind, 'deployment-key': key, 'status-page': names = [] } = values;
  const keyed = { marker: sharedMarker(run, key), pages: await findPages(statusPage, names), kind };
  const { seen, leftOut } = splitLeftOut(await findKeyed(statusPage, keyed), keyed);
  return { targets: seen, leftOut };
}
