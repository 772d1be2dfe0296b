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
import { windowPath } from '../../src/statuspage/bodies.ts';
import { ownMessage, ownTitle } from './clean-up.ts';
import { type Bench, fromServerNow, lookAtOnce } from './recorder.ts';
import type { Step } from './recording.ts';

/** Windows of which only the record is wanted lie so far ahead that visitors have no reason to look. */
const farAheadMs = 180 * dayMs;

function windowsOf({ pageId }: Bench): string {
  return `/maintenances?status_page_id=${encodeURIComponent(pageId)}`;
}

function newWindow({ pageId }: Bench, startAt: Date, endAt: Date) {
  return {
    status_page_id: pageId,
    title: ownTitle,
    start_at: formatTime(startAt),
    end_at: formatTime(endAt),
    message: ownMessage('It goes away by itself.'),
  };
}

/** Makes, reads, moves and deletes windows that lie far ahead. */
export async function experimentWithFarWindows(bench: Bench): Promise<void> {
  const { ask } = bench;
  const startAt = floorSecond(fromServerNow(bench, farAheadMs));
  const body = newWindow(bench, startAt, later(startAt, hourMs));
  await ask('window', 'POST', '/maintenances', body);
  const id = bench.idOf('window');
  if (id === undefined) return;
  const path = windowPath(id);
  await lookAtOnce(bench, ['windows at once', 'windows a moment later'], windowsOf(bench), id);
  await ask('window read', 'GET', path);
  const movedTo = later(startAt, hourMs);
  await ask('window moved', 'PATCH', path, {
    start_at: formatTime(movedTo),
    end_at: formatTime(later(movedTo, hourMs)),
  });
  await ask('window moved, read', 'GET', path);
  await ask('window of a second', 'PATCH', path, { end_at: formatTime(later(movedTo, secondMs)) });
  await ask('window of a week', 'PATCH', path, { end_at: formatTime(later(movedTo, 7 * dayMs)) });
  await ask('same window again', 'POST', '/maintenances', body);
  await ask('windows', 'GET', windowsOf(bench));
  await ask('window deleted', 'DELETE', path);
  await ask('deleted window', 'GET', path);
  await ask('window deleted again', 'DELETE', path);
  const again = bench.idOf('same window again');
  if (again !== undefined) await ask('same window deleted', 'DELETE', windowPath(again));
}

/** Begins and ends the only window that visitors see as one of now; for some seconds. */
export async function experimentWithPresentWindow(bench: Bench): Promise<void> {
  const { ask, clock, serverClock } = bench;
  const now = serverClock.now();
  const endAt = later(floorSecond(now), 2 * minuteMs);
  await ask(
    'window since a minute',
    'POST',
    '/maintenances',
    newWindow(bench, later(floorSecond(now), -minuteMs), endAt),
  );
  let id = bench.idOf('window since a minute');
  let startAt = later(floorSecond(now), -minuteMs);
  if (id === undefined) {
    startAt = floorSecond(serverClock.now());
    await ask('window since now', 'POST', '/maintenances', newWindow(bench, startAt, endAt));
    id = bench.idOf('window since now');
    if (id === undefined) return;
    // Time must pass before an end in the past can lie behind the start.
    await clock.sleep(3 * secondMs);
  }
  const path = windowPath(id);
  const moveEnd = (step: Step, end: Date) => ask(step, 'PATCH', path, { end_at: formatTime(end) });
  await moveEnd('end in 5 s', ceilSecond(fromServerNow(bench, 5 * secondMs)));
  await awaitMiddleOfSecond(clock, serverClock.now());
  await moveEnd('end at the next second', ceilSecond(serverClock.now()));
  await awaitMiddleOfSecond(clock, serverClock.now());
  await moveEnd('end at this second', floorSecond(serverClock.now()));
  const tenAgo = floorSecond(fromServerNow(bench, -10 * secondMs));
  await moveEnd('end in the past', tenAgo > startAt ? tenAgo : later(startAt, secondMs));
  await ask('windows with one that is over', 'GET', windowsOf(bench));
  await ask('present window deleted', 'DELETE', path);
}

/** So that neither the way there nor a small error of the clock carries a request into another second. */
async function awaitMiddleOfSecond(clock: Clock, now: Date): Promise<void> {
  const intoSecondMs = now.getTime() % secondMs;
  await clock.sleep((1.4 * secondMs - intoSecondMs) % secondMs);
}
