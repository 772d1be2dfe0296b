import type { Scope } from '../domain/scope.ts';
import { type InputName, type InputValue, inputs, type OperationName } from './inputs.ts';

/** How an operation uses an input: it must be given, it may be absent, or it has this default, written as a user would write it. */
type Use = 'required' | 'optional' | { readonly default: string };

/** A row of the table of operations. */
export interface Operation {
  readonly does: string;
  /** What could not be done, as an infinitive. */
  readonly doing: string;
  /** What a failure means, in a clause that claims no more than is known. */
  readonly undone: string;
  /** Whether a deploy continues without it if the API fails. */
  readonly opens: boolean;
  /** The scopes that the operation cannot do without. */
  readonly scopes: readonly Scope[];
  /** What a re-run, a `deployment-key` or a page given by slug or name asks for besides. */
  readonly scopesAtTimes: readonly Scope[];
  readonly inputs: Readonly<Partial<Record<InputName, Use>>>;
}

/** What every operation takes. */
const everywhere = {
  operation: { default: inputs.operation.default },
  'api-key': 'optional',
  'on-api-error': { default: inputs['on-api-error'].default },
  'dry-run': { default: inputs['dry-run'].default },
  'api-url': { default: inputs['api-url'].default },
  'request-timeout': { default: inputs['request-timeout'].default },
  'github-token': 'optional',
  'job-status': 'optional',
  matrix: { default: 'null' },
} as const satisfies Operation['inputs'];

/** What decides how a record ends, and the words for it: the post step's inputs, and those of `resolve`. */
export const endingInputs = {
  outcome: { default: inputs.outcome.default },
  'on-failure': { default: 'keep' },
  'on-cancel': { default: 'keep' },
  'resolve-message': { default: 'The update is complete.' },
  'cancel-message': { default: 'The update was stopped.' },
  'failure-title': { default: 'An update did not complete' },
  'failure-message': { default: 'An update did not complete as planned. We are looking into it.' },
  'notify-on-failure': { default: 'false' },
  recover: 'optional',
} as const satisfies Operation['inputs'];

/** How a record is ended, and the words for it. How the deployment ended is known apart from them. */
export type EndingValues = Omit<Values<typeof endingInputs>, 'outcome'>;

/** What both open operations take. */
const opening = {
  ...everywhere,
  ...endingInputs,
  // `action.yml` gives the default. If it is empty here, it is an expression that has its value only after the deploy.
  outcome: 'optional',
  'status-page': 'required',
  'deployment-key': 'optional',
  'notify-subscribers': { default: 'false' },
  marker: { default: 'true' },
} as const satisfies Operation['inputs'];

/** The inputs that the post step reads again: the key, the outcome and the words; everything else comes from what main saved. */
export const postInputs = {
  ...everywhere,
  ...endingInputs,
  'job-status': 'required',
} as const satisfies Operation['inputs'];

/** What reading takes, on the command line. */
export const readingInputs = {
  'api-key': 'optional',
  'status-page': 'optional',
  'uptime-period': { default: '30d' },
  'api-url': everywhere['api-url'],
  'request-timeout': everywhere['request-timeout'],
} as const satisfies Operation['inputs'];

/** What says which records are meant: `id` and `kind`, or `deployment-key` and `status-page`. */
const target = {
  id: 'optional',
  kind: 'optional',
  'deployment-key': 'optional',
  'status-page': 'optional',
} as const satisfies Operation['inputs'];

const openTexts = { doing: 'open a notice', undone: 'No notice was opened', opens: true } as const;

