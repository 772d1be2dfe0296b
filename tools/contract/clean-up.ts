import { type Kind, kinds } from '../../src/domain/record.ts';
import { carriesReference, type Reference, withReference } from '../../src/domain/reference.ts';
import { secondMs } from '../../src/domain/time.ts';
import type { StatusPage } from '../../src/statuspage/client.ts';
import { StatusPageError } from '../../src/statuspage/errors.ts';
import type { Made } from './recorder.ts';

/** How the title of each record of a run begins. */
export const ownTitle = 'Contract test, please ignore';

/** The marker of all records of all runs. The action makes none like it. */
const ownMarker: Reference = 'statuspage-me-contract-test';

/** A message for visitors that can be recognised later, with signs of several scripts. */
export function ownMessage(sentence: string): string {
  return withReference(`This is a short test of our tools. ${sentence} Nothing is wrong. ✓ äß 试`, ownMarker);
}

/** Whether a text of a record tells that a run has made it. */
export function isOwnText(text: string): boolean {
  return carriesReference(text, ownMarker);
}

/** What a look for records of runs came to. */
export interface Sweep {
  readonly deleted: readonly Made[];
  /** Records of ours that could not be deleted, with the reason. */
  readonly stuck: ReadonlyMap<string, string>;
  /** Kinds that could not be looked through, with the reason. */
  readonly unseen: ReadonlyMap<Kind, StatusPageError>;
}

/** What a run has made, and of which kinds something may stand there that it was not told of. */
export interface Traces {
  readonly made: readonly Made[];
  readonly doubtful: ReadonlySet<Kind>;
}

/** A server that is slow to apply what it did not answer gets this time before the last look. */
const lastLookAfterMs = 3 * secondMs;
/** A list may show a few records only; each round deletes what it has found, so the next one sees others. */
const mostRounds = 20;

/** Deletes what a run has made and takes a last look for what it was not told of; returns what may be left, a line each. */
export async function cleanUp(
  statusPage: StatusPage,
  pageId: string,
  { made, doubtful }: Traces,
): Promise<readonly string[]> {
  const stuck = new Map<string, string>();
  for (const record of made) {
    const reason = await remove(statusPage, record);
    if (reason !== undefined) stuck.set(nameOf(record), reason);
  }
  if (doubtful.size > 0) await statusPage.wait(lastLookAfterMs);
  const last = await sweepOwn(statusPage, pageId);
  for (const record of last.deleted) stuck.delete(nameOf(record));
  const perhaps = [...doubtful].flatMap((kind) => {
    const reason = last.unseen.get(kind);
    return reason === undefined ? [] : [`perhaps one ${kind} titled "${ownTitle}" (${describeError(reason)})`];
  });
  return [...[...new Map([...stuck, ...last.stuck])].map(([name, reason]) => `${name} (${reason})`), ...perhaps];
}

/** Deletes every record of a page that carries the marker of runs. Never throws StatusPageError. */
export async function sweepOwn(statusPage: StatusPage, pageId: string): Promise<Sweep> {
  const deleted: Made[] = [];
  const stuck = new Map<string, string>();
  const unseen = new Map<Kind, StatusPageError>();
  for (const kind of kinds) {
    try {
      await sweepKind(kind);
    } catch (error) {
      if (!(error instanceof StatusPageError)) throw error;
      unseen.set(kind, error);
    }
  }
  return { deleted, stuck, unseen };

  async function sweepKind(kind: Kind): Promise<void> {
    for (let round = 0; round < mostRounds; round += 1) {
      const found = (await findOwn(statusPage, kind, pageId)).filter((record) => !stuck.has(nameOf(record)));
      if (found.length === 0) return;
      for (const record of found) {
        const reason = await remove(statusPage, record);
        if (reason === undefined) deleted.push(record);
        else stuck.set(nameOf(record), reason);
      }
    }
  }
}

/** The records of a kind that carry the marker. One whose message the list does not show is read by itself, if its title may be ours. */
async function findOwn(statusPage: StatusPage, kind: Kind, pageId: string): Promise<readonly Made[]> {
  const isWindow = kind === 'maintenance';
  const { records } = await (isWindow ? statusPage.fetchWindows(pageId) : statusPage.fetchIncidents(pageId));
  const own: Made[] = [];
  for (const record of records) {
    const { id, title = ownTitle, text, showsMessage } = record;
    if (isOwnText(text)) own.push({ kind, id });
    else if (!showsMessage && title.startsWith(ownTitle)) {
      const read = await (isWindow ? statusPage.fetchWindow(id) : statusPage.fetchIncident(id));
      if (isOwnText(read.text)) own.push({ kind, id });
    }
  }
  return own;
}

/** Deletes a record; returns the reason where that failed. One that is not there is deleted. */
async function remove(statusPage: StatusPage, { kind, id }: Made): Promise<string | undefined> {
  try {
    await (kind === 'maintenance' ? statusPage.deleteWindow(id) : statusPage.deleteIncident(id));
    return undefined;
  } catch (error) {
    if (!(error instanceof StatusPageError)) throw error;
    return error.code === 'not-found' ? undefined : describeError(error);
  }
}

function nameOf({ kind, id }: Made): string {
  return `${kind} ${id}`;
}

/** A failed call for people, with the server's sentence where it said one. */
export function describeError({ message, serverMessage }: StatusPageError): string {
  return serverMessage === undefined ? message : `${message}: ${serverMessage}`;
}
