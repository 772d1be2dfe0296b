import Table from 'cli-table3';
import { describePage, type Monitor, type Page } from '../../domain/page.ts';
import { describeIncidentState, type Incident, stateOfWindow, type Window } from '../../domain/record.ts';
import { describeDuration, describeSpan, describeTime, formatTime, secondMs } from '../../domain/time.ts';
import { forLog } from '../../messages/sanitize.ts';
import { type MonitorAvailability, type Read, resources } from './list.ts';

type Value = string | number | boolean | null;
/** An entry under the names that it has in JSON; what the API does not tell is null. */
type Fields = Readonly<Record<string, Value | readonly Readonly<Record<string, Value>>[]>>;

/** What was read as an object: the entries of a list under the name of the resource, or one entry under its own. */
export function describeRead(read: Read, single: boolean, now: Date): Readonly<Record<string, unknown>> {
  const entries = fieldsOf(read, now);
  return single ? { [resources[read.resource]]: entries[0] } : { [read.resource]: entries, complete: read.complete };
}

/** A list as lines of a table: what a reader wants to know first, and the id last. */
export function drawList(read: Read, now: Date): readonly string[] {
  if (read.entries.length === 0) return [];
  const { columns, rows } = tableOf(read, now);
  return draw([columns, ...rows.map((row) => row.map(show))]);
}

interface Columns {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | undefined)[])[];
}

function tableOf(read: Read, now: Date): Columns {
  switch (read.resource) {
    case 'status-pages':
      return {
        columns: ['NAME', 'SLUG', 'ADDRESS', 'ID'],
        rows: read.entries.map(({ name, slug, url, id }) => [name, slug, url, id]),
      };
    case 'monitors':
      return {
        columns: ['NAME', 'TYPE', 'TARGET', 'ENABLED', 'ID'],
        rows: read.entries.map(({ name, type, target, enabled, id }) => [name, type, target, yesOrNo(enabled), id]),
      };
    case 'availability':
      return {
        columns: ['MONITOR', 'PERIOD', 'UPTIME', 'DOWNTIME', 'ID'],
        rows: read.entries.map(({ monitor, period, uptimePercent, downtimeSeconds }) => [
          monitor.name,
          period,
          uptimePercent === undefined ? undefined : `${uptimePercent} %`,
          downtimeSeconds === undefined ? undefined : describeDuration(downtimeSeconds * secondMs),
          monitor.id,
        ]),
      };
    case 'incidents':
      return {
        columns: ['TITLE', 'STATE', 'SINCE', 'PAGE', 'ID'],
        rows: read.entries.map(({ title, state, startAt, createdAt, pageId, id }) => {
          const began = startAt ?? createdAt;
          return [title, nameOf(state), began && describeTime(began, now), pageNameOf(read.pages, pageId), id];
        }),
      };
    case 'maintenances':
      return {
        columns: ['TITLE', 'STATE', 'WHEN', 'PAGE', 'ID'],
        rows: read.entries.map(({ title, startAt, endAt, pageId, id }) => {
          const when = startAt && endAt && describeSpan(startAt, endAt, now);
          return [title, describeState({ startAt, endAt }, now), when, pageNameOf(read.pages, pageId), id];
        }),
      };
  }
}

function yesOrNo(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : value ? 'yes' : 'no';
}

function pageNameOf(pages: readonly Page[], pageId: string | undefined): string | undefined {
  const page = pages.find(({ id }) => id === pageId) ?? (pages.length === 1 ? pages[0] : undefined);
  return page === undefined ? pageId : describePage(page);
}

/** One entry as lines, a line for each of its fields. */
export function drawEntry(read: Read, now: Date): readonly string[] {
  const fields = fieldsOf(read, now).flatMap((entry) => Object.entries(entry));
  const several = fields.flatMap(([name, value]) =>
    Array.isArray(value) && value.length > 0 ? [{ name, value }] : [],
  );
  const single = fields.filter(([name]) => several.every((one) => one.name !== name));
  return [
    ...draw(single.map(([name, value]) => [name, Array.isArray(value) ? 'none' : show(value)])),
    ...several.flatMap(({ name, value }) => [
      `${name}:`,
      ...draw(value.map((one) => ['', ...Object.values(one).map(show)])),
    ]),
  ];
}

