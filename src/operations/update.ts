import type { Located } from '../deployment/locate.ts';
import { addEntryOnce } from '../deployment/resolve-incident.ts';
import { markerOf, withMarker } from '../domain/marker.ts';
import type { Incident, Window } from '../domain/record.ts';
import { ceilSecond, later } from '../domain/time.ts';
import { UserError } from '../domain/user-error.ts';
import type { StatusPage } from '../statuspage/status-page.ts';
import { type Changed, changeEach } from './change.ts';
import type { Target } from './targets.ts';

/** What the user wrote; nothing else is sent. */
export interface Change {
  readonly title: string | undefined;
  readonly message: string | undefined;
  /** Incidents: the digits of a state id. */
  readonly state: string | undefined;
  /** Windows: how long from now they are to last. */
  readonly durationMs: number | undefined;
}

/** Sends a change to each target, as far as it is meant for its kind. Trouble with one stands in its entry. */
export function update(
  statusPage: StatusPage,
  targets: readonly Target[],
  change: Change,
): Promise<readonly Changed[]> {
  return changeEach(targets, async ({ record, seen }) => {
    if (seen?.kind === 'incident' || record.kind === 'incident') {
      return updateIncident(statusPage, record, seen?.kind === 'incident' ? seen : undefined, change);
    }
    return updateWindow(statusPage, record, seen, change);
  });
}

type Result = Pick<Changed, 'did'> & { readonly record?: Located };

async function updateIncident(
  statusPage: StatusPage,
  record: Located,
  seen: Incident | undefined,
  { title, message, state }: Change,
): Promise<Result> {
  if (title === undefined && message === undefined && state === undefined) return { did: 'not-meant' };
  if (title !== undefined) await statusPage.changeIncident(record.id, { title });
  const entry = { ...(message !== undefined && { message }), ...(state !== undefined && { state }) };
  if (Object.keys(entry).length > 0) await addEntryOnce(statusPage, record.id, entry, seen);
  return { did: 'updated', record: { ...record, title: title ?? record.title, state: state ?? record.state } };
}

async function updateWindow(
  statusPage: StatusPage,
  record: Located,
  seen: Window | undefined,
  { title, message, durationMs }: Change,
): Promise<Result> {
  if (title === undefined && message === undefined && durationMs === undefined) return { did: 'not-meant' };
  // A key that may not read is told so here, by the answer to this very read.
  const needsSight = message !== undefined || durationMs !== undefined;
  const window = seen ?? (needsSight ? await statusPage.fetchWindow(record.id) : undefined);
  const endAt = durationMs === undefined ? undefined : ceilSecond(later(statusPage.serverNow(), durationMs));
  if (endAt !== undefined && window?.endAt !== undefined && window.endAt <= statusPage.serverNow()) {
    throw new UserError(
      `Moving the end of window ${record.id} — it is over, and is not opened again — Open a new one.`,
    );
  }
  await statusPage.changeWindow(record.id, {
    ...(title !== undefined && { title }),
    ...(message !== undefined && { message: keepMarker(message, window) }),
    ...(endAt !== undefined && { endAt }),
  });
  return { did: 'updated', record: { ...record, title: title ?? record.title, endAt: endAt ?? record.endAt } };
}

/** The new message with the reference of the old one, by which the window is found again. */
function keepMarker(message: string, window: Window | undefined): string {
  if (window === undefined || !window.showsMessage) {
    throw new UserError(
      'Changing the message of a window — the API does not show the old one, so its reference would be lost — Leave `message` out.',
    );
  }
  return withMarker(message, markerOf(window.message ?? ''));
}
