import * as z from 'zod/mini';
import { uptimePeriods } from '../domain/monitor.ts';
import { outcomes, reactions } from '../domain/outcome.ts';
import { isPageAddress } from '../domain/page.ts';
import { isRecordId, kinds, parseIncidentState } from '../domain/record.ts';
import { parseScope, type Scope, scopes } from '../domain/scope.ts';
import { list } from '../domain/text.ts';
import { dayMs, hourMs, minuteMs, parseDuration, parseTime, type Start, secondMs } from '../domain/time.ts';

/** The operations by name; `domain/operations.ts` says what each of them takes. */
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

/** What a key must be fit for: an operation, or a scope by its name. */
export type Requirement = OperationName | Scope;

/** What trouble with the API does to the job. */
export type OnApiError = 'auto' | 'fail' | 'warn';

/** One input: how it is read, what it means, and the default that `action.yml` may declare because it is the same everywhere. */
export interface Input {
  readonly schema: z.ZodMiniType<unknown, string>;
  readonly meaning: string;
  /** What it means on the command line, where that is less or something else. */
  readonly flagMeaning?: string;
  readonly default?: string;
  /** How the default reads where it depends on more than the operation. */
  readonly defaultNote?: string;
  /** Set by `action.yml` alone, for the post step. */
  readonly internal?: true;
  /** A secret: never a flag, never shown, masked before anything else. */
  readonly secret?: true;
}

const longestMs = 7 * dayMs;
const longestKey = 200;

/**
 * Every input by its name, the same in `with:`, flags and messages. The meanings are the descriptions in `action.yml` and README.
 * Every schema takes what the user wrote, never the empty string: absent is absent, and nothing malformed becomes a default.
 */
