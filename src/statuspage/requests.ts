import { UserError } from '../domain/errors.ts';
import { type Incident, incidentStates, type Window } from '../domain/record.ts';
import { formatTime } from '../domain/time.ts';

/** A window to open, in the words of the domain. */
export interface NewWindow {
  readonly pageId: string;
  readonly title: string;
  readonly message: string;
  readonly startAt: Date;
  readonly endAt: Date;
  readonly notifySubscribers: boolean;
}

/** What is to change of a window; everything else stays. */
export interface WindowChange {
  readonly title?: string | undefined;
  readonly message?: string | undefined;
  readonly startAt?: Date | undefined;
  readonly endAt?: Date | undefined;
}

/** An incident to open. With a component the page is not sent: the API takes one of the two. */
export interface NewIncident {
  readonly pageId: string;
  readonly componentId: string | undefined;
  readonly title: string;
  readonly message: string;
  /** The digits of a state. */
  readonly state: string;
  readonly notifySubscribers: boolean;
}

/** What is to change of an incident itself; its progress goes through its timeline. */
export interface IncidentChange {
  readonly title?: string | undefined;
}

/** An entry for an incident's timeline: at least one of the two. */
export interface NewEntry {
  readonly message?: string | undefined;
  /** The digits of a state. */
  readonly state?: string | undefined;
}

/** The fields of a request as the API names them. Nothing is in it that is not to be sent: an unsent field stays as it is. */
export type Body = Readonly<Record<string, string | boolean>>;

function onlyGiven(fields: Readonly<Record<string, string | boolean | undefined>>): Body {
  const given: Record<string, string | boolean> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) given[name] = value;
  return given;
}

/** The body that opens a window. */
export function writeNewWindow(fields: NewWindow): Body {
  return onlyGiven({
    status_page_id: fields.pageId,
    ...writeWindowChange(fields),
    // False is the documented default: what need not be sent cannot be misread.
    notify_subscribers: fields.notifySubscribers || undefined,
  });
}

/** The body that changes a window. */
export function writeWindowChange({ title, message, startAt, endAt }: WindowChange): Body {
  return onlyGiven({ title, message, start_at: startAt && formatTime(startAt), end_at: endAt && formatTime(endAt) });
}

/** The body that opens an incident. */
export function writeNewIncident(fields: NewIncident): Body {
  const { componentId, pageId, title, message, state, notifySubscribers } = fields;
  const subject = componentId === undefined ? { status_page_id: pageId } : { component_id: componentId };
  return onlyGiven({
    ...subject,
    title,
    message,
    // The documented default. A server that wants numbers would refuse it.
    incident_state_id: state === incidentStates.investigating ? undefined : state,
    notify_subscribers: notifySubscribers || undefined,
  });
}

/** The body that changes an incident. */
export function writeIncidentChange({ title }: IncidentChange): Body {
  return onlyGiven({ title });
}

/** The body of an entry of a timeline. */
export function writeNewEntry({ message, state }: NewEntry): Body {
  return onlyGiven({ message, incident_state_id: state });
}

/** The path of one window. Throws UserError for an id that nothing can have, as do all of these. */
export function windowPath(id: string): string {
  return `/maintenances/${segment(id)}`;
}

/** The path of one incident. */
export function incidentPath(id: string): string {
  return `/incidents/${segment(id)}`;
}

/** The path of one monitor. */
export function monitorPath(id: string): string {
  return `/monitors/${segment(id)}`;
}

/** The path of one status page. */
export function pagePath(id: string): string {
  return `/status-pages/${segment(id)}`;
}

/** An id as one segment of a path; what would address something else than one record is none. */
function segment(id: string): string {
  if (/^\.{0,2}$/.test(id))
    throw new UserError(
      'invalid input',
      `Invalid input, nothing was sent. id: "${id}" cannot be an id. Give the id as the API shows it.`,
    );
  return encodeURIComponent(id);
}

/** The id of a record that was not created. */
const pretendedId = 'none';

/** The window that would have been created. */
export function pretendWindow({ pageId, title, message, startAt, endAt }: NewWindow): Window {
  return { kind: 'maintenance', ...pretendSeen(pageId, title, message), startAt, endAt };
}

/** The incident that would have been created. */
export function pretendIncident({ pageId, title, message, state }: NewIncident): Incident {
  const timeline = [{ message, state }];
  return { kind: 'incident', ...pretendSeen(pageId, title, message), state, startAt: undefined, timeline };
}

function pretendSeen(pageId: string, title: string, message: string) {
  return {
    id: pretendedId,
    pageId,
    title,
    message,
    createdAt: undefined,
    showsMessage: true,
  };
}
