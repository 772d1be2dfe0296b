import type { Clock } from '../../src/domain/time.ts';
import type { Outcome } from '../../src/emulator/apply-faults.ts';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { type Send, WireError, type WireReply, type WireRequest } from '../../src/statuspage/wire.ts';

/** What the client reads at most, as on a real wire. */
const longestReply = 6 * 1024 * 1024;

/** A wire to an emulator without a socket: what becomes of a request is told as a real wire would, and all waiting is the clock's. */
export function sendTo(emulator: Emulator, clock: Clock, latencyMs: () => number = () => 0): Send {
  const travel = async () => {
    const ms = latencyMs();
    if (ms > 0) await clock.sleep(ms);
  };
  return async (request) => {
    const { method, url, headers, body = null, signal } = request;
    if (signal?.aborted) throw new WireError('interrupted', { sent: false });
    const exchange = async () => {
      await travel();
      const outcome = await emulator.answer(new Request(url, { method, headers, body }));
      await travel();
      return readOutcome(outcome);
    };
    return patiently(clock, request, exchange());
  };
}

/** Waits for an answer as long as the client would: to its limit, or until it is told to stop. */
export async function patiently(
  clock: Clock,
  { timeoutMs, signal }: WireRequest,
  answer: Promise<WireReply>,
): Promise<WireReply> {
  if (signal?.aborted) throw new WireError('interrupted', { sent: true });
  const over = new AbortController();
  const timeOut = async () => {
    await clock.sleep(timeoutMs, over.signal);
    throw new WireError('timeout', { sent: true });
  };
  const interrupt = new Promise<never>((_resolve, reject) => {
    const stop = () => reject(new WireError('interrupted', { sent: true }));
    signal?.addEventListener('abort', stop, { signal: over.signal });
  });
  try {
    return await Promise.race([answer, timeOut(), interrupt]);
  } finally {
    over.abort();
  }
}

async function readOutcome(outcome: Outcome): Promise<WireReply> {
  switch (outcome.kind) {
    case 'silence':
      return new Promise(() => {});
    case 'reset':
      throw new WireError('reset', { sent: true, detail: 'ECONNRESET' });
    case 'cut-off':
      throw new WireError('reset', { sent: true, detail: 'UND_ERR_SOCKET' });
    case 'reply': {
      const { status, headers } = outcome.response;
      const text = await outcome.response.text();
      if (text.length > longestReply) throw new WireError('too-large', { sent: true });
      return { status, headers: Object.fromEntries(headers), text };
    }
  }
}
