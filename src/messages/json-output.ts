import { formatTime } from '../domain/time.ts';
import type { OperationName } from '../inputs/inputs.ts';
import { formatOutput, type Outputs, type OutputValue } from '../inputs/outputs.ts';

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
