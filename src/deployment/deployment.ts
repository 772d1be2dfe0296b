import * as z from 'zod/mini';
import type { Page } from '../domain/page.ts';
import { type Incident, isRecordId, type Kind, type Window } from '../domain/record.ts';
import type { StatusPage } from '../statuspage/client.ts';

// What is remembered may come from anywhere, such as an artifact of another job: every field is checked, and none is without a bound.

const lastYear = Date.UTC(10_000, 0);

const instant = z.pipe(
  z.string().check(
    z.maxLength(40),
    z.refine((text) => Math.abs(Date.parse(text)) < lastYear),
  ),
  z.transform((text) => new Date(text)),
);

/** Text that is only shown. */
const shown = z.string().check(z.maxLength(10_000));
/** An id ends up in the path of a request. */
const id = z.string().check(z.refine(isRecordId));
const address = z.string().check(
  z.maxLength(2_000),
  z.refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? '')),
);
/** A reference ends up in a pattern. */
const reference = z.string().check(z.regex(/^[\w-]{1,64}$/));

const page = z.object({
  id,
  slug: z.optional(shown),
  name: z.optional(shown),
  url: z.optional(address),
});

const common = {
  kind: z.enum(['maintenance', 'incident'] satisfies Kind[]),
  /** Absent if neither the user nor the record names it. */
  page: z.optional(page),
  /** Absent with `marker: false`. */
  reference: z.optional(reference),
  title: z.optional(shown),
  startAt: z.optional(instant),
  endAt: z.optional(instant),
  /** The times of a window that was reused, before this deployment moved them. */
  startBefore: z.optional(instant),
  endBefore: z.optional(instant),
  /** A later end that was sent and not confirmed: the window may last until then. */
  putOffTo: z.optional(instant),
  /** Set if the window was found to be over before its announced end. */
  endedEarly: z.optional(z.boolean()),
  /** Set if the server empties a title or message that a change does not send. */
  emptiesUnsent: z.optional(z.boolean()),
  /** Set if the server shows its message without the reference. */
  referenceLost: z.optional(z.boolean()),
  state: z.optional(shown),
  /** Made by this very attempt; false if an open record was reused. */
  created: z.boolean(),
  mailed: z.boolean(),
  /** Set if it was a shared record of another run. After anything but a success it stays as it was found. */
  takenOver: z.optional(z.boolean()),
  /** Set if the creation was sent again after a lost answer: a slow server may have made it twice. */
  mayHaveDuplicate: z.optional(z.boolean()),
};

/**
 * `open`: exists on the page. `gone`: refused, or removed again. `opening`: may exist, its id is not known. `missed`: never made, because the
 * service or the network failed, or because it was refused and a failure may still open an incident. `unconfirmed`: nobody knows whether it ever
 * existed; what carries its reference is meant. `not-sent`: a dry run.
 */
const deploymentRecord = z.discriminatedUnion('stage', [
  z.object({ stage: z.literal('open'), id, ...common }),
  z.object({ stage: z.literal('gone'), id: z.optional(id), ...common }),
  z.object({
    stage: z.enum(['opening', 'missed', 'unconfirmed', 'not-sent']),
    id: z.optional(z.undefined()),
    ...common,
  }),
]);

const deployment = z.object({
  version: z.literal(2),
  /** `opening`: main has not finished, and if it never does, nothing was deployed. `failed`: main failed, nothing may stay. */
  stage: z.enum(['opening', 'open', 'failed']),
  apiUrl: address,
  /** Whether the records are this step's own, to be ended by its post step; else they are shared and left to `resolve`. */
  own: z.boolean(),
  /** Whether the user gave a deployment key, so that others may count on a record that is not own. */
  hasKey: z.boolean(),
  /** The reference of this step: key, run, attempt, and when it began. Absent with `marker: false`. */
  identity: z.optional(reference),
  startedAt: instant,
  /** The server's clock minus ours, in milliseconds. */
  clockOffsetMs: z.optional(z.number().check(z.minimum(-lastYear), z.maximum(lastYear))),
  tag: z.optional(shown),
  /** Names of pages that could not be looked up. The end looks them up again, and its one record stands for each of them. */
  pageNames: z.optional(z.array(shown).check(z.maxLength(1_000))),
  records: z.array(deploymentRecord).check(z.maxLength(10_000)),
});

/** A record of this deployment on one page, as far as this step knows it. */
export type DeploymentRecord = z.output<typeof deploymentRecord>;
/** A record that exists on the page. */
export type OpenRecord = Extract<DeploymentRecord, { readonly stage: 'open' }>;

/** A record that may be on a page. */
export function unconfirmedRecord(kind: Kind, page: Page | undefined, reference?: string): DeploymentRecord {
  return { kind, page, reference, stage: 'unconfirmed', created: false, mailed: false };
}

/** What a deployment must know between its begin and its end. It holds no key and no text but titles. */
export type Deployment = z.output<typeof deployment>;

/** The memory between begin and end: the runner's state, a state file, or plain memory. */
export interface Memory {
  readonly remember: (deployment: Deployment) => void;
  /** What was remembered last; undefined if nothing was. Throws an Error if it cannot be read. */
  readonly recall: () => Deployment | undefined;
}

/** The deployment that was written as JSON. Throws an Error for anything else. */
export function readDeployment(written: unknown): Deployment {
  const result = z.safeParse(deployment, written);
  if (!result.success) throw new Error('the saved state is not one that this version wrote');
  return result.data;
}

/** A deployment as texts by name: one for each record, and one for what they share. An empty text is as good as none. */
export type StateChunks = ReadonlyMap<string, string>;

const shared = 'deployment';
const nameOf = (index: number): string => `record${index}`;

/**
 * Writes a deployment so that a change of one record repeats none of the others. The records come first: whoever can read their deployment can
 * read them too. Names of `earlier` notes that are not used any more are emptied.
 */
export function writeStateChunks({ records, ...rest }: Deployment, earlier: StateChunks): StateChunks {
  const texts = records.map((record, index): [string, string] => [nameOf(index), JSON.stringify(record)]);
  const emptied = [...earlier.keys()].slice(0, -1).map((name): [string, string] => [name, '']);
  return new Map([...emptied, ...texts, [shared, JSON.stringify(rest)]]);
}

/** The saved deployment; undefined if none was saved. Throws an Error if it cannot be read. */
export function readStateChunks(read: (name: string) => string | undefined): Deployment | undefined {
  const rest = read(shared);
  if (rest === undefined) return undefined;
  const records: unknown[] = [];
  for (let text = read(nameOf(0)); text !== undefined; text = read(nameOf(records.length)))
    records.push(JSON.parse(text));
  return readDeployment({ ...JSON.parse(rest), records });
}

/** What is known of a record, whatever its stage. */
export type KnownFields = Partial<Omit<DeploymentRecord, 'stage' | 'id'>>;

/** What opening a record needs: the page's API, and a way to remember what is known of the record before anything else is done. */
export interface RecordWriter {
  readonly statusPage: StatusPage;
  readonly note: (known: KnownFields) => void;
  /** Remembers that the record exists, under this id. */
  readonly noteOpen: (id: string, known: KnownFields) => void;
  /** Takes the record, as the page shows it, that is reused or taken over instead of a new one. */
  readonly noteReused: (record: Window | Incident) => void;
  /** Remembers the record beside the one that is opened for this page next. */
  readonly keepBeside: () => void;
}
