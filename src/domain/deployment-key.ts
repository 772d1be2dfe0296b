import { createHash } from 'node:crypto';
import type { Kind } from './record.ts';
import { spellRepository } from './repository.ts';
import type { Choices, Run } from './run.ts';

/** Where a step is in its repository: the same in every run of it, another one for another branch, job, leg or choice. */
export interface StepLocation {
  readonly workflow: string;
  readonly branch: string;
  readonly job: string;
  readonly leg: string;
  readonly step: string;
  readonly choices: string;
}

/** The location of a step, which is the deployment key if the user gives none. Undefined outside a CI, because a command has none there. */
export function locateStep(run: Run): StepLocation | undefined {
  if (run.outsideCi) return undefined;
  const { workflow, branch = '', job, step } = run;
  return { workflow, branch, job, leg: spellLeg(run.leg), step, choices: spellChoices(run.choices) };
}

/**
 * The hash that stands for a deployment on the page: of the user's key, or of the step's own location. It covers the repository too, so that
 * two repositories with one key stay apart. Undefined if there is neither a key nor a location.
 */
export function hashKey(run: Run, key: string | undefined): string | undefined {
  const repository = spellRepository(run);
  if (key !== undefined) return hash(['key', repository, key], keyLength);
  const location = locateStep(run);
  if (location === undefined) return undefined;
  const { workflow, branch, job, leg, step, choices } = location;
  return hash(['place', repository, workflow, branch, job, leg, step, choices], keyLength);
}

/**
 * The hash of what opens a record within a run. Kind and title are part of it, because two uses of the action in one composite action have
 * the same step name.
 */
export function hashOwner(run: Run, kind: Kind, title: string): string {
  const { workflow, job, leg, step, command = '' } = run;
  return hash([workflow, job, spellLeg(leg), step, command, kind, title], ownerLength);
}

/** Characters of a hash, in base 36. With 8 of them, 10,000 keys on one page have a chance of 1 in 50,000 that any two are equal. */
export const keyLength = 8;
export const ownerLength = 6;

/** A hash of several names, as digits of base 36. The end of one name is never taken for the beginning of the next. */
export function hash(names: readonly string[], length: number): string {
  const digest = createHash('sha256').update(JSON.stringify(names)).digest('hex');
  return (BigInt(`0x${digest}`) % 36n ** BigInt(length)).toString(36).padStart(length, '0');
}

/** A matrix leg in one spelling, because the runner does not promise the order of its keys. `null` is what it gives outside a matrix. */
function spellLeg(json: string): string {
  if (json.trim() === '' || json.trim() === 'null') return '';
  try {
    return JSON.stringify(sortKeys(JSON.parse(json)));
  } catch {
    return json;
  }
}

/** An input that was left empty is not a choice, so a run with only such inputs is the same as a run without any. */
function spellChoices({ inputs = {}, environment = '' }: Choices = {}): string {
  const chosen = Object.entries(inputs).filter(([, value]) => value !== '' && value !== null && value !== undefined);
  const { length } = chosen;
  return length === 0 && environment === '' ? '' : JSON.stringify([sortKeys(Object.fromEntries(chosen)), environment]);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sortKeys(inner)]),
  );
}
