import { describe, expect, test } from '@jest/globals';
import type { Inputs } from '../support/test-host.ts';
import {
  annotations,
  createWorld,
  incident,
  type Stage,
  type World,
  type WorldOptions,
  window,
} from '../support/world.ts';

const key = { 'deployment-key': 'production' } as const;
const shared = { ...key, 'auto-resolve': 'false' } as const;
const check = { ...window, operation: 'check', require: 'update, resolve, gate, open-incident' } as const;
const gate = { ...window, operation: 'gate', 'allow-maintenance': 'false' } as const;
const update = { ...window, ...key, operation: 'update', title: 'Longer', message: 'Half done.' } as const;
const resolve = { ...window, ...key, operation: 'resolve' } as const;

interface Outcome {
  readonly check: Stage;
  /** Of this deployment, whose own notices are open, and of another one. */
  readonly gates: readonly Stage[];
  readonly update: Stage;
  readonly resolve: Stage;
  /** When everything is over. */
  readonly gateAfter: Stage;
}

/** A window and an incident of one key are opened, updated and resolved, each by a job of its own. */
async function play(server: WorldOptions): Promise<Outcome & { readonly world: World }> {
  const world = createWorld(server);
  const step = (inputs: Inputs) => world.main(inputs, { run: { job: `${inputs.operation}` } });
  const checked = await step(check);
  for (const inputs of [window, incident])
    expect(await step({ ...inputs, ...shared })).toMatchObject({ exitCode: 0, outputs: { created: 'true' } });
  const gates = [await step({ ...gate, ...key }), await step(gate)];
  await world.pass(120_000);
  const updated = await step(update);
  const resolved = await step(resolve);
  await world.pass(180_000);
  return { world, check: checked, gates, update: updated, resolve: resolved, gateAfter: await step(gate) };
}

const open = { exitCode: 0, outputs: { passed: 'true' } };
const closed = { exitCode: 1, outputs: { passed: 'false' } };
const updatedWindow = { title: 'Longer', message: expect.stringMatching(/^Half done\.\n\nRef: d\S+$/) };
const over = (world: World) => [
  world.emulator.windows().map(({ state }) => state),
  world.emulator.incidents().map(({ state }) => state),
];

describe('check, gate, update and resolve do their work on a server', () => {
  const servers: readonly WorldOptions[] = [
    {},
    { nesting: 'by-name' },
    { nesting: 'by-name', envelope: 'bare' },
    { fieldNames: 'go' },
    { fieldNames: 'go', nesting: 'by-name', stateShape: 'incident-state-object' },
    { idName: 'uuid', ids: 'uuid' },
    { ids: 'large' },
    { ids: 'opaque' },
    { envelope: 'data', emptyList: 'null' },
    { messageName: 'description' },
    { messageForm: 'html' },
    { messageForm: 'one-line' },
    { messageInLists: false },
    { stateShape: 'id-number' },
    { stateShape: 'state-word' },
    { stateShape: 'status-word' },
    { stateShape: 'current-state' },
    { stateShape: 'state-name' },
    { stateShape: 'object' },
    { stateShape: 'resolved-at' },
    { stateShape: 'ended-at' },
    { shownTimes: 'fractions' },
    { shownTimes: 'offset' },
    { pageFilter: 'ignored' },
    { order: 'oldest' },
    { malformedIdStatus: 400 },
    { unseenPage: 'empty-list' },
    { refuseEndInPast: true, endToleranceSeconds: -60 },
    { refuseEndInPast: true, endToleranceSeconds: -60, endRefusalStatus: 409 },
    { refuseEndInPast: true, endToleranceSeconds: -60, endRefusalStatus: 422 },
    { windowPatch: 'require-all' },
    { windowPatch: 'wipe' },
    { changeReply: 'empty' },
    { changeReply: 'id-only', createReply: 'id-only' },
    { patchMessage: 'entry' },
  ];

  test.each(servers.map((server) => [server]))('%j', async (server) => {
    const { world, gates, ...stages } = await play(server);
    expect(stages.check).toMatchObject({ exitCode: 0, outputs: { scopes: expect.not.stringContaining('unknown') } });
    expect(gates).toMatchObject([open, closed]);
    expect([stages.update, stages.resolve].map(annotations)).toEqual([[], []]);
    expect([stages.update, stages.resolve]).toMatchObject([{ exitCode: 0 }, { exitCode: 0 }]);
    expect(world.emulator.windows()).toMatchObject([updatedWindow]);
    expect(world.emulator.incidents()).toMatchObject([
      { title: 'Longer', timeline: [{}, { message: 'Half done.' }, { state: 'resolved' }] },
    ]);
    expect(over(world)).toEqual([['past'], ['resolved']]);
    expect(stages.gateAfter).toMatchObject(open);
  });
});

describe('what cannot be done or known is named on a server', () => {
  test.each([
    [{ windowPatch: 'ignore' }, /^error: .*accepted the change, but its message did not change/],
    [{ windowPatch: 'refuse' }, /^error: .*refused the request \(HTTP 400, "message cannot be changed"\)/],
  ] as const)('that takes no new message of a window: %j', async (server, says) => {
    const { world, ...stages } = await play(server);
    expect(stages.update.exitCode).toBe(1);
    expect(annotations(stages.update)).toEqual([expect.stringMatching(says)]);
    expect([annotations(stages.resolve), over(world)]).toEqual([[], [['past'], ['resolved']]]);
  });

  test.each([{ malformedIdStatus: 500 }, { refusals: 'success-false' }] as const)(
    'that answers the probe of a scope with a failure: %j',
    async (server) => {
      const { world, ...stages } = await play(server);
      expect(stages.check.exitCode).toBe(1);
      expect(annotations(stages.check)).toEqual([
        expect.stringMatching(/^error: Could not find out whether the API key has incidents:read .*incidents:write/),
      ]);
      expect(stages.check.outputs.scopes).toContain('"incidents:write":"unknown"');
      expect(over(world)).toEqual([['past'], ['resolved']]);
    },
  );

  test('that shows no times: the gate does not know that the window is over', async () => {
    const { world, gateAfter } = await play({ timesInReplies: false });
    expect(gateAfter).toMatchObject(closed);
    expect(annotations(gateAfter).join()).toContain('is under way: times unknown');
    expect(over(world)).toEqual([['past'], ['resolved']]);
  });
});

test.each([
  ['html', /something in front of the API refused/],
  ['plan', /not available on your plan|API access/],
  ['block', /temporarily blocked/],
] as const)(
  'a server that refuses everything with 403 (%s) opens no gate, and every step says why',
  async (forbidden, says) => {
    const world = createWorld({ forbidden });
    for (const inputs of [check, gate, update, resolve]) {
      const stage = await world.main(inputs);
      expect(stage.exitCode).toBe(1);
      expect(annotations(stage).join('\n')).toMatch(says);
      expect(annotations(stage).join('\n')).not.toMatch(/does not have/);
    }
  },
);
