import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

/** A key and the certificate that belongs to it. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A certificate that vouches for itself, for one name and for `localhost`. */
export function makeCertificate(name: string): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name},DNS:localhost`];
    execFileSync('openssl', [...kind, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A server that speaks HTTPS, and would rather speak HTTP/2. */
export function serveHttps(certificate: Certificate, listener: RequestListener): Promise<Listening> {
  return listen(createTlsServer({ ...certificate, ALPNProtocols: ['h2', 'http/1.1'] }, listener), 'https');
}

/** A proxy that tunnels every name to one port of this machine, or answers CONNECT with a status. */
export async function serveProxy(
  answer: number | { readonly tunnelTo: number },
): Promise<Listening & { readonly asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request);
    response.writeHead(500).end();
  });
  server.on('connect', (request, client) => {
    asked.push(request);
    if (typeof answer === 'number') {
      client.end(`HTTP/1.1 ${answer} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const target = connect(answer.tunnelTo, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.pipe(client);
      client.pipe(target);
    });
    target.on('error', () => client.destroy());
    client.on('error', () => target.destroy());
  });
  return { ...(await listen(server, 'http')), asked };
}
