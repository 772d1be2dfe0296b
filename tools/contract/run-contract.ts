import { choosePages } from '../../src/domain/choose-pages.ts';
import { UserError } from '../../src/domain/errors.ts';
import { isPageId } from '../../src/domain/page.ts';
import { type Clock, later, secondMs } from '../../src/domain/time.ts';
import { connectStatusPage, type StatusPage } from '../../src/statuspage/client.ts';
import { StatusPageError } from '../../src/statuspage/errors.ts';
import { createServerClock } from '../../src/statuspage/server-clock.ts';
import type { Send } from '../../src/statuspage/wire.ts';
import { facts } from './assumptions.ts';
import { cleanUp, describeError, sweepOwn } from './clean-up.ts';
import { experiment } from './probes.ts';
import { createBench, Interrupted } from './recorder.ts';
import { type Evidence, type Fact, Untold } from './recording.ts';

/** What a run is made with. */
export interface Setting {
  readonly apiUrl: URL;
  readonly apiKey: string;
  /** UUID, slug or name. */
  readonly page: string;
  readonly componentId: string | undefined;
  readonly send: Send;
  readonly clock: Clock;
  /** A number from 0 up to 1, for the jitter of the waits. */
  readonly random: () => number;
  /** Aborted when we are told to stop: nothing new is asked, and what was made is deleted. */
  readonly interruption: AbortSignal | undefined;
  readonly requestTimeoutMs: number;
  readonly paceMs: number;
  /** Takes a line for people while the run goes on. */
  readonly say: (line: string) => void;
}

/** One line of the table. */
export interface Row {
  readonly name: string;
  readonly assumption: string;
  readonly result: 'as assumed' | 'differs' | 'could not tell';
  readonly seen: string;
  readonly breaks: string;
}

/** What a run came to. */
export interface Report {
  readonly apiUrl: string;
  readonly pageId: string;
  readonly at: Date;
  readonly interrupted: boolean;
  readonly rows: readonly Row[];
  /** What may still stand on the page, a line each. */
  readonly left: readonly string[];
}

/** The run could not begin; the message is for people. */
export class CannotRun extends Error {
  override readonly name = 'CannotRun';
}

const beginWithinMs = 30 * secondMs;
const cleanUpWithinMs = 60 * secondMs;

/** Tries every fact against a live page, and leaves nothing there. Throws CannotRun where it cannot begin; nothing was written then. */
export async function runContract(setting: Setting): Promise<Report> {
  const { apiUrl, clock, say } = setting;
  const beginning = connect(setting, beginWithinMs);
  const pageId = await findPage(beginning, setting.page);
  await removeLeftovers(beginning, pageId, say);
  const serverClock = createServerClock(clock, undefined);
  const bench = createBench(pageId, { ...setting, serverClock });
  let interrupted = false;
  let left: readonly string[] = [];
  try {
    await experiment(bench, setting.componentId);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    interrupted = true;
    say('Interrupted. Deleting what was made …');
  } finally {
    left = await cleanUp(connect(setting, cleanUpWithinMs), pageId, { made: bench.made(), doubtful: bench.doubtful() });
    // Said at once: where the run ends by an error, nobody else says it.
    for (const line of left) say(`Left on the page: ${line}`);
  }
  const evidence = bench.evidence();
  const rows = facts.map((fact) => judge(fact, evidence));
  return { apiUrl: apiUrl.href, pageId, at: clock.now(), interrupted, rows, left };
}

/** What a fact is, by what was seen. */
function judge({ name, assumption, breaks, judge }: Fact, evidence: Evidence): Row {
  try {
    return { name, assumption, ...judge(evidence), breaks };
  } catch (reason) {
    if (!(reason instanceof Untold)) throw reason;
    return { name, assumption, result: 'could not tell', seen: reason.message, breaks };
  }
}

function connect(setting: Setting, withinMs: number): StatusPage {
  const { apiUrl, apiKey, send, clock, random, requestTimeoutMs } = setting;
  return connectStatusPage({
    apiUrl,
    apiKey,
    send,
    clock,
    random,
    requestTimeoutMs,
    deadline: later(clock.now(), withinMs),
    trace: () => {},
    userAgent: 'statuspage-me-contract',
  });
}

async function findPage(statusPage: StatusPage, name: string): Promise<string> {
  if (isPageId(name)) return name.toLowerCase();
  try {
    return choosePages([name], await statusPage.fetchPages()).map(({ id }) => id)[0] ?? '';
  } catch (error) {
    if (error instanceof UserError) throw new CannotRun(error.message);
    if (!(error instanceof StatusPageError)) throw error;
    throw new CannotRun(`Looking up the page — ${describeError(error)}. Give its UUID.`);
  }
}

/** Deletes what an earlier run left that was cut short. A key that may not list records is no reason to stop. */
async function removeLeftovers(statusPage: StatusPage, pageId: string, say: Setting['say']): Promise<void> {
  const { deleted, stuck, unseen } = await sweepOwn(statusPage, pageId);
  for (const { kind, id } of deleted) say(`Deleted what an earlier run had left: ${kind} ${id}`);
  for (const [name, reason] of stuck) say(`Left by an earlier run: ${name} (${reason})`);
  for (const error of unseen.values())
    if (error.code !== 'forbidden') throw new CannotRun(`Looking at the page — ${describeError(error)}.`);
  for (const kind of unseen.keys()) say(`The key may not list ${kind} records: what an earlier run left is not seen.`);
}
