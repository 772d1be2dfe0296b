import { accessAssumptions } from './access-assumptions.ts';
import { endingAssumptions } from './ending-assumptions.ts';
import { incidentAssumptions } from './incident-assumptions.ts';
import type { Assumption } from './recording.ts';
import { responseAssumptions } from './response-assumptions.ts';
import { timelineAssumptions } from './timeline-assumptions.ts';
import { windowAssumptions } from './window-assumptions.ts';

/** Everything that this project relies on and only the live service can show, in the order of the table. */
export const assumptions: readonly Assumption[] = [
  ...responseAssumptions,
  ...accessAssumptions,
  ...windowAssumptions,
  ...endingAssumptions,
  ...incidentAssumptions,
  ...timelineAssumptions,
];
