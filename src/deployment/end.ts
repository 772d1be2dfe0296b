import type { Ending } from '../domain/outcome.ts';
import { isSharedReference } from '../domain/reference.ts';
import type { Deployment, DeploymentRecord } from './deployment.ts';
import type { EndContext } from './end-record.ts';
import { type Ended, endRecord, failed, openIncident, undoRecord } from './end-record.ts';
import { locate } from './find.ts';
import { recover } from './recover.ts';

/**
 * Ends the records of a deployment as its ending says, side by side. Trouble with a record stands in its entry.
 * The incident of a failure comes first, one for each page: where it cannot be opened, the windows of the page stay. Those of earlier failures
 * come last: the same record may be among what is ended.
 */
export async function end(context: EndContext, ending: Ending): Promise<readonly Ended[]> {
  const raisings = new Map<string, Promise<Ended>>();
  const raiseOnce = (record: DeploymentRecord): Promise<Ended> => {
    const raising = raisings.get(record.page.id) ?? openIncident(context, record);
    raisings.set(record.page.id, raising);
    return raising;
  };
  const ended = await eachRecord(context.deployment.records, async (record) => {
    const raises = ending.action === 'incident' && record.kind === 'maintenance';
    // A window that is over, or was never opened, excuses no incident. Of one that is only sought, nobody knows that it ever was.
    const early = raises && record.stage !== 'sought' ? await raiseOnce(record) : undefined;
    if (record.stage === 'missed' || early?.error !== undefined) return [];
    const { open, everSeen } = await locate(context, record);
    const late = raises && early === undefined && everSeen ? await raiseOnce(record) : undefined;
    if (late?.error !== undefined) return [];
    if (open.length === 0) return record.stage === 'sought' ? [] : [{ record, doing: 'ending', did: 'absent' }];
    return Promise.all(open.map((one) => endRecord(context, one, ending)));
  });
  const raised = await Promise.all(raisings.values());
  if (!ending.recovers) return [...raised, ...ended];
  const meant = context.deployment.records.filter(({ stage }) => stage !== 'gone');
  return [...raised, ...ended, ...(await recover(context, [...meant, ...ended.map(({ record }) => record)]))];
}

/** Takes back what this step made, because nothing was deployed. What was there before stays as it was. */
export function undo(context: EndContext): Promise<readonly Ended[]> {
  const { deployment } = context;
  const records = deployment.records.filter((record) => !isLeftToOthers(deployment, record));
  return eachRecord(records, async (record) => {
    if (record.stage === 'missed') return [];
    // A main that failed knows that it made nothing; of one that was killed, what its reference finds is ended.
    const isOlder = !record.created && (record.id !== undefined || deployment.stage === 'failed');
    if (isOlder) return [{ record, doing: 'taking-back', did: 'left' }];
    const { open } = await locate(context, record);
    if (open.length === 0) return [{ record, doing: 'taking-back', did: 'absent' }];
    return Promise.all(open.map((one) => undoRecord(context, one)));
  });
}

/** Whether a record that may be on the page is not ours to take back: others with the same key may count on it. */
export function isLeftToOthers({ own, key }: Deployment, { stage, created, id, reference }: DeploymentRecord): boolean {
  if (stage !== 'opening' && stage !== 'open') return false;
  if (own) return !created && isSharedReference(reference);
  return key !== undefined && !(created && id !== undefined);
}

async function eachRecord(
  records: readonly DeploymentRecord[],
  work: (record: DeploymentRecord) => Promise<readonly Ended[]>,
): Promise<readonly Ended[]> {
  const entries = records
    .filter(({ stage }) => stage !== 'gone')
    .map((record) => work(record).catch((error: unknown) => [failed(record, 'ending', error)]));
  return (await Promise.all(entries)).flat();
}
