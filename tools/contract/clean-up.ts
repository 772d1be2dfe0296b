import { type Incident, type Kind, kinds, type Window } from '../../src/domain/record.ts';
import { linesOf } from '../../src/domain/text.ts';
import { secondMs } from '../../src/domain/time.ts';
import type { StatusPage } from '../../src/statuspage/client.ts';
import { StatusPageError } from '../../src/statuspage/errors.ts';
import type { Created } from './recorder.ts';

/** How the title of each record of a run begins. */
export const ownTitle = 'Contract test, please ignore';

/** The last line of every message of every run. The action never writes one like it. */
const ownLine = 'Ref: statuspage-me-contract-test';

/** A message for visitors that can be recognised later, with signs of several scripts. */
export function ownMessage(sentence: string): string {
  return `This is a short test of our tools. ${sentence} Nothing is wrong. ✓ äß 试\n\n${ownLine}`;
}

/** One of 700 characters, with the reference in front too: a server that cuts long texts leaves it a record of ours. */
export function longOwnMessage(sentence: string): string {
  return `${ownLine}\n\n${ownMessage(`${sentence} ${'A long text may be cut. '.repeat(24)}`)}`;
}

/** Whether the text of a record shows that a run has created it. */
function isOwnText(text: string): boolean {
  const lines = linesOf(text);
  // A server may show a message in one line.
  return lines.includes(ownLine) || (lines.length === 1 && lines[0]?.endsWith(` ${ownLine}`) === true);
}

/** The result of a search for records of runs. */
export interface SweepResult {
  readonly deleted: readonly Created[];
  /** Records of ours that could not be deleted, with the reason. */
  readonly stuck: ReadonlyMap<string, string>;
  /** Kinds that could not be listed, with the reason. */
  readonly unseen: ReadonlyMap<Kind, StatusPageError>;
}

/** What a run has created, and of which kinds more may exist that it does not know of. */
export interface Leftovers {
  readonly created: readonly Created[];
  readonly uncertain: ReadonlySet<Kind>;
}

/** How long to wait before the last search, because a server may finish a request late. */
const lastSearchAfterMs = 3 * secondMs;
/** A list may be short. Each round deletes what it found, so that the next one shows others. */
const mostRounds = 20;

/** Deletes what a run has created and searches once more for the rest. Returns what may be left, one line each. */
export async function cleanUp(
  statusPage: StatusPage,
  pageId: string,
  { created, uncertain }: Leftovers,
): Promise<readonly string[]> {
  const stuck = new Map<string, string>();
  const missing: Created[] = [];
  for (const record of created) {
    const result = await remove(statusPage, record);
    if (result === 'missing') missing.push(record);
    else if (result !== 'deleted') stuck.set(nameOf(record), result.reason);
  }
  if (uncertain.size > 0 || missing.length > 0) await statusPage.wait(lastSearchAfterMs);
  // A new record may be found late, so one that is missing is deleted once more.
  for (const record of missing) {
    const result = await remove(statusPage, record);
    if (typeof result === 'object') stuck.set(nameOf(record), result.reason);
  }
  const last = await sweepOwn(statusPage, pageId);
  for (const record of last.deleted) stuck.delete(nameOf(record));
  const perhaps = [...uncertain].flatMap((kind) => {
    const reason = last.unseen.get(kind);
    return reason === undefined ? [] : [`perhaps one ${kind} titled "${ownTitle}" (${describeError(reason)})`];
  });
  return [...[...new Map([...stuck, ...last.stuck])].map(([name, reason]) => `${name} (${reason})`), ...perhaps];
}

/** Deletes every record of a page that has the reference of runs. Never throws StatusPageError. */
export async function sweepOwn(statusPage: StatusPage, pageId: string): Promise<SweepResult> {
  const deleted: Created[] = [];
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
        const result = await remove(statusPage, record);
        if (typeof result === 'object') stuck.set(nameOf(record), result.reason);
        else deleted.push(record);
      }
    }
  }
}

/** The records of a kind that have the reference. If the list shows no message, those with our title are read one by one. */
async function findOwn(statusPage: StatusPage, kind: Kind, pageId: string): Promise<readonly Created[]> {
  const isWindow = kind === 'maintenance';
  const { records } = await (isWindow ? statusPage.fetchWindows(pageId) : statusPage.fetchIncidents(pageId));
  const own: Created[] = [];
  for (const record of records) {
    const { id, title = ownTitle, showsMessage } = record;
    if (isOwnText(textOf(record))) own.push({ kind, id });
    else if (!showsMessage && title.startsWith(ownTitle)) {
      const read = await (isWindow ? statusPage.fetchWindow(id) : statusPage.fetchIncident(id));
      if (isOwnText(textOf(read))) own.push({ kind, id });
    }
  }
  return own;
}

/** All that a record shows of its texts, one below the other. */
function textOf(record: Window | Incident): string {
  const entries = record.kind === 'incident' ? (record.timeline ?? []) : [];
  return [record.title, record.message, ...entries.map(({ message }) => message)].join('\n');
}

/** Deletes a record. Gives the reason if that failed. */
async function remove(
  statusPage: StatusPage,
  { kind, id }: Created,
): Promise<'deleted' | 'missing' | { readonly reason: string }> {
  try {
    await (kind === 'maintenance' ? statusPage.deleteWindow(id) : statusPage.deleteIncident(id));
    return 'deleted';
  } catch (error) {
    if (!(error instanceof StatusPageError)) throw error;
    return error.code === 'not-found' ? 'missing' : { reason: describeError(error) };
  }
}

function nameOf({ kind, id }: Created): string {
  return `${kind} ${id}`;
}

/** A failed call in words, with the server's sentence if there is one. */
export function describeError({ message, serverMessage }: StatusPageError): string {
  return serverMessage === undefined ? message : `${message}: ${serverMessage}`;
}
