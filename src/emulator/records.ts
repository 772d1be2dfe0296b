import type { EpochMs } from './clock.ts';

/**
 * The id of a record. The incidents page and the maintenances page do not say which of the two it is.
 * A text of digits stands for a number that no double can hold.
 */
export type RecordId = number | string;

/** The states of an incident by their ids, which are strings of digits (the incidents page; "3" is inferred). */
export const incidentStates = { '1': 'investigating', '2': 'identified', '3': 'monitoring', '4': 'resolved' } as const;

/** The state of an incident, as a word. */
export type IncidentState = (typeof incidentStates)[keyof typeof incidentStates];

/** One entry of an incident's timeline. The entry that creation makes comes first. */
export interface TimelineEntry {
  readonly id: RecordId;
  readonly at: EpochMs;
  readonly state: IncidentState;
  readonly message: string | null;
}

/** An incident in the emulator's memory. */
export interface Incident {
  readonly id: RecordId;
  readonly statusPageId: string;
  readonly componentId: string | null;
  readonly title: string;
  readonly state: IncidentState;
  readonly timeline: readonly TimelineEntry[];
  readonly notifySubscribers: boolean;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
  readonly resolvedAt: EpochMs | null;
}

/** A maintenance window in the emulator's memory. Its state follows from the clock. */
export interface MaintenanceWindow {
  readonly id: RecordId;
  readonly statusPageId: string;
  readonly title: string;
  readonly message: string | null;
  readonly startAt: EpochMs;
  readonly endAt: EpochMs;
  readonly notifySubscribers: boolean;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}

/** What a visitor sees of a window at this moment. */
export type WindowState = 'scheduled' | 'active' | 'past';

/** An e-mail to all subscribers of a page. It stays, even if its record is deleted. */
export interface Mail {
  readonly kind: 'incident' | 'maintenance';
  readonly id: RecordId;
  readonly statusPageId: string;
  readonly at: EpochMs;
}

/** Windows start and end by themselves at their times (the maintenances page): active from `startAt` until `endAt`. */
export function windowState(window: MaintenanceWindow, now: EpochMs): WindowState {
  if (now < window.startAt) return 'scheduled';
  return now < window.endAt ? 'active' : 'past';
}

/** The message that subscribers see first: that of the entry which creation made. */
export function firstMessage(incident: Incident): string | null {
  return incident.timeline[0]?.message ?? null;
}

/** The id that stands for a state on the wire, as a number: 1 to 4. */
export function stateNumber(state: IncidentState): number {
  return Object.values(incidentStates).indexOf(state) + 1;
}
