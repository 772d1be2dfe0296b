import { setTimeout as wait } from 'node:timers/promises';
import { type Memory, readStateChunks, type StateChunks, writeStateChunks } from '../deployment/deployment.ts';
import type { Words } from '../deployment/end-record.ts';
import type { HostKind } from '../domain/run.ts';
import { type Clock, later } from '../domain/time.ts';
import { inputNames } from '../inputs/inputs.ts';
import type { endingInputs, Given, Values } from '../inputs/operations.ts';
import { forLog } from '../messages/sanitize.ts';
import { connectStatusPage, type StatusPage } from '../statuspage/client.ts';
import type { Call } from '../statuspage/failed-call.ts';
import type { Connection, Send } from '../statuspage/wire.ts';
import type { Host } from './host.ts';

/** What a program works with: where it runs, the way to the network, and time. */
export interface Dependencies {
  readonly host: Host;
  readonly send: Send;
  readonly clock: Clock;
  readonly random: () => number;
  /** How a deployment goes on after its opening; absent on the runner, where a post step ends it. */
  readonly handoff?: Handoff;
}

/** What a deployment is remembered by until its end, and who ends it, as the beginning of a sentence. */
export interface Handoff {
  readonly memory: Memory;
  readonly ender: string;
}

/** What the inputs say of the API and of the way to use it. */
interface ApiSettings {
  readonly 'api-url': URL;
  readonly 'request-timeout': number;
  readonly 'dry-run': boolean;
}

const userAgents: Readonly<Record<HostKind, string>> = {
  runner: 'statuspage-me-action',
  terminal: 'statuspage-me-cli',
};

/** The API as the inputs name it, usable for `budgetMs` from the start of the process on. */
export function connect(
  dependencies: Dependencies,
  settings: ApiSettings,
  apiKey: string,
  budgetMs: number,
  clockOffsetMs?: number,
): StatusPage {
  const { host, send, clock, random } = dependencies;
  return connectStatusPage({
    apiKey,
    apiUrl: settings['api-url'],
    requestTimeoutMs: settings['request-timeout'],
    clockOffsetMs,
    send,
    clock,
    random,
    userAgent: userAgents[host.kind],
    deadline: later(host.startedAt, budgetMs),
    interruption: host.interruption,
    trace: host.debug,
    dryRun: settings['dry-run'] ? (call) => host.info(`Dry run, not sent: ${forLog(describeCall(call))}`) : undefined,
  });
}

/** What a deployment is remembered by, and who ends it. */
export function handoffOf({ host, handoff }: Dependencies): Handoff {
  return handoff ?? { memory: stateMemory(host), ender: 'The post step' };
}

/** The runner's state as the memory of a deployment. It only ever grows, so what stays as it was is not saved again. */
function stateMemory(host: Host): Memory {
  let saved: StateChunks = new Map();
  return {
    remember: (deployment) => {
      const notes = writeStateChunks(deployment, saved);
      for (const [name, text] of notes) if (saved.get(name) !== text) host.saveState(name, text);
      saved = notes;
    },
    recall: () => readStateChunks(host.savedState),
  };
}

/** The memory of a dry run: there is nothing to come back to. */
export const noMemory: Memory = { remember: () => {}, recall: () => undefined };

/** The words of an ending as the inputs have them. */
export function wordsOf(values: Values<typeof endingInputs>): Words {
  return {
    resolve: values['resolve-message'],
    cancel: values['cancel-message'],
    failureTitle: values['failure-title'],
    failure: values['failure-message'],
    notifyOnFailure: values['notify-on-failure'],
  };
}

/** Keeps the secrets that were given out of everything that is printed from now on. */
export function maskSecrets(host: Host): void {
  for (const secret of ['api-key', 'github-token'].map(host.input)) if (secret !== '') host.mask(secret);
}

/** All inputs as the host has them. */
export function readGiven(host: Host): Given {
  return Object.fromEntries(inputNames.map((name) => [name, host.input(name)]));
}

function describeCall({ method, path, body }: Call): string {
  return `${method} ${path}${body === undefined ? '' : ` ${JSON.stringify(body)}`}`;
}

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
  program: (dependencies: Dependencies & { readonly host: H }) => Promise<T>,
): Promise<T> {
  let connection: Promise<Connection> | undefined;
  const connect = async () => (await import('../statuspage/network.ts')).createConnection(process.env);
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
