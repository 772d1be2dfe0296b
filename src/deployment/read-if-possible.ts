import type { Incident, Kind, Window } from '../domain/record.ts';
import { secondMs } from '../domain/time.ts';
import type { StatusPage } from '../statuspage/client.ts';
import { StatusPageError } from '../statuspage/errors.ts';

/** A read that only helps a write must not use up the time of the write. */
export const readWithinMs = 5 * secondMs;

interface Expectation {
  /** Whether a 404 is thrown, because the write would meet it too. */
  readonly mustExist: boolean;
}

/** The window; undefined if the key may not read it, or if the API does not show it now. */
export function readWindow(statusPage: StatusPage, id: string, expected?: Expectation): Promise<Window | undefined> {
  return readIfPossible(statusPage.within(readWithinMs).fetchWindow(id), expected);
}

/** The incident; undefined if the key may not read it, or if the API does not show it now. */
export function readIncident(
  statusPage: StatusPage,
  id: string,
  expected?: Expectation,
): Promise<Incident | undefined> {
  return readIfPossible(statusPage.within(readWithinMs).fetchIncident(id), expected);
}

/** A record of either kind; undefined if the key may not read it, or if the API does not show it now. */
export function readRecord(statusPage: StatusPage, kind: Kind, id: string): Promise<Window | Incident | undefined> {
  return kind === 'maintenance' ? readWindow(statusPage, id) : readIncident(statusPage, id);
}

async function readIfPossible<T>(read: Promise<T>, { mustExist }: Expectation = { mustExist: false }) {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof StatusPageError) || (mustExist && error.code === 'not-found')) throw error;
    return undefined;
  }
}
