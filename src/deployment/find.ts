import { incidentStates } from '../domain/incident-state.ts';
import { carriesMarker, type Marker } from '../domain/marker.ts';
import { type Incident, isOpenWindow, type Kind, type Window } from '../domain/record.ts';
import type { StatusPage } from '../statuspage/status-page.ts';

export type AnyRecord = Window | Incident;

/** What a page shows of one kind: its records, and whether one that is not among them is provably not there. */
interface Shown {
  readonly records: readonly AnyRecord[];
  readonly complete: boolean;
}

/** The open records that carry a marker, the first to be taken before the others, and whether there is provably none. */
export interface Search {
  readonly open: readonly AnyRecord[];
  readonly provenAbsent: boolean;
}

/** Looks for the open records of a kind that carry a marker on a page. Throws what the list throws. */
export async function findOpen(statusPage: StatusPage, kind: Kind, pageId: string, marker: Marker): Promise<Search> {
  const shown = await fetchShown(statusPage, kind, pageId);
  return searchIn(statusPage, shown, marker);
}

/** The records of a kind on a page. Throws what the list throws. */
export function fetchShown(statusPage: StatusPage, kind: Kind, pageId: string): Promise<Shown> {
  return kind === 'maintenance' ? statusPage.fetchWindows(pageId) : statusPage.fetchIncidents(pageId);
}

/** Looks for a marker among records that were fetched; one whose end or state the list does not show is fetched by itself. */
export async function searchIn(statusPage: StatusPage, shown: Shown, marker: Marker): Promise<Search> {
  const carriers = shown.records.filter((record) => carriesMarker(record.text, marker));
  const known = await Promise.all(
    carriers.map((record) => (isVague(record) ? fetchAgain(statusPage, record) : record)),
  );
  const open = inOrder(known.filter((record) => isOpen(record, statusPage.serverNow())));
  return { open, provenAbsent: open.length === 0 && shown.complete };
}

/** Whether a record is still on the page. What cannot be known counts as open: better looked at than left. */
export function isOpen(record: AnyRecord, now: Date): boolean {
  return record.kind === 'maintenance' ? isOpenWindow(record, now) : record.state !== incidentStates.resolved;
}

/** The order in which racing openers agree on one record: the lowest start, then the lowest id; by id alone where a start is missing. */
export function inOrder(records: readonly AnyRecord[]): readonly AnyRecord[] {
  const byId = records.toSorted((a, b) => compareIds(a.id, b.id));
  const starts = byId.flatMap(({ startAt }) => (startAt === undefined ? [] : [startAt]));
  if (starts.length < byId.length) return byId;
  return byId.toSorted((a, b) => Number(a.startAt) - Number(b.startAt));
}

function compareIds(a: string, b: string): number {
  const numbers = /^\d+$/.test(a) && /^\d+$/.test(b);
  if (numbers && a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function isVague(record: AnyRecord): boolean {
  return record.kind === 'maintenance' ? record.endAt === undefined : record.state === undefined;
}

function fetchAgain(statusPage: StatusPage, record: AnyRecord): Promise<AnyRecord> {
  return record.kind === 'maintenance' ? statusPage.fetchWindow(record.id) : statusPage.fetchIncident(record.id);
}
