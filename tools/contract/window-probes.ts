import {
  type Clock,
  ceilSecond,
  dayMs,
  floorSecond,
  formatTime,
  hourMs,
  later,
  minuteMs,
  secondMs,
} from '../../src/domain/time.ts';
import { windowPath } from '../../src/statuspage/requests.ts';
import { longOwnMessage, ownMessage, ownTitle } from './clean-up.ts';
import { awaitVisible, fromServerNow, listUntilShown, nilId, type Recorder, readUntilFound } from './recorder.ts';
import { isRefused, isSuccess, type Step } from './recording.ts';

/** How far ahead windows start that visitors should not notice. */
const farAheadMs = 180 * dayMs;

/** What PATCH is sent to move an end. */
type FieldsOf = (startAt: Date, endAt: Date) => Readonly<Record<string, string>>;

const endAlone: FieldsOf = (_, endAt) => ({ end_at: formatTime(endAt) });

const allFields: FieldsOf = (startAt, endAt) => ({
  title: ownTitle,
  message: ownMessage('It goes away by itself.'),
  start_at: formatTime(startAt),
  end_at: formatTime(endAt),
});

/** The message that a window gets by PATCH. */
export const otherMessage = longOwnMessage('It has another text now.');

function windowsOf({ pageId }: Recorder): string {
  return `/maintenances?status_page_id=${encodeURIComponent(pageId)}`;
}

function newWindow({ pageId }: Recorder, startAt: Date, endAt: Date) {
  return {
    status_page_id: pageId,
    title: ownTitle,
    start_at: formatTime(startAt),
    end_at: formatTime(endAt),
    message: ownMessage('It goes away by itself.'),
  };
}

/** Creates, reads, moves and deletes windows far ahead. The list of another page, if the key sees one, must not show them. */
export async function probeFarWindows(recorder: Recorder, otherPageId: string | undefined): Promise<FieldsOf> {
  const { record } = recorder;
  const startAt = floorSecond(fromServerNow(recorder, farAheadMs));
  const body = newWindow(recorder, startAt, later(startAt, hourMs));
  await record('window', 'POST', '/maintenances', body);
  const id = recorder.idOf('window');
  if (id === undefined) return endAlone;
  const path = windowPath(id);
  await listUntilShown(recorder, ['windows at once', 'windows a moment later'], windowsOf(recorder), id);
  await readUntilFound(recorder, 'window at once', path);
  await record('window read', 'GET', path);
  await record('windows of no page again', 'GET', `/maintenances?status_page_id=${nilId}`);
  if (otherPageId !== undefined)
    await record('windows of another page', 'GET', `/maintenances?status_page_id=${encodeURIComponent(otherPageId)}`);
  const fieldsOf = await learnFields(recorder, path, startAt);
  const movedTo = later(startAt, hourMs);
  const times = { start_at: formatTime(movedTo), end_at: formatTime(later(movedTo, hourMs)) };
  await record('window moved', 'PATCH', path, { ...fieldsOf(movedTo, later(movedTo, hourMs)), ...times });
  await record('window moved, read', 'GET', path);
  await record('window reworded', 'PATCH', path, {
    ...(fieldsOf === endAlone ? {} : fieldsOf(movedTo, later(movedTo, hourMs))),
    message: otherMessage,
  });
  await record('window reworded, read', 'GET', path);
  await record('window of a second', 'PATCH', path, fieldsOf(movedTo, later(movedTo, secondMs)));
  await record('window of a week', 'PATCH', path, fieldsOf(movedTo, later(movedTo, 7 * dayMs)));
  await record('same window again', 'POST', '/maintenances', body);
  await record('windows', 'GET', windowsOf(recorder));
  await record('window deleted', 'DELETE', path);
  await record('deleted window', 'GET', path);
  await record('window deleted again', 'DELETE', path);
  const again = recorder.idOf('same window again');
  if (again !== undefined) await record('same window deleted', 'DELETE', windowPath(again));
  return fieldsOf;
}

/** Tries whether PATCH takes an end alone. If it does not, but takes all fields, the later probes send all. */
async function learnFields({ record }: Recorder, path: string, startAt: Date): Promise<FieldsOf> {
  const endAt = later(startAt, 2 * hourMs);
  const alone = await record('window end alone', 'PATCH', path, endAlone(startAt, endAt));
  if (alone === undefined || !isRefused(alone)) return endAlone;
  const full = await record('window end with all fields', 'PATCH', path, allFields(startAt, endAt));
  return full !== undefined && isSuccess(full) ? allFields : endAlone;
}

/** Opens and ends the only present window. Visitors see it for some seconds. */
export async function probeCurrentWindow(recorder: Recorder, fieldsOf: FieldsOf): Promise<void> {
  const { record, clock, serverClock } = recorder;
  const now = serverClock.now();
  const endAt = later(floorSecond(now), 2 * minuteMs);
  await record(
    'window since a minute',
    'POST',
    '/maintenances',
    newWindow(recorder, later(floorSecond(now), -minuteMs), endAt),
  );
  let id = recorder.idOf('window since a minute');
  let startAt = later(floorSecond(now), -minuteMs);
  if (id === undefined) {
    startAt = floorSecond(serverClock.now());
    await record('window since now', 'POST', '/maintenances', newWindow(recorder, startAt, endAt));
    id = recorder.idOf('window since now');
    if (id === undefined) return;
    // Wait, so that an end in the past is still after the start.
    await clock.sleep(3 * secondMs);
  }
  await awaitVisible(recorder, 'window at once');
  const path = windowPath(id);
  const moveEnd = (step: Step, end: Date) => record(step, 'PATCH', path, fieldsOf(startAt, end));
  const soon = await moveEnd('end in 5 s', ceilSecond(fromServerNow(recorder, 5 * secondMs)));
  if (soon !== undefined && isRefused(soon))
    await moveEnd('end 90 s ahead', ceilSecond(fromServerNow(recorder, 90 * secondMs)));
  await awaitMiddleOfSecond(clock, serverClock.now());
  await moveEnd('end at the next second', ceilSecond(serverClock.now()));
  await awaitMiddleOfSecond(clock, serverClock.now());
  await moveEnd('end at this second', floorSecond(serverClock.now()));
  const tenAgo = floorSecond(fromServerNow(recorder, -10 * secondMs));
  await moveEnd('end in the past', tenAgo > startAt ? tenAgo : later(startAt, secondMs));
  await record('windows with one that is over', 'GET', windowsOf(recorder));
  await record('present window deleted', 'DELETE', path);
}

/** Waits until the middle of a second, so that a slow request still arrives in it. */
async function awaitMiddleOfSecond(clock: Clock, now: Date): Promise<void> {
  const intoSecondMs = now.getTime() % secondMs;
  await clock.sleep((1.4 * secondMs - intoSecondMs) % secondMs);
}
