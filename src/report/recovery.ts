import type { DeploymentRecord } from '../deployment/deployment.ts';
import { describePage } from '../domain/page.ts';
import { describeAnnounced, describeRecord } from './describe-record.ts';
import { forLog } from './harmless.ts';
import { info, type Message } from './message.ts';

/** Why the incident of an earlier failure was not resolved, or that none may have been seen. */
export function describeUnrecovered(record: DeploymentRecord, did: 'untouched' | 'unseen', now: Date): Message {
  if (did === 'unseen') {
    const page = forLog(describePage(record.page));
    return info(`No incident of an earlier failure was seen on ${page}, but the list of incidents does not show all.`);
  }
  const why =
    record.state === undefined
      ? 'its state is not shown, so people may be at work on it'
      : `it is ${describeAnnounced(record, now)}, so people are at work on it`;
  return info(`Leaving ${describeRecord(record)} of an earlier failure: ${why}.`);
}
