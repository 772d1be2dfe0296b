import { incidentStates } from '../domain/incident-state.ts';
import { type Marker, withMarker } from '../domain/marker.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { StatusPage } from '../statuspage/status-page.ts';
import { create } from './create.ts';
import { type AnyRecord, findOpen } from './find.ts';
import { notShown, UnlocatedError } from './locate.ts';
import { addEntry } from './resolve-incident.ts';

/** The incident that a failed deployment opens. */
export interface Failure {
  readonly pageId: string;
  readonly marker?: Marker | undefined;
  /** Whether one of an earlier attempt or run may be open. */
  readonly lookFirst: boolean;
  readonly title: string;
  readonly message: string;
  readonly notifySubscribers: boolean;
}

/** The incident: a new one, or that of an earlier failure, which got an entry unless it is in people's hands. */
export interface Raised {
  readonly id: string;
  readonly marker: Marker | undefined;
  readonly state: string;
  readonly created: boolean;
  /** What visitors read of it from now on, where a text was sent. */
  readonly said?: string;
}

/** The state that such an incident is opened in; another one means that people have taken it over. */
const givenState = incidentStates.investigating;

/** Opens the incident of a failure, or adds an entry to the one that is open. Throws StatusPageError, MayExistError or UnlocatedError. */
export async function raiseIncident(statusPage: StatusPage, failure: Failure): Promise<Raised> {
  const earlier = failure.lookFirst ? await findEarlierFailure(statusPage, failure) : undefined;
  const added = earlier === undefined ? undefined : await addToEarlier(statusPage, earlier, failure);
  return added ?? openIncident(statusPage, failure);
}

async function findEarlierFailure(statusPage: StatusPage, failure: Failure): Promise<AnyRecord | undefined> {
  const { pageId, marker } = failure;
  if (marker === undefined) return undefined;
  const { open, provenAbsent } = await findOpen(statusPage, 'incident', pageId, marker);
  if (open.length === 0 && !provenAbsent) throw new UnlocatedError(notShown);
  return open[0];
}

/** Undefined where the earlier incident has been resolved or deleted since it was found. */
async function addToEarlier(
  statusPage: StatusPage,
  earlier: AnyRecord,
  { marker, message }: Failure,
): Promise<Raised | undefined> {
  const { id } = earlier;
  const state = (earlier.kind === 'incident' ? earlier.state : undefined) ?? givenState;
  const raised = { id, marker, state, created: false };
  if (state !== givenState) return raised;
  try {
    const did = await addEntry(statusPage, id, message);
    return did === 'kept' ? { ...raised, said: message } : undefined;
  } catch (error) {
    if (error instanceof StatusPageError && error.trouble === 'not-found') return undefined;
    throw error;
  }
}

async function openIncident(statusPage: StatusPage, failure: Failure): Promise<Raised> {
  const { pageId, marker, title, notifySubscribers } = failure;
  const message = withMarker(failure.message, marker);
  const fields = { pageId, componentId: undefined, title, message, state: givenState, notifySubscribers };
  const make = () => statusPage.createIncident(fields);
  const look = marker === undefined ? undefined : () => findOpen(statusPage, 'incident', pageId, marker);
  const { made } = await create({
    kind: 'incident',
    marker,
    make,
    look,
    wait: statusPage.wait,
    leftMs: statusPage.leftMs,
  });
  return { id: made.id, marker, state: givenState, created: true, said: message };
}
