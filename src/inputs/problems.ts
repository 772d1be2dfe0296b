import { UserError } from '../domain/errors.ts';
import type { NameOf } from './flags.ts';
import type { InputName } from './inputs.ts';

/** What is wrong with an input. `problem` is the rest of a sentence that begins with the name of the input. */
export interface Problem {
  readonly input: InputName;
  readonly problem: string;
  /** What the user wrote, unless it may be a secret. */
  readonly given?: string;
  /** What the user may have meant. */
  readonly suggestion?: string | undefined;
}

const longestGiven = 80;

function describeProblem({ input, problem, given, suggestion }: Problem, nameOf: NameOf): string {
  const value = given === undefined ? '' : `: ${JSON.stringify(given.slice(0, longestGiven))}`;
  const end = /[.?]$/.test(problem) ? '' : '.';
  const hint = suggestion === undefined ? '' : ` Did you mean ${suggestion}?`;
  return `${nameOf(input)}${value} ${problem}${end}${hint}`;
}

/** All wrong inputs in one error: a single one in the same line, several in a line each. */
export function wrongInputs(problems: readonly Problem[], nameOf: NameOf): UserError {
  const lines = problems.map((problem) => describeProblem(problem, nameOf));
  const [only] = lines;
  if (only !== undefined && lines.length === 1)
    return new UserError('invalid input', `Invalid input, nothing was sent. ${only}`);
  return new UserError('invalid input', `${lines.length} invalid inputs, nothing was sent.\n${lines.join('\n')}`);
}
