import type { Socket } from 'node:net';
import { buildConnector, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { createLargeResponseQueue, createReceiver, type JoinQueue } from './receiver.ts';
import { type Connection, toWireError, WireError, type WireReply, type WireRequest } from './wire.ts';

/** How long an idle connection is kept: shorter than any server is known to keep one. */
const longestIdleMs = 2_000;

/**
 * A connection to the network through the proxies of the environment. Loopback addresses are reached directly.
 *
 * Only a read may reuse the connection of an earlier read. The server may have closed a kept connection: a lost read
 * is repeated, but a lost write may have arrived. So every write opens a connection of its own.
 */
export function createConnection(environment: Environment): Connection {
  const settings = readProxySettings(environment);
  const closing = new AbortController();
  const idle: Route[] = [];
  const joinQueue = createLargeResponseQueue();
  return {
    send: (request) => exchange(request, isLoopback(request.url) ? noProxy : settings, idle, joinQueue, closing.signal),
    close: async () => {
      closing.abort();
      closeAll(idle);
    },
  };
}

/** Carries one request at a time to one origin. `isDirect` is true once it has connected without a proxy. */
interface Route {
  readonly origin: string;
  readonly dispatcher: Dispatcher;
  readonly isDirect: () => boolean;
  readonly close: () => void;
}

/**
 * Node tries the addresses of a name in turn and gives each only 250 ms, which is too short for a distant server. A
 * third of the limit leaves time for two silent addresses before one that answers.
 */
function addressTimeoutMs(requestTimeoutMs: number): number {
  return Math.max(250, Math.floor(requestTimeoutMs / 3));
}

function openRoute(proxy: Proxy | undefined, exceptions: string, { url, timeoutMs }: WireRequest): Route {
  const sockets = new AbortController();
  let direct = false;
  const socket = {
    allowH2: false,
    timeout: 0,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: addressTimeoutMs(timeoutMs),
    // The signal destroys sockets that are still connecting. undici would keep them until a limit of its own.
    signal: sockets.signal,
  };
  const connect = buildConnector(socket);
  const refusal = proxy?.refusal;
  const uri = refusal === undefined ? (proxy?.uri ?? '') : unusableProxy;
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy: uri,
    httpsProxy: uri,
    noProxy: exceptions,
    // undici alone decides whether NO_PROXY applies, so an unusable proxy fails only when undici connects to it.
    proxyTls: refusal === undefined ? socket : { ...socket, lookup: (_name, _options, done) => done(refusal, '') },
    requestTls: socket,
    // Otherwise the second request would get a second connection, because the first is still being cleaned up.
    connections: 1,
    keepAliveTimeout: longestIdleMs,
    keepAliveMaxTimeout: longestIdleMs,
    connect: (options, callback) => {
      direct = true;
      connect(options, skipContinue(callback));
    },
  });
  const close = () => {
    sockets.abort();
    dispatcher.destroy().catch(() => {});
  };
  return { origin: url.origin, dispatcher, isDirect: () => direct, close };
}

