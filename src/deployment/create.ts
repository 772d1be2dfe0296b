import type { Kind } from '../domain/record.ts';
import type { StatusPageError } from '../statuspage/errors.ts';
import type { AnyRecord, Search } from './find.ts';
import { type LastLook, type Made, makeOnce } from './make-once.ts';

/** A record, or an entry of an incident, that we could not make sure of: it was sent, and neither the answer nor a look told. */
export class MayExistError extends Error {
  override readonly name = 'MayExistError';
  readonly what: Kind | 'entry';
  readonly marker: string | undefined;
  override readonly cause: StatusPageError;
  readonly lastLook: LastLook;

  constructor(what: Kind | 'entry', marker: string | undefined, cause: StatusPageError, lastLook: LastLook) {
    super(`the ${what} may have been created`);
    this.what = what;
    this.marker = marker;
    this.cause = cause;
    this.lastLook = lastLook;
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
  /** Milliseconds to the end of the budget. */
  readonly leftMs: () => number;
}

/** Makes a record without ever making it twice. Throws StatusPageError where nothing was made, MayExistError where that cannot be known. */
export function create({ kind, marker, make, look, wait, leftMs }: Creation): Promise<Made<AnyRecord>> {
  return makeOnce<AnyRecord>({
    make,
    look:
      look &&
      (async () => {
        const { open, provenAbsent } = await look();
        return open[0] !== undefined ? { made: open[0] } : provenAbsent ? 'absent' : 'unclear';
      }),
    doubt: (cause, lastLook) => new MayExistError(kind, marker, cause, lastLook),
    wait,
    leftMs,
  });
}
