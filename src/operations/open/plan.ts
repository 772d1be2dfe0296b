import type { Deployment } from '../../deployment/deployment.ts';
import { identityOf } from '../../deployment/end-record.ts';
import type { Plan } from '../../deployment/plan.ts';
import type { RememberedRecord } from '../../deployment/record-by-id.ts';
import {
  encodeRun,
  formatReference,
  type OwnReference,
  type Reference,
  randomLength,
} from '../../domain/deployment-reference.ts';
import type { Page } from '../../domain/page.ts';
import type { Kind } from '../../domain/record.ts';
import { hash, hashKey, hashOwner, keyLength, mayBeRepeated, type Run } from '../../domain/run.ts';
import { floorSecond, type Start, startOf } from '../../domain/time.ts';
import type { OpenRequest } from '../../inputs/operations.ts';

/** What a plan is made for: the pages that were found, our run, the present, and a number from 0 up to 1. */
export interface PlanContext {
  readonly pages: readonly Page[];
  readonly run: Run;
  readonly now: Date;
  readonly random: () => number;
  /** The same deployment, if a file remembers that it was started before. */
  readonly earlier?: Deployment | undefined;
}

/** What the inputs of an open operation want. */
export function makePlan(request: OpenRequest, { pages, run, now, random, earlier }: PlanContext): Plan {
  const { values } = request;
  const key = values['deployment-key'];
  const startAt = request.operation === 'open-maintenance' ? startOf(request.values.start, now) : now;
  const liesAhead = startAt > now;
  const own = values['auto-resolve'] ?? !liesAhead;
  const kind: Kind = request.operation === 'open-maintenance' ? 'maintenance' : 'incident';
  const title = values.title ?? (liesAhead ? 'Scheduled maintenance' : 'Maintenance in progress');
  const fresh = values.marker ? identify(run, key, { kind, title, now, random }) : undefined;
  // Outside a CI nothing else shows that the two are one.
  const continues = run.outsideCi && earlier ? identityOf(earlier) : undefined;
  const remembered = openRecordsOf(earlier, kind);
  const identity = fresh && continues ? continueAs(fresh, continues) : fresh;
  const common = {
    pages,
    title,
    message: values.message,
    notifySubscribers: values['notify-subscribers'],
    own,
    hasKey: key !== undefined,
    identity,
    // Whoever does not end the record by itself must not have it superseded either.
    reference: identity && (own ? identity : sharedReference(identity, key !== undefined)),
    mayBeRepeated: mayBeRepeated(run) || continues !== undefined || remembered.length > 0,
    remembered,
    tag: run.tag,
  };
  if (request.operation === 'open-incident') {
    const { state, 'component-id': componentId } = request.values;
    return { ...common, kind: 'incident', state, componentId };
  }
  const { duration, 'on-failure': onFailure, 'on-cancel': onCancel } = request.values;
  return {
    ...common,
    kind: 'maintenance',
    startAt: isNow(request.values.start) ? undefined : startAt,
    durationMs: duration,
    mayOpenIncident: own && [onFailure, onCancel].includes('incident'),
  };
}

/** Our reference as a later attempt of the same deployment. With another title it is the next run, which ends what this one has left. */
function continueAs(fresh: OwnReference, continues: OwnReference): OwnReference {
  const next = { ...fresh, key: continues.key };
  return fresh.owner === continues.owner ? { ...next, run: continues.run, attempt: undefined } : next;
}

function openRecordsOf(earlier: Deployment | undefined, kind: Kind): readonly RememberedRecord[] {
  return (earlier?.records ?? []).flatMap((record) =>
    record.stage === 'open' && record.kind === kind && record.page !== undefined
      ? [{ id: record.id, pageId: record.page.id, createdAt: record.created ? earlier?.startedAt : undefined }]
      : [],
  );
}

/** The reference of a record that its step does not end. Without a user's key nobody else is to find it, so it has a key of its own. */
function sharedReference(identity: OwnReference, hasKey: boolean): Reference {
  const key = hasKey ? identity.key : hash(['alone', formatReference(identity)], keyLength);
  return { of: identity.of, key, run: identity.run };
}

interface Opening {
  readonly kind: Kind;
  readonly title: string;
  readonly now: Date;
  readonly random: () => number;
}

/** The reference of a step that opens something now. Without a key and without a CI each command is a deployment of its own. */
export function identify(run: Run, key: string | undefined, { kind, title, now, random }: Opening): OwnReference {
  return {
    of: 'deployment',
    key: hashKey(run, key) ?? hash(['run', run.id], keyLength),
    run: encodeRun(run.id),
    attempt: run.attempt,
    owner: hashOwner(run, kind, title),
    openedAt: floorSecond(now),
    random: Math.floor(random() * 36 ** randomLength)
      .toString(36)
      .padStart(randomLength, '0'),
  };
}

function isNow(start: Start): boolean {
  return 'afterMs' in start && start.afterMs === 0;
}
