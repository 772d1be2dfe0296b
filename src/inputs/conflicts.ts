import type { HostKind } from '../domain/run.ts';
import { list } from '../domain/text.ts';
import { later, startOf } from '../domain/time.ts';
import { inputs } from './inputs.ts';
import type { ValuesOf } from './operations.ts';
import { type Given, isGiven, type Request, type RequestFor } from './operations.ts';

type OpenRequest = RequestFor<'open-maintenance'> | RequestFor<'open-incident'>;

/** The last instant that RFC 3339 can write. */
const lastTime = new Date('9999-12-31T23:59:59Z');

/** Inputs that are right one by one and wrong together, a sentence for each. Values that could not be read are missing here. */
export function findConflicts(request: Request, given: Given, now: Date, place: HostKind): readonly string[] {
  switch (request.operation) {
    case 'open-maintenance':
      return [...findConflictsOfOpening(request, given), ...findConflictsOfTimes(request.values, now)];
    case 'open-incident':
      return [...findConflictsOfOpening(request, given), ...findConflictsOfIncident(request.values)];
    case 'resolve':
      return [...findMissingTarget(request.values, given, place), ...findConflictsOfResolve(request.values, given)];
    case 'update':
      return [...findMissingTarget(request.values, given, place), ...findConflictsOfUpdate(request.values, given)];
    case 'delete':
      return findMissingTarget(request.values, given, place);
    case 'check':
    case 'sweep':
      return [];
    case 'gate':
      return findConflictsOfGate(request.values, given);
  }
}

function findConflictsOfOpening({ operation, values }: OpenRequest, given: Given): readonly string[] {
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
  return [...conflicts, ...findConflictsOfRecover(values, given)];
}

function findConflictsOfTimes({ start, duration }: ValuesOf<'open-maintenance'>, now: Date): readonly string[] {
  if (start === undefined || duration === undefined) return [];
  const end = later(startOf(start, now), duration);
  if (end <= now) return ['start: with this duration the window would be over already'];
  // Also where the sum is no date at all.
  return end <= lastTime ? [] : ['start: lies too far ahead; expected a window that ends before the year 10000'];
}

function findConflictsOfIncident(values: ValuesOf<'open-incident'>): readonly string[] {
  const conflicts = (['on-failure', 'on-cancel'] as const)
    .filter((name) => values[name] === 'incident')
    .map((name) => `${name}: incident is for windows; expected keep or resolve`);
  if (values['component-id'] !== undefined && (values['status-page']?.length ?? 0) > 1) {
    conflicts.push('component-id: belongs to one page; expected a single status-page');
  }
  return conflicts;
}

/** What is for one kind alone is a mistake where the other kind is named. */
function findConflictsOfUpdate({ kind }: ValuesOf<'update'>, given: Given): readonly string[] {
  const conflicts: string[] = [];
  const sent = ['title', 'message', 'state', 'duration'] as const;
  if (!sent.some((name) => isGiven(given, name))) {
    conflicts.push('message: nothing to send; expected one of title, message, state and duration');
  }
  if (kind === 'maintenance' && isGiven(given, 'state')) conflicts.push('state: is for incidents; a window has none');
  if (kind === 'incident' && isGiven(given, 'duration')) {
    conflicts.push('duration: is for windows; an incident ends when it is resolved');
  }
  return conflicts;
}

/** What was given and could not be read has its own message, so it is not missing. */
function findMissingTarget(values: Pick<ValuesOf<'resolve'>, 'id'>, given: Given, place: HostKind): readonly string[] {
  if (isGiven(given, 'id')) {
    const nothing = values.id?.every((id) => id === 'none');
    return isGiven(given, 'kind') || nothing ? [] : ['kind: required with id; expected maintenance or incident'];
  }
  if (isGiven(given, 'deployment-key')) {
    return isGiven(given, 'status-page')
      ? []
      : ['status-page: required with deployment-key, which is looked for on a page'];
  }
  if (place === 'terminal') return ['id: required, with kind; or else deployment-key, with status-page'];
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
  if (values.recover === true && values.outcome === 'job') {
    conflicts.push('recover: needs outcome, which tells whether the deployment has succeeded');
  }
  return [...conflicts, ...findConflictsOfRecover(values, given)];
}

/** What speaks against resolving the incidents of earlier failures, by whatever begins or ends a deployment. */
export function findConflictsOfRecover(
  { recover }: Pick<ValuesOf<'resolve'>, 'recover'>,
  given: Given,
): readonly string[] {
  if (recover !== true || isGiven(given, 'deployment-key')) return [];
  return ['recover: needs a deployment-key, by which the incidents of earlier failures are found'];
}

/** A gate that would not look at what was meant is none. */
function findConflictsOfGate(values: ValuesOf<'gate'>, given: Given): readonly string[] {
  if (isGiven(given, 'min-uptime')) return [];
  const looksAtRecords = values['allow-incidents'] !== true || values['allow-maintenance'] !== true;
  const nothing = 'allow-incidents: true leaves nothing to look at; give min-uptime or allow-maintenance: false';
  const unused = (['monitors', 'uptime-period'] as const).filter((name) => isGiven(given, name));
  return [
    ...(looksAtRecords ? [] : [nothing]),
    ...(unused.length === 0 ? [] : [`min-uptime: required with ${list(unused)}`]),
  ];
}