/** Every line that the library would draw around cells. */
const edges = ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) => [
  side,
  `${side}-mid`,
  `${side}-left`,
  `${side}-right`,
]);
const bare = Object.fromEntries([...edges, 'middle'].map((edge) => [edge, '']));

function draw(rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const style = { 'padding-left': 0, 'padding-right': 2, head: [], border: [] };
  const table = new Table({ chars: bare, style });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

function show(value: unknown): string {
  return value === null || value === undefined ? '–' : forLog(String(value));
}

function fieldsOf(read: Read, now: Date): readonly Fields[] {
  switch (read.resource) {
    case 'status-pages':
      return read.entries.map(fieldsOfPage);
    case 'monitors':
      return read.entries.map(fieldsOfMonitor);
    case 'availability':
      return read.entries.map(fieldsOfAvailability);
    case 'incidents':
      return read.entries.map(fieldsOfIncident);
    case 'maintenances':
      return read.entries.map((window) => fieldsOfWindow(window, now));
  }
}

function fieldsOfPage({ id, slug, name, url, monitors }: Page & { readonly monitors?: readonly Monitor[] }): Fields {
  return { ...withNulls({ id, slug, name, url }), ...(monitors && { monitors: monitors.map(fieldsOfOwnMonitor) }) };
}

/** A monitor as its page shows it. */
function fieldsOfOwnMonitor({ id, name, type, target, enabled, intervalSeconds }: Monitor) {
  return withNulls({ id, name, type, target, enabled, 'interval-seconds': intervalSeconds });
}

function fieldsOfMonitor(monitor: Monitor): Readonly<Record<string, Value>> {
  const { id, name, type, target, enabled, intervalSeconds, pageId, pageSlug, createdAt, updatedAt } = monitor;
  return withNulls({
    id,
    name,
    type,
    target,
    enabled,
    'interval-seconds': intervalSeconds,
    'status-page-id': pageId,
    'status-page-slug': pageSlug,
    'created-at': createdAt && formatTime(createdAt),
    'updated-at': updatedAt && formatTime(updatedAt),
  });
}

function fieldsOfAvailability(one: MonitorAvailability): Fields {
  const { monitor, period, uptimePercent, downtimeSeconds, mttrSeconds, mtbfSeconds } = one;
  return withNulls({
    'monitor-id': monitor.id,
    name: monitor.name,
    period,
    'uptime-percent': uptimePercent,
    'downtime-seconds': downtimeSeconds,
    'mttr-seconds': mttrSeconds,
    'mtbf-seconds': mtbfSeconds,
  });
}

function fieldsOfIncident(incident: Incident): Fields {
  const { id, pageId, componentId, title, message, state, startAt, createdAt, timeline } = incident;
  const began = startAt ?? createdAt;
  const entries = timeline?.map((entry) =>
    withNulls({
      state: nameOf(entry.state),
      message: entry.message,
      'created-at': entry.createdAt && formatTime(entry.createdAt),
    }),
  );
  return {
    ...withNulls({
      id,
      'status-page-id': pageId,
      'component-id': componentId,
      title,
      state: nameOf(state),
      'start-at': began && formatTime(began),
      message,
    }),
    ...(entries && { timeline: entries }),
  };
}

function fieldsOfWindow({ id, pageId, title, message, startAt, endAt }: Window, now: Date): Fields {
  const start = startAt && formatTime(startAt);
  const end = endAt && formatTime(endAt);
  const state = describeState({ startAt, endAt }, now);
  return withNulls({ id, 'status-page-id': pageId, title, state, 'start-at': start, 'end-at': end, message });
}

function describeState({ startAt, endAt }: Pick<Window, 'startAt' | 'endAt'>, now: Date): string | undefined {
  return startAt === undefined || endAt === undefined ? undefined : stateOfWindow({ startAt, endAt }, now);
}

function nameOf(state: string | undefined): string | undefined {
  return state && describeIncidentState(state);
}

function withNulls(fields: Readonly<Record<string, Value | undefined>>): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value ?? null]));
}
