import fc from 'fast-check';
import type { Kill, WorldOptions } from '../support/world.ts';
import { servers } from './servers.ts';
import type { Fault, Mishap } from './wire-faults.ts';

/** One use of the action in a workflow; its place in the list of uses is its place in the repository. */
export interface Use {
  readonly operation: 'open-maintenance' | 'open-incident';
  /** The run that it is in, unless an act says another one: the later ones have the higher numbers. */
  readonly run: number;
  readonly job: 'deploy' | 'migrate';
  readonly key: 'production' | undefined;
  readonly own: boolean;
  readonly onFailure: 'keep' | 'resolve' | 'incident';
  readonly onCancel: 'keep' | 'resolve' | 'incident';
  readonly pages: 1 | 2;
  readonly notify: boolean;
  readonly onApiError: 'auto' | 'fail' | 'warn';
  readonly marker: boolean;
  readonly minutes: number;
  /** Whether its message is longer than what some servers show of one. */
  readonly isLong: boolean;
}

/** What goes wrong in one step. */
export interface Luck {
  readonly mishaps: readonly Mishap[];
  readonly kill: Kill | undefined;
  readonly interruptAfterMs: number | undefined;
  /** Which files of the runner cannot be written: all of them when so many texts were saved, or the outputs from the start. */
  readonly disk?: { readonly savesUntilFull: number } | 'no-outputs' | undefined;
}

/** The state of the runner as it was saved, made to lead elsewhere, or broken. */
export type SavedState = 'whole' | 'foreign-address' | 'no-json' | 'other-shape' | 'other-version' | 'wrong-id';

export type JobStatus = 'success' | 'failure' | 'cancelled' | 'skipped';

/**
 * One thing that happens. A post step belongs to the newest main step of its use, or of its use in that run, and happens once. Main again in
 * the same run is a new attempt.
 */
export type Act =
  | { readonly act: 'main'; readonly use: number; readonly run?: number; readonly luck: Luck }
  | {
      readonly act: 'post';
      readonly use: number;
      readonly run?: number;
      readonly outcome: JobStatus;
      readonly luck: Luck;
      /** What happened to the state that main has saved. */
      readonly saved?: SavedState;
    }
  /** Main steps of several uses, one a little after the other; `alike` where all of them share what the first one opens. */
  | {
      readonly act: 'race';
      readonly uses: readonly number[];
      readonly alike: boolean;
      readonly gapMs: number;
      readonly lucks: readonly Luck[];
    }
  | {
      readonly act: 'resolve';
      readonly outcome: 'job' | 'success' | 'failure';
      readonly onFailure: Use['onFailure'];
      readonly onApiError: Use['onApiError'];
      readonly luck: Luck;
    }
  | { readonly act: 'people'; readonly deed: 'resolve' | 'delete' | 'change-state' | 'extend'; readonly which: number }
  | { readonly act: 'pass'; readonly seconds: number };

/** A story, and the API that it is played against. */
export interface Sequence {
  readonly uses: readonly Use[];
  readonly acts: readonly Act[];
  readonly api: WorldOptions;
  /** Whether steps may ask GitHub which runs are in progress, and are told the truth. */
  readonly asksGitHub: boolean;
}

/** Whether the page does the work all the same, and how long after its answer. */
const doneAfterMs = fc.constantFrom(undefined, undefined, 0, 0, 0, 900, 2_500, 3_900);
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ fault: fc.constantFrom('refused', 'unknown-host', 'certificate', 'proxy') }),
  fc.record({ fault: fc.constantFrom('reset', 'silence', 'too-large', 'conflict', 'see-other'), doneAfterMs }),
  fc.record({ fault: fc.constantFrom('cut-off', 'empty', 'not-json', 'html', 'wrong-content-type') }),
  fc.record({ fault: fc.constant('delay' as const), ms: fc.constantFrom(2_500, 9_000, 11_000, 14_000, 40_000) }),
  fc.record({ fault: fc.constant('slow-answer' as const), ms: fc.constantFrom(2_500, 9_000, 11_000, 25_000) }),
  fc.record({
    fault: fc.constant('server-error' as const),
    status: fc.constantFrom(408, 500, 502, 503, 504),
    doneAfterMs,
  }),
  fc.record({
    fault: fc.constant('rate-limit' as const),
    retryAfter: fc.constantFrom(undefined, 0, 2, 9, 60),
    asDate: fc.boolean(),
  }),
  fc.record({ fault: fc.constant('refusal' as const), status: fc.constantFrom(400, 401, 402, 403, 404, 422) }),
  fc.record({ fault: fc.constant('redirect' as const) }),
);

