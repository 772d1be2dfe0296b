import type { DeploymentRecord } from '../deployment/deployment.ts';
import { type Desk, type Ended, endRecord } from '../deployment/end-record.ts';
import { type AnyRecord, findOpen } from '../deployment/find.ts';
import { known, type Located, UnlocatedError } from '../deployment/locate.ts';
import type { Marker } from '../domain/marker.ts';
import type { Ending } from '../domain/outcome.ts';
import type { Page } from '../domain/page.ts';
import { type Kind, kinds } from '../domain/record.ts';
import { UserError } from '../domain/user-error.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { StatusPage } from '../statuspage/status-page.ts';

/** Records that the user named by their ids; the page is known where the user gave one. */
export interface ById {
  readonly ids: readonly string[];
  readonly kind: Kind;
  readonly page: Page | undefined;
}

/** The open records of a deployment key on pages, of both kinds where none is given. */
export interface ByKey {
  readonly marker: Marker;
  readonly pages: readonly Page[];
  readonly kind: Kind | undefined;
}

/** What became of the records, and the kinds that the key may not read. */
export interface Resolved {
  readonly ended: readonly Ended[];
  readonly unreadable: readonly Kind[];
}

/** How the records are to be ended, and what is needed for it. */
export interface Resolving {
  readonly desk: Desk;
  readonly ending: Ending;
}

/** Ends the records with the given ids. Trouble with one stands in its entry, also that there is none. */
export async function resolveByIds(resolving: Resolving, { ids, kind, page }: ById): Promise<Resolved> {
  const { statusPage } = resolving.desk;
  const resolveOne = async (id: string): Promise<Ended> => {
    const blank = { ...blankRecord(kind, page ?? unknownPage), id };
    try {
      const found = await fetchWhereAllowed(statusPage, kind, id);
      const seenOn = found?.pageId === undefined ? blank.page : { id: found.pageId };
      const record = found === undefined ? blank : { ...known(blank, found), page: page ?? seenOn };
      const ended = await endKnown(resolving, record);
      // For an id that the user gave, a record that is not there is no ending.
      return ended.did === 'gone' ? { record, error: ended.error } : ended;
    } catch (error) {
      return { record: blank, error };
    }
  };
  return { ended: await Promise.all(ids.map(resolveOne)), unreadable: [] };
}

/** Ends the open records of a key. A kind that the key may not read is left out and named; where it may read none, the entry is a failure. */
export async function resolveByKey(resolving: Resolving, { pages, marker, kind }: ByKey): Promise<Resolved> {
  const { statusPage } = resolving.desk;
  const wanted = kind === undefined ? kinds : [kind];
  const places = pages.flatMap((page) => wanted.map((one) => blankRecord(one, page)));
  const looks = await Promise.allSettled(places.map((place) => findShared(statusPage, place, marker)));
  const refused = new Set(places.filter((_place, at) => isForbidden(looks[at])).map((place) => place.kind));
  const tellRefusals = refused.size === wanted.length;
  const ended = await Promise.all(
    places.map(async (place, at): Promise<readonly Ended[]> => {
      const look = looks[at];
      if (look?.status === 'fulfilled') return Promise.all(look.value.map((record) => endKnown(resolving, record)));
      return isForbidden(look) && !tellRefusals ? [] : [{ record: place, error: look?.reason }];
    }),
  );
  return { ended: ended.flat(), unreadable: tellRefusals ? [] : [...refused] };
}

async function findShared(
  statusPage: StatusPage,
  place: DeploymentRecord,
  marker: Marker,
): Promise<readonly Located[]> {
  const { open, provenAbsent } = await findOpen(statusPage, place.kind, place.page.id, marker);
  if (open.length === 0 && !provenAbsent) throw new UnlocatedError('the list does not show enough to tell');
  return open.map((found) => known(place, found));
}

/** The record with an id; undefined where the key may write and not read. */
async function fetchWhereAllowed(statusPage: StatusPage, kind: Kind, id: string): Promise<AnyRecord | undefined> {
  try {
    return await (kind === 'maintenance' ? statusPage.fetchWindow(id) : statusPage.fetchIncident(id));
  } catch (error) {
    if (error instanceof StatusPageError && error.trouble === 'forbidden') return undefined;
    throw error;
  }
}

async function endKnown({ desk, ending }: Resolving, record: Located): Promise<Ended> {
  if (ending.action === 'incident' && record.kind === 'maintenance' && record.page === unknownPage) {
    const problem =
      'status-page: needed for the incident; neither the input nor the window says which page it belongs to';
    return { record, error: new UserError(`Turning the window into an incident: ${problem}.`) };
  }
  return endRecord(desk, record, ending);
}

const unknownPage: Page = { id: '' };

function blankRecord(kind: Kind, page: Page): DeploymentRecord {
  return { kind, page, stage: 'open', title: '', created: false, mailed: false };
}

function isForbidden(look: PromiseSettledResult<unknown> | undefined): boolean {
  return look?.status === 'rejected' && look.reason instanceof StatusPageError && look.reason.trouble === 'forbidden';
}
