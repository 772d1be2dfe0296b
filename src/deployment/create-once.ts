import { type Background, type Exit, ExplainedError, type Explanation } from '../domain/errors.ts';
import type { MessageTitle } from '../domain/message-title.ts';
import type { Kind } from '../domain/record.ts';
import { secondMs } from '../domain/time.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { Search } from './find.ts';
import type { AnyRecord } from './match.ts';

/** What a search shows of something whose creation was not answered: itself, that it is provably not there, or nothing. */
type SearchResult<T> = { readonly made: T } | 'absent' | 'unclear';

/** What the last search showed: that it was not there then, or nothing. */
export type LastSearch = Exclude<SearchResult<never>, { readonly made: never }>;

/** How something is created that must not be there twice: the request, and the search for it, undefined if nothing can be searched for. */
export interface Making<T> {
  readonly make: () => Promise<T>;
  readonly search: (() => Promise<SearchResult<T>>) | undefined;
  /** The error for what may be there, or may come yet. `refusal`: why sending it once more was refused. */
  readonly doubt: (cause: StatusPageError, lastSearch: LastSearch, refusal?: StatusPageError) => Error;
  /** Waits that long, at most to the end of the budget. */
  readonly wait: (ms: number) => Promise<void>;
  /** Milliseconds to the end of the budget. */
  readonly leftMs: () => number;
}

/** What was created, and whether a search found it because the answer was lost. */
export interface Made<T> {
  readonly made: T;
  readonly found: boolean;
  /** Whether it was sent more than once: what was sent first was not there in the last search, and may come yet. */
  readonly again: boolean;
}

/** A server that is slow to apply what it did not answer gets this time before the first search. */
const searchAfterMs = secondMs;
/** A list may lag behind creations: absence needs a second search so much later. */
const secondSearchAfterMs = 3 * secondMs;
/** Sending once more, and one search, take this long at least. */
const sendAndSearchMs = 2 * secondMs;
const nextTryMs = searchAfterMs + secondSearchAfterMs + sendAndSearchMs;

/**
 * Creates something without ever creating it twice, though the API knows no idempotency key. If the answer was lost, it is searched for, and
 * created again only if two searches show that it is absent and there is time for two more. After a time-out the server may still be at work, so
 * it is searched for until the budget ends. Throws StatusPageError if nothing was created, and the doubt if that cannot be known.
 */
export async function makeOnce<T>(making: Making<T>): Promise<Made<T>> {
  let lost: StatusPageError | undefined;
  for (;;) {
    // What was lost before was not there in the last search, and may come yet.
    if (lost !== undefined && making.leftMs() < nextTryMs) throw making.doubt(lost, 'absent');
    try {
      return { made: await making.make(), found: false, again: lost !== undefined };
    } catch (error) {
      if (!(error instanceof StatusPageError)) throw error;
      if (error.fate !== 'unknown') {
        if (lost === undefined) throw error;
        throw making.doubt(lost, 'absent', error.fixable ? error : undefined);
      }
      const before = lost;
      lost = error;
      const found = await searchUntilSure(making, lost);
      if (found !== undefined) return { made: found.made, found: true, again: before !== undefined };
      // The server answered twice with the same status that usually refuses, such as 303 or 409, and nothing came of it.
      if (before !== undefined && error.fixable && before.status === error.status) throw error;
    }
  }
}

/** What a lost answer was about; undefined if two searches show that it is absent, so that it may be created again. */
async function searchUntilSure<T>(making: Making<T>, lost: StatusPageError) {
  const { search, wait, doubt, leftMs } = making;
  let lastSearch: LastSearch = 'unclear';
  let absences = 0;
  while (search !== undefined) {
    await wait(absences === 0 ? searchAfterMs : secondSearchAfterMs);
    const result = await search().catch(() => undefined);
    if (result === undefined) break;
    if (typeof result === 'object') return result;
    lastSearch = result;
    if (result === 'unclear') break;
    absences += 1;
    if (lost.code !== 'timeout' && absences === 2) return undefined;
    if (leftMs() === 0) break;
  }
  throw doubt(lost, lastSearch);
}

/** A create whose outcome is unknown: sent, but neither the response nor a search confirmed it. */
export class UncertainCreateError extends ExplainedError {
  override readonly name = 'UncertainCreateError';
  readonly what: Kind | 'entry';
  readonly reference: string | undefined;
  override readonly cause: StatusPageError;
  readonly lastSearch: LastSearch;
  /** Why sending it once more was refused, if it was. */
  readonly refusal: StatusPageError | undefined;

  constructor(
    what: Kind | 'entry',
    reference: string | undefined,
    cause: StatusPageError,
    lastSearch: LastSearch,
    refusal?: StatusPageError,
  ) {
    super(`the ${what} may have been created`);
    this.what = what;
    this.reference = reference;
    this.cause = cause;
    this.lastSearch = lastSearch;
    this.refusal = refusal;
  }

  get title(): MessageTitle {
    return this.refusal?.title ?? 'may exist';
  }

  /** A server that answers every attempt with "conflict" or "see other" does not get well by itself. */
  get fixable(): boolean {
    return this.refusal !== undefined || this.cause.fixable;
  }

  get exit(): Exit {
    return (this.refusal ?? this.cause).exit;
  }

  override get causeKey(): string {
    return `${this.name} ${this.cause.causeKey} ${this.refusal?.causeKey ?? ''}`;
  }

  explain(background: Background): Explanation {
    const doubt = this.explainDoubt(background);
    if (this.refusal === undefined) return doubt;
    const { happened, todo } = this.refusal.explain(background);
    return { happened: `${happened}. Before that, ${doubt.happened}`, todo: `${todo} ${doubt.todo}` };
  }

  private explainDoubt(background: Background): Explanation {
    const { cause, what, reference, lastSearch } = this;
    const sent = `${cause.explain(background).happened}, after the request had been sent`;
    const wasAbsent = lastSearch === 'absent';
    if (what === 'entry') {
      const doubt = wasAbsent
        ? 'The last search did not find the entry, but it may still appear'
        : 'The entry may exist';
      return {
        happened: `${sent}. ${doubt}`,
        todo: 'Check the timeline of the incident, and add what is missing.',
      };
    }
    const mark = reference === undefined ? 'the newest one' : `"Ref: ${reference}" in its message`;
    const record = what === 'maintenance' ? 'window' : 'incident';
    if (wasAbsent) {
      return {
        happened: `${sent}. The last search did not find the ${record}, but it may still appear`,
        todo: `Check the page later for ${mark}, and end it if you do not want it.`,
      };
    }
    return {
      happened: `${sent}. The ${record} may exist`,
      todo: `It was not sent again, so that there are never two. Check the page for ${mark}, and end it if you do not want it.`,
    };
  }
}

/** How a record is created once: the request, and the search for its reference, undefined if there is no reference. */
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

/** Creates a record without ever creating it twice. Throws StatusPageError if nothing was created, UncertainCreateError if that cannot be known. */
export function createOnce({ kind, reference, make, search, wait, leftMs }: Creation): Promise<Made<AnyRecord>> {
  return makeOnce<AnyRecord>({
    make,
    search:
      search &&
      (async () => {
        const { open, provenAbsent } = await search();
        return open[0] !== undefined ? { made: open[0] } : provenAbsent ? 'absent' : 'unclear';
      }),
    doubt: (...doubt) => new UncertainCreateError(kind, reference, ...doubt),
    wait,
    leftMs,
  });
}
