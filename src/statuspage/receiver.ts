import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Dispatcher } from 'undici';
import type { WireReply } from './wire.ts';

/** Why we ended an exchange. */
type AbortReason = 'interrupted' | 'timeout' | 'too-large';

/** Receives one response. */
interface Receiver {
  readonly handler: Dispatcher.DispatchHandler;
  readonly isSent: () => boolean;
  readonly giveUp: (reason: AbortReason) => void;
}

/** The longest reply that is read. A list of ten thousand windows needs two thirds of it. */
const longestReplyBytes = 6 * 1024 * 1024;
/** A longer response waits in a queue. */
const largeBytes = 256 * 1024;

/** Calls `resolve` with a whole response, or `fail` with what came between. */
export function createReceiver(
  joinQueue: JoinQueue,
  resolve: (reply: WireReply) => void,
  fail: (reason: unknown) => void,
): Receiver {
  let exchangeControl: Dispatcher.DispatchController | undefined;
  let status = 0;
  let headers: Record<string, string> = {};
  let bytes = 0;
  let chunks: Buffer[] = [];
  let leaveQueue: ((bytes: number) => void) | undefined;

  const end = (reason: unknown) => {
    chunks = [];
    leaveQueue?.(bytes);
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
      setImmediate(() => leaveQueue?.(text.length));
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
      if (bytes <= largeBytes || leaveQueue !== undefined) return;
      control.pause();
      // undici is in the middle of this chunk.
      leaveQueue = joinQueue(() => setImmediate(() => control.resume()));
    },
    onResponseEnd: () => {
      // What is packed may be large although few bytes came.
      if (headers['content-encoding'] !== undefined && leaveQueue === undefined) leaveQueue = joinQueue(read);
      else read();
    },
    onResponseError: (_control, error) => end(error),
  };
  return { handler, isSent: () => exchangeControl !== undefined, giveUp };
}

/**
 * The text of a body, unpacked if it was compressed although the request did not ask for that: some proxies do so. Rejects
 * with `too-large` if it unpacks to more than the longest reply, and with an error if it cannot be unpacked.
 */
async function readBody(chunks: readonly Buffer[], contentEncoding = ''): Promise<string> {
  const codings = contentEncoding.split(',').map((coding) => coding.trim().toLowerCase());
  let body = Buffer.concat(chunks);
  try {
    // The last coding was applied last.
    for (const coding of codings.reverse()) {
      if (body.length > 0) body = await unpackOne(body, coding, { maxOutputLength: longestReplyBytes });
    }
  } catch (error) {
    throw (error as { readonly code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : error;
  }
  return new TextDecoder().decode(body);
}

async function unpackOne(
  body: Buffer<ArrayBuffer>,
  coding: string,
  options: { readonly maxOutputLength: number },
): Promise<Buffer<ArrayBuffer>> {
  if (coding === '' || coding === 'identity') return body;
  // Loaded only if it is needed: we do not ask for compressed responses.
  const { brotliDecompress, gunzip, inflate, inflateRaw } = await import('node:zlib');
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return promisify(gunzip)(body, options);
    case 'deflate':
      // Some servers leave out the header that the standard asks for.
      return promisify(((body[0] ?? 0) & 0x0f) === 8 ? inflate : inflateRaw)(body, options);
    case 'br':
      return promisify(brotliDecompress)(body, options);
    default:
      throw Object.assign(new Error(), { code: `content-encoding ${coding}` });
  }
}

/** A response that stalls holds up the others for this long at most. */
const mostWaitMs = 5_000;

/** Calls `begin` once it is this response's turn. The returned function leaves the queue; it takes the bytes that were received. */
export type JoinQueue = (begin: () => void) => (bytes: number) => void;

/** A queue of large responses, read one at a time. The others stay with the server, so that their bytes are never in memory together. */
export function createLargeResponseQueue(waitMs = mostWaitMs): JoinQueue {
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

/** After so many bytes of large responses, what is left of them is freed. */
const everyBytes = 2 * 1024 * 1024;

/** Frees what large responses leave behind. */
interface Collector {
  /** Keeps the space for young objects as small as it is. */
  readonly prepare: () => void;
  /** Takes the bytes of a large response that is over. */
  readonly free: (bytes: number) => void;
}

/** V8 lets garbage grow with the memory of the machine: fifty long lists, one after the other, would take 300 MB. */
function createCollector(): Collector {
  let collect: (() => void) | undefined;
  let left = 0;
  const prepare = () => {
    collect ??= findCollect();
    return collect;
  };
  return {
    prepare,
    free: (bytes) => {
      left += bytes;
      if (left < everyBytes) return;
      left = 0;
      prepare()();
    },
  };
}

/** V8's own function, and no growth of the space for young objects from now on. */
function findCollect(): () => void {
  try {
    setFlagsFromString('--semi-space-growth-factor=1');
    setFlagsFromString('--expose-gc');
    return runInNewContext('gc');
  } catch {
    // Another engine than V8.
    return () => {};
  }
}
