import type { Kind } from '../domain/record.ts';
import { secondMs } from '../domain/time.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { AnyRecord, Search } from './find.ts';

/** A record may stand on the page that we could not make sure of: its creation was sent, and neither the answer nor a look told. */
export class MayExistError extends Error {
  override readonly name = 'MayExistError';
  readonly kind: Kind;
  readonly marker: string | undefined;
  override readonly cause: StatusPageError;

  constructor(kind: Kind, marker: string | undefined, cause: StatusPageError) {
    super(`the ${kind} may have been created`);
    this.kind = kind;
    this.marker = marker;
    this.cause = cause;
  }
}

/** How a record is made once: the request, and the look for its marker, undefined where there is no marker to look for. */
export interface Creation {
  readonly kind: Kind;
  readonly marker: string | undefined;
  readonly make: () => Promise<AnyRecord>;
  readonly look: (() => Promise<Search>) | undefined;
  /** Waits that long, at most to the end of the budget. */
  readonly wait: (ms: number) => Promise<void>;
}

/** A record that was made, and whether it was found by looking, because the answer that told of it was lost. */
export interface Created {
  readonly record: AnyRecord;
  readonly found: boolean;
}

const firstPauseMs = secondMs;
const longestPauseMs = 4 * secondMs;

/**
 * Makes a record without ever making it twice, though the API knows no idempotency key: where the answer was lost, the record is looked for
 * after a pause, and made again only where it is provably absent. After a time-out the server may still be at work, so it is looked for until the
 * budget ends. Throws StatusPageError where nothing was made, MayExistError where that cannot be known.
 */
export async function create(creation: Creation): Promise<Created> {
  let lost: StatusPageError | undefined;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return { record: await creation.make(), found: false };
    } catch (error) {
      if (!(error instanceof StatusPageError)) throw error;
      // The budget ended before it could be sent again: the trouble before it is the one to tell.
      if (error.trouble === 'out-of-time' && lost !== undefined) throw lost;
      if (error.fate !== 'unknown') throw error;
      lost = error;
      const record = await findLost(creation, lost, pauseMs);
      if (record !== undefined) return { record, found: true };
    }
  }
}

/** The record that a lost answer was about; undefined where it is provably absent and may be made again. */
async function findLost(creation: Creation, lost: StatusPageError, pauseMs: number): Promise<AnyRecord | undefined> {
  const { kind, marker, look, wait } = creation;
  const unknown = new MayExistError(kind, marker, lost);
  if (look === undefined) throw unknown;
  for (;;) {
    // A server that is slow to apply what it did not answer gets its time before the look, none between the look and the next attempt.
    await wait(pauseMs);
    const { open, provenAbsent } = await look().catch(() => {
      throw unknown;
    });
    if (open[0] !== undefined) return open[0];
    if (!provenAbsent) throw unknown;
    if (lost.trouble !== 'timeout') return undefined;
  }
}
