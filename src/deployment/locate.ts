import { secondMs } from '../domain/time.ts';
import type { StatusPage } from '../statuspage/status-page.ts';
import type { Deployment, DeploymentRecord } from './deployment.ts';
import { type AnyRecord, findOpen } from './find.ts';

/** A record whose id is known. */
export type Located = DeploymentRecord & { readonly id: string };

/** A record that may stand on the page, and nothing that we can see tells. */
export class UnlocatedError extends Error {
  override readonly name = 'UnlocatedError';
}

/** A main that was killed may still be at work in a container; its creation is looked for once more after this time. */
const lookAgainAfterMs = 3 * secondMs;

/**
 * The open records that an entry stands for: itself where its id is known, else what carries its marker; none where that is provably absent.
 * Throws UnlocatedError where it cannot be known, and what the list throws.
 */
export async function locate(
  statusPage: StatusPage,
  deployment: Deployment,
  record: DeploymentRecord,
): Promise<readonly Located[]> {
  const { id, kind, marker, page } = record;
  if (id !== undefined) return [{ ...record, id }];
  if (marker === undefined) throw new UnlocatedError('there is no marker to look for');
  let search = await findOpen(statusPage, kind, page.id, marker);
  if (search.open.length === 0 && deployment.stage === 'opening') {
    await statusPage.wait(lookAgainAfterMs);
    search = await findOpen(statusPage, kind, page.id, marker);
  }
  if (search.open.length === 0 && !search.provenAbsent)
    throw new UnlocatedError('the list does not show enough to tell');
  return search.open.map((found) => known(record, found));
}

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
