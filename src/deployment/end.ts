import pLimit from 'p-limit';
import { isSharedMarker } from '../domain/marker.ts';
import type { Ending } from '../domain/outcome.ts';
import { pagesAtOnce } from './begin.ts';
import type { Deployment, DeploymentRecord } from './deployment.ts';
import type { Desk } from './desk.ts';
import { type Ended, endRecord, failed, raise, takeRecordBack } from './end-record.ts';
import { locate } from './locate.ts';
import { recover } from './recover.ts';

/**
 * Ends the records of a deployment as its ending says, side by side. Trouble with a record stands in its entry.
 * The incident of a failure comes first, one for each page: where it cannot be opened, the windows of the page stay. Those of earlier failures
 * come last: the same record may be among what is ended.
 */
export async function end(desk: Desk, ending: Ending): Promise<readonly Ended[]> {
  const raisings = new Map<string, Promise<Ended>>();
  const raiseOnce = (record: DeploymentRecord): Promise<Ended> => {
    const raising = raisings.get(record.page.id) ?? raise(desk, record);
    raisings.set(record.page.id, raising);
    return raising;
  };
  const ended = await eachRecord(desk.deployment.records, async (record) => {
    const raises = ending.action === 'incident' && record.kind === 'maintenance';
    // A window that is over, or was never opened, excuses no incident. Of one that is only sought, nobody knows that it ever was.
    const early = raises && record.stage !== 'sought' ? await raiseOnce(record) : undefined;
    if (record.stage === 'missed' || early?.error !== undefined) return [];
    const { open, everSeen } = await locate(desk, record);
    const late = raises && early === undefined && everSeen ? await raiseOnce(record) : undefined;
    if (late?.error !== undefined) return [];
    if (open.length === 0) return record.stage === 'sought' ? [] : [{ record, doing: 'ending', did: 'absent' }];
    return Promise.all(open.map((one) => endRecord(desk, one, ending)));
  });
  const raised = await Promise.all(raisings.values());
  if (!ending.recovers) return [...raised, ...ended];
  const meant = desk.deployment.records.filter(({ stage }) => stage !== 'gone');
  return [...raised, ...ended, ...(await recover(desk, [...meant, ...ended.map(({ record }) => record)]))];
}

/** Takes back what this step made, because nothing was deployed. What was there before stays as it was. */
export function takeBack(desk: Desk): Promise<readonly Ended[]> {
  const { deployment } = desk;
  const records = deployment.records.filter((record) => !isLeftToOthers(deployment, record));
  return eachRecord(records, async (record) => {
    if (record.stage === 'missed') return [];
    // A main that failed knows that it made nothing; of one that was killed, what its marker finds is ended.
    const isOlder = !record.created && (record.id !== undefined || deployment.stage === 'failed');
    if (isOlder) return [{ record, doing: 'taking-back', did: 'left' }];
    const { open } = await locate(desk, record);
    if (open.length === 0) return [{ record, doing: 'taking-back', did: 'absent' }];
    return Promise.all(open.map((one) => takeRecordBack(desk, one)));
  });
}

/** Whether a record that may be on the page is not ours to take back: others with the same key may count on it. */
export function isLeftToOthers({ own, key }: Deployment, { stage, created, id, marker }: DeploymentRecord): boolean {
  if (stage !== 'opening' && stage !== 'open') return false;
  if (own) return !created && isSharedMarker(marker);
  return key !== undefined && !(created && id !== undefined);
}

async function eachRecord(
  records: readonly DeploymentRecord[],
  work: (record: DeploymentRecord) => Promise<readonly Ended[]>,
): Promise<readonly Ended[]> {
  const limit = pLimit(pagesAtOnce);
  const entries = records
    .filter(({ stage }) => stage !== 'gone')
    .map((record) => limit(() => work(record).catch((error: unknown) => [failed(record, 'ending', error)])));
  return (await Promise.all(entries)).flat();
}
