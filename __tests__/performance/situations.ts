import type { FaultRule } from '../../src/emulator/faults.ts';
import type { OperationName } from '../../src/inputs/inputs.ts';
import type { Inputs } from '../support/test-host.ts';
import {
  acme,
  beta,
  type Circumstances,
  gamma,
  incident,
  type World,
  type WorldOptions,
  window,
} from '../support/world.ts';

/** A step, or a pair of main and post, and the requests that it sends: these and no others. */
export interface Situation {
  readonly operation: OperationName;
  /** What is special about it. */
  readonly where: string;
  readonly world?: WorldOptions;
  /** What has happened before. */
  readonly before?: (world: World) => Promise<unknown>;
  readonly faults?: readonly FaultRule[];
  readonly inputs: Inputs;
  readonly around?: Circumstances;
  readonly main: readonly string[];
  /** What GitHub says of runs if it is asked, and how often it is. */
  readonly gitHub?: { readonly runs: Readonly<Record<string, string>>; readonly requests: number };
  /** What happens between main and post. */
  readonly meanwhile?: (world: World) => Promise<unknown>;
  /** The inputs that post is given besides those of main. If it is absent, no post step is looked at. */
  readonly ending?: Inputs;
  readonly post?: readonly string[];
}

const key = { 'deployment-key': 'production' } as const;
const shared = { ...key, 'auto-resolve': 'false' } as const;
const again = { run: { attempt: 2 } } as const;
const failed = { 'job-status': 'failure' } as const;
const three = { 'status-page': [acme, beta, gamma].join() } as const;
const later = { run: { id: '9123456790' } } as const;

const openWindow = 'POST /maintenances';
const openIncident = 'POST /incidents';
const moveWindow = 'PATCH /maintenances/:id';
const readWindow = 'GET /maintenances/:id';
const listWindows = 'GET /maintenances';
const listIncidents = 'GET /incidents';
const readIncident = 'GET /incidents/:id';
const addEntry = 'POST /incidents/:id/updates';
const listPages = 'GET /status-pages';
const proveIncidents = 'PATCH /incidents/:id';
const times = <T>(count: number, one: T): readonly T[] => Array.from({ length: count }, () => one);

const token = { 'github-token': 'ghs_token' } as const;
const endedRun = { runs: { 9123456789: 'completed' }, requests: 1 } as const;

/** An earlier run that failed, and what it left. */
const leaveBy = (inputs: Inputs) => async (world: World) => world.post(await world.main(inputs), failed);

