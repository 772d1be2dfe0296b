import { lastReference, type Reference, referenceOf } from '../domain/deployment-reference.ts';
import { type Incident, incidentStates, type TimelineEntry, type Window } from '../domain/record.ts';

/** Whether an incident is open. One whose state is not shown counts as open. */
export function isOpenIncident({ state }: Incident): boolean {
  return state !== incidentStates.resolved;
}

/**
 * The reference that a record was opened with: that of its own first message. If a reply shows an incident's texts in its timeline only, and
 * the order of that is not known, both of its ends must belong to one deployment.
 */
export function openingReference(record: Window | Incident): Reference | undefined {
  if (record.message !== undefined) return referenceOf(record.message);
  if (record.kind === 'maintenance') return undefined;
  const [first, last] = endsOf(record.timeline).map(({ message }) => referenceOf(message ?? ''));
  return first?.key === last?.key ? first : undefined;
}

function endsOf(timeline: readonly TimelineEntry[] = []): readonly TimelineEntry[] {
  return [timeline.at(0), timeline.at(-1)].filter((entry) => entry !== undefined);
}

/**
 * Whether no person has edited an incident of ours: its last entry is ours, and its state the one that we gave. If the reply shows no timeline,
 * the state alone decides. The documentation does not say which end of a timeline is the newest, so both must be ours.
 */
export function isUntouched(incident: Incident, key: string, givenState: string): boolean {
  const { state, timeline = [] } = incident;
  if (state === undefined) return false;
  if (timeline.length === 0) return state === givenState;
  const isOurs = (entry: TimelineEntry) => isOurEntry(incident, entry, key);
  if (!endsOf(timeline).every(isOurs)) return false;
  const shown = newestFirst(incident).filter((entry) => entry.state !== undefined);
  // The oldest of the last entries with the present state is the one that gave it.
  const others = shown.findIndex((entry) => entry.state !== state);
  const giver = (others < 0 ? shown : shown.slice(0, others)).at(-1);
  return giver === undefined ? shown.length === 0 && state === givenState : isOurs(giver);
}

/** Whether an entry is ours: the first one with our reference, or one that ends with a reference of our deployment. */
function isOurEntry(incident: Incident, entry: TimelineEntry, key: string): boolean {
  const { message = '' } = entry;
  const reference = isFirstEntry(incident, entry) ? referenceOf(message) : lastReference(message);
  return reference?.key === key;
}

function isFirstEntry({ message, timeline = [] }: Incident, entry: TimelineEntry): boolean {
  return message === undefined ? entry === timeline[0] : entry.message === message;
}

/** The timeline with its newest entry in front. It is taken as oldest first, unless the incident's own message is at its end only. */
function newestFirst(incident: Incident): readonly TimelineEntry[] {
  const { timeline = [] } = incident;
  const isReversed = endsOf(timeline).map((entry) => isFirstEntry(incident, entry));
  return isReversed[0] === false && isReversed[1] === true ? timeline : timeline.toReversed();
}

/** The reference of the newest entry, if it ends with one. */
export function newestReference(incident: Incident): Reference | undefined {
  return lastReference(newestFirst(incident)[0]?.message ?? '');
}
