import type { Plan } from '../deployment/plan.ts';
import type { Start } from '../domain/inputs.ts';
import { failureMarker, ownMarker, sharedMarker } from '../domain/marker.ts';
import type { Page } from '../domain/page.ts';
import type { RequestFor } from '../domain/request.ts';
import { mayBeRepeated, type Run } from '../domain/run.ts';
import { startOf } from '../domain/start.ts';

export type OpenRequest = RequestFor<'open-maintenance'> | RequestFor<'open-incident'>;

/** What the inputs of an open operation want, for the pages that were found and the run that we are in. */
export function makePlan(request: OpenRequest, pages: readonly Page[], run: Run, now: Date): Plan {
  const { values } = request;
  const key = values['deployment-key'];
  const startAt = request.operation === 'open-maintenance' ? startOf(request.values.start, now) : now;
  const liesAhead = startAt > now;
  const own = values['auto-resolve'] ?? !liesAhead;
  const repeated = mayBeRepeated(run);
  const lookFirst = repeated || key !== undefined;
  const marked = <T>(marker: T) => (values.marker ? marker : undefined);
  const common = {
    pages,
    message: values.message,
    notifySubscribers: values['notify-subscribers'],
    own,
    key,
    lookFirst,
    mayHaveTwin: repeated || (!own && key !== undefined),
    marker: marked(own ? ownMarker(run, key) : sharedMarker(run, key)),
    failure: { marker: marked(failureMarker(run, key)), lookFirst },
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
    takeOver: own && key !== undefined ? marked(sharedMarker(run, key)) : undefined,
    mayRaiseIncident: own && [onFailure, onCancel].includes('incident'),
    mayRecover: own && recover,
  };
}

function isNow(start: Start): boolean {
  return 'afterMs' in start && start.afterMs === 0;
}
