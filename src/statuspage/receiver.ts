import type { Dispatcher } from 'undici';
import { createCollector } from './collector.ts';
import { longestReplyBytes, readBody } from './unpack.ts';
import type { WireReply } from './wire.ts';

/** Why we ended an exchange. */
type AbortReason = 'interrupted' | 'timeout' | 'too-large';

/** Receives one response. */
interface Receiver {
  readonly handler: Dispatcher.DispatchHandler;
  readonly isSent: () => boolean;
  readonly giveUp: (reason: AbortReason) => void;
}

/** A longer response waits for its turn. */
const largeBytes = 256 * 1024;

/** A response that stalls holds up the others for this long at most. */
const mostWaitMs = 5_000;

/** Calls `begin` once it is this response's turn. The returned function ends the turn, or the waiting; it takes the bytes that were received. */
export type TakeTurn = (begin: () => void) => (bytes: number) => void;

/** Turns for large responses, one at a time. Those that wait stay with the server, so that their bytes are never in memory together. */
export function createTurns(waitMs = mostWaitMs): TakeTurn {
  const queue: (() => void)[] = [];
  const collector = createCollector();
  return (begin) => {
    let hasBegun = false;
    const start = () => {
      clearTimeout(timer);
      if (!hasBegun) begin();
      hasBegun = true;
    };
    const timer = setTimeout(start, waitMs);
    collector.prepare();
    if (queue.push(start) === 1) start();
    return (bytes) => {
      clearTimeout(timer);
      const index = queue.indexOf(start);
      if (index < 0) return;
      queue.splice(index, 1);
      if (index > 0 || queue.length === 0) return;
      collector.free(bytes);
      queue[0]?.();
    };
  };
}

/** Calls `resolve` with a whole response, or `fail` with what came between. */
export function createReceiver(
  takeTurn: TakeTurn,
  resolve: (reply: WireReply) => void,
  fail: (reason: unknown) => void,
): Receiver {
  let exchangeControl: Dispatcher.DispatchController | undefined;
  let status = 0;
  let headers: Record<string, string> = {};
  let bytes = 0;
  let chunks: Buffer[] = [];
  let endTurn: ((bytes: number) => void) | undefined;

  const end = (reason: unknown) => {
    chunks = [];
    endTurn?.(bytes);
    fail(reason);
  };
  const giveUp = (reason: AbortReason) => {
    end(reason);
    exchangeControl?.abort(new Error(reason));
  };
  const read = () =>
    void readBody(chunks, headers['content-encoding']).then((text) => {
      chunks = [];
      resolve({ status, headers, text });
      // By then, whoever waits for the text has read it.
      setImmediate(() => endTurn?.(text.length));
    }, end);

  const handler: Dispatcher.DispatchHandler = {
    // Called when the connection is open and the first byte is about to leave: the only reliable sign of "sent".
    onRequestStart: (control) => {
      exchangeControl = control;
    },
    onResponseStart: (_control, statusCode, received) => {
      status = statusCode;
      headers = Object.fromEntries(Object.entries(received).map(([name, value]) => [name, String(value)]));
    },
    onResponseData: (control, chunk) => {
      bytes += chunk.length;
      if (bytes > longestReplyBytes) {
        giveUp('too-large');
        return;
      }
      chunks.push(chunk);
      if (bytes <= largeBytes || endTurn !== undefined) return;
      control.pause();
      // undici is in the middle of this chunk.
      endTurn = takeTurn(() => setImmediate(() => control.resume()));
    },
    onResponseEnd: () => {
      // What is packed may be large although few bytes came.
      if (headers['content-encoding'] !== undefined && endTurn === undefined) endTurn = takeTurn(read);
      else read();
    },
    onResponseError: (_control, error) => end(error),
  };
  return { handler, isSent: () => exchangeControl !== undefined, giveUp };
}
