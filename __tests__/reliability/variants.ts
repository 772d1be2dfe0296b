import { encodeRun, formatReference, type SharedReference } from '../../src/domain/deployment-reference.ts';
import { hashKey } from '../../src/domain/run.ts';
import { run } from '../support/world.ts';
import type { TableFault } from './faults.ts';
import { acme, type Scene } from './scenes.ts';

/** Servers that the documents allow and that differ from what we assume: one for each thing that they leave open. */
export const variants: readonly TableFault[] = [
  { name: 'as the documents suggest', server: {} },
  { name: 'lists of a page that the key does not see are empty', server: { unseenPage: 'empty-list' } },
  { name: '403 as HTML, from a firewall', server: { forbidden: 'html' } },
  { name: '403 about the plan', server: { forbidden: 'plan' } },
  { name: '403 about a block', server: { forbidden: 'block' } },
  { name: '429 with `Retry-After: 60`', always: { kind: 'rate-limit', retryAfterSeconds: 60 } },
  { name: 'an end must lie 60 s ahead', server: { refuseEndInPast: true, endToleranceSeconds: -60 } },
  { name: 'an end in the past is refused with 409', server: { refuseEndInPast: true, endRefusalStatus: 409 } },
  { name: 'an end in the past is refused with 422', server: { refuseEndInPast: true, endRefusalStatus: 422 } },
  { name: 'a change needs every field', server: { windowPatch: 'require-all' } },
  { name: 'a change of start or message is ignored', server: { windowPatch: 'ignore' } },
  { name: 'a change of start or message is refused', server: { windowPatch: 'refuse' } },
  { name: 'a change empties what is not sent', server: { windowPatch: 'wipe' } },
  { name: 'the state of an incident is a number', server: { stateShape: 'id-number' } },
  { name: 'the state of an incident is a word', server: { stateShape: 'state-word' } },
  { name: 'the state of an incident is an object', server: { stateShape: 'object' } },
  { name: 'the state of an incident is not shown', server: { stateShape: 'none' } },
  { name: 'only `resolved_at` shows that an incident is over', server: { stateShape: 'resolved-at' } },
  { name: 'only `ended_at` shows that an incident is over', server: { stateShape: 'ended-at' } },
  { name: 'lists show no messages', server: { messageInLists: false } },
  { name: 'lists show no times', server: { timesInReplies: false } },
  { name: 'a new notice is in lists 3 s later', server: { listLagMs: 3_000 } },
  { name: 'a new notice is found by its id 3 s later', server: { readLagMs: 3_000 } },
  { name: 'notices and lists inside a field with their name', server: { nesting: 'by-name' } },
  { name: 'fields named as in Go', server: { fieldNames: 'go' } },
  { name: '`uuid` for `id`', server: { idName: 'uuid', ids: 'uuid' } },
  { name: 'ids above 2^53', server: { ids: 'large' } },
  { name: 'messages cut after 255 characters', server: { messageForm: 'cut' } },
  { name: 'messages as HTML', server: { messageForm: 'html' } },
  { name: 'messages in one line', server: { messageForm: 'one-line' } },
  { name: '`description` for `message`', server: { messageName: 'description' } },
  { name: 'a malformed id answers 500', server: { malformedIdStatus: 500 } },
  { name: 'the filter by page is ignored', server: { pageFilter: 'ignored' } },
  { name: 'times with fractions', server: { shownTimes: 'fractions' } },
  { name: 'times with an offset', server: { shownTimes: 'offset' } },
  { name: 'gzip that nobody asked for', server: { compression: 'gzip' } },
  { name: '`100 Continue` that nobody asked for', server: { unaskedContinue: true } },
  { name: 'refusals as 200 with `success: false`', server: { refusals: 'success-false' } },
];

const unseen = '00000000-0000-4000-8000-000000000000';
const about = 'the live API differs from what its documents suggest';
const succeeded = { status: 'success' } as const;
const window = { 'status-page': acme };
const longText = 'We are installing an update. '.repeat(10).trim();
const personsIncident = ['/incidents', { status_page_id: acme, title: 'Search', message: 'It is slow.' }] as const;
const resolvedIncident = [
  '/incidents',
  { status_page_id: acme, title: 'Search', message: 'It was slow.', incident_state_id: '4' },
] as const;
/** What another job of the repository opened with the key `shop`. */
const sharedReference: SharedReference = { of: 'deployment', key: hashKey(run, 'shop') ?? '', run: encodeRun('100') };
const sharedIncident = [
  '/incidents',
  { status_page_id: acme, title: 'Update', message: `We are at work.\n\nRef: ${formatReference(sharedReference)}` },
] as const;
const personsWindow = [
  '/maintenances',
  { status_page_id: acme, title: 'Move', message: 'We move.', ...nextHour() },
] as const;

/** The steps that are played with each of these servers. */
export const variantScenes: readonly Scene[] = [
  {
    operation: 'open-maintenance',
    title: about,
    inputs: { ...window, message: longText },
    struck: 'main',
    deciding: {},
    end: succeeded,
  },
  {
    operation: 'open-incident',
    title: about,
    inputs: { ...window, operation: 'open-incident', title: 'Update', message: 'We are at work.' },
    struck: 'main',
    deciding: {},
    end: succeeded,
  },
  {
    operation: 'update',
    title: `the message of a window; ${about}`,
    inputs: { operation: 'update', id: '1', kind: 'maintenance', message: 'Half done.' },
    struck: 'main',
    deciding: {},
    before: personsWindow,
  },
  {
    operation: 'resolve',
    title: `by key, on a page that the key does not see; ${about}`,
    inputs: { operation: 'resolve', 'status-page': unseen, 'deployment-key': 'shop' },
    struck: 'main',
    deciding: {},
  },
  {
    operation: 'resolve',
    title: `by key, an open incident; ${about}`,
    inputs: { operation: 'resolve', ...window, 'deployment-key': 'shop' },
    struck: 'main',
    deciding: {},
    before: sharedIncident,
  },
  {
    operation: 'gate',
    title: `a page whose incident is resolved; ${about}`,
    inputs: { operation: 'gate', ...window },
    struck: 'main',
    deciding: {},
    before: resolvedIncident,
  },
  {
    operation: 'gate',
    title: `a page with an open incident; ${about}`,
    inputs: { operation: 'gate', ...window },
    struck: 'main',
    deciding: {},
    before: personsIncident,
  },
  {
    operation: 'gate',
    title: `a page that the key does not see; ${about}`,
    inputs: { operation: 'gate', 'status-page': unseen },
    struck: 'main',
    deciding: {},
  },
  { operation: 'check', title: about, inputs: { operation: 'check', ...window }, struck: 'main', deciding: {} },
];

function nextHour() {
  const at = (ms: number) => `${new Date(Date.now() + ms).toISOString().slice(0, 19)}Z`;
  return { start_at: at(-5_000), end_at: at(3_600_000) };
}
