import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import type { Scope } from '../../src/emulator/account.ts';
import type { Emulator } from '../../src/emulator/emulator.ts';
import type { Options } from '../../src/emulator/options.ts';
import { samplePages } from '../../src/emulator/sample.ts';
import { type ServedEmulator, serveEmulator } from '../../src/emulator/server.ts';
import { type ActOptions, commitFiles, type Files, makeFolder, type RunningAct, startAct } from '../support/act.ts';
import { scriptsOf } from '../support/recipes.ts';
import { serveHttp } from '../support/servers.ts';

const key = 'spk_deploy_71c0';
const personKey = 'spk_person';
/** The page that `vars.STATUS_PAGE_ID` names. */
export const acme = samplePages[0]?.id ?? '';

/** A script of the workflow's owner that was run, and what visitors saw while it ran. */
export interface Call {
  readonly command: string;
  readonly page: readonly string[];
}

/** How one run differs from the others. */
export type RunOptions = Pick<ActOptions, 'event' | 'payload' | 'inputs' | 'env' | 'secrets' | 'vars'>;

/** A workflow on its stage: a status page, and the machines that the workflow's jobs run on. */
export interface Rehearsal {
  readonly emulator: Emulator;
  /** Runs the workflow once, as another run each time, and tells how it ended. */
  run(options?: RunOptions): Promise<'success' | 'failure'>;
  /** The same, to be looked at while it runs. */
  start(options?: RunOptions): RunningAct;
  /** The scripts that were run so far. */
  readonly calls: readonly Call[];
  /** From now on these commands fail, and no others. */
  fail(...commands: readonly string[]): void;
  /** From now on scripts wait without an end. */
  hang(): void;
  /** From now on scripts end again. */
  resume(): void;
  /** What visitors find at this moment, a line for each record. */
  page(): readonly string[];
  /** The writes of the workflow so far: `POST /maintenances 201`. */
  writes(): readonly string[];
  /** A request by somebody else, with a key that may do everything. */
  person(method: string, path: string, body: object): Promise<void>;
  /** Waits until something holds. Throws after 20 seconds. */
  until(holds: () => boolean): Promise<void>;
  /** Whatever act printed, in all runs. */
  log(): string;
}

/** What is to be run: a repository, and what sets it off. */
export interface Piece {
  readonly name: string;
  readonly event: string;
  /** The files of the repository, once the address of the API is known. */
  readonly files: (apiUrl: string) => Files;
  /** Folders in the place of actions: `{ 'owner/name@v1': dir }`. */
  readonly actions: Readonly<Record<string, string>>;
}

/** What a workflow needs, as README says it. */
export interface Setting {
  readonly scopes: readonly Scope[];
  readonly emulator?: Partial<Options>;
}

/** Plays a workflow, and clears away. No secret may have been printed. */
export async function rehearse(
  act: string,
  piece: Piece,
  { scopes, emulator: options }: Setting,
  play: (rehearsal: Rehearsal) => Promise<void>,
): Promise<void> {
  const served = await serveEmulator({
    keys: [
      { key, name: 'deploy', scopes: [...scopes] },
      { key: personKey, name: 'person', scopes: [] },
    ],
    ...options,
  });
  const failing = new Set<string>();
  let hanging = false;
  const calls: Call[] = [];
  const page = () => describePage(served.emulator);
  const target = await serveHttp(async (request: IncomingMessage, response) => {
    const command = await text(request);
    calls.push({ command, page: page() });
    if (!hanging) response.end(failing.has(command) ? '1' : '0');
  });
  const repository = makeFolder('workflow-');
  const files = piece.files(served.apiUrl);
  const script = scriptThatTells(target.url.href);
  const scripts = Object.values(files).flatMap(scriptsOf);
  commitFiles(repository.dir, { ...files, ...Object.fromEntries(scripts.map((name) => [name, script])) });

  const running: RunningAct[] = [];
  let log = '';
  const start: Rehearsal['start'] = ({ env, secrets, vars, ...given } = {}) => {
    const run = startAct(act, repository.dir, {
      name: piece.name,
      event: piece.event,
      actions: piece.actions,
      secrets: { STATUSPAGE_ME_API_KEY: key, ...secrets },
      vars: { STATUS_PAGE_ID: acme, API_URL: served.apiUrl, STATUSPAGE_ME_API_URL: served.apiUrl, ...vars },
      // Every run of act has the number 1 and no repository, unless it is told otherwise.
      env: { GITHUB_REPOSITORY: 'acme/shop', GITHUB_RUN_ID: String(1000 + running.length), ...env },
      ...given,
    });
    running.push(run);
    void run.ended.then((ended) => {
      log += ended.log;
    });
    return run;
  };
  try {
    await play({
      emulator: served.emulator,
      start,
      run: async (given) => {
        const { exitCode } = await start(given).ended;
        return exitCode === 0 ? 'success' : 'failure';
      },
      calls,
      fail: (...commands) => {
        failing.clear();
        for (const command of commands) failing.add(command);
      },
      hang: () => {
        hanging = true;
      },
      resume: () => {
        hanging = false;
      },
      page,
      writes: () =>
        served.emulator
          .journal()
          .filter((entry) => entry.key === 'deploy' && entry.method !== 'GET')
          .map(({ method, path, status }) => `${method} ${path} ${status}`),
      person: (method, path, body) => actByHand(served, method, path, body),
      until,
      log: () => log,
    });
    if (log.includes(key)) throw new Error('The log holds the key');
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n\nact said:\n${log}`, { cause: error });
  } finally {
    for (const { kill } of running) kill();
    await Promise.all(running.map(({ ended }) => ended));
    repository.remove();
    await Promise.all([target.stop(), served.close()]);
  }
}

/** Waits until something holds. Throws after 20 seconds. */
export async function until(holds: () => boolean): Promise<void> {
  for (const giveUpAt = Date.now() + 20_000; !holds(); await setTimeout(20)) {
    if (Date.now() > giveUpAt) throw new Error('It never came to hold.');
  }
}

/** A script that tells how it was called, and ends as it is told in return. */
export function scriptThatTells(url: string): string {
  const tell = `const reply = await fetch(process.argv[1], { method: "POST", body: process.argv.slice(2).join(" ") });
process.exit(Number(await reply.text()));`;
  return `#!/bin/sh\nexec node --input-type=module -e '${tell}' ${url} "$0" "$@"\n`;
}

async function actByHand({ apiUrl }: ServedEmulator, method: string, path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${personKey}`, 'content-type': 'application/json' };
  const response = await fetch(apiUrl + path, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`A person was refused: ${response.status} ${await response.text()}`);
}

/** The end of a window is rounded up to the full second, so it may lie this far ahead. */
const endingMs = 1_100;

/** What visitors find at this moment, a line for each record. */
export function describePage(emulator: Emulator): readonly string[] {
  const now = Date.now();
  const slugOf = (id: string) => samplePages.find((page) => page.id === id)?.slug;
  const windows = emulator.windows().map(({ id, statusPageId, title, startAt, endAt }) => {
    const state = endAt <= now + endingMs ? 'over' : startAt > now ? 'ahead' : 'open';
    return `window ${id} on ${slugOf(statusPageId)}: ${state} "${title}"`;
  });
  const incidents = emulator.incidents().map(({ id, statusPageId, title, timeline }) => {
    const entries = timeline.map(({ state, message }) => `${state} "${(message ?? '').replace(/\n\nRef: .*$/s, '')}"`);
    return `incident ${id} on ${slugOf(statusPageId)}: "${title}", ${entries.join(', ')}`;
  });
  return [...windows, ...incidents];
}
