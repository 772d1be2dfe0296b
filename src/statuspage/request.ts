import { buildConnector, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { describeProxy, isLoopback, noProxy, type ProxySettings, readProxySettings } from './proxy.ts';
import { type Connection, WireFailure, type WireReply, type WireRequest } from './wire.ts';
import { explainBreakage } from './wire-trouble.ts';

export type { Connection, Send, WireReply, WireRequest } from './wire.ts';
export { WireFailure } from './wire.ts';

/** An answer may be this long; the longest honest one, a list of 200 incidents, is a tenth of it. */
const longestReplyBytes = 4 * 1024 * 1024;

/**
 * A way to the network through the proxies of the environment. Loopback addresses are reached directly.
 *
 * Every request has a connection of its own: one that was kept may be half closed, and a create that is lost in it
 * may or may not have arrived. A deployment sends one request or two, so little is gained by keeping any.
 */
export function createConnection(environment: Readonly<Record<string, string | undefined>>): Connection {
  const settings = readProxySettings(environment);
  const closing = new AbortController();
  return {
    send: (request) => exchange(request, isLoopback(request.url) ? noProxy : settings, closing.signal),
    close: async () => closing.abort(),
  };
}

/** The way of one request. `direct` tells once a connection past all proxies was begun. */
interface Route {
  readonly dispatcher: Dispatcher;
  readonly isDirect: () => boolean;
}

function openRoute(settings: ProxySettings, signal: AbortSignal): Route {
  let direct = false;
  // The signal destroys sockets that are still connecting: undici itself would leave them until a limit of its own.
  const socket = { allowH2: false, timeout: 0, signal };
  const connect = buildConnector(socket);
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy: settings.http,
    httpsProxy: settings.https,
    noProxy: settings.exceptions,
    proxyTls: socket,
    requestTls: socket,
    connect: (options, callback) => {
      direct = true;
      connect(options, callback);
    },
  });
  return { dispatcher, isDirect: () => direct };
}

async function exchange(request: WireRequest, settings: ProxySettings, closing: AbortSignal): Promise<WireReply> {
  const sockets = new AbortController();
  const proxy = describeProxy(settings, request.url);
  let route: Route;
  try {
    route = openRoute(settings, sockets.signal);
  } catch {
    const detail = 'the proxy setting is not an address such as http://proxy.example:3128';
    throw new WireFailure('proxy', { sent: false, detail, proxy, lasting: true });
  }

  const signals = request.signal === undefined ? [closing] : [closing, request.signal];
  const stop = AbortSignal.any(signals);
  let timer: NodeJS.Timeout | undefined;
  let interrupt = () => {};
  try {
    return await new Promise<WireReply>((resolve, reject) => {
      const receiver = createReceiver(resolve, (reason) => {
        reject(explainBreakage(reason, receiver.isSent(), route.isDirect() ? undefined : proxy));
      });
      interrupt = () => receiver.giveUp('interrupted');
      stop.addEventListener('abort', interrupt);
      timer = setTimeout(() => receiver.giveUp('timeout'), request.timeoutMs);
      if (stop.aborted) receiver.giveUp('interrupted');
      else route.dispatcher.dispatch(describeDispatch(request), receiver.handler);
    });
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', interrupt);
    sockets.abort();
    route.dispatcher.destroy().catch(() => {});
  }
}

function describeDispatch({ url, method, headers, body }: WireRequest): Dispatcher.DispatchOptions {
  const path = `${url.pathname}${url.search}`;
  return { origin: url.origin, path, method, headers: { ...headers }, body: body ?? null, reset: true };
}

/** Why an exchange was ended by us. */
type GivenUp = 'interrupted' | 'timeout' | 'too-large';

interface Receiver {
  readonly handler: Dispatcher.DispatchHandler;
  readonly isSent: () => boolean;
  readonly giveUp: (reason: GivenUp) => void;
}

function createReceiver(resolve: (reply: WireReply) => void, fail: (reason: unknown) => void): Receiver {
  let exchangeControl: Dispatcher.DispatchController | undefined;
  let status = 0;
  let headers: Record<string, string> = {};
  let bytes = 0;
  const chunks: Uint8Array[] = [];

  const giveUp = (reason: GivenUp) => {
    fail(reason);
    exchangeControl?.abort(new Error(reason));
  };

  const handler: Dispatcher.DispatchHandler = {
    // Called when a connection stands and the first byte is about to leave: the one sure sign of "sent".
    onRequestStart: (control) => {
      exchangeControl = control;
    },
    onResponseStart: (_control, statusCode, received) => {
      status = statusCode;
      headers = Object.fromEntries(Object.entries(received).map(([name, value]) => [name, String(value)]));
    },
    onResponseData: (_control, chunk) => {
      bytes += chunk.length;
      if (bytes > longestReplyBytes) giveUp('too-large');
      else chunks.push(chunk);
    },
    onResponseEnd: () => resolve({ status, headers, text: new TextDecoder().decode(Buffer.concat(chunks)) }),
    onResponseError: (_control, error) => fail(error),
  };
  return { handler, isSent: () => exchangeControl !== undefined, giveUp };
}
