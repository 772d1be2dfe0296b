import type { Outcome } from '../../src/emulator/apply-faults.ts';
import type { Clock, EpochMs } from '../../src/emulator/clock.ts';
import { createEmulator, type EmulatorOptions } from '../../src/emulator/emulator.ts';
import { sampleKey, samplePages } from '../../src/emulator/sample.ts';

export const origin = 'http://emulator.example';
export const apiUrl = `${origin}/user/api/v1`;
export const [acme, beta, gamma] = samplePages.map(({ id }) => id) as [string, string, string];
export const [[acmeComponent]] = samplePages.map(({ components }) => components) as [[string]];

/** The time at which every virtual clock starts, and what a window needs at least. */
export const noon: EpochMs = Date.parse('2026-03-14T12:00:00Z');
export const wholeWindow = {
  status_page_id: acme,
  title: 'Maintenance in progress',
  start_at: '2026-03-14T12:00:00Z',
  end_at: '2026-03-14T12:30:00Z',
};
export const wholeIncident = { status_page_id: acme, title: 'An update did not complete' };

/** A clock that moves only when it is told to, or slept on. */
export function virtualClock(): Clock & { advance(ms: number): void } {
  let time = noon;
  const advance = (ms: number) => {
    time += ms;
  };
  return { now: () => time, advance, sleep: async (ms) => advance(ms) };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined if it is not JSON. */
  readonly json: unknown;
}

export interface How {
  readonly key?: string;
  readonly headers?: Record<string, string>;
}

/** An emulator without a socket, its clock, and a way to send it requests. */
export function start(options: EmulatorOptions = {}) {
  const clock = virtualClock();
  const emulator = createEmulator({ clock, ...options });

  /** What becomes of a request. A body that is a string is sent as it is, anything else as JSON. */
  async function meet(method: string, path: string, body?: unknown, how: How = {}): Promise<Outcome> {
    const headers = new Headers(how.headers ?? { authorization: `Bearer ${how.key ?? sampleKey}` });
    if (body !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json');
    const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
    return emulator.answer(new Request(`${apiUrl}${path}`, { method, headers, body: text }));
  }

  /** The answer to a request that is answered. */
  async function send(method: string, path: string, body?: unknown, how?: How): Promise<Answer> {
    return read(await meet(method, path, body, how));
  }

  /** The status page with this slug as a visitor gets it. */
  async function visit(path: string): Promise<Answer> {
    return read(await emulator.answer(new Request(origin + path)));
  }

  /** A request to the emulator's controls. */
  async function control(method: string, path: string, body?: unknown): Promise<Answer> {
    const init =
      body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return read(await emulator.answer(new Request(`${origin}/emulator${path}`, { method, ...init })));
  }

  return { emulator, clock, meet, send, visit, control };
}

async function read(outcome: Outcome): Promise<Answer> {
  if (outcome.kind !== 'reply') throw new Error(`no reply but ${outcome.kind}`);
  const { status, headers } = outcome.response;
  const text = await outcome.response.text();
  return { status, headers, text, json: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
