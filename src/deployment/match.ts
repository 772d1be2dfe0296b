import {
  compareReferences,
  formatReference,
  isOwn,
  type OwnReference,
  type Reference,
  referencesIn,
} from '../domain/deployment-reference.ts';
import { type Incident, shorten, type Window } from '../domain/record.ts';
import { msBetween, secondMs } from '../domain/time.ts';
import { openingReference } from './untouched.ts';

/** Whether a record on the page is one that we search for. */
export type Match = (record: Window | Incident) => boolean;

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
    return closeness === 'whole' || closeness === 'same-attempt' || closeness === 'earlier-attempt';
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
interface Announced {
  readonly title: string;
  readonly startAt?: Date | undefined;
  readonly endAt?: Date | undefined;
}

/**
 * Records that may be ours although no reference can be read in them: with our title, and with our times or, for an incident, created since we
 * began. Such a record is not known to be ours, but it leaves our absence unproven. What a list does not show counts as the same.
 */
export function resembling({ title, startAt, endAt }: Announced, since: Date): Match {
  return (record) => {
    if (record.title !== undefined && record.title !== shorten(title)) return false;
    if (openingReference(record) !== undefined) return false;
    if (record.kind === 'incident') return (record.createdAt ?? record.startAt ?? since) >= since;
    return isSameTime(record.startAt, startAt) && isSameTime(record.endAt, endAt);
  };
}

function isSameTime(one: Date | undefined, other: Date | undefined): boolean {
  return one === undefined || other === undefined || Math.abs(msBetween(one, other)) <= secondMs;
}
