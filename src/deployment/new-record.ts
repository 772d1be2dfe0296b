import { ExplainedError, type Explanation } from '../domain/errors.ts';
import type { Page } from '../domain/page.ts';
import { describeDuration, later, minuteMs, msBetween, secondMs } from '../domain/time.ts';
import type { StatusPage } from '../statuspage/client.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import { type AnyRecord, fetchRecord, isOpen } from './find.ts';
import { ofThisStep } from './match.ts';
import type { Plan } from './plan.ts';

/** A record is new for a minute after its creation, which is at most 20 s after its deployment began. */
const newForMs = minuteMs + 20 * secondMs;
const askAgainAfterMs = 2 * secondMs;
/** A person may have deleted a new record, so nobody waits longer than this. */
const longestMs = 15 * secondMs;
/** The deployment waits for main, whose notice is on the page already. */
export const longestInMainMs = 4 * secondMs;

/** Who works on a record, and when this deployment may have created it, by our own clock; undefined if it did not. */
interface NewRecord {
  readonly statusPage: StatusPage;
  readonly createdAt: Date | undefined;
  /** How long a 404 is tried again; 15 s if absent. */
  readonly withinMs?: number;
}

/**
 * Works on one record. If this deployment has just created it, a server may find it by its id only some seconds later, so a 404 is tried again
 * for a while. Throws what the work throws, and NotShownYetError if the 404 stays.
 */
export async function whileNew<T>(
  { statusPage, createdAt, withinMs = longestMs }: NewRecord,
  work: () => Promise<T>,
): Promise<T> {
  const startedAt = statusPage.serverNow();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const isNew = createdAt !== undefined && msBetween(createdAt, ownNow(statusPage)) < newForMs;
      if (!isNew || !isMissing(error)) throw error;
      const triedMs = msBetween(startedAt, statusPage.serverNow());
      if (triedMs + askAgainAfterMs > withinMs || statusPage.leftMs() < askAgainAfterMs + secondMs)
        throw new NotShownYetError(triedMs, error);
      await statusPage.wait(askAgainAfterMs);
    }
  }
}

/**
 * An open record of this step that is remembered by its id: a list may show it only some seconds after its creation. Undefined if it is over
 * or gone. Throws what the read throws.
 */
export async function findRemembered(statusPage: StatusPage, plan: Plan, page: Page): Promise<AnyRecord | undefined> {
  const { kind, identity, remembered } = plan;
  const known = remembered.find(({ pageId }) => pageId === page.id);
  if (known === undefined || identity === undefined) return undefined;
  try {
    const { id, createdAt } = known;
    const read = () => fetchRecord(statusPage, kind, id);
    const record = await whileNew({ statusPage, createdAt, withinMs: longestInMainMs }, read);
    return isOpen(record, statusPage.serverNow()) && ofThisStep(identity)(record) ? record : undefined;
  } catch (error) {
    if (error instanceof StatusPageError && error.code === 'not-found') return undefined;
    throw error;
  }
}

/** The present by our own clock. */
export function ownNow(statusPage: StatusPage): Date {
  return later(statusPage.serverNow(), -(statusPage.clockOffsetMs() ?? 0));
}

function isMissing(error: unknown): error is StatusPageError {
  return error instanceof StatusPageError && error.code === 'not-found';
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
