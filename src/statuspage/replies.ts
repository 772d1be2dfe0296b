import * as z from 'zod/mini';
import type { Page } from '../domain/page.ts';
import {
  type Incident,
  isRecordId,
  parseIncidentState,
  shorten,
  type TimelineEntry,
  type Window,
} from '../domain/record.ts';
import { parseTime } from '../domain/time.ts';
import { type Listing, type Parse, parseEntries } from './json.ts';

// The documentation shows not one reply of these endpoints: only `id` is counted on. A field of an unexpected type is
// as good as none, and unknown fields are kept, because a marker may stand in any of them.

/** An id, always as a string. */
export const id = z.pipe(z.union([z.string().check(z.refine(isRecordId)), z.int()]), z.transform(String));
/** A text, if it is one. */
const text = z.catch(z.optional(z.string()), undefined);
/** A name or a title, as far as it is told, if it is one. */
export const shortText = z.catch(z.optional(z.pipe(z.string(), z.transform(shorten))), undefined);
/** An id, if it is one. */
export const optionalId = z.catch(z.optional(id), undefined);
/** What is too long to be an address is none: half of it would lead elsewhere. */
const address = z.catch(z.optional(z.string().check(z.maxLength(2_000))), undefined);
const time = z.catch(z.optional(z.pipe(z.string(), z.transform(parseTime))), undefined);
const named = z.looseObject({ id: optionalId, name: shortText });
const state = z.catch(z.optional(z.union([id, named])), undefined);

const stateFields = { incident_state_id: optionalId, incident_state: state, state, status: state };
const seenFields = { id, status_page_id: optionalId, title: shortText, message: text, created_at: time };

const pageSchema = z.looseObject({ id, slug: shortText, name: shortText, url: address });
const windowSchema = z.looseObject({ ...seenFields, start_at: time, end_at: time });
const entrySchema = z.looseObject({ message: text, ...stateFields });
const timeline = z.catch(z.optional(z.array(z.catch(entrySchema, {}))), undefined);
const incidentSchema = z.looseObject({
  ...seenFields,
  ...stateFields,
  started_at: time,
  start_at: time,
  updates: timeline,
  timeline,
  incident_updates: timeline,
});

/**
 * All records of an answer, in an envelope or bare; undefined where there is no list. `limit` is the longest list that
 * the server gives: one of that length may have been cut.
 */
export function parseListing<R extends Window | Incident>(
  body: string,
  parse: Parse<R>,
  limit = Number.POSITIVE_INFINITY,
): Listing<R> | undefined {
  const listing = parseEntries(body, parse);
  if (listing === undefined) return undefined;
  // A list whose messages are all null may be one that never shows any.
  const showsSome = listing.records.some(({ message }) => message !== undefined);
  const records = showsSome ? listing.records : listing.records.map((record) => ({ ...record, showsMessage: false }));
  return { records, complete: listing.complete && records.length < limit };
}

/** The pages of an answer, in an envelope or bare; undefined where there is no list. */
export function parsePages(body: string): readonly Page[] | undefined {
  return parseEntries(body, parsePage)?.records;
}

/** A status page. */
export const parsePage: Parse<Page> = (entry) => {
  const parsed = pageSchema.safeParse(entry);
  if (!parsed.success) return undefined;
  const { id, slug, name, url } = parsed.data;
  const hosted = slug === undefined ? undefined : `https://${slug}.statuspage.me`;
  return { id, slug, name, url: url || hosted };
};

/** A maintenance window. */
export const parseWindow: Parse<Window> = (entry) => {
  const parsed = windowSchema.safeParse(entry);
  if (!parsed.success) return undefined;
  return {
    ...readSeen(parsed.data, entry),
    kind: 'maintenance',
    startAt: parsed.data.start_at,
    endAt: parsed.data.end_at,
  };
};

/** An incident, with its timeline where the reply shows it. */
export const parseIncident: Parse<Incident> = (entry) => {
  const parsed = incidentSchema.safeParse(entry);
  if (!parsed.success) return undefined;
  const shown = parsed.data;
  const entries = shown.updates ?? shown.timeline ?? shown.incident_updates;
  return {
    ...readSeen(shown, entry),
    kind: 'incident',
    state: readState(shown),
    startAt: shown.started_at ?? shown.start_at,
    timeline: entries?.map((update): TimelineEntry => ({ message: update.message, state: readState(update) })),
  };
};

type Shown = Pick<z.infer<typeof windowSchema>, keyof typeof seenFields>;

function readSeen(shown: Shown, entry: unknown) {
  return {
    id: shown.id,
    pageId: shown.status_page_id,
    title: shown.title,
    message: shown.message,
    createdAt: shown.created_at,
    text: allText(entry),
    showsMessage: showsMessage(entry),
  };
}

function showsMessage(entry: unknown): boolean {
  const { message } = entry as { readonly message?: unknown };
  return typeof message === 'string' || message === null;
}

type ShownState = Partial<z.infer<typeof entrySchema>>;

function readState(shown: ShownState): string | undefined {
  const found = shown.incident_state_id ?? shown.incident_state ?? shown.state ?? shown.status;
  const word = typeof found === 'object' ? (found.id ?? found.name) : found;
  return word === undefined ? undefined : (parseIncidentState(word) ?? word);
}

/** Every string of an entry, in its order. Without recursion: the depth of an answer is not ours to choose. */
function allText(entry: unknown): string {
  const texts: string[] = [];
  const open: unknown[] = [entry];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === 'string') texts.push(value);
    else if (typeof value === 'object' && value !== null) {
      for (const inner of Object.values(value).reverse()) open.push(inner);
    }
  }
  return texts.join('\n');
}
