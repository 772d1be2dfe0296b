import { describe, expect, test } from '@jest/globals';
import { defaultOptions, type Options } from '../../src/emulator/options.ts';
import { assumptions } from '../../tools/contract/assumptions.ts';
import { acmeComponent, namesOf, tryServed } from './run-on-emulator.ts';

const bodiless = ['update-answer', 'patch-answer'];
const untimed = [
  'window-created',
  'window-read',
  'window-list-times',
  'window-list-created',
  'incident-created',
  'incident-list-created',
];

/** Each switch of the emulator away from its default, and the rows that show it. */
const shapes: readonly (readonly [Partial<Options>, readonly string[]])[] = [
  [{ ids: 'uuid' }, ['ids']],
  [{ ids: 'opaque' }, ['ids']],
  [{ envelope: 'data' }, ['meta']],
  [{ envelope: 'bare' }, ['envelope', 'meta']],
  [{ emptyList: 'null' }, ['empty-list']],
  [{ deleteStatus: 204 }, ['delete-answer']],
  [{ updateStatus: 200 }, ['update-answer']],
  [{ updateReply: 'incident' }, ['update-answer']],
  [{ createReply: 'id-only' }, ['window-created', 'incident-created']],
  [{ changeReply: 'id-only' }, bodiless],
  [{ changeReply: 'empty' }, bodiless],
  [{ refuseEndInPast: true }, ['end-this-second', 'end-past']],
  [{ refuseEndInPast: true, endToleranceSeconds: 2 }, ['end-past']],
  [{ refuseEndInPast: true, endToleranceSeconds: -3 }, ['end-next-second', 'end-this-second', 'end-past']],
  [{ refuseEndInPast: true, endToleranceSeconds: -9 }, ['end-ahead', 'end-next-second', 'end-this-second', 'end-past']],
  [{ refuseStartInPast: true, startToleranceSeconds: 30 }, ['start-past']],
  [{ refuseStartInPast: true, startToleranceSeconds: -5 }, ['start-now', 'start-past']],
  [{ timeForm: 'rfc3339' }, []],
  [{ clockSkewSeconds: 120 }, ['clock']],
  [{ clockSkewSeconds: -120 }, ['clock']],
  [{ pagesScope: 'hyphen' }, []],
  [{ pagesScope: 'underscore' }, []],
  [{ availabilityScope: 'either' }, []],
  [{ availabilityShape: 'nested' }, ['nesting']],
  [{ checkFirst: 'body' }, []],
  [{ malformedIdStatus: 400 }, ['unknown-id']],
  [{ patchMessage: 'entry' }, ['patch-incident-message']],
  [{ messageInLists: false }, ['window-list-message', 'incident-list-message']],
  [
    { messageInLists: false, noMessage: 'absent' },
    ['window-list-message', 'incident-list-message', 'update-without-message'],
  ],
  [{ updatesInLists: true }, ['timeline-in-lists']],
  [{ noMessage: 'absent' }, ['update-without-message']],
  [{ timesInReplies: false }, untimed],
  [{ stateShape: 'id-number' }, ['incident-state-shape']],
  [{ stateShape: 'state-word' }, ['incident-state-shape']],
  [{ stateShape: 'status-word' }, ['incident-state-shape']],
  [{ stateShape: 'object' }, ['incident-state-shape']],
  [{ stateShape: 'none' }, ['incident-list-state', 'incident-state-shape']],
  [{ timelineName: 'timeline' }, ['timeline-name']],
  [{ timelineName: 'history' }, ['timeline-name']],
  [{ order: 'oldest' }, []],
  [{ order: 'shuffled', seed: 7 }, []],
  [{ rateLimit: { requests: 30, seconds: 10, retryAfter: true } }, []],
  [{ listCap: 1 }, ['window-list-length', 'incident-list-length']],
  [{ refuseEndInPast: true, endRefusalStatus: 409 }, ['end-this-second', 'end-past', 'end-refusal']],
  [{ windowPatch: 'ignore' }, ['window-patch-moves', 'window-patch-message']],
  [{ unseenPage: 'empty-list' }, ['unknown-page']],
  [{ pageFilter: 'ignored' }, ['window-list-page']],
  [{ compression: 'gzip' }, ['compression']],
  [{ unaskedContinue: true }, []],
  [
    { listLagMs: 1000 },
    [
      ...['window-list-fresh', 'window-list-length', 'window-over-listed'],
      ...['incident-list-fresh', 'incident-list-length'],
    ],
  ],
  [{ messageForm: 'one-line' }, ['incident-message', 'update-adds', 'update-answer', 'window-message']],
  [{ windowPatch: 'refuse' }, ['window-patch-moves', 'window-patch-message']],
  [{ windowPatch: 'wipe' }, ['window-patch-keeps']],
  [{ windowPatch: 'require-all' }, ['window-patch-alone']],
  [
    { refuseEndInPast: true, endToleranceSeconds: -60 },
    ['end-ahead', 'end-next-second', 'end-this-second', 'end-past'],
  ],
  [{ malformedIdStatus: 500 }, ['unknown-id', 'empty-patch']],
  [{ readLagMs: 1000 }, ['window-read-fresh', 'incident-read-fresh']],
  [{ messageForm: 'cut' }, ['window-message-long']],
  [{ messageForm: 'html' }, ['incident-message', 'update-adds', 'update-answer', 'window-message']],
  [{ shownTimes: 'offset' }, ['times']],
  [{ stateShape: 'current-state' }, ['incident-state-shape']],
  [{ stateShape: 'state-name' }, ['incident-state-shape']],
  [{ stateShape: 'incident-state-object' }, ['incident-state-shape']],
  [{ stateShape: 'resolved-at' }, ['incident-state-shape']],
  [{ stateShape: 'ended-at' }, ['incident-state-shape']],
  [{ ids: 'large' }, ['ids']],
  [{ idName: 'uuid' }, ['field-names']],
  [{ fieldNames: 'go' }, ['field-names', 'message-name']],
  [{ nesting: 'by-name' }, ['nesting']],
  [{ refusals: 'success-false' }, ['refusal-status']],
  [{ messageName: 'description' }, ['message-name']],
  [{ shownTimes: 'fractions' }, ['times']],
  [
    { listCap: 0 },
    [
      'window-list-fresh',
      'window-list-length',
      'window-over-listed',
      'incident-list-fresh',
      'incident-list-length',
      'incident-resolved-listed',
    ],
  ],
];

