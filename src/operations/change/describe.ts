import type { Background } from '../../domain/errors.ts';
import type { OperationName } from '../../inputs/inputs.ts';
import { describeFailure, titleOf } from '../../messages/failure.ts';
import { info, type Message, type Problem } from '../../messages/message.ts';
import { describeAnnounced, describeRecord } from '../../messages/record.ts';
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
    case 'gone':
      return info(`Nothing to delete: ${what} no longer exists, or this key cannot see it.`);
    case 'not-meant':
      return info(`Left ${what} as it is: none of the inputs apply to its kind.`);
    case 'failed':
      return {
        level,
        title: titleOf(changed.error),
        text: describeFailure(`${operation} ${what}`, changed.error, { nameOf: background.nameOf, page: record.page }),
      };
  }
}

/** The first line of the summary of a change. */
export function describeChangeVerdict(changed: readonly Changed[]): string {
  const count = (result: Changed['result']) => changed.filter((one) => one.result === result).length;
  const parts = [
    [count('updated'), 'updated'],
    [count('deleted'), 'deleted'],
    [count('gone'), 'already gone'],
    [count('failed'), 'failed'],
  ] as const;
  const said = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return said.length === 0
    ? '⚠️ Nothing to change was found'
    : `${count('failed') > 0 ? '❌' : '✅'} ${said.join(', ')}`;
}
