import { incidentStates } from './incident-state.ts';
import { carriesMarker, markersIn, type OwnMarker, parseOwnMarker } from './marker.ts';
import type { Incident } from './record.ts';

/** The marker of the one step that opened an incident for itself; undefined where it carries none, another kind of marker, or more than one. */
export function ownMarkerOf({ text }: Incident): OwnMarker | undefined {
  const [marker, ...others] = markersIn(text);
  return marker === undefined || others.length > 0 ? undefined : parseOwnMarker(marker);
}

/**
 * Whether nobody has touched an incident since its step opened it: its timeline has that one entry, in the state that it has still. Undefined
 * where the reply does not show enough to tell.
 */
export function isUntouched({ state, timeline = [] }: Incident, { marker }: OwnMarker): boolean | undefined {
  const [first, ...later] = timeline;
  if (later.length > 0) return false;
  if (first?.message === undefined || state === undefined) return undefined;
  if (first.state !== undefined && first.state !== state) return false;
  // A timeline that leaves out the first message shows somebody else's entry as the only one.
  return carriesMarker(first.message, marker) ? true : undefined;
}

/** Whether an incident is over, by what a reply shows. */
export function isResolved({ state }: Incident): boolean {
  return state === incidentStates.resolved;
}
