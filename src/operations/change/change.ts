import { secondMs } from '../../domain/time.ts';
import type { RequestFor } from '../../inputs/operations.ts';
import { error, type Message } from '../../messages/message.ts';
import type { StatusPage } from '../../statuspage/client.ts';
import { connect, type Dependencies } from '../dependencies.ts';
import { describeAhead, describeNothingOpen } from '../keyed.ts';
import { type Conclusion, concludeFailure, exitAfter, isFatal, type Policy } from '../step.ts';
import { describeLeftOut, fetchVisible, findTargets, type Targets } from '../targets.ts';
import type { Changed } from './apply.ts';
import { deleteEach, update } from './apply.ts';
import { describeChange, describeChangeVerdict } from './describe.ts';

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
    return concludeFailure('find the status page', error, policy, dependencies.host);
  }
  const changed = await change(statusPage, request, found);
  const fails = (one: Changed): one is Extract<Changed, { result: 'failed' }> =>
    one.result === 'failed' && isFatal(one.error, policy);
  const visible = await fetchVisible(
    statusPage,
    changed.map((one) => 'error' in one && one.error),
  );
  const background = { nameOf: dependencies.host.nameOf, visible };
  const now = statusPage.serverNow();
  const messages = [
    ...found.leftOut.map((one) => describeLeftOut(one, dependencies.host)),
    ...changed.map((one) => describeChange(one, operation, fails(one) ? 'error' : 'warning', now, background)),
    ...found.ahead.map(describeAhead),
    ...(changed.length === 0 ? [nothingOpen(operation, found)] : []),
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

function nothingOpen(operation: ChangeRequest['operation'], { over }: Targets): Message {
  const message = describeNothingOpen(over);
  return operation === 'update' ? error('nothing found', message.text) : message;
}
