import { liesAhead } from './time.ts';

/** What a record is; its field name in inputs, outputs and messages is `kind`. */
export type Kind = 'maintenance' | 'incident';

/** All kinds, in the order in which they are searched and named. */
export const kinds: readonly Kind[] = ['maintenance', 'incident'];

/** What the server said of any record. Only `id` is sure; everything else may be missing from a reply. */
interface Seen {
  readonly id: string;
  readonly pageId: string | undefined;
  readonly title: string | undefined;
  readonly message: string | undefined;
  readonly createdAt: Date | undefined;
  /** Whether the reply shows the message at all. If not, a missing reference proves nothing. */
  readonly showsMessage: boolean;
}

/** A maintenance window as the server shows it. It starts and ends by itself. */
export interface Window extends Seen {
  readonly kind: 'maintenance';
  readonly startAt: Date | undefined;
  readonly endAt: Date | undefined;
}

/** An entry of an incident's timeline. */
export interface TimelineEntry {
  readonly message: string | undefined;
  readonly createdAt?: Date | undefined;
  readonly state: string | undefined;
}

/** An incident as the server shows it. It stays open until it is resolved. */
export interface Incident extends Seen {
  readonly kind: 'incident';
  readonly componentId?: string | undefined;
  /** The digits of the state's id, or a word that we do not know; undefined if the reply does not say. */
  readonly state: string | undefined;
  readonly startAt: Date | undefined;
  /** The timeline, first entry included; undefined if the reply does not show it. */
  readonly timeline: readonly TimelineEntry[] | undefined;
}

/** Whether a window still has time ahead of it. One whose end cannot be read counts as open: better looked at than left. */
export function isOpenWindow({ endAt }: Pick<Window, 'endAt'>, now: Date): boolean {
  return endAt === undefined || endAt > now;
}

/** The state of a window, as it is printed. A start or an end that was just set is the next full second, and counts as reached. */
export function stateOfWindow(
  { startAt, endAt }: Pick<Window, 'startAt' | 'endAt'>,
  now: Date,
): 'scheduled' | 'active' | 'past' {
  if (startAt !== undefined && liesAhead(startAt, now)) return 'scheduled';
  return endAt !== undefined && !liesAhead(endAt, now) ? 'past' : 'active';
}

const longestId = 200;

/** Whether a text can be an id: it names one record in a path, in a list with commas, and in a workflow, in which `none` stands for nothing opened. */
export function isRecordId(text: string): boolean {
  const isNamed = text !== '' && text.length <= longestId && !['.', '..', 'none'].includes(text);
  return isNamed && text.isWellFormed() && text === text.trim() && !/[,\p{Cc}]/u.test(text);
}

const longestTitle = 300;

/** A title as it is shown and saved; what is sent is not cut. The runner passes saved texts on in variables, which have a limit. */
export function shorten(title: string): string {
  return title.length > longestTitle ? `${title.slice(0, longestTitle - 1).toWellFormed()}…` : title;
}

/** The states of an incident by name, with the digits that the API takes; from the incidents page of the API. */
export const incidentStates = { investigating: '1', identified: '2', monitoring: '3', resolved: '4' } as const;

/** The state id for a name in any case or for digits; undefined for anything else. */
export function parseIncidentState(text: string): string | undefined {
  if (/^\d+$/.test(text)) return text.replace(/^0+(?=\d)/, '');
  return Object.entries(incidentStates).find(([name]) => name === text.toLowerCase())?.[1];
}

/** The usual name of a state id; the id itself if it has none. */
export function describeIncidentState(id: string): string {
  return Object.entries(incidentStates).find(([, digits]) => digits === id)?.[0] ?? id;
}
