import type { ExplainedError } from '../domain/errors.ts';
import { isOpenWindow, type Window } from '../domain/record.ts';
import { ceilSecond, floorSecond, later, latest, liesAhead, minuteMs, secondMs } from '../domain/time.ts';
import type { StatusPage } from '../statuspage/client.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import { readWithinMs } from './record-by-id.ts';
import {
  ChangeIgnoredError,
  type ChangeTarget,
  changeWindow,
  isLaterEnd,
  isRefusedChange,
  sendableTitle,
  textsOf,
  type WindowTexts,
} from './window-change.ts';

/** What we know of a window that is to be ended. */
export interface KnownWindow {
  readonly id: string;
  readonly title?: string | undefined;
  readonly startAt?: Date | undefined;
  readonly endAt?: Date | undefined;
  /** A later end that was sent and not confirmed. */
  readonly putOffTo?: Date | undefined;
  readonly emptiesUnsent?: boolean | undefined;
  /** Whether it may have been changed or ended since these times were noted: main did not come to its end. */
  readonly mayBeStale?: boolean | undefined;
  readonly findTexts?: ChangeTarget['findTexts'];
  /** The window as a list showed it a moment ago, if there is one. */
  readonly findShown?: (() => Promise<Window | undefined>) | undefined;
  readonly isOurs?: boolean | undefined;
}

interface ReadWindow extends KnownWindow {
  readonly texts: WindowTexts;
  /** The read failed: a person may have moved the end that we know. */
  readonly isUnread?: boolean;
}

export type WindowEnd =
  | { readonly result: 'ended'; readonly at: Date; readonly lostMessage: boolean }
  /** It had not begun. */
  | { readonly result: 'deleted' }
  | { readonly result: 'already-over'; readonly at: Date | undefined };

/** A server that refuses the present as an end gets one this far ahead of its clock, and then one further ahead. */
const secondTryAheadMs = 5 * secondMs;
const lastTryAheadMs = 2 * minuteMs;

/** Ends a window now, by the server's clock. Throws what the client throws, and ChangeIgnoredError; 404 is for the caller to judge. */
export async function endWindow(statusPage: StatusPage, window: KnownWindow): Promise<WindowEnd> {
  const isUncertain =
    window.putOffTo !== undefined ||
    window.emptiesUnsent ||
    window.mayBeStale ||
    isOver(window, statusPage.serverNow()) ||
    (await isShownOver(statusPage, window));
  const known = isUncertain
    ? await refreshWindow(statusPage, window)
    : { ...window, texts: sendableTitle(window.title) };
  const settled = await endWithoutChange(statusPage, known);
  if (settled !== undefined) return settled;
  const refused = await tryEnd(statusPage, known, statusPage.serverNow(), {});
  return 'ended' in refused ? refused.ended : endRefused(statusPage, known, refused);
}

/** A window that is over needs no change, and one that has not begun is deleted. */
async function endWithoutChange(
  statusPage: StatusPage,
  window: KnownWindow & Pick<ReadWindow, 'isUnread'>,
): Promise<WindowEnd | undefined> {
  const now = statusPage.serverNow();
  if (isOver(window, now) && !window.isUnread) return { result: 'already-over', at: window.endAt };
  if (window.startAt === undefined || !liesAhead(window.startAt, now)) return undefined;
  await statusPage.deleteWindow(window.id);
  return { result: 'deleted' };
}

/** Whether a window has ended, as far as we know. */
export function isOver(window: Pick<KnownWindow, 'endAt' | 'putOffTo'>, now: Date): boolean {
  const endAt = latestEnd(window);
  return endAt !== undefined && endAt <= now;
}

/** A list may lag behind, so the window is read before anything is decided. */
async function isShownOver(statusPage: StatusPage, window: KnownWindow): Promise<boolean> {
  const shown = await window.findShown?.();
  return shown !== undefined && !isOpenWindow(shown, statusPage.serverNow());
}

/** The latest end that a window may have. */
function latestEnd({ endAt, putOffTo }: Pick<KnownWindow, 'endAt' | 'putOffTo'>): Date | undefined {
  return endAt === undefined || putOffTo === undefined ? endAt : latest(endAt, putOffTo);
}

