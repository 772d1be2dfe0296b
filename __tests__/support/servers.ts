import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';
import { createServer as createBareTlsServer } from 'node:tls';
import type { Certificate } from './certificates.ts';

/** A server on loopback, with everything that has reached it. */
export interface Listening {
  readonly port: number;
  readonly url: URL;
  readonly stop: () => Promise<void>;
}

async function listen(server: TcpServer, scheme: string): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port, url: new URL(`${scheme}://127.0.0.1:${port}/api`), stop };
}

/** A server that speaks HTTP. */
export function serveHttp(listener: RequestListener): Promise<Listening> {
  return listen(createServer(listener), 'http');
}

/** A server that does to each bare connection what it is told to. */
export function serveTcp(greet: (socket: Socket) => void, scheme = 'http'): Promise<Listening> {
  return listen(createTcpServer(greet), scheme);
}

/** A server that accepts one connection and never says a word; `allClosed` resolves once the other side has left. */
export async function serveSilence(): Promise<Listening & { readonly allClosed: Promise<void> }> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const listening = await serveTcp((socket) => socket.on('close', resolve).resume());
  return { ...listening, allClosed: promise };
}

/** A server that speaks HTTPS, and would rather speak HTTP/2. */
export function serveHttps(certificate: Certificate, listener: RequestListener): Promise<Listening> {
  return listen(createTlsServer({ ...certificate, ALPNProtocols: ['h2', 'http/1.1'] }, listener), 'https');
}

/** A server that speaks TLS for another. */
export interface TlsFront extends Listening {
  /** Shows another certificate from now on. */
  readonly change: (certificate: Certificate) => void;
  /** Accepts connections from now on, and never says a word in them: no handshake is completed. */
  readonly fallSilent: () => void;
}

/** A server in front of one that speaks HTTP: what arrives by TLS goes there as it is. */
export async function serveTlsFor(port: number, certificate: Certificate): Promise<TlsFront> {
  const tls = createBareTlsServer(certificate, (client) => joinSockets(client, connect(port, '127.0.0.1')));
  let silent = false;
  const server = createTcpServer((socket) => (silent ? socket.resume() : tls.emit('connection', socket)));
  const fallSilent = () => {
    silent = true;
  };
  return { ...(await listen(server, 'https')), change: (other) => tls.setSecureContext(other), fallSilent };
}

/** What a proxy does: it answers CONNECT with a status, or tunnels every name to one port of this machine, for everybody or for those with credentials. */
export type ProxyAnswer = number | { readonly tunnelTo: number; readonly credentials?: string };

/** A proxy, and what it was asked. */
export interface Proxy extends Listening {
  readonly asked: IncomingMessage[];
}

/** A proxy for CONNECT alone. */
export async function serveProxy(answer: ProxyAnswer): Promise<Proxy> {
  const asked: IncomingMessage[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request);
    response.writeHead(500).end();
  });
  server.on('connect', (request, client: Socket) => {
    asked.push(request);
    const status = statusOf(answer, request);
    if (status !== 200 || typeof answer === 'number') {
      client.end(`HTTP/1.1 ${status} No\r\nProxy-Authenticate: Basic realm="proxy"\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const target = connect(answer.tunnelTo, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      joinSockets(client, target);
    });
    target.on('error', () => client.destroy());
  });
  return { ...(await listen(server, 'http')), asked };
}

function statusOf(answer: ProxyAnswer, { headers }: IncomingMessage): number {
  if (typeof answer === 'number') return answer;
  const { credentials } = answer;
  return credentials === undefined || headers['proxy-authorization'] === `Basic ${btoa(credentials)}` ? 200 : 407;
}

/** If one connection breaks, so does the other. */
function joinSockets(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  }
}
