import type { z } from 'zod/mini';
import type { changedWindow, newWindow } from './bodies.ts';
import type { EpochMs } from './clock.ts';
import type { MaintenanceWindow } from './records.ts';
import { Refusal } from './refusal.ts';
import type { World } from './world.ts';

/** Creates a window. It starts and ends by itself, so nothing else ever has to happen to it. */
export function createWindow(world: World, fields: z.output<ReturnType<typeof newWindow>>): MaintenanceWindow {
  const { store, options, now } = world;
  checkTimes(world, fields.start_at, fields.end_at, fields);
  const window: MaintenanceWindow = {
    id: store.mintId('maintenance', options().ids),
    statusPageId: fields.status_page_id,
    title: fields.title,
    message: fields.message ?? null,
    startAt: fields.start_at,
    endAt: fields.end_at,
    notifySubscribers: fields.notify_subscribers ?? false,
    createdAt: now(),
    updatedAt: now(),
  };
  if (window.notifySubscribers) store.mailSubscribers('maintenance', window, now());
  return store.keepWindow(window);
}

/** Changes the fields that were sent; the others stay as they are. */
export function changeWindow(
  world: World,
  window: MaintenanceWindow,
  fields: z.output<ReturnType<typeof changedWindow>>,
): MaintenanceWindow {
  const changed: MaintenanceWindow = {
    ...window,
    statusPageId: fields.status_page_id ?? window.statusPageId,
    title: fields.title ?? window.title,
    message: fields.message ?? window.message,
    startAt: fields.start_at ?? window.startAt,
    endAt: fields.end_at ?? window.endAt,
    notifySubscribers: fields.notify_subscribers ?? window.notifySubscribers,
    updatedAt: world.now(),
  };
  checkTimes(world, changed.startAt, changed.endAt, fields);
  if (fields.notify_subscribers) world.store.mailSubscribers('maintenance', changed, world.now());
  return world.store.keepWindow(changed);
}

/** The order is checked for the window as it will be; the past only for what this request sends. */
function checkTimes(world: World, startAt: EpochMs, endAt: EpochMs, sent: { start_at?: EpochMs; end_at?: EpochMs }) {
  const options = world.options();
  if (endAt <= startAt) throw new Refusal(400, 'end_at must be after start_at');
  const isPast = (time: EpochMs | undefined, toleranceSeconds: number) =>
    time !== undefined && time < world.now() - toleranceSeconds * 1000;
  if (options.refuseEndInPast && isPast(sent.end_at, options.endToleranceSeconds))
    throw new Refusal(400, 'end_at must not be in the past');
  if (options.refuseStartInPast && isPast(sent.start_at, options.startToleranceSeconds))
    throw new Refusal(400, 'start_at must not be in the past');
}
