import type { Clock } from '../../src/domain/time.ts';
import { type Send, WireError, type WireReply, type WireRequest } from '../../src/statuspage/wire.ts';
import { patiently } from '../support/send-to.ts';

/** What goes wrong with one exchange. */
export type Fault =
  | SimpleFault
  /** The page does the work all the same, if at all so long after it has answered or given up. */
  | ({ readonly doneAfterMs: number | undefined } & FaultBesideWork);

/** A fault of the answer alone: whether the page does the work is another question. */
type FaultBesideWork =
  | { readonly fault: 'reset' | 'silence' | 'too-large' | 'conflict' | 'see-other' }
  | { readonly fault: 'server-error'; readonly status: 408 | 500 | 502 | 503 | 504 };

type SimpleFault =
  /** Nothing leaves us. */
  | { readonly fault: 'refused' | 'unknown-host' | 'certificate' | 'proxy' }
  | { readonly fault: 'cut-off' | 'empty' | 'not-json' | 'html' | 'wrong-content-type' }
  /** The request arrives late, and is worked on then, whether anybody still waits or not. */
  | { readonly fault: 'delay'; readonly ms: number }
  /** The work is done at once, and told late. */
  | { readonly fault: 'slow-answer'; readonly ms: number }
  | { readonly fault: 'rate-limit'; readonly retryAfter: number | undefined; readonly asDate: boolean }
  | { readonly fault: 'refusal'; readonly status: 400 | 401 | 402 | 403 | 404 | 422 }
  | { readonly fault: 'redirect' };

/** A fault for the requests of a step from one on, counted from 1. */
export interface Mishap {
  readonly request: number;
  readonly times: number;
  readonly fault: Fault;
}

/** A request that a step has sent, in the order of sending. */
export interface Sent {
  readonly atMs: number;
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
  readonly fault: Fault | undefined;
  /** What the client read; undefined if it got no answer. */
  status: number | undefined;
  /** When the client knew how it went. */
  overMs: number | undefined;
}

/** What faults need of the world: its time, the page's time, and a secret that a careless server repeats. */
export interface Weather {
  readonly clock: Clock;
  readonly serverNow: () => Date;
  readonly secret: string;
}

const page = '<html><body><h1>502 Bad Gateway</h1></body></html>';
const never = new Promise<never>(() => {});

/** A line to the page that meets these mishaps, and keeps a list of what was sent over it. */
export function createFaultyLine(
  weather: Weather,
  mishaps: readonly Mishap[],
  sent: Sent[],
  meetOne: Meet,
): (send: Send) => Send {
  return (send) => async (request) => {
    const number = sent.length + 1;
    const met = mishaps.find(({ request: first, times }) => number >= first && number < first + times);
    const { method, url, body } = request;
    const path = `${url.pathname.replace('/user/api/v1', '')}${url.search}`;
    const entry: Sent = {
      atMs: weather.clock.now().getTime(),
      origin: url.origin,
      method,
      path,
      body,
      fault: met?.fault,
      status: undefined,
      overMs: undefined,
    };
    sent.push(entry);
    try {
      const reply = await (met === undefined ? send(request) : meetOne(met.fault, weather, send, request));
      entry.status = readStatus(reply);
      return reply;
    } finally {
      entry.overMs = weather.clock.now().getTime();
    }
  };
}

/** A refusal may come as 200. Which one it is, such as 404, nobody can tell. */
function readStatus({ status, text }: WireReply): number {
  return status === 200 && /"success":\s*false/.test(text) ? 422 : status;
}

/** Lets a request meet its fault. */
export type Meet = (fault: Fault, weather: Weather, send: Send, request: WireRequest) => Promise<WireReply>;

/** The fault without a socket: what the wire would have made of it. */
export const meet: Meet = async (fault, weather, send, request) => {
  const { clock, secret, serverNow } = weather;
  const error = (status: number, headers: Record<string, string> = {}): WireReply => ({
    status,
    headers: { 'content-type': 'application/json', date: serverNow().toUTCString(), ...headers },
    text: JSON.stringify({ error: `no luck for ${secret}\n::error::today` }),
  });
  const work = async (ms: number | undefined) => {
    if (ms === 0) await send(request);
    else if (ms !== undefined) void later(clock, ms, send, request);
  };
  switch (fault.fault) {
    case 'refused':
    case 'unknown-host':
    case 'certificate':
    case 'proxy':
      throw new WireError(fault.fault, { sent: false, detail: 'ENOLUCK' });
    case 'reset':
    case 'too-large':
      await work(fault.doneAfterMs);
      throw new WireError(fault.fault, { sent: true, detail: 'ECONNRESET' });
    case 'cut-off':
      await send(request);
      throw new WireError('reset', { sent: true, detail: 'UND_ERR_SOCKET' });
    case 'silence':
      if (fault.doneAfterMs !== undefined) void later(clock, fault.doneAfterMs, send, request);
      return patiently(clock, request, never);
    case 'delay':
      return patiently(clock, request, later(clock, fault.ms, send, request));
    case 'slow-answer':
      return patiently(clock, request, slowly(clock, fault.ms, send, request));
    case 'server-error':
      await work(fault.doneAfterMs);
      return error(fault.status);
    case 'conflict':
      await work(fault.doneAfterMs);
      return error(409);
    case 'see-other':
      await work(fault.doneAfterMs);
      return { ...error(303, { location: '/somewhere' }), text: '' };
    case 'rate-limit': {
      const { retryAfter, asDate } = fault;
      if (retryAfter === undefined) return error(429);
      const date = new Date(serverNow().getTime() + retryAfter * 1000).toUTCString();
      return error(429, { 'retry-after': asDate ? date : String(retryAfter) });
    }
    case 'refusal':
      return error(fault.status);
    case 'redirect':
      return { ...error(302, { location: `https://elsewhere.example/?key=${secret}` }), text: '' };
    case 'empty':
      return { ...(await send(request)), text: '' };
    case 'not-json':
      return { ...(await send(request)), text: '{"data": {"id": ' };
    case 'html':
      return { ...(await send(request)), text: `${page}${secret}` };
    case 'wrong-content-type': {
      const reply = await send(request);
      return { ...reply, headers: { ...reply.headers, 'content-type': 'text/plain' } };
    }
  }
};

/** The same request without anybody who waits for its answer. */
function unwatched(request: WireRequest): WireRequest {
  return { ...request, signal: undefined, timeoutMs: 600_000 };
}

async function later(clock: Clock, ms: number, send: Send, request: WireRequest): Promise<WireReply> {
  await clock.sleep(ms);
  return send(unwatched(request));
}

async function slowly(clock: Clock, ms: number, send: Send, request: WireRequest): Promise<WireReply> {
  const reply = await send(unwatched(request));
  await clock.sleep(ms);
  return reply;
}
