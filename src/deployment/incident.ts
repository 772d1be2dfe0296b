import { failureOf, formatReference, type OwnReference, withReference } from '../domain/deployment-reference.ts';
import { type Incident, incidentStates } from '../domain/record.ts';
import { linesOf } from '../domain/text.ts';
import type { StatusPage } from '../statuspage/client.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { NewEntry } from '../statuspage/requests.ts';
import { createOnce, makeOnce, UncertainCreateError } from './create-once.ts';
import { type FailurePlan, failureState, planFailure } from './failure-plan.ts';
import { fetchShown, findLost, UnlocatedError } from './find.ts';
import { carrying, openingReference } from './match.ts';
import { fetchTimelines, ownNow, readIncident } from './record-by-id.ts';

/** The incident that a failed deployment opens. */
export interface FailureNotice {
  readonly pageId: string;
  /** The reference of the step that failed; undefined with `marker: false`, because then no earlier incident can be found. */
  readonly identity: OwnReference | undefined;
  readonly title: string;
  readonly message: string;
  readonly notifySubscribers: boolean;
}

/** The incident: a new one, or that of an earlier failure, which got an entry unless a person has edited it. */
export interface FailureIncident {
  readonly id: string;
  readonly reference: string | undefined;
  readonly state: string;
  /** As the page shows it: that of an earlier failure keeps its own. */
  readonly title: string;
  readonly created: boolean;
  /** What visitors read of it from now on, if a text was sent. */
  readonly said?: string;
  /** Whether a later success finds it and may resolve it: the page was listed, shows its reference, and nobody has edited it. */
  readonly isRecoverable: boolean;
  /** Set if it was sent twice after a lost response. */
  readonly mayHaveDuplicate?: boolean;
}

/** Opens the incident of a failure, or adds an entry to the one that is open. Throws StatusPageError, UncertainCreateError or UnlocatedError. */
export async function openFailureIncident(statusPage: StatusPage, failure: FailureNotice): Promise<FailureIncident> {
  const plan = await planIncident(statusPage, failure);
  const isNew = plan === 'unlisted' || plan.action === 'open';
  const added = isNew ? undefined : await addToEarlier(statusPage, plan, failure);
  return added ?? createFailureIncident(statusPage, failure, plan !== 'unlisted');
}

/** `unlisted`: whether there is an earlier one cannot be known, so a new one is opened. */
async function planIncident(
  statusPage: StatusPage,
  { pageId, identity }: FailureNotice,
): Promise<FailurePlan | 'unlisted'> {
  if (identity === undefined) return 'unlisted';
  try {
    const { open, complete } = await fetchShown(statusPage, 'incident', pageId);
    const plan = planFailure(await fetchTimelines(statusPage, open, failureOf(identity)), identity);
    if (plan.action === 'open' && !complete) throw new UnlocatedError();
    return plan;
  } catch (error) {
    // A key that may only write cannot know of an earlier incident.
    if (error instanceof StatusPageError && error.code === 'forbidden') return 'unlisted';
    throw error;
  }
}

/** Undefined if the earlier incident has been resolved or deleted since it was found. */
async function addToEarlier(
  statusPage: StatusPage,
  { action, incident, reference }: Exclude<FailurePlan, { readonly action: 'open' }>,
  { title: newTitle, message, identity }: FailureNotice,
): Promise<FailureIncident | undefined> {
  const { id, state = failureState, title = newTitle } = incident;
  const isRecoverable = action === 'add' && incident.state !== undefined;
  const found = { id, reference: formatReference(reference), state, title, created: false, isRecoverable };
  if (action === 'leave') return found;
  try {
    // The entry leaves the incident open, so it says which run it is from.
    const entry = withReference(message, identity && failureOf(identity));
    const { result } = await addEntry(statusPage, id, entry, new Map([[id, incident]]));
    return result === 'kept' ? { ...found, said: entry } : undefined;
  } catch (error) {
    if (error instanceof StatusPageError && error.code === 'not-found') return undefined;
    throw error;
  }
}

