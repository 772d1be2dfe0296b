import type { Page } from '../../domain/page.ts';
import type { Run } from '../../domain/run.ts';
import { later, minuteMs, secondMs } from '../../domain/time.ts';
import type { RequestFor } from '../../inputs/operations.ts';
import { connect, type Dependencies } from '../dependencies.ts';
import { type Conclusion, concludeFailure, concludeQuietly, exitAfter, isFatal, type Policy } from '../step.ts';
import { findPages } from '../targets.ts';
import { describeSweep, describeSweepVerdict, describeSweptText, toSweepOutputs } from './describe.ts';
import { sweep } from './incidents.ts';

/** A sweep holds up no deploy, and GitHub's limits may keep it waiting. */
const sweepingBudgetMs = 5 * minuteMs;
/** What GitHub says last must leave time to resolve what it was about. */
const askingBudgetMs = sweepingBudgetMs - 30 * secondMs;

/** Resolves the incidents of dead runs. */
export async function sweepStep(
  dependencies: Dependencies,
  { values }: RequestFor<'sweep'>,
  run: Run,
  apiKey: string,
): Promise<Conclusion> {
  const { host, clock } = dependencies;
  const policy: Policy = { onApiError: values['on-api-error'], operation: 'sweep' };
  const statusPage = connect(dependencies, values, apiKey, sweepingBudgetMs);
  let pages: readonly Page[];
  try {
    pages = await findPages(statusPage, values['status-page']);
  } catch (unknownPages) {
    return concludeFailure('Looking up `status-page`', unknownPages, policy);
  }
  const token = values['github-token'];
  const runs = host.workflowRuns({ token, deadline: later(host.startedAt, askingBudgetMs), clock });
  const found = await sweep(statusPage, pages, { runs, ownRunId: host.kind === 'runner' ? run.id : undefined });
  const outputs = toSweepOutputs(values['dry-run'] ? undefined : found);
  if (host.interruption.aborted) {
    return { ...concludeQuietly('Told to stop; run it again, and it goes on with what is left.'), outputs };
  }
  const fails = (thrown: unknown) => isFatal(thrown, policy);
  const failed = [{ error: found.blindness }, ...found.swept].find(({ error }) => error !== undefined && fails(error));
  return {
    verdict: describeSweepVerdict(found),
    messages: describeSweep(found, fails),
    records: found.swept.filter(({ did }) => did === 'resolved').map(({ record }) => record),
    said: describeSweptText(found),
    serverNow: statusPage.serverNow(),
    outputs,
    ...exitAfter(failed),
  };
}
