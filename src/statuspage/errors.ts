import { type Background, type Exit, ExplainedError, type Explanation } from '../domain/errors.ts';
import type { MessageTitle } from '../domain/message-title.ts';
import { explainCall } from './explain-call.ts';
import { isAboutScope } from './explain-forbidden.ts';
import { type Call, type ErrorCode, type FailedCall, isUncertain, subjectOf } from './failed-call.ts';

/** Whether something thrown says that a page does not exist or is not seen: a page itself, or its list of records, was not found. */
export function isUnknownPage(error: unknown): boolean {
  if (!(error instanceof StatusPageError) || error.code !== 'not-found') return false;
  return [undefined, 'page'].includes(subjectOf(error.call)?.what);
}

/** What became of a write: never left us, turned down, or perhaps applied. */
export type Fate = 'unsent' | 'refused' | 'unknown';

const fixableCodes: readonly ErrorCode[] = ['invalid', 'unauthorized', 'forbidden', 'not-found', 'client', 'redirect'];

/** A call that was given up, after all its repetitions. Holds no key, no headers and no cause. */
export class StatusPageError extends ExplainedError {
  override readonly name = 'StatusPageError';
  readonly code: ErrorCode;
  readonly call: Call;
  /** The status of the last answer, if there was one. */
  readonly status: number | undefined;
  /** The server's own words: `error` of its answer, or reasons in the fields that other servers use. */
  readonly serverMessage: string | undefined;
  /** The beginning of an answer without such words, without tags. */
  readonly excerpt: string | undefined;
  /** Where a redirect pointed. */
  readonly location: string | undefined;
  readonly host: string;
  /** Host and port of the proxy in between, without credentials. */
  readonly proxy: string | undefined;
  /** The code or the reason that the network gave, such as `ECONNREFUSED`. */
  readonly detail: string | undefined;
  /** How long the server asked to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Milliseconds spent on this call, over all attempts and waits. */
  readonly waitedMs: number;
  readonly attempts: number;
  /** The server's own clock when it answered, in full seconds. */
  readonly serverDate: Date | undefined;
  readonly #mayHaveArrived: boolean;

  constructor(failure: FailedCall) {
    super(describe(failure));
    this.code = failure.code;
    this.call = failure.call;
    this.status = failure.status;
    this.serverMessage = failure.serverMessage;
    this.excerpt = failure.excerpt;
    this.location = failure.location;
    this.host = failure.host;
    this.proxy = failure.proxy;
    this.detail = failure.detail;
    this.retryAfterMs = failure.retryAfterMs;
    this.waitedMs = failure.waitedMs ?? 0;
    this.attempts = failure.attempts ?? 0;
    this.serverDate = failure.serverDate;
    this.#mayHaveArrived = failure.mayHaveArrived ?? isUncertain(failure.code);
  }

  override get causeKey(): string {
    const { code, status, serverMessage, detail, call } = this;
    return JSON.stringify([code, status, serverMessage, detail, call.scope]);
  }

  /** Whether the write may have been applied, by any of its attempts: section "careful client" of the API, point 9. */
  get fate(): Fate {
    if (this.#mayHaveArrived) return 'unknown';
    return this.status === undefined ? 'unsent' : 'refused';
  }

  get title(): MessageTitle {
    return this.code === 'forbidden' && isAboutScope(this) ? 'missing scope' : titles[this.code];
  }

  get fixable(): boolean {
    return fixableCodes.includes(this.code);
  }

  get exit(): Exit {
    return exitOfCode(this.code);
  }

  explain(background: Background): Explanation {
    return explainCall(this, background);
  }
}

const titles: Readonly<Record<ErrorCode, MessageTitle>> = {
  unauthorized: 'API key refused',
  forbidden: 'access refused',
  blocked: 'request blocked',
  'not-found': 'not found',
  invalid: 'request refused',
  client: 'request refused',
  redirect: 'wrong api-url',
  'rate-limited': 'too many requests',
  server: 'API error',
  unreadable: 'unknown response',
  'too-large': 'response too large',
  timeout: 'no response',
  reset: 'network error',
  refused: 'network error',
  'unknown-host': 'network error',
  certificate: 'certificate error',
  proxy: 'proxy error',
  interrupted: 'interrupted',
  'out-of-time': 'out of time',
};

function describe({ call, code, status, detail }: FailedCall): string {
  const reason = status ?? detail;
  return `${call.method} ${call.path}: ${code}${reason === undefined ? '' : ` (${reason})`}`;
}

function exitOfCode(code: ErrorCode): Exit {
  switch (code) {
    case 'unauthorized':
      return 'key-refused';
    case 'forbidden':
      return 'scope-missing';
    case 'not-found':
    case 'rate-limited':
    case 'interrupted':
      return code;
    case 'invalid':
    case 'client':
    case 'redirect':
      return 'failed';
    case 'blocked':
    case 'server':
    case 'unreadable':
    case 'too-large':
    case 'timeout':
    case 'reset':
    case 'refused':
    case 'unknown-host':
    case 'certificate':
    case 'proxy':
    case 'out-of-time':
      return 'unreachable';
  }
}
