import {
  compareReferences,
  formatReference,
  isOwn,
  lastReference,
  type OwnReference,
  type Reference,
  referenceOf,
  referencesIn,
} from '../domain/deployment-reference.ts';
import {
  type Incident,
  incidentStates,
  isOpenWindow,
  shorten,
  type TimelineEntry,
  type Window,
} from '../domain/record.ts';
import { later, msBetween, secondMs } from '../domain/time.ts';

/** A record of either kind as the page shows it. */
export type AnyRecord = Window | Incident;

/** Whether a record on the page is one that we search for. */
export type Match = (record: AnyRecord) => boolean;

/** Records whose own first message carries this very reference. If `title` is given, a record with another title is not ours. */
export function carrying(reference: Reference, title?: string): Match {
  const wanted = formatReference(reference);
  return (record) => {
    if (title !== undefined && record.title !== undefined && record.title !== shorten(title)) return false;
    const opening = openingReference(record);
    const found = record.message === undefined ? (opening ? [opening] : []) : referencesIn(record.message);
    return found.some((one) => formatReference(one) === wanted);
  };
}

/** Records that this very step opened in this attempt of the run or in an earlier one. */
export function ofThisStep(ours: OwnReference): Match {
  return (record) => {
    const found = openingReference(record);
    if (found === undefined || !isOwn(found)) return false;
    const closeness = compareReferences(found, ours);
    return closeness !== undefined && closeness !== 'same-key';
  };
}

/** Shared records of a key: any job and run with the key may end them. */
export function sharedWith({ key }: Pick<Reference, 'key'>): Match {
  return (record) => {
    const found = openingReference(record);
    return found?.of === 'deployment' && found.key === key && !isOwn(found);
  };
}

/** Every record of a deployment with this key, own or shared, of whatever run. The incidents of its failures are not among them. */
export function ofKey({ key }: Pick<Reference, 'key'>): Match {
  return (record) => {
    const found = openingReference(record);
    return found?.of === 'deployment' && found.key === key;
  };
}

/** What is known of a record whose creation was not answered. */
export interface Announced {
  readonly title: string;
  readonly startAt?: Date | undefined;
  readonly endAt?: Date | undefined;
}

/** What a server says of its clock, and when it says that a record was created, may differ by this. */
const clockSlackMs = 30 * secondMs;

/**
 * Records that may be ours although no reference can be read in them: with our title, and created since we began by the server's clock, or with
 * our times. Such a record is not known to be ours, but it leaves our absence unproven. What a list does not show counts as the same.
 */
export function resembling({ title, startAt, endAt }: Announced, begunAt: Date): Match {
  const since = later(begunAt, -clockSlackMs);
  return (record) => {
    if (record.title !== undefined && record.title !== shorten(title)) return false;
    if (openingReference(record) !== undefined) return false;
    // A person may have moved its end meanwhile.
    if (record.createdAt !== undefined && record.createdAt >= since) return true;
    if (record.kind === 'maintenance' && endAt !== undefined)
      return isSameTime(record.startAt, startAt) && isSameTime(record.endAt, endAt);
    return record.createdAt === undefined && (record.startAt ?? since) >= since;
  };
}

function isSameTime(one: Date | undefined, other: Date | undefined): boolean {
  return one === undefined || other === undefined || Math.abs(msBetween(one, other)) <= secondMs;
}

/** Whether a record is still on the page. If that is not shown, it counts as open. */
export function isOpen(record: AnyRecord, now: Date): boolean {
  return record.kind === 'maintenance' ? isOpenWindow(record, now) : isOpenIncident(record);
}

/** Whether an incident is open. One whose state is not shown counts as open. */
export function isOpenIncident({ state }: Incident): boolean {
  return state !== incidentStates.resolved;
}

/**
 * The reference that a record was opened with: that of its own first message. If a reply shows an incident's texts in its timeline only, and
 * the order of that is not known, both of its ends must belong to one deployment.
 */
export function openingReference(record: AnyRecord): Reference | undefined {
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
