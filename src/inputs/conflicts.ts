import type { HostKind } from '../domain/run.ts';
import { list } from '../domain/text.ts';
import { later, startOf } from '../domain/time.ts';
import type { NameOf } from './flags.ts';
import { inputs } from './inputs.ts';
import { type Given, isGiven, type OpenRequest, type Request, type ValuesOf } from './operations.ts';
import type { InputProblem } from './problems.ts';

/** Where the inputs were written. */
interface Written {
  readonly kind: HostKind;
  readonly nameOf: NameOf;
}

/** The last instant that RFC 3339 can write. */
const lastTime = new Date('9999-12-31T23:59:59Z');

/** Inputs that are valid alone and wrong together. Values that could not be read are missing here. */
export function findConflicts(request: Request, given: Given, now: Date, written: Written): readonly InputProblem[] {
  const { nameOf } = written;
  switch (request.operation) {
    case 'open-maintenance':
      return [...findConflictsOfOpening(request, given, written), ...findConflictsOfTimes(request.values, now)];
    case 'open-incident':
      return [...findConflictsOfOpening(request, given, written), ...findConflictsOfIncident(request.values)];
    case 'resolve':
      return [
        ...findMissingTarget(request.values, given, written),
        ...findConflictsOfResolve(request.values, given, nameOf),
      ];
    case 'update':
      return [
        ...findMissingTarget(request.values, given, written),
        ...findConflictsOfUpdate(request.values, given, nameOf),
      ];
    case 'delete':
      return findMissingTarget(request.values, given, written);
    case 'check':
    case 'sweep':
      return [];
    case 'gate':
      return findConflictsOfGate(request.values, given, nameOf);
  }
}

function findConflictsOfOpening(
  { operation, values }: OpenRequest,
  given: Given,
  { kind, nameOf }: Written,
): readonly InputProblem[] {
  const conflicts: InputProblem[] = [];
  const suggestion = kind === 'terminal' ? 'statuspage-me resolve' : 'operation: resolve';
  for (const input of ['id', 'kind'] as const) {
    if (isGiven(given, input)) {
      conflicts.push({ input, problem: `is not for ${operation}, which opens a new notice`, suggestion });
    }
  }
  if (given.state && inputs.state.schema.safeParse(given.state).data === '4') {
    conflicts.push({ input: 'state', problem: `cannot be resolved for ${operation}`, suggestion });
  }
  if (values['deployment-key'] !== undefined && values.marker === false) {
    const problem = `finds a notice by the reference in its message, which ${nameOf('marker')} turns off`;
    conflicts.push({ input: 'deployment-key', problem });
  }
  return conflicts;
}

function findConflictsOfTimes({ start, duration }: ValuesOf<'open-maintenance'>, now: Date): readonly InputProblem[] {
  if (start === undefined || duration === undefined) return [];
  const end = later(startOf(start, now), duration);
  if (end <= now) return [{ input: 'start', problem: 'is so long ago that the window would already be over' }];
  // This is also false if the sum is no valid date.
  if (end <= lastTime) return [];
  return [{ input: 'start', problem: 'is too far ahead: the window must end before the year 10000' }];
}

function findConflictsOfIncident(values: ValuesOf<'open-incident'>): readonly InputProblem[] {
  const conflicts: InputProblem[] = (['on-failure', 'on-cancel'] as const)
    .filter((name) => values[name] === 'incident')
    .map(incidentTwice);
  if (values['component-id'] !== undefined && (values['status-page']?.length ?? 0) > 1) {
    conflicts.push({ input: 'component-id', problem: 'belongs to one status page, but several are given' });
  }
  return conflicts;
}

function incidentTwice(input: 'on-failure' | 'on-cancel'): InputProblem {
  return { input, problem: 'can be incident only for a window. For an incident, write keep or resolve' };
}

