import { type Answer, Untold } from './recording.ts';

/** An object of an answer, by the names of its fields. */
export type Fields = Readonly<Record<string, unknown>>;

/** What is inside the envelope, or the bare body where there is none. */
export function contentOf({ json }: Pick<Answer, 'json'>): unknown {
  return isFields(json) && 'data' in json ? json.data : json;
}

/** Whether a value is an object with fields. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The one record of an answer. Throws Untold where there is none. */
export function recordOf(answer: Pick<Answer, 'json'>): Fields {
  const content = contentOf(answer);
  if (!isFields(content)) throw new Untold(`no record in the answer, but ${describeType(content)}`);
  return content;
}

/** The entries of a list. Throws Untold where there is no list. */
export function entriesOf(answer: Pick<Answer, 'json'>): readonly Fields[] {
  const content = contentOf(answer);
  if (content === null) return [];
  if (!Array.isArray(content)) throw new Untold(`no list in the answer, but ${describeType(content)}`);
  return content.filter(isFields);
}

/** The entry of one record in a list. Throws Untold where the list does not show it. */
export function entryOf(answer: Answer, id: string): Fields {
  const entry = entriesOf(answer).find((one) => String(one.id) === id);
  if (entry === undefined) throw new Untold('the list does not show our record');
  return entry;
}

/** The id of the record of an answer, as a text; undefined where there is none. */
export function readId(answer: Pick<Answer, 'json'>): string | undefined {
  const content = contentOf(answer);
  const id = isFields(content) ? content.id : undefined;
  return (typeof id === 'string' && id !== '') || typeof id === 'number' ? String(id) : undefined;
}

/** The property that holds the timeline of an incident, by a known name or by its looks; undefined where there is none. */
export function findTimeline(
  record: Fields,
): { readonly name: string; readonly entries: readonly Fields[] } | undefined {
  const lists = Object.entries(record).flatMap(([name, value]) =>
    Array.isArray(value) ? [{ name, entries: value.filter(isFields) }] : [],
  );
  const known = ['updates', 'timeline', 'incident_updates'];
  const hasTexts = ({ entries }: { readonly entries: readonly Fields[] }) =>
    entries.some(({ message }) => message !== undefined);
  return lists.find(({ name }) => known.includes(name)) ?? lists.find(hasTexts);
}

/** The timeline of an incident. Throws Untold where it is not shown. */
export function timelineOf(record: Fields): readonly Fields[] {
  const timeline = findTimeline(record);
  if (timeline === undefined) throw new Untold('the answer shows no timeline');
  return timeline.entries;
}

/** What holds the state of an incident or an entry, and what it says; undefined where nothing does. */
export function findState(record: Fields): { readonly name: string; readonly value: unknown } | undefined {
  const name = ['incident_state_id', 'incident_state', 'state', 'status'].find((one) => record[one] !== undefined);
  return name === undefined ? undefined : { name, value: record[name] };
}

const words = ['investigating', 'identified', 'monitoring', 'resolved'];

/** The digits of a state that is shown in any of the ways; what is shown where it is a word that nobody knows. Throws Untold where none is. */
export function stateOf(record: Fields): string {
  const found = findState(record)?.value;
  const value = isFields(found) ? (found.id ?? found.name) : found;
  if (value === undefined || value === null) throw new Untold('the answer shows no state');
  const place = words.indexOf(String(value).toLowerCase());
  return place < 0 ? String(value) : String(place + 1);
}

/** All values with a name, wherever they stand in a body. */
export function findValues(json: unknown, isWanted: (name: string) => boolean): readonly unknown[] {
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([name, value]) => [
    ...(isWanted(name) ? [value] : []),
    ...findValues(value, isWanted),
  ]);
}

/** A value by its type, for people; never the value itself, which may be somebody else's. */
export function describeType(value: unknown): string {
  if (value === undefined) return 'nothing that is JSON';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? `an object of ${Object.keys(value).join(', ')}` : `a ${typeof value}`;
}