const windows: readonly Omit<Situation, 'operation'>[] = [
  { where: 'page by UUID', inputs: window, main: [openWindow], ending: {}, post: [listWindows, moveWindow] },
  {
    where: 'page by slug',
    inputs: { ...window, 'status-page': 'acme' },
    main: [listPages, openWindow],
    ending: {},
    post: [listWindows, moveWindow],
  },
  {
    where: 'page by name',
    inputs: { ...window, 'status-page': 'Acme' },
    main: [listPages, openWindow],
    ending: {},
    post: [listWindows, moveWindow],
  },
  {
    where: 'three pages by UUID',
    inputs: { ...window, ...three },
    main: times(3, openWindow),
    ending: {},
    post: [...times(3, listWindows), ...times(3, moveWindow)],
  },
  {
    where: 'three pages by slug and name',
    inputs: { ...window, 'status-page': 'acme, Beta, gamma' },
    main: [listPages, ...times(3, openWindow)],
    ending: {},
    post: [...times(3, listWindows), ...times(3, moveWindow)],
  },
  {
    where: 'the deploy failed (`on-failure: keep`)',
    inputs: window,
    main: [openWindow],
    ending: failed,
    post: [listWindows],
  },
  {
    where: 'a failure opens an incident (`on-failure: incident`); the deploy succeeded',
    inputs: { ...window, 'on-failure': 'incident' },
    main: [proveIncidents, openWindow],
    ending: {},
    post: [listWindows, moveWindow, listIncidents],
  },
  {
    where: 'the same; the deploy failed',
    inputs: { ...window, 'on-failure': 'incident' },
    main: [proveIncidents, openWindow],
    ending: failed,
    post: [listWindows, listIncidents, openIncident, moveWindow],
  },
  {
    where: 'an earlier run left its window; the deploy succeeded, and GitHub says that the earlier run is over',
    before: leaveBy(window),
    inputs: { ...window, ...token },
    around: later,
    gitHub: endedRun,
    main: [openWindow],
    ending: {},
    post: [listWindows, moveWindow, moveWindow],
  },
  {
    where: 'the same; GitHub says that the earlier run is in progress',
    before: leaveBy(window),
    inputs: { ...window, ...token },
    around: later,
    gitHub: { runs: { 9123456789: 'in_progress' }, requests: 1 },
    main: [openWindow],
    ending: {},
    post: [listWindows, moveWindow],
  },
  {
    where: 'an earlier run left its window; the deploy failed too',
    before: leaveBy(window),
    inputs: { ...window, ...token },
    around: later,
    gitHub: endedRun,
    main: [openWindow],
    ending: failed,
    post: [listWindows, moveWindow],
  },
  {
    where: 'an earlier failure opened an incident (`on-failure: incident`); the deploy succeeded',
    before: leaveBy({ ...window, 'on-failure': 'incident' }),
    inputs: { ...window, 'on-failure': 'incident' },
    around: later,
    main: [proveIncidents, openWindow],
    ending: {},
    post: [listWindows, moveWindow, listIncidents, readIncident, addEntry],
  },
  {
    where: 're-run, the notice is over',
    before: async (world) => {
      await world.post(await world.main(window));
      await world.pass(2_000);
    },
    inputs: window,
    around: again,
    main: [listWindows, openWindow],
    ending: {},
    post: [listWindows, moveWindow],
  },
  {
    where: 're-run, the notice is still open',
    before: (world) => world.main(window),
    inputs: window,
    around: again,
    main: [listWindows],
    ending: {},
    post: [listWindows, moveWindow],
  },
  {
    where: 'own, with a `deployment-key`',
    inputs: { ...window, ...key },
    main: [listWindows, openWindow],
    ending: {},
    post: [listWindows, moveWindow],
  },
  {
    where: 'shared by a `deployment-key`: the first opens, and looks whether it was alone',
    inputs: { ...window, ...shared },
    main: [listWindows, openWindow, listWindows],
    ending: {},
    post: [],
  },
  {
    where: 'shared by a `deployment-key`: a later one finds it',
    before: async (world) => {
      await world.main({ ...window, ...shared, duration: '2h' });
      await world.pass(60_000);
    },
    inputs: { ...window, ...shared },
    around: later,
    main: [listWindows],
    ending: {},
    post: [],
  },
  {
    where: "the server's clock differs by more than 30 s",
    world: { clockSkewSeconds: 90 },
    inputs: window,
    main: [openWindow, moveWindow],
    ending: {},
    post: [listWindows, moveWindow],
  },
  {
    where: 'lost answer, the window was made',
    faults: [{ kind: 'reset', when: 'after' }],
    inputs: window,
    main: [openWindow, listWindows],
    ending: {},
    post: [listWindows, moveWindow],
  },
  {
    where: 'lost answer, the window was not made',
    faults: [{ kind: 'status', status: 502 }],
    inputs: window,
    main: [openWindow, listWindows, listWindows, openWindow],
    ending: {},
    post: [listWindows, moveWindow],
  },
  {
    where: 'refused once by the rate limit',
    faults: [{ kind: 'rate-limit', retryAfterSeconds: 2 }],
    inputs: window,
    main: times(2, openWindow),
    ending: {},
    post: [listWindows, moveWindow],
  },
  {
    where: 'main was killed while it opened',
    inputs: window,
    around: { kill: { request: 1, when: 'after' } },
    main: [openWindow],
    ending: {},
    post: [listWindows, 'DELETE /maintenances/:id'],
  },
  { where: '`dry-run`', inputs: { ...window, 'dry-run': 'true' }, main: [], ending: {}, post: [] },
  { where: 'a wrong input', inputs: { ...window, duration: '30' }, main: [], ending: {}, post: [] },
];

const incidents: readonly Omit<Situation, 'operation'>[] = [
  {
    where: 'page by UUID',
    inputs: incident,
    main: [openIncident],
    ending: {},
    post: [listIncidents, readIncident, addEntry],
  },
  {
    where: 'three pages by UUID',
    inputs: { ...incident, ...three },
    main: times(3, openIncident),
    ending: {},
    post: [...times(3, listIncidents), ...times(3, readIncident), ...times(3, addEntry)],
  },
  {
    where: 'the deploy failed',
    inputs: incident,
    main: [openIncident],
    ending: failed,
    post: [listIncidents, readIncident, addEntry],
  },
  {
    where: 'an earlier run left its incident; the deploy succeeded',
    before: leaveBy(incident),
    inputs: incident,
    around: later,
    main: [openIncident],
    ending: {},
    post: [listIncidents, readIncident, addEntry, readIncident, addEntry],
  },
  {
    where: 'a person resolved it meanwhile',
    inputs: incident,
    main: [openIncident],
    meanwhile: (world) => world.people('POST', '/incidents/1/updates', { incident_state_id: '4', message: 'Done.' }),
    ending: {},
    post: [listIncidents, readIncident],
  },
  {
    where: 're-run, the notice is still open',
    before: (world) => world.main(incident),
    inputs: incident,
    around: again,
    main: [listIncidents],
    ending: {},
    post: [listIncidents, readIncident, addEntry],
  },
  {
    where: 'lost answer, the incident was made',
    faults: [{ kind: 'reset', when: 'after' }],
    inputs: incident,
    main: [openIncident, listIncidents],
    ending: {},
    post: [listIncidents, readIncident, addEntry],
  },
];

