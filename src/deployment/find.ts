import { parseReference } from '../domain/deployment-reference.ts';
import { ExplainedError, type Explanation } from '../domain/errors.ts';
import type { Kind } from '../domain/record.ts';
import { later, secondMs } from '../domain/time.ts';
import type { StatusPage } from '../statuspage/client.ts';
import type { Listing } from '../statuspage/json.ts';
import type { Deployment, DeploymentRecord, OpenRecord } from './deployment.ts';
import { type Announced, type AnyRecord, carrying, isOpen, type Match, resembling } from './match.ts';
import { fetchIfThere } from './record-by-id.ts';

/** What a page shows of one kind: its open records and those that are over, and whether one that is not among them is provably not there. */
export interface Shown {
  readonly open: readonly AnyRecord[];
  readonly over: readonly AnyRecord[];
  readonly complete: boolean;
  /** Whether the list leaves no record out, whatever it shows of them. */
  readonly listedWhole: boolean;
  /** Whether times or numeric ids prove that the newest record comes first, so that a list that is cut off has lost only old ones. */
  readonly newestFirst: boolean;
}

/** The open records that match, the first to be taken before the others. */
export interface Search {
  readonly open: readonly AnyRecord[];
  readonly provenAbsent: boolean;
}

/** If a list shows no messages, at most this many open records are read one by one. */
const mostReadSingly = 20;

/** Searches the open records of a kind on a page. Throws what the list throws. */
export async function findOpen(statusPage: StatusPage, kind: Kind, pageId: string, match: Match): Promise<Search> {
  return searchIn(await fetchShown(statusPage, kind, pageId), match);
}

/** What a search needs of the open records that a list does not show in full. */
interface Wanted {
  /** `true` if absent. */
  readonly wantsMessage?: boolean;
  /** Records that need not be read, whatever the list shows of them; none if absent. */
  readonly asListed?: Match;
}

/**
 * The records of a kind on a page; an open one that the list does not show in full, with its message if that is wanted, is read by
 * itself. Throws what the reads throw.
 */
export async function fetchShown(
  statusPage: StatusPage,
  kind: Kind,
  pageId: string,
  wanted: Wanted = {},
  isAgain = false,
): Promise<Shown> {
  const { wantsMessage = true, asListed = () => false } = wanted;
  const listing: Listing<AnyRecord> = await (kind === 'maintenance'
    ? statusPage.fetchWindows(pageId)
    : statusPage.fetchIncidents(pageId));
  const isOpenNow = (record: AnyRecord) => isOpen(record, statusPage.serverNow());
  const isInFull = (record: AnyRecord) => (record.showsMessage || !wantsMessage) && showsWhetherOpen(record);
  const inPart = listing.records.filter((record) => isOpenNow(record) && !isInFull(record) && !asListed(record));
  const read = await Promise.all(
    inPart.slice(0, mostReadSingly).map((record) => fetchIfThere(statusPage, kind, record.id)),
  );
  const isGone = read.includes(undefined);
  // It was deleted since the list was read, which a new list shows. What that list still shows exists.
  if (isGone && !isAgain) return fetchShown(statusPage, kind, pageId, wanted, true);
  const inFull = new Map(inPart.slice(0, mostReadSingly).map(({ id }, index) => [id, read[index]]));
  const records = listing.records.flatMap((record) => (inFull.has(record.id) ? (inFull.get(record.id) ?? []) : record));
  const open = records.filter(isOpenNow);
  const over = records.filter((record) => !isOpenNow(record));
  const complete = listing.complete && !isGone && open.every((record) => record.showsMessage || asListed(record));
  return { open, over, complete, listedWhole: listing.complete, newestFirst: isNewestFirst(listing.records) };
}

/**
 * Searches a page for a record whose creation was not answered. A record that resembles it and has no readable reference leaves its absence
 * unproven. Throws what the list throws.
 */
export async function findLost(statusPage: StatusPage, lost: LostRecord): Promise<Search> {
  return searchLostIn(statusPage, await fetchShown(statusPage, lost.kind, lost.pageId), lost);
}

function searchLostIn(statusPage: StatusPage, shown: Shown, { match, announced, begunAt }: LostRecord): Search {
  const search = searchIn(shown, match);
  // By now an answer has told the server's clock.
  const begunThere = later(begunAt, statusPage.clockOffsetMs() ?? 0);
  const mayBeOurs = announced !== undefined && shown.open.some(resembling(announced, begunThere));
  return { ...search, provenAbsent: search.provenAbsent && !mayBeOurs };
}

/** A record whose creation was not answered. */
export interface LostRecord {
  readonly kind: Kind;
  readonly pageId: string;
  readonly match: Match;
  /** Undefined if not even its title is known. */
  readonly announced: Announced | undefined;
  /** When we began, by our own clock. */
  readonly begunAt: Date;
}

/** Searches records that were fetched. */
export function searchIn({ open, complete }: Shown, match: Match): Search {
  const found = inOrder(open.filter(match));
  return { open: found, provenAbsent: found.length === 0 && complete };
}

