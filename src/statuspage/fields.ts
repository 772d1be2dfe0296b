import { isRecordId, shorten } from '../domain/record.ts';
import { parseTime } from '../domain/time.ts';

/**
 * The names under which a server may show a field, in lower case and without underscores and hyphens. The documented name comes
 * first; the documentation shows no example of a record, so the others are what similar servers use.
 */
const names = {
  id: ['id', 'uuid'],
  pageId: ['statuspageid', 'pageid', 'statuspageuuid', 'statuspage'],
  componentId: ['componentid', 'componentuuid', 'component'],
  title: ['title', 'name'],
  message: ['message', 'description', 'body'],
  createdAt: ['createdat', 'created'],
  updatedAt: ['updatedat', 'updated'],
  startAt: ['startat', 'startedat', 'startsat', 'starttime', 'start'],
  endAt: ['endat', 'endsat', 'endtime', 'end', 'endedat'],
  /** Set only once the incident is over. */
  resolvedAt: ['resolvedat', 'endedat'],
  state: [
    'incidentstateid',
    'incidentstate',
    'currentstate',
    'state',
    'statename',
    'incidentstatename',
    'currentstatus',
    'status',
  ],
  timeline: ['updates', 'incidentupdates', 'timeline', 'entries', 'history'],
  name: ['name', 'title'],
  slug: ['slug'],
  pageSlug: ['statuspageslug', 'pageslug'],
  url: ['url', 'customdomain'],
  type: ['type'],
  target: ['target'],
  enabled: ['enabled'],
  intervalSeconds: ['intervalseconds', 'interval'],
  monitors: ['monitors'],
  availability: ['availability'],
  uptimePercent: ['uptimepercentage', 'uptimepercent', 'uptime'],
  downtimeSeconds: ['downtimeseconds', 'downtime'],
  mttrSeconds: ['mttrseconds', 'mttr'],
  mtbfSeconds: ['mtbfseconds', 'mtbf'],
  data: ['data'],
  meta: ['meta', 'pagination'],
  count: ['count', 'total', 'totalcount'],
  hasMore: ['hasmore'],
} as const;
type Field = keyof typeof names;

/** Reads one value; undefined if it is not of the kind that is looked for. */
type Read<T> = (value: unknown) => T | undefined;

/** The fields of one object, whatever their spelling. */
export interface Fields {
  /** The first value under any name of a field that `read` accepts. */
  readonly first: <T>(field: Field, read: Read<T>) => T | undefined;
  /** Every value under any name of a field, the documented name first. */
  readonly all: (field: Field) => readonly unknown[];
}

/** The fields of an object; undefined for anything else. */
export function fieldsOf(entry: unknown): Fields | undefined {
  if (!isObject(entry)) return undefined;
  const { keysOf } = shapeOf(entry);
  const all = (field: Field) => keysOf(field).map((key) => unwrapNullable(entry[key]));
  const first = <T>(field: Field, read: Read<T>) => {
    for (const key of keysOf(field)) {
      const found = read(unwrapNullable(entry[key]));
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return { first, all };
}

/** The keys that an object has, and those of each field, the documented name first. */
interface Shape {
  readonly written: readonly string[];
  readonly keysOf: (field: Field) => readonly string[];
}

let last: Shape = { written: [], keysOf: () => [] };

/** The shape of an object. The entries of a list have the same, so that of the last object is kept. */
function shapeOf(entry: object): Shape {
  const written = Object.keys(entry);
  const isSame = written.length === last.written.length && written.every((key, at) => key === last.written[at]);
  if (isSame) return last;
  const byPlainName = Map.groupBy(written, (key) => key.toLowerCase().replace(/[_-]/g, ''));
  const found = new Map<Field, readonly string[]>();
  last = {
    written,
    keysOf: (field) => {
      const keys = found.get(field) ?? names[field].flatMap((name) => byPlainName.get(name) ?? []);
      found.set(field, keys);
      return keys;
    },
  };
  return last;
}

/** Go writes a value that may be null as `{ "String": "…", "Valid": true }`. */
function unwrapNullable(value: unknown): unknown {
  if (!isObject(value) || typeof value.Valid !== 'boolean') return value;
  const [inner] = Object.entries(value).flatMap(([key, one]) => (key === 'Valid' ? [] : [one]));
  return value.Valid ? inner : null;
}

/** An id, always as a text. Numbers that are not exact have become texts before: see `parseJson`. */
export function readId(value: unknown): string | undefined {
  if (typeof value === 'string') return isRecordId(value) ? value : undefined;
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
}

/** An id, or that of the object that is given instead. */
export function readReference(value: unknown): string | undefined {
  return readId(value) ?? fieldsOf(value)?.first('id', readId);
}

export function readText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A name or a title, cut to the length that is shown. */
export function readShortText(value: unknown): string | undefined {
  return typeof value === 'string' ? shorten(value) : undefined;
}

const longestAddress = 2_000;

/** An address on the web; a bare host name means https. Half of an address would lead elsewhere, so one that is too long is none. */
export function readAddress(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const address = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(value) ? `https://${value}` : value;
  const isOnWeb = /^https?:$/.test(URL.parse(address)?.protocol ?? '');
  return isOnWeb && address.length <= longestAddress ? address : undefined;
}

/** Go writes a time that is not set as the year 1. */
const earliest = new Date(0);

export function readTime(value: unknown): Date | undefined {
  const time = typeof value === 'string' ? parseTime(value) : undefined;
  return time !== undefined && time > earliest ? time : undefined;
}

export function readFlag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** A number that is not negative, also as a text. */
export function readMeasure(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && number >= 0 && Number.isFinite(number) ? number : undefined;
}

export function readPercent(value: unknown): number | undefined {
  const number = readMeasure(value);
  return number !== undefined && number <= 100 ? number : undefined;
}

export function readList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
