import { type Availability, isPageId, type Monitor, type Page, type PageWithMonitors } from '../domain/page.ts';
import {
  type Incident,
  incidentStates,
  parseIncidentState,
  type TimelineEntry,
  type Window,
} from '../domain/record.ts';
import {
  type Fields,
  fieldsOf,
  isObject,
  readAddress,
  readFlag,
  readId,
  readList,
  readMeasure,
  readPercent,
  readReference,
  readShortText,
  readText,
  readTime,
} from './fields.ts';
import { type Listing, type Parse, parseEntries, readListing } from './json.ts';

// The documentation shows no reply of these endpoints, so only the id is sure. A field of an unexpected type counts as missing.

/**
 * All records of an answer, in an envelope or bare; undefined if there is no list. `limit` is the longest list that
 * the server gives: one of that length may have been cut.
 */
export function parseListing<R extends Window | Incident>(
  body: string,
  parse: Parse<R>,
  limit = Number.POSITIVE_INFINITY,
): Listing<R> | undefined {
  const listing = parseEntries(body, parse);
  if (listing === undefined) return undefined;
  // A list whose messages are all null may never show any.
  const showsSome = listing.records.some(({ message }) => message !== undefined);
  const records = showsSome ? listing.records : listing.records.map((record) => ({ ...record, showsMessage: false }));
  return { records, complete: listing.complete && records.length < limit };
}

/**
 * A list without the records of other pages, in case the server ignores the filter of the request. Only ids of one kind can be
 * compared: a record that names its page by a number may be on the page with a UUID.
 */
export function onPage<R extends Window | Incident>(
  pageId: string,
  listing: Listing<R> | undefined,
): Listing<R> | undefined {
  if (listing === undefined) return undefined;
  const wanted = pageId.toLowerCase();
  const isElsewhere = ({ pageId: shown = pageId }: R) =>
    isPageId(shown) === isPageId(pageId) && shown.toLowerCase() !== wanted;
  return { ...listing, records: listing.records.filter((record) => !isElsewhere(record)) };
}

/** The pages of an answer, in an envelope or bare; undefined if there is no list. */
export function parsePages(body: string): readonly Page[] | undefined {
  return parseEntries(body, parsePage)?.records;
}

/** A status page. */
const parsePage: Parse<Page> = (entry) => {
  const fields = fieldsOf(entry);
  const id = fields?.first('id', readId);
  if (fields === undefined || id === undefined) return undefined;
  const slug = fields.first('slug', readShortText);
  const hosted = /^[a-z0-9-]+$/i.test(slug ?? '') ? `https://${slug}.statuspage.me` : undefined;
  return { id, slug, name: fields.first('name', readShortText), url: fields.first('url', readAddress) ?? hosted };
};

/** A maintenance window. */
export const parseWindow: Parse<Window> = (entry) => {
  const fields = fieldsOf(entry);
  const seen = fields && readSeen(fields);
  if (seen === undefined) return undefined;
  return {
    ...seen,
    kind: 'maintenance',
    startAt: fields?.first('startAt', readTime),
    endAt: fields?.first('endAt', readTime),
  };
};

/** An incident, with its timeline if the reply shows it. */
export const parseIncident: Parse<Incident> = (entry) => {
  const fields = fieldsOf(entry);
  const seen = fields && readSeen(fields);
  if (fields === undefined || seen === undefined) return undefined;
  const isOver = fields.first('resolvedAt', readTime) !== undefined;
  return {
    ...seen,
    kind: 'incident',
    componentId: fields.first('componentId', readReference),
    state: isOver ? incidentStates.resolved : readState(fields),
    startAt: fields.first('startAt', readTime),
    timeline: fields.first('timeline', readList)?.map(readEntry),
  };
};

function readEntry(entry: unknown): TimelineEntry {
  const fields = fieldsOf(entry);
  if (fields === undefined) return { message: undefined, state: undefined };
  return {
    message: fields.first('message', readText),
    state: readState(fields),
    createdAt: fields.first('createdAt', readTime),
  };
}

function readSeen(fields: Fields) {
  const id = fields.first('id', readId);
  if (id === undefined) return undefined;
  return {
    id,
    pageId: fields.first('pageId', readReference),
    title: fields.first('title', readShortText),
    message: fields.first('message', readText),
    createdAt: fields.first('createdAt', readTime),
    showsMessage: fields.all('message').some((message) => typeof message === 'string' || message === null),
  };
}

/** The digits of the state, or the server's word for it. A state that we know comes before one that we do not. */
function readState(fields: Fields): string | undefined {
  const words = fields.all('state').flatMap(wordsOf);
  const states = words.map((word) => parseIncidentState(word) ?? word);
  const known: readonly string[] = Object.values(incidentStates);
  return states.find((state) => known.includes(state)) ?? states[0];
}

/** The words of a state: itself, or the id and the name of an object. */
function wordsOf(state: unknown): readonly string[] {
  if (!isObject(state)) return [readId(state)].filter((word) => word !== undefined);
  const fields = fieldsOf(state);
  return [fields?.first('id', readId), fields?.first('name', readShortText)].filter((word) => word !== undefined);
}

/** A monitor. */
export const parseMonitor: Parse<Monitor> = (entry) => {
  const fields = fieldsOf(entry);
  const id = fields?.first('id', readId);
  if (fields === undefined || id === undefined) return undefined;
  return {
    id,
    name: fields.first('name', readShortText),
    type: fields.first('type', readShortText),
    target: fields.first('target', readShortText),
    enabled: fields.first('enabled', readFlag),
    pageId: fields.first('pageId', readReference),
    pageSlug: fields.first('pageSlug', readShortText),
    intervalSeconds: fields.first('intervalSeconds', readMeasure),
    createdAt: fields.first('createdAt', readTime),
    updatedAt: fields.first('updatedAt', readTime),
  };
};

/** A page with its monitors, which do not name their page themselves. */
export const parsePageWithMonitors: Parse<PageWithMonitors> = (entry) => {
  const page = parsePage(entry);
  if (page === undefined) return undefined;
  const shown = readListing(fieldsOf(entry)?.all('monitors')[0], parseMonitor);
  const monitors = shown?.records.map((monitor) => ({ ...monitor, pageId: monitor.pageId ?? page.id }));
  return { ...page, monitors: monitors ?? [], showsAllMonitors: shown?.complete ?? false };
};

/**
 * The availability of a monitor. The API does not document the names of its fields: those of its public version are tried,
 * at the top and under `availability`.
 */
export const parseAvailability: Parse<Availability> = (entry) => {
  const top = fieldsOf(entry);
  if (top === undefined) return undefined;
  const below = top.first('availability', fieldsOf);
  return {
    uptimePercent: top.first('uptimePercent', readPercent) ?? below?.first('uptimePercent', readPercent),
    downtimeSeconds: top.first('downtimeSeconds', readMeasure) ?? below?.first('downtimeSeconds', readMeasure),
    mttrSeconds: top.first('mttrSeconds', readMeasure) ?? below?.first('mttrSeconds', readMeasure),
    mtbfSeconds: top.first('mtbfSeconds', readMeasure) ?? below?.first('mtbfSeconds', readMeasure),
  };
};
