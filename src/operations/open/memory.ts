import type { Memory } from '../../deployment/deployment.ts';

/** A memory that keeps its failure, so that what was sent can still be undone. */
export interface OpeningMemory extends Memory {
  /** Why something could not be remembered; undefined if everything was. */
  readonly failure: () => Error | undefined;
}

/** Throws only if nothing could be remembered at all, because then nothing was sent either. */
export function keepFailure(memory: Memory): OpeningMemory {
  let hasBegun = false;
  let failure: Error | undefined;
  return {
    recall: memory.recall,
    failure: () => failure,
    remember: (deployment) => {
      try {
        memory.remember(deployment);
        hasBegun = true;
      } catch (error) {
        if (!hasBegun || !(error instanceof Error)) throw error;
        failure ??= error;
      }
    },
  };
}
