import { type Clock, later, minuteMs, msBetween, secondMs } from '../domain/time.ts';
import type { StatusPage } from '../statuspage/client.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { Deployment, KnownFields, OpenRecord } from './deployment.ts';
import { isOver, refreshWindow } from './end-window.ts';
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
  readonly record: OpenRecord;
  readonly error?: unknown;
}

/** What windows are kept on the page with. */
export interface ExtendContext {
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
export async function extendWindows({ records }: Deployment, context: ExtendContext): Promise<void> {
  const extensions = records.map(async (record, index) => {
    if (record.kind !== 'maintenance' || record.stage !== 'open') return;
    await extendWindow(record, context, (next) => {
      records[index] = next;
    });
  });
  await Promise.all(extensions);
}

async function extendWindow(
  first: OpenRecord,
  context: ExtendContext,
  write: (record: OpenRecord) => void,
): Promise<void> {
  const { statusPage, clock, durationMs, tell, over } = context;
  const pauseMs = Math.max(secondMs, durationMs / 100);
  let record = first;
  const note = (known: KnownFields) => {
    record = { ...record, ...known };
    write(record);
  };
  // The end that the server has confirmed: a move whose answer was lost may not have been made.
  let { endAt } = first;
  let hasFailed = false;
  while (endAt !== undefined && !over.aborted) {
    const step = planExtension(endAt, durationMs, statusPage.serverNow());
    if (step.todo === 'nothing') return;
    if (step.todo === 'wait') {
      await clock.sleep(Math.min(step.ms, longestSleepMs), over);
      continue;
    }
    try {
      const moved = await moveOn(record, { endAt, movedTo: step.endAt }, context, note);
      if (moved) tell({ record });
      endAt = record.endAt;
      hasFailed = false;
    } catch (error) {
      if (!hasFailed) tell({ record, error });
      if (!(error instanceof StatusPageError) || error.fixable) return;
      hasFailed = true;
      await clock.sleep(pauseMs, over);
    }
  }
}

interface Move {
  readonly endAt: Date;
  readonly movedTo: Date;
}

/** Whether the end was moved: a person may have set another one meanwhile, which counts instead. Throws what the client throws. */
async function moveOn(
  { id, title, emptiesUnsent }: OpenRecord,
  { endAt, movedTo }: Move,
  context: ExtendContext,
  note: (known: KnownFields) => void,
): Promise<boolean> {
  const statusPage = context.statusPage.until(later(context.clock.now(), moveWithinMs));
  const seen = await refreshWindow(statusPage, { id, title, endAt, emptiesUnsent });
  if (seen.endAt !== undefined && seen.endAt.getTime() !== endAt.getTime()) {
    const endedEarly = isOver(seen, statusPage.serverNow());
    note({ endAt: seen.endAt, putOffTo: undefined, ...(endedEarly && { endedEarly }) });
    return false;
  }
  // The command may have ended meanwhile: its window is to end too.
  if (context.over.aborted) return false;
  await moveTimes({ statusPage, note }, seen, { endAt: movedTo });
  return true;
}
