import type { Bench } from './bench.ts';
import { experimentWithIncidents } from './incident-experiments.ts';
import { experimentWithReading } from './reading-experiments.ts';
import { experimentWithFarWindows, experimentWithPresentWindow } from './window-experiments.ts';

/** Asks everything that a run asks, in its order. What a request needs of an earlier one that failed is not asked. */
export async function experiment(bench: Bench, componentId: string | undefined): Promise<void> {
  await experimentWithReading(bench);
  await experimentWithFarWindows(bench);
  await experimentWithPresentWindow(bench);
  await experimentWithIncidents(bench, componentId);
}
