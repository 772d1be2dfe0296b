import type { Background } from '../../domain/errors.ts';
import type { OperationName } from '../../inputs/inputs.ts';
import { describeFailure, info, type Message, type Problem, titleOf } from '../../messages/message.ts';
import { describeAnnounced, describeRecord } from '../../messages/record.ts';
import { heading } from '../../messages/verdict.ts';
import type { Changed } from './apply.ts';

/** Describes what became of a change; `level` is that of a failure. */
export function describeChange(
  changed: Changed,
  operation: OperationName,
  level: Problem['level'],
  now: Date,
  background: Background,
): Message {
  const { record } = changed;
  const what = describeRecord(record);
  switch (changed.result) {
    case 'updated':
      return info(`Updated ${what}: ${describeAnnounced(record, now)}.`);
    case 'deleted':
      return info(`Deleted ${what}, from the page and its history.`);
    case 'missing':
      return info(`Nothing to delete: ${what} no longer exists, or this key cannot see it.`);
    case 'not-meant':
      return info(`Left ${what} as it is: none of the inputs apply to its kind.`);
    case 'failed':
      return {
        level,
        title: titleOf(changed.error),
        text: describeFailure(`${operation} ${what}`, changed.error, { ...background, page: record.page }),
      };
  }
}

/** The heading of the summary of a change: `✅ Acme: incident updated`, or numbers for several notices. */
export function describeChangeVerdict(changed: readonly Changed[]): string {
  const words = { updated: 'updated', deleted: 'deleted', missing: 'already gone', failed: 'not changed' } as const;
  const results = Object.keys(words) as readonly (keyof typeof words)[];
  const counted = results.flatMap((result) => {
    const count = changed.filter((one) => one.result === result).length;
    return count === 0 ? [] : [{ count, word: words[result] }];
  });
  const meant = changed.filter(({ result }) => result !== 'not-meant').map(({ record }) => record);
  const [only] = meant;
  if (only === undefined) return '⚠️ Nothing to change was found';
  const sign = changed.some(({ result }) => result === 'failed') ? '❌' : '✅';
  const thing = only.kind === 'maintenance' ? 'maintenance' : 'incident';
  const what =
    meant.length === 1
      ? counted.map(({ word }) => `${thing} ${word}`)
      : counted.map(({ count, word }) => `${count} ${word}`);
  return heading(sign, what.join(', '), meant);
}
