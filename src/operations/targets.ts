import type { DeploymentRecord, OpenRecord } from '../deployment/deployment.ts';
import { asFound, UnlocatedError } from '../deployment/find.ts';
import type { AnyRecord } from '../deployment/match.ts';
import { fetchRecord } from '../deployment/record-by-id.ts';
import type { Page } from '../domain/page.ts';
import { type Kind, kinds } from '../domain/record.ts';
import { hashKey, type Run } from '../domain/run.ts';
import type { ValuesOf } from '../inputs/operations.ts';
import { info, type Message, warning } from '../messages/message.ts';
import { noId } from '../messages/outputs.ts';
import { describeKind } from '../messages/record.ts';
import type { StatusPage } from '../statuspage/client.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import { findPages } from '../statuspage/find-pages.ts';
import type { Host } from './host.ts';
import { findKeyed, type KeyedRecords, type NamedRecord, namedRecord, type Target } from './keyed.ts';

/** The records with the given ids, as the server shows them, or as the user named them if the key may only write. */
export function fetchNamed(statusPage: StatusPage, named: readonly NamedRecord[]): Promise<readonly Target[]> {
  return Promise.all(
    named.map(async (one): Promise<Target> => {
      const { id, kind, page } = one;
      const blank = namedRecord(one);
      try {
        const found = await fetchUnlessForbidden(statusPage, kind, id);
        if (found === undefined) return { record: blank, seen: undefined };
        // What the record says of its page counts more than what was written beside it.
        const onGiven = found.pageId === undefined || found.pageId === page?.id;
        return { record: { ...asFound(blank, found), page: onGiven ? blank.page : { id: found.pageId } }, seen: found };
      } catch (error) {
        return { record: blank, error };
      }
    }),
  );
}

/** A record as the user named it, without reading it. */
function nameOnly(named: NamedRecord): Target {
  return { record: namedRecord(named), seen: undefined };
}

/** The record with an id; undefined if the key may write and not read. */
async function fetchUnlessForbidden(statusPage: StatusPage, kind: Kind, id: string): Promise<AnyRecord | undefined> {
  try {
    return await fetchRecord(statusPage, kind, id);
  } catch (error) {
    if (isForbiddenRead(kind, error)) return undefined;
    throw error;
  }
}

/** A kind that was not searched: the key may not read it, or the API does not show every record. */
export interface LeftOut {
  readonly kind: Kind;
  readonly why: 'forbidden' | 'unseen';
}

/** Entries without those that only say that a kind could not be searched. */
interface Split<E> {
  readonly seen: readonly E[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Leaves out the kinds that the key may not read, and names them. If it may read none of them, that is the failure, and stays. If one kind is found
 * on a page, an incomplete list of the other is no failure either.
 */
export function splitLeftOut<E extends { readonly record: DeploymentRecord; readonly error?: unknown }>(
  entries: readonly E[],
  { kind }: KeyedRecords,
): Split<E> {
  if (kind !== undefined) return { seen: entries, leftOut: [] };
  const isFound = ({ record: { page } }: E) =>
    entries.some(({ record }) => record.id !== undefined && record.page?.id === page?.id);
  const whyOf = (entry: E): LeftOut['why'] | undefined => {
    if (isForbiddenRead(entry.record.kind, entry.error)) return 'forbidden';
    return entry.error instanceof UnlocatedError && isFound(entry) ? 'unseen' : undefined;
  };
  const leftOut = kinds.flatMap((one): readonly LeftOut[] => {
    const [why] = entries.filter(({ record }) => record.kind === one).flatMap((entry) => whyOf(entry) ?? []);
    return why === undefined ? [] : [{ kind: one, why }];
  });
  if (kinds.every((one) => leftOut.some((left) => left.kind === one && left.why === 'forbidden'))) {
    return { seen: entries, leftOut: [] };
  }
  return { seen: entries.filter((entry) => whyOf(entry) === undefined), leftOut };
}

function isForbiddenRead(kind: Kind, error: unknown): boolean {
  return error instanceof StatusPageError && error.code === 'forbidden' && error.call.scope === `${kind}s:read`;
}

/** The inputs that say which records are meant. */
export type TargetValues = Pick<ValuesOf<'resolve'>, 'id' | 'kind' | 'deployment-key' | 'status-page'>;

/** The records that an operation is about, and the kinds that could not be searched. */
export interface Targets {
  readonly targets: readonly Target[];
  readonly leftOut: readonly LeftOut[];
  /** Windows of the key that have not begun, beside records that are open: they stay. */
  readonly ahead: readonly OpenRecord[];
  /** Records of the key that are over. */
  readonly over: readonly OpenRecord[];
}

/** The records that are named by id, each once, with the page at the same position; undefined if a key names them. */
export function nameRecords(
  { id: ids, kind }: TargetValues,
  pages: readonly Page[],
): readonly NamedRecord[] | undefined {
  if (ids === undefined || kind === undefined) return undefined;
  const only = pages.length === 1 ? pages[0] : undefined;
  return ids.flatMap((id, index) => {
    if (id === noId || ids.indexOf(id) !== index) return [];
    return [{ id, kind, page: pages.length === ids.length ? pages[index] : only }];
  });
}

/** Finds what the inputs name. By id it reads only what is needed. Throws what the search for pages throws. */
export async function findTargets(
  statusPage: StatusPage,
  values: TargetValues,
  run: Run,
  read: boolean,
): Promise<Targets> {
  const named = nameRecords(values, []);
  if (named !== undefined) {
    return {
      targets: read ? await fetchNamed(statusPage, named) : named.map(nameOnly),
      leftOut: [],
      ahead: [],
      over: [],
    };
  }
  const { kind, 'deployment-key': key, 'status-page': names = [] } = values;
  const keyed = { key: hashKey(run, key) ?? '', pages: await findPages(statusPage, names), kind };
  const found = await findKeyed(statusPage, keyed);
  const { seen, leftOut } = splitLeftOut(
    found.flatMap(({ targets }) => targets),
    keyed,
  );
  const besides = { ahead: found.flatMap(({ ahead }) => ahead), over: found.flatMap(({ over }) => over) };
  return { targets: seen, leftOut, ...besides };
}

/** Says which kind was not searched, or not completely. */
export function describeLeftOut({ kind, why }: LeftOut, { nameOf }: Pick<Host, 'nameOf'>): Message {
  const name = describeKind(kind);
  if (why === 'forbidden') return info(`Did not search ${name}s: the API key may not read them.`);
  const others = kinds.filter((other) => other !== kind).join();
  return warning(
    'incomplete list',
    `The API does not show every ${name} of the page, so one with this deployment key may be missing. ` +
      `Check the page, or use ${nameOf('kind', others)} if the key is used for nothing else.`,
  );
}
