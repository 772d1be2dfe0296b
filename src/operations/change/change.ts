import type { Background } from '../../domain/errors.ts';
import { secondMs } from '../../domain/time.ts';
import type { OperationName } from '../../inputs/inputs.ts';
import type { RequestFor } from '../../inputs/operations.ts';
import { describeFailure, error, info, type Message, type Problem, titleOf } from '../../messages/message.ts';
import { describeAnnounced, describeRecord } from '../../messages/record.ts';
import { heading } from '../../messages/verdict.ts';
import type { StatusPage } from '../../statuspage/client.ts';
import { fetchVisible } from '../../statuspage/find-pages.ts';
import { connect, type Dependencies } from '../dependencies.ts';
import type { Host } from '../host.ts';
import { describeAhead, describeNothingOpen } from '../keyed.ts';
import { type Conclusion, concludeFailure, exitAfter, isFatal, type Policy } from '../step.ts';
import { describeLeftOut, findTargets, type Targets } from '../targets.ts';
import { type Changed, deleteEach, update } from './apply.ts';

const changingBudgetMs = 19 * secondMs;

type ChangeRequest = RequestFor<'update'> | RequestFor<'delete'>;

/** Changes or deletes records that another step, job or run has opened. */
export async function changeStep(
  dependencies: Dependencies,
  request: ChangeRequest,
  apiKey: string,
): Promise<Conclusion> {
  const { operation, values } = request;
  const policy: Policy = { onApiError: values['on-api-error'], operation };
  const statusPage = connect(dependencies, values, apiKey, changingBudgetMs);
  let found: Targets;
  try {
    found = await findTargets(statusPage, values, dependencies.frame.run, operation === 'update');
  } catch (error) {
    return concludeFailure('look up the status page', error, policy, dependencies.host);
  }
  const changed = await change(statusPage, request, found);
  const fails = (one: Changed): one is Extract<Changed, { result: 'failed' }> =>
    one.result === 'failed' && isFatal(one.error, policy);
  const visible = await fetchVisible(
    statusPage,
    changed.map((one) => 'error' in one && one.error),
  );
  const background = { ...dependencies.host, visible };
  const now = statusPage.serverNow();
  const messages = [
    ...found.leftOut.map((one) => describeLeftOut(one, dependencies.host)),
    ...changed.map((one) => describeChange(one, operation, fails(one) ? 'error' : 'warning', now, background)),
    ...found.ahead.map(describeAhead),
    ...(changed.length === 0 ? [describeNothing(request, found, dependencies.host)] : []),
  ];
  const records = changed.map(({ record }) => record);
  return {
    verdict: describeChangeVerdict(changed),
    messages,
    records,
    serverNow: now,
    exit: nothingToUpdate(operation, changed) ? 'not-found' : exitAfter(changed.find(fails)),
  };
}

function change(statusPage: StatusPage, request: ChangeRequest, { targets }: Targets): Promise<readonly Changed[]> {
  if (request.operation === 'delete') return deleteEach(statusPage, targets);
  const { title, message, state, duration: durationMs } = request.values;
  return update(statusPage, targets, { title, message, state, durationMs });
}

/** An update that finds nothing has not done what it was asked to. */
function nothingToUpdate(operation: ChangeRequest['operation'], changed: readonly Changed[]): boolean {
  return operation === 'update' && changed.length === 0;
}

/** If nothing is open, the text of an update reaches nobody: that is an error, which says what to do with it. A window that is over cannot be made longer. */
function describeNothing(request: ChangeRequest, { over }: Targets, { nameOf }: Pick<Host, 'nameOf'>): Message {
  const message = describeNothingOpen(over);
  if (request.operation === 'delete') return message;
  const [last] = over;
  if (last === undefined) return error('nothing found', message.text);
  const { title, message: text } = request.values;
  const hasText = title !== undefined || text !== undefined;
  const undone = hasText ? 'Your text was not published' : 'Nothing was changed';
  const opening = last.kind === 'maintenance' ? 'open-maintenance' : 'open-incident';
  const byId = ` To change this one all the same, use ${nameOf('id', last.id)} and ${nameOf('kind', last.kind)}.`;
  return error(
    'nothing found',
    `${undone}, because ${describeRecord(last)} is over already. Open a new notice with ${opening}.${hasText || last.kind === 'incident' ? byId : ''}`,
  );
}

/** Describes what became of a change; `level` is that of a failure. */
function describeChange(
  changed: Changed,
  operation: OperationName,
  level: Problem['level'],
  now: Date,
  background: Background,
): Message {
  const { record } = changed;
  const what = describeRecord(record);
  switch (changed.result) {
    case 'updated':
      return info(`Updated ${what}: ${describeAnnounced(record, now)}.`);
    case 'deleted':
      return info(`Deleted ${what}, from the page and its history.`);
    case 'missing':
      return info(`Nothing to delete: ${what} no longer exists, or this key cannot see it.`);
    case 'not-meant':
      return info(`Left ${what} as it is: none of the inputs apply to its kind.`);
    case 'failed':
      return {
        level,
        title: titleOf(changed.error),
        text: describeFailure(`${operation} ${what}`, changed.error, { ...background, page: record.page }),
      };
  }
}

/** The heading of the summary of a change: `✅ Acme: incident updated`, or numbers for several notices. */
function describeChangeVerdict(changed: readonly Changed[]): string {
  const words = { updated: 'updated', deleted: 'deleted', missing: 'already gone', failed: 'not changed' } as const;
  const results = Object.keys(words) as readonly (keyof typeof words)[];
  const counted = results.flatMap((result) => {
    const count = changed.filter((one) => one.result === result).length;
    return count === 0 ? [] : [{ count, word: words[result] }];
  });
  const meant = changed.filter(({ result }) => result !== 'not-meant').map(({ record }) => record);
  const [only] = meant;
  if (only === undefined) return '⚠️ Nothing to change was found';
  const sign = changed.some(({ result }) => result === 'failed') ? '❌' : '✅';
  const thing = only.kind === 'maintenance' ? 'maintenance' : 'incident';
  const what =
    meant.length === 1
      ? counted.map(({ word }) => `${thing} ${word}`)
      : counted.map(({ count, word }) => `${count} ${word}`);
  return heading(sign, what.join(', '), meant);
}
