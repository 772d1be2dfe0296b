import { accessFacts } from './access-facts.ts';
import { answerFacts } from './answer-facts.ts';
import { endingFacts } from './ending-facts.ts';
import type { Fact } from './evidence.ts';
import { incidentFacts } from './incident-facts.ts';
import { timelineFacts } from './timeline-facts.ts';
import { windowFacts } from './window-facts.ts';

/** Everything that this project relies on and cannot know without the live service, in the order of the table. */
export const facts: readonly Fact[] = [
  ...answerFacts,
  ...accessFacts,
  ...windowFacts,
  ...endingFacts,
  ...incidentFacts,
  ...timelineFacts,
];
