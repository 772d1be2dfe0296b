import { incidentStates } from '../domain/incident-state.ts';
import type { Incident } from '../domain/record.ts';
import { secondMs } from '../domain/time.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { StatusPage } from '../statuspage/status-page.ts';
import { MayExistError } from './create.ts';
import { makeOnce } from './make-once.ts';

/** An entry for an incident's timeline. */
export interface Entry {
  readonly message?: string;
  readonly state?: string;
}

/** Incidents as they were read a moment ago, by their ids; undefined one that the key may not read. */
export type JustRead = ReadonlyMap<string, Incident | undefined>;

/** Resolves an incident with a last entry, unless somebody has done it. Throws what the client throws; 404 is for the caller to judge. */
export async function resolveIncident(
  statusPage: StatusPage,
  id: string,
  message: string,
  justRead?: JustRead,
): Promise<'resolved' | 'already-resolved'> {
  const before = await readWhereAllowed(statusPage, id, justRead);
  if (before?.state === incidentStates.resolved) return 'already-resolved';
  await addEntryOnce(statusPage, id, { message, state: incidentStates.resolved }, before);
  return 'resolved';
}

/** Adds an entry to the timeline of an incident that is still open. Throws what the client throws. */
export async function addEntry(
  statusPage: StatusPage,
  id: string,
  message: string,
  justRead?: JustRead,
): Promise<'kept' | 'already-resolved'> {
  const before = await readWhereAllowed(statusPage, id, justRead);
  if (before?.state === incidentStates.resolved) return 'already-resolved';
  await addEntryOnce(statusPage, id, { message }, before);
  return 'kept';
}

/** A read that only saves a needless write must not use up the time of the write. */
const readWithinMs = 8 * secondMs;

/** The incident; undefined where the key may write and not read, or where reading is in trouble: the write will tell. */
async function readWhereAllowed(
  statusPage: StatusPage,
  id: string,
  justRead: JustRead | undefined,
): Promise<Incident | undefined> {
  if (justRead?.has(id)) return justRead.get(id);
  try {
    return await statusPage.within(readWithinMs).fetchIncident(id);
  } catch (error) {
    if (error instanceof StatusPageError && error.trouble !== 'not-found') return undefined;
    throw error;
  }
}

/** Sends an entry so that it never stands there twice. Throws what the client throws, MayExistError where nobody can tell whether it arrived. */
export async function addEntryOnce(
  statusPage: StatusPage,
  id: string,
  entry: Entry,
  before: Incident | undefined,
): Promise<void> {
  await makeOnce({
    make: () => statusPage.addEntry(id, entry),
    look: async () => {
      const arrived = hasArrived(entry, before, await statusPage.fetchIncident(id));
      return arrived === undefined ? 'unclear' : arrived ? { made: undefined } : 'absent';
    },
    doubt: (cause, lastLook) => new MayExistError('entry', undefined, cause, lastLook),
    wait: statusPage.wait,
    leftMs: statusPage.leftMs,
  });
}

/** Whether an entry is among what is read now; undefined where that does not tell. A state tells more than a text, which may be an older one. */
function hasArrived({ message, state }: Entry, before: Incident | undefined, now: Incident): boolean | undefined {
  if (state !== undefined && now.state !== undefined) return now.state === state;
  if (now.timeline === undefined) return undefined;
  if (before?.timeline !== undefined) return now.timeline.length > before.timeline.length;
  return now.timeline.some((entry) => entry.message === message) ? undefined : false;
}
