import type { Kind } from './record.ts';

/** How a deployment ended, in GitHub's words. */
export const outcomes = ['success', 'failure', 'cancelled', 'skipped'] as const;
export type Outcome = (typeof outcomes)[number];

/**
 * What other CIs call an outcome, in lower case: GitLab, Jenkins, CircleCI, Buildkite, Azure Pipelines and Semaphore.
 * Jenkins' UNSTABLE is missing: it does not show whether the deployment took place.
 */
const synonyms: Readonly<Record<Outcome, readonly string[]>> = {
  success: ['succeeded', 'succeededwithissues', 'successful', 'passed'],
  failure: ['failed', 'fail', 'error', 'errored'],
  cancelled: ['canceled', 'aborted', 'stopped', 'killed'],
  skipped: ['not_built'],
};

/** The outcome that a word of any CI means, regardless of case; undefined for other words. */
export function parseOutcome(text: string): Outcome | undefined {
  const word = text.trim().toLowerCase();
  return outcomes.find((outcome) => outcome === word || synonyms[outcome].includes(word));
}

/** The outcome that the exit code of a command means, as a shell has it in `$?`; undefined for other texts. */
export function outcomeOfExitCode(text: string): Outcome | undefined {
  if (!/^\d{1,3}$/.test(text) || Number(text) > 255) return undefined;
  return Number(text) === 0 ? 'success' : 'failure';
}

/** What a user may choose to do about the notice of a deployment that did not succeed. */
export const reactions = ['keep', 'resolve', 'incident'] as const;
export type Reaction = (typeof reactions)[number];

/** How a notice ends. `why` selects the message: only a success may claim that the update is complete. */
export interface Ending {
  readonly action: Reaction;
  readonly why: Outcome;
  /** Whether the incidents of earlier failures with the same deployment key are resolved too. */
  readonly recovers?: boolean;
}

/** Whether an ending may have to do with what older runs left, so that the page is listed beside it. */
export function mayMeetOlder({ why, action }: Ending): boolean {
  return why === 'success' || (why !== 'skipped' && action !== 'resolve');
}

/** Whether an ending ends the notices of a kind now. The incident of a failure replaces a window; a notice that is an incident stays. */
export function endsNow({ action }: Ending, kind: Kind): boolean {
  return action === 'resolve' || (action === 'incident' && kind === 'maintenance');
}

/** The ending for an outcome: success and skipped end the notice, the others do what the user chose. Only a success recovers. */
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
