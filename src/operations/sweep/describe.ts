import type { Background } from '../../domain/errors.ts';
import { describePage } from '../../domain/page.ts';
import { abandonedMessage, list } from '../../domain/text.ts';
import { causeOf, describeFailure, error, info, type Message, titleOf, warning } from '../../messages/message.ts';
import type { Outputs } from '../../messages/outputs.ts';
import { describeRecord } from '../../messages/record.ts';
import { forLog } from '../../messages/sanitize.ts';
import type { Sweep, SweepResult, Swept } from './incidents.ts';

/** Whether an error fails the step; else it is a warning. */
type IsFatal = (thrown: unknown) => boolean;

/** What is said of a sweep: a line for each incident that was resolved, one for all that were not, and one message for each cause. */
export function describeSweep(
  { swept, incomplete, unproved, blindness }: Sweep,
  isFatal: IsFatal,
  background: Background,
): readonly Message[] {
  const resolved = swept.filter(({ result }) => result === 'resolved');
  return [
    ...resolved.map(({ record, runId }) =>
      info(`Resolved ${describeRecord(record)}: run ${runId} ended without resolving it.`),
    ),
    ...describeSpared(swept),
    ...incomplete.map((page) => info(`The list of incidents on ${forLog(describePage(page))} may not have shown all.`)),
    ...unproved.map((page) =>
      info(
        `The list of incidents on ${forLog(describePage(page))} is empty; the key may not read pages, so it may not see this one.`,
      ),
    ),
    ...describeFailures(swept, isFatal, background),
    ...(blindness === undefined
      ? []
      : [
          (isFatal(blindness) ? error : warning)(
            titleOf(blindness),
            describeFailure('ask GitHub about the runs', blindness, background),
          ),
        ]),
  ];
}

/** The first line of the summary. */
export function describeSweepVerdict({ swept, incomplete, unproved, blindness }: Sweep): string {
  const count = swept.filter(({ result }) => result === 'resolved').length;
  const done = `Resolved ${count} ${incidents(count)} left open by runs that died`;
  if (blindness !== undefined || swept.some(({ result }) => result === 'failed')) {
    return `⚠️ Partly failed. ${count === 0 ? 'No incident was resolved' : done}`;
  }
  if (count === 0 && incomplete.length + unproved.length > 0)
    return '⚠️ No incident left open by a run that died was found, but the lists may not have shown all';
  return `✅ ${count === 0 ? 'No incident was left open by a run that died' : done}`;
}

/** What visitors read if an incident was resolved; undefined if none was. */
export function describeSweptText({ swept }: Sweep): string | undefined {
  return swept.some(({ result }) => result === 'resolved') ? abandonedMessage : undefined;
}

/** The output: what was resolved, by id. Without a sweep there was nothing. */
export function toSweepOutputs({ swept }: Pick<Sweep, 'swept'> = { swept: [] }): Outputs {
  const ids = swept.filter(({ result }) => result === 'resolved').map(({ record }) => record.id);
  return { swept: ids };
}

const reasons: Readonly<Record<Exclude<SweepResult, 'resolved'>, string>> = {
  'in-progress': 'of a run in progress',
  'unknown-run': 'of a run that GitHub does not know in this repository',
  touched: 'that the post step or a person has edited',
  unclear: 'that does not show who edited it',
  'not-ours': 'that no step opened for itself',
  over: 'that was resolved meanwhile',
};

/** What was left on purpose. That there is nothing else is only said if every page was listed and every incident resolved. */
function describeSpared(swept: readonly Swept[]): readonly Message[] {
  const counted = Object.entries(reasons).flatMap(([result, reason]) => {
    const count = swept.filter((one) => one.result === result).length;
    return count === 0 ? [] : [`${count} ${reason}`];
  });
  if (counted.length > 0) return [info(`Left as they are: ${list(counted)}.`)];
  return swept.some(({ result }) => result === 'failed') ? [] : [info('No other open incident was found.')];
}

function describeFailures(swept: readonly Swept[], isFatal: IsFatal, background: Background): readonly Message[] {
  const failures = swept.filter((one): one is FailedSweep => one.result === 'failed');
  // Listing a page and resolving an incident get separate messages.
  const groups = Map.groupBy(failures, ({ record, error: thrown }) => `${record.id === undefined} ${causeOf(thrown)}`);
  return [...groups.values()].map((group) => describeFailed(group, isFatal, background));
}

type FailedSweep = Extract<Swept, { readonly result: 'failed' }>;

function describeFailed(group: readonly FailedSweep[], isFatal: IsFatal, background: Background): Message {
  const [first] = group as readonly [FailedSweep, ...FailedSweep[]];
  const level = isFatal(first.error) ? error : warning;
  return level(
    titleOf(first.error),
    describeFailure(describeDoing(group), first.error, { ...background, page: first.record.page }),
  );
}

const mostNamed = 3;

function describeDoing(group: readonly Swept[]): string {
  const [{ record }] = group as readonly [Swept, ...Swept[]];
  if (record.id === undefined) {
    return `list the incidents on ${list(group.map((one) => forLog(one.record.page === undefined ? '' : describePage(one.record.page))))}`;
  }
  if (group.length > mostNamed) return `sweep ${group.length} incidents`;
  return `sweep ${list(group.map((one) => describeRecord(one.record)))}`;
}

function incidents(count: number): string {
  return count === 1 ? 'incident' : 'incidents';
}
