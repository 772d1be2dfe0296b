import type { Exit } from '../../domain/exit.ts';
import type { Page } from '../../domain/page.ts';
import { type Grant, type Scope, scopes } from '../../domain/scope.ts';
import { secondMs } from '../../domain/time.ts';
import { operations, type RequestFor } from '../../inputs/operations.ts';
import { info } from '../../messages/message.ts';
import type { StatusPage } from '../../statuspage/client.ts';
import { StatusPageError } from '../../statuspage/errors.ts';
import { connect, type Dependencies } from '../dependencies.ts';
import { type Conclusion, concludeFailure, failsJob, type Policy } from '../step.ts';
import {
  describeCheckLines,
  describeCheckTables,
  describeCheckVerdict,
  describeJudgement,
  toCheckOutputs,
} from './describe.ts';
import { judgeKey, type KeyCheck, type KeyJudgement } from './judge.ts';

const checkingBudgetMs = 19 * secondMs;

/** What is missing decides; then what could not be found out, which may be the reason for all the rest. */
function exitOfJudgement({ missing, unclear }: KeyJudgement): Exit {
  if (missing.length > 0) return 'scope-missing';
  return unclear.length > 0 ? 'unreachable' : 'not-found';
}

/** Tells what a key can do, and fails where that is less than what is required. */
export async function checkStep(
  dependencies: Dependencies,
  { values }: RequestFor<'check'>,
  apiKey: string,
): Promise<Conclusion> {
  const policy: Policy = { onApiError: values['on-api-error'], operation: 'check' };
  // A check writes nothing, so that a dry run has nothing to leave out: it asks like any other.
  const statusPage = connect(dependencies, { ...values, 'dry-run': false }, apiKey, checkingBudgetMs);
  let check: KeyCheck;
  try {
    check = await checkKey(statusPage);
  } catch (nothingKnown) {
    return concludeFailure(operations.check.doing, nothingKnown, policy);
  }
  const judgement = judgeKey(check, { required: values.require, pageNames: values['status-page'] ?? [] });
  const verdict = describeCheckVerdict(judgement);
  const found = describeJudgement(judgement, (fixable) => failsJob(policy.onApiError, operations.check.opens, fixable));
  return {
    verdict,
    messages: [...describeCheckLines(check), info(verdict), ...found],
    records: [],
    tables: describeCheckTables(check),
    outputs: toCheckOutputs(check),
    exit: found.some(({ level }) => level === 'error') ? exitOfJudgement(judgement) : 'done',
  };
}

/**
 * Finds out which scopes a key has and which pages it sees, all side by side; nothing is ever written. Throws StatusPageError where nothing
 * can be known: the key was refused, or what answers is not the API, whose 404 to a probe would read like a grant.
 */
export async function checkKey(statusPage: StatusPage): Promise<KeyCheck> {
  const probing = scopes.map(async (scope): Promise<Grant> => {
    // The list of pages is its own probe.
    return scope === pagesScope ? 'granted' : statusPage.probeScope(scope);
  });
  const [listed, ...probed] = await Promise.allSettled([listPages(statusPage), ...probing]);
  const pages = unwrap(listed);
  const grants = scopes.map((scope, place): readonly [Scope, Grant] => {
    const grant = unwrap(probed[place] as PromiseSettledResult<Grant>);
    return [scope, scope === pagesScope && pages === undefined ? 'missing' : grant];
  });
  return { grants: Object.fromEntries(grants) as KeyCheck['grants'], pages };
}

const pagesScope: Scope = 'status-pages:read';

/** The pages that the key sees; undefined where it may not list them. */
async function listPages(statusPage: StatusPage): Promise<readonly Page[] | undefined> {
  try {
    return await statusPage.fetchPages();
  } catch (error) {
    if (error instanceof StatusPageError && error.code === 'forbidden') return undefined;
    throw error;
  }
}

function unwrap<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}
