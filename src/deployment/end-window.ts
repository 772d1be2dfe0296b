import { ceilSecond, floorSecond, later, latest, liesAhead, secondMs } from '../domain/time.ts';
import type { StatusPage } from '../statuspage/client.ts';
import { StatusPageError } from '../statuspage/errors.ts';

/** What we know of a window that is to be ended. */
export interface KnownWindow {
  readonly id: string;
  readonly startAt?: Date | undefined;
  readonly endAt?: Date | undefined;
}

export type WindowEnd =
  | { readonly result: 'ended'; readonly at: Date }
  /** It had not begun. */
  | { readonly result: 'deleted' }
  | { readonly result: 'already-over' };

/** A server that refuses an end in the past is asked once more, for an end this far ahead of its own clock. */
const secondTryAheadMs = 5 * secondMs;
/** A read that only saves a needless write must not use up the time of the write. */
const readWithinMs = 8 * secondMs;

/** Ends a window now, by the server's clock. Throws what the client throws; 404 is for the caller to judge. */
export async function endWindow(statusPage: StatusPage, window: KnownWindow): Promise<WindowEnd> {
  const known = isOver(window, statusPage.serverNow()) ? await readWhereAllowed(statusPage, window) : window;
  const now = statusPage.serverNow();
  if (isOver(known, now)) return { result: 'already-over' };
  if (known.startAt !== undefined && liesAhead(known.startAt, now)) {
    await statusPage.deleteWindow(known.id);
    return { result: 'deleted' };
  }
  return { result: 'ended', at: await moveEnd(statusPage, known, ceilSecond(now)) };
}

function isOver({ endAt }: KnownWindow, now: Date): boolean {
  return endAt !== undefined && endAt <= now;
}

/** The window with the times that it has by now: somebody may have moved them, in the dashboard or by another step. Where we cannot see, ours count. */
export async function readWhereAllowed(statusPage: StatusPage, window: KnownWindow): Promise<KnownWindow> {
  try {
    const seen = await statusPage.within(readWithinMs).fetchWindow(window.id);
    return { ...window, startAt: seen.startAt ?? window.startAt, endAt: seen.endAt ?? window.endAt };
  } catch (error) {
    if (error instanceof StatusPageError && error.code !== 'not-found') return window;
    throw error;
  }
}

async function moveEnd(statusPage: StatusPage, { id, startAt }: KnownWindow, now: Date): Promise<Date> {
  let endAt = startAt === undefined ? now : latest(now, later(floorSecond(startAt), secondMs));
  for (let tries = 1; ; tries += 1) {
    try {
      await statusPage.changeWindow(id, { endAt });
      return endAt;
    } catch (error) {
      if (!(error instanceof StatusPageError) || error.code !== 'invalid') throw error;
      const serverNow = error.serverDate ?? statusPage.serverNow();
      // A time that has grown old while the service was in trouble is refused for its age, which says nothing of a new one.
      if (tries > 1 && liesAhead(endAt, serverNow)) throw error;
      endAt = later(serverNow, secondTryAheadMs);
    }
  }
}
