import fc from 'fast-check';
import type { WorldOptions } from '../support/world.ts';

type Arbitraries = { [Name in keyof WorldOptions]?: fc.Arbitrary<WorldOptions[Name]> };

const allScopes: WorldOptions['scopes'] = [];
const blindScopes: WorldOptions['scopes'] = ['maintenances:write', 'incidents:write'];

/** How a server that does what the documents suggest may still differ from another one. */
const usual = {
  ids: fc.constantFrom('number', 'large', 'uuid', 'opaque'),
  envelope: fc.constantFrom('data+meta', 'data', 'bare'),
  emptyList: fc.constantFrom('array', 'null'),
  deleteStatus: fc.constantFrom(200, 204),
  updateStatus: fc.constantFrom(200, 201),
  updateReply: fc.constantFrom('entry', 'incident'),
  createReply: fc.constantFrom('full', 'id-only'),
  changeReply: fc.constantFrom('full', 'id-only', 'empty'),
  refuseEndInPast: fc.boolean(),
  clockSkewSeconds: fc.constantFrom(0, 0, 0, -600, -40, 7, 90, 600),
  checkFirst: fc.constantFrom('record', 'body'),
  patchMessage: fc.constantFrom('rewrite', 'entry'),
  messageInLists: fc.constantFrom(true, true, false),
  updatesInLists: fc.boolean(),
  noMessage: fc.constantFrom('null', 'absent'),
  timesInReplies: fc.constantFrom(true, true, true, false),
  stateShape: fc.constantFrom('id-string', 'id-number', 'state-word', 'status-word', 'object', 'none'),
  order: fc.constantFrom('newest', 'oldest', 'shuffled'),
  scopes: fc.constantFrom(allScopes, allScopes, allScopes, allScopes, allScopes, allScopes, allScopes, blindScopes),
  latencyMs: fc.constantFrom(0, 0, 300, 1_000),
  listLagMs: fc.constantFrom(0, 0, 0, 0, 1_500, 3_000),
  readLagMs: fc.constantFrom(0, 0, 0, 0, 2_000, 6_000),
  randomSeed: fc.nat({ max: 1_000 }),
} satisfies Arbitraries;

/** What the documents leave open, as another server may have it. Compression and an unasked `100 Continue` need sockets. */
const unusual = {
  windowPatch: fc.constantFrom('all', 'all', 'ignore', 'refuse', 'wipe', 'require-all'),
  nesting: fc.constantFrom('none', 'by-name'),
  fieldNames: fc.constantFrom('snake', 'go'),
  idName: fc.constantFrom('id', 'uuid'),
  messageForm: fc.constantFrom('whole', 'whole', 'cut', 'one-line', 'html'),
  messageName: fc.constantFrom('message', 'description'),
  pageFilter: fc.constantFrom('applied', 'ignored'),
  unseenPage: fc.constantFrom('not-found', 'empty-list'),
  shownTimes: fc.constantFrom('utc-seconds', 'fractions', 'offset'),
  stateShape: fc.constantFrom('current-state', 'state-name', 'incident-state-object', 'resolved-at', 'ended-at'),
  timelineName: fc.constantFrom('updates', 'timeline'),
  refusals: fc.constantFrom('status', 'status', 'success-false'),
  endRefusalStatus: fc.constantFrom(400, 409, 422),
  endToleranceSeconds: fc.constantFrom(0, 2, -3, -60),
  malformedIdStatus: fc.constantFrom(404, 400, 500),
  compression: fc.constantFrom('none', 'gzip', 'deflate', 'br'),
  unaskedContinue: fc.boolean(),
} satisfies Arbitraries;

/** Any server. Most are as the documents suggest. */
export const servers: fc.Arbitrary<WorldOptions> = fc
  .tuple(
    fc.record(usual, { requiredKeys: [] }),
    fc.oneof(
      { weight: 2, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.record(unusual, { requiredKeys: [] }) },
    ),
  )
  .map(([one, other]: readonly [WorldOptions, WorldOptions]) => ({
    ...one,
    ...other,
    // If a refusal comes as 200, nobody can tell that a new record is only late.
    ...(other.refusals === 'success-false' && { readLagMs: 0 }),
  }));