const mishap: fc.Arbitrary<Mishap> = fc.record({
  request: fc.integer({ min: 1, max: 6 }),
  times: fc.constantFrom(1, 1, 1, 2, 3, 99),
  fault,
});

const kill: fc.Arbitrary<Kill> = fc.record({
  request: fc.integer({ min: 1, max: 6 }),
  when: fc.constantFrom('before', 'under-way', 'after'),
});

/** Mostly none: what comes after a fault is to be seen too. */
const luck = (mayBeInterrupted: boolean): fc.Arbitrary<Luck> =>
  fc.record({
    mishaps: fc.oneof(
      { weight: 5, arbitrary: fc.constant([]) },
      { weight: 5, arbitrary: fc.array(mishap, { minLength: 1, maxLength: 3 }) },
    ),
    kill: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: kill }),
    interruptAfterMs: mayBeInterrupted
      ? fc.oneof(
          { weight: 6, arbitrary: fc.constant(undefined) },
          { weight: 1, arbitrary: fc.oneof(fc.nat({ max: 1_500 }), fc.nat({ max: 16_000 })) },
        )
      : fc.constant(undefined),
    disk: mayBeInterrupted
      ? fc.oneof(
          { weight: 12, arbitrary: fc.constant(undefined) },
          { weight: 1, arbitrary: fc.record({ savesUntilFull: fc.nat({ max: 6 }) }) },
          { weight: 1, arbitrary: fc.constant('no-outputs' as const) },
        )
      : fc.constant(undefined),
  });

const reaction = fc.constantFrom('keep', 'resolve', 'incident');

const use: fc.Arbitrary<Use> = fc
  .record({
    operation: fc.constantFrom('open-maintenance', 'open-maintenance', 'open-incident'),
    run: fc.constantFrom(0, 1),
    job: fc.constantFrom('deploy', 'migrate'),
    key: fc.constantFrom(undefined, 'production'),
    own: fc.constantFrom(true, true, false),
    onFailure: reaction,
    onCancel: reaction,
    pages: fc.constantFrom(1, 1, 2),
    notify: fc.constantFrom(false, false, true),
    onApiError: fc.constantFrom('auto', 'auto', 'fail', 'warn'),
    marker: fc.constantFrom(true, true, true, true, true, false),
    minutes: fc.constantFrom(2, 30, 60),
    isLong: fc.constantFrom(false, false, true),
  } satisfies { [Name in keyof Use]: fc.Arbitrary<Use[Name]> })
  .map((one) => ({
    ...one,
    // These do not go together, and the step would say so.
    marker: one.marker || one.key !== undefined,
    onFailure: allowed(one.operation, one.onFailure),
    onCancel: allowed(one.operation, one.onCancel),
  }));

function allowed(operation: Use['operation'], chosen: Use['onFailure']): Use['onFailure'] {
  return operation === 'open-incident' && chosen === 'incident' ? 'keep' : chosen;
}

const mostUses = 3;
const useNumber = fc.integer({ min: 0, max: mostUses - 1 });
const outcome = fc.constantFrom<JobStatus[]>('success', 'success', 'failure', 'cancelled', 'skipped');
const saved = fc.oneof(
  { weight: 30, arbitrary: fc.constant<SavedState>('whole') },
  {
    weight: 1,
    arbitrary: fc.constantFrom<SavedState[]>('foreign-address', 'no-json', 'other-shape', 'other-version', 'wrong-id'),
  },
);
const pass = fc.record({
  act: fc.constant('pass' as const),
  seconds: fc.constantFrom(1, 3, 20, 90, 600, 3_600),
});
const people = fc.record({
  act: fc.constant('people' as const),
  deed: fc.constantFrom('resolve', 'delete', 'change-state', 'extend'),
  which: fc.nat({ max: 3 }),
});
const resolve = fc.record({
  act: fc.constant('resolve' as const),
  outcome: fc.constantFrom('job', 'success', 'failure'),
  onFailure: reaction,
  onApiError: fc.constantFrom('auto', 'fail', 'warn'),
  luck: luck(false),
});
const race = fc.record({
  act: fc.constant('race' as const),
  uses: fc.shuffledSubarray([0, 1, 2], { minLength: 2 }),
  alike: fc.constantFrom(true, true, false),
  gapMs: fc.constantFrom(0, 0, 300, 1_500, 4_000),
  lucks: fc.oneof(fc.constant([]), fc.array(luck(true), { minLength: 0, maxLength: 3 })),
});

