import type { HostKind } from '../domain/run.ts';
import { createMask } from '../domain/secret.ts';
import { findNear } from '../domain/text.ts';
import { findConflicts } from './conflicts.ts';
import type { NameOf } from './flags.ts';
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
import { parseInput } from './parsers.ts';
import { type InputProblem, suggest, wrongInputs } from './problems.ts';

/** The inputs as they were given, before anything is read. */
export interface GivenInputs {
  readonly kind: HostKind;
  readonly texts: Given;
  /** Names in the workflow that are no inputs. GitHub warns of them, and other runners say nothing. */
  readonly unknownNames?: readonly string[];
  /** The name of an input as the user wrote it, or would write it. */
  readonly nameOf: NameOf;
}

/** The inputs of an operation. Throws a UserError that names every wrong one under the name the user wrote. */
export function readRequest(
  { texts: given, unknownNames = [], kind, nameOf }: GivenInputs,
  now: Date,
): { readonly request: Request; readonly ignored: readonly InputName[] } {
  const operation = operationNames.find((name) => name === (given.operation || inputs.operation.default));
  const checkedAs = operation ?? 'open-maintenance';
  const uses: Uses = operations[checkedAs].inputs;
  const { values, problems } = readValues(uses, given, kind);
  // The values of one operation are the values of its row; only the table knows that the two go together.
  const request = { operation: checkedAs, values, hasEmptyOutcome: given.outcome === '' } as unknown as Request;
  const conflicts = operation === undefined ? [] : findConflicts(request, given, now, { kind, nameOf });
  const all = [...findMisspelt(given, unknownNames), ...problems, ...conflicts];
  if (all.length > 0) throw wrongInputs(all, nameOf);
  const ignored = inputNames.filter(
    (name) =>
      isGiven(given, name) && uses[name] === undefined && !isDefault(given, name) && !isRespected(name, uses, given),
  );
  return { request, ignored };
}

/**
 * Whether an unused input gets what it asks for anyway. A form for several operations gives the same text to each of them, and says
 * `auto-resolve: false` to those without a post step too.
 */
function isRespected(name: InputName, uses: Uses, given: Given): boolean {
  if (name === 'auto-resolve') return given[name] === 'false';
  const isUsed = (other: InputName) => uses[other] !== undefined && given[other] === given[name];
  return forVisitors.has(name) && [...forVisitors].some(isUsed);
}

/** The inputs of one operation, whichever the given inputs name. Throws a UserError like `readRequest`. */
export function readRequestFor<O extends OperationName>(operation: O, given: GivenInputs, now: Date): RequestFor<O> {
  const { request } = readRequest({ ...given, texts: { ...given.texts, operation } }, now);
  // `readRequest` returns the operation that the texts name.
  return request as RequestFor<O>;
}

/** What the post step reads again. Throws a UserError like `readRequest`. */
export function readPostInputs({ texts: given, nameOf }: GivenInputs): Values<typeof postInputs> {
  // The post step opens nothing, so the operation does not matter here.
  const { values, problems } = readValues(postInputs, { ...given, operation: '' });
  if (problems.length > 0) throw wrongInputs(problems, nameOf);
  return values;
}

/**
 * The inputs of `deploy-end`. It has no job status to fall back on, so an empty outcome is an error and no success.
 * Throws a UserError like `readRequest`.
 */
export function readEndInputs({ texts: given, nameOf }: GivenInputs): Values<typeof postInputs> {
  const { values, problems } = readValues(postInputs, { ...given, operation: '', 'job-status': 'success' }, 'terminal');
  const empty: InputProblem = {
    input: 'outcome',
    problem: 'is empty, so it is not known how the deployment ended. Leave it out if it was a success',
  };
  const all = [...problems, ...(given.outcome === '' ? [empty] : [])];
  if (all.length > 0) throw wrongInputs(all, nameOf);
  return values;
}

/** The inputs of `list` and `get`. Throws a UserError like `readRequest`. */
export function readReadingInputs({ texts: given, nameOf }: GivenInputs): Values<typeof readingInputs> {
  const { values, problems } = readValues(readingInputs, given);
  if (problems.length > 0) throw wrongInputs(problems, nameOf);
  return values;
}

/** The inputs that were not given, while a name like theirs was. Other unknown names may belong to other programs. */
function findMisspelt(given: Given, unknownNames: readonly string[]): readonly InputProblem[] {
  return unknownNames.flatMap((name) => {
    const input = findNear(name, inputNames);
    if (input === undefined || (isGiven(given, input) && !isDefault(given, input))) return [];
    return [{ input, problem: `is misspelt as ${JSON.stringify(name.slice(0, longestName))}` }];
  });
}

const longestName = 40;

type Uses = Readonly<Partial<Record<InputName, 'required' | 'optional' | { readonly default: string }>>>;

function describeMissing({ meaning, ifMissing }: Input): string {
  return ifMissing ?? meaning;
}

function readValues<U extends Uses>(
  uses: U,
  given: Given,
  kind: HostKind = 'runner',
): { values: Values<U>; problems: readonly InputProblem[] } {
  const values: Partial<Record<InputName, unknown>> = {};
  const problems: InputProblem[] = [];
  for (const name of inputNames) {
    const use = uses[name];
    const text = given[name] || (typeof use === 'object' ? use.default : undefined);
    if (use === undefined) continue;
    if (text === undefined) {
      if (use === 'required') problems.push({ input: name, problem: `is required: ${describeMissing(inputs[name])}` });
      continue;
    }
    const secrets = forVisitors.has(name) ? findSecret(name, text, given['api-key'] ?? '') : [];
    problems.push(...secrets);
    const read = parseInput(inputs[name].schema, text);
    if ('value' in read) values[name] = read.value;
    else
      problems.push(
        ...read.map(({ problem, shown }) => {
          const also = kind === 'terminal' && name === 'outcome' ? ', or an exit code from 0 to 255' : '';
          return toProblem(name, `${problem}${also}`, shown && secrets.length === 0 ? text : undefined);
        }),
      );
  }
  return { values: values as Values<U>, problems };
}

/** Inputs that visitors read. */
const forVisitors: ReadonlySet<InputName> = new Set([
  ...(['title', 'message', 'resolve-message', 'cancel-message', 'failure-title', 'failure-message'] as const),
]);

function findSecret(input: InputName, text: string, apiKey: string): readonly InputProblem[] {
  if (/^\s*spk_/i.test(text)) return [{ input, problem: 'looks like an API key, and visitors would read it' }];
  if (createMask(apiKey)(text) === text) return [];
  return [{ input, problem: 'contains the API key or a part of it, and visitors would read it' }];
}

function toProblem(input: InputName, problem: string, given: string | undefined): InputProblem {
  const { secret }: Input = inputs[input];
  if (secret || given === undefined) return { input, problem };
  return { input, problem, given, suggestion: suggest(input, given) };
}

/** The runner passes a default of `action.yml` like a value that the user wrote. */
function isDefault(given: Given, name: InputName): boolean {
  const input: Input = inputs[name];
  return given[name] === input.default;
}
