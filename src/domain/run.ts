import { createHash } from 'node:crypto';
import type { Kind } from './record.ts';
import { spellRepository } from './repository.ts';

/** Where a program runs: as a step on GitHub's runner, or as a command on a terminal, in a script or in another CI. */
export type HostKind = 'runner' | 'terminal';

/** What a person chose when they started the run. */
export interface Choices {
  /** The inputs of "Run workflow". */
  readonly inputs?: Readonly<Record<string, unknown>> | undefined;
  /** The environment of a deployment event. */
  readonly environment?: string | undefined;
}

/** Who we are inside the CI: one workflow run, or one pipeline, and the location of our step in it. */
export interface Run {
  /** Root address of the server that runs the CI, or that holds the repository, as `https://github.com`. */
  readonly server: string;
  readonly repository: string;
  /** File of the workflow, without the ref. */
  readonly workflow: string;
  /** The same in every attempt of a run. */
  readonly id: string;
  /** 1 for the first attempt; a re-run counts up. Undefined if the CI does not say. */
  readonly attempt: number | undefined;
  readonly job: string;
  /** The matrix leg as JSON; empty outside a matrix. */
  readonly leg: string;
  /** Tells two uses in one job apart; the same in main and post. */
  readonly step: string;
  /** The branch that the run was started for; undefined for a tag. A pull request has one of its own. */
  readonly branch?: string | undefined;
  /** What a person chose when they started the run. */
  readonly choices?: Choices | undefined;
  /** The words of a command, which tell it from another one in the same step. */
  readonly command?: string | undefined;
  /** Set if there is no CI around us, so that nothing but a deployment key leads from one run to the next. */
  readonly outsideCi?: boolean | undefined;
  /** The git tag that the run was started for. */
  readonly tag: string | undefined;
  /** The page of this run in the CI. */
  readonly url: string | undefined;
}

/** Whether an earlier attempt of this run may have left something on the page. */
export function mayBeRepeated({ attempt }: Run): boolean {
  return attempt !== 1;
}

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
