import type { Page } from '../../domain/page.ts';
import { later, minuteMs, secondMs } from '../../domain/time.ts';
import type { RequestFor } from '../../inputs/operations.ts';
import { fetchVisible, findPages } from '../../statuspage/find-pages.ts';
import { connect, type Dependencies } from '../dependencies.ts';
import { type Conclusion, concludeFailure, concludeQuietly, exitAfter, isFatal, type Policy } from '../step.ts';
import { describeSweep, describeSweepVerdict, describeSweptText, toSweepOutputs } from './describe.ts';
import { sweep } from './incidents.ts';

/** A sweep holds up no deploy, and GitHub's limits may keep it waiting. */
const sweepingBudgetMs = 5 * minuteMs;
/** What GitHub says last must leave time to resolve what it was about. */
const askingBudgetMs = sweepingBudgetMs - 30 * secondMs;

/** Resolves the incidents that runs left open when they died. */
export async function sweepStep(
  dependencies: Dependencies,
  { values }: RequestFor<'sweep'>,
  apiKey: string,
): Promise<Conclusion> {
  const { host, frame, clock } = dependencies;
  const policy: Policy = { onApiError: values['on-api-error'], operation: 'sweep' };
  const statusPage = connect(dependencies, values, apiKey, sweepingBudgetMs);
  let pages: readonly Page[];
  try {
    pages = await findPages(statusPage, values['status-page']);
  } catch (unknownPages) {
    return concludeFailure('look up the status page', unknownPages, policy, host);
  }
  const token = values['github-token'];
  const runs = host.workflowRuns({
    token,
    deadline: later(frame.startedAt, askingBudgetMs),
    clock,
    interruption: frame.interruption,
  });
  const found = await sweep(statusPage, pages, { runs, ownRunId: host.kind === 'runner' ? frame.run.id : undefined });
  const outputs = toSweepOutputs(values['dry-run'] ? undefined : found);
  if (frame.interruption.aborted) {
    return { ...concludeQuietly('Interrupted. Run it again to continue with what is left.'), outputs };
  }
  const fails = (thrown: unknown) => isFatal(thrown, policy);
  const failures = found.swept.filter((one) => one.result === 'failed').map(({ error }) => ({ error }));
  const blindness = found.blindness === undefined ? [] : [{ error: found.blindness }];
  const visible = await fetchVisible(
    statusPage,
    failures.map(({ error }) => error),
  );
  const failed = [...blindness, ...failures].find(({ error }) => fails(error));
  return {
    verdict: describeSweepVerdict(found),
    messages: describeSweep(found, fails, { ...host, visible }),
    records: found.swept.filter(({ result }) => result === 'resolved').map(({ record }) => record),
    said: describeSweptText(found),
    serverNow: statusPage.serverNow(),
    outputs,
    exit: exitAfter(failed),
  };
}