const anOpenWindow = (world: World) => world.main({ ...window, ...shared });
const anOpenIncident = (world: World) => world.main({ ...incident, ...shared });
const byKey = { ...window, ...key } as const;
const windowById = { 'api-key': window['api-key'], id: '1', kind: 'maintenance' } as const;
const incidentById = { ...windowById, kind: 'incident' } as const;

const others: readonly Situation[] = [
  {
    operation: 'resolve',
    where: 'a window by `id`',
    before: anOpenWindow,
    inputs: windowById,
    main: [readWindow, moveWindow],
  },
  {
    operation: 'resolve',
    where: 'an incident by `id`',
    before: anOpenIncident,
    inputs: incidentById,
    main: [readIncident, addEntry],
  },
  {
    operation: 'resolve',
    where: 'a window by `deployment-key`',
    before: anOpenWindow,
    inputs: byKey,
    main: [listWindows, listIncidents, moveWindow],
  },
  {
    operation: 'update',
    where: "a window's `duration`",
    before: anOpenWindow,
    inputs: { ...windowById, duration: '1h' },
    main: [readWindow, moveWindow],
  },
  {
    operation: 'update',
    where: 'an incident gets an entry',
    before: anOpenIncident,
    inputs: { ...incidentById, message: 'Half of it is done.' },
    main: [readIncident, addEntry],
  },
  {
    operation: 'delete',
    where: 'a window by `id`',
    before: anOpenWindow,
    inputs: windowById,
    main: ['DELETE /maintenances/:id'],
  },
  {
    operation: 'check',
    where: 'a key with all scopes',
    inputs: { 'api-key': window['api-key'] },
    main: [
      'GET /monitors/:id',
      readIncident,
      readWindow,
      'GET /monitors/:id/availability',
      listPages,
      'PATCH /incidents/:id',
      moveWindow,
    ],
  },
  { operation: 'gate', where: 'open incidents', inputs: window, main: [listIncidents, 'GET /status-pages/:id'] },
  {
    operation: 'gate',
    where: 'and windows of others, and the uptime of two monitors',
    inputs: { ...window, 'allow-maintenance': 'false', 'min-uptime': '99', monitors: 'Website, API' },
    main: [listIncidents, listWindows, 'GET /status-pages/:id', ...times(2, 'GET /monitors/:id/availability')],
  },
  {
    operation: 'sweep',
    where: 'of three open incidents, those of two runs are dead',
    before: async (world) => {
      for (const id of ['101', '102', '103']) await world.main(incident, { run: { id } });
    },
    inputs: { ...window, 'github-token': 'ghs_token' },
    gitHub: { runs: { 101: 'completed', 102: 'in_progress', 103: 'completed' }, requests: 3 },
    main: [listIncidents, ...times(2, readIncident), ...times(2, addEntry)],
  },
];

/** The requests of every operation in its situations. A number in the documentation is a row of this table. */
export const situations: readonly Situation[] = [
  ...windows.map((one): Situation => ({ operation: 'open-maintenance', ...one })),
  ...incidents.map((one): Situation => ({ operation: 'open-incident', ...one })),
  ...others,
];

/** The same as a Markdown table. */
export function renderRequestTable(): string {
  const rows = situations.map(({ operation, where, main, gitHub, post }) => {
    const asked = gitHub === undefined ? '' : `, and ${gitHub.requests} to GitHub`;
    // If there is a post step, it is the one that asks.
    const steps =
      post === undefined ? [`${describe(main)}${asked}`, '–'] : [describe(main), `${describe(post)}${asked}`];
    return `| \`${operation}\` | ${where} | ${steps.join(' | ')} |`;
  });
  return ['| Operation | Situation | Main step | Post step |', '|---|---|---|---|', ...rows].join('\n');
}

function describe(requests: readonly string[]): string {
  if (requests.length === 0) return '**0**';
  const counts = new Map<string, number>();
  for (const request of requests) counts.set(request, (counts.get(request) ?? 0) + 1);
  const list = [...counts].map(([request, count]) => `${count === 1 ? '' : `${count} × `}\`${request}\``);
  return `**${requests.length}**: ${list.join(', ')}`;
}
