import { secondMs } from '../domain/time.ts';
import type { StatusPage } from '../statuspage/status-page.ts';
import type { Deployment, DeploymentRecord } from './deployment.ts';
import { type AnyRecord, findOpen, type Search } from './find.ts';

/** A record whose id is known. */
export type Located = DeploymentRecord & { readonly id: string };

/** A record that may stand on the page, and nothing that we can see tells. */
export class UnlocatedError extends Error {
  override readonly name = 'UnlocatedError';
}

/** The open records that an entry stands for, and whether one of its marker was ever there, open or over. */
export interface Location {
  readonly open: readonly Located[];
  readonly everSeen: boolean;
}

/** Where it is looked for, and what is known of its opening. */
interface Surroundings {
  readonly statusPage: StatusPage;
  readonly deployment: Deployment;
}

/** A main that was killed may still be at work in a container; its creation is looked for once more after this time. */
const lookAgainAfterMs = 3 * secondMs;

/**
 * Finds what an entry stands for: itself where its id is known, else what carries its marker; nothing where that is provably absent.
 * Throws UnlocatedError where it cannot be known, and what the list throws.
 */
export async function locate({ statusPage, deployment }: Surroundings, record: DeploymentRecord): Promise<Location> {
  const { id, kind, marker, page } = record;
  if (id !== undefined) return { open: [{ ...record, id }, ...(await findTwins(statusPage, record))], everSeen: true };
  if (marker === undefined) throw new UnlocatedError('there is no marker to look for');
  let search: Search = await findOpen(statusPage, kind, page.id, marker);
  if (search.open.length === 0 && deployment.stage === 'opening') {
    await statusPage.wait(lookAgainAfterMs);
    search = await findOpen(statusPage, kind, page.id, marker);
  }
  if (search.open.length === 0 && !search.provenAbsent) throw new UnlocatedError(notShown);
  return { open: search.open.map((found) => known(record, found)), everSeen: search.everSeen };
}

/** What else carries the marker of a record that may have been made twice; nothing where that cannot be seen. */
async function findTwins(statusPage: StatusPage, record: DeploymentRecord): Promise<readonly Located[]> {
  const { id, kind, marker, page, mayHaveTwin } = record;
  if (!mayHaveTwin || marker === undefined) return [];
  const open = await findOpen(statusPage, kind, page.id, marker).then(
    (search) => search.open,
    () => [],
  );
  return open.filter((found) => found.id !== id).map((found) => known(record, found));
}

/** Why a look can end without an answer. */
export const notShown = 'the lists of the API do not show enough to tell';

/** An entry with what the page shows of its record. */
export function known(record: DeploymentRecord, found: AnyRecord): Located {
  return {
    ...record,
    stage: 'open',
    id: found.id,
    title: found.title ?? record.title,
    ...(found.kind === 'maintenance'
      ? { startAt: found.startAt ?? record.startAt, endAt: found.endAt ?? record.endAt }
      : { startAt: found.startAt ?? found.createdAt ?? record.startAt, state: found.state }),
  };
}
