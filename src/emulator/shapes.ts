import type { Monitor, StatusPage } from './account.ts';
import type { EpochMs } from './clock.ts';
import type { Options } from './options.ts';
import {
  firstMessage,
  type Incident,
  type IncidentState,
  type MaintenanceWindow,
  type RecordId,
  stateNumber,
  type TimelineEntry,
} from './records.ts';

/** Whether a record is shown on its own or as one of a list. */
export type Place = 'single' | 'list';

/** A record on the wire, of which only the id is certain. */
export type Shown = { readonly id: RecordId } & Readonly<Record<string, unknown>>;

/** An incident on the wire. */
export function showIncident(incident: Incident, options: Options, place: Place): Shown {
  const { timesInReplies, updatesInLists, timelineName } = options;
  return {
    id: incident.id,
    status_page_id: incident.statusPageId,
    component_id: incident.componentId,
    title: incident.title,
    ...showMessage(firstMessage(incident), options, place),
    ...showState(incident.state, options),
    notify_subscribers: incident.notifySubscribers,
    ...(timesInReplies && {
      created_at: showTime(incident.createdAt),
      updated_at: showTime(incident.updatedAt),
      resolved_at: incident.resolvedAt === null ? null : showTime(incident.resolvedAt),
    }),
    ...((place === 'single' || updatesInLists) && {
      [timelineName]: incident.timeline.map((entry) => showEntry(entry, options)),
    }),
  };
}

/** One entry of an incident's timeline on the wire. */
export function showEntry(entry: TimelineEntry, options: Options): Shown {
  return {
    id: entry.id,
    ...showMessage(entry.message, options, 'single'),
    ...showState(entry.state, options),
    ...(options.timesInReplies && { created_at: showTime(entry.at) }),
  };
}

/** A maintenance window on the wire. No field for a state is documented, so it has none. */
export function showWindow(window: MaintenanceWindow, options: Options, place: Place): Shown {
  return {
    id: window.id,
    status_page_id: window.statusPageId,
    title: window.title,
    ...showMessage(window.message, options, place),
    notify_subscribers: window.notifySubscribers,
    ...(options.timesInReplies && {
      start_at: showTime(window.startAt),
      end_at: showTime(window.endAt),
      created_at: showTime(window.createdAt),
      updated_at: showTime(window.updatedAt),
    }),
  };
}

/** A status page on the wire, with the fields of the list. */
export function showPage({ id, name, slug, url }: StatusPage): Record<string, unknown> {
  return { id, name, slug, ...(url !== undefined && { url }) };
}

/** A status page on the wire with its monitors, with the fields of the single endpoint. */
export function showPageWithMonitors({ id, name, slug }: StatusPage, monitors: readonly Monitor[]) {
  return {
    id,
    name,
    slug,
    monitors: monitors.map(({ id, name, type, target, intervalSeconds, enabled }) => ({
      id,
      name,
      type,
      target,
      interval_seconds: intervalSeconds,
      enabled,
    })),
  };
}

/** A monitor on the wire. It carries no up or down. */
export function showMonitor(monitor: Monitor, slug: string): Record<string, unknown> {
  return {
    id: monitor.id,
    name: monitor.name,
    type: monitor.type,
    target: monitor.target,
    interval_seconds: monitor.intervalSeconds,
    enabled: monitor.enabled,
    status_page_id: monitor.statusPageId,
    status_page_slug: slug,
    created_at: '2026-01-05T09:00:00Z',
    updated_at: '2026-01-05T09:00:00Z',
  };
}

/** A monitor's availability on the wire, with the names of the public API, since those of this one are not shown. */
export function showAvailability({ uptimePercentage }: Monitor, days: number, { availabilityShape }: Options) {
  const total = days * 86_400;
  const downtime = uptimePercentage === null ? null : Math.round((total * (100 - uptimePercentage)) / 100);
  const figures = {
    uptime_percentage: uptimePercentage,
    downtime_seconds: downtime,
    total_seconds: total,
    mtbf_seconds: downtime === null ? null : total - downtime,
    mttr_seconds: downtime,
    incident_count: downtime ? 1 : 0,
  };
  return availabilityShape === 'nested' ? { availability: figures } : figures;
}

/** A time on the wire: UTC with `Z` and whole seconds, as in every example. */
function showTime(time: EpochMs): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** The name of a state as the dashboard writes it. */
export function stateName(state: IncidentState): string {
  return state.charAt(0).toUpperCase() + state.slice(1);
}

function showMessage(message: string | null, { messageInLists, noMessage }: Options, place: Place) {
  const shown = place === 'single' || messageInLists ? message : null;
  return shown === null && noMessage === 'absent' ? {} : { message: shown };
}

function showState(state: IncidentState, { stateShape }: Options): Record<string, unknown> {
  const number = stateNumber(state);
  switch (stateShape) {
    case 'id-string':
      return { incident_state_id: String(number) };
    case 'id-number':
      return { incident_state_id: number };
    case 'state-word':
      return { state };
    case 'status-word':
      return { status: stateName(state) };
    case 'object':
      return { state: { id: number, name: stateName(state) } };
    case 'none':
      return {};
  }
}
