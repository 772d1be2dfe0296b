import type { Page } from '../domain/page.ts';
import type { Reference } from '../domain/reference.ts';

/** What a deployment wants to show, and whose it is. */
interface Announcement {
  readonly pages: readonly Page[];
  readonly title: string;
  /** For visitors, without the reference. */
  readonly message: string;
  readonly notifySubscribers: boolean;
  /** `true`: the records are ended by this step's post step. `false`: they are shared and left to `resolve`. */
  readonly own: boolean;
  readonly reference: Reference | undefined;
  /** The reference of the windows of this deployment key that an own opening may take over. */
  readonly takeOver: Reference | undefined;
  readonly key: string | undefined;
  /** Whether a record of an earlier attempt, job or run can exist: on a re-run, and with a deployment key. */
  readonly searchFirst: boolean;
  /** Whether such a record would be a twin of ours: one of an earlier attempt, or with a shared reference. */
  readonly mayHaveDuplicate: boolean;
  readonly failure: { readonly reference: Reference | undefined; readonly searchFirst: boolean };
  readonly tag: string | undefined;
}

export interface WindowPlan extends Announcement {
  readonly kind: 'maintenance';
  /** Undefined: now. */
  readonly startAt: Date | undefined;
  readonly durationMs: number;
  /** Whether an ending may open an incident, which main must be able to do before the deploy begins. */
  readonly mayRaiseIncident: boolean;
  /** Whether an ending may resolve the incidents of earlier failures, which is made sure of likewise. */
  readonly mayRecover: boolean;
}

interface IncidentPlan extends Announcement {
  readonly kind: 'incident';
  readonly state: string;
  readonly componentId: string | undefined;
}

export type Plan = WindowPlan | IncidentPlan;
