import type { DeploymentRecord } from '../deployment/deployment.ts';
import type { Desk } from '../deployment/desk.ts';
import { end } from '../deployment/end.ts';
import { type Ended, failed } from '../deployment/end-record.ts';
import type { Ending } from '../domain/outcome.ts';
import type { Incident } from '../domain/record.ts';
import { UserError } from '../domain/user-error.ts';
import {
  fetchNamed,
  type KeyedRecords,
  type LeftOut,
  type NamedRecord,
  placesOf,
  splitLeftOut,
  unknownPage,
} from './targets.ts';

/** What became of the records, and the kinds that could not be looked at. */
export interface Resolved {
  readonly ended: readonly Ended[];
  readonly leftOut: readonly LeftOut[];
}

/** Ends the records with the given ids. Trouble with one stands in its entry, also that there is none. */
export async function resolveByIds(desk: Desk, ending: Ending, named: readonly NamedRecord[]): Promise<Resolved> {
  const records: DeploymentRecord[] = [];
  const failures: Ended[] = [];
  const justRead = new Map<string, Incident | undefined>();
  for (const target of await fetchNamed(desk.statusPage, named)) {
    if (!('seen' in target)) {
      failures.push(failed(target.record, 'ending', target.error));
      continue;
    }
    const { record, seen } = target;
    if (seen?.kind !== 'maintenance') justRead.set(record.id, seen);
    if (needsPage(record, ending)) failures.push(withoutPage(record));
    else records.push(record);
  }
  const ended = await endAll({ ...desk, justRead }, ending, records);
  return { ended: [...failures, ...ended.map(missingIsFailure)], leftOut: [] };
}

/** Ends the open records of a key. A kind that could not be looked at is left out and named, unless that is the failure. */
export async function resolveByKey(desk: Desk, ending: Ending, keyed: KeyedRecords): Promise<Resolved> {
  const ended = await endAll(desk, ending, [...placesOf(keyed)]);
  // What was asked for besides the records is missing where the key may not read it, whatever kinds it may read.
  const { seen, leftOut } = splitLeftOut(
    ended.filter((entry) => !isBesides(entry)),
    keyed,
  );
  return { ended: ended.filter((entry) => isBesides(entry) || seen.includes(entry)), leftOut };
}

function endAll(desk: Desk, ending: Ending, records: DeploymentRecord[]): Promise<readonly Ended[]> {
  return end({ ...desk, deployment: { ...desk.deployment, records } }, ending);
}

function needsPage({ kind, page }: DeploymentRecord, { action }: Ending): boolean {
  return action === 'incident' && kind === 'maintenance' && page === unknownPage;
}

function withoutPage(record: DeploymentRecord): Ended {
  const problem = 'status-page: needed for the incident, because the window does not say which page it is on';
  return failed(record, 'raising', new UserError(`Opening the incident of the failure — ${problem} — Give it.`));
}

/** An incident of a failure, this one or an earlier one, is none of the key's records. */
function isBesides({ doing }: Ended): boolean {
  return doing === 'raising' || doing === 'recovering';
}

function isRecovery({ doing }: Ended): boolean {
  return doing === 'recovering';
}

/** Somebody deleted it, or it never was: for an id that the user gave that is no ending. */
function missingIsFailure(entry: Ended): Ended {
  return entry.did === 'gone' && !isRecovery(entry) ? failed(entry.record, entry.doing, entry.error) : entry;
}
