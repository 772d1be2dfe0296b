import { setTimeout as wait } from 'node:timers/promises';
import {
  type Deployment,
  type Memory,
  readStateChunks,
  type StateChunks,
  writeStateChunks,
} from '../deployment/deployment.ts';
import type { Words } from '../deployment/end-record.ts';
import { UserError } from '../domain/errors.ts';
import type { HostKind } from '../domain/run.ts';
import { type Clock, later, secondMs } from '../domain/time.ts';
import { inputNames, inputs } from '../inputs/inputs.ts';
import type { EndingValues, Given } from '../inputs/operations.ts';
import { forLog } from '../messages/sanitize.ts';
import { connectStatusPage, type StatusPage } from '../statuspage/client.ts';
import type { Call } from '../statuspage/failed-call.ts';
import type { Connection, Send } from '../statuspage/wire.ts';
import type { Frame, Host, Log } from './host.ts';

/** What a step works with: its host and frame, the way to the network, and time. */
export interface Dependencies {
  readonly host: Host;
  readonly frame: Frame;
  readonly send: Send;
  readonly clock: Clock;
  readonly random: () => number;
  /** How a deployment goes on after it was opened; absent on the runner, because its post step ends it. */
  readonly handoff?: Handoff;
}

/** What remembers a deployment until its end, and who ends it, as the beginning of a sentence. */
export interface Handoff {
  readonly memory: Memory;
  readonly ender: string;
  /** Whether the memory outlasts a deployment that failed, so that the next one continues it. */
  readonly isLasting?: boolean;
  /** What the memory held before: the same deployment, which is started again. */
  readonly earlier?: Deployment | undefined;
}

/** What the inputs say about the API and how to use it. */
interface ApiSettings {
  readonly 'api-url': URL;
  readonly 'request-timeout': number;
  readonly 'dry-run': boolean;
}

const userAgents: Readonly<Record<HostKind, string>> = {
  runner: 'statuspage-me-action',
  terminal: 'statuspage-me-cli',
};

/** The client of the API that the inputs name, usable for `budgetMs` from the start of the process on. */
export function connect(
  dependencies: Dependencies,
  settings: ApiSettings,
  apiKey: string,
  budgetMs: number,
  clockOffsetMs?: number,
): StatusPage {
  const { host, frame, send, clock, random } = dependencies;
  return connectStatusPage({
    apiKey,
    apiUrl: settings['api-url'],
    requestTimeoutMs: settings['request-timeout'],
    clockOffsetMs,
    send,
    clock,
    random,
    userAgent: userAgents[host.kind],
    deadline: later(frame.startedAt, budgetMs),
    interruption: frame.interruption,
    trace: host.log.debug,
    dryRun: settings['dry-run']
      ? (call) => host.log.info(`Dry run, not sent: ${forLog(describeCall(call))}`)
      : undefined,
  });
}

/** The same dependencies for work that begins now and that no signal stops. */
export function withoutInterruption(dependencies: Dependencies): Dependencies {
  const { frame, clock } = dependencies;
  return { ...dependencies, frame: { ...frame, startedAt: clock.now(), interruption: new AbortController().signal } };
}

/** What remembers a deployment, and who ends it. */
export function handoffOf({ host, handoff }: Dependencies): Handoff {
  return handoff ?? { memory: stateMemory(host), ender: 'The post step' };
}

/** The runner's state as the memory of a deployment. It only ever grows, so what stays as it was is not saved again. */
function stateMemory(host: Host): Memory {
  let saved: StateChunks = new Map();
  return {
    remember: (deployment) => {
      const chunks = writeStateChunks(deployment, saved);
      for (const [name, text] of chunks) if (saved.get(name) !== text) host.saveState(name, text);
      saved = chunks;
    },
    recall: () => {
      try {
        return readStateChunks(host.savedState);
      } catch {
        throw new UserError(
          'state not saved',
          'Could not end the notice: the state that the main step saved cannot be read. Check the page, and end what is there.',
          'failed',
        );
      }
    },
  };
}

/** The memory of a dry run: there is nothing to come back to. */
export const noMemory: Memory = { remember: () => {}, recall: () => undefined };

/** The texts of an ending as the inputs have them. */
export function wordsOf(values: EndingValues): Words {
  return {
    resolve: values['resolve-message'],
    cancel: values['cancel-message'],
    failureTitle: values['failure-title'],
    failure: values['failure-message'],
    notifyOnFailure: values['notify-on-failure'],
  };
}

/** GitHub is asked about other runs for this long. */
const askingBudgetMs = 3 * secondMs;

/** Nothing is superseded, so no run is asked about. */
export const noneRunning = (): Promise<ReadonlySet<string>> => Promise.resolve(new Set<string>());

/** Asks GitHub which runs are still in progress. A run that GitHub does not know, or that it cannot be asked about, counts as over. */
export function findRunningBy({ host, frame, clock }: Dependencies, token: string | undefined) {
  return async (runIds: readonly string[]): Promise<ReadonlySet<string>> => {
    if (runIds.length === 0 || token === undefined || !frame.run.url?.includes('/actions/runs/')) return new Set();
    const deadline = later(clock.now(), askingBudgetMs);
    const runs = host.workflowRuns({ token, deadline, clock, interruption: frame.interruption });
    const isRunning = (runId: string) =>
      runs.fetchState(runId).then(
        (state) => state === 'in-progress',
        () => false,
      );
    const running = await Promise.all(runIds.map(isRunning));
    return new Set(runIds.filter((_, index) => running[index]));
  };
}

/** Hides the secrets that were given in everything that is printed from now on. */
export function maskSecrets(log: Log, given: Given): void {
  for (const name of inputNames) {
    const text = given[name];
    if ('secret' in inputs[name] && text !== undefined && text !== '') log.mask(text);
  }
}

function describeCall({ method, path, body }: Call): string {
  return `${method} ${path}${body === undefined ? '' : ` ${JSON.stringify(body)}`}`;
}

/** The clock of the machine. A wait that is aborted ends early. */
const systemClock: Clock = {
  now: () => new Date(),
  sleep: (ms, signal) => wait(ms, undefined, { signal }).catch(() => {}),
};

/** Runs a program with a clock and a way to the network. */
export type Network = <T>(
  context: Pick<Dependencies, 'host' | 'frame'>,
  program: (dependencies: Dependencies) => Promise<T>,
) => Promise<T>;

/**
 * Runs a program with the machine's clock and network, and closes every connection afterwards. The network is loaded with the first request:
 * wrong inputs, and an ending with nothing to end, do without it.
 */
export async function withNetwork<T>(
  context: Pick<Dependencies, 'host' | 'frame'>,
  program: (dependencies: Dependencies) => Promise<T>,
): Promise<T> {
  let connection: Promise<Connection> | undefined;
  const open = async () => (await import('../statuspage/network.ts')).createConnection(process.env);
  const send: Send = async (request) => {
    connection ??= open();
    return (await connection).send(request);
  };
  try {
    return await program({ ...context, send, clock: systemClock, random: Math.random });
  } finally {
    await (await connection)?.close();
  }
}