function ended(at: Date, lostMessage = false): WindowEnd {
  return { result: 'ended', at, lostMessage };
}

/** A window with the times and texts that it has by now: a person or another step may have changed them. If we may not read it, ours count. */
export async function refreshWindow(statusPage: StatusPage, window: KnownWindow): Promise<ReadWindow> {
  try {
    const seen = await statusPage.within(readWithinMs).fetchWindow(window.id);
    const { putOffTo, ...rest } = window;
    return {
      ...rest,
      ...(seen.endAt === undefined && { putOffTo }),
      startAt: seen.startAt ?? window.startAt,
      endAt: seen.endAt ?? window.endAt,
      texts: { ...sendableTitle(window.title), ...textsOf(seen) },
    };
  } catch (error) {
    if (!(error instanceof StatusPageError) || error.code === 'not-found') throw error;
    return { ...window, texts: sendableTitle(window.title), isUnread: error.code !== 'forbidden' };
  }
}

/** An end that the server did not accept, and the server's present. */
interface Refused {
  readonly error: ExplainedError;
  readonly endAt: Date;
  readonly serverNow: Date;
}

type Try = { readonly ended: WindowEnd } | Refused;

/** Sends an end once. It is never before the start and a second, and never later than it was. */
async function tryEnd(
  statusPage: StatusPage,
  window: ReadWindow,
  wanted: Date,
  fields: WindowTexts & { readonly startAt?: Date | undefined },
): Promise<Try> {
  const { startAt } = window;
  const rounded = ceilSecond(wanted);
  const afterStart = startAt === undefined ? rounded : latest(rounded, later(floorSecond(startAt), secondMs));
  const bound = latestEnd(window) ?? afterStart;
  const endAt = afterStart > bound ? bound : afterStart;
  try {
    const { shown, lostMessage } = await changeWindow(statusPage, window, { ...fields, endAt });
    if (!isLaterEnd(shown?.endAt, endAt)) return { ended: ended(endAt, lostMessage) };
    return { error: new ChangeIgnoredError(['end']), endAt, serverNow: statusPage.serverNow() };
  } catch (error) {
    if (!isRefusedChange(error)) throw error;
    return { error, endAt, serverNow: error.serverDate ?? statusPage.serverNow() };
  }
}

/**
 * Ends a window whose end the server refused once: it is read, then the end is sent 5 seconds ahead of the server's clock with every field that
 * we know, then 2 minutes ahead. Throws the last refusal.
 */
async function endRefused(statusPage: StatusPage, window: KnownWindow, first: Refused): Promise<WindowEnd> {
  const known = await refreshWindow(statusPage, window);
  const settled = await endWithoutChange(statusPage, known);
  if (settled !== undefined) return settled;
  if (known.isUnread && isOver(known, statusPage.serverNow())) throw first.error;
  const fields = { ...known.texts, ...(known.startAt && { startAt: known.startAt }) };
  let refused = first;
  do {
    // Reading the window took time since the refusal.
    const wanted = later(latest(refused.serverNow, statusPage.serverNow()), secondTryAheadMs);
    // It ends within seconds by itself, or because another run has ended it a moment ago.
    if (!endsBefore(wanted, known)) return ended(latestEnd(known) ?? wanted);
    const next = await tryEnd(statusPage, known, wanted, fields);
    if ('ended' in next) return next.ended;
    refused = next;
    // A time that grew old on its way was refused for its age. That says nothing of a new one.
  } while (!liesAhead(refused.endAt, refused.serverNow));
  const last = later(refused.serverNow, lastTryAheadMs);
  if (!endsBefore(last, known)) throw refused.error;
  const next = await tryEnd(statusPage, known, last, namesOtherField(refused.error) ? {} : fields);
  if ('ended' in next) return next.ended;
  throw next.error;
}

function endsBefore(wanted: Date, window: KnownWindow): boolean {
  const endAt = latestEnd(window);
  return endAt === undefined || wanted < endAt;
}

/** Whether a refusal is about a field that only comes along with the end. */
function namesOtherField(error: ExplainedError): boolean {
  return error instanceof StatusPageError && /title|message|start/i.test(error.serverMessage ?? '');
}
