import { accessFacts } from './access-assumptions.ts';
import { endingFacts } from './ending-assumptions.ts';
import { incidentFacts } from './incident-assumptions.ts';
import type { Fact } from './recording.ts';
import { answerFacts } from './response-assumptions.ts';
import { timelineFacts } from './timeline-assumptions.ts';
import { windowFacts } from './window-assumptions.ts';

/** Everything that this project relies on and cannot know without the live service, in the order of the table. */
export const facts: readonly Fact[] = [
  ...answerFacts,
  ...accessFacts,
  ...windowFacts,
  ...endingFacts,
  ...incidentFacts,
  ...timelineFacts,
];
