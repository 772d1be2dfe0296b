import * as z from 'zod/mini';
import { defaultApiUrl } from '../domain/errors.ts';
import { outcomes, reactions } from '../domain/outcome.ts';
import { uptimePeriods } from '../domain/page.ts';
import { kinds, parseIncidentState } from '../domain/record.ts';
import { parseScope, type Scope, scopes } from '../domain/scope.ts';
import { list } from '../domain/text.ts';
import { dayMs, minuteMs, secondMs } from '../domain/time.ts';
import {
  choice,
  duration,
  parseApiKey,
  parseApiUrl,
  parseDeploymentKey,
  parseIds,
  parseLine,
  parseMatrix,
  parseNames,
  parsePageNames,
  parsePercent,
  parseStart,
  parseToken,
  parseWait,
  read,
  yesOrNo,
} from './parsers.ts';

/** The operations by name; `operations.ts` has the inputs of each. */
export const operationNames = [
  'open-maintenance',
  'open-incident',
  'update',
  'resolve',
  'delete',
  'check',
  'gate',
  'sweep',
] as const;
export type OperationName = (typeof operationNames)[number];
/** An operation or a scope that a key must have. */
export type Requirement = OperationName | Scope;

/** What an API error does to the job. */
export type OnApiError = 'auto' | 'fail' | 'warn';

/** One input: how it is read, what it means, and the default that `action.yml` declares if all operations share it. */
export interface Input {
  readonly schema: z.ZodMiniType<unknown, string>;
  readonly meaning: string;
  /** What to do if it is required and missing; by default the meaning says enough. */
  readonly ifMissing?: string;
  readonly default?: string;
  /** How to describe a default that depends on more than the operation. */
  readonly defaultNote?: string;
  /** Set by `action.yml` alone, for the post step. */
  readonly internal?: true;
  /** A secret: never a flag, never shown, masked before anything else. */
  readonly secret?: true;
}

/**
 * Every input by its name, the same in `with:`, flags and messages. The meanings are the descriptions in `action.yml`
 * and README. A schema reads what the user wrote, never the empty string, and nothing malformed becomes a default.
 */
