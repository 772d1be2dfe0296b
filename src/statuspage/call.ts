import { createMask } from '../domain/secret.ts';
import { msBetween, secondMs } from '../domain/time.ts';
import type { Caller } from './caller.ts';
import { StatusPageError } from './errors.ts';
import {
  type Call,
  codeOfStatus,
  excerptOf,
  type FailedCall,
  isUncertain,
  readErrorBody,
  reportsFailure,
  sentenceOf,
} from './failed-call.ts';
import { parseRetryAfter, planRetry } from './retry.ts';
import { WireError, type WireReply } from './wire.ts';

/**
 * Makes one call and repeats it while that is safe and there is time. `read` gives what the text of a 2xx says, or
 * undefined if it lacks what is needed. Throws StatusPageError.
 */
export async function makeCall<T>(call: Call, read: (text: string) => T | undefined, caller: Caller): Promise<T> {
  const { clock, deadline, interruption, isProbe = false } = caller;
  const name = `${call.method} ${call.path}`;
  const startedAt = clock.now();
  let attempts = 0;
  let mayHaveArrived = false;
  let last: AttemptError | undefined;

  const failure = (failed: Omit<FailedCall, 'call' | 'host'>): StatusPageError => {
    const waitedMs = msBetween(startedAt, clock.now());
    return new StatusPageError({ ...failed, call, host: caller.apiUrl.host, waitedMs, attempts, mayHaveArrived });
  };

  for (;;) {
    if (interruption?.aborted) throw failure({ code: 'interrupted' });
    if (clock.now() >= deadline) throw failure(last ?? { code: 'out-of-time' });

    const turn = await caller.takeTurn(caller, async () => {
      attempts += 1;
      const begunAt = clock.now();
      const outcome = await attempt(caller, call);
      return { outcome, tookMs: msBetween(begunAt, clock.now()) };
    });
    if (turn === undefined) continue;
    const { outcome, tookMs } = turn;

    if ('text' in outcome) {
      caller.trace(`${name}: ${outcome.status} in ${tookMs} ms (attempt ${attempts})`);
      const value = read(outcome.text);
      if (value !== undefined) return value;
      mayHaveArrived = true;
      throw failure({ ...outcome.describe(), code: 'unreadable' });
    }

    last = outcome.failed;
    const reason = last.status ?? last.detail ?? 'no more is known';
    caller.trace(`${name}: ${last.code} (${reason}) in ${tookMs} ms (attempt ${attempts})`);
    if (call.method === 'DELETE' && last.code === 'not-found' && mayHaveArrived) {
      // Our own earlier attempt has deleted it.
      const value = read('');
      if (value !== undefined) return value;
    }
    mayHaveArrived ||= last.mayHaveArrived;
    const leftMs = msBetween(clock.now(), deadline);
    const waitMs = planRetry(
      { ...last, method: call.method, attempts, lasting: last.lasting || (isProbe && last.code === 'server') },
      leftMs,
      caller.random(),
    );
    if (waitMs === undefined) throw failure(last);
    caller.trace(`${name}: again in ${waitMs} ms`);
    await clock.sleep(waitMs, interruption);
  }
}

/** How one attempt ended. */
interface AttemptError extends Omit<FailedCall, 'call' | 'host' | 'waitedMs' | 'attempts'> {
  /** Whether this attempt may have been applied. */
  readonly mayHaveArrived: boolean;
  /** Whether waiting cannot fix it. */
  readonly lasting: boolean;
}

/** How one attempt ended: with the text of a 2xx, or with a reason. `describe` tells more of a 2xx that turns out to be unreadable. */
type AttemptResult =
  | { readonly text: string; readonly status: number; readonly describe: () => Partial<FailedCall> }
  | { readonly failed: AttemptError };

/** If a signal comes while a create is under way, its response may take this long. */
const graceMs = 5 * secondMs;

/** Sends a call once and says what came of it; never rejects for what the network or the server does. */
async function attempt(caller: Caller, call: Call): Promise<AttemptResult> {
  const { clock, deadline, requestTimeoutMs } = caller;
  const interruption = listenForInterruption(caller, call);
  try {
    const reply = await caller.send({
      method: call.method,
      url: addressOf(caller.apiUrl, call.path),
      headers: headersOf(caller, call),
      body: call.body === undefined ? undefined : JSON.stringify(call.body),
      timeoutMs: Math.min(requestTimeoutMs, msBetween(clock.now(), deadline)),
      signal: interruption.signal,
    });
    return judge(caller, call, reply);
  } catch (failure) {
    if (!(failure instanceof WireError)) throw failure;
    const { code, sent, detail, proxy, lasting } = failure;
    return { failed: { code, detail, proxy, lasting, mayHaveArrived: sent, retryAfterMs: undefined } };
  } finally {
    interruption.forget();
  }
}

/** The address of a path, whether the API's address ends with a slash or not. */
function addressOf(apiUrl: URL, path: string): URL {
  const address = new URL(apiUrl);
  const [pathname = '', query = ''] = path.split('?');
  address.pathname = `${apiUrl.pathname.replace(/\/+$/, '')}${pathname}`;
  address.search = query;
  return address;
}

function headersOf({ apiKey, userAgent }: Caller, call: Call): Record<string, string> {
  const headers = {
    accept: 'application/json',
    'accept-encoding': 'identity',
    authorization: `Bearer ${apiKey}`,
    'user-agent': userAgent,
  };
  return call.body === undefined ? headers : { ...headers, 'content-type': 'application/json' };
}

function judge({ clock, serverClock, apiKey }: Caller, { method }: Call, reply: WireReply): AttemptResult {
  const { status, headers, text } = reply;
  // Beside `Age`, the date is that of a copy in a cache.
  const serverDate = serverClock.note(headers.age === undefined ? headers.date : undefined);
  // Masked once it is decoded and cut: a piece that the cut leaves is masked too, and a huge answer costs no time.
  const clean = createMask(apiKey);
  const cleaned = (outside: string | undefined) => (outside === undefined ? undefined : clean(outside));
  const statusCode = codeOfStatus(status);
  if (statusCode === undefined && !reportsFailure(text)) {
    return { text, status, describe: () => ({ status, serverDate, excerpt: cleaned(excerptOf(text)) }) };
  }
  const { isFromApi, serverMessage, excerpt } = readErrorBody(text);
  const code = statusCode === 'forbidden' && !isFromApi ? 'blocked' : (statusCode ?? 'invalid');
  return {
    failed: {
      status,
      serverDate,
      serverMessage: cleaned(serverMessage),
      excerpt: cleaned(excerpt),
      code,
      location: headers.location === undefined ? undefined : sentenceOf(clean(headers.location)),
      mayHaveArrived: isUncertain(code) || (method === 'POST' && doubtfulStatuses.includes(status)),
      lasting: false,
      retryAfterMs: parseRetryAfter(headers['retry-after'], serverDate ?? clock.now()),
    },
  };
}

/** "See other" and "conflict" may answer a POST that was applied. */
const doubtfulStatuses = [303, 409];

interface Listening {
  readonly signal: AbortSignal | undefined;
  readonly forget: () => void;
}

function listenForInterruption({ interruption, clock }: Caller, call: Call): Listening {
  if (interruption === undefined || call.method !== 'POST') return { signal: interruption, forget: () => {} };
  const end = new AbortController();
  const over = new AbortController();
  const wait = () => void clock.sleep(graceMs, over.signal).then(() => end.abort());
  interruption.addEventListener('abort', wait, { once: true });
  return {
    signal: end.signal,
    forget: () => {
      over.abort();
      interruption.removeEventListener('abort', wait);
    },
  };
}
