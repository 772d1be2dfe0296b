import { createHash } from 'node:crypto';
import type { EpochMs } from './clock.ts';
import type { Options } from './options.ts';
import type { Incident, Mail, MaintenanceWindow, RecordId } from './records.ts';

/** The records of the account, in memory, in the order of their creation. What is deleted is gone. */
export class Store {
  readonly incidents = new Map<string, Incident>();
  readonly windows = new Map<string, MaintenanceWindow>();
  mails: readonly Mail[] = [];
  /** For each key, the stretch of its rate limit that began last, and its requests since. */
  readonly stretches = new Map<string, { readonly startsAt: EpochMs; requests: number }>();
  /** Incidents and windows are numbered apart, as tables are: the id alone does not say which of the two it names. */
  #last = { incident: 0, maintenance: 0, update: 0 };

  mintId(kind: 'incident' | 'maintenance' | 'update', ids: Options['ids']): RecordId {
    this.#last[kind] += 1;
    const number = this.#last[kind];
    switch (ids) {
      case 'number':
        return number;
      case 'large':
        return String(2n ** 53n + BigInt(number));
      case 'uuid':
        return uuidOf(`${kind} ${number}`);
      case 'opaque':
        return `${kind}/${number}?ä=%2F #+`;
    }
  }

  /** An e-mail to the subscribers of the record's page. It cannot be undone, so it outlives the record. */
  mailSubscribers(kind: Mail['kind'], { id, statusPageId }: Incident | MaintenanceWindow, at: EpochMs): void {
    this.mails = [...this.mails, { kind, id, statusPageId, at }];
  }

  clear(): void {
    this.incidents.clear();
    this.windows.clear();
    this.stretches.clear();
    this.mails = [];
    this.#last = { incident: 0, maintenance: 0, update: 0 };
  }

  keepIncident(incident: Incident): Incident {
    this.incidents.set(String(incident.id), incident);
    return incident;
  }

  keepWindow(window: MaintenanceWindow): MaintenanceWindow {
    this.windows.set(String(window.id), window);
    return window;
  }
}

/** What every route of the API works with. */
export interface World {
  readonly store: Store;
  options(): Options;
  /** The server's clock, skew included. */
  now(): EpochMs;
}

/** Whether an id could exist at all, were there enough records. */
export function isWellFormedId(id: string, ids: Options['ids']): boolean {
  switch (ids) {
    case 'number':
    case 'large':
      return /^[1-9]\d{0,17}$/.test(id);
    case 'uuid':
      return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
    case 'opaque':
      return true;
  }
}

/** The same UUID in every run, so that what tests see can be written down. */
function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
