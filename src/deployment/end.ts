import type { Ending } from '../domain/outcome.ts';
import { isSharedReference } from '../domain/reference.ts';
import type { Deployment, DeploymentRecord } from './deployment.ts';
import { type EndContext, type Ended, endRecord, failed, openIncident, undoRecord } from './end-record.ts';
import { locate } from './find.ts';
import { recover } from './recover.ts';

/**
 * Ends the records of a deployment as its ending says, side by side. An error about a record is in its entry. The incident of a failure comes
 * first, one for each page; if it cannot be opened, the windows of the page stay. Incidents of earlier failures come last, because the same
 * record may be among what is ended.
 */
export async function end(context: EndContext, ending: Ending): Promise<readonly Ended[]> {
  const incidents = new Map<string | undefined, Promise<Ended>>();
  const openOnce = (record: DeploymentRecord): Promise<Ended> => {
    const pageId = record.page?.id;
    const incident = incidents.get(pageId) ?? openIncident(context, record);
    incidents.set(pageId, incident);
    return incident;
  };
  const ended = await eachRecord(context.deployment.records, async (record) => {
    const needsIncident = ending.action === 'incident' && record.kind === 'maintenance';
    // A window that is over, or was never opened, does not replace the incident. Of an unconfirmed one nobody knows whether it ever existed.
    const early = needsIncident && record.stage !== 'unconfirmed' ? await openOnce(record) : undefined;
    if (record.stage === 'missed' || early?.result === 'failed') return [];
    const { open, everSeen } = await locate(context, record);
    const late = needsIncident && early === undefined && everSeen ? await openOnce(record) : undefined;
    if (late?.result === 'failed') return [];
    if (open.length === 0) {
      return record.stage === 'unconfirmed' ? [] : [{ record, phase: 'ending', result: 'absent' }];
    }
    return Promise.all(open.map((one) => endRecord(context, one, ending)));
  });
  const opened = await Promise.all(incidents.values());
  if (!ending.recovers) return [...opened, ...ended];
  const meant = context.deployment.records.filter(({ stage }) => stage !== 'gone');
  return [...opened, ...ended, ...(await recover(context, [...meant, ...ended.map(({ record }) => record)]))];
}

/** Undoes what this step made, because nothing was deployed. What was there before stays as it was. */
export function undo(context: EndContext): Promise<readonly Ended[]> {
  const { deployment } = context;
  const records = deployment.records.filter((record) => !isLeftToOthers(deployment, record));
  return eachRecord(records, async (record) => {
    if (record.stage === 'missed') return [];
    // A main that failed knows that it made nothing. If main was killed, what its reference finds is ended.
    const isOlder = !record.created && (record.stage === 'open' || deployment.stage === 'failed');
    if (isOlder) return [{ record, phase: 'undoing', result: 'left' }];
    const { open } = await locate(context, record);
    if (open.length === 0) return [{ record, phase: 'undoing', result: 'absent' }];
    return Promise.all(open.map((one) => undoRecord(context, one)));
  });
}

/** Whether a record that may be on the page is not ours to undo: others with the same key may count on it. */
export function isLeftToOthers({ own, key }: Deployment, record: DeploymentRecord): boolean {
  if (record.stage !== 'opening' && record.stage !== 'open') return false;
  if (own) return !record.created && isSharedReference(record.reference);
  return key !== undefined && !(record.created && record.stage === 'open');
}

async function eachRecord(
  records: readonly DeploymentRecord[],
  work: (record: DeploymentRecord) => Promise<readonly Ended[]>,
): Promise<readonly Ended[]> {
  const entries = records
    .filter(({ stage }) => stage !== 'gone' && stage !== 'not-sent')
    .map((record) => work(record).catch((error: unknown) => [failed(record, 'ending', error)]));
  return (await Promise.all(entries)).flat();
}
