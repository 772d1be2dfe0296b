import { ExplainedError, type Explanation } from '../domain/errors.ts';
import { describeDuration, later, minuteMs, msBetween, secondMs } from '../domain/time.ts';
import type { StatusPage } from '../statuspage/client.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { Deployment, OpenRecord } from './deployment.ts';

/** A record is new for a minute after its creation, which is at most 20 s after its deployment began. */
const newForMs = minuteMs + 20 * secondMs;
const askAgainAfterMs = 2 * secondMs;
/** A person may have deleted a new record, so nobody waits longer than this. */
const longestMs = 15 * secondMs;

/** What the work on a record needs. */
interface SearchContext {
  readonly statusPage: StatusPage;
  readonly deployment: Deployment;
}

/**
 * Judges the errors of work on one record. If this deployment may just have created it, a server may find it by its id only some seconds later:
 * then this waits and returns undefined, for another try. Else it returns the error to report.
 */
export function createPatience({ statusPage, deployment }: SearchContext, record: OpenRecord) {
  const startedAt = statusPage.serverNow();
  return async (error: unknown): Promise<unknown> => {
    if (!isMissing(error) || !isNew(statusPage, deployment, record)) return error;
    const triedMs = msBetween(startedAt, statusPage.serverNow());
    if (triedMs + askAgainAfterMs > longestMs || statusPage.leftMs() < askAgainAfterMs + secondMs)
      return new NotShownYetError(triedMs, error);
    await statusPage.wait(askAgainAfterMs);
    return undefined;
  };
}

function isMissing(error: unknown): error is StatusPageError {
  return error instanceof StatusPageError && error.code === 'not-found';
}

function isNew(statusPage: StatusPage, { startedAt }: Deployment, { created }: OpenRecord): boolean {
  const now = later(statusPage.serverNow(), -(statusPage.clockOffsetMs() ?? 0));
  return created && msBetween(startedAt, now) < newForMs;
}

/** The server does not find a record that this deployment has just created. */
export class NotShownYetError extends ExplainedError {
  override readonly name = 'NotShownYetError';
  readonly title = 'not shown yet';
  readonly fixable = false;
  readonly exit = 'not-found';
  readonly triedMs: number;
  override readonly cause: StatusPageError;

  constructor(triedMs: number, cause: StatusPageError) {
    super('a new notice is not shown yet');
    this.triedMs = triedMs;
    this.cause = cause;
  }

  explain(): Explanation {
    const tried = describeDuration(this.triedMs);
    return {
      happened: `StatusPage.me does not find what this deployment has just created (HTTP 404 for ${tried}), so it may show it later`,
      todo: 'Check the page, and end it if it is there.',
    };
  }
}
