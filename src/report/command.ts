import type { Extension } from '../deployment/extend.ts';
import type { CommandEnd } from '../domain/command-end.ts';
import { describeTime } from '../domain/time.ts';
import { describeRecord } from './describe-record.ts';
import { describeFailure } from './failure.ts';
import { forLog } from './harmless.ts';
import { info, type Message, warning } from './message.ts';

/** What is said of an end that was moved on while a command runs, or could not be. */
export function describeExtension({ record, error }: Extension, now: Date): Message {
  const what = describeRecord(record);
  if (error !== undefined) return warning(describeFailure(`Putting off the end of ${what}`, error));
  const end = record.endAt === undefined ? '' : ` to ${describeTime(record.endAt, now)}`;
  return info(`Put off the end of ${what}${end}: the command is still running.`);
}

/** Why a command did not run; undefined where it did. */
export function describeUnstarted(end: CommandEnd, name: string): string | undefined {
  if (!('unstarted' in end)) return undefined;
  const what = `Starting the command — ${forLog(name)}`;
  return end.unstarted === 'not-found'
    ? `${what} was not found — Check its name, and where it is looked for (PATH).`
    : `${what} cannot be run — Make it executable, or shorten its arguments if they are very long.`;
}
