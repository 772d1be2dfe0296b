import type { Clock } from '../../src/domain/time.ts';
import type { Outcome } from '../../src/emulator/apply-faults.ts';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { type Send, WireError, type WireReply } from '../../src/statuspage/wire.ts';

/** What the client reads at most, as on a real wire. */
const longestReply = 6 * 1024 * 1024;

/** A wire to an emulator without a socket: what becomes of a request is told as a real wire would, and all waiting is the clock's. */
export function sendTo(emulator: Emulator, clock: Clock, latencyMs: () => number = () => 0): Send {
  return async ({ method, url, headers, body = null, timeoutMs, signal }) => {
    if (signal?.aborted) throw new WireError('interrupted', { sent: false });
    const over = new AbortController();
    const exchange = async () => {
      await travel();
      const outcome = await emulator.answer(new Request(url, { method, headers, body }));
      await travel();
      return readOutcome(outcome);
    };
    const travel = async () => {
      const ms = latencyMs();
      if (ms > 0) await clock.sleep(ms);
    };
    const timeOut = async () => {
      await clock.sleep(timeoutMs, over.signal);
      throw new WireError('timeout', { sent: true });
    };
    const interrupt = new Promise<never>((_resolve, reject) => {
      const stop = () => reject(new WireError('interrupted', { sent: true }));
      signal?.addEventListener('abort', stop, { signal: over.signal });
    });
    try {
      return await Promise.race([exchange(), timeOut(), interrupt]);
    } finally {
      over.abort();
    }
  };
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