/** The one table of operations: validation, help, README, `action.yml` and the texts about scopes come from it. */
export const operations = {
  'open-maintenance': {
    does: 'Opens a maintenance window on each status page; the post step ends it.',
    ...openTexts,
    scopes: ['maintenances:write'],
    scopesAtTimes: ['maintenances:read', 'status-pages:read'],
    inputs: {
      ...opening,
      title: 'optional',
      message: { default: 'We are installing an update. Short interruptions are possible.' },
      duration: { default: '30m' },
      start: { default: 'now' },
      'auto-resolve': 'optional',
    },
  },
  'open-incident': {
    does: 'Opens an incident on each status page; the post step resolves it.',
    ...openTexts,
    scopes: ['incidents:write'],
    scopesAtTimes: ['incidents:read', 'status-pages:read'],
    inputs: {
      ...opening,
      title: 'required',
      message: 'required',
      state: { default: 'investigating' },
      'component-id': 'optional',
      'auto-resolve': { default: 'true' },
    },
  },
  resolve: {
    does: 'Ends a notice: a window now, an incident with an entry in the state Resolved. With `outcome` it does what the post step would do.',
    doing: 'end anything',
    undone: 'Nothing was ended',
    opens: false,
    scopes: ['maintenances:write', 'incidents:write'],
    scopesAtTimes: ['maintenances:read', 'incidents:read', 'status-pages:read'],
    inputs: {
      ...everywhere,
      ...endingInputs,
      ...target,
    },
  },
  update: {
    does: 'Changes only what you give. Incident: an entry with `message` and `state`, and `title`. Window: `title`, `message`, and `duration` from now on.',
    doing: 'change anything',
    undone: 'Nothing was changed',
    opens: false,
    scopes: ['maintenances:write', 'incidents:write', 'maintenances:read', 'incidents:read'],
    scopesAtTimes: ['status-pages:read'],
    inputs: {
      ...everywhere,
      ...target,
      title: 'optional',
      message: 'optional',
      state: 'optional',
      duration: 'optional',
    },
  },
  delete: {
    does: "Removes a notice from the page and from the page's public history.",
    doing: 'delete anything',
    undone: 'Nothing was deleted',
    opens: false,
    scopes: ['maintenances:write', 'incidents:write'],
    scopesAtTimes: ['maintenances:read', 'incidents:read', 'status-pages:read'],
    inputs: { ...everywhere, ...target },
  },
  check: {
    does: 'Shows which scopes the key has, which pages it sees, and what each operation needs. Changes nothing.',
    doing: 'check the API key',
    undone: 'The key could not be checked',
    opens: false,
    scopes: [],
    scopesAtTimes: ['status-pages:read'],
    inputs: { ...everywhere, 'status-page': 'optional', require: { default: 'open-maintenance, resolve' } },
  },
  gate: {
    does: 'Fails if it is a bad time to deploy: an incident is open, `min-uptime` is not reached, or, with `allow-maintenance: false`, a window of others is active. Fails too if it cannot check that.',
    doing: 'ask the gate',
    undone: 'The gate is closed',
    opens: false,
    scopes: ['incidents:read'],
    scopesAtTimes: ['maintenances:read', 'status-pages:read', 'analytics:read'],
    inputs: {
      ...everywhere,
      'status-page': 'required',
      'deployment-key': 'optional',
      'min-uptime': 'optional',
      'uptime-period': { default: '30d' },
      monitors: 'optional',
      'allow-incidents': { default: 'false' },
      'allow-maintenance': { default: 'true' },
      'wait-for': { default: '0s' },
      bypass: { default: 'false' },
    },
  },
  sweep: {
    does: 'Resolves incidents left open by runs that died: their post step never ran, because the machine was lost.',
    doing: 'sweep the page',
    undone: 'Nothing was swept',
    opens: false,
    scopes: ['incidents:read', 'incidents:write'],
    scopesAtTimes: ['status-pages:read'],
    inputs: { ...everywhere, 'status-page': 'required', 'github-token': 'required' },
  },
} as const satisfies Readonly<Record<OperationName, Operation>>;

/** The read values of a set of inputs, each undefined only if it may be absent. */
export type Values<U extends Operation['inputs']> = {
  readonly [N in keyof U & InputName]: U[N] extends 'optional' ? InputValue<N> | undefined : InputValue<N>;
};

export type ValuesOf<O extends OperationName> = Values<(typeof operations)[O]['inputs']>;

/** The raw inputs by name. Undefined or empty is absent; only an empty `outcome` tells that an expression came to nothing. */
export type Given = Readonly<Partial<Record<InputName, string>>>;

/** An operation with its inputs, read and checked. */
export type Request = { [O in OperationName]: RequestFor<O> }[OperationName];

/** One operation with its inputs. */
export interface RequestFor<O extends OperationName> {
  readonly operation: O;
  readonly values: ValuesOf<O>;
  /** Whether `outcome` was given and is empty, as an expression about a later step is in the main step. */
  readonly hasEmptyOutcome: boolean;
}

/** One of the operations that open a notice, with its inputs. */
export type OpenRequest = RequestFor<'open-maintenance'> | RequestFor<'open-incident'>;

/** Whether the user wrote anything for an input. */
export function isGiven(given: Given, name: InputName): boolean {
  return given[name] !== undefined && given[name] !== '';
}
