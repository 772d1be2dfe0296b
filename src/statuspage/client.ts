import type { Availability, Monitor, Page, PageWithMonitors, UptimePeriod } from '../domain/page.ts';
import type { Incident, Window } from '../domain/record.ts';
import type { Grant, Scope } from '../domain/scope.ts';
import { type Clock, later, msBetween } from '../domain/time.ts';
import { makeCall } from './call.ts';
import { type Caller, createServerClock, createTurns } from './caller.ts';
import type { Call } from './failed-call.ts';
import { type Listing, parseEntries, parseOne } from './json.ts';
import { probeScope, proveScope, type ScopeProbe, type SendProbe } from './probe.ts';
import {
  onPage,
  parseAvailability,
  parseIncident,
  parseListing,
  parseMonitor,
  parsePages,
  parsePageWithMonitors,
  parseWindow,
} from './replies.ts';
import {
  type Body,
  type IncidentChange,
  incidentPath,
  monitorPath,
  type NewEntry,
  type NewIncident,
  type NewWindow,
  pagePath,
  pretendIncident,
  pretendWindow,
  type WindowChange,
  windowPath,
  writeIncidentChange,
  writeNewEntry,
  writeNewIncident,
  writeNewWindow,
  writeWindowChange,
} from './requests.ts';
import type { Send } from './wire.ts';

/** What a client of the status page is made of. */
export interface StatusPageOptions {
  readonly apiUrl: URL;
  readonly apiKey: string;
  readonly send: Send;
  readonly clock: Clock;
  /** No request is under way after this. */
  readonly deadline: Date;
  readonly requestTimeoutMs: number;
  /** A number from 0 up to 1, for the jitter of the waits. */
  readonly random: () => number;
  /** Aborted by a signal to stop. */
  readonly interruption?: AbortSignal | undefined;
  /** What an earlier process measured, in milliseconds. */
  readonly clockOffsetMs?: number | undefined;
  /** Takes one line for each attempt and each wait, for the debug log. */
  readonly trace: (line: string) => void;
  readonly userAgent: string;
  /** Gets each write, which is then not sent. */
  readonly dryRun?: ((call: Call) => void) | undefined;
}

/** The authenticated API, one method for each endpoint. All of them throw StatusPageError. */
export interface StatusPage {
  readonly apiUrl: URL;
  /** Whether writes are only reported, not sent. */
  readonly isDryRun: boolean;
  /** The same page with another deadline; what is learned of the server's clock is shared. */
  until(deadline: Date): StatusPage;
  /** The same page for at most `ms` milliseconds from now, never beyond its deadline. */
  within(ms: number): StatusPage;
  /** The server's present, by its newest answer; ours before the first. */
  serverNow(): Date;
  /** Waits that long, but never past the deadline, and not on after an interruption. */
  wait(ms: number): Promise<void>;
  /** Milliseconds to the deadline; 0 if it has passed. */
  leftMs(): number;
  /** Server minus ours in milliseconds; undefined if neither an answer nor an earlier process showed it. */
  clockOffsetMs(): number | undefined;
  fetchPages(): Promise<readonly Page[]>;
  /** Only `fetchPages` shows a custom domain. */
  fetchPage(id: string): Promise<PageWithMonitors>;
  /** All monitors that are not disabled. */
  fetchMonitors(): Promise<Listing<Monitor>>;
  fetchMonitor(id: string): Promise<Monitor>;
  fetchAvailability(monitorId: string, period: UptimePeriod): Promise<Availability>;
  createWindow(fields: NewWindow): Promise<Window>;
  /** What the answer shows of the window after the change; undefined if it shows nothing, and in a dry run. */
  changeWindow(id: string, fields: WindowChange): Promise<Window | undefined>;
  fetchWindow(id: string): Promise<Window>;
  fetchWindows(pageId: string): Promise<Listing<Window>>;
  deleteWindow(id: string): Promise<void>;
  createIncident(fields: NewIncident): Promise<Incident>;
  /** What the answer shows of the incident after the change; undefined if it shows nothing, and in a dry run. */
  changeIncident(id: string, fields: IncidentChange): Promise<Incident | undefined>;
  fetchIncident(id: string): Promise<Incident>;
  fetchIncidents(pageId: string): Promise<Listing<Incident>>;
  addEntry(incidentId: string, fields: NewEntry): Promise<void>;
  deleteIncident(id: string): Promise<void>;
  /** Resolves if the key may write incidents, throws `forbidden` if it may not. */
  proveIncidentsWrite(): Promise<void>;
  /** Whether the key has a scope, asked without writing anything; throws only for a 401. A dry run does not ask for writing ones. */
  probeScope(scope: Scope): Promise<ScopeProbe>;
}

/** The most that one list of incidents shows. */
export const longestIncidentList = 200;

/** The client of one status page. The key stays inside: nothing that is returned or thrown holds it. */
export function connectStatusPage(options: StatusPageOptions): StatusPage {
  return connect(options, {
    serverClock: createServerClock(options.clock, options.clockOffsetMs),
    takeTurn: createTurns(),
  });
}

/** No answer to a change is unreadable: it need not show the window. */
function readChangedWindow(text: string): { readonly shown?: Window | undefined } {
  return { shown: parseOne(text, parseWindow) };
}