/** An input for one kind is a mistake if the other kind is given. */
function findConflictsOfUpdate({ kind }: ValuesOf<'update'>, given: Given, nameOf: NameOf): readonly InputProblem[] {
  const conflicts: InputProblem[] = [];
  const sent = ['title', 'message', 'state', 'duration'] as const;
  if (!sent.some((name) => isGiven(given, name))) {
    const others = list(['title', 'state', 'duration'].map((name) => nameOf(name as (typeof sent)[number])));
    conflicts.push({ input: 'message', problem: `is missing, and so are ${others}: there is nothing to send` });
  }
  if (kind === 'maintenance' && isGiven(given, 'state')) {
    conflicts.push({ input: 'state', problem: 'is for incidents: a window has none' });
  }
  if (kind === 'incident' && isGiven(given, 'duration')) {
    conflicts.push({ input: 'duration', problem: 'is for windows: an incident ends when it is resolved' });
  }
  return conflicts;
}

/** An input that was given and could not be read has its own problem, so it is not missing. */
function findMissingTarget(
  values: Pick<ValuesOf<'resolve'>, 'id'>,
  given: Given,
  { kind, nameOf }: Written,
): readonly InputProblem[] {
  if (isGiven(given, 'id')) {
    const nothing = values.id?.every((id) => id === 'none');
    if (isGiven(given, 'kind') || nothing) return [];
    return [{ input: 'kind', problem: `is required with ${nameOf('id')}: maintenance or incident` }];
  }
  if (isGiven(given, 'deployment-key')) {
    if (isGiven(given, 'status-page')) return [];
    return [{ input: 'status-page', problem: `is required with ${nameOf('deployment-key')}` }];
  }
  const key = nameOf('deployment-key');
  if (kind === 'terminal') {
    const other = `${key} and ${nameOf('status-page')}`;
    return [{ input: 'id', problem: `and ${nameOf('kind')} must be given, or ${other}` }];
  }
  const causes = list(
    [
      'a typo in the expression',
      'a step or job that did not run',
      'a job output that is missing under outputs',
      'an output that the runner dropped because it contains a secret',
    ],
    'or',
  );
  return [{ input: 'id', problem: `is empty, and there is no ${key}. The usual causes of an empty id: ${causes}` }];
}

function findConflictsOfResolve(values: ValuesOf<'resolve'>, given: Given, nameOf: NameOf): readonly InputProblem[] {
  const conflicts: InputProblem[] = [];
  if (given.outcome === '') {
    const problem = 'is empty: its expression names no job or step. Leave it out to just end the notice';
    conflicts.push({ input: 'outcome', problem });
  }
  for (const name of ['on-failure', 'on-cancel'] as const) {
    if (values.kind === 'incident' && values[name] === 'incident') conflicts.push(incidentTwice(name));
  }
  if (values.recover === true && values.outcome === 'job') {
    conflicts.push({ input: 'recover', problem: `needs ${nameOf('outcome')}: only a success recovers` });
  }
  if (values.recover === true && values['deployment-key'] === undefined) {
    const key = nameOf('deployment-key');
    conflicts.push({ input: 'recover', problem: `needs ${key}: it says whose failures are meant` });
  }
  return conflicts;
}

/** A gate that checks nothing, or not what was meant, would always be open. */
function findConflictsOfGate(values: ValuesOf<'gate'>, given: Given, nameOf: NameOf): readonly InputProblem[] {
  if (isGiven(given, 'min-uptime')) return [];
  const checksNotices = values['allow-incidents'] !== true || values['allow-maintenance'] !== true;
  const nothing = `is true, so there is nothing to check. Add ${nameOf('min-uptime')}, or set ${nameOf('allow-maintenance')} to false`;
  const unused = (['monitors', 'uptime-period'] as const)
    .filter((name) => isGiven(given, name))
    .map((name) => nameOf(name));
  return [
    ...(checksNotices ? [] : [{ input: 'allow-incidents', problem: nothing } as const]),
    ...(unused.length === 0 ? [] : [{ input: 'min-uptime', problem: `is required with ${list(unused)}` } as const]),
  ];
}
