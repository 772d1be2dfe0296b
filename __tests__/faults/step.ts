import type { Stage } from '../support/world.ts';
import type { Identity } from './references.ts';
import type { Act, JobStatus, Luck, SavedState, Sequence, Use } from './sequence.ts';
import type { Standing } from './standing.ts';
import type { Sent } from './wire-faults.ts';

/** A step that was played, with all that is needed to judge it. */
export interface Step {
  readonly what: 'main' | 'post' | 'resolve';
  readonly use: Use;
  /** Who it is on the page. A post step is who its main step was. */
  readonly identity: Identity;
  /** What it opens has this title in each run. */
  readonly title: string;
  /** What it opens has this message, and what its failure opens has that title: no two steps share them. */
  readonly message: string;
  readonly failureTitle: string;
  readonly stage: Stage;
  readonly luck: Luck;
  readonly sent: readonly Sent[];
  readonly startMs: number;
  readonly endMs: number;
  readonly before: readonly Standing[];
  readonly after: readonly Standing[];
  /** Whether other steps were at work at the same time. */
  readonly raced: boolean;
  /** How long a request is on its way, there and back, at most; delays that are injected come on top. */
  readonly longestWayMs: number;
  /** How long after its creation a record appears in lists, and by its id. */
  readonly lagMs: number;
  /** Whether a refusal comes as 200, so that an answer whose body is lost or unreadable may have been one. */
  readonly refusesWith200: boolean;
  /** The runs that GitHub calls in progress, as references name them; none if it is not asked. */
  readonly inProgress: ReadonlySet<string>;
  /** The records that people had changed before it, as `kind id`. */
  readonly touched: ReadonlySet<string>;
  /** A write to a record that is none of its business. */
  readonly trespasses: readonly string[];
  /** Post: the step that it belongs to, and how the job ended. */
  readonly main?: Step;
  readonly outcome?: JobStatus;
  /** Post: what happened to the state of main. */
  readonly saved?: SavedState;
  readonly act: Act;
}

/** A sequence that was played. */
export interface Played {
  readonly sequence: Sequence;
  readonly steps: readonly Step[];
  /** The pages after each act, and once more when all that was late has arrived. */
  readonly pages: readonly (readonly Standing[])[];
  readonly theirsBefore: string;
  readonly theirsAfter: string;
}
