import type { Exit } from '../../domain/errors.ts';
import { type Grants, type Scope, scopes } from '../../domain/scope.ts';
import { secondMs } from '../../domain/time.ts';
import { operations, type RequestFor } from '../../inputs/operations.ts';
import { info } from '../../messages/message.ts';
import type { StatusPage } from '../../statuspage/client.ts';
import { StatusPageError } from '../../statuspage/errors.ts';
import { judgeProbe, type ScopeProbe } from '../../statuspage/probe.ts';
import { connect, type Dependencies } from '../dependencies.ts';
import { type Conclusion, concludeFailure, failsJob, type Policy } from '../step.ts';
import {
  describeCheckLines,
  describeCheckTables,
  describeCheckVerdict,
  describeJudgement,
  describeUnread,
  toCheckOutputs,
} from './describe.ts';
import { judgeKey, type KeyCheck, type KeyJudgement } from './judge.ts';

const checkingBudgetMs = 19 * secondMs;

/** A missing scope decides; then one that could not be found out, which may be the reason for the rest. */
function exitOfJudgement({ missing, unclear }: KeyJudgement): Exit {
  if (missing.length > 0) return 'scope-missing';
  return unclear.length > 0 ? 'unreachable' : 'not-found';
}

/** Shows what a key can do, and fails if that is less than what is required. */
export async function checkStep(
  dependencies: Dependencies,
  { values }: RequestFor<'check'>,
  apiKey: string,
): Promise<Conclusion> {
  const policy: Policy = { onApiError: values['on-api-error'], operation: 'check' };
  // A check writes nothing, so a dry run asks like any other run.
  const statusPage = connect(dependencies, { ...values, 'dry-run': false }, apiKey, checkingBudgetMs);
  let check: KeyCheck;
  try {
    check = await checkKey(statusPage);
  } catch (nothingKnown) {
    return concludeFailure(operations.check.doing, nothingKnown, policy, dependencies.host);
  }
  const judgement = judgeKey(check, { required: values.require, pageNames: values['status-page'] ?? [] });
  const verdict = describeCheckVerdict(judgement);
  const fails = (fixable: boolean) => failsJob(policy.onApiError, operations.check.opens, fixable);
  const found = describeJudgement(judgement, fails, dependencies.host);
  const isReady = found.length === 0;
  const unread = describeUnread(judgement);
  return {
    verdict: `${isReady ? '✅' : '⚠️'} ${verdict}`,
    // The answer comes first, and once: what was found says more than the verdict.
    messages: [
      ...(isReady ? [info(verdict)] : found),
      ...(unread === undefined ? [] : [info(unread)]),
      ...describeCheckLines(check, judgement, dependencies.host.nameOf),
    ],
    records: [],
    tables: describeCheckTables(check, judgement),
    outputs: toCheckOutputs(check),
    exit: found.some(({ level }) => level === 'error') ? exitOfJudgement(judgement) : 'done',
  };
}

/**
 * Finds out which scopes a key has and which pages it sees, side by side; nothing is written. Throws StatusPageError if nothing can be
 * known: the key was refused, or what answers is not the API, whose 404 to a probe would read like a grant.
 */
async function checkKey(statusPage: StatusPage): Promise<KeyCheck> {
  // The list of pages is its own probe.
  const probing = scopes
    .filter((scope) => scope !== pagesScope)
    .map(async (scope) => [scope, await statusPage.probeScope(scope)] as const);
  const [listed, ...probed] = await Promise.allSettled([listPages(statusPage), ...probing]);
  const { pages, probe } = unwrap(listed);
  const probes = new Map<Scope, ScopeProbe>([[pagesScope, probe], ...probed.map(unwrap)]);
  const causes = scopes.flatMap((scope) => {
    const cause = probes.get(scope)?.cause;
    return cause === undefined ? [] : [[scope, cause] as const];
  });
  const grants = scopes.map((scope) => [scope, probes.get(scope)?.grant ?? 'unknown'] as const);
  return { grants: Object.fromEntries(grants) as Grants, pages, causes: new Map(causes) };
}

const pagesScope: Scope = 'status-pages:read';

/** The pages that the key sees; undefined if it may not list them, or if something in front of the API refuses. */
async function listPages(statusPage: StatusPage) {
  try {
    return { pages: await statusPage.fetchPages(), probe: { grant: 'granted' } as const };
  } catch (error) {
    if (!(error instanceof StatusPageError)) throw error;
    if (error.code !== 'forbidden' && error.code !== 'blocked') throw error;
    return { pages: undefined, probe: judgeProbe(error) };
  }
}

function unwrap<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}
