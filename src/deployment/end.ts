import pLimit from 'p-limit';
import { isSharedMarker } from '../domain/marker.ts';
import type { Ending } from '../domain/outcome.ts';
import { pagesAtOnce } from './begin.ts';
import type { Deployment, DeploymentRecord } from './deployment.ts';
import { type Desk, type Ended, endRecord, raise, takeRecordBack } from './end-record.ts';
import { type Located, locate } from './locate.ts';

/** Ends the records of a deployment as its ending says, side by side. Trouble with a record stands in its entry. */
export function end(desk: Desk, ending: Ending): Promise<readonly Ended[]> {
  // A window that was never opened excuses the incident of a failure no more than one that is over.
  const whereNone = (record: DeploymentRecord) => (ending.action === 'incident' ? raise(desk, record) : undefined);
  return endEach(desk, desk.deployment.records, (record) => endRecord(desk, record, ending), whereNone);
}

/** Takes back what this step made, because nothing was deployed. What others opened stays theirs. */
export function takeBack(desk: Desk): Promise<readonly Ended[]> {
  const { deployment } = desk;
  const records = deployment.records.filter((record) => isToTakeBack(deployment, record));
  return endEach(
    desk,
    records,
    (record) => takeRecordBack(desk, record),
    () => undefined,
  );
}

/** Whether a record that may be on the page is not ours to take back: others with the same key may count on it. */
export function isLeftToOthers(deployment: Deployment, record: DeploymentRecord): boolean {
  return (record.stage === 'opening' || record.stage === 'open') && !isToTakeBack(deployment, record);
}

/** An own record, also of an earlier attempt, and a shared one that nobody else could end, or that this attempt surely made. */
function isToTakeBack({ own, key }: Deployment, { created, id, marker }: DeploymentRecord): boolean {
  if (own) return created || !isSharedMarker(marker);
  return key === undefined || (created && id !== undefined);
}

type EndOne = (record: Located) => Promise<Ended>;
type WhereNone = (record: DeploymentRecord) => Promise<Ended> | undefined;

async function endEach(
  { statusPage, deployment }: Desk,
  records: readonly DeploymentRecord[],
  endOne: EndOne,
  whereNone: WhereNone,
): Promise<readonly Ended[]> {
  const endEntry = async (record: DeploymentRecord): Promise<readonly Ended[]> => {
    if (record.stage === 'gone') return [];
    const found = record.stage === 'missed' ? [] : await locate(statusPage, deployment, record);
    if (found.length > 0) return Promise.all(found.map(endOne));
    const instead = await whereNone(record);
    if (instead !== undefined) return [instead];
    return record.stage === 'missed' ? [] : [{ record, did: 'absent' }];
  };
  const limit = pLimit(pagesAtOnce);
  const entries = records.map((record) =>
    limit(() => endEntry(record).catch((error: unknown): readonly Ended[] => [{ record, error }])),
  );
  return (await Promise.all(entries)).flat();
}
