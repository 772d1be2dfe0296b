import { type Incident, incidentStates } from '../domain/record.ts';
import { type Reference, withReference } from '../domain/reference.ts';
import { secondMs } from '../domain/time.ts';
import type { StatusPage } from '../statuspage/client.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import { create, makeOnce, UncertainCreateError } from './create-once.ts';
import { type AnyRecord, findOpen, notShown, UnlocatedError } from './find.ts';

/** The incident that a failed deployment opens. */
export interface FailureNotice {
  readonly pageId: string;
  readonly reference?: Reference | undefined;
  /** Whether one of an earlier attempt or run may be open. */
  readonly searchFirst: boolean;
  readonly title: string;
  readonly message: string;
  readonly notifySubscribers: boolean;
}

/** The incident: a new one, or that of an earlier failure, which got an entry unless it is in people's hands. */
export interface FailureIncident {
  readonly id: string;
  readonly reference: Reference | undefined;
  readonly state: string;
  readonly created: boolean;
  /** What visitors read of it from now on, where a text was sent. */
  readonly said?: string;
}

/** The state that such an incident is opened in; another one means that people have taken it over. */
const givenState = incidentStates.investigating;

/** Opens the incident of a failure, or adds an entry to the one that is open. Throws StatusPageError, UncertainCreateError or UnlocatedError. */
export async function openFailureIncident(statusPage: StatusPage, failure: FailureNotice): Promise<FailureIncident> {
  const earlier = failure.searchFirst ? await findEarlierFailure(statusPage, failure) : undefined;
  const added = earlier === undefined ? undefined : await addToEarlier(statusPage, earlier, failure);
  return added ?? openIncident(statusPage, failure);
}

async function findEarlierFailure(statusPage: StatusPage, failure: FailureNotice): Promise<AnyRecord | undefined> {
  const { pageId, reference } = failure;
  if (reference === undefined) return undefined;
  const { open, provenAbsent } = await findOpen(statusPage, 'incident', pageId, reference);
  if (open.length === 0 && !provenAbsent) throw new UnlocatedError(notShown);
  return open[0];
}

/** Undefined where the earlier incident has been resolved or deleted since it was found. */
async function addToEarlier(
  statusPage: StatusPage,
  earlier: AnyRecord,
  { reference, message }: FailureNotice,
): Promise<FailureIncident | undefined> {
  const { id } = earlier;
  const state = (earlier.kind === 'incident' ? earlier.state : undefined) ?? givenState;
  const raised = { id, reference, state, created: false };
  if (state !== givenState) return raised;
  try {
    const did = await addEntry(statusPage, id, message);
    return did === 'kept' ? { ...raised, said: message } : undefined;
  } catch (error) {
    if (error instanceof StatusPageError && error.code === 'not-found') return undefined;
    throw error;
  }
}

async function openIncident(statusPage: StatusPage, failure: FailureNotice): Promise<FailureIncident> {
  const { pageId, reference, title, notifySubscribers } = failure;
  const message = withReference(failure.message, reference);
  const fields = { pageId, componentId: undefined, title, message, state: givenState, notifySubscribers };
  const make = () => statusPage.createIncident(fields);
  const search = reference === undefined ? undefined : () => findOpen(statusPage, 'incident', pageId, reference);
  const { made } = await create({
    kind: 'incident',
    reference,
    make,
    search,
    wait: statusPage.wait,
    leftMs: statusPage.leftMs,
  });
  return { id: made.id, reference, state: givenState, created: true, said: message };
}

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
    if (error instanceof StatusPageError && error.code !== 'not-found') return undefined;
    throw error;
  }
}

/** Sends an entry so that it never stands there twice. Throws what the client throws, UncertainCreateError where nobody can tell whether it arrived. */
export async function addEntryOnce(
  statusPage: StatusPage,
  id: string,
  entry: Entry,
  before: Incident | undefined,
): Promise<void> {
  await makeOnce({
    make: () => statusPage.addEntry(id, entry),
    search: async () => {
      const arrived = hasArrived(entry, before, await statusPage.fetchIncident(id));
      return arrived === undefined ? 'unclear' : arrived ? { made: undefined } : 'absent';
    },
    doubt: (cause, lastLook) => new UncertainCreateError('entry', undefined, cause, lastLook),
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
