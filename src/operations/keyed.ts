import { type DeploymentRecord, type OpenRecord, unconfirmedRecord } from '../deployment/deployment.ts';
import { asFound, fetchShown, searchIn, UnlocatedError } from '../deployment/find.ts';
import { type AnyRecord, ofKey, openingReference } from '../deployment/match.ts';
import { formatReference } from '../domain/deployment-reference.ts';
import type { Page } from '../domain/page.ts';
import { type Kind, kinds, stateOfWindow } from '../domain/record.ts';
import { liesAhead } from '../domain/time.ts';
import { info, type Message, warning } from '../messages/message.ts';
import { describeRecord } from '../messages/record.ts';
import type { StatusPage } from '../statuspage/client.ts';
import { provePage } from '../statuspage/find-pages.ts';

/** The records of a deployment key on pages, of both kinds if none is given. */
export interface KeyedRecords {
  /** The hash of the key. */
  readonly key: string;
  readonly pages: readonly Page[];
  readonly kind: Kind | undefined;
}

/** What a page shows of a deployment key. */
export interface KeyedPage {
  readonly page: Page;
  /** The open records, or why they could not be found. Windows that have not begun are among them only if nothing else is open. */
  readonly targets: readonly Target[];
  /** Windows that have not begun, beside records that are open: they stay. */
  readonly ahead: readonly OpenRecord[];
  /** Records that are over, the newest first. */
  readonly over: readonly OpenRecord[];
}

/** Finds the records of a key on its pages, own ones of any run included. */
export function findKeyed(statusPage: StatusPage, { key, pages, kind }: KeyedRecords): Promise<readonly KeyedPage[]> {
  const wanted = kind === undefined ? kinds : [kind];
  return Promise.all(
    pages.map(async (page): Promise<KeyedPage> => {
      const found = await proveEmpty(
        statusPage,
        page,
        await Promise.all(wanted.map((one) => findOfKind(statusPage, page, one, key))),
      );
      const all = found.flatMap(({ targets }) => targets);
      const ahead = all.filter((target) => isAhead(target, statusPage.serverNow()));
      const begun = all.filter((target) => !ahead.includes(target));
      const hasOpen = begun.some((target) => !('error' in target));
      return {
        page,
        targets: hasOpen ? begun : all,
        ahead: hasOpen ? ahead.flatMap((target) => ('error' in target ? [] : [target.record])) : [],
        over: found.flatMap(({ over }) => over),
      };
    }),
  );
}

interface Found {
  readonly kind: Kind;
  /** Whether the page shows no record at all of this kind. */
  readonly isEmpty: boolean;
  readonly targets: readonly Target[];
  readonly over: readonly OpenRecord[];
}

async function findOfKind(statusPage: StatusPage, page: Page, kind: Kind, key: string): Promise<Found> {
  const record = unconfirmedRecord(kind, page);
  try {
    const shown = await fetchShown(statusPage, kind, page.id);
    const match = ofKey({ key });
    const { open, provenAbsent } = searchIn(shown, match);
    if (open.length === 0 && !provenAbsent) throw new UnlocatedError();
    // One that a command has just ended is over from the next full second on.
    const now = statusPage.serverNow();
    const isEnding = (seen: AnyRecord) => seen.kind === 'maintenance' && stateOfWindow(seen, now) === 'past';
    const over = [...shown.over.filter(match), ...open.filter(isEnding)].map((seen) => asFound(record, seen));
    return {
      kind,
      isEmpty: shown.open.length + shown.over.length === 0,
      targets: open
        .filter((seen) => !isEnding(seen))
        .map((seen) => ({ record: withItsReference(asFound(record, seen), seen), seen })),
      over: over.toSorted((one, other) => Number(other.startAt) - Number(one.startAt)),
    };
  } catch (error) {
    return { kind, isEmpty: false, targets: [{ record, error }], over: [] };
  }
}

/** A record with the reference that it carries, which may be another run's. */
function withItsReference(record: OpenRecord, seen: AnyRecord): OpenRecord {
  const reference = openingReference(seen);
  return reference === undefined ? record : { ...record, reference: formatReference(reference) };
}

/** If no list of a page shows any record, the key may not see the page. Then each empty list is an error. */
async function proveEmpty(statusPage: StatusPage, page: Page, found: readonly Found[]): Promise<readonly Found[]> {
  const isSeen = found.some(({ isEmpty, targets }) => !isEmpty && targets.every((target) => !('error' in target)));
  if (isSeen || !found.some(({ isEmpty }) => isEmpty)) return found;
  try {
    await provePage(statusPage, page);
    return found;
  } catch (error) {
    return found.map((one) =>
      one.isEmpty ? { ...one, targets: [{ record: unconfirmedRecord(one.kind, page), error }] } : one,
    );
  }
}

function isAhead(target: Target, now: Date): boolean {
  if ('error' in target || target.record.kind === 'incident') return false;
  return target.record.startAt !== undefined && liesAhead(target.record.startAt, now);
}

/** What is said if a key leads to no open record: a quiet line if one is over already, else a warning, because the key may be misspelt. */
export function describeNothingOpen(over: readonly OpenRecord[]): Message {
  const [last] = over;
  if (last !== undefined) return info(`Nothing to do: ${describeRecord(last)} is over already.`);
  return warning(
    'nothing found',
    'Nothing open was found for this deployment key. Check the deployment key, the status page and the kind: a notice with another key stays.',
  );
}

/** A window that has not begun is an announcement, and stays beside what is open. */
export function describeAhead(record: OpenRecord): Message {
  return info(`Left ${describeRecord(record)} as it is: it has not begun.`);
}

/** A record that the user named by its id, and its page if the user gave one. */
export interface NamedRecord {
  readonly id: string;
  readonly kind: Kind;
  readonly page: Page | undefined;
}

/** A record that an operation is about, and how the page shows it, as far as the key may read it. */
export interface FoundTarget {
  readonly record: OpenRecord;
  readonly seen: AnyRecord | undefined;
}

/** A record that an operation is about, and why it cannot be had. */
export interface FailedTarget {
  readonly record: DeploymentRecord;
  readonly error: unknown;
}

export type Target = FoundTarget | FailedTarget;

/** A record of which no more is known than what the user wrote. */
export function namedRecord({ id, kind, page }: NamedRecord): OpenRecord {
  return { kind, page, stage: 'open', id, created: false, mailed: false };
}
