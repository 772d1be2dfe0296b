import type { Deployment, DeploymentRecord } from '../deployment/deployment.ts';
import { type Desk, type Ended, endRecord } from '../deployment/end.ts';
import { type AnyRecord, findOpen } from '../deployment/find.ts';
import { known, type Located, UnlocatedError } from '../deployment/locate.ts';
import type { Marker } from '../domain/marker.ts';
import type { Ending } from '../domain/outcome.ts';
import type { Page } from '../domain/page.ts';
import { type Kind, kinds } from '../domain/record.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { StatusPage } from '../statuspage/status-page.ts';

/** Which records are to be resolved: those with these ids, or the open ones with a marker on these pages. */
export type Target =
  | { readonly by: 'id'; readonly ids: readonly string[]; readonly kind: Kind; readonly page: Page | undefined }
  | { readonly by: 'key'; readonly marker: Marker; readonly pages: readonly Page[]; readonly kind: Kind | undefined };

/** What became of the records, and the kinds that the key may not read. */
export interface Resolved {
  readonly ended: readonly Ended[];
  readonly unreadable: readonly Kind[];
}

/** Ends the records of a target as an ending says. Throws what the look-ups throw; trouble with a record stands in its entry. */
export async function resolve(
  desk: Desk,
  target: Target,
  ending: Ending,
  deployment: Omit<Deployment, 'records'>,
): Promise<Resolved> {
  const { records, unreadable } =
    target.by === 'id' ? await fetchByIds(desk.statusPage, target) : await findByKey(desk.statusPage, target);
  const whole = { ...deployment, records: [...records] };
  const ended = await Promise.all(records.map((record) => endRecord(desk, whole, record, ending)));
  return { ended: target.by === 'id' ? ended.map(missingIsFailure) : ended, unreadable };
}

type Targets = { readonly records: readonly Located[]; readonly unreadable: readonly Kind[] };

async function fetchByIds(statusPage: StatusPage, target: Target & { by: 'id' }): Promise<Targets> {
  const records = await Promise.all(
    target.ids.map(async (id): Promise<Located> => {
      const blank = { ...blankRecord(target.kind, target.page ?? { id: '' }), id };
      const found = await fetchWhereAllowed(statusPage, target.kind, id);
      if (found === undefined) return blank;
      return { ...known(blank, found), page: target.page ?? { id: found.pageId ?? '' } };
    }),
  );
  return { records, unreadable: [] };
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

async function findByKey(statusPage: StatusPage, { pages, marker, kind }: Target & { by: 'key' }): Promise<Targets> {
  const wanted = kind === undefined ? kinds : [kind];
  const refusals = new Map<Kind, StatusPageError>();
  const searches = pages.flatMap((page) =>
    wanted.map(async (one): Promise<readonly Located[]> => {
      try {
        const { open, provenAbsent } = await findOpen(statusPage, one, page.id, marker);
        if (open.length === 0 && !provenAbsent) throw new UnlocatedError('the list does not show enough to tell');
        return open.map((found) => known(blankRecord(one, page), found));
      } catch (error) {
        if (!(error instanceof StatusPageError) || error.trouble !== 'forbidden') throw error;
        refusals.set(one, error);
        return [];
      }
    }),
  );
  const records = (await Promise.all(searches)).flat();
  const [first] = refusals.values();
  if (first !== undefined && refusals.size === wanted.length) throw first;
  return { records, unreadable: [...refusals.keys()] };
}

function blankRecord(kind: Kind, page: Page): DeploymentRecord {
  return { kind, page: { ...page }, stage: 'open', title: '', created: false, mailed: false };
}

/** Somebody deleted it, or it never was: for an id that the user gave that is no ending. */
function missingIsFailure(entry: Ended): Ended {
  return entry.did === 'gone' ? { ...entry, did: undefined } : entry;
}
