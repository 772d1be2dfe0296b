import type { DeploymentRecord } from '../deployment/deployment.ts';
import { describeIncidentState } from '../domain/record.ts';
import { liesAhead } from '../domain/time.ts';
import type { Outputs, RecordOutput } from '../inputs/outputs.ts';

/** The outputs for the records of a step, in the order of its pages; single ones are the first page's. */
export function toOutputs(records: readonly DeploymentRecord[], now: Date): Outputs {
  const each = records.map((record) => toRecordOutput(record, now));
  const [first] = each;
  return {
    id: each.map(({ id }) => id),
    kind: first?.kind,
    'status-page-id': each.map((one) => one['status-page-id']),
    url: each.map(({ url }) => url),
    title: first?.title,
    'start-at': first?.['start-at'],
    'end-at': first?.['end-at'],
    state: first?.state,
    created: first?.created ?? false,
    marker: first?.marker,
    records: each,
  };
}

function toRecordOutput(record: DeploymentRecord, now: Date): RecordOutput {
  const { kind, id, page, title, startAt, endAt, created, reference } = record;
  const isOpen = id !== undefined;
  return {
    id,
    kind,
    'status-page-id': page?.id,
    url: page?.url,
    title,
    'start-at': isOpen ? startAt : undefined,
    'end-at': isOpen ? endAt : undefined,
    state: isOpen ? describeState(record, now) : undefined,
    created: isOpen && created,
    marker: isOpen ? reference : undefined,
  };
}

function describeState({ kind, startAt, endAt, state }: DeploymentRecord, now: Date): string | undefined {
  if (kind === 'incident') return state === undefined ? undefined : describeIncidentState(state);
  if (startAt !== undefined && liesAhead(startAt, now)) return 'scheduled';
  // An end that was just set is the next full second.
  return endAt !== undefined && !liesAhead(endAt, now) ? 'past' : 'active';
}