export const inputs = {
  operation: {
    schema: choice(operationNames),
    default: 'open-maintenance',
    meaning: `What to do: \`${operationNames.join('`, `')}\`.`,
  },
  'api-key': {
    schema: read('an API key', parseApiKey),
    secret: true,
    meaning: 'API key of StatusPage.me (`spk_…`), from a secret. Create one at https://statuspage.me/user/api-console.',
  },
  'status-page': {
    schema: read('a status page: write its UUID, slug or name', parsePageNames),
    meaning:
      'UUID, slug or name of a status page; several separated by commas or newlines, a name with a comma in double quotes. A UUID saves a request and the scope `status-pages:read`.',
    ifMissing: 'give the UUID, slug or name of a page. If a variable holds it, the variable is empty or misspelt.',
  },
  title: {
    schema: read('one line of text', parseLine),
    defaultNote: 'window: `Maintenance in progress`, or `Scheduled maintenance` if it starts later; incident: required',
    meaning: 'Title that visitors read.',
    ifMissing: 'say in a few words what is wrong, such as "Search is slow".',
  },
  message: { schema: z.string(), meaning: 'Text that visitors read, in Markdown.', ifMissing: 'say what happened.' },
  duration: {
    schema: duration(minuteMs, 7 * dayMs, 'a length of time such as 30m, 1h30m or PT30M (1 minute to 7 days)'),
    meaning: 'Length of the window: `30m`, `1h30m` or `PT30M`. Allow plenty of time: it ends early anyway.',
  },
  start: {
    schema: read('now, +15m or a time such as 2026-01-31T22:00:00Z', parseStart),
    meaning: 'Start of the window: `now`, `+15m` or a time such as `2026-01-31T22:00:00Z`.',
  },
  id: {
    schema: read('an id, or several separated by commas', parseIds),
    meaning: 'Id of a notice, or several separated by commas, as the output `id` has them. Needs `kind`.',
  },
  kind: {
    schema: choice(kinds),
    meaning: 'What `id` names: `maintenance` or `incident`. With `deployment-key`: only this kind.',
  },
  'deployment-key': {
    schema: read('one line, such as api-production', parseDeploymentKey),
    meaning:
      'Your name for a deployment, as `api-production`. The same key finds its notices in every job and run of the repository. By default a deployment is known by its workflow, branch, job and step.',
  },
  state: {
    schema: read('investigating, identified, monitoring, resolved or the digits of a state id', parseIncidentState),
    meaning: 'State of the incident: `investigating`, `identified`, `monitoring`, `resolved`, or the digits of an id.',
  },
  'component-id': { schema: z.string(), meaning: 'Component that the incident affects. Only with a single page.' },
  'notify-subscribers': {
    schema: yesOrNo(),
    meaning:
      'Whether subscribers get an e-mail when the notice opens. The API does not document whether its end sends one too.',
  },
  'auto-resolve': {
    schema: yesOrNo(),
    defaultNote: '`true`; `false` if `start` is in the future',
    meaning: '`true`: the post step ends the notice. `false`: a later `resolve` ends it.',
  },
  outcome: {
    schema: choice(['job', ...outcomes]),
    default: 'job',
    meaning:
      'How the deployment ended: `job` is the status of the job; or the outcome of one step, such as `steps.deploy.outcome` in an expression. With `resolve`, `job` just ends the notice.',
  },
  'on-failure': {
    schema: choice(reactions),
    meaning: 'After a failure: `keep` the notice, `resolve` it, or end the window and open an `incident`.',
  },
  'on-cancel': {
    schema: choice(reactions),
    meaning: 'After a cancel or a timeout of the job: `keep`, `resolve` or `incident`.',
  },
  'resolve-message': {
    schema: z.string(),
    meaning: 'Last entry of an incident after a success. May contain `{elapsed}`, `{end-at}` and `{tag}`.',
  },
  'cancel-message': {
    schema: z.string(),
    meaning: 'Last entry of an incident if the deployment was skipped, or stopped or failed and is to be resolved.',
  },
  'failure-title': {
    schema: read('one line of text', parseLine),
    meaning: 'Title of the incident that `on-failure: incident` opens.',
  },
  'failure-message': {
    schema: z.string(),
    meaning: 'Text of that incident, and the entry of an incident that stays open after a failure.',
  },
  'notify-on-failure': {
    schema: yesOrNo(),
    meaning: 'Whether subscribers get an e-mail about the incident that `on-failure` or `on-cancel` opens.',
  },
  recover: {
    schema: yesOrNo(),
    defaultNote: '`true` with `on-failure` or `on-cancel: incident`',
    meaning: 'Whether a success resolves incidents that earlier failures opened, unless a person has edited them.',
  },
  marker: {
    schema: yesOrNo(),
    meaning:
      '`false` leaves the line `Ref: …` out of the message. Then no re-run, key or search can find the notice again.',
  },
  'on-api-error': {
    schema: choice(['auto', 'fail', 'warn']),
    default: 'auto',
    meaning:
      'After an API error: `fail` or `warn`. `auto` fails, but only warns if opening failed for a cause outside the repository, such as an outage. The post step fails only with `fail`.',
  },
  'dry-run': {
    schema: yesOrNo(),
    default: 'false',
    meaning: '`true` checks and searches everything, prints each write and sends none.',
  },
  require: {
    schema: read(`a list of operations (${list(operationNames)}) or scopes (${list(scopes)})`, parseRequirements),
    meaning:
      'What the key must be allowed to do, or `check` fails: operations and scopes separated by commas or newlines. `resolve` means the kinds whose open operation is listed too.',
  },
  'min-uptime': {
    schema: read('a percentage from 0 to 100 such as 99.9', parsePercent),
    meaning: 'Lowest uptime of each monitor in percent, such as `99.9`. Below it `gate` is closed.',
  },
  'uptime-period': {
    schema: choice(uptimePeriods),
    meaning: 'Period up to now that `min-uptime` is about: `7d`, `30d`, `90d` or `365d`.',
  },
  monitors: {
    schema: read('a monitor: write its id or name', parseNames),
    defaultNote: 'every monitor of the pages',
    meaning:
      'Monitors that `min-uptime` is about: ids or names separated by commas or newlines, a name with a comma in double quotes.',
  },
  'allow-incidents': { schema: yesOrNo(), meaning: '`true`: open incidents do not close `gate`.' },
  'allow-maintenance': { schema: yesOrNo(), meaning: '`false`: an active window of others closes `gate`.' },
  'wait-for': {
    schema: read('0s or a length of time from 30s to 6h such as 15m', parseWait),
    meaning:
      'How long `gate` waits for its conditions, asking every 30 seconds: `0s`, or from `30s` to `6h`, on top of the time limit of the step.',
  },
  bypass: { schema: yesOrNo(), meaning: '`true` passes `gate` without asking anything, and says so. For hotfixes.' },
  'github-token': {
    schema: read('a token', parseToken),
    secret: true,
    meaning:
      'Token that may read the runs of this repository. `sweep` needs it with `permissions: actions: read`. Other steps ask GitHub only if an earlier run left something on the page.',
    ifMissing: 'give a token with the permission actions: read, so that GitHub shows which runs are over.',
    default: '${{ github.token }}',
  },
  'api-url': {
    schema: read('an https address (http only on this machine)', parseApiUrl),
    default: defaultApiUrl,
    meaning: 'Root of the API.',
  },
  'request-timeout': {
    schema: duration(secondMs, 30 * secondMs, 'a length of time from 1s to 30s such as 10s'),
    default: '10s',
    meaning: 'Limit of one request, from `1s` to `30s`.',
  },
  'job-status': {
    schema: choice(outcomes),
    default: '${{ job.status }}',
    internal: true,
    meaning: 'Internal: the status of the job, evaluated anew for the post step.',
  },
  matrix: {
    schema: read('JSON', parseMatrix),
    default: '${{ toJSON(matrix) }}',
    internal: true,
    meaning: 'Internal: the matrix values of the job.',
  },
} as const satisfies Readonly<Record<string, Input>>;

export type InputName = keyof typeof inputs;
/** The value of an input once it is read. */
export type InputValue<N extends InputName> = z.output<(typeof inputs)[N]['schema']>;

/** All names, in the order in which they are documented. */
export const inputNames = Object.keys(inputs) as readonly InputName[];

function parseRequirements(text: string): readonly Requirement[] | undefined {
  const words = parseNames(text)?.map((word) => operationNames.find((name) => name === word) ?? parseScope(word));
  return words?.every((word) => word !== undefined) ? [...new Set(words)] : undefined;
}
