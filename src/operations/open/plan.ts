import type { Plan } from '../../deployment/plan.ts';
import type { Page } from '../../domain/page.ts';
import { failureReference, ownReference, sharedReference } from '../../domain/reference.ts';
import { mayBeRepeated, type Run } from '../../domain/run.ts';
import type { Start } from '../../domain/time.ts';
import { startOf } from '../../domain/time.ts';
import type { RequestFor } from '../../inputs/operations.ts';

export type OpenRequest = RequestFor<'open-maintenance'> | RequestFor<'open-incident'>;

/** What the inputs of an open operation want, for the pages that were found and the run that we are in. */
export function makePlan(request: OpenRequest, pages: readonly Page[], run: Run, now: Date): Plan {
  const { values } = request;
  const key = values['deployment-key'];
  const startAt = request.operation === 'open-maintenance' ? startOf(request.values.start, now) : now;
  const liesAhead = startAt > now;
  const own = values['auto-resolve'] ?? !liesAhead;
  const repeated = mayBeRepeated(run);
  const searchFirst = repeated || key !== undefined;
  const marked = <T>(reference: T) => (values.marker ? reference : undefined);
  const common = {
    pages,
    message: values.message,
    notifySubscribers: values['notify-subscribers'],
    own,
    key,
    searchFirst,
    mayHaveDuplicate: repeated || (!own && key !== undefined),
    reference: marked(own ? ownReference(run, key) : sharedReference(run, key)),
    failure: { reference: marked(failureReference(run, key)), searchFirst },
    tag: run.tag,
  };
  if (request.operation === 'open-incident') {
    const { title, state, 'component-id': componentId } = request.values;
    return { ...common, kind: 'incident', title, state, componentId, takeOver: undefined };
  }
  const { title, duration, 'on-failure': onFailure, 'on-cancel': onCancel, recover } = request.values;
  return {
    ...common,
    kind: 'maintenance',
    title: title ?? (liesAhead ? 'Scheduled maintenance' : 'Maintenance in progress'),
    startAt: isNow(request.values.start) ? undefined : startAt,
    durationMs: duration,
    takeOver: own && key !== undefined ? marked(sharedReference(run, key)) : undefined,
    mayRaiseIncident: own && [onFailure, onCancel].includes('incident'),
    mayRecover: own && recover,
  };
}

function isNow(start: Start): boolean {
  return 'afterMs' in start && start.afterMs === 0;
}
