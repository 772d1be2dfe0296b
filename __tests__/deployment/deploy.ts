import type { Inputs } from '../support/test-host.ts';
import { type Circumstances, type Stage, type World, window } from '../support/world.ts';

export const minute = 60_000;

/** One run of a workflow: main, a deployment of four minutes, and post. */
export async function deploy(
  world: World,
  id: string,
  outcome: 'success' | 'failure' | 'cancelled' | 'skipped',
  inputs: Inputs = window,
  around: Circumstances = {},
): Promise<{ readonly main: Stage; readonly post: Stage }> {
  const main = await world.main(inputs, { ...around, run: { ...around.run, id } });
  await world.pass(4 * minute);
  const post = await world.post(main, { 'job-status': outcome === 'skipped' ? 'success' : outcome, outcome }, around);
  await world.pass(minute);
  return { main, post };
}
