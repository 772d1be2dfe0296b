import { operations } from '../domain/operations.ts';
import type { RequestFor } from '../domain/request.ts';
import type { Run } from '../domain/run.ts';
import { secondMs } from '../domain/time.ts';
import type { Changed } from '../operations/change.ts';
import { deleteEach } from '../operations/delete.ts';
import { update } from '../operations/update.ts';
import { describeChange, describeChangeVerdict } from '../report/changes.ts';
import { describeLeftOut } from '../report/left-out.ts';
import { info } from '../report/message.ts';
import type { StatusPage } from '../statuspage/status-page.ts';
import { type Conclusion, concludeFailure, exitAfter, isFatal, type Policy } from './conclusion.ts';
import { findTargets, type Targets } from './find-targets.ts';
import { connect, type Tools } from './tools.ts';

const changingBudgetMs = 19 * secondMs;

type ChangeRequest = RequestFor<'update'> | RequestFor<'delete'>;

/** Changes or deletes records that another step, job or run has opened. */
export async function changeStep(tools: Tools, request: ChangeRequest, run: Run, apiKey: string): Promise<Conclusion> {
  const { operation, values } = request;
  const policy: Policy = { onApiError: values['on-api-error'], operation };
  const statusPage = connect(tools, values, apiKey, changingBudgetMs);
  let found: Targets;
  try {
    found = await findTargets(statusPage, values, run, operation === 'update');
  } catch (error) {
    return concludeFailure('Looking up `status-page`', error, policy);
  }
  const changed = await change(statusPage, request, found);
  const fails = (one: Changed) => one.did === undefined && isFatal(one.error, policy);
  const now = statusPage.serverNow();
  const { doing } = operations[operation];
  const messages = [
    ...found.leftOut.map(describeLeftOut),
    ...changed.map((one) => describeChange(one, doing, fails(one) ? 'error' : 'warning', now)),
    ...(changed.length === 0 ? [info('Nothing open was found for this `deployment-key`.')] : []),
  ];
  const failed = changed.find(fails);
  const records = changed.map(({ record }) => record);
  return { verdict: describeChangeVerdict(changed), messages, records, serverNow: now, ...exitAfter(failed) };
}

function change(statusPage: StatusPage, request: ChangeRequest, { targets }: Targets): Promise<readonly Changed[]> {
  if (request.operation === 'delete') return deleteEach(statusPage, targets);
  const { title, message, state, duration: durationMs } = request.values;
  return update(statusPage, targets, { title, message, state, durationMs });
}
