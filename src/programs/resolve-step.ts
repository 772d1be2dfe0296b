import type { Deployment } from '../deployment/deployment.ts';
import type { Ended } from '../deployment/end-record.ts';
import { failureMarker, sharedMarker } from '../domain/marker.ts';
import type { ValuesOf } from '../domain/operations.ts';
import { decideEnding, type Ending } from '../domain/outcome.ts';
import type { RequestFor } from '../domain/request.ts';
import { mayBeRepeated, type Run } from '../domain/run.ts';
import { secondMs } from '../domain/time.ts';
import { findPages } from '../operations/find-pages.ts';
import { type Resolved, resolveByIds, resolveByKey } from '../operations/resolve.ts';
import { describeEndings } from '../report/ending.ts';
import { describeLeftOut } from '../report/left-out.ts';
import { info } from '../report/message.ts';
import { describeEndingVerdict } from '../report/verdict.ts';
import type { StatusPage } from '../statuspage/status-page.ts';
import { type Conclusion, concludeFailure, exitAfter, isFatal, type Policy, tellEnded } from './conclusion.ts';
import { nameRecords } from './find-targets.ts';
import { connect, type Tools, wordsOf } from './tools.ts';

const resolvingBudgetMs = 19 * secondMs;

/** Ends records that another step, job or run has opened. */
export async function resolveStep(
  tools: Tools,
  request: RequestFor<'resolve'>,
  run: Run,
  apiKey: string,
): Promise<Conclusion> {
  const { values } = request;
  const policy: Policy = { onApiError: values['on-api-error'], operation: 'resolve' };
  const statusPage = connect(tools, values, apiKey, resolvingBudgetMs);
  try {
    const { ended, leftOut } = await resolveTargets(tools, statusPage, values, run);
    const why = values.outcome === 'job' ? 'asked' : values.outcome;
    const fails = (one: Ended) => one.did === undefined && one.error !== undefined && isFatal(one.error, policy);
    const context = { why, isFatal: fails, now: statusPage.serverNow(), apiUrl: statusPage.apiUrl.href } as const;
    const messages = [
      ...leftOut.map(describeLeftOut),
      ...describeEndings(ended, context),
      ...(ended.every(({ doing }) => doing === 'recovering')
        ? [info('Nothing open was found for this `deployment-key`.')]
        : []),
    ];
    const verdict = describeEndingVerdict(ended, context);
    return { verdict, messages, ...tellEnded(ended), serverNow: context.now, ...exitAfter(ended.find(fails)) };
  } catch (error) {
    return concludeFailure('Looking up `status-page`', error, policy);
  }
}

/** Without an outcome the record is just ended, with the words of a success, which claim no more than that the update is complete. */
function endingOf(values: ValuesOf<'resolve'>): Ending {
  const { outcome, 'on-failure': onFailure, 'on-cancel': onCancel, recover } = values;
  return outcome === 'job'
    ? { action: 'resolve', why: 'success' }
    : decideEnding(outcome, onFailure, onCancel, recover);
}

async function resolveTargets(
  { clock }: Tools,
  statusPage: StatusPage,
  values: ValuesOf<'resolve'>,
  run: Run,
): Promise<Resolved> {
  const { id: ids, kind, 'deployment-key': key, 'status-page': names = [] } = values;
  const deployment: Deployment = {
    version: 1,
    stage: 'open',
    apiUrl: statusPage.apiUrl.href,
    own: false,
    key,
    startedAt: clock.now(),
    tag: run.tag,
    failure: { marker: failureMarker(run, key), lookFirst: mayBeRepeated(run) || key !== undefined },
    records: [],
  };
  const desk = { statusPage, words: wordsOf(values), deployment };
  const ending = endingOf(values);
  // Of a record that is named by its id, only the incident of a failure, this one or an earlier one, needs to know the page.
  const isNamed = ids !== undefined && kind !== undefined;
  const needsPages = !isNamed || ending.action === 'incident' || ending.recovers;
  const pages = needsPages ? await findPages(statusPage, names) : [];
  const named = nameRecords(values, pages);
  if (named !== undefined) return resolveByIds(desk, ending, named);
  return resolveByKey(desk, ending, { marker: sharedMarker(run, key), pages, kind });
}
