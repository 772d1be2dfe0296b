import * as z from 'zod/mini';
import {
  type Input,
  type InputName,
  inputNames,
  inputs,
  type OperationName,
  operationNames,
  type Start,
} from './inputs.ts';
import { operations, postInputs, type Values, type ValuesOf } from './operations.ts';
import { later } from './time.ts';
import { UserError } from './user-error.ts';
import { list } from './wording.ts';

/** The raw inputs by name. Undefined or empty is absent; only an empty `outcome` tells that an expression came to nothing. */
export type Given = Readonly<Partial<Record<InputName, string>>>;

/** An operation with its inputs, read and checked. */
export type Request = { [O in OperationName]: RequestFor<O> }[OperationName];

/** One operation with its inputs. */
export interface RequestFor<O extends OperationName> {
  readonly operation: O;
  readonly values: ValuesOf<O>;
}

/** The inputs of main. Throws a UserError that names every wrong one under the name the user wrote. */
export function readRequest(
  given: Given,
  now: Date,
): { readonly request: Request; readonly ignored: readonly InputName[] } {
  const operation = operationNames.find((name) => name === (given.operation || inputs.operation.default));
  const checkedAs = operation ?? 'open-maintenance';
  const uses: Uses = operations[checkedAs].inputs;
  const { values, problems } = readValues(uses, given);
  // The values of one operation are the values of its row; only the table knows that the two go together.
  const request = { operation: checkedAs, values } as unknown as Request;
  const conflicts = operation === undefined ? [] : findConflicts(request, given, now);
  const all = [...problems, ...conflicts];
  if (all.length > 0) throw wrongInputs(all);
  const ignored = inputNames.filter(
    (name) => isGiven(given, name) && uses[name] === undefined && !isDefault(given, name),
  );
  return { request, ignored };
}

/** What the post step reads again. Throws a UserError like `readRequest`. */
export function readPostInputs(given: Given): Values<typeof postInputs> {
  // Nothing is opened any more: an operation that was fit for main is of no interest here.
  const { values, problems } = readValues(postInputs, { ...given, operation: '' });
  if (problems.length > 0) throw wrongInputs(problems);
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
    const result = z.safeParse<z.ZodMiniType>(inputs[name].schema, text);
    if (result.success) values[name] = result.data;
    else problems.push(...result.error.issues.map(({ message }) => `${name}: ${message}${got(message, text)}`));
  }
  return { values: values as Values<U>, problems };
}

/** A refusal in other words than `expected …` is about a secret, or what may be one: its value is not shown. */
function got(message: string, text: string): string {
  return message.startsWith('expected') ? `; got ${JSON.stringify(text.slice(0, 80))}` : '';
}

function wrongInputs(problems: readonly string[]): UserError {
  const [wrong, them] = problems.length === 1 ? ['one is wrong', 'it'] : [`${problems.length} are wrong`, 'them'];
  return new UserError(
    `Reading the inputs — ${wrong}, and nothing was sent — Correct ${them}:\n${problems.join('\n')}`,
  );
}

function isGiven(given: Given, name: InputName): boolean {
  return given[name] !== undefined && given[name] !== '';
}

/** The runner hands a default of `action.yml` like a value that the user wrote. */
function isDefault(given: Given, name: InputName): boolean {
  const input: Input = inputs[name];
  return given[name] === input.default;
}

/** The last instant that RFC 3339 can write. */
const lastTime = new Date('9999-12-31T23:59:59Z');

/** Inputs that are right one by one and wrong together. Values that could not be read are missing here. */
function findConflicts({ operation, values }: Request, given: Given, now: Date): readonly string[] {
  if (operation === 'resolve') return [...findMissingTarget(values, given), ...findConflictsOfResolve(values, given)];
  const conflicts: string[] = [];
  for (const name of ['id', 'kind'] as const) {
    if (isGiven(given, name))
      conflicts.push(`${name}: not for ${operation}, which makes a new record; did you mean operation: resolve?`);
  }
  if (given.state && inputs.state.schema.safeParse(given.state).data === '4') {
    conflicts.push(`state: ${operation} cannot open what is resolved; did you mean operation: resolve?`);
  }
  if (values['deployment-key'] !== undefined && values.marker === false) {
    conflicts.push('deployment-key: finds a record by its marker; remove marker: false');
  }
  if (operation === 'open-maintenance') {
    if (values.start === undefined || values.duration === undefined) return conflicts;
    const end = later(startOf(values.start, now), values.duration);
    if (end <= now) conflicts.push('start: with this duration the window would be over already');
    // Also where the sum is no date at all.
    if (!(end <= lastTime))
      conflicts.push('start: lies too far ahead; expected a window that ends before the year 10000');
    return conflicts;
  }
  for (const name of ['on-failure', 'on-cancel'] as const) {
    if (values[name] === 'incident') conflicts.push(`${name}: incident is for windows; expected keep or resolve`);
  }
  if (values['component-id'] !== undefined && (values['status-page']?.length ?? 0) > 1) {
    conflicts.push('component-id: belongs to one page; expected a single status-page');
  }
  return conflicts;
}

/** What was given and could not be read has its own message, so it is not missing. */
function findMissingTarget(values: ValuesOf<'resolve'>, given: Given): readonly string[] {
  if (isGiven(given, 'id')) {
    const nothing = values.id?.every((id) => id === 'none');
    return isGiven(given, 'kind') || nothing ? [] : ['kind: required with id; expected maintenance or incident'];
  }
  if (isGiven(given, 'deployment-key')) {
    return isGiven(given, 'status-page')
      ? []
      : ['status-page: required with deployment-key, which is looked for on a page'];
  }
  return [
    `id: empty, and no deployment-key. ${list(
      [
        'The usual causes of an empty id: a mistyped expression',
        'a step or job that did not run',
        'a job output that is not declared under outputs',
        'one that the runner dropped because it holds a secret',
      ],
      'or',
    )}`,
  ];
}

function findConflictsOfResolve(values: ValuesOf<'resolve'>, given: Given): readonly string[] {
  const conflicts: string[] = [];
  if (given.outcome === '') {
    conflicts.push(
      'outcome: empty; the expression named nothing (a mistyped job or step?). Leave it out to just end the record',
    );
  }
  for (const name of ['on-failure', 'on-cancel'] as const) {
    if (values.kind === 'incident' && values[name] === 'incident') {
      conflicts.push(`${name}: incident is for windows; expected keep or resolve`);
    }
  }
  return conflicts;
}

/** The instant that a `start` means. */
export function startOf(start: Start, now: Date): Date {
  return 'at' in start ? start.at : later(now, start.afterMs);
}
