import { type Clock, later, minuteMs, msBetween, secondMs } from '../domain/time.ts';
import type { StatusPage } from '../statuspage/client.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { Deployment, DeploymentRecord } from './deployment.ts';
import { readWhereAllowed } from './end-window.ts';
import { moveTimes } from './times.ts';

/** What is to be done now about the end of a window whose deployment goes on. */
export type ExtensionStep =
  | { readonly todo: 'wait'; readonly ms: number }
  | { readonly todo: 'move'; readonly endAt: Date }
  /** It is over, and is not opened again. */
  | { readonly todo: 'nothing' };

/** Moves the end of a window on by `durationMs` as soon as a tenth of that is left. */
export function planExtension(endAt: Date, durationMs: number, now: Date): ExtensionStep {
  const leftMs = msBetween(now, endAt);
  if (leftMs <= 0) return { todo: 'nothing' };
  const spareMs = leftMs - durationMs / 10;
  return spareMs > 0 ? { todo: 'wait', ms: spareMs } : { todo: 'move', endAt: later(endAt, durationMs) };
}

/** An end that was moved on, or could not be. */
export interface Extension {
  readonly record: DeploymentRecord;
  readonly error?: unknown;
}

/** What windows are kept on the page with. */
export interface Keeping {
  readonly statusPage: StatusPage;
  readonly clock: Clock;
  readonly durationMs: number;
  readonly tell: (extension: Extension) => void;
  /** Aborted when the deployment is over. */
  readonly over: AbortSignal;
}

/** How long one move may take, with all its repetitions. */
const moveWithinMs = 20 * secondMs;
/** A machine that slept wakes late: nobody sleeps longer than this without looking at the clock. */
const longestSleepMs = minuteMs;

/** Moves the ends of a deployment's windows on, each by itself, until the deployment is over. Nothing is under way any more when it resolves. */
export async function extendWindows({ records }: Deployment, keeping: Keeping): Promise<void> {
  const windows = records.filter(({ kind, stage }) => kind === 'maintenance' && stage === 'open');
  await Promise.all(windows.map((record) => extendWindow(record, keeping)));
}

async function extendWindow(record: DeploymentRecord, keeping: Keeping): Promise<void> {
  const { statusPage, clock, durationMs, tell, over } = keeping;
  const pauseMs = Math.max(secondMs, durationMs / 100);
  let { endAt } = record;
  let isInTrouble = false;
  while (endAt !== undefined && !over.aborted) {
    const step = planExtension(endAt, durationMs, statusPage.serverNow());
    if (step.todo === 'nothing') return;
    if (step.todo === 'wait') {
      await clock.sleep(Math.min(step.ms, longestSleepMs), over);
      continue;
    }
    try {
      endAt = await moveOn(record, { endAt, movedTo: step.endAt }, keeping);
      isInTrouble = false;
    } catch (error) {
      if (!isInTrouble) tell({ record, error });
      if (!(error instanceof StatusPageError) || error.fixable) return;
      isInTrouble = true;
      await clock.sleep(pauseMs, over);
    }
  }
}

interface Move {
  readonly endAt: Date;
  readonly movedTo: Date;
}

/** The end that the window has now: the one that people have set meanwhile, else the one it is moved to. Throws what the client throws. */
async function moveOn(record: DeploymentRecord, { endAt, movedTo }: Move, keeping: Keeping): Promise<Date> {
  const { clock, tell, over } = keeping;
  const { id = '' } = record;
  const statusPage = keeping.statusPage.until(later(clock.now(), moveWithinMs));
  const note = (known: Partial<DeploymentRecord>) => {
    Object.assign(record, known);
  };
  const seen = await readWhereAllowed(statusPage, { id, endAt });
  if (seen.endAt !== undefined && seen.endAt.getTime() !== endAt.getTime()) {
    note({ endAt: seen.endAt });
    return seen.endAt;
  }
  // The command has ended while we looked: its window is to end too.
  if (over.aborted) return endAt;
  await moveTimes({ statusPage, note }, id, endAt, { endAt: movedTo });
  tell({ record: { ...record } });
  return movedTo;
}
