import type { DeploymentRecord } from '../deployment/deployment.ts';
import { describeIncidentState, stateOfWindow } from '../domain/record.ts';
import { formatTime } from '../domain/time.ts';
import type { OperationName } from '../inputs/inputs.ts';

/** Outputs about the notices that an operation opens, changes or ends. */
export const recordOutputs = {
  id: 'Id of the notice; several joined by commas in the order of `status-page`; `none` if nothing was opened.',
  kind: '`maintenance` or `incident`.',
  'status-page-id': 'UUID of the status page; several joined by commas.',
  url: 'Address of the status page for visitors; empty if it is not known, because the page was given as a UUID.',
  title: 'Title that visitors read.',
  'start-at': 'Start of the window, or when the incident was opened; RFC 3339 in UTC.',
  'end-at': 'Announced end of the window, RFC 3339 in UTC.',
  state: 'Window: `scheduled`, `active` or `past`. Incident: the state by its name.',
  created: '`true` if this step created the notice, `false` if it reused an open one.',
  marker: 'Reference at the end of the message, which finds the notice again.',
  records: 'Everything as a JSON list, with an object for each page.',
} as const;

/** Every output of the action with its meaning, in the order in which they are documented. */
export const outputs = {
  ...recordOutputs,
  scopes: 'Of `check`: JSON with `granted`, `missing` or `unknown` for each scope.',
  pages:
    'Of `check`: the pages that the key sees as a JSON list, each with `id`, and `slug`, `name` and `url` if known.',
  passed: 'Of `gate`: `true` if it is open or let the job pass, else `false`.',
  reasons: 'Of `gate`: what closes it or could not be checked, as a JSON list of sentences.',
  swept: 'Of `sweep`: ids of the resolved incidents, joined by commas; empty if there were none.',
} as const;

type OutputName = keyof typeof outputs;

/** One notice as the output `records` shows it. Undefined is not known, or not there. */
interface RecordOutput {
  readonly id: string | undefined;
  readonly kind: string;
  readonly 'status-page-id': string | undefined;
  readonly url: string | undefined;
  readonly title: string | undefined;
  readonly 'start-at': Date | undefined;
  readonly 'end-at': Date | undefined;
  readonly state: string | undefined;
  readonly created: boolean;
  readonly marker: string | undefined;
}

/** The value of an output. The runner formats it as a string, `--json` as JSON. */
export type OutputValue = string | boolean | Date | readonly unknown[] | Readonly<Record<string, unknown>> | undefined;
/** The outputs of a step by their names. */
export type Outputs = Readonly<Partial<Record<OutputName, OutputValue>>>;

/** The outputs for the records of a step, in the order of its pages; single ones are the first page's. */
export function toOutputs(records: readonly DeploymentRecord[], now: Date): Outputs {
  const each = records.map((record) => toRecordOutput(record, now));
  const [first] = each;
  return {
    id: each.map(({ id }) => id),
    kind: first?.kind,
    'status-page-id': each.map((one) => one['status-page-id']),
    url: each.map(({ url }) => url),
    title: first?.title,
    'start-at': first?.['start-at'],
    'end-at': first?.['end-at'],
    state: first?.state,
    created: first?.created ?? false,
    marker: first?.marker,
    records: each,
  };
}

function toRecordOutput(record: DeploymentRecord, now: Date): RecordOutput {
  const { kind, id, page, title, startAt, endAt, created, reference } = record;
  const isOpen = id !== undefined;
  return {
    id,
    kind,
    'status-page-id': page?.id,
    url: page?.url,
    title,
    'start-at': isOpen ? startAt : undefined,
    'end-at': isOpen ? endAt : undefined,
    state: isOpen ? stateOf(record, now) : undefined,
    created: isOpen && created,
    marker: isOpen ? reference : undefined,
  };
}

/** The output `state` of a record that is on the page. */
function stateOf({ kind, startAt, endAt, state }: DeploymentRecord, now: Date): string | undefined {
  if (kind === 'incident') return state === undefined ? undefined : describeIncidentState(state);
  return stateOfWindow({ startAt, endAt }, now);
}

/** Lists that are written joined by commas; other lists are written as JSON. */
const joinedByCommas: readonly string[] = ['id', 'status-page-id', 'url', 'swept'];

/** What a workflow reads as an id if nothing was opened. */
export const noId = 'none';

/** An output as the runner takes it: a string, empty if there is no value. */
export function formatOutput(name: string, value: OutputValue): string {
  if (value === undefined) return name === 'id' ? noId : '';
  if (value instanceof Date) return formatTime(value);
  if (joinedByCommas.includes(name) && Array.isArray(value)) {
    const isEmpty = value.every((part) => part === undefined);
    return isEmpty ? formatOutput(name, undefined) : value.map((part) => formatOutput(name, part)).join(',');
  }
  if (name === 'records' && Array.isArray(value)) return JSON.stringify(value.map(formatRecord));
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function formatRecord(record: RecordOutput): Readonly<Record<string, unknown>> {
  const fields = Object.entries(record) as readonly [string, OutputValue][];
  return Object.fromEntries(
    fields.map(([name, value]) => [name, typeof value === 'boolean' ? value : formatOutput(name, value)]),
  );
}

/** The outputs of an operation as one object for `--json`, under the names that the action has for them. What is absent is null. */
export function toJsonOutput(operation: OperationName, outputs: Outputs): Readonly<Record<string, unknown>> {
  const values = Object.entries(outputs).map(([name, value]) => [name, toJsonValue(name, value)]);
  return { operation, ...Object.fromEntries(values) };
}

/** What a script wants of an operation, in one line; undefined if its tables are the result. */
export function toResultLine(operation: OperationName, outputs: Outputs): string | undefined {
  switch (operation) {
    case 'open-maintenance':
    case 'open-incident':
    case 'update':
    case 'resolve':
    case 'delete':
      return 'id' in outputs ? formatOutput('id', outputs.id) : undefined;
    case 'sweep':
      return formatOutput('swept', outputs.swept);
    case 'check':
    case 'gate':
      return undefined;
  }
}

/** Outputs that the action joins by commas, and that are one text here too. */
const joinedInJson: readonly string[] = ['id', 'status-page-id', 'url'];

function toJsonValue(name: string, value: OutputValue): unknown {
  if (value === undefined) return null;
  if (value instanceof Date) return formatTime(value);
  if (name === 'records' && Array.isArray(value)) return value.map(toJsonRecord);
  if (!joinedInJson.includes(name) || !Array.isArray(value)) return value;
  return value.every((part) => part === undefined) ? null : formatOutput(name, value);
}

function toJsonRecord(record: Readonly<Record<string, OutputValue>>): unknown {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, toJsonValue('', value)]));
}
