import type { OperationName } from '../inputs/inputs.ts';

/** The outputs of an operation as one object, under the names that the action has for them. */
export function toJsonOutput(
  operation: OperationName,
  outputs: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const read = Object.entries(outputs).map(([name, text]) => [name, readOutput(name, text)]);
  return { operation, ...Object.fromEntries(read) };
}

/** What a script wants of an operation, in one line; undefined where its tables are the result. */
export function toResultLine(operation: OperationName, outputs: Readonly<Record<string, string>>): string | undefined {
  switch (operation) {
    case 'open-maintenance':
    case 'open-incident':
    case 'update':
    case 'resolve':
    case 'delete':
      return outputs.id;
    case 'sweep':
      return outputs.swept;
    case 'check':
    case 'gate':
      return undefined;
  }
}

function readOutput(name: string, text: string): unknown {
  switch (name) {
    case 'records':
    case 'scopes':
    case 'pages':
    case 'passed':
    case 'created':
    case 'reasons':
      return JSON.parse(text);
    case 'swept':
      return text === '' ? [] : text.split(',');
    default:
      return text;
  }
}
