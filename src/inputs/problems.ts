import { UserError } from '../domain/errors.ts';
import { parseOutcome } from '../domain/outcome.ts';
import { hostedSlug } from '../domain/page.ts';
import { incidentStates, kinds } from '../domain/record.ts';
import { scopes } from '../domain/scope.ts';
import { findNear, splitNames } from '../domain/text.ts';
import { dayMs, formatDuration, formatTime, hourMs, minuteMs, parseDuration, secondMs } from '../domain/time.ts';
import { isSwitch, type NameOf } from './flags.ts';
import { type Input, type InputName, inputs, operationNames } from './inputs.ts';
import { parseInput } from './parsers.ts';

/** What is wrong with an input. `problem` is the rest of a sentence that begins with the name of the input. */
export interface InputProblem {
  readonly input: InputName;
  readonly problem: string;
  /** What the user wrote, unless it may be a secret. */
  readonly given?: string;
  /** What the user may have meant. */
  readonly suggestion?: string | undefined;
}

const longestGiven = 80;

function describeProblem({ input, problem, given, suggestion }: InputProblem, nameOf: NameOf): string {
  const value = given === undefined ? '' : `: ${JSON.stringify(given.slice(0, longestGiven))}`;
  const end = /[.?]$/.test(problem) ? '' : '.';
  const hint = suggestion === undefined ? '' : ` Did you mean ${suggestion}?`;
  return `${nameOf(input)}${value} ${problem}${end}${hint}`;
}

/** All wrong inputs in one error: a single one in the same line, several in a line each. */
export function wrongInputs(problems: readonly InputProblem[], nameOf: NameOf): UserError {
  const lines = problems.map((problem) => describeProblem(problem, nameOf));
  const [only] = lines;
  if (only !== undefined && lines.length === 1)
    return new UserError('invalid input', `Invalid input, nothing was sent. ${only}`);
  return new UserError('invalid input', `${lines.length} invalid inputs, nothing was sent.\n${lines.join('\n')}`);
}

/** A suggestion is read at a glance. */
const longest = 80;

/** What the user may have meant by a refused value, as it should be written; undefined without a good guess. */
export function suggest(name: InputName, text: string): string | undefined {
  const meant = guess(name, text.trim());
  return meant !== undefined && meant.length <= longest && 'value' in parseInput(inputs[name].schema, meant)
    ? meant
    : undefined;
}

function guess(name: InputName, text: string): string | undefined {
  switch (name) {
    case 'operation':
      return findOperation(text.toLowerCase().replaceAll('_', '-'));
    case 'duration':
    case 'wait-for':
      return guessDuration(text, 'm');
    case 'request-timeout':
      return guessDuration(text, 's');
    case 'start':
      return guessStart(text);
    case 'outcome':
      return parseOutcome(text) ?? guessWord(name, text);
    case 'state':
      return findNear(text, Object.keys(incidentStates));
    case 'require':
      return splitNames(text)
        .map((part) => findNear(part, [...operationNames, ...scopes]) ?? part)
        .join(', ');
    case 'uptime-period':
      return text.replace(/^(\d+)\s*(?:d|days?)?$/i, '$1d');
    case 'kind':
      return /window/i.test(text) ? 'maintenance' : findNear(text, kinds);
    case 'min-uptime':
      return text.replace(/\s*%$/, '').replace(',', '.');
    case 'status-page':
      return text
        .split(/,?\n|,/)
        .map((part) => hostedSlug(part.trim()) ?? part.trim())
        .join(', ');
    default:
      return guessWord(name, text);
  }
}

/** One of the few words that an input takes, from a typo, or from another word for true or false. */
function guessWord(name: InputName, text: string): string | undefined {
  const { schema }: Pick<Input, 'schema'> = inputs[name];
  if ('options' in schema) return findNear(text, schema.options as readonly string[]);
  if (!isSwitch(name)) return undefined;
  return /^(yes|on|1)$/i.test(text) ? 'true' : /^(no|off|0)$/i.test(text) ? 'false' : findNear(text, ['true', 'false']);
}

const units = { w: 7 * dayMs, d: dayMs, h: hourMs, m: minuteMs, s: secondMs } as const;
const amount =
  /(\d+(?:[.,]\d+)?)\s*(w|weeks?|d|days?|h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?)\b\.?(?:\s*(?:,|and)\s*|\s*)/giy;

/** A length of time as it is usually written: `1h 30m`, `30min`, `1.5h`, `1,5 h`, or a bare number of the usual unit. */
function guessDuration(text: string, unit: 'm' | 's'): string | undefined {
  // `1h30` and `30` lack their last unit.
  const withUnit = /\d$/.test(text) ? `${text}${unit}` : text;
  const exact = [withUnit, text.toUpperCase(), text.toLowerCase()].find((one) => parseDuration(one) !== undefined);
  if (exact !== undefined) return exact;
  // `1h30m` has no blank that ends the first unit.
  const spaced = withUnit.replace(/([a-z])(?=\d)/gi, '$1 ');
  const parts = [...spaced.matchAll(amount)];
  if (parts.length === 0 || parts.reduce((length, [part]) => length + part.length, 0) !== spaced.length)
    return undefined;
  const ms = parts.reduce((sum, [, count = '', name = '']) => {
    const letter = name.charAt(0).toLowerCase() as keyof typeof units;
    return sum + Number(count.replace(',', '.')) * units[letter];
  }, 0);
  return formatDuration(ms);
}

/** Unix time, a time without its zone, or a length of time without the plus sign. */
function guessStart(text: string): string | undefined {
  if (/^now$/i.test(text)) return 'now';
  if (/^\d{10}$|^\d{13}$/.test(text)) {
    return formatTime(new Date(Number(text) * (text.length === 10 ? secondMs : 1)));
  }
  if (/^\+?\d{6,}$/.test(text)) return undefined;
  const [, day, time, seconds = ':00'] = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?$/i.exec(text) ?? [];
  if (day !== undefined) return `${day}T${time}${seconds}Z`;
  const length = guessDuration(text.replace(/^\+\s*/, ''), 'm');
  return length && `+${length}`;
}

/** Part of a name means an operation only from this length on. */
const shortestPart = 4;

function findOperation(text: string): string | undefined {
  const holding = operationNames.filter((name) => text.length >= shortestPart && name.includes(text));
  return holding.length === 1 ? holding[0] : findNear(text, operationNames);
}
