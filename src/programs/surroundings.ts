import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../domain/time.ts';
import type { Host } from '../host/host.ts';
import type { Connection, Send } from '../statuspage/wire.ts';
import type { Tools } from './tools.ts';

/** The clock of the machine. A wait that is called off ends early. */
const systemClock: Clock = {
  now: () => new Date(),
  sleep: (ms, signal) => wait(ms, undefined, { signal }).catch(() => {}),
};

/**
 * Runs a program with the machine's clock and network, and leaves no connection open. The network is loaded with the first request: wrong
 * inputs, and an ending with nothing to end, do without it.
 */
export async function withNetwork<H extends Host, T>(
  host: H,
  program: (tools: Tools & { readonly host: H }) => Promise<T>,
): Promise<T> {
  let connection: Promise<Connection> | undefined;
  const connect = async () => (await import('../statuspage/request.ts')).createConnection(process.env);
  const send: Send = async (request) => {
    connection ??= connect();
    return (await connection).send(request);
  };
  try {
    return await program({ host, send, clock: systemClock, random: Math.random });
  } finally {
    await (await connection)?.close();
  }
}
