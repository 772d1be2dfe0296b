import { isOpenIncident } from '../../deployment/match.ts';
import { MissingKeyError } from '../../domain/errors.ts';
import { type Availability, isPageId, type Monitor, type Page, type UptimePeriod } from '../../domain/page.ts';
import { type Incident, stateOfWindow, type Window } from '../../domain/record.ts';
import { secondMs } from '../../domain/time.ts';
import type { InputName } from '../../inputs/inputs.ts';
import { type GivenInputs, readReadingInputs } from '../../inputs/read-inputs.ts';
import type { StatusPage } from '../../statuspage/client.ts';
import { fetchVisible, findPages, findUnseen } from '../../statuspage/find-pages.ts';
import type { Listing } from '../../statuspage/json.ts';
import { connect, type Dependencies, maskSecrets } from '../dependencies.ts';

const readingBudgetMs = 30 * secondMs;

/** What reading takes from flags and variables. */
export const listInputs: readonly InputName[] = ['status-page', 'uptime-period', 'api-url', 'request-timeout'];
export const getInputs: readonly InputName[] = ['uptime-period', 'api-url', 'request-timeout'];

/** What was read, and the server's present. */
export interface Reading {
  readonly read: Read;
  readonly now: Date;
}

/** What to read: a list, or the one entry with an id. */
export interface ReadQuestion {
  readonly resource: Resource;
  readonly id: string | undefined;
  /** Of incidents and windows: only those that are not over. */
  readonly openOnly: boolean;
}

/** Lists a resource, or reads the one entry with an id. Throws UserError, MissingKeyError and StatusPageError. */
export async function readResource(
  dependencies: Dependencies,
  given: GivenInputs,
  { resource, id, openOnly }: ReadQuestion,
): Promise<Reading> {
  const { host } = dependencies;
  maskSecrets(host.log, given.texts);
  const values = readReadingInputs(given);
  const apiKey = values['api-key'];
  if (apiKey === undefined) throw new MissingKeyError(host.kind);
  const statusPage = connect(dependencies, { ...values, 'dry-run': false }, apiKey, readingBudgetMs);
  const period = values['uptime-period'];
  const pageNames = id === undefined ? (values['status-page'] ?? []) : [id];
  const reading =
    id === undefined
      ? listEntries(statusPage, { resource, pageNames, period, openOnly })
      : getEntry(statusPage, { resource, id, period });
  const read = await reading.catch(async (error: unknown) => {
    const visible = await fetchVisible(statusPage, [error]);
    throw (visible && findUnseen(pageNames, visible)) ?? error;
  });
  return { read, now: statusPage.serverNow() };
}

/** What is to be listed: of these pages, or of all that the key sees. */
interface ListQuestion extends Pick<ReadQuestion, 'resource' | 'openOnly'> {
  readonly pageNames: readonly string[];
  readonly period: UptimePeriod;
}

/** Lists a resource. Throws UserError for an unknown page, and StatusPageError. */
async function listEntries(
  statusPage: StatusPage,
  { resource, pageNames, period, openOnly }: ListQuestion,
): Promise<Read> {
  switch (resource) {
    case 'status-pages': {
      const entries = await (pageNames.length === 0 ? statusPage.fetchPages() : fetchAddressed(statusPage, pageNames));
      return { resource, entries, complete: true };
    }
    case 'monitors':
      return { resource, ...named(await fetchMonitors(statusPage, pageNames)) };
    case 'availability': {
      const { records, complete } = await fetchMonitors(statusPage, pageNames);
      const watched = records.filter(({ enabled }) => enabled !== false);
      const entries = await Promise.all(watched.map((monitor) => fetchAvailability(statusPage, monitor, period)));
      return { resource, entries, complete };
    }
    case 'incidents': {
      const { pages, ...all } = await onPages(statusPage, pageNames, (id) => statusPage.fetchIncidents(id));
      const { entries, complete } = named(all);
      return { resource, entries: openOnly ? entries.filter(isOpenIncident) : entries, complete, pages };
    }
    case 'maintenances': {
      const { pages, ...all } = await onPages(statusPage, pageNames, (id) => statusPage.fetchWindows(id));
      const { entries, complete } = named(all);
      const isOpen = (window: Window) => stateOfWindow(window, statusPage.serverNow()) !== 'past';
      return { resource, entries: openOnly ? entries.filter(isOpen) : entries, complete, pages };
    }
  }
}

