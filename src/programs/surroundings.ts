import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../domain/time.ts';
import type { Host } from '../host/host.ts';
import { createConnection } from '../statuspage/request.ts';
import type { Tools } from './tools.ts';

/** The clock of the machine. A wait that is called off ends early. */
const systemClock: Clock = {
  now: () => new Date(),
  sleep: (ms, signal) => wait(ms, undefined, { signal }).catch(() => {}),
};

/** Runs a program with the machine's clock and network, and leaves no connection open. */
export async function withNetwork<H extends Host, T>(
  host: H,
  program: (tools: Tools & { readonly host: H }) => Promise<T>,
): Promise<T> {
  const { send, close } = createConnection(process.env);
  try {
    return await program({ host, send, clock: systemClock, random: Math.random });
  } finally {
    await close();
  }
}
