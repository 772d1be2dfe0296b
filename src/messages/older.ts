import type { DeploymentRecord } from '../deployment/deployment.ts';
import type { Ended, EndedDone, EndedFailed } from '../deployment/end-record.ts';
import { type Background, explain } from '../domain/errors.ts';
import { describePage } from '../domain/page.ts';
import { type Command, info, type Message, warning } from './message.ts';
import { describeAnnounced, describeRecord } from './record.ts';
import { forLog } from './sanitize.ts';

/** A person has edited an incident of an earlier run or failure, so it stays. */
export function describeEdited({ record, phase }: Ended, now: Date): Message {
  const origin = phase === 'recovering' ? 'an earlier failure' : 'an earlier run';
  const why =
    record.state === undefined
      ? 'its state is not shown, so a person may have edited it'
      : `a person has edited it (${describeAnnounced(record, now)})`;
  return info(`Left ${describeRecord(record)} of ${origin} as it is: ${why}.`);
}

/** What an older run opened, and that run is not over. */
export function describeRunning(record: DeploymentRecord, end: readonly Command[]): Message {
  const what = describeRecord(record);
  return warning(
    `${what.charAt(0).toUpperCase()}${what.slice(1)} is from another run that is still in progress, so it stays. To end it now:`,
    end,
  );
}

/** One line: the ending is done, and only what earlier runs may have left is not known. Without a reason the list was read, but shows too little. */
export function describeUnlisted(ended: EndedDone | EndedFailed, background: Background): Message {
  const { record, phase } = ended;
  const page = forLog(record.page === undefined ? '' : describePage(record.page));
  const what = phase === 'recovering' ? 'incidents of earlier failures' : 'notices that earlier runs left';
  if (!('reason' in ended)) return info(`There may be more ${what} on ${page}: its list does not show everything.`);
  return info(`Did not search for ${what} on ${page}: ${forLog(explain(ended.reason, background).happened)}.`);
}