/** Reads one entry of a resource by its id, a status page also by slug or name. Throws like `listEntries`. */
async function getEntry(
  statusPage: StatusPage,
  { resource, id, period }: { readonly resource: Resource; readonly id: string; readonly period: UptimePeriod },
): Promise<Read> {
  const complete = true;
  switch (resource) {
    case 'status-pages':
      return { resource, entries: await fetchAddressed(statusPage, [id]), complete };
    case 'monitors':
      return { resource, entries: [await statusPage.fetchMonitor(id)], complete };
    case 'availability':
      return { resource, entries: [await fetchAvailability(statusPage, { id, name: undefined }, period)], complete };
    case 'incidents':
      return { resource, entries: [await statusPage.fetchIncident(id)], complete, pages: [] };
    case 'maintenances':
      return { resource, entries: [await statusPage.fetchWindow(id)], complete, pages: [] };
  }
}

/** The pages with their monitors; only the list shows a custom domain. */
async function fetchEachPage(statusPage: StatusPage, names: readonly string[]) {
  const pages = await findPages(statusPage, names);
  return Promise.all(
    pages.map(async (page) => ({ ...(await statusPage.fetchPage(page.id)), ...(page.url && { url: page.url }) })),
  );
}

/** The same with the address of each page, which is unknown if a UUID was given and the list of pages cannot be read. */
async function fetchAddressed(statusPage: StatusPage, names: readonly string[]) {
  if (!names.every(isPageId)) return fetchEachPage(statusPage, names);
  const [pages, listed] = await Promise.all([
    fetchEachPage(statusPage, names),
    statusPage.fetchPages().catch(() => undefined),
  ]);
  return pages.map((page) => ({ ...page, url: listed?.find(({ id }) => id === page.id)?.url }));
}

async function fetchMonitors(statusPage: StatusPage, names: readonly string[]): Promise<Listing<Monitor>> {
  if (names.length === 0) return statusPage.fetchMonitors();
  const pages = await fetchEachPage(statusPage, names);
  return join(pages.map(({ monitors, showsAllMonitors }) => ({ records: monitors, complete: showsAllMonitors })));
}

async function fetchAvailability(
  statusPage: StatusPage,
  { id, name }: Pick<Monitor, 'id' | 'name'>,
  period: UptimePeriod,
): Promise<MonitorAvailability> {
  return { monitor: { id, name }, period, ...(await statusPage.fetchAvailability(id, period)) };
}

async function onPages<R>(
  statusPage: StatusPage,
  names: readonly string[],
  fetch: (pageId: string) => Promise<Listing<R>>,
): Promise<Listing<R> & { readonly pages: readonly Page[] }> {
  const pages: readonly Page[] = await (names.length === 0 ? statusPage.fetchPages() : findPages(statusPage, names));
  return { ...join(await Promise.all(pages.map(({ id }) => fetch(id)))), pages };
}

function join<R>(listings: readonly Listing<R>[]): Listing<R> {
  return {
    records: listings.flatMap(({ records }) => records),
    complete: listings.every(({ complete }) => complete),
  };
}

function named<R>({ records: entries, complete }: Listing<R>) {
  return { entries, complete };
}

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
  | ({ readonly resource: 'incidents'; readonly entries: readonly Incident[] } & OnPages)
  | ({ readonly resource: 'maintenances'; readonly entries: readonly Window[] } & OnPages);

interface OnPages {
  /** The pages that the entries are on, for their names. */
  readonly pages: readonly Page[];
}

/** What was read; `complete` is false if there may be entries that the API did not show. */
export type Read = Entries & { readonly complete: boolean };