function readChangedIncident(text: string): { readonly shown?: Incident | undefined } {
  return { shown: parseOne(text, parseIncident) };
}

/** What all deadlines of one status page share. */
type Shared = Pick<Caller, 'serverClock' | 'takeTurn'>;

function connect(options: StatusPageOptions, shared: Shared): StatusPage {
  const { serverClock } = shared;
  const leftMs = () => Math.max(0, msBetween(options.clock.now(), options.deadline));
  const caller: Caller = { ...options, ...shared, interruption: options.interruption };

  const get = <T>(path: string, scope: Scope, read: (text: string) => T | undefined) =>
    makeCall({ method: 'GET', path, scope, body: undefined }, read, caller);

  /** A write whose answer `read` reads; in a dry run it is `pretended`. */
  const write = async <T>(call: Call, read: (text: string) => T | undefined, pretended: T): Promise<T> => {
    if (options.dryRun === undefined) return makeCall(call, read, caller);
    options.dryRun(call);
    return pretended;
  };
  const change = async (method: Call['method'], path: string, scope: Scope, body?: Body): Promise<void> => {
    await write({ method, path, scope, body }, () => true, true);
  };
  const sendProbe: SendProbe = (probe) => {
    const granted = (): Grant => 'granted';
    if (probe.method === 'GET' || options.dryRun === undefined)
      return makeCall(probe, granted, { ...caller, isProbe: true });
    return write(probe, granted, 'unknown');
  };

  return {
    apiUrl: options.apiUrl,
    isDryRun: options.dryRun !== undefined,
    until: (deadline) => connect({ ...options, deadline }, shared),
    within: (ms) => {
      const end = later(options.clock.now(), ms);
      return connect({ ...options, deadline: end < options.deadline ? end : options.deadline }, shared);
    },
    serverNow: serverClock.now,
    wait: (ms) => options.clock.sleep(Math.min(ms, leftMs()), options.interruption),
    leftMs,
    clockOffsetMs: serverClock.offsetMs,

    fetchPages: () => get('/status-pages', 'status-pages:read', parsePages),
    fetchPage: async (id) => get(pagePath(id), 'status-pages:read', (text) => parseOne(text, parsePageWithMonitors)),
    fetchMonitors: () => get('/monitors', 'monitors:read', (text) => parseEntries(text, parseMonitor)),
    fetchMonitor: async (id) => get(monitorPath(id), 'monitors:read', (text) => parseOne(text, parseMonitor)),
    fetchAvailability: async (monitorId, period) => {
      const path = `${monitorPath(monitorId)}/availability?period=${period}`;
      return get(path, 'analytics:read', (text) => parseOne(text, parseAvailability));
    },

    createWindow: (fields) => {
      const body = writeNewWindow(fields);
      const call: Call = { method: 'POST', path: '/maintenances', scope: 'maintenances:write', body };
      return write(call, (text) => parseOne(text, parseWindow), pretendWindow(fields));
    },
    changeWindow: async (id, fields) => {
      const body = writeWindowChange(fields);
      const call: Call = { method: 'PATCH', path: windowPath(id), scope: 'maintenances:write', body };
      const { shown } = await write(call, readChangedWindow, {});
      return shown?.id === id ? shown : undefined;
    },
    fetchWindow: async (id) => get(windowPath(id), 'maintenances:read', (text) => parseOne(text, parseWindow)),
    fetchWindows: (pageId) => {
      const path = `/maintenances?status_page_id=${encodeURIComponent(pageId)}`;
      return get(path, 'maintenances:read', (text) => onPage(pageId, parseListing(text, parseWindow)));
    },
    deleteWindow: async (id) => change('DELETE', windowPath(id), 'maintenances:write'),

    createIncident: (fields) => {
      const body = writeNewIncident(fields);
      const call: Call = { method: 'POST', path: '/incidents', scope: 'incidents:write', body };
      return write(call, (text) => parseOne(text, parseIncident), pretendIncident(fields));
    },
    changeIncident: async (id, fields) => {
      const body = writeIncidentChange(fields);
      const call: Call = { method: 'PATCH', path: incidentPath(id), scope: 'incidents:write', body };
      const { shown } = await write(call, readChangedIncident, {});
      return shown?.id === id ? shown : undefined;
    },
    fetchIncident: async (id) => get(incidentPath(id), 'incidents:read', (text) => parseOne(text, parseIncident)),
    fetchIncidents: (pageId) => {
      const path = `/incidents?status_page_id=${encodeURIComponent(pageId)}&limit=${longestIncidentList}`;
      return get(path, 'incidents:read', (text) =>
        onPage(pageId, parseListing(text, parseIncident, longestIncidentList)),
      );
    },
    addEntry: async (id, fields) =>
      change('POST', `${incidentPath(id)}/updates`, 'incidents:write', writeNewEntry(fields)),
    deleteIncident: async (id) => change('DELETE', incidentPath(id), 'incidents:write'),

    proveIncidentsWrite: async () => {
      await proveScope('incidents:write', sendProbe);
    },
    probeScope: (scope) => probeScope(scope, sendProbe),
  };
}
