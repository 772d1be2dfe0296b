import { buildConnector, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { type Connection, toWireError, WireError, type WireReply, type WireRequest } from './wire.ts';

/** An answer may be this long; the longest honest one, a list of ten thousand windows, is two thirds of it. */
const longestReplyBytes = 6 * 1024 * 1024;

/** A connection may lie idle this long: less than any server is known to keep one. */
const longestIdleMs = 2_000;

/**
 * A way to the network through the proxies of the environment. Loopback addresses are reached directly.
 *
 * Only a read may go over the connection of an earlier read, once that one is over. One that was kept may be half
 * closed: a read that is lost in it is simply asked again, a write may or may not have arrived, so every write has a
 * connection of its own.
 */
export function createConnection(environment: Readonly<Record<string, string | undefined>>): Connection {
  const settings = readProxySettings(environment);
  const closing = new AbortController();
  const idle: Route[] = [];
  return {
    send: (request) => exchange(request, isLoopback(request.url) ? noProxy : settings, idle, closing.signal),
    close: async () => {
      closing.abort();
      closeAll(idle);
    },
  };
}

/** The way of one request at a time, to one origin. `isDirect` tells whether a connection past all proxies was begun. */
interface Route {
  readonly origin: string;
  readonly dispatcher: Dispatcher;
  readonly isDirect: () => boolean;
  readonly close: () => void;
}

function openRoute(settings: ProxySettings, origin: string): Route {
  const sockets = new AbortController();
  let direct = false;
  // The signal destroys sockets that are still connecting: undici itself would leave them until a limit of its own.
  const socket = { allowH2: false, timeout: 0, signal: sockets.signal };
  const connect = buildConnector(socket);
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy: settings.http,
    httpsProxy: settings.https,
    noProxy: settings.exceptions,
    proxyTls: socket,
    requestTls: socket,
    // Else the second request would get a second connection, because the first is still being tidied up.
    connections: 1,
    keepAliveTimeout: longestIdleMs,
    keepAliveMaxTimeout: longestIdleMs,
    connect: (options, callback) => {
      direct = true;
      connect(options, callback);
    },
  });
  const close = () => {
    sockets.abort();
    dispatcher.destroy().catch(() => {});
  };
  return { origin, dispatcher, isDirect: () => direct, close };
}

function takeRoute(idle: Route[], origin: string): Route | undefined {
  const index = idle.findIndex((route) => route.origin === origin);
  return index < 0 ? undefined : idle.splice(index, 1)[0];
}

function closeAll(routes: Route[]): void {
  for (const route of routes.splice(0)) route.close();
}

async function exchange(
  request: WireRequest,
  settings: ProxySettings,
  idle: Route[],
  closing: AbortSignal,
): Promise<WireReply> {
  const { origin } = request.url;
  const proxy = describeProxy(settings, request.url);
  let route: Route;
  try {
    route = (isRead(request) ? takeRoute(idle, origin) : undefined) ?? openRoute(settings, origin);
  } catch {
    const detail = 'the proxy setting is not an address such as http://proxy.example:3128';
    throw new WireError('proxy', { sent: false, detail, proxy, lasting: true });
  }

  const signals = request.signal === undefined ? [closing] : [closing, request.signal];
  const stop = AbortSignal.any(signals);
  let timer: NodeJS.Timeout | undefined;
  let interrupt = () => {};
  let isWhole = false;
  try {
    const reply = await new Promise<WireReply>((resolve, reject) => {
      const receiver = createReceiver(resolve, (reason) => {
        reject(toWireError(reason, receiver.isSent(), route.isDirect() ? undefined : proxy));
      });
      interrupt = () => receiver.giveUp('interrupted');
      stop.addEventListener('abort', interrupt);
      timer = setTimeout(() => receiver.giveUp('timeout'), request.timeoutMs);
      if (stop.aborted) receiver.giveUp('interrupted');
      else route.dispatcher.dispatch(describeDispatch(request), receiver.handler);
    });
    isWhole = true;
    return reply;
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', interrupt);
    if (isWhole && isRead(request)) idle.push(route);
    else route.close();
    // Whatever broke this one may have broken those too.
    if (!isWhole) closeAll(idle);
  }
}

function isRead({ method }: WireRequest): boolean {
  return method === 'GET';
}

function describeDispatch(request: WireRequest): Dispatcher.DispatchOptions {
  const { url, method, headers, body } = request;
  const path = `${url.pathname}${url.search}`;
  return { origin: url.origin, path, method, headers: { ...headers }, body: body ?? null, reset: !isRead(request) };
}

/** Why an exchange was ended by us. */
type AbortReason = 'interrupted' | 'timeout' | 'too-large';

interface Receiver {
  readonly handler: Dispatcher.DispatchHandler;
  readonly isSent: () => boolean;
  readonly giveUp: (reason: AbortReason) => void;
}

function createReceiver(resolve: (reply: WireReply) => void, fail: (reason: unknown) => void): Receiver {
  let exchangeControl: Dispatcher.DispatchController | undefined;
  let status = 0;
  let headers: Record<string, string> = {};
  let bytes = 0;
  const decoder = new TextDecoder();
  let text = '';

  const giveUp = (reason: AbortReason) => {
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
      else text += decoder.decode(chunk, { stream: true });
    },
    onResponseEnd: () => resolve({ status, headers, text: text + decoder.decode() }),
    onResponseError: (_control, error) => fail(error),
  };
  return { handler, isSent: () => exchangeControl !== undefined, giveUp };
}

/** The proxies of the environment, as they were found; empty where there is none. */
export interface ProxySettings {
  readonly http: string;
  readonly https: string;
  readonly exceptions: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The usual variables; where both spellings are set, lower case wins, as in curl. */
export function readProxySettings(environment: Environment): ProxySettings {
  const read = (name: string) => environment[name.toLowerCase()] ?? environment[name] ?? '';
  return { http: read('HTTP_PROXY'), https: read('HTTPS_PROXY'), exceptions: read('NO_PROXY') };
}

/** No proxy at all. */
export const noProxy: ProxySettings = { http: '', https: '', exceptions: '' };

/** Whether an address is this very machine: a proxy's loopback is another one, so it is never asked for ours. */
export function isLoopback(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(\.\d+){3}$/.test(host);
}

/** Host and port of the proxy for an address, without its credentials; undefined where there is none or it is malformed. */
export function describeProxy(settings: ProxySettings, url: URL): string | undefined {
  const setting = url.protocol === 'https:' ? settings.https || settings.http : settings.http;
  if (!URL.canParse(setting)) return undefined;
  const { hostname, port, protocol } = new URL(setting);
  if (hostname === '') return undefined;
  return `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
}
