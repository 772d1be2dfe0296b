import { connectStatusPage, type StatusPage, type StatusPageOptions } from '../../src/statuspage/client.ts';
import {
  type Send,
  WireError,
  type WireErrorCode,
  type WireReply,
  type WireRequest,
} from '../../src/statuspage/wire.ts';

/** Where the virtual clock of a test begins. */
export const beginning = new Date('2026-03-14T12:00:00Z');

/** A clock that moves only when somebody waits. */
export interface VirtualClock {
  readonly now: () => Date;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Lets time pass without anybody waiting. */
  readonly pass: (ms: number) => void;
  /** Every wait so far, in milliseconds. */
  readonly waits: number[];
  /** Called at each wait, before it is over. */
  onSleep: (ms: number) => void;
}

export function createVirtualClock(): VirtualClock {
  let nowMs = beginning.getTime();
  const clock: VirtualClock = {
    now: () => new Date(nowMs),
    sleep: async (ms) => {
      clock.waits.push(ms);
      clock.onSleep(ms);
      nowMs += ms;
    },
    pass: (ms) => {
      nowMs += ms;
    },
    waits: [],
    onSleep: () => {},
  };
  return clock;
}

/** What the far side does with one request: an answer, a failure, or whatever a function comes up with. */
export type Turn = WireReply | WireError | ((request: WireRequest) => Promise<WireReply>);

export function answer(status: number, body: unknown = '', headers: Record<string, string> = {}): WireReply {
  return { status, headers, text: typeof body === 'string' ? body : JSON.stringify(body) };
}

export function broken(
  code: WireErrorCode,
  sent: boolean,
  more: { lasting?: boolean; detail?: string } = {},
): WireError {
  return new WireError(code, { sent, ...more });
}

/** A status page whose answers are written beforehand, and everything that it saw. */
export interface Scene {
  readonly page: StatusPage;
  readonly clock: VirtualClock;
  readonly requests: WireRequest[];
  readonly traced: string[];
}

export const apiKey = 'spk_secret';

export function scene(turns: readonly Turn[], options: Partial<StatusPageOptions> = {}): Scene {
  const clock = createVirtualClock();
  const requests: WireRequest[] = [];
  const traced: string[] = [];
  const send: Send = async (request) => {
    const turn = turns[requests.length];
    requests.push(request);
    if (turn === undefined) throw new Error(`nobody expected ${request.method} ${request.url}`);
    if (turn instanceof WireError) throw turn;
    return typeof turn === 'function' ? turn(request) : turn;
  };
  const page = connectStatusPage({
    apiUrl: new URL('https://statuspage.example/user/api/v1'),
    apiKey,
    send,
    clock,
    deadline: new Date(beginning.getTime() + 20_000),
    requestTimeoutMs: 10_000,
    random: () => 0.5,
    trace: (line) => traced.push(line),
    userAgent: 'statuspage-me/1.2.3',
    ...options,
  });
  return { page, clock, requests, traced };
}
