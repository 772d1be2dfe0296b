import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { getRequestListener } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { apiPath } from './api.ts';
import type { Outcome } from './apply-faults.ts';
import { createEmulator, type Emulator, type EmulatorOptions } from './emulator.ts';
import type { Options } from './options.ts';
import { samplePages } from './sample.ts';

/** Where an emulator is to listen, and its options. */
export type ServeOptions = EmulatorOptions & {
  readonly host?: string;
  readonly port?: number;
  /** Whether the API gives each page the address at which it is shown here, as if that were its custom domain. Else links lead nowhere. */
  readonly pagesAreHere?: boolean;
};

/** An emulator that listens on a port. */
export interface ServedEmulator {
  /** The origin, under which the status pages lie: `http://127.0.0.1:4010`. */
  readonly url: string;
  /** The API's base URL. */
  readonly apiUrl: string;
  readonly emulator: Emulator;
  /** Tears down what is open, a request without an answer included, and frees the port. */
  close(): Promise<void>;
}

/** Serves a new emulator over HTTP, by default on a free port of the loopback. Rejects with a sentence if it cannot listen there. */
export async function serveEmulator({
  host = '127.0.0.1',
  port = 0,
  pagesAreHere = false,
  ...options
}: ServeOptions = {}): Promise<ServedEmulator> {
  const server = createServer((incoming, outgoing) =>
    getRequestListener(async (request) => sendOutcome(await emulator.answer(request), emulator.options(), outgoing), {
      // A client in this process keeps Node's own Request and Response.
      overrideGlobalObjects: false,
    })(incoming, outgoing),
  );
  server.listen(port, host);
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw new Error(describeListenError(error, port), { cause: error });
  });
  const bound = server.address() as AddressInfo;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`;
  const { pages = samplePages } = options;
  const shown = pages.map((page) => (pagesAreHere ? { ...page, url: `${url}/${page.slug}` } : page));
  const emulator = createEmulator({ ...options, pages: shown });
  return {
    url,
    apiUrl: url + apiPath,
    emulator,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function describeListenError({ code, message }: NodeJS.ErrnoException, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is already in use. Choose another one with --port, or 0 for a free one.`;
    case 'EACCES':
      return `You may not listen on port ${port}. Choose one above 1023 with --port, or 0 for a free one.`;
    default:
      return `Cannot listen on port ${port}: ${message}.`;
  }
}

/** What to print when the emulator has started: its addresses, status pages and API keys with their scopes. */
export function describeServed({ url, apiUrl, emulator }: ServedEmulator): string {
  const { keys, pages } = emulator.options();
  const width = Math.max(...keys.map(({ key }) => key.length));
  const shown = [
    ['status pages', url],
    ['API', apiUrl],
    ...pages.map(({ name, slug, id }) => [name, `${id}  ${url}/${slug}`]),
    ...keys.map(({ key, scopes }) => ['API key', `${key.padEnd(width)}  ${scopes.join(', ') || 'every scope'}`]),
    ['controls', `${url}/emulator/{journal,state,options,faults,reset}`],
  ];
  return shown.map(([name = '', value = '']) => `${name.padEnd(14)}${value}\n`).join('');
}

async function sendOutcome(outcome: Outcome, options: Options, outgoing: ServerResponse): Promise<Response> {
  switch (outcome.kind) {
    case 'reply':
      if (options.unaskedContinue) outgoing.writeContinue();
      return compress(outcome.response, options.compression);
    case 'silence':
      return new Promise(() => {});
    case 'reset':
      outgoing.socket?.resetAndDestroy();
      return RESPONSE_ALREADY_SENT;
    case 'cut-off': {
      const { status, headers } = outcome.response;
      outgoing.writeHead(status, Object.fromEntries(headers));
      outgoing.write(new Uint8Array(await outcome.response.arrayBuffer()));
      outgoing.socket?.destroySoon();
      return RESPONSE_ALREADY_SENT;
    }
  }
}

const compressors = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync } as const;

async function compress(response: Response, compression: Options['compression']): Promise<Response> {
  if (compression === 'none' || response.body === null) return response;
  const body = compressors[compression](await response.arrayBuffer());
  const headers = new Headers(response.headers);
  headers.set('content-encoding', compression);
  return new Response(body, { status: response.status, headers });
}
