import * as z from 'zod/mini';
import { UserError } from '../domain/errors.ts';
import type { HostKind } from '../domain/run.ts';
import { createMask } from '../domain/secret.ts';
import { findConflicts, findConflictsOfRecover } from './conflicts.ts';
import { type Input, type InputName, inputNames, inputs, type OperationName, operationNames } from './inputs.ts';
import {
  type Given,
  isGiven,
  operations,
  postInputs,
  type Request,
  type RequestFor,
  readingInputs,
  type Values,
} from './operations.ts';
import { suggest } from './suggestions.ts';

/** The inputs as they were given, before anything is read. */
export interface GivenInputs {
  readonly kind: HostKind;
  readonly texts: Given;
  /** The name of an input as the user wrote it. */
  readonly nameOf: (name: InputName) => string;
}

/** The inputs of an operation. Throws a UserError that names every wrong one under the name the user wrote. */
export function readRequest(
  { texts: given, kind, nameOf }: GivenInputs,
  now: Date,
): { readonly request: Request; readonly ignored: readonly InputName[] } {
  const operation = operationNames.find((name) => name === (given.operation || inputs.operation.default));
  const checkedAs = operation ?? 'open-maintenance';
  const uses: Uses = operations[checkedAs].inputs;
  const { values, problems } = readValues(uses, given);
  // The values of one operation are the values of its row; only the table knows that the two go together.
  const request = { operation: checkedAs, values } as unknown as Request;
  const conflicts = operation === undefined ? [] : findConflicts(request, given, now, kind);
  const all = [...problems, ...conflicts];
  if (all.length > 0) throw wrongInputs(all, nameOf);
  const ignored = inputNames.filter(
    (name) => isGiven(given, name) && uses[name] === undefined && !isDefault(given, name),
  );
  return { request, ignored };
}

/** The inputs of one operation, whichever the given inputs name. Throws a UserError like `readRequest`. */
export function readRequestFor<O extends OperationName>(operation: O, given: GivenInputs, now: Date): RequestFor<O> {
  const { request } = readRequest({ ...given, texts: { ...given.texts, operation } }, now);
  // `readRequest` returns the operation that the texts name.
  return request as RequestFor<O>;
}

/** What the post step reads again. Throws a UserError like `readRequest`. */
export function readPostInputs({ texts: given, nameOf }: GivenInputs): Values<typeof postInputs> {
  // Nothing is opened any more: an operation that was fit for main is of no interest here.
  const { values, problems } = readValues(postInputs, { ...given, operation: '' });
  if (problems.length > 0) throw wrongInputs(problems, nameOf);
  return values;
}

/**
 * What the command that ends a deployment takes. It has no status of a job: an empty outcome is an expression that came to nothing, and no
 * success. Throws a UserError like `readRequest`.
 */
export function readEndInputs({ texts: given, nameOf }: GivenInputs): Values<typeof postInputs> {
  const { values, problems } = readValues(postInputs, { ...given, operation: '', 'job-status': 'success' });
  const empty = 'outcome: empty, so nobody knows how the deployment ended; leave it out where that was a success';
  const all = [...problems, ...(given.outcome === '' ? [empty] : []), ...findConflictsOfRecover(values, given)];
  if (all.length > 0) throw wrongInputs(all, nameOf);
  return values;
}

/** What reading takes. Throws a UserError like `readRequest`. */
export function readReadingInputs({ texts: given, nameOf }: GivenInputs): Values<typeof readingInputs> {
  const { values, problems } = readValues(readingInputs, given);
  if (problems.length > 0) throw wrongInputs(problems, nameOf);
  return values;
}

type Uses = Readonly<Partial<Record<InputName, 'required' | 'optional' | { readonly default: string }>>>;

function readValues<U extends Uses>(uses: U, given: Given): { values: Values<U>; problems: readonly string[] } {
  const values: Partial<Record<InputName, unknown>> = {};
  const problems: string[] = [];
  for (const name of inputNames) {
    const use = uses[name];
    const text = given[name] || (typeof use === 'object' ? use.default : undefined);
    if (use === undefined) continue;
    if (text === undefined) {
      if (use === 'required') problems.push(`${name}: required. ${inputs[name].meaning}`);
      continue;
    }
    if (forVisitors.has(name)) problems.push(...findSecret(name, text, given['api-key'] ?? ''));
    const result = z.safeParse<z.ZodMiniType>(inputs[name].schema, text);
    if (result.success) values[name] = result.data;
    else problems.push(...result.error.issues.map(({ message }) => `${name}: ${message}${got(name, message, text)}`));
  }
  return { values: values as Values<U>, problems };
}

/** What visitors read. */
const forVisitors: ReadonlySet<InputName> = new Set([
  ...(['title', 'message', 'resolve-message', 'cancel-message', 'failure-title', 'failure-message'] as const),
]);

function findSecret(name: InputName, text: string, apiKey: string): readonly string[] {
  if (/^\s*spk_/i.test(text)) return [`${name}: looks like an API key, and visitors would read it`];
  return createMask(apiKey)(text) === text
    ? []
    : [`${name}: holds the API key or a part of it, and visitors would read it`];
}

/** A refusal in other words than `expected …` is about a secret, or what may be one: its value is not shown. */
function got(name: InputName, message: string, text: string): string {
  if (!message.startsWith('expected')) return '';
  const meant = suggest(name, text);
  return `; got ${JSON.stringify(text.slice(0, 80))}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

/** Each problem begins with the name of its input. */
function wrongInputs(problems: readonly string[], nameOf: GivenInputs['nameOf']): UserError {
  const [wrong, them] = problems.length === 1 ? ['one is wrong', 'it'] : [`${problems.length} are wrong`, 'them'];
  const lines = problems.map((problem) => problem.replace(/^[a-z-]+/, (name) => nameOf(name as InputName)));
  return new UserError(`Reading the inputs — ${wrong}, and nothing was sent — Correct ${them}:\n${lines.join('\n')}`);
}

/** The runner hands a default of `action.yml` like a value that the user wrote. */
function isDefault(given: Given, name: InputName): boolean {
  const input: Input = inputs[name];
  return given[name] === input.default;
}
