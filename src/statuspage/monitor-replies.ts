import * as z from 'zod/mini';
import type { Availability, Monitor, PageWithMonitors } from '../domain/monitor.ts';
import { type Parse, readListing } from './json.ts';
import { id, optionalId, parsePage, shortText } from './replies.ts';

// As with records, only ids are counted on: a field of an unexpected type is as good as none.

const flag = z.catch(z.optional(z.boolean()), undefined);
const decimal = z.string().check(z.regex(/^\s*\d+(\.\d+)?\s*$/));
const measured = z.union([z.number(), z.pipe(decimal, z.transform(Number))]);
const percent = z.catch(z.optional(measured.check(z.minimum(0), z.maximum(100))), undefined);
const seconds = z.catch(z.optional(measured.check(z.minimum(0))), undefined);

const monitorSchema = z.looseObject({
  id,
  name: shortText,
  type: shortText,
  target: shortText,
  enabled: flag,
  status_page_id: optionalId,
});
const figuresSchema = z.looseObject({
  uptime_percentage: percent,
  downtime_seconds: seconds,
  mttr_seconds: seconds,
  mtbf_seconds: seconds,
});
const availabilitySchema = z.looseObject({
  ...figuresSchema.shape,
  availability: z.catch(z.optional(figuresSchema), undefined),
});
const monitoredSchema = z.looseObject({ monitors: z.optional(z.unknown()) });

/** A monitor. */
export const parseMonitor: Parse<Monitor> = (entry) => {
  const parsed = monitorSchema.safeParse(entry);
  if (!parsed.success) return undefined;
  const { id, name, type, target, enabled, status_page_id } = parsed.data;
  return { id, name, type, target, enabled, pageId: status_page_id };
};

/** A page with its monitors, which do not name their page themselves. */
export const parsePageWithMonitors: Parse<PageWithMonitors> = (entry) => {
  const page = parsePage(entry);
  if (page === undefined) return undefined;
  const shown = readListing(monitoredSchema.parse(entry).monitors, parseMonitor);
  const monitors = shown?.records.map((monitor) => ({ ...monitor, pageId: monitor.pageId ?? page.id }));
  return { ...page, monitors: monitors ?? [], showsAllMonitors: shown?.complete ?? false };
};

/**
 * The availability of a monitor. The API does not show the names of its fields: those of its public twin are looked for,
 * at the top and under `availability`.
 */
export const parseAvailability: Parse<Availability> = (entry) => {
  const parsed = availabilitySchema.safeParse(entry);
  if (!parsed.success) return undefined;
  const top = parsed.data;
  const below = top.availability;
  return {
    uptimePercent: top.uptime_percentage ?? below?.uptime_percentage,
    downtimeSeconds: top.downtime_seconds ?? below?.downtime_seconds,
    mttrSeconds: top.mttr_seconds ?? below?.mttr_seconds,
    mtbfSeconds: top.mtbf_seconds ?? below?.mtbf_seconds,
  };
};
