import type { Availability, Monitor, PageWithMonitors } from '../domain/monitor.ts';
import {
  fieldsOf,
  readFlag,
  readId,
  readMeasure,
  readPercent,
  readReference,
  readShortText,
  readTime,
} from './fields.ts';
import { type Parse, readListing } from './json.ts';
import { parsePage } from './replies.ts';

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
 * The availability of a monitor. The API does not document the names of its fields: those of its public twin are looked for,
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
