import type { Incident } from '../../domain/record.ts';
import { incidentStates } from '../../domain/record.ts';
import { carriesReference, type OwnReference, parseOwnReference, referencesIn } from '../../domain/reference.ts';

/** The reference of the one step that opened an incident for itself; undefined where it carries none, another kind of reference, or more than one. */
export function ownReferenceOf({ text }: Incident): OwnReference | undefined {
  const [reference, ...others] = referencesIn(text);
  return reference === undefined || others.length > 0 ? undefined : parseOwnReference(reference);
}

/**
 * Whether nobody has touched an incident since its step opened it: its timeline has that one entry, in the state that it has still. Undefined
 * where the reply does not show enough to tell.
 */
export function isUntouched({ state, timeline = [] }: Incident, { reference }: OwnReference): boolean | undefined {
  const [first, ...later] = timeline;
  if (later.length > 0) return false;
  if (first?.message === undefined || state === undefined) return undefined;
  if (first.state !== undefined && first.state !== state) return false;
  // A timeline that leaves out the first message shows somebody else's entry as the only one.
  return carriesReference(first.message, reference) ? true : undefined;
}

/** Whether an incident is over, by what a reply shows. */
export function isResolved({ state }: Incident): boolean {
  return state === incidentStates.resolved;
}
