import type { DeploymentRecord } from '../deployment/deployment.ts';
import { describeIncidentState } from '../domain/record.ts';
import { formatTime, liesAhead } from '../domain/time.ts';
import type { OperationName } from '../inputs/inputs.ts';
import { formatOutput, type Outputs, type OutputValue, type RecordOutput } from '../inputs/outputs.ts';

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
    state: isOpen ? describeState(record, now) : undefined,
    created: isOpen && created,
    marker: isOpen ? reference : undefined,
  };
}

function describeState({ kind, startAt, endAt, state }: DeploymentRecord, now: Date): string | undefined {
  if (kind === 'incident') return state === undefined ? undefined : describeIncidentState(state);
  if (startAt !== undefined && liesAhead(startAt, now)) return 'scheduled';
  // An end that was just set is the next full second.
  return endAt !== undefined && !liesAhead(endAt, now) ? 'past' : 'active';
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

/** Outputs that the action joins by commas are one text here too. */
const joined: readonly string[] = ['id', 'status-page-id', 'url'];

function toJsonValue(name: string, value: OutputValue): unknown {
  if (value === undefined) return null;
  if (value instanceof Date) return formatTime(value);
  if (name === 'records' && Array.isArray(value)) return value.map(toJsonRecord);
  if (!joined.includes(name) || !Array.isArray(value)) return value;
  return value.every((part) => part === undefined) ? null : formatOutput(name, value);
}

function toJsonRecord(record: Readonly<Record<string, OutputValue>>): unknown {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, toJsonValue('', value)]));
}
