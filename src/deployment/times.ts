import { type Background, ExplainedError, type Explanation } from '../domain/errors.ts';
import type { Window } from '../domain/record.ts';
import { ceilSecond, describeDuration, floorSecond, later, latest, minuteMs, msBetween } from '../domain/time.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { KnownFields, RecordWriter } from './deployment.ts';
import type { Times, WindowPlan } from './plan.ts';
import { longestInMainMs, NotShownYetError, readWindow, whileNew } from './record-by-id.ts';
import {
  ChangeIgnoredError,
  type ChangeTarget,
  changeWindowInFull,
  isOtherTime,
  MessageUnseenError,
  type WindowChanged,
} from './window-change.ts';

/** A shared window that starts within this time is the one that was announced for this deployment. */
const nearMs = 15 * minuteMs;

/** Whether a shared window is the one to take over: it runs, or starts soon. */
export function mayTakeOver(window: Window, now: Date): boolean {
  return window.startAt === undefined || msBetween(now, window.startAt) <= nearMs;
}

/** Whether a shared window is the one that is asked for: it starts within 15 minutes of the asked start, or runs when "now" is asked. */
export function startsNear({ startAt }: Window, askedStart: Date, now: Date): boolean {
  if (startAt === undefined) return true;
  const hasBegun = startAt <= now && askedStart <= later(now, nearMs);
  return hasBegun || Math.abs(msBetween(startAt, askedStart)) <= nearMs;
}

/**
 * What must change in an adopted window so that it covers this deployment; undefined if it does. An end is only ever put off,
 * never brought forward; one that cannot be read is left alone.
 */
export function adoptionChange(
  window: Window,
  { durationMs }: Pick<WindowPlan, 'durationMs'>,
  takenOver: boolean,
  now: Date,
): Partial<Times> | undefined {
  const liesAhead = window.startAt !== undefined && window.startAt > now;
  const startAt = liesAhead && takenOver ? floorSecond(now) : undefined;
  const begins = startAt ?? (window.startAt === undefined ? now : latest(window.startAt, now));
  const endAt = ceilSecond(later(begins, durationMs));
  const tooShort = window.endAt !== undefined && window.endAt < endAt;
  if (startAt === undefined && !tooShort) return undefined;
  return { ...(startAt && { startAt }), ...(tooShort && { endAt }) };
}

/** A window is open and keeps the times of our clock: the server refused those of its own, or does not find the window yet. */
export class TimesKeptError extends ExplainedError {
  override readonly name = 'TimesKeptError';
  readonly title = 'clocks differ';
  readonly fixable = false;
  readonly exit = 'failed';
  /** How much later than by the server's clock the window begins and ends, in milliseconds; negative if that is earlier. */
  readonly lateMs: number;
  override readonly cause: StatusPageError | NotShownYetError;

  constructor(lateMs: number, cause: StatusPageError | NotShownYetError) {
    super('the window keeps the times of our clock');
    this.lateMs = lateMs;
    this.cause = cause;
  }

  explain(background: Background): Explanation {
    const { cause, lateMs } = this;
    const gap = `${describeDuration(Math.abs(lateMs))} ${lateMs > 0 ? 'after' : 'before'}`;
    const { happened } = cause.explain(background);
    const { host } = cause instanceof NotShownYetError ? cause.cause : cause;
    return {
      happened: `${happened}. The window is open, but by the clock of ${host} it begins and ends ${gap} the intended times`,
      todo: 'Correct the clock of this machine.',
    };
  }
}

/**
 * Moves start or end of a window, and notes the times that the server shows afterwards. Until the answer is there, the end is noted as one that
 * is not confirmed. With `mustShow` the window is read if the answer does not show its start. Throws what the client throws, and
 * ChangeIgnoredError if the server did not move it.
 */
export async function moveTimes(
  { statusPage, note }: Pick<RecordWriter, 'statusPage' | 'note'>,
  window: ChangeTarget,
  change: Partial<Times>,
  mustShow = false,
): Promise<void> {
  if (change.endAt !== undefined) note({ putOffTo: change.endAt });
  let changed: WindowChanged;
  try {
    changed = await changeWindowInFull(statusPage, window, change);
  } catch (error) {
    if (error instanceof StatusPageError && error.fate !== 'unknown') note({ putOffTo: undefined });
    // The times were accepted.
    if (error instanceof MessageUnseenError) note({ ...change, ...(change.endAt && { putOffTo: undefined }) });
    throw error;
  }
  const { shown: answered, emptiesUnsent, lostMessage } = changed;
  const isHidden = mustShow && answered?.startAt === undefined && !statusPage.isDryRun;
  const shown = isHidden ? await readWindow(statusPage, window.id) : answered;
  const startStays = isOtherTime(shown?.startAt, change.startAt);
  const endStays = isOtherTime(shown?.endAt, change.endAt);
  note({
    ...(change.startAt && { startAt: startStays ? shown?.startAt : change.startAt }),
    ...(change.endAt && { endAt: endStays ? shown?.endAt : change.endAt, putOffTo: undefined }),
    ...(emptiesUnsent && { emptiesUnsent }),
    ...(lostMessage && { referenceLost: true }),
  });
  if (startStays || endStays)
    throw new ChangeIgnoredError([...(startStays ? ['start'] : []), ...(endStays ? ['end'] : [])]);
}

/**
 * Moves a window that was opened by our clock at `createdAt` to the server's. Throws TimesKeptError if the server refuses or does not find it yet:
 * only a clock is at fault.
 */
export async function moveToServerClock(
  writer: RecordWriter,
  window: ChangeTarget,
  opened: KnownFields,
  times: Times,
  createdAt: Date,
): Promise<void> {
  const { statusPage } = writer;
  try {
    await whileNew({ statusPage, createdAt, withinMs: longestInMainMs }, () => moveTimes(writer, window, times));
  } catch (error) {
    const isClock = error instanceof NotShownYetError || (error instanceof StatusPageError && error.code === 'invalid');
    if (!isClock) throw error;
    throw new TimesKeptError(msBetween(times.startAt, opened.startAt ?? times.startAt), error);
  }
}
