import type { OwnReference } from '../domain/deployment-reference.ts';
import { ExplainedError, type Explanation } from '../domain/errors.ts';
import type { Incident, Kind, Window } from '../domain/record.ts';
import { describeDuration, later, minuteMs, msBetween, secondMs } from '../domain/time.ts';
import type { StatusPage } from '../statuspage/client.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import { type AnyRecord, isOpen, ofThisStep, openingReference } from './match.ts';

/** One record of a kind. Throws what the client throws. */
export function fetchRecord(statusPage: StatusPage, kind: Kind, id: string): Promise<AnyRecord> {
  return kind === 'maintenance' ? statusPage.fetchWindow(id) : statusPage.fetchIncident(id);
}

/** One record; undefined if it is missing. Another job with the same key may have deleted it since the list was read. */
export async function fetchIfThere(statusPage: StatusPage, kind: Kind, id: string): Promise<AnyRecord | undefined> {
  try {
    return await fetchRecord(statusPage, kind, id);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Removes a record from the page and its history. Throws what the client throws. */
export function deleteRecord(statusPage: StatusPage, kind: Kind, id: string): Promise<void> {
  return kind === 'maintenance' ? statusPage.deleteWindow(id) : statusPage.deleteIncident(id);
}

/** A read that only helps a write must not use up the time of the write. */
export const readWithinMs = 5 * secondMs;

interface Expectation {
  /** Whether a 404 is thrown, because the write would meet it too. */
  readonly mustExist: boolean;
}

/** The window; undefined if the key may not read it, or if the API does not show it now. */
export function readWindow(statusPage: StatusPage, id: string, expected?: Expectation): Promise<Window | undefined> {
  return readIfPossible(statusPage.within(readWithinMs).fetchWindow(id), expected);
}

/** The incident; undefined if the key may not read it, or if the API does not show it now. */
export function readIncident(
  statusPage: StatusPage,
  id: string,
  expected?: Expectation,
): Promise<Incident | undefined> {
  return readIfPossible(statusPage.within(readWithinMs).fetchIncident(id), expected);
}

/** A record of either kind; undefined if the key may not read it, or if the API does not show it now. */
export function readRecord(statusPage: StatusPage, kind: Kind, id: string): Promise<AnyRecord | undefined> {
  return kind === 'maintenance' ? readWindow(statusPage, id) : readIncident(statusPage, id);
}

async function readIfPossible<T>(read: Promise<T>, expected: Expectation | undefined) {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof StatusPageError) || (expected?.mustExist && error.code === 'not-found')) throw error;
    return undefined;
  }
}

/**
 * The incidents among open records. Those of this key, of a deployment or of a failure, have their timelines: a list may not show them, and
 * nothing else tells whether a person has edited an incident. What cannot be read stays as the list shows it.
 */
export async function fetchTimelines(
  statusPage: StatusPage,
  records: readonly AnyRecord[],
  wanted: Pick<OwnReference, 'key' | 'of'>,
): Promise<readonly Incident[]> {
  const incidents = records.filter((record): record is Incident => record.kind === 'incident');
  return Promise.all(
    incidents.map(async (incident) => {
      if (incident.timeline !== undefined) return incident;
      const opening = openingReference(incident);
      if (opening?.key !== wanted.key || opening.of !== wanted.of) return incident;
      return (await readIncident(statusPage, incident.id)) ?? incident;
    }),
  );
}

/** A record is new for a minute after its creation, which is at most 20 s after its deployment began. */
const newForMs = minuteMs + 20 * secondMs;
const askAgainAfterMs = 2 * secondMs;
/** A person may have deleted a new record, so nobody waits longer than this. */
const longestRetryMs = 15 * secondMs;
/** The deployment waits for main, whose notice is on the page already. */
export const longestInMainMs = 4 * secondMs;

/** Who works on a record, and when this deployment may have created it, by our own clock; undefined if it did not. */
interface NewRecord {
  readonly statusPage: StatusPage;
  readonly createdAt: Date | undefined;
  /** How long a 404 is tried again; 15 s if absent. */
  readonly withinMs?: number;
}

/**
 * Works on one record. If this deployment has just created it, a server may find it by its id only some seconds later, so a 404 is tried again
 * for a while. Throws what the work throws, and NotShownYetError if the 404 stays.
 */
export async function whileNew<T>(
  { statusPage, createdAt, withinMs = longestRetryMs }: NewRecord,
  work: () => Promise<T>,
): Promise<T> {
  // By our own clock: the first answer may show that the server's is another.
  const startedAt = ownNow(statusPage);
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const now = ownNow(statusPage);
      const isNew = createdAt !== undefined && msBetween(createdAt, now) < newForMs;
      if (!isNew || !isNotFound(error)) throw error;
      const triedMs = msBetween(startedAt, now);
      if (triedMs + askAgainAfterMs > withinMs || statusPage.leftMs() < askAgainAfterMs + secondMs)
        throw new NotShownYetError(triedMs, error);
      await statusPage.wait(askAgainAfterMs);
    }
  }
}

/** A record that is known by its id. */
export interface RememberedRecord {
  readonly id: string;
  readonly pageId: string;
  /** When it may have been created, by our own clock; undefined if it is known to be older. */
  readonly createdAt: Date | undefined;
}

/**
 * An open record of this step that is remembered by its id: a list may show it only some seconds after its creation. Undefined if it is over
 * or gone. Throws what the read throws.
 */
export async function findRemembered(
  statusPage: StatusPage,
  kind: Kind,
  { id, createdAt }: RememberedRecord,
  identity: OwnReference,
): Promise<AnyRecord | undefined> {
  try {
    const read = () => fetchRecord(statusPage, kind, id);
    const record = await whileNew({ statusPage, createdAt, withinMs: longestInMainMs }, read);
    return isOpen(record, statusPage.serverNow()) && ofThisStep(identity)(record) ? record : undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** The present by our own clock. */
export function ownNow(statusPage: StatusPage): Date {
  return later(statusPage.serverNow(), -(statusPage.clockOffsetMs() ?? 0));
}

function isNotFound(error: unknown): error is StatusPageError {
  return error instanceof StatusPageError && error.code === 'not-found';
}

/** The server does not find a record that this deployment has just created. */
export class NotShownYetError extends ExplainedError {
  override readonly name = 'NotShownYetError';
  readonly title = 'not shown yet';
  readonly fixable = false;
  readonly exit = 'not-found';
  readonly triedMs: number;
  override readonly cause: StatusPageError;

  constructor(triedMs: number, cause: StatusPageError) {
    super('a new notice is not shown yet');
    this.triedMs = triedMs;
    this.cause = cause;
  }

  explain(): Explanation {
    const tried = describeDuration(this.triedMs);
    return {
      happened: `StatusPage.me does not find what this deployment has just created (HTTP 404 for ${tried}), so it may show it later, or a person has deleted it`,
      todo: 'Check the page, and end it if it is there.',
    };
  }
}
