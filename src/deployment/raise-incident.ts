import { incidentStates } from '../domain/incident-state.ts';
import { type Marker, withMarker } from '../domain/marker.ts';
import type { StatusPage } from '../statuspage/status-page.ts';
import { create } from './create.ts';
import { findOpen } from './find.ts';
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

/** What became of it: a new incident, an entry on the open one, or an open one that is in people's hands. */
export interface Raised {
  readonly id: string;
  readonly way: 'created' | 'entry' | 'in-hands';
}

/** The state that such an incident is opened in; another one means that people have taken it over. */
const givenState = incidentStates.investigating;

/** Opens the incident of a failure, or adds an entry to the one that is open. Throws StatusPageError or MayExistError. */
export async function raiseIncident(statusPage: StatusPage, failure: Failure): Promise<Raised> {
  const { pageId, marker, lookFirst, title, message, notifySubscribers } = failure;
  const look = marker === undefined ? undefined : () => findOpen(statusPage, 'incident', pageId, marker);
  const earlier = lookFirst && look !== undefined ? (await look()).open[0] : undefined;
  if (earlier !== undefined) {
    if (earlier.kind === 'incident' && earlier.state !== undefined && earlier.state !== givenState)
      return { id: earlier.id, way: 'in-hands' };
    await addEntry(statusPage, earlier.id, message);
    return { id: earlier.id, way: 'entry' };
  }
  const fields = {
    pageId,
    componentId: undefined,
    title,
    message: withMarker(message, marker),
    state: givenState,
    notifySubscribers,
  };
  const make = () => statusPage.createIncident(fields);
  const made = await create({ kind: 'incident', marker, make, look, wait: statusPage.wait });
  return { id: made.id, way: 'created' };
}
