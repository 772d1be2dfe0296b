import { ExplainedError, type Explanation } from '../domain/errors.ts';
import type { Exit } from '../domain/exit.ts';
import type { Kind } from '../domain/record.ts';
import { secondMs } from '../domain/time.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { AnyRecord, Search } from './find.ts';

/** What a look tells of something whose making was not answered: itself, that it is provably not there, or nothing. */
type SearchResult<T> = { readonly made: T } | 'absent' | 'unclear';

/** What the last look told before it was given up: that it was not there then, or nothing. */
export type LastSearch = Exclude<SearchResult<never>, { readonly made: never }>;

/** How something is made that must not be there twice: the request, and the look for it, undefined where nothing can be looked for. */
export interface Making<T> {
  readonly make: () => Promise<T>;
  readonly search: (() => Promise<SearchResult<T>>) | undefined;
  /** The error for what may be there, or may come yet, and cannot be made sure of. */
  readonly doubt: (cause: StatusPageError, lastLook: LastSearch) => Error;
  /** Waits that long, at most to the end of the budget. */
  readonly wait: (ms: number) => Promise<void>;
  /** Milliseconds to the end of the budget. */
  readonly leftMs: () => number;
}

/** What was made, and whether it was found by looking, because the answer that told of it was lost. */
export interface Made<T> {
  readonly made: T;
  readonly found: boolean;
  /** Whether it was sent more than once: what was sent before, and was not there when last looked for, may come yet. */
  readonly again: boolean;
}

const firstPauseMs = secondMs;
const longestPauseMs = 4 * secondMs;
/** Sending, and looking for what a lost answer was about, take this long at least. */
const sendAndLookMs = 2 * secondMs;

/**
 * Makes something without ever making it twice, though the API knows no idempotency key: where the answer was lost, it is looked for after a
 * pause, and made again only where it is provably absent and there is time for another look. After a time-out the server may still be at work, so
 * it is looked for until the budget ends. Throws StatusPageError where nothing was made, and the doubt where that cannot be known.
 */
export async function makeOnce<T>(making: Making<T>): Promise<Made<T>> {
  let lost: StatusPageError | undefined;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    // What was lost before was not there when last looked for, and may come yet.
    if (lost !== undefined && making.leftMs() < pauseMs + sendAndLookMs) throw making.doubt(lost, 'absent');
    try {
      return { made: await making.make(), found: false, again: lost !== undefined };
    } catch (error) {
      if (!(error instanceof StatusPageError)) throw error;
      if (error.fate !== 'unknown') throw lost === undefined || error.fixable ? error : making.doubt(lost, 'absent');
      const again = lost !== undefined;
      lost = error;
      const sight = await findLost(making, lost, pauseMs);
      if (sight !== undefined) return { made: sight.made, found: true, again };
    }
  }
}

/** What a lost answer was about; undefined where it is provably absent and may be made again. */
async function findLost<T>({ search, wait, doubt }: Making<T>, lost: StatusPageError, pauseMs: number) {
  let lastLook: LastSearch = 'unclear';
  while (search !== undefined) {
    // A server that is slow to apply what it did not answer gets its time before the look, none between the look and the next attempt.
    await wait(pauseMs);
    const sight = await search().catch(() => undefined);
    if (sight === undefined) break;
    if (typeof sight === 'object') return sight;
    lastLook = sight;
    if (sight === 'unclear') break;
    if (lost.code !== 'timeout') return undefined;
  }
  throw doubt(lost, lastLook);
}

/** A create whose outcome is unknown: sent, but neither the response nor a search confirmed it. */
export class UncertainCreateError extends ExplainedError {
  override readonly name = 'UncertainCreateError';
  readonly what: Kind | 'entry';
  readonly reference: string | undefined;
  override readonly cause: StatusPageError;
  readonly lastSearch: LastSearch;

  constructor(what: Kind | 'entry', reference: string | undefined, cause: StatusPageError, lastLook: LastSearch) {
    super(`the ${what} may have been created`);
    this.what = what;
    this.reference = reference;
    this.cause = cause;
    this.lastSearch = lastLook;
  }

  /** A server that answers every attempt with "conflict" or "see other" does not get well by itself. */
  get fixable(): boolean {
    return this.cause.fixable;
  }

  get exit(): Exit {
    return this.cause.exit;
  }

  override get causeKey(): string {
    return `${this.name} ${this.cause.causeKey}`;
  }

  explain(): Explanation {
    const { cause, what, reference, lastSearch } = this;
    const sent = `${cause.explain({}).happened}, after the request had been sent`;
    const wasAbsent = lastSearch === 'absent';
    if (what === 'entry') {
      const where = wasAbsent ? 'was not there when last looked for, and may come yet' : 'may stand there all the same';
      return {
        happened: `${sent}; the entry ${where}`,
        todo: 'Look at the timeline of the incident, and add by hand what is missing.',
      };
    }
    const mark = reference === undefined ? 'the newest one' : `"Ref: ${reference}" in its message`;
    const record = what === 'maintenance' ? 'window' : 'incident';
    if (wasAbsent) {
      return {
        happened: `${sent}; the ${record} was not on the page when last looked for, and may come yet`,
        todo: `Look on the page later for ${mark}, and end it by hand if it is not wanted.`,
      };
    }
    return {
      happened: `${sent}; the ${record} may exist all the same`,
      todo: `So that there are never two, it was not sent once more. Look on the page for ${mark}, and end it by hand if it is not wanted.`,
    };
  }
}

/** How a record is made once: the request, and the look for its reference, undefined where there is no reference to look for. */
export interface Creation {
  readonly kind: Kind;
  readonly reference: string | undefined;
  readonly make: () => Promise<AnyRecord>;
  readonly search: (() => Promise<Search>) | undefined;
  /** Waits that long, at most to the end of the budget. */
  readonly wait: (ms: number) => Promise<void>;
  /** Milliseconds to the end of the budget. */
  readonly leftMs: () => number;
}

/** Makes a record without ever making it twice. Throws StatusPageError where nothing was made, UncertainCreateError where that cannot be known. */
export function create({ kind, reference, make, search, wait, leftMs }: Creation): Promise<Made<AnyRecord>> {
  return makeOnce<AnyRecord>({
    make,
    search:
      search &&
      (async () => {
        const { open, provenAbsent } = await search();
        return open[0] !== undefined ? { made: open[0] } : provenAbsent ? 'absent' : 'unclear';
      }),
    doubt: (cause, lastLook) => new UncertainCreateError(kind, reference, cause, lastLook),
    wait,
    leftMs,
  });
}
