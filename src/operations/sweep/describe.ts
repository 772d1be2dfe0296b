import { describePage } from '../../domain/page.ts';
import { abandonedMessage, list } from '../../domain/text.ts';
import { WorkflowRunsError } from '../../domain/workflow-runs.ts';
import { describeFailure } from '../../messages/failure.ts';
import { error, info, type Message, warning } from '../../messages/message.ts';
import { describeRecord } from '../../messages/record.ts';
import { forLog } from '../../messages/sanitize.ts';
import { StatusPageError } from '../../statuspage/errors.ts';
import type { Sweep, SweepDid, Swept } from './incidents.ts';

/** Whether an error fails the step; else it is a warning. */
type IsFatal = (thrown: unknown) => boolean;

/** What is said of a sweep: a line for each incident that was resolved, one for all that were not, and one message for each cause of code. */
export function describeSweep({ swept, incomplete, blindness }: Sweep, isFatal: IsFatal): readonly Message[] {
  const resolved = swept.filter(({ did }) => did === 'resolved');
  return [
    ...resolved.map(({ record, runId }) =>
      info(`Resolved ${describeRecord(record)}: the run ${runId} ended without closing it.`),
    ),
    info(describeLeft(swept)),
    ...incomplete.map((page) => info(`The list of incidents on ${forLog(describePage(page))} may not have shown all.`)),
    ...describeFailures(swept, isFatal),
    ...(blindness === undefined
      ? []
      : [(isFatal(blindness) ? error : warning)(describeFailure('Asking GitHub about the runs', blindness))]),
  ];
}

/** The first line of the summary. */
export function describeSweepVerdict({ swept, blindness }: Sweep): string {
  const count = swept.filter(({ did }) => did === 'resolved').length;
  const done =
    count === 0 ? 'No incident of a dead run was resolved.' : `Resolved ${count} ${incidents(count)} of dead runs.`;
  const whole = blindness === undefined && swept.every(({ did }) => did !== undefined);
  return whole ? done : `NOT ALL WAS DONE. ${done} What is missing stands in the annotation of this step.`;
}

/** What visitors read where an incident was resolved; undefined where none was. */
export function describeSweptText({ swept }: Sweep): string | undefined {
  return swept.some(({ did }) => did === 'resolved') ? abandonedMessage : undefined;
}

/** The output: what was resolved, by id. Without a sweep there was nothing. */
export function toSweepOutputs({ swept }: Pick<Sweep, 'swept'> = { swept: [] }): { readonly swept: string } {
  const ids = swept.filter(({ did }) => did === 'resolved').map(({ record }) => record.id);
  return { swept: ids.join(',') };
}

const reasons: Readonly<Record<Exclude<SweepDid, 'resolved'>, string>> = {
  'in-progress': 'of a run in progress',
  'unknown-run': 'of a run that GitHub does not know in this repository',
  touched: 'that its post step or people have written on',
  unclear: 'that does not show who has written on it',
  'not-ours': 'that no step opened for itself',
  over: 'that was resolved meanwhile',
};

function describeLeft(swept: readonly Swept[]): string {
  const counted = Object.entries(reasons).flatMap(([did, reason]) => {
    const count = swept.filter((one) => one.did === did).length;
    return count === 0 ? [] : [`${count} ${reason}`];
  });
  return counted.length === 0 ? 'No other open incident was found.' : `Left as they are: ${list(counted)}.`;
}

function describeFailures(swept: readonly Swept[], isFatal: IsFatal): readonly Message[] {
  const causes = new Map<string, Swept[]>();
  for (const one of swept) {
    if (one.error === undefined) continue;
    const cause = nameCause(one);
    causes.set(cause, [...(causes.get(cause) ?? []), one]);
  }
  return [...causes.values()].map((group) => describeFailed(group, isFatal));
}

function describeFailed(group: readonly Swept[], isFatal: IsFatal): Message {
  const [first] = group as readonly [Swept, ...Swept[]];
  const level = isFatal(first.error) ? error : warning;
  return level(describeFailure(describeDoing(group), first.error, { page: first.record.page }));
}

/** What has one cause is told once; how long GitHub's limit lasts differs from one question to the next. */
function nameCause({ record, error: thrown }: Swept): string {
  if (thrown instanceof WorkflowRunsError) return thrown.code;
  const place = record.id === undefined ? 'list' : 'incident';
  // The path of a call differs from one incident to the next, and so does the time that it took.
  return thrown instanceof StatusPageError
    ? [place, thrown.code, thrown.status, thrown.serverMessage, thrown.call.scope].join(' ')
    : describeFailure(place, thrown);
}

const mostNamed = 3;

function describeDoing(group: readonly Swept[]): string {
  const [{ record }] = group as readonly [Swept, ...Swept[]];
  if (record.id === undefined) {
    return `Listing the incidents on ${list(group.map((one) => forLog(describePage(one.record.page))))}`;
  }
  if (group.length > mostNamed) return `Sweeping ${group.length} incidents`;
  return `Sweeping ${list(group.map((one) => describeRecord(one.record)))}`;
}

function incidents(count: number): string {
  return count === 1 ? 'incident' : 'incidents';
}