/** A whole deployment, of which the post step may be missing: the machine was lost. */
const deployment: fc.Arbitrary<readonly Act[]> = fc
  .record({
    use: useNumber,
    mainLuck: luck(true),
    between: fc.array(fc.oneof(pass, people), { maxLength: 2 }),
    hasPost: fc.constantFrom(true, true, true, false),
    outcome,
    postLuck: luck(false),
    saved,
  })
  .map(({ use, mainLuck, between, hasPost, outcome, postLuck, saved }) => [
    { act: 'main', use, luck: mainLuck },
    ...between,
    ...(hasPost ? [{ act: 'post', use, outcome, luck: postLuck, saved } as const] : []),
  ]);

const act: fc.Arbitrary<readonly Act[]> = fc.oneof(
  { weight: 8, arbitrary: deployment },
  { weight: 2, arbitrary: resolve.map((one) => [one]) },
  { weight: 2, arbitrary: race.map((one) => [one]) },
  {
    weight: 1,
    arbitrary: fc
      .record({ use: useNumber, outcome, luck: luck(false) })
      .map((one): readonly Act[] => [{ act: 'post', ...one }]),
  },
  { weight: 1, arbitrary: fc.oneof(pass, people).map((one) => [one]) },
);

/** Any acts of any uses, in any order. */
const mixed: fc.Arbitrary<Sequence> = fc.record({
  uses: fc.array(use, { minLength: mostUses, maxLength: mostUses }),
  acts: fc.array(act, { minLength: 1, maxLength: 5 }).map((parts) => parts.flat()),
  api: servers,
  asksGitHub: fc.boolean(),
});

/** One step of a run: it may be killed, and its post step may be lost. */
const stepOfRun = fc.record({
  takesPart: fc.constantFrom(true, true, true, false),
  mainLuck: luck(true),
  hasPost: fc.constantFrom(true, true, true, true, false),
  outcome,
  postLuck: luck(false),
});

/** One run of two steps, one after the other. */
const oneRun = fc.record({
  steps: fc.tuple(stepOfRun, stepOfRun),
  /** So many runs before its own place in the line it has begun for the first time. */
  isAgain: fc.constantFrom(0, 0, 0, 0, 1, 2),
  /** Its last post step comes only when the next run has begun. */
  overlaps: fc.constantFrom(false, false, true),
  between: fc.array(fc.oneof(pass, pass, people), { maxLength: 2 }),
});

/** Up to five runs of a workflow with two steps. What one leaves on the page is for a later one to end. */
const story: fc.Arbitrary<Sequence> = fc
  .record({
    uses: fc.tuple(use, use),
    runs: fc.array(oneRun, { minLength: 2, maxLength: 5 }),
    calm: fc.constantFrom(true, true, false),
    alike: fc.boolean(),
    api: servers,
    asksGitHub: fc.boolean(),
  })
  .map(({ uses: [first, second], runs, calm, alike, api: shape, asksGitHub }) => {
    // Most of them are so that something is left for a later run: it is the step's own, and lasts.
    const lasting = { own: true, marker: true, minutes: 60 } as const;
    const { operation, key, marker, onFailure, onCancel } = first;
    const uses = [first, alike ? { ...second, operation, key, marker, onFailure, onCancel } : second].map((one) =>
      calm ? { ...one, ...lasting } : one,
    );
    return { uses, acts: actsOf(runs), api: shape, asksGitHub };
  });

type OneRun = typeof oneRun extends fc.Arbitrary<infer R> ? R : never;

function actsOf(runs: readonly OneRun[]): readonly Act[] {
  const acts: Act[] = [];
  let late: readonly Act[] = [];
  for (const [index, { steps, isAgain, overlaps, between }] of runs.entries()) {
    const run = Math.max(0, index - isAgain);
    const mains: Act[] = [];
    const posts: Act[] = [];
    for (const [number, { takesPart, mainLuck, hasPost, outcome: end, postLuck }] of steps.entries()) {
      if (!takesPart) continue;
      mains.push({ act: 'main', use: number, run, luck: mainLuck });
      if (hasPost) posts.unshift({ act: 'post', use: number, run, outcome: end, luck: postLuck });
    }
    const isLate = overlaps ? posts.splice(-1) : [];
    acts.push(...mains, ...late, ...between, ...posts);
    late = isLate;
  }
  return [...acts, ...late];
}

/** Any sequence. It shrinks to few acts, no faults, and an API as documented. */
export const sequences: fc.Arbitrary<Sequence> = fc.oneof(mixed, story);
