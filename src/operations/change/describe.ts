import { describeFailure } from '../../messages/failure.ts';
import { info, type Message } from '../../messages/message.ts';
import { describeAnnounced, describeRecord } from '../../messages/record.ts';
import type { Changed } from './apply.ts';

/** What is said of a record that was to be changed; `level` is that of a failure. */
export function describeChange(changed: Changed, doing: string, level: Message['level'], now: Date): Message {
  const { record } = changed;
  const what = describeRecord(record);
  switch (changed.result) {
    case 'updated':
      return info(`Updated ${what}: ${describeAnnounced(record, now)}.`);
    case 'deleted':
      return info(`Deleted ${what}, from the page and its history.`);
    case 'gone':
      return info(`Nothing to delete: ${what} is not there any more, or this key does not see it.`);
    case 'not-meant':
      return info(`Left ${what} as it is: nothing of what was given is for its kind.`);
    case 'failed':
      return { level, text: describeFailure(`${doing} ${what}`, changed.error, { page: record.page }) };
  }
}

/** The first line of the summary of a change. */
export function describeChangeVerdict(changed: readonly Changed[]): string {
  const count = (result: Changed['result']) => changed.filter((one) => one.result === result).length;
  const parts = [
    [count('updated'), 'updated'],
    [count('deleted'), 'deleted'],
    [count('gone'), 'gone already'],
    [count('failed'), 'NOT changed'],
  ] as const;
  const said = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return said.length === 0 ? 'Nothing to change was found.' : `Records: ${said.join(', ')}.`;
}
