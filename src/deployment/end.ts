import pLimit from 'p-limit';
import { incidentStates } from '../domain/incident-state.ts';
import { isSharedMarker } from '../domain/marker.ts';
import type { Ending } from '../domain/outcome.ts';
import type { Clock } from '../domain/time.ts';
import { fillPlaceholders } from '../domain/wording.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { StatusPage } from '../statuspage/status-page.ts';
import { pagesAtOnce } from './begin.ts';
import type { Deployment, DeploymentRecord } from './deployment.ts';
import { endWindow } from './end-window.ts';
import { type Located, locate } from './locate.ts';
import { deleteRecord } from './open-record.ts';
import { type Raised, raiseIncident } from './raise-incident.ts';
import { addEntry, resolveIncident } from './resolve-incident.ts';

/** The words that an ending may leave on the page, with their placeholders. */
export interface Words {
  readonly resolve: string;
  readonly cancel: string;
  readonly failureTitle: string;
  readonly failure: string;
  readonly notifyOnFailure: boolean;
}

/** What was done about a record; `gone`: somebody had deleted it; `absent`: main never made it. */
export type Did = 'ended' | 'deleted' | 'resolved' | 'kept' | 'already-over' | 'already-resolved' | 'gone' | 'absent';

/** How the ending of one record went. `did` is undefined where it failed; `raised` still tells of an incident that was opened before that. */
export interface Ended {
  readonly record: DeploymentRecord;
  readonly did: Did | undefined;
  readonly raised: Raised | undefined;
  readonly error: unknown;
}

/** What an ending works with. */
export interface Desk {
  readonly statusPage: StatusPage;
  readonly clock: Clock;
  readonly words: Words;
}

type Step = (record: Located) => Promise<Ended>;

/** Ends the records of a deployment as its ending says, side by side. Trouble with a record stands in its entry. */
export function end(desk: Desk, deployment: Deployment, ending: Ending): Promise<readonly Ended[]> {
  const raises = ending.action === 'incident';
  return endEach(desk, deployment, raises, (record) => endRecord(desk, deployment, record, ending));
}

/** Takes back what this step made, because nothing was deployed. What others opened stays theirs. */
export function takeBack(desk: Desk, deployment: Deployment): Promise<readonly Ended[]> {
  const records = deployment.records.filter((record) => isToTakeBack(deployment, record));
  return endEach(desk, { ...deployment, records }, false, (record) =>
    attempt(record, undefined, async () => {
      if (!record.created || record.mailed) return takeDown(desk, deployment, record, desk.words.cancel);
      await deleteRecord(desk.statusPage, record.kind, record.id);
      return 'deleted';
    }),
  );
}

/** An own record, also of an earlier attempt, and a shared one that nobody else could end, or that this attempt surely made. */
function isToTakeBack({ own, key }: Deployment, { created, id, marker }: DeploymentRecord): boolean {
  if (own) return created || !isSharedMarker(marker);
  return key === undefined || (created && id !== undefined);
}

/** Ends one record as an ending says. The incident of a failure comes first: where it cannot be opened, the window stays. */
export async function endRecord(desk: Desk, deployment: Deployment, record: Located, ending: Ending): Promise<Ended> {
  const { words } = desk;
  if (ending.action === 'resolve') {
    const text = ending.why === 'success' ? words.resolve : words.cancel;
    return attempt(record, undefined, () => takeDown(desk, deployment, record, text));
  }
  if (ending.action === 'keep' || record.kind === 'incident') {
    const text = ending.why === 'failure' ? words.failure : words.cancel;
    return attempt(record, undefined, () => keep(desk, deployment, record, text));
  }
  const raising = await raise(desk, deployment, record);
  if (raising.error !== undefined) return raising;
  return attempt(record, raising.raised, () => takeDown(desk, deployment, record, words.cancel));
}

async function endEach(desk: Desk, deployment: Deployment, raises: boolean, step: Step): Promise<readonly Ended[]> {
  const limit = pLimit(pagesAtOnce);
  const endOne = async (record: DeploymentRecord): Promise<readonly Ended[]> => {
    // A window that was never opened excuses the incident of a failure no more than one that is over.
    if (record.stage === 'missed') return raises ? [await raise(desk, deployment, record)] : [];
    if (record.stage === 'gone') return [];
    try {
      const found = await locate(desk.statusPage, deployment, record, desk.clock);
      if (found.length > 0) return await Promise.all(found.map(step));
      return [raises ? await raise(desk, deployment, record) : ended(record, { did: 'absent' })];
    } catch (error) {
      return [ended(record, { error })];
    }
  };
  return (await Promise.all(deployment.records.map((record) => limit(() => endOne(record))))).flat();
}

function ended(record: DeploymentRecord, result: Partial<Ended>): Ended {
  return { record, did: undefined, raised: undefined, error: undefined, ...result };
}

async function attempt(record: DeploymentRecord, raised: Raised | undefined, work: () => Promise<Did>): Promise<Ended> {
  try {
    return ended(record, { raised, did: await work() });
  } catch (error) {
    const deleted = error instanceof StatusPageError && error.trouble === 'not-found';
    return ended(record, { raised, error, ...(deleted && { did: 'gone' }) });
  }
}

async function takeDown(
  { statusPage, clock }: Desk,
  deployment: Deployment,
  record: Located,
  text: string,
): Promise<Did> {
  if (record.kind === 'incident') {
    const did = await resolveIncident(statusPage, record.id, fill(text, clock, deployment, record));
    record.state = incidentStates.resolved;
    return did;
  }
  const result = await endWindow(statusPage, record);
  if (result.did === 'ended') record.endAt = result.at;
  return result.did;
}

async function keep({ statusPage, clock }: Desk, deployment: Deployment, record: Located, text: string): Promise<Did> {
  if (record.kind === 'incident') return addEntry(statusPage, record.id, fill(text, clock, deployment, record));
  return record.endAt !== undefined && record.endAt <= statusPage.serverNow() ? 'already-over' : 'kept';
}

async function raise(
  { statusPage, clock, words }: Desk,
  deployment: Deployment,
  record: DeploymentRecord,
): Promise<Ended> {
  const incident = {
    ...deployment.failure,
    pageId: record.page.id,
    title: fill(words.failureTitle, clock, deployment, record),
    message: fill(words.failure, clock, deployment, record),
    notifySubscribers: words.notifyOnFailure,
  };
  try {
    return ended(record, { raised: await raiseIncident(statusPage, incident, clock) });
  } catch (error) {
    return ended(record, { error });
  }
}

function fill(
  text: string,
  clock: Clock,
  { startedAt, tag }: Deployment,
  { startAt, endAt }: DeploymentRecord,
): string {
  return fillPlaceholders(text, { startedAt: startAt ?? startedAt, now: clock.now(), endAt, tag });
}