describe('the contract against an emulated page', () => {
  test('finds everything as assumed if the page follows the documents, and names what it could not tell', async () => {
    const { report } = await tryServed({});
    expect(namesOf(report, 'differs')).toEqual([]);
    expect(namesOf(report, 'could not tell')).toEqual([
      'rate-limit',
      'scope-first',
      'forbidden',
      'pages-scope',
      'availability-scope',
      'end-refusal',
      'incident-component',
    ]);
    expect(report.rows).toHaveLength(assumptions.length);
    expect(report).toMatchObject({ interrupted: false, left: [] });
  });

  test.each(shapes)('%j makes exactly these rows differ: %j', async (shape, differing) => {
    const { report, emulator } = await tryServed({ shape });
    expect(namesOf(report, 'differs').toSorted()).toEqual(differing.toSorted());
    expect(report.left).toEqual([]);
    expect([...emulator.windows(), ...emulator.incidents(), ...emulator.mails()]).toEqual([]);
  });

  test('has met every switch of the emulator', () => {
    // `forbidden` has its test beside the scopes.
    const met = ['forbidden', ...shapes.flatMap(([shape]) => Object.keys(shape))];
    const accounts = ['keys', 'pages', 'monitors'];
    expect(Object.keys(defaultOptions).filter((name) => !met.includes(name) && !accounts.includes(name))).toEqual([]);
  });

  test('never asks for anybody to be notified, and asks for one page alone', async () => {
    const { emulator } = await tryServed({ options: { componentId: acmeComponent } });
    const bodies = emulator.journal().map(({ body }) => JSON.stringify(body ?? {}));
    expect(bodies.length).toBeGreaterThan(50);
    expect(bodies.filter((body) => body.includes('notify'))).toEqual([]);
    expect(emulator.mails()).toEqual([]);
  });

  test('titles all that it makes so that visitors know, and puts all windows but one far ahead', async () => {
    const { emulator } = await tryServed({ options: { componentId: acmeComponent } });
    const created = emulator
      .journal()
      .filter(({ method, path }) => method === 'POST' && /^\/\w+$/.test(path))
      .map(({ body }) => body as Readonly<Record<string, string>>);
    expect(created).toHaveLength(7);
    expect(
      created.filter(({ title, message }) => title !== 'Contract test, please ignore' || !message?.includes('Ref: ')),
    ).toEqual([]);
    const starts = created.flatMap(({ start_at }) => (start_at === undefined ? [] : [start_at]));
    expect(starts.filter((start) => start < '2026-09')).toEqual(['2026-03-14T11:59:00Z']);
    expect(starts).toHaveLength(3);
  });

  test('opens an incident on a component if one is named', async () => {
    const { report, emulator } = await tryServed({ options: { componentId: acmeComponent } });
    expect(namesOf(report, 'as assumed')).toContain('incident-component');
    expect(emulator.incidents()).toEqual([]);
    const wrong = await tryServed({ options: { componentId: 'no-such-component' } });
    expect(namesOf(wrong.report, 'differs')).toEqual(['incident-component']);
  });

  test('finds the page by UUID without a request, and by name', async () => {
    const name = await tryServed({ options: { page: 'Acme' } });
    const uuid = await tryServed({ options: { page: name.report.pageId.toUpperCase() } });
    expect(uuid.report.rows).toEqual(name.report.rows);
    expect(name.emulator.journal().length - uuid.emulator.journal().length).toBe(1);
  });
});
