import * as z from 'zod/mini';
import { keySchema, monitorSchema, pageSchema } from './account.ts';
import { sampleKeys, sampleMonitors, samplePages } from './sample.ts';

const seconds = z.number();

/** Who and what exists, and one switch for each thing that the documents leave open. */
const optionsSchema = z.strictObject({
  keys: z.array(keySchema),
  pages: z.array(pageSchema),
  monitors: z.array(monitorSchema),

  /** The ids of new records. `opaque` ones hold characters that must be encoded in a path. */
  ids: z.enum(['number', 'uuid', 'opaque']),
  /** `data+meta` adds the count to lists; the examples of single records show `data` alone. */
  envelope: z.enum(['data+meta', 'data', 'bare']),
  emptyList: z.enum(['array', 'null']),
  deleteStatus: z.literal([200, 204]),
  updateStatus: z.literal([200, 201]),
  /** What the answer to a timeline update shows. */
  updateReply: z.enum(['entry', 'incident']),
  /** How much of a new record its 201 shows. */
  createReply: z.enum(['full', 'id-only']),
  /** How much the answers to PATCH and to timeline updates show. */
  changeReply: z.enum(['full', 'id-only', 'empty']),

  /** Whether `end_at` may lie in the past of the server's clock, and by how much all the same. */
  refuseEndInPast: z.boolean(),
  endToleranceSeconds: seconds,
  /** Whether `start_at` may lie in the past of the server's clock, and by how much all the same. */
  refuseStartInPast: z.boolean(),
  startToleranceSeconds: seconds,
  /** `utc-seconds`: as in every example of the documents (`2026-03-14T12:00:00Z`). `rfc3339`: offsets and fractions too. */
  timeForm: z.enum(['utc-seconds', 'rfc3339']),
  /** How far the server's clock is ahead of `clock`; moves the `Date` header and the state of windows alike. */
  clockSkewSeconds: seconds,

  /** Which spelling of the scope for status pages the server knows. The documents hold both. */
  pagesScope: z.enum(['either', 'hyphen', 'underscore']),
  /** What availability requires. The overview counts it under monitors, the monitors page under analytics. */
  availabilityScope: z.enum(['analytics:read', 'monitors:read', 'either']),
  availabilityShape: z.enum(['flat', 'nested']),
  /** For a write whose id and whose body are both wrong: 404 comes of `record`, 400 of `body`. */
  checkFirst: z.enum(['record', 'body']),
  /** What an id answers that cannot exist, such as letters where ids are numbers. */
  malformedIdStatus: z.literal([404, 400]),
  /** Whether PATCH of an incident rewrites its first entry, or adds one. */
  patchMessage: z.enum(['rewrite', 'entry']),

  messageInLists: z.boolean(),
  updatesInLists: z.boolean(),
  /** How a record without a message (or a list that shows none) says so. */
  noMessage: z.enum(['null', 'absent']),
  /** Whether replies hold start, end, creation and change. */
  timesInReplies: z.boolean(),
  /** What holds an incident's state: `incident_state_id`, `state` or `status` as a word, or `state` as an object. */
  stateShape: z.enum(['id-string', 'id-number', 'state-word', 'status-word', 'object', 'none']),
  /** The property that holds the timeline. */
  timelineName: z.string().check(z.minLength(1)),
  /** The order of incidents and windows in lists. */
  order: z.enum(['newest', 'oldest', 'shuffled']),
  /** Gives the order of `shuffled`. */
  seed: z.int(),
  /** The most incidents or windows that a list shows, whatever was asked for. */
  listCap: z.nullable(z.int().check(z.minimum(0))),
  /** How many requests a key may send in each stretch of `seconds`, and whether the refusal says when to come again. */
  rateLimit: z.nullable(
    z.strictObject({
      requests: z.int().check(z.minimum(1)),
      seconds: z.number().check(z.positive()),
      retryAfter: z.boolean(),
    }),
  ),
});

/** Everything about the emulator that can be changed while it runs. */
export type Options = Readonly<z.infer<typeof optionsSchema>>;
/** What is documented where something is, the likeliest where nothing is, and the stricter of two readings. */
export const defaultOptions: Options = {
  keys: sampleKeys,
  pages: samplePages,
  monitors: sampleMonitors,
  ids: 'number',
  envelope: 'data+meta',
  emptyList: 'array',
  deleteStatus: 200,
  updateStatus: 201,
  updateReply: 'entry',
  createReply: 'full',
  changeReply: 'full',
  refuseEndInPast: false,
  endToleranceSeconds: 0,
  refuseStartInPast: false,
  startToleranceSeconds: 60,
  timeForm: 'utc-seconds',
  clockSkewSeconds: 0,
  pagesScope: 'either',
  availabilityScope: 'analytics:read',
  availabilityShape: 'flat',
  checkFirst: 'record',
  malformedIdStatus: 404,
  patchMessage: 'rewrite',
  messageInLists: true,
  updatesInLists: false,
  noMessage: 'null',
  timesInReplies: true,
  stateShape: 'id-string',
  timelineName: 'updates',
  order: 'newest',
  seed: 1,
  listCap: null,
  rateLimit: null,
};

/** The options after a change. Throws where the change names an unknown option or an impossible value. */
export function changeOptions(options: Options, changes: unknown): Options {
  const wanted = typeof changes === 'object' && changes !== null ? { ...options, ...changes } : changes;
  const { error, data } = optionsSchema.safeParse(wanted, { error: z.locales.en().localeError });
  if (error) throw new TypeError(`Emulator options: ${z.prettifyError(error)}`);
  return data;
}
