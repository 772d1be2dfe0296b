import { type Answer, CannotTell } from './recording.ts';

/** An object of a response, by the documented names of its fields. */
export type Fields = Readonly<Record<string, unknown>>;

/** What is inside the envelope and under the documented names, however the server wraps and writes it. */
export function contentOf({ json }: Pick<Answer, 'json'>): unknown {
  const content = isFields(json) && 'data' in json ? json.data : json;
  return toDocumentedNames(isNested(content) ? Object.values(content)[0] : content);
}

/** Whether a record or a list is inside an object that holds nothing else. */
export function isNested(content: unknown): content is Fields {
  if (!isFields(content)) return false;
  const [only, ...others] = Object.values(content);
  return others.length === 0 && typeof only === 'object';
}

/** Whether a value is an object with fields. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The one record of a response. Throws CannotTell if there is none. */
export function recordOf(answer: Pick<Answer, 'json'>): Fields {
  const content = contentOf(answer);
  if (!isFields(content)) throw new CannotTell(`no record in the answer, but ${describeType(content)}`);
  return content;
}

/** The entries of a list. Throws CannotTell if there is no list. */
export function entriesOf(answer: Pick<Answer, 'json'>): readonly Fields[] {
  const content = contentOf(answer);
  if (content === null) return [];
  if (!Array.isArray(content)) throw new CannotTell(`no list in the answer, but ${describeType(content)}`);
  return content.filter(isFields);
}

/** The entry of one record in a list. Throws CannotTell if the list does not show it. */
export function entryOf(answer: Answer, id: string): Fields {
  const entry = entriesOf(answer).find((one) => String(one.id) === id);
  if (entry === undefined) throw new CannotTell('the list does not show our record');
  return entry;
}

/** The id of the record of a response, as a text; undefined if there is none. */
export function readId(answer: Pick<Answer, 'json'>): string | undefined {
  const content = contentOf(answer);
  const id = isFields(content) ? content.id : undefined;
  return (typeof id === 'string' && id !== '') || typeof id === 'number' || typeof id === 'bigint'
    ? String(id)
    : undefined;
}

/** The names of all fields of a body as the server writes them. */
export function fieldNamesIn(json: unknown): readonly string[] {
  if (typeof json !== 'object' || json === null) return [];
  const own = Array.isArray(json) ? [] : Object.keys(json);
  return [...own, ...Object.values(json).flatMap(fieldNamesIn)];
}

const otherNames: Readonly<Record<string, string>> = { uuid: 'id', description: 'message' };

/** The documented name of a field: `StartAt` is `start_at`, `uuid` is `id`. */
export function documentedName(name: string): string {
  const snake = name.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase();
  return otherNames[snake] ?? snake;
}

function toDocumentedNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toDocumentedNames);
  if (!isFields(value)) return value;
  const fields = Object.entries(value).map(([name, field]) => [documentedName(name), toDocumentedNames(field)]);
  // A record that has both `id` and `uuid` keeps its `id`.
  const own = fields.filter((_, index) => !((Object.keys(value)[index] ?? '').toLowerCase() in otherNames));
  return Object.fromEntries([...fields, ...own]);
}

/** The field that holds the timeline of an incident, by a known name or by its entries; undefined if there is none. */
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

/** The timeline of an incident. Throws CannotTell if it is not shown. */
export function timelineOf(record: Fields): readonly Fields[] {
  const timeline = findTimeline(record);
  if (timeline === undefined) throw new CannotTell('the answer shows no timeline');
  return timeline.entries;
}

const stateNames = ['incident_state_id', 'incident_state', 'state', 'status', 'current_state', 'state_name'];
const resolutionNames = ['resolved_at', 'ended_at'];

/** The field that shows the state of an incident or an entry, with its value; undefined if none does. */
export function findState(record: Fields): { readonly name: string; readonly value: unknown } | undefined {
  const name = [...stateNames, ...resolutionNames].find((one) => record[one] !== undefined);
  return name === undefined ? undefined : { name, value: record[name] };
}

const words = ['investigating', 'identified', 'monitoring', 'resolved'];

/** The digits of a state, or the server's word if it is unknown. Throws CannotTell if no field shows it. */
export function stateOf(record: Fields): string {
  const { name = '', value: found } = findState(record) ?? {};
  if (resolutionNames.includes(name) && found === null) throw new CannotTell(`${name} shows only that it is open`);
  const value = resolutionNames.includes(name) ? 'resolved' : isFields(found) ? (found.id ?? found.name) : found;
  if (value === undefined || value === null) throw new CannotTell('the answer shows no state');
  const index = words.indexOf(String(value).toLowerCase());
  return index < 0 ? String(value) : String(index + 1);
}

/** All values whose documented name is wanted, anywhere in a body. */
export function findValues(json: unknown, isWanted: (name: string) => boolean): readonly unknown[] {
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([name, value]) => [
    ...(isWanted(documentedName(name)) ? [value] : []),
    ...findValues(value, isWanted),
  ]);
}

/** The type of a value in words; never the value, which may be private. */
export function describeType(value: unknown): string {
  if (value === undefined) return 'nothing that is JSON';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? `an object of ${Object.keys(value).join(', ')}` : `a ${typeof value}`;
}
