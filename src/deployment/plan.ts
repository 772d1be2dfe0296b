import type { OwnReference, Reference } from '../domain/deployment-reference.ts';
import type { Page } from '../domain/page.ts';

/** A record that is known by its id. */
export interface Remembered {
  readonly id: string;
  readonly pageId: string;
  /** When it may have been created, by our own clock; undefined if it is known to be older. */
  readonly createdAt: Date | undefined;
}

/** What a deployment wants to show, and whose it is. */
interface Announcement {
  readonly pages: readonly Page[];
  readonly title: string;
  /** For visitors, without the reference. */
  readonly message: string;
  readonly notifySubscribers: boolean;
  /** `true`: the post step ends the records. `false`: they are left to `resolve`. */
  readonly own: boolean;
  /** Whether the user gave a deployment key. A record that is not own is shared then: found in every job and run with that key. */
  readonly hasKey: boolean;
  /** Who opens this: key, run, attempt and step. Undefined with `marker: false`, because then nothing can be found again. */
  readonly identity: OwnReference | undefined;
  /** What the last line of the message says; undefined with `marker: false`. */
  readonly reference: Reference | undefined;
  /** Whether an earlier attempt of this step may have left its record on the page. */
  readonly mayBeRepeated: boolean;
  /** What a file remembers of this deployment, which was started before. */
  readonly remembered: readonly Remembered[];
  readonly tag: string | undefined;
}

export interface WindowPlan extends Announcement {
  readonly kind: 'maintenance';
  /** Undefined: now. */
  readonly startAt: Date | undefined;
  readonly durationMs: number;
  /** Whether an ending may open an incident, which main must be able to do before the deployment begins. */
  readonly mayOpenIncident: boolean;
}

interface IncidentPlan extends Announcement {
  readonly kind: 'incident';
  readonly state: string;
  readonly componentId: string | undefined;
}

export type Plan = WindowPlan | IncidentPlan;

/** Whether others, in other jobs and runs, find the record by its key. */
export function isShared({ own, hasKey }: Plan): boolean {
  return !own && hasKey;
}
