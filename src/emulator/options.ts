import * as z from 'zod/mini';
import { keySchema, monitorSchema, pageSchema } from './account.ts';
import { sampleKeys, sampleMonitors, samplePages } from './sample.ts';

const seconds = z.number();
const milliseconds = z.number().check(z.minimum(0));

/** Who and what exists, and one switch for each thing that the documents leave open. docs/emulator.md lists them. */
export const optionsSchema = z.strictObject({
  keys: z.array(keySchema),
  pages: z.array(pageSchema),
  monitors: z.array(monitorSchema),

  /** The ids of new records. `large` are numbers above 2^53; `opaque` ones hold characters that a path must encode. */
  ids: z.enum(['number', 'large', 'uuid', 'opaque']),
  /** The field that holds an id. */
  idName: z.enum(['id', 'uuid']),
  /** `go`: as Go writes fields without tags, `ID` and `StartAt`. */
  fieldNames: z.enum(['snake', 'go']),
  /** `data+meta` adds the count to lists; the examples of single records show `data` alone. */
  envelope: z.enum(['data+meta', 'data', 'bare']),
  /** `by-name`: records and lists are inside a field with their name, as `{"data": {"maintenance": {…}}}`. */
  nesting: z.enum(['none', 'by-name']),
  emptyList: z.enum(['array', 'null']),
  deleteStatus: z.literal([200, 204]),
  updateStatus: z.literal([200, 201]),
  /** What the answer to a timeline update shows. */
  updateReply: z.enum(['entry', 'incident']),
  /** How much of a new record its 201 shows. */
  createReply: z.enum(['full', 'id-only']),
  /** How much the answers to PATCH and to timeline updates show. */
  changeReply: z.enum(['full', 'id-only', 'empty']),

  /**
   * Whether an `end_at` in the past of the server's clock is refused. The tolerance allows some seconds;
   * a negative one asks for an end that many seconds ahead.
   */
  refuseEndInPast: z.boolean(),
  endToleranceSeconds: seconds,
  /** The status of that refusal. */
  endRefusalStatus: z.literal([400, 409, 422]),
  /** The same for `start_at`, always with 400. */
  refuseStartInPast: z.boolean(),
  startToleranceSeconds: seconds,
  /**
   * What PATCH of a window does with the fields of POST. `ignore` and `refuse`: only `title` and `end_at` can change.
   * `wipe`: a title or message that is not sent becomes empty. `require-all`: title, start and end must all be sent.
   */
  windowPatch: z.enum(['all', 'ignore', 'refuse', 'wipe', 'require-all']),
  /** `utc-seconds`: as in every example of the documents (`2026-03-14T12:00:00Z`). `rfc3339`: offsets and fractions too. */
  timeForm: z.enum(['utc-seconds', 'rfc3339']),
  /** How far the server's clock is ahead of `clock`; moves the `Date` header and the state of windows alike. */
  clockSkewSeconds: seconds,

  /** Which spelling of the scope for status pages the server knows. The documents hold both. */
  pagesScope: z.enum(['either', 'hyphen', 'underscore']),
  /** What availability requires. The overview counts it under monitors, the monitors page under analytics. */
  availabilityScope: z.enum(['analytics:read', 'monitors:read', 'either']),
  availabilityShape: z.enum(['flat', 'nested']),
  /** Who refuses with 403. `scope`: only a missing scope or role. The others refuse every request: a firewall, the plan, a block. */
  forbidden: z.enum(['scope', 'html', 'plan', 'block']),
  /** `success-false`: a refusal is 200 with `{"success": false, "error": …}`. */
  refusals: z.enum(['status', 'success-false']),
  /** For a write whose id and whose body are both wrong: 404 comes of `record`, 400 of `body`. */
  checkFirst: z.enum(['record', 'body']),
  /** What an id answers that cannot exist, such as letters if ids are numbers. */
  malformedIdStatus: z.literal([404, 400, 500]),
  /** What the list of a page answers that does not exist or that the key does not see. */
  unseenPage: z.enum(['not-found', 'empty-list']),
  /** Whether lists honour `status_page_id`. */
  pageFilter: z.enum(['applied', 'ignored']),
  /** How long after its creation a record appears in lists, and in GET, PATCH and DELETE by its id. */
  listLagMs: milliseconds,
  readLagMs: milliseconds,
  /** Whether PATCH of an incident rewrites its first entry, or adds one. */
  patchMessage: z.enum(['rewrite', 'entry']),

  messageInLists: z.boolean(),
  /** How messages come back: `cut` after 255 characters, in one line, or as HTML. */
  messageForm: z.enum(['whole', 'cut', 'one-line', 'html']),
  messageName: z.enum(['message', 'description']),
  updatesInLists: z.boolean(),
  /** How a record without a message (or a list that shows none) says so. */
  noMessage: z.enum(['null', 'absent']),
  /** Whether replies hold start, end, creation and change. */
  timesInReplies: z.boolean(),
  /** How times come back: as in the examples, with fractions of a second, or with an offset instead of `Z`. */
  shownTimes: z.enum(['utc-seconds', 'fractions', 'offset']),
  /**
   * What shows an incident's state: `incident_state_id`, a word, an object `{id, name}` as `state` or `incident_state`,
   * only the time of its resolution as `resolved_at` or `ended_at`, or nothing.
   */
  stateShape: z.enum([
    'id-string',
    'id-number',
    'state-word',
    'status-word',
    'current-state',
    'state-name',
    'object',
    'incident-state-object',
    'resolved-at',
    'ended-at',
    'none',
  ]),
  /** The property that holds the timeline. */
  timelineName: z.string().check(z.minLength(1)),
  /** The order of incidents and windows in lists. */
  order: z.enum(['newest', 'oldest', 'shuffled']),
  /** Gives the order of `shuffled`. */
  seed: z.int(),
  /** The most incidents or windows that a list shows, whatever was asked for. */
  listCap: z.nullable(z.int().check(z.minimum(0))),
  /** Whether answers follow a `100 Continue`, and are compressed, although the request did not ask for it. Only over HTTP. */
  unaskedContinue: z.boolean(),
  compression: z.enum(['none', 'gzip', 'deflate', 'br']),
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
/** What is documented; otherwise the likeliest, and the stricter of two readings. */
export const defaultOptions: Options = {
  keys: sampleKeys,
  pages: samplePages,
  monitors: sampleMonitors,
  ids: 'number',
  idName: 'id',
  fieldNames: 'snake',
  envelope: 'data+meta',
  nesting: 'none',
  emptyList: 'array',
  deleteStatus: 200,
  updateStatus: 201,
  updateReply: 'entry',
  createReply: 'full',
  changeReply: 'full',
  refuseEndInPast: false,
  endToleranceSeconds: 0,
  endRefusalStatus: 400,
  refuseStartInPast: false,
  startToleranceSeconds: 60,
  windowPatch: 'all',
  timeForm: 'utc-seconds',
  clockSkewSeconds: 0,
  pagesScope: 'either',
  availabilityScope: 'analytics:read',
  availabilityShape: 'flat',
  forbidden: 'scope',
  refusals: 'status',
  checkFirst: 'record',
  malformedIdStatus: 404,
  unseenPage: 'not-found',
  pageFilter: 'applied',
  listLagMs: 0,
  readLagMs: 0,
  patchMessage: 'rewrite',
  messageInLists: true,
  messageForm: 'whole',
  messageName: 'message',
  updatesInLists: false,
  noMessage: 'null',
  timesInReplies: true,
  shownTimes: 'utc-seconds',
  stateShape: 'id-string',
  timelineName: 'updates',
  order: 'newest',
  seed: 1,
  listCap: null,
  unaskedContinue: false,
  compression: 'none',
  rateLimit: null,
};

/** The options after a change. Throws if an option is unknown or its value impossible. */
export function changeOptions(options: Options, changes: unknown): Options {
  const wanted = typeof changes === 'object' && changes !== null ? { ...options, ...changes } : changes;
  const { error, data } = optionsSchema.safeParse(wanted, { error: z.locales.en().localeError });
  if (error) throw new TypeError(`Emulator options: ${z.prettifyError(error)}`);
  return data;
}
