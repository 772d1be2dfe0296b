import { createConnection } from '../../src/statuspage/network.ts';
import { type Connection, WireError } from '../../src/statuspage/wire.ts';
import type { Listening } from '../support/servers.ts';

const open: (() => Promise<void>)[] = [];

/** Stops every server and closes every connection of the test that has just run. */
export async function stopAll(): Promise<void> {
  for (const stop of open.splice(0)) await stop();
}

/** A server that ends with its test. */
export async function started<T extends Listening>(server: Promise<T>): Promise<T> {
  const listening = await server;
  open.push(listening.stop);
  return listening;
}

/** A connection that ends with its test. */
export function connected(environment: Readonly<Record<string, string>> = {}): Connection {
  const connection = createConnection(environment);
  open.push(connection.close);
  return connection;
}

/** The failure of an exchange; throws if there was none or another. */
export async function failureOf(exchange: Promise<unknown>): Promise<WireError> {
  try {
    await exchange;
  } catch (error) {
    if (error instanceof WireError) return error;
    throw error;
  }
  throw new Error('the exchange did not fail');
}
