/** How a deployment ended, in the words of the runner. */
export const outcomes = ['success', 'failure', 'cancelled', 'skipped'] as const;
export type Outcome = (typeof outcomes)[number];

/** What a user may choose to do about the record of a deployment that did not succeed. */
export const reactions = ['keep', 'resolve', 'incident'] as const;
export type Reaction = (typeof reactions)[number];

/** What is done about the record in the end. `why` picks the words: only a success may claim that the update is complete. */
export interface Ending {
  readonly action: Reaction;
  readonly why: Outcome;
  /** Whether the incidents of earlier failures with the same deployment key are resolved too. */
  readonly recovers?: boolean;
}

/** The ending for an outcome: success and skipped take the record down, the others do what the user chose. Only a success recovers. */
export function decideEnding(outcome: Outcome, onFailure: Reaction, onCancel: Reaction, recover = false): Ending {
  switch (outcome) {
    case 'success':
      return { action: 'resolve', why: outcome, ...(recover && { recovers: true }) };
    case 'skipped':
      return { action: 'resolve', why: outcome };
    case 'failure':
      return { action: onFailure, why: outcome };
    case 'cancelled':
      return { action: onCancel, why: outcome };
  }
}

/** The outcome in a sentence of the summary: `Deployment succeeded.` */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome) {
    case 'success':
      return 'Deployment succeeded.';
    case 'failure':
      return 'Deployment failed.';
    case 'cancelled':
      return 'Deployment was cancelled.';
    case 'skipped':
      return 'Deployment was skipped.';
  }
}
