import { type Clock, msBetween, secondMs } from '../domain/time.ts';
import { parseErrorMessage } from './envelope.ts';
import { type Call, type Failure, isDoubtful, troubleOfStatus } from './errors.ts';
import { excerptOf, sentenceOf } from './excerpt.ts';
import { parseRetryAfter } from './retry.ts';
import type { ServerClock } from './server-clock.ts';
import { type Send, WireFailure, type WireReply } from './wire.ts';

/** What every call of one status page has in common. */
export interface Caller {
  readonly apiUrl: URL;
  readonly apiKey: string;
  readonly userAgent: string;
  readonly send: Send;
  readonly clock: Clock;
  readonly serverClock: ServerClock;
  readonly deadline: Date;
  readonly requestTimeoutMs: number;
  readonly random: () => number;
  readonly interruption: AbortSignal | undefined;
  readonly trace: (line: string) => void;
}

/** What one attempt tells of its end. */
export interface AttemptFailure extends Omit<Failure, 'call' | 'host' | 'waitedMs' | 'attempts'> {
  /** Whether this attempt may have been applied. */
  readonly mayHaveArrived: boolean;
  /** Whether waiting cannot mend it. */
  readonly lasting: boolean;
  readonly retryAfterMs: number | undefined;
}

/** How one attempt ended: with the text of a 2xx, or with a reason. `about` describes the answer, should it be unreadable. */
export type Outcome = { readonly text: string; readonly about: Partial<Failure> } | { readonly failed: AttemptFailure };

/** A create that is under way when we are told to stop gets this long to tell its id. */
const graceMs = 5 * secondMs;

/** Sends a call once and says what came of it; never rejects for what the network or the server does. */
export async function attempt(caller: Caller, call: Call): Promise<Outcome> {
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
    return judge(caller, reply);
  } catch (failure) {
    if (!(failure instanceof WireFailure)) throw failure;
    const { trouble, sent, detail, proxy, lasting } = failure;
    return { failed: { trouble, detail, proxy, lasting, mayHaveArrived: sent, retryAfterMs: undefined } };
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
  const headers = { accept: 'application/json', authorization: `Bearer ${apiKey}`, 'user-agent': userAgent };
  return call.body === undefined ? headers : { ...headers, 'content-type': 'application/json' };
}

function judge({ clock, serverClock, apiKey }: Caller, { status, headers, text }: WireReply): Outcome {
  const serverDate = serverClock.note(headers.date);
  // Before anything is cut off: half a key would be a secret that nobody masks.
  const clean = (outside: string) => outside.replaceAll(apiKey, '***');
  const told = clean(text);
  const about = { status, serverDate, excerpt: excerptOf(told) };
  const trouble = troubleOfStatus(status);
  if (trouble === undefined) return { text, about };
  const message = parseErrorMessage(told);
  return {
    failed: {
      ...about,
      trouble,
      serverMessage: message === undefined ? undefined : sentenceOf(message),
      excerpt: message === undefined ? about.excerpt : undefined,
      location: headers.location === undefined ? undefined : sentenceOf(clean(headers.location)),
      mayHaveArrived: isDoubtful(trouble),
      lasting: false,
      retryAfterMs: parseRetryAfter(headers['retry-after'], serverDate ?? clock.now()),
    },
  };
}

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
