import type { DeploymentRecord } from '../deployment/deployment.ts';
import { type AnyRecord, fetchRecord, findOpen } from '../deployment/find.ts';
import { known, type Located, notShown, UnlocatedError } from '../deployment/locate.ts';
import type { Marker } from '../domain/marker.ts';
import type { Page } from '../domain/page.ts';
import { type Kind, kinds } from '../domain/record.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { StatusPage } from '../statuspage/status-page.ts';

/** A record that the user named by its id, and the page that it is on, where the user gave that. */
export interface NamedRecord {
  readonly id: string;
  readonly kind: Kind;
  readonly page: Page | undefined;
}

/** The open records of a deployment key on pages, of both kinds where none is given. */
export interface KeyedRecords {
  readonly marker: Marker;
  readonly pages: readonly Page[];
  readonly kind: Kind | undefined;
}

/** A record that an operation is about, and how the page shows it, as far as the key may read it; or why it cannot be had. */
export type Target =
  | { readonly record: Located; readonly seen: AnyRecord | undefined; readonly error?: undefined }
  | { readonly record: DeploymentRecord; readonly error: unknown };

/** The page of a record that neither the user nor the record names. */
export const unknownPage: Page = { id: '' };

/** A record of which no more is known than what the user wrote. */
export function blankRecord(kind: Kind, page: Page, more: Partial<DeploymentRecord>): DeploymentRecord {
  return { kind, page, stage: 'open', title: '', created: false, mailed: false, ...more };
}

/** The records with the given ids, as the server shows them; where the key may write and not read, as the user named them. */
export function fetchNamed(statusPage: StatusPage, named: readonly NamedRecord[]): Promise<readonly Target[]> {
  return Promise.all(
    named.map(async ({ id, kind, page }): Promise<Target> => {
      const blank: Located = { ...blankRecord(kind, page ?? unknownPage, {}), id };
      try {
        const found = await fetchWhereAllowed(statusPage, kind, id);
        if (found === undefined) return { record: blank, seen: undefined };
        // What the record says of its page counts more than what was written beside it.
        const onGiven = found.pageId === undefined || found.pageId === page?.id;
        return { record: { ...known(blank, found), page: onGiven ? blank.page : { id: found.pageId } }, seen: found };
      } catch (error) {
        return { record: blank, error };
      }
    }),
  );
}

/** A record as the user named it, without looking at it. */
export function nameOnly({ id, kind, page }: NamedRecord): Target {
  return { record: { ...blankRecord(kind, page ?? unknownPage, {}), id }, seen: undefined };
}

/** The record with an id; undefined where the key may write and not read. */
async function fetchWhereAllowed(statusPage: StatusPage, kind: Kind, id: string): Promise<AnyRecord | undefined> {
  try {
    return await fetchRecord(statusPage, kind, id);
  } catch (error) {
    if (isForbiddenRead(kind, error)) return undefined;
    throw error;
  }
}

/** The places where records of a key may be: each page with each kind. */
export function placesOf({ pages, marker, kind }: KeyedRecords): readonly DeploymentRecord[] {
  const wanted = kind === undefined ? kinds : [kind];
  return pages.flatMap((page) => wanted.map((one) => blankRecord(one, page, { stage: 'sought', marker })));
}

/** The open records of a key. A place that could not be searched is a target with an error. */
export async function findKeyed(statusPage: StatusPage, keyed: KeyedRecords): Promise<readonly Target[]> {
  const found = placesOf(keyed).map(async (place): Promise<readonly Target[]> => {
    try {
      const { open, provenAbsent } = await findOpen(statusPage, place.kind, place.page.id, keyed.marker);
      if (open.length === 0 && !provenAbsent) throw new UnlocatedError(notShown);
      return open.map((seen) => ({ record: known(place, seen), seen }));
    } catch (error) {
      return [{ record: place, error }];
    }
  });
  return (await Promise.all(found)).flat();
}

/** A kind that was not looked at, because the key may not, or not to its end, because the API does not show that much. */
export interface LeftOut {
  readonly kind: Kind;
  readonly why: 'forbidden' | 'unseen';
}

/** Entries without those that only say that a kind could not be looked at. */
interface Split<E> {
  readonly seen: readonly E[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Leaves out what the key may not read, and names it; where it may read none of the kinds asked for, that is the failure, and stays. Where both
 * kinds are asked for and one is found on a page, that the list of the other does not show everything is no failure either.
 */
export function splitLeftOut<E extends { readonly record: DeploymentRecord; readonly error?: unknown }>(
  entries: readonly E[],
  { kind }: KeyedRecords,
): Split<E> {
  if (kind !== undefined) return { seen: entries, leftOut: [] };
  const isFound = ({ record: { page } }: E) =>
    entries.some(({ record }) => record.id !== undefined && record.page.id === page.id);
  const whyOf = (entry: E): LeftOut['why'] | undefined => {
    if (isForbiddenRead(entry.record.kind, entry.error)) return 'forbidden';
    return entry.error instanceof UnlocatedError && isFound(entry) ? 'unseen' : undefined;
  };
  const leftOut = kinds.flatMap((one): readonly LeftOut[] => {
    const [why] = entries.filter(({ record }) => record.kind === one).flatMap((entry) => whyOf(entry) ?? []);
    return why === undefined ? [] : [{ kind: one, why }];
  });
  if (kinds.every((one) => leftOut.some((left) => left.kind === one && left.why === 'forbidden'))) {
    return { seen: entries, leftOut: [] };
  }
  return { seen: entries.filter((entry) => whyOf(entry) === undefined), leftOut };
}

function isForbiddenRead(kind: Kind, error: unknown): boolean {
  return error instanceof StatusPageError && error.trouble === 'forbidden' && error.call.scope === `${kind}s:read`;
}