export const inputs = {
  operation: {
    schema: choice(operationNames),
    default: 'open-maintenance',
    meaning: `What to do: ${list(
      operationNames.map((name) => `\`${name}\``),
      'or',
    )}.`,
  },
  'api-key': {
    schema: read('', parseApiKey),
    secret: true,
    meaning: 'API key of StatusPage.me (`spk_…`) from a secret. Made at https://statuspage.me/user/api-console.',
  },
  'status-page': {
    schema: read('one or several status pages as UUID, slug or name, split by commas or newlines', parsePageNames),
    meaning:
      'Status page as UUID, slug or name; several split by commas or newlines. A UUID saves a request and the scope for reading pages.',
  },
  title: {
    schema: read('one line of text', (text) => (/[\r\n]/.test(text) ? undefined : text)),
    defaultNote:
      'window: `Maintenance in progress`, or `Scheduled maintenance` with a `start` ahead; incident: required',
    meaning: 'Title that visitors read.',
  },
  message: {
    schema: z.string(),
    meaning: 'Text that visitors read, in Markdown.',
  },
  duration: {
    schema: duration(minuteMs, longestMs, 'a length such as 30m, 1h30m or PT30M, from 1 minute to 7 days'),
    meaning:
      'Announced length of the window, as `30m`, `1h30m` or `PT30M`. Choose it generously: the window ends early anyway.',
  },
  start: {
    schema: read('now, +15m, or a time such as 2026-01-31T22:00:00Z', parseStart),
    meaning: 'Start of the window: `now`, `+15m`, or a time such as `2026-01-31T22:00:00Z`.',
  },
  id: {
    schema: read('one id, or several split by commas', parseIds),
    meaning: 'Record that is meant: one id, or several split by commas, as the output `id` gives them. Needs `kind`.',
  },
  kind: {
    schema: choice(kinds),
    meaning: 'What `id` names: `maintenance` or `incident`. With `deployment-key`: only this kind.',
  },
  'deployment-key': {
    schema: read('', parseDeploymentKey),
    meaning:
      'Your name for a deployment that spans jobs or runs, as `api-production`. The same key finds the same record anywhere in the repository.',
    flagMeaning:
      'Your name for a deployment, as `api-production`. The same key finds the same record in a later command.',
  },
  state: {
    schema: read('investigating, identified, monitoring, resolved, or the digits of a state id', parseIncidentState),
    meaning:
      'State of the incident: `investigating`, `identified`, `monitoring`, `resolved`, or the digits of a state id.',
  },
  'component-id': {
    schema: z.string(),
    meaning: 'Component that the incident is on; sent instead of the page. Not with several pages.',
  },
  'notify-subscribers': {
    schema: yesOrNo(),
    meaning:
      'Whether subscribers get an e-mail when the record is created. Whether its end mails them too is not documented.',
  },
  'auto-resolve': {
    schema: yesOrNo(),
    defaultNote: '`true`; `false` where `start` lies ahead',
    meaning: '`true`: the post step ends the record. `false`: it stays for a later `resolve`.',
  },
  outcome: {
    schema: choice(['job', ...outcomes]),
    default: 'job',
    meaning:
      'How the deployment ended: `job` is the status of the job; or the outcome of one step, by an expression that README shows. With `resolve`, `job` means: just end it.',
    flagMeaning:
      'How the deployment ended: `success`, `failure`, `cancelled` or `skipped`. With `job`, the record is just ended.',
  },
  'on-failure': {
    schema: choice(reactions),
    meaning: 'After a failure: `keep` the record, `resolve` it, or open an `incident` and end the window.',
  },
  'on-cancel': {
    schema: choice(reactions),
    meaning: 'After a cancel or the timeout of the job: `keep`, `resolve` or `incident`.',
  },
  'resolve-message': {
    schema: z.string(),
    meaning: 'Last entry of an incident after a success. May hold `{elapsed}`, `{end-at}`, `{tag}`.',
  },
  'cancel-message': {
    schema: z.string(),
    meaning:
      'Entry of an incident where nothing was deployed, or the deployment was stopped or did not succeed but is to be resolved.',
  },
  'failure-title': {
    schema: read('one line of text', (text) => (/[\r\n]/.test(text) ? undefined : text)),
    meaning: 'Title of the incident that `on-failure: incident` opens.',
  },
  'failure-message': {
    schema: z.string(),
    meaning: 'Text of that incident, and the entry of an incident that is kept after a failure.',
  },
  'notify-on-failure': {
    schema: yesOrNo(),
    meaning: 'Whether subscribers get an e-mail about the incident that `on-failure` or `on-cancel` opens.',
  },
  recover: {
    schema: yesOrNo(),
    meaning:
      'Whether a success also resolves the incidents that earlier failed deployments with this `deployment-key` opened, unless people have changed their state.',
  },
  marker: {
    schema: yesOrNo(),
    meaning:
      '`false` leaves the line `Ref: …` out of the message; then nothing can be found again by a re-run, by key or after a lost answer.',
  },
  'on-api-error': {
    schema: choice(['auto', 'fail', 'warn']),
    default: 'auto',
    meaning:
      'Trouble with the API: `auto` fails where the repository can mend it and warns where it cannot, `fail` always fails, `warn` always warns.',
  },
  'dry-run': {
    schema: yesOrNo(),
    default: 'false',
    meaning: '`true` checks and looks up everything, prints each write and sends none.',
  },
  require: {
    schema: read(`operations (${list(operationNames)}) or scopes (${list(scopes)})`, parseRequirements),
    meaning:
      'What the key must be fit for, else `check` fails: operations and scopes, split by commas or newlines. An operation on records of either kind, as `resolve`, means the kinds whose open operation is listed with it.',
  },
  'min-uptime': {
    schema: read('a percentage from 0 to 100, such as 99.9', parsePercent),
    meaning:
      'Percentage that each monitor must have been up, such as `99.9`; below it the error budget is spent, and `gate` is closed. Without it uptime is not looked at.',
  },
  'uptime-period': {
    schema: choice(uptimePeriods),
    meaning: 'Stretch of time up to now that `min-uptime` is about: `7d`, `30d`, `90d` or `365d`.',
  },
  monitors: {
    schema: read('ids or names of monitors, split by commas or newlines', splitList),
    defaultNote: 'all of the pages',
    meaning: 'Monitors of the pages that `min-uptime` is about, by id or name, split by commas or newlines.',
  },
  'allow-incidents': {
    schema: yesOrNo(),
    meaning: '`true`: open incidents do not close `gate`.',
  },
  'allow-maintenance': {
    schema: yesOrNo(),
    meaning: '`false`: a window of others that is under way closes `gate`.',
  },
  'wait-for': {
    schema: read('0s, or a length from 30s to 6h, such as 15m', parseWait),
    meaning:
      'How long a closed `gate` is asked again, every 30 seconds, until it is open: `0s`, or from `30s` to `6h`. Comes on top of the time of the step.',
  },
  bypass: {
    schema: yesOrNo(),
    meaning: '`true` passes `gate` without looking at anything, and says so. For hotfixes.',
  },
  'github-token': {
    schema: read('', parseToken),
    secret: true,
    meaning:
      'Of `sweep`: token that may read the runs of this repository: `github.token` as an expression, with `permissions: actions: read`.',
  },
  'api-url': {
    schema: read('an https address (http only on this machine)', parseApiUrl),
    default: 'https://statuspage.me/user/api/v1',
    meaning: 'Root of the API.',
  },
  'request-timeout': {
    schema: duration(secondMs, 30 * secondMs, 'a length from 1s to 30s'),
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
    meaning: 'Internal: the leg of the matrix.',
  },
} as const satisfies Readonly<Record<string, Input>>;

export type InputName = keyof typeof inputs;
/** The value of an input once it is read. */
export type InputValue<N extends InputName> = z.output<(typeof inputs)[N]['schema']>;

/** All names, in the order in which they are documented. */
export const inputNames = Object.keys(inputs) as readonly InputName[];

/** A value that `parse` reads from text; undefined from `parse` is refused with what was expected, a thrown Error with its message. */
function read<T>(expected: string, parse: (text: string) => T | undefined) {
  return z.pipe(
    z.string(),
    z.transform((text, context): T => {
      try {
        const value = parse(text);
        if (value !== undefined) return value;
        context.issues.push({ code: 'custom', message: `expected ${expected}`, input: text });
      } catch (refusal) {
        context.issues.push({ code: 'custom', message: (refusal as Error).message, input: text });
      }
      return z.NEVER;
    }),
  );
}

function choice<const T extends readonly string[]>(words: T) {
  return z.enum(words, { error: `expected ${words.slice(0, -1).join(', ')} or ${words.at(-1)}` });
}

function yesOrNo() {
  return read('true or false', (text) => {
    const word = text.toLowerCase();
    return word === 'true' || (word === 'false' ? false : undefined);
  });
}

function duration(leastMs: number, mostMs: number, expected: string) {
  return read(expected, (text) => {
    const ms = parseDuration(text);
    return ms === undefined || ms < leastMs || ms > mostMs ? undefined : ms;
  });
}

function splitList(text: string): readonly string[] | undefined {
  const parts = splitParts(text);
  return parts && [...new Set(parts)];
}

/** With an address the page is not found: the API lists those of custom domains only. */
function parsePageNames(text: string): readonly string[] | undefined {
  const names = splitList(text);
  if (names?.some(isPageAddress)) throw new Error('expected the slug of a page instead of its address');
  return names;
}

/** The parts in their places: `none` may stand in several. */
function splitParts(text: string): readonly string[] | undefined {
  const parts = text.split(/[,\n]/).map((part) => part.trim());
  const written = parts.filter((part) => part !== '');
  return written.length === 0 ? undefined : written;
}

function parseIds(text: string): readonly string[] | undefined {
  const ids = splitParts(text);
  return ids?.every((id) => id === 'none' || isRecordId(id)) ? ids : undefined;
}

function parseRequirements(text: string): readonly Requirement[] | undefined {
  const words = splitList(text)?.map((word) => operationNames.find((name) => name === word) ?? parseScope(word));
  return words?.every((word) => word !== undefined) ? [...new Set(words)] : undefined;
}

function parseApiKey(text: string): string {
  if (/\s/.test(text)) throw new Error('holds a blank or a line break; copy the key again without them');
  if (/[^!-~]/.test(text)) throw new Error('holds a character that is none of a key; copy the key again');
  if (!text.startsWith('spk_')) throw new Error('does not begin with spk_, as every key of StatusPage.me does');
  return text;
}

function parseToken(text: string): string {
  if (/[^!-~]/.test(text)) throw new Error('holds a blank or a character that is none of a token; copy it again');
  return text;
}

function parseDeploymentKey(text: string): string {
  if (text.startsWith('spk_')) throw new Error('looks like an API key; expected a name such as api-production');
  if (/[\r\n]/.test(text)) throw new Error('expected one line, a name such as api-production');
  if (text.length > longestKey) {
    throw new Error(`is longer than ${longestKey} characters; expected a name such as api-production`);
  }
  return text;
}

function parsePercent(text: string): number | undefined {
  const percent = /^\d{1,3}(\.\d+)?$/.test(text) ? Number(text) : 101;
  return percent > 100 ? undefined : percent;
}

function parseWait(text: string): number | undefined {
  const ms = parseDuration(text);
  return ms === 0 || (ms !== undefined && ms >= 30 * secondMs && ms <= 6 * hourMs) ? ms : undefined;
}

function parseStart(text: string): Start | undefined {
  if (text === 'now') return { afterMs: 0 };
  if (text.startsWith('+')) {
    const ms = parseDuration(text.slice(1));
    return ms === undefined ? undefined : { afterMs: ms };
  }
  const at = parseTime(text);
  return at && { at };
}

function parseApiUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  if (url === null) return undefined;
  if ([url.username, url.password, url.search, url.hash].some((part) => part !== '')) {
    throw new Error('holds a user, a query or a fragment, which may be secret; write the address without them');
  }
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && local) ? url : undefined;
}

/** The leg as JSON text; outside a matrix the runner hands `null`. */
export function parseMatrix(text: string): string | undefined {
  try {
    return JSON.parse(text) === null ? '' : text;
  } catch {
    return undefined;
  }
}