const continueStart = /^HTTP\/1\.[01] 100(?!\d)/;
const wholeContinue = /^HTTP\/1\.[01] 100(?!\d)[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n/;

type Connected = readonly [error: Error, socket: null] | readonly [error: null, socket: Socket];

/**
 * Makes a new connection leave out a `100 Continue` before its first response. Some servers send one although nobody asked, and undici
 * closes the connection because of it. The first response is enough: every write has a connection of its own.
 */
function skipContinue<C extends Connected>(callback: (...connected: C) => void): (...connected: C) => void {
  return (...connected) => {
    if (connected[1]) filterReads(connected[1]);
    callback(...connected);
  };
}

function filterReads(socket: Socket): void {
  const read = socket.read.bind(socket);
  let held = Buffer.alloc(0);
  socket.read = (size?: number): Buffer | null => {
    const chunk: Buffer | null = read(size);
    if (chunk === null) return null;
    held = Buffer.concat([held, chunk]);
    for (let text = held.toString('latin1'); ; text = held.toString('latin1')) {
      const found = wholeContinue.exec(text)?.[0];
      if (found === undefined) {
        const isUnfinished = continueStart.test(text) || (text.length < 13 && 'HTTP/1.1 100'.startsWith(text));
        if (isUnfinished) return null;
        break;
      }
      held = held.subarray(found.length);
    }
    socket.read = read;
    return held;
  };
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
  joinQueue: JoinQueue,
  closing: AbortSignal,
): Promise<WireReply> {
  const proxy = proxyFor(settings, request.url);
  const route =
    (isRead(request) ? takeRoute(idle, request.url.origin) : undefined) ??
    openRoute(proxy, settings.exceptions, request);

  const signals = request.signal === undefined ? [closing] : [closing, request.signal];
  const stop = AbortSignal.any(signals);
  let timer: NodeJS.Timeout | undefined;
  let interrupt = () => {};
  let isWhole = false;
  try {
    const reply = await new Promise<WireReply>((resolve, reject) => {
      const receiver = createReceiver(joinQueue, resolve, (reason) => {
        reject(toWireError(reason, receiver.isSent(), route.isDirect() ? undefined : proxy?.host));
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
    // What broke this connection may have broken the idle ones too.
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

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy settings of the environment as the user wrote them; empty if there are none. */
export interface ProxySettings {
  readonly http: string;
  readonly https: string;
  readonly exceptions: string;
}

/** Reads the usual variables. Lower case wins, as in curl, and a variable set to nothing is not set. */
export function readProxySettings(environment: Environment): ProxySettings {
  const read = (name: string) => environment[name.toLowerCase()]?.trim() || environment[name]?.trim() || '';
  return { http: read('HTTP_PROXY'), https: read('HTTPS_PROXY'), exceptions: read('NO_PROXY') };
}

/** No proxy at all. */
export const noProxy: ProxySettings = { http: '', https: '', exceptions: '' };

/** Whether an address is this machine. A proxy has a loopback of its own, so it is never asked for ours. */
export function isLoopback(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(\.\d+){3}$/.test(host);
}

/** A proxy as the environment sets it. */
export interface Proxy {
  /** With its credentials. */
  readonly uri: string;
  /** Host and port without credentials; undefined if the setting cannot be used. */
  readonly host: string | undefined;
  /** Why the setting cannot be used. */
  readonly refusal: WireError | undefined;
}

/** Stands for a proxy that cannot be used. It is never connected to. */
const unusableProxy = 'http://unusable.invalid';

/** The proxy for an address, unless NO_PROXY names its host; undefined without one. `host:3128` means http, as in curl. */
export function proxyFor(settings: ProxySettings, url: URL): Proxy | undefined {
  const setting = url.protocol === 'https:' ? settings.https || settings.http : settings.http;
  if (setting === '') return undefined;
  const [, scheme = 'http'] = /^([a-z][a-z\d+.-]*):\/\//i.exec(setting) ?? [];
  const uri = setting.includes('://') ? setting : `http://${setting}`;
  const parsed = URL.parse(uri);
  if (/^socks/i.test(scheme))
    return refuse(`the proxy setting begins with ${scheme.toLowerCase()}://, but SOCKS proxies are not supported`);
  if (!/^https?$/i.test(scheme) || parsed === null || !hasReadableCredentials(parsed)) {
    return refuse('the proxy setting is not an address such as http://proxy.example:3128');
  }
  const { hostname, port, protocol } = parsed;
  return { uri, host: `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`, refusal: undefined };
}

function refuse(detail: string): Proxy {
  const refusal = new WireError('proxy', { sent: false, detail, lasting: true });
  return { uri: '', host: undefined, refusal };
}

/** A `%` in a user or password that is not encoded as `%25` may make them unreadable. */
function hasReadableCredentials({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}