async function createFailureIncident(
  statusPage: StatusPage,
  failure: FailureNotice,
  isListed: boolean,
): Promise<FailureIncident> {
  const { pageId, identity, title, notifySubscribers } = failure;
  const reference = identity && failureOf(identity);
  const written = reference && formatReference(reference);
  const message = withReference(failure.message, reference);
  // Investigating is the documented default, which need not be sent.
  const fields = { pageId, componentId: undefined, title, message, state: failureState, notifySubscribers };
  const lost = { kind: 'incident', pageId, announced: { title }, begunAt: ownNow(statusPage) } as const;
  const { made, again } = await createOnce({
    kind: 'incident',
    reference: written,
    make: () => statusPage.createIncident(fields),
    search: reference && (() => findLost(statusPage, { ...lost, match: carrying(reference, title) })),
    wait: statusPage.wait,
    leftMs: statusPage.leftMs,
  });
  // What shows no state may have been edited, so the next run leaves it.
  const showsState = made.kind === 'incident' && made.state !== undefined;
  const isRecoverable = isListed && openingReference(made) !== undefined && showsState;
  return {
    id: made.id,
    reference: written,
    state: failureState,
    title,
    created: true,
    said: message,
    isRecoverable,
    ...(again && { mayHaveDuplicate: true }),
  };
}

/** Incidents as they were read a moment ago, by their ids; undefined one that the key may not read. */
export type JustRead = ReadonlyMap<string, Incident | undefined>;

/** Resolves an incident with a last entry, unless it is resolved already. Throws what the client throws; 404 is for the caller to judge. */
export async function resolveIncident(
  statusPage: StatusPage,
  id: string,
  message: string,
  justRead?: JustRead,
): Promise<'resolved' | 'already-resolved'> {
  const before = await readBefore(statusPage, id, justRead);
  if (before?.state === incidentStates.resolved) return 'already-resolved';
  await addEntryOnce(statusPage, id, { message, state: incidentStates.resolved }, before);
  return 'resolved';
}

/** What became of an entry, and the incident as it was before; undefined if it could not be read. */
interface Added {
  readonly result: 'kept' | 'already-resolved';
  readonly before: Incident | undefined;
}

/** Adds an entry to the timeline of an incident that is still open. Throws what the client throws. */
export async function addEntry(
  statusPage: StatusPage,
  id: string,
  message: string,
  justRead?: JustRead,
): Promise<Added> {
  const before = await readBefore(statusPage, id, justRead);
  if (before?.state === incidentStates.resolved) return { result: 'already-resolved', before };
  await addEntryOnce(statusPage, id, { message }, before);
  return { result: 'kept', before };
}

/** The incident; undefined if it cannot be read, because the write will show what is wrong. */
async function readBefore(
  statusPage: StatusPage,
  id: string,
  justRead: JustRead | undefined,
): Promise<Incident | undefined> {
  return justRead?.has(id) ? justRead.get(id) : readIncident(statusPage, id, { mustExist: true });
}

/** Sends an entry at most once. Throws what the client throws, and UncertainCreateError if it may have arrived. */
export async function addEntryOnce(
  statusPage: StatusPage,
  id: string,
  entry: NewEntry,
  before: Incident | undefined,
): Promise<void> {
  await makeOnce({
    make: () => statusPage.addEntry(id, entry),
    search: async () => {
      const arrived = hasArrived(entry, before, await statusPage.fetchIncident(id));
      return arrived === undefined ? 'unclear' : arrived ? { made: undefined } : 'absent';
    },
    doubt: (...doubt) => new UncertainCreateError('entry', undefined, ...doubt),
    wait: statusPage.wait,
    leftMs: statusPage.leftMs,
  });
}

/**
 * Whether an incident shows an entry that was sent; undefined if that is unclear. Only a state that it did not have before proves the entry. A
 * text may be an older one.
 */
function hasArrived({ message, state }: NewEntry, before: Incident | undefined, now: Incident): boolean | undefined {
  if (state !== undefined && now.state !== undefined) {
    if (now.state !== state) return false;
    // An incident that could not be read before is resolved now, as was asked for.
    const isChange = before?.state === undefined ? state === incidentStates.resolved : before.state !== state;
    if (isChange) return true;
  }
  if (now.timeline === undefined) return undefined;
  if (before?.timeline !== undefined) return now.timeline.length > before.timeline.length;
  return now.timeline.some((entry) => mayBe(entry.message, message)) ? undefined : false;
}

/** Whether a text that the page shows may be the one that was sent: it may come back in one line, as HTML, cut, or not at all. */
function mayBe(shown: string | undefined, sent: string | undefined): boolean {
  if (shown === undefined || sent === undefined) return shown === undefined;
  const inOneLine = (text: string) => linesOf(text).join(' ').replace(/\s+/g, ' ').trim();
  return inOneLine(sent).startsWith(inOneLine(shown).replace(/(…|\.{3})$/, ''));
}
