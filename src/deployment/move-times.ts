import { latest, msBetween } from '../domain/time.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { DeploymentRecord } from './deployment.ts';
import type { Times } from './open-window.ts';
import type { Opener } from './opener.ts';

/** A window is open and keeps the times of our clock: the server refused those of its own. */
export class TimesRefusedError extends Error {
  override readonly name = 'TimesRefusedError';
  /** How much later than by the server's clock the window begins and ends, in milliseconds; negative where that is earlier. */
  readonly lateMs: number;
  override readonly cause: StatusPageError;

  constructor(lateMs: number, cause: StatusPageError) {
    super('the times of the server were refused');
    this.lateMs = lateMs;
    this.cause = cause;
  }
}

/**
 * Moves start or end of a window. Until the answer is there, the window may last to either end: what is noted must not call it over before.
 * Throws what the client throws.
 */
export async function moveTimes(
  { statusPage, note }: Opener,
  id: string,
  endAt: Date | undefined,
  change: Partial<Times>,
): Promise<void> {
  if (endAt !== undefined && change.endAt !== undefined) note({ endAt: latest(endAt, change.endAt) });
  try {
    await statusPage.changeWindow(id, change);
  } catch (error) {
    if (error instanceof StatusPageError && error.fate !== 'unknown') note({ endAt });
    throw error;
  }
  note(change);
}

/** Moves a window that was opened by our clock to the server's. Throws TimesRefusedError where the server says no: nobody's mistake but a clock's. */
export async function moveToServerClock(
  opener: Opener,
  id: string,
  opened: Partial<DeploymentRecord>,
  times: Times,
): Promise<void> {
  try {
    await moveTimes(opener, id, opened.endAt, times);
  } catch (error) {
    if (!(error instanceof StatusPageError) || error.trouble !== 'invalid') throw error;
    throw new TimesRefusedError(msBetween(times.startAt, opened.startAt ?? times.startAt), error);
  }
}
