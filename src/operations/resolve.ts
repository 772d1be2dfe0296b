import type { DeploymentRecord } from '../deployment/deployment.ts';
import type { Desk } from '../deployment/desk.ts';
import { end } from '../deployment/end.ts';
import { type Ended, failed } from '../deployment/end-record.ts';
import { type AnyRecord, fetchRecord } from '../deployment/find.ts';
import { known } from '../deployment/locate.ts';
import type { Marker } from '../domain/marker.ts';
import type { Ending } from '../domain/outcome.ts';
import type { Page } from '../domain/page.ts';
import { type Kind, kinds } from '../domain/record.ts';
import { UserError } from '../domain/user-error.ts';
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

/** What became of the records, and the kinds that the key may not read. */
export interface Resolved {
  readonly ended: readonly Ended[];
  readonly unreadable: readonly Kind[];
}

/** Ends the records with the given ids. Trouble with one stands in its entry, also that there is none. */
export async function resolveByIds(desk: Desk, ending: Ending, named: readonly NamedRecord[]): Promise<Resolved> {
  const targets = await Promise.all(named.map((one) => fetchTarget(desk.statusPage, one)));
  const failures = targets.flatMap(({ failure }) => failure ?? []);
  const records = targets.flatMap(({ record }) => record ?? []);
  const lost = records.filter((record) => needsPage(record, ending));
  const ended = await endAll(
    desk,
    ending,
    records.filter((record) => !lost.includes(record)),
  );
  return { ended: [...failures, ...lost.map(withoutPage), ...ended.map(missingIsFailure)], unreadable: [] };
}

/** Ends the open records of a key. A kind that the key may not read is left out and named; where it may read none, that is the failure. */
export async function resolveByKey(
  desk: Desk,
  ending: Ending,
  { pages, marker, kind }: KeyedRecords,
): Promise<Resolved> {
  const wanted = kind === undefined ? kinds : [kind];
  const places = pages.flatMap((page) => wanted.map((one) => blankRecord(one, page, { stage: 'sought', marker })));
  const ended = await endAll(desk, ending, places);
  const unreadable = wanted.filter((one) => ended.some((entry) => entry.record.kind === one && isUnreadable(entry)));
  if (unreadable.length === wanted.length) return { ended, unreadable: [] };
  return { ended: ended.filter((entry) => !isUnreadable(entry)), unreadable };
}

function endAll(desk: Desk, ending: Ending, records: DeploymentRecord[]): Promise<readonly Ended[]> {
  return end({ ...desk, deployment: { ...desk.deployment, records } }, ending);
}

/** A record to be ended, or why it cannot be. */
interface Target {
  readonly record?: DeploymentRecord;
  readonly failure?: Ended;
}

async function fetchTarget(statusPage: StatusPage, { id, kind, page }: NamedRecord): Promise<Target> {
  const blank = blankRecord(kind, page ?? unknownPage, { stage: 'open', id });
  try {
    const found = await fetchWhereAllowed(statusPage, kind, id);
    if (found === undefined) return { record: blank };
    // What the record says of its page counts more than what was written beside it.
    const onGiven = found.pageId === undefined || found.pageId === page?.id;
    return { record: { ...known(blank, found), page: onGiven ? blank.page : { id: found.pageId } } };
  } catch (error) {
    return { failure: failed(blank, 'ending', error) };
  }
}

/** The record with an id; undefined where the key may write and not read. */
async function fetchWhereAllowed(statusPage: StatusPage, kind: Kind, id: string): Promise<AnyRecord | undefined> {
  try {
    return await fetchRecord(statusPage, kind, id);
  } catch (error) {
    if (error instanceof StatusPageError && error.trouble === 'forbidden') return undefined;
    throw error;
  }
}

const unknownPage: Page = { id: '' };

function blankRecord(kind: Kind, page: Page, more: Partial<DeploymentRecord>): DeploymentRecord {
  return { kind, page, stage: 'open', title: '', created: false, mailed: false, ...more };
}

function needsPage({ kind, page }: DeploymentRecord, { action }: Ending): boolean {
  return action === 'incident' && kind === 'maintenance' && page === unknownPage;
}

function withoutPage(record: DeploymentRecord): Ended {
  const problem = 'status-page: needed for the incident, because the window does not say which page it is on';
  return failed(record, 'raising', new UserError(`Opening the incident of the failure — ${problem} — Give it.`));
}

/** Somebody deleted it, or it never was: for an id that the user gave that is no ending. */
function missingIsFailure(entry: Ended): Ended {
  return entry.did === 'gone' ? failed(entry.record, entry.doing, entry.error) : entry;
}

function isUnreadable({ doing, error }: Ended): boolean {
  return (
    doing === 'ending' &&
    error instanceof StatusPageError &&
    error.trouble === 'forbidden' &&
    error.call.method === 'GET'
  );
}
