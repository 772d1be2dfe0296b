import type { Availability, Monitor } from './monitor.ts';
import type { Page } from './page.ts';
import type { Incident, Window } from './record.ts';

/** What the API has to read, by the name of its lists, and by that of a single one. */
export const resources = {
  'status-pages': 'status-page',
  monitors: 'monitor',
  availability: 'availability',
  incidents: 'incident',
  maintenances: 'maintenance',
} as const;
export type Resource = keyof typeof resources;

/** A monitor and how well it was up. */
export interface MonitorAvailability extends Availability {
  readonly monitor: Pick<Monitor, 'id' | 'name'>;
  readonly period: string;
}

/** Entries of one resource, as the API shows them. */
type Entries =
  | {
      readonly resource: 'status-pages';
      readonly entries: readonly (Page & { readonly monitors?: readonly Monitor[] })[];
    }
  | { readonly resource: 'monitors'; readonly entries: readonly Monitor[] }
  | { readonly resource: 'availability'; readonly entries: readonly MonitorAvailability[] }
  | { readonly resource: 'incidents'; readonly entries: readonly Incident[] }
  | { readonly resource: 'maintenances'; readonly entries: readonly Window[] };

/** What was read; `complete` is false where there may be entries that the API did not show. */
export type Read = Entries & { readonly complete: boolean };
