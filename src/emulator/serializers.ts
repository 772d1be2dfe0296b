import MarkdownIt from 'markdown-it';
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

/** Whether a response holds one record or a list. */
export type Scope = 'single' | 'list';

/** A record as the API shows it, with the documented names. `id` is the only field that is always there. */
export type Serialized = { readonly id: RecordId } & Readonly<Record<string, unknown>>;

/** An incident as the API shows it. */
export function serializeIncident(incident: Incident, options: Options, scope: Scope): Serialized {
  const { timesInReplies, updatesInLists, timelineName, shownTimes } = options;
  return {
    id: incident.id,
    status_page_id: incident.statusPageId,
    component_id: incident.componentId,
    title: incident.title,
    ...serializeMessage(firstMessage(incident), options, scope),
    ...serializeState(incident.state, options),
    notify_subscribers: incident.notifySubscribers,
    ...(timesInReplies && {
      created_at: formatTime(incident.createdAt, shownTimes),
      updated_at: formatTime(incident.updatedAt, shownTimes),
    }),
    ...serializeResolution(incident.resolvedAt, options),
    ...((scope === 'single' || updatesInLists) && {
      [timelineName]: incident.timeline.map((entry) => serializeEntry(entry, options)),
    }),
  };
}

/** One entry of an incident's timeline as the API shows it. */
export function serializeEntry(entry: TimelineEntry, options: Options): Serialized {
  return {
    id: entry.id,
    ...serializeMessage(entry.message, options, 'single'),
    ...serializeState(entry.state, options),
    ...(options.timesInReplies && { created_at: formatTime(entry.at, options.shownTimes) }),
  };
}

/** A maintenance window as the API shows it. The documents name no field for a state, so there is none. */
export function serializeWindow(window: MaintenanceWindow, options: Options, scope: Scope): Serialized {
  const { timesInReplies, shownTimes } = options;
  return {
    id: window.id,
    status_page_id: window.statusPageId,
    title: window.title,
    ...serializeMessage(window.message, options, scope),
    notify_subscribers: window.notifySubscribers,
    ...(timesInReplies && {
      start_at: formatTime(window.startAt, shownTimes),
      end_at: formatTime(window.endAt, shownTimes),
      created_at: formatTime(window.createdAt, shownTimes),
      updated_at: formatTime(window.updatedAt, shownTimes),
    }),
  };
}

/** A status page with the fields of the list. */
export function serializePage({ id, name, slug, url }: StatusPage): Serialized {
  return { id, name, slug, ...(url !== undefined && { url }) };
}

/** A status page with its monitors, as GET of one page shows it. */
export function serializePageWithMonitors({ id, name, slug }: StatusPage, monitors: readonly Monitor[]): Serialized {
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

/** A monitor. The documents give it no field for up or down. */
export function serializeMonitor(monitor: Monitor, slug: string, { shownTimes }: Options): Serialized {
  const at = formatTime(Date.parse('2026-01-05T09:00:00Z'), shownTimes);
  return {
    id: monitor.id,
    name: monitor.name,
    type: monitor.type,
    target: monitor.target,
    interval_seconds: monitor.intervalSeconds,
    enabled: monitor.enabled,
    status_page_id: monitor.statusPageId,
    status_page_slug: slug,
    created_at: at,
    updated_at: at,
  };
}

/** The availability of a monitor. The names are those of the public API, because this API documents none. */
export function serializeAvailability({ uptimePercentage }: Monitor, days: number) {
  const total = days * 86_400;
  const downtime = uptimePercentage === null ? null : Math.round((total * (100 - uptimePercentage)) / 100);
  return {
    uptime_percentage: uptimePercentage,
    downtime_seconds: downtime,
    total_seconds: total,
    mtbf_seconds: downtime === null ? null : total - downtime,
    mttr_seconds: downtime,
    incident_count: downtime ? 1 : 0,
  };
}

/** The name of a state as the dashboard writes it. */
export function stateName(state: IncidentState): string {
  return state.charAt(0).toUpperCase() + state.slice(1);
}

const offsetHours = 2;

/** A time as the API shows it. `offset` is two hours ahead of UTC; fractions have six digits, as Go and Postgres write them. */
function formatTime(time: EpochMs, form: Options['shownTimes']): string {
  switch (form) {
    case 'utc-seconds':
      return `${new Date(time).toISOString().slice(0, 19)}Z`;
    case 'fractions':
      return `${new Date(time).toISOString().slice(0, 23)}000Z`;
    case 'offset':
      return `${new Date(time + offsetHours * 3_600_000).toISOString().slice(0, 19)}+0${offsetHours}:00`;
  }
}

const longestMessage = 255;

function serializeMessage(message: string | null, options: Options, scope: Scope): Record<string, unknown> {
  const { messageInLists, noMessage, messageForm, messageName } = options;
  const shown = message !== null && (scope === 'single' || messageInLists) ? rewrite(message, messageForm) : null;
  return shown === null && noMessage === 'absent' ? {} : { [messageName]: shown };
}

function rewrite(message: string, form: Options['messageForm']): string {
  switch (form) {
    case 'whole':
      return message;
    case 'cut':
      return [...message].slice(0, longestMessage).join('');
    case 'one-line':
      return message.replace(/\s*\n\s*/g, ' ');
    case 'html':
      return renderMarkdown(message).replaceAll('\n', '');
  }
}

function serializeState(state: IncidentState, { stateShape }: Options): Record<string, unknown> {
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
    case 'current-state':
      return { current_state: state };
    case 'state-name':
      return { state_name: stateName(state) };
    case 'object':
      return { state: { id: number, name: stateName(state) } };
    case 'incident-state-object':
      return { incident_state: { id: number, name: stateName(state) } };
    case 'resolved-at':
    case 'ended-at':
    case 'none':
      return {};
  }
}

/** When an incident was resolved, or null. This may be all that a server shows of the state. */
function serializeResolution(resolvedAt: EpochMs | null, options: Options): Record<string, unknown> {
  const { stateShape, timesInReplies, shownTimes } = options;
  const shown = resolvedAt === null ? null : formatTime(resolvedAt, shownTimes);
  if (stateShape === 'ended-at') return { ended_at: shown };
  if (stateShape === 'resolved-at') return { resolved_at: shown };
  return timesInReplies && stateShape !== 'none' ? { resolved_at: shown } : {};
}

// Without images: a message must not make the reader's browser contact other servers.
const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true }).disable('image');

/** A message as HTML, because the dashboard takes Markdown (the maintenances page). HTML in the message is shown as text. */
export function renderMarkdown(message: string): string {
  return markdown.render(message);
}
