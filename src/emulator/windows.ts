import type { z } from 'zod/mini';
import type { changedWindow, newWindow } from './bodies.ts';
import type { EpochMs } from './clock.ts';
import type { MaintenanceWindow } from './records.ts';
import { Refusal } from './replies.ts';
import type { World } from './store.ts';

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

type WindowChanges = z.output<ReturnType<typeof changedWindow>>;

/** Changes the fields that were sent. What happens to the others is an option. A window never moves to another page. */
export function changeWindow(world: World, window: MaintenanceWindow, sent: WindowChanges): MaintenanceWindow {
  const fields = selectFields(world, window, sent);
  const wipes = world.options().windowPatch === 'wipe';
  const changed: MaintenanceWindow = {
    ...window,
    title: fields.title ?? (wipes ? '' : window.title),
    message: fields.message ?? (wipes ? null : window.message),
    startAt: fields.start_at ?? window.startAt,
    endAt: fields.end_at ?? window.endAt,
    notifySubscribers: fields.notify_subscribers ?? window.notifySubscribers,
    updatedAt: world.now(),
  };
  checkTimes(world, changed.startAt, changed.endAt, fields);
  if (fields.notify_subscribers) world.store.mailSubscribers('maintenance', changed, world.now());
  return world.store.keepWindow(changed);
}

const changeable = ['title', 'end_at'];

/** The fields that PATCH takes, by the option. Throws 400 if it refuses one or misses one. */
function selectFields(world: World, window: MaintenanceWindow, sent: WindowChanges): WindowChanges {
  if (sent.status_page_id !== undefined && sent.status_page_id !== window.statusPageId)
    throw new Refusal(400, 'status_page_id cannot be changed');
  const others = Object.keys(sent).filter((name) => !changeable.includes(name));
  switch (world.options().windowPatch) {
    case 'all':
    case 'wipe':
      return sent;
    case 'ignore':
      return Object.fromEntries(Object.entries(sent).filter(([name]) => changeable.includes(name)));
    case 'refuse':
      if (others.length > 0) throw new Refusal(400, `${others.join(', ')} cannot be changed`);
      return sent;
    case 'require-all': {
      const missing = ['title', 'start_at', 'end_at'].filter((name) => !(name in sent));
      if (missing.length > 0) throw new Refusal(400, missing.map((name) => `${name} is required`).join('; '));
      return sent;
    }
  }
}

/** The order is checked for the window as it will be; the past only for what this request sends. */
function checkTimes(world: World, startAt: EpochMs, endAt: EpochMs, sent: { start_at?: EpochMs; end_at?: EpochMs }) {
  const options = world.options();
  if (endAt <= startAt) throw new Refusal(400, 'end_at must be after start_at');
  const isPast = (time: EpochMs | undefined, toleranceSeconds: number) =>
    time !== undefined && time < world.now() - toleranceSeconds * 1000;
  if (options.refuseEndInPast && isPast(sent.end_at, options.endToleranceSeconds))
    throw new Refusal(options.endRefusalStatus, `end_at must ${describeEarliest(options.endToleranceSeconds)}`);
  if (options.refuseStartInPast && isPast(sent.start_at, options.startToleranceSeconds))
    throw new Refusal(400, `start_at must ${describeEarliest(options.startToleranceSeconds)}`);
}

function describeEarliest(toleranceSeconds: number): string {
  return toleranceSeconds < 0 ? `be at least ${-toleranceSeconds} s ahead` : 'not be in the past';
}
