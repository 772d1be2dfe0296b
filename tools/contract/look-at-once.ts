import { secondMs } from '../../src/domain/time.ts';
import type { Bench } from './bench.ts';
import { isSuccess, type Step } from './evidence.ts';
import { contentOf, isFields } from './read-answer.ts';

/** A list that does not show a new record at once is asked again after this time, as two openers of one key do. */
const settleMs = 2 * secondMs;

/** Asks a list for what was just made, and once more a moment later where it does not show it. */
export async function lookAtOnce(
  { ask, clock }: Bench,
  [atOnce, aMomentLater]: readonly [Step, Step],
  path: string,
  id: string,
): Promise<void> {
  const answer = await ask(atOnce, 'GET', path);
  if (answer === undefined || !isSuccess(answer)) return;
  const content = contentOf(answer);
  if (Array.isArray(content) && content.some((entry) => isFields(entry) && String(entry.id) === id)) return;
  await clock.sleep(settleMs);
  await ask(aMomentLater, 'GET', path);
}
