import { type DeploymentRecord, noRecord } from '../deployment/deployment.ts';
import { describeIncidentState } from '../domain/record.ts';
import { formatTime, liesAhead } from '../domain/time.ts';
import type { RecordOutputName } from '../inputs/outputs.ts';

type RecordOutputs = Record<Exclude<RecordOutputName, 'records'>, string>;

/** The outputs for the records of a step, in the order of its pages. */
export function toOutputs(records: readonly DeploymentRecord[], now: Date): Record<RecordOutputName, string> {
  const each = records.map((record) => outputsOf(record, now));
  const [first = blank] = each;
  const join = (name: keyof RecordOutputs) => each.map((one) => one[name]).join(',');
  const opened = each.some(({ id }) => id !== noRecord);
  return {
    ...first,
    id: opened ? join('id') : noRecord,
    'status-page-id': join('status-page-id'),
    url: each.some(({ url }) => url !== '') ? join('url') : '',
    records: JSON.stringify(each.map((one) => ({ ...one, created: one.created === 'true' }))),
  };
}

const blank: RecordOutputs = {
  id: noRecord,
  kind: '',
  'status-page-id': '',
  url: '',
  title: '',
  'start-at': '',
  'end-at': '',
  state: '',
  created: 'false',
  marker: '',
};

function outputsOf(record: DeploymentRecord, now: Date): RecordOutputs {
  const { kind, id, page, title, startAt, endAt, created, reference } = record;
  const about = { ...blank, kind, 'status-page-id': page.id, url: page.url ?? '', title };
  if (id === undefined || id === noRecord) return about;
  return {
    ...about,
    id,
    'start-at': startAt === undefined ? '' : formatTime(startAt),
    'end-at': endAt === undefined ? '' : formatTime(endAt),
    state: describeState(record, now),
    created: String(created),
    marker: reference ?? '',
  };
}

function describeState({ kind, startAt, endAt, state }: DeploymentRecord, now: Date): string {
  if (kind === 'incident') return state === undefined ? '' : describeIncidentState(state);
  if (startAt !== undefined && liesAhead(startAt, now)) return 'scheduled';
  // An end that was just set is the next full second.
  return endAt !== undefined && !liesAhead(endAt, now) ? 'past' : 'active';
}
