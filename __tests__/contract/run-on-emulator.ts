import { createEmulator, type Emulator, type EmulatorOptions } from '../../src/emulator/emulator.ts';
import type { FaultRule } from '../../src/emulator/faults.ts';
import { sampleKey, samplePages } from '../../src/emulator/sample.ts';
import { serveEmulator } from '../../src/emulator/server.ts';
import { createConnection } from '../../src/statuspage/network.ts';
import type { Send, WireReply, WireRequest } from '../../src/statuspage/wire.ts';
import { type Report, type RunOptions, runContract } from '../../tools/contract/run-contract.ts';
import { sendTo } from '../support/send-to.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';

export const acme = samplePages[0]?.id ?? '';
export const acmeComponent = samplePages[0]?.components[0] ?? '';

/** What a try is made with: the shape of the emulator, and what is different about the run. */
export interface Circumstances {
  readonly shape?: EmulatorOptions;
  readonly faults?: readonly FaultRule[];
  readonly options?: Partial<RunOptions>;
  /** Another way to the network, around the true one. */
  readonly wire?: (send: Send) => Send;
}

/** A run that is over, and the page after it. */
export interface Tried {
  readonly report: Report;
  readonly said: readonly string[];
  readonly emulator: Emulator;
}

/** A page in memory that can be tried several times, all waiting being a virtual clock's. */
export function createPage({ shape = {}, faults = [] }: Pick<Circumstances, 'shape' | 'faults'> = {}) {
  const clock = createVirtualClock();
  const emulator = createEmulator({ ...shape, clock: { now: () => clock.now().getTime(), sleep: clock.sleep } });
  for (const fault of faults) emulator.addFault(fault);
  const send = sendTo(emulator, clock, () => 20);
  const said: string[] = [];
  const run = (options: Partial<RunOptions> = {}, wire: Circumstances['wire'] = (same) => same): Promise<Report> =>
    runContract({
      ...settingOf(said),
      apiUrl: new URL('http://emulator.example/user/api/v1'),
      clock,
      ...options,
      send: wire(send),
    });
  /** A request of somebody else. */
  const people = async (method: 'POST' | 'PATCH', path: string, body: object) => {
    const headers = { authorization: `Bearer ${sampleKey}`, 'content-type': 'application/json' };
    const url = new URL(`http://emulator.example/user/api/v1${path}`);
    await send({ method, url, headers, body: JSON.stringify(body), timeoutMs: 1000, signal: undefined });
  };
  return { emulator, clock, said, run, people };
}

/** Tries the contract once over a true connection to a served emulator, whose clock and ours are one virtual clock. */
export async function tryServed({
  shape = {},
  faults = [],
  options = {},
  wire = (send) => send,
}: Circumstances): Promise<Tried> {
  const clock = createVirtualClock();
  const served = await serveEmulator({ ...shape, clock: { now: () => clock.now().getTime(), sleep: clock.sleep } });
  const { send, close } = createConnection({});
  for (const fault of faults) served.emulator.addFault(fault);
  const said: string[] = [];
  try {
    const apiUrl = new URL(served.apiUrl);
    const report = await runContract({ ...settingOf(said), apiUrl, clock, ...options, send: wire(send) });
    return { report, said, emulator: served.emulator };
  } finally {
    await close();
    await served.close();
  }
}

function settingOf(said: string[]): Omit<RunOptions, 'apiUrl' | 'clock' | 'send'> {
  return {
    apiKey: sampleKey,
    page: 'acme',
    componentId: undefined,
    random: () => 0.5,
    interruption: undefined,
    requestTimeoutMs: 2_000,
    paceMs: 0,
    say: (line) => said.push(line),
  };
}

/** The names of the rows with a result. */
export function namesOf({ rows }: Report, result: Report['rows'][number]['result']): readonly string[] {
  return rows.filter((row) => row.result === result).map(({ name }) => name);
}

/** A wire that changes the answers it carries. */
export function rewriting(change: (reply: WireReply, request: WireRequest) => WireReply) {
  return (send: Send): Send =>
    async (request) =>
      change(await send(request), request);
}

/** An answer with another JSON body. */
export function withJson(reply: WireReply, change: (json: Record<string, unknown>) => unknown): WireReply {
  return { ...reply, text: JSON.stringify(change(JSON.parse(reply.text))) };
}