function showsWhetherOpen(record: AnyRecord): boolean {
  return (record.kind === 'maintenance' ? record.endAt : record.state) !== undefined;
}

/** The order in which racing openers agree on one record: the lowest start, then the lowest id; by id alone if a start is missing. */
export function inOrder(records: readonly AnyRecord[]): readonly AnyRecord[] {
  const byId = records.toSorted((a, b) => compareIds(a.id, b.id));
  const starts = byId.flatMap(({ startAt }) => (startAt === undefined ? [] : [startAt]));
  if (starts.length < byId.length) return byId;
  return byId.toSorted((a, b) => Number(a.startAt) - Number(b.startAt));
}

function isNewestFirst(records: readonly AnyRecord[]): boolean {
  return records.every((record, index) => {
    const next = records[index + 1];
    return next === undefined || isNewer(record, next);
  });
}

/** Records of the same second, or without a time, are compared by their numbers. */
function isNewer(one: AnyRecord, other: AnyRecord): boolean {
  const times = [one.createdAt ?? one.startAt, other.createdAt ?? other.startAt];
  const [first, second] = times.map((time) => time?.getTime());
  if (first !== undefined && second !== undefined && first !== second) return first > second;
  const areNumbers = [one, other].every(({ id }) => /^\d+$/.test(id));
  return areNumbers && compareIds(one.id, other.id) > 0;
}

/** Numbers as numbers. One rule for every form, because racing openers must agree whatever the order of the list. */
function compareIds(a: string, b: string): number {
  return a.length - b.length || Number(a > b) - Number(a < b);
}

/** A record that may be on the page. Nothing that the API shows proves it. */
export class UnlocatedError extends ExplainedError {
  override readonly name = 'UnlocatedError';
  readonly title = 'may exist';
  readonly fixable = false;
  readonly exit = 'unreachable';

  explain(): Explanation {
    const why = this.message || 'the lists of the API do not show enough to tell';
    return {
      happened: `it may be on the page, but searching the page failed: ${why}`,
      todo: 'Check the page, and end it manually if it is there.',
    };
  }
}

/** The open records of an entry. */
export interface Location {
  readonly open: readonly OpenRecord[];
  /** Why a second one, which may be there, could not be searched for. */
  readonly unsearched?: unknown;
}

/** Where a record is searched for, and what is known of its opening. */
interface SearchContext {
  readonly statusPage: StatusPage;
  readonly deployment: Deployment;
}

/** A main that was killed may still be at work in a container; so its creation is searched for once more after this time. */
const lookAgainAfterMs = 3 * secondMs;

/** What a page shows of one kind now. Throws what the list throws. */
export type FetchList = (kind: Kind, pageId: string) => Promise<Shown>;

/**
 * Finds the records of an entry: itself if its id is known, else what carries its reference; nothing if that is provably absent. `fetchFirst`
 * is for a caller that lists the page anyway. Throws UnlocatedError if it cannot be known, and what the list throws.
 */
export async function locate(
  { statusPage, deployment }: SearchContext,
  record: DeploymentRecord,
  fetchFirst: FetchList = (kind, pageId) => fetchShown(statusPage, kind, pageId),
): Promise<Location> {
  if (record.stage === 'open') return withDuplicates(fetchFirst, record);
  const { kind, page, title } = record;
  const reference = parseReference(record.reference ?? '');
  if (reference === undefined || page === undefined) throw new UnlocatedError('there is no reference to search for');
  const lost: LostRecord = {
    kind,
    pageId: page.id,
    match: carrying(reference, title),
    announced: title === undefined ? undefined : { ...record, title },
    begunAt: deployment.startedAt,
  };
  let search: Search = searchLostIn(statusPage, await fetchFirst(kind, page.id), lost);
  if (search.open.length === 0 && deployment.stage === 'opening') {
    await statusPage.wait(lookAgainAfterMs);
    search = await findLost(statusPage, lost);
  }
  if (search.open.length === 0 && !search.provenAbsent) throw new UnlocatedError();
  return { open: search.open.map((found) => asFound(record, found)) };
}

/** The record, and what else carries its reference if it may have been made twice. */
async function withDuplicates(fetchList: FetchList, record: OpenRecord): Promise<Location> {
  const { id, kind, page, title, mayHaveDuplicate } = record;
  const reference = parseReference(record.reference ?? '');
  if (!mayHaveDuplicate || reference === undefined || page === undefined) return { open: [record] };
  try {
    const { open } = searchIn(await fetchList(kind, page.id), carrying(reference, title));
    const others = open.filter((found) => found.id !== id).map((found) => asFound(record, found));
    return { open: [record, ...others] };
  } catch (unsearched) {
    return { open: [record], unsearched };
  }
}

/** An entry with what the page shows of its record. */
export function asFound(record: DeploymentRecord, found: AnyRecord): OpenRecord {
  return {
    ...record,
    stage: 'open',
    id: found.id,
    title: found.title ?? record.title,
    ...(found.kind === 'maintenance'
      ? { startAt: found.startAt ?? record.startAt, endAt: found.endAt ?? record.endAt }
      : { startAt: found.startAt ?? found.createdAt ?? record.startAt, state: found.state }),
  };
}
