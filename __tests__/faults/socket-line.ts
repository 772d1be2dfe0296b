import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { createConnection } from '../../src/statuspage/network.ts';
import { type Send, WireError, type WireReply } from '../../src/statuspage/wire.ts';
import { patiently } from '../support/send-to.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';
import { type Fault, type Meet, meet, type Weather } from './wire-faults.ts';

/** A line to an emulator over real sockets: what goes wrong on it goes wrong on the socket, as far as a server can bring it about. */
export interface SocketLine {
  readonly send: Send;
  readonly meet: Meet;
  readonly close: () => Promise<void>;
}

/** A request on its way. The virtual time stands still as long as bytes may be moving, and passes while the server is asleep. */
class Exchange {
  readonly #clock: VirtualClock;
  #letGo: (() => void) | undefined;
  readonly luck: { readonly fault: Fault; readonly weather: Weather } | undefined;
  isOver = false;

  constructor(clock: VirtualClock, luck: Exchange['luck']) {
    this.#clock = clock;
    this.luck = luck;
    this.move();
  }

  move(): void {
    this.#letGo ??= this.#clock.hold();
  }

  rest(): void {
    this.#letGo?.();
    this.#letGo = undefined;
  }

  async sleep(ms: number): Promise<void> {
    this.rest();
    await this.#clock.sleep(ms);
    this.move();
  }
}

/** No exchange takes as long as this: time-outs are those of the virtual clock. */
const realTimeoutMs = 60_000;
const tooLong = ' '.repeat(7 * 1024 * 1024);
const nobody = 'http://127.0.0.1:9';

/** Serves an emulator on a port of its own, and connects the true client of the network to it. */
export async function openSocketLine(
  emulator: Emulator,
  clock: VirtualClock,
  latencyMs: () => number,
): Promise<SocketLine> {
  const exchanges = new Map<string, Exchange>();
  const server = createServer((incoming, outgoing) => {
    const exchange = exchanges.get(String(incoming.headers['x-exchange']));
    if (exchange === undefined) throw new Error('a request that nobody has sent');
    serve(incoming, outgoing, exchange, emulator)
      .catch(() => outgoing.destroy())
      .finally(() => exchange.isOver && exchange.rest());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const origins: Partial<Record<Fault['fault'], string>> = {
    refused: nobody,
    certificate: `https://127.0.0.1:${port}`,
  };
  const connection = createConnection({});

  const travel = async () => {
    const ms = latencyMs();
    if (ms > 0) await clock.sleep(ms);
  };
  const exchangeOver = async (request: Parameters<Send>[0], luck: Exchange['luck']): Promise<WireReply> => {
    const { url, signal } = request;
    if (signal?.aborted) throw new WireError('interrupted', { sent: false });
    const origin = (luck && origins[luck.fault.fault]) ?? `http://127.0.0.1:${port}`;
    const id = randomUUID();
    const gone = new AbortController();
    const talk = async () => {
      await travel();
      const exchange = new Exchange(clock, luck);
      exchanges.set(id, exchange);
      try {
        const headers = { ...request.headers, 'x-exchange': id };
        const target = new URL(url.pathname + url.search, origin);
        return await connection.send({
          ...request,
          url: target,
          headers,
          timeoutMs: realTimeoutMs,
          signal: gone.signal,
        });
      } finally {
        exchange.isOver = true;
        exchange.rest();
        await travel();
      }
    };
    try {
      return await patiently(clock, request, talk());
    } finally {
      gone.abort();
    }
  };
  return {
    send: (request) => exchangeOver(request, undefined),
    meet: (fault, weather, send, request) =>
      fault.fault === 'unknown-host' || fault.fault === 'proxy'
        ? meet(fault, weather, send, request)
        : exchangeOver(request, { fault, weather }),
    close: async () => {
      await connection.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

const compressors = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync } as const;

async function serve(incoming: IncomingMessage, outgoing: ServerResponse, exchange: Exchange, emulator: Emulator) {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { unaskedContinue, compression } = emulator.options();
  const work = () => workOn(incoming, Buffer.concat(chunks).toString(), emulator);
  const answer = ({ status, headers }: WireReply, text: string) => {
    outgoing.sendDate = false;
    if (unaskedContinue) outgoing.writeContinue();
    const body = compression === 'none' ? Buffer.from(text) : compressors[compression](text);
    const encoding = compression === 'none' ? {} : { 'content-encoding': compression };
    outgoing.writeHead(status, { ...headers, ...encoding, 'content-length': body.length });
    return body;
  };
  const workAnyway = async (ms: number | undefined, { clock }: Weather) => {
    if (ms === 0) await work();
    else if (ms !== undefined) void clock.sleep(ms).then(work);
  };
  const tell = (reply: WireReply) => void outgoing.end(answer(reply, reply.text));
  if (exchange.luck === undefined) return tell(await work());
  const { fault, weather } = exchange.luck;
  switch (fault.fault) {
    case 'reset':
      await workAnyway(fault.doneAfterMs, weather);
      incoming.socket.resetAndDestroy();
      return;
    case 'too-large': {
      await workAnyway(fault.doneAfterMs, weather);
      return tell({ status: 200, headers: {}, text: tooLong });
    }
    case 'cut-off': {
      const reply = await work();
      outgoing.write(answer(reply, `${reply.text} `).subarray(0, -1), () => incoming.socket.destroySoon());
      return;
    }
    case 'silence':
      await workAnyway(fault.doneAfterMs, weather);
      exchange.rest();
      return;
    case 'delay':
      await exchange.sleep(fault.ms);
      return tell(await work());
    case 'slow-answer': {
      const reply = await work();
      await exchange.sleep(fault.ms);
      return tell(reply);
    }
    default: {
      const nothing = { method: 'GET', url: new URL(nobody), headers: {}, body: undefined, signal: undefined } as const;
      return tell(await meet(fault, weather, work, { ...nothing, timeoutMs: realTimeoutMs }));
    }
  }
}

async function workOn({ method = 'GET', url = '/', headers }: IncomingMessage, text: string, emulator: Emulator) {
  const init = {
    method,
    headers: headers as Record<string, string>,
    body: method === 'GET' || text === '' ? null : text,
  };
  const outcome = await emulator.answer(new Request(`https://statuspage.me${url}`, init));
  if (outcome.kind !== 'reply') throw new Error(`the emulator knows of ${outcome.kind}`);
  const { response } = outcome;
  return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
}
