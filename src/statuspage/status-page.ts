import type { Page } from '../domain/page.ts';
import type { Incident, Window } from '../domain/record.ts';
import type { Scope } from '../domain/scope.ts';
import { type Clock, msBetween } from '../domain/time.ts';
import type { Caller } from './attempt.ts';
import {
  type Body,
  type IncidentChange,
  type NewEntry,
  type NewIncident,
  type NewWindow,
  type WindowChange,
  writeIncidentChange,
  writeNewEntry,
  writeNewIncident,
  writeNewWindow,
  writeWindowChange,
} from './bodies.ts';
import { makeCall } from './call.ts';
import { pretendIncident, pretendWindow } from './dry-run.ts';
import { type Call, StatusPageError } from './errors.ts';
import { type Listing, parseIncident, parseListing, parseOne, parsePages, parseWindow } from './replies.ts';
import { createServerClock, type ServerClock } from './server-clock.ts';
import type { Send } from './wire.ts';

export type { IncidentChange, NewEntry, NewIncident, NewWindow, WindowChange } from './bodies.ts';
export type { Listing } from './replies.ts';

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
  /** Aborted when we are told to stop. */
  readonly interruption?: AbortSignal | undefined;
  /** What an earlier process measured, in milliseconds. */
  readonly clockOffsetMs?: number | undefined;
  /** Takes one line for each attempt and each wait, for the debug log. */
  readonly trace: (line: string) => void;
  readonly userAgent: string;
  /** Told of each write, which is then not sent. */
  readonly dryRun?: ((call: Call) => void) | undefined;
}

/** The authenticated API, one method for each endpoint. All of them throw StatusPageError. */
export interface StatusPage {
  readonly apiUrl: URL;
  /** The same page with another deadline; what is learned of the server's clock is shared. */
  until(deadline: Date): StatusPage;
  /** The server's present, by its newest answer; ours before the first. */
  serverNow(): Date;
  /** Waits that long, but never past the deadline, and not on after an interruption. */
  wait(ms: number): Promise<void>;
  /** Server minus ours in milliseconds; undefined where neither an answer nor an earlier process has told. */
  clockOffsetMs(): number | undefined;
  fetchPages(): Promise<readonly Page[]>;
  createWindow(fields: NewWindow): Promise<Window>;
  changeWindow(id: string, fields: WindowChange): Promise<void>;
  fetchWindow(id: string): Promise<Window>;
  fetchWindows(pageId: string): Promise<Listing<Window>>;
  deleteWindow(id: string): Promise<void>;
  createIncident(fields: NewIncident): Promise<Incident>;
  changeIncident(id: string, fields: IncidentChange): Promise<void>;
  fetchIncident(id: string): Promise<Incident>;
  fetchIncidents(pageId: string): Promise<Listing<Incident>>;
  addEntry(incidentId: string, fields: NewEntry): Promise<void>;
  deleteIncident(id: string): Promise<void>;
  /** Resolves where the key may write incidents, throws `forbidden` where it may not. */
  proveIncidentsWrite(): Promise<void>;
}

/** An id that no record has; the scope is checked before the id is looked at. */
const nobody = '00000000-0000-0000-0000-000000000000';

/** The most that one list of incidents shows. */
const longestIncidentList = 200;

/** The client of one status page. The key stays inside: nothing that is returned or thrown holds it. */
export function connectStatusPage(options: StatusPageOptions): StatusPage {
  return connect(options, createServerClock(options.clock, options.clockOffsetMs));
}

function connect(options: StatusPageOptions, serverClock: ServerClock): StatusPage {
  const caller: Caller = { ...options, serverClock, interruption: options.interruption };

  const get = <T>(path: string, scope: Scope, read: (text: string) => T | undefined) =>
    makeCall({ method: 'GET', path, scope, body: undefined }, read, caller);

  /** A write whose answer is looked at by `read`; `pretended` stands in for it in a dry run. */
  const write = async <T>(call: Call, read: (text: string) => T | undefined, pretended: T): Promise<T> => {
    if (options.dryRun === undefined) return makeCall(call, read, caller);
    options.dryRun(call);
    return pretended;
  };
  const change = async (method: Call['method'], path: string, scope: Scope, body?: Body): Promise<void> => {
    await write({ method, path, scope, body }, () => true, true);
  };

  return {
    apiUrl: options.apiUrl,
    until: (deadline) => connect({ ...options, deadline }, serverClock),
    serverNow: serverClock.now,
    wait: (ms) => {
      const { clock, deadline, interruption } = options;
      return clock.sleep(Math.min(ms, Math.max(0, msBetween(clock.now(), deadline))), interruption);
    },
    clockOffsetMs: serverClock.offsetMs,

    fetchPages: () => get('/status-pages', 'status-pages:read', parsePages),

    createWindow: (fields) => {
      const body = writeNewWindow(fields);
      const call: Call = { method: 'POST', path: '/maintenances', scope: 'maintenances:write', body };
      return write(call, (text) => parseOne(text, parseWindow), pretendWindow(fields));
    },
    changeWindow: async (id, fields) =>
      change('PATCH', windowPath(id), 'maintenances:write', writeWindowChange(fields)),
    fetchWindow: async (id) => get(windowPath(id), 'maintenances:read', (text) => parseOne(text, parseWindow)),
    fetchWindows: (pageId) => {
      const path = `/maintenances?status_page_id=${encodeURIComponent(pageId)}`;
      return get(path, 'maintenances:read', (text) => parseListing(text, parseWindow));
    },
    deleteWindow: async (id) => change('DELETE', windowPath(id), 'maintenances:write'),

    createIncident: (fields) => {
      const body = writeNewIncident(fields);
      const call: Call = { method: 'POST', path: '/incidents', scope: 'incidents:write', body };
      return write(call, (text) => parseOne(text, parseIncident), pretendIncident(fields));
    },
    changeIncident: async (id, fields) =>
      change('PATCH', incidentPath(id), 'incidents:write', writeIncidentChange(fields)),
    fetchIncident: async (id) => get(incidentPath(id), 'incidents:read', (text) => parseOne(text, parseIncident)),
    fetchIncidents: (pageId) => {
      const path = `/incidents?status_page_id=${encodeURIComponent(pageId)}&limit=${longestIncidentList}`;
      return get(path, 'incidents:read', (text) => parseListing(text, parseIncident, longestIncidentList));
    },
    addEntry: async (id, fields) =>
      change('POST', `${incidentPath(id)}/updates`, 'incidents:write', writeNewEntry(fields)),
    deleteIncident: async (id) => change('DELETE', incidentPath(id), 'incidents:write'),

    proveIncidentsWrite: async () => {
      try {
        await change('PATCH', incidentPath(nobody), 'incidents:write', {});
      } catch (error) {
        if (error instanceof StatusPageError && provesScope(error)) return;
        throw error;
      }
    },
  };
}

/** Past the check of the scope, an id that does not exist is not found, or an empty change is not valid. */
function provesScope({ trouble }: StatusPageError): boolean {
  return trouble === 'not-found' || trouble === 'invalid';
}

function windowPath(id: string): string {
  return `/maintenances/${segment(id)}`;
}

function incidentPath(id: string): string {
  return `/incidents/${segment(id)}`;
}

/** An id as one segment of a path. Throws RangeError for what would address something else than one record. */
function segment(id: string): string {
  if (/^\.{0,2}$/.test(id)) throw new RangeError(`no record can have the id "${id}"`);
  return encodeURIComponent(id);
}
