import { openingReference } from '../../deployment/untouched.ts';
import { isOwn, type OwnReference, referencesIn } from '../../domain/deployment-reference.ts';
import type { Incident } from '../../domain/record.ts';
import { incidentStates } from '../../domain/record.ts';

/** The reference of the one step that opened an incident for itself; undefined for anything else. */
export function ownReferenceOf(incident: Incident): OwnReference | undefined {
  const reference = openingReference(incident);
  return reference !== undefined && reference.of === 'deployment' && isOwn(reference) ? reference : undefined;
}

/**
 * Whether nobody has touched an incident since its step opened it: its timeline has that one entry, in the state that it still has. Undefined
 * if the reply does not show enough to tell.
 */
export function isUntouched({ state, timeline = [] }: Incident, reference: OwnReference): boolean | undefined {
  const [first, ...later] = timeline;
  if (later.length > 0) return false;
  if (first?.message === undefined || state === undefined) return undefined;
  if (first.state !== undefined && first.state !== state) return false;
  // A timeline that leaves out the first message shows a later entry as the only one.
  return referencesIn(first.message).some(({ key, run }) => key === reference.key && run === reference.run)
    ? true
    : undefined;
}

/** Whether an incident is over, by what a reply shows. */
export function isResolved({ state }: Incident): boolean {
  return state === incidentStates.resolved;
}
