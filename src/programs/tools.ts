import type { Memory } from '../deployment/deployment.ts';
import type { Words } from '../deployment/desk.ts';
import { type Notes, readNotes, writeNotes } from '../deployment/notes.ts';
import { inputNames } from '../domain/inputs.ts';
import type { endingInputs, Values } from '../domain/operations.ts';
import type { Place } from '../domain/place.ts';
import type { Given } from '../domain/request.ts';
import { type Clock, later } from '../domain/time.ts';
import type { Host } from '../host/host.ts';
import { forLog } from '../report/harmless.ts';
import type { Call } from '../statuspage/errors.ts';
import { connectStatusPage, type StatusPage } from '../statuspage/status-page.ts';
import type { Send } from '../statuspage/wire.ts';

/** What a program works with: where it runs, the way to the network, and time. */
export interface Tools {
  readonly host: Host;
  readonly send: Send;
  readonly clock: Clock;
  readonly random: () => number;
  /** How a deployment goes on after its opening; absent on the runner, where a post step ends it. */
  readonly sequel?: Sequel;
}

/** What a deployment is remembered by until its end, and who ends it, as the beginning of a sentence. */
export interface Sequel {
  readonly memory: Memory;
  readonly ender: string;
}

/** What the inputs say of the API and of the way to use it. */
interface ApiSettings {
  readonly 'api-url': URL;
  readonly 'request-timeout': number;
  readonly 'dry-run': boolean;
}

const userAgents: Readonly<Record<Place, string>> = { runner: 'statuspage-me-action', terminal: 'statuspage-me-cli' };

/** The API as the inputs name it, usable for `budgetMs` from the start of the process on. */
export function connect(
  tools: Tools,
  settings: ApiSettings,
  apiKey: string,
  budgetMs: number,
  clockOffsetMs?: number,
): StatusPage {
  const { host, send, clock, random } = tools;
  return connectStatusPage({
    apiKey,
    apiUrl: settings['api-url'],
    requestTimeoutMs: settings['request-timeout'],
    clockOffsetMs,
    send,
    clock,
    random,
    userAgent: userAgents[host.place],
    deadline: later(host.startedAt, budgetMs),
    interruption: host.interruption,
    trace: host.debug,
    dryRun: settings['dry-run'] ? (call) => host.info(`Dry run, not sent: ${forLog(describeCall(call))}`) : undefined,
  });
}

/** What a deployment is remembered by, and who ends it. */
export function sequelOf({ host, sequel }: Tools): Sequel {
  return sequel ?? { memory: hostMemory(host), ender: 'The post step' };
}

/** The runner's state as the memory of a deployment. It only ever grows, so what stays as it was is not saved again. */
function hostMemory(host: Host): Memory {
  let saved: Notes = new Map();
  return {
    remember: (deployment) => {
      const notes = writeNotes(deployment, saved);
      for (const [name, text] of notes) if (saved.get(name) !== text) host.saveState(name, text);
      saved = notes;
    },
    recall: () => readNotes(host.savedState),
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
