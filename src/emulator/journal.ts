import type { Scope } from './account.ts';
import type { EpochMs } from './clock.ts';
import type { FaultKind } from './faults.ts';

/** One request to the API and what became of it. Headers are not kept, so the key is not in here. */
export interface JournalEntry {
  /** When the request arrived, by `clock`, not by the server's skewed one. */
  readonly at: EpochMs;
  readonly method: string;
  /** Below the API's address, with the query: `/incidents?limit=200`. */
  readonly path: string;
  /** Which header brought a key. */
  readonly auth: 'authorization' | 'x-api-key' | 'both' | 'none';
  /** The name of the key, if the server knows the key. */
  readonly key: string | null;
  /** The scope that the call needs, granted or not. Null if the check was not reached. */
  readonly scope: Scope | null;
  /** The parsed body, or its text if it is not JSON. Absent if there is no body. */
  readonly body?: unknown;
  /** Whether the server came to work on the request. A fault may hide that from the client. */
  readonly worked: boolean;
  /** The status that was sent. Null as long as there is none. */
  readonly status: number | null;
  /** The faults that were applied, in their order. */
  readonly faults: readonly FaultKind[];
}

/** An entry while its request is being answered. */
export type OpenEntry = { -readonly [Field in keyof JournalEntry]: JournalEntry[Field] };

/** The entry of a request that has just arrived. */
export function openEntry(request: Request, at: EpochMs, path: string, body: string): OpenEntry {
  const bearer = request.headers.has('authorization');
  const plain = request.headers.has('x-api-key');
  return {
    at,
    method: request.method,
    path,
    auth: bearer && plain ? 'both' : bearer ? 'authorization' : plain ? 'x-api-key' : 'none',
    key: null,
    scope: null,
    ...(body !== '' && { body: parseLoosely(body) }),
    worked: false,
    status: null,
    faults: [],
  };
}

function parseLoosely(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
