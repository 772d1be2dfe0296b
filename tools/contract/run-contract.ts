import { UserError } from '../../src/domain/errors.ts';
import { type Clock, later, secondMs } from '../../src/domain/time.ts';
import { createServerClock } from '../../src/statuspage/caller.ts';
import { connectStatusPage, type StatusPage } from '../../src/statuspage/client.ts';
import { StatusPageError } from '../../src/statuspage/errors.ts';
import { findPages } from '../../src/statuspage/find-pages.ts';
import type { Send } from '../../src/statuspage/wire.ts';
import { assumptions } from './assumptions.ts';
import { cleanUp, describeError, sweepOwn } from './clean-up.ts';
import { runProbes } from './probes.ts';
import { createRecorder, Interrupted } from './recorder.ts';
import { type Assumption, CannotTell, type Recording } from './recording.ts';

/** What a run is made with. */
export interface RunOptions {
  readonly apiUrl: URL;
  readonly apiKey: string;
  /** UUID, slug or name. */
  readonly page: string;
  readonly componentId: string | undefined;
  readonly send: Send;
  readonly clock: Clock;
  /** A number from 0 up to 1, for the jitter of the waits. */
  readonly random: () => number;
  /** Aborted if the run must stop. Then nothing new is sent, and what was created is deleted. */
  readonly interruption: AbortSignal | undefined;
  readonly requestTimeoutMs: number;
  readonly paceMs: number;
  /** Takes a line for the reader during the run. */
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
  /** What may still be on the page, one line each. */
  readonly left: readonly string[];
}

/** The run could not start. The message is for the reader. */
export class CannotRun extends Error {
  override readonly name = 'CannotRun';
}

const beginWithinMs = 30 * secondMs;
const cleanUpWithinMs = 60 * secondMs;

/** Checks every assumption on a live page and leaves nothing there. Throws CannotRun before anything is written. */
export async function runContract(options: RunOptions): Promise<Report> {
  const { apiUrl, clock, say } = options;
  const beginning = connect(options, beginWithinMs);
  const pageId = await findPage(beginning, options.page);
  await removeLeftovers(beginning, pageId, say);
  const serverClock = createServerClock(clock, undefined);
  const recorder = createRecorder(pageId, { ...options, serverClock });
  let interrupted = false;
  let left: readonly string[] = [];
  try {
    await runProbes(recorder, options.componentId);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    interrupted = true;
    say('Interrupted. Deleting what was made …');
  } finally {
    left = await cleanUp(connect(options, cleanUpWithinMs), pageId, {
      created: recorder.created(),
      uncertain: recorder.uncertain(),
    });
    // Print this at once, because an error may end the run.
    for (const line of left) say(`Left on the page: ${line}`);
  }
  const recording = recorder.recording();
  const rows = assumptions.map((assumption) => check(assumption, recording));
  return { apiUrl: apiUrl.href, pageId, at: clock.now(), interrupted, rows, left };
}

/** The row of one assumption. */
function check({ name, assumption, breaks, check }: Assumption, recording: Recording): Row {
  try {
    return { name, assumption, ...check(recording), breaks };
  } catch (reason) {
    if (!(reason instanceof CannotTell)) throw reason;
    return { name, assumption, result: 'could not tell', seen: reason.message, breaks };
  }
}

function connect(options: RunOptions, withinMs: number): StatusPage {
  const { apiUrl, apiKey, send, clock, random, requestTimeoutMs } = options;
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
  try {
    return (await findPages(statusPage, [name])).map(({ id }) => id)[0] ?? '';
  } catch (error) {
    if (error instanceof UserError) throw new CannotRun(error.message);
    if (!(error instanceof StatusPageError)) throw error;
    throw new CannotRun(`Could not find the page: ${describeError(error)}. Give its UUID.`);
  }
}

/** Deletes what a killed run left. If the key may not list records, the run continues. */
async function removeLeftovers(statusPage: StatusPage, pageId: string, say: RunOptions['say']): Promise<void> {
  const { deleted, stuck, unseen } = await sweepOwn(statusPage, pageId);
  for (const { kind, id } of deleted) say(`Deleted what an earlier run had left: ${kind} ${id}`);
  for (const [name, reason] of stuck) say(`Left by an earlier run: ${name} (${reason})`);
  for (const error of unseen.values())
    if (error.status !== 403) throw new CannotRun(`Could not list the records of the page: ${describeError(error)}.`);
  for (const kind of unseen.keys())
    say(`The key may not list ${kind} records, so what an earlier run left is not found.`);
}
