import { failsJob } from '../domain/api-error-policy.ts';
import { judgeKey, type KeyCheck, type KeyJudgement } from '../domain/key-check.ts';
import { operations } from '../domain/operations.ts';
import type { RequestFor } from '../domain/request.ts';
import { secondMs } from '../domain/time.ts';
import { checkKey } from '../operations/check.ts';
import {
  describeCheckLines,
  describeCheckOutputs,
  describeCheckTables,
  describeCheckVerdict,
  describeJudgement,
} from '../report/check.ts';
import type { Exit } from '../report/exit-code.ts';
import { info } from '../report/message.ts';
import { type Conclusion, concludeFailure, type Policy } from './conclusion.ts';
import { connect, type Tools } from './tools.ts';

const checkingBudgetMs = 19 * secondMs;

/** What is missing decides; then what could not be found out, which may be the reason for all the rest. */
function exitOfJudgement({ missing, unclear }: KeyJudgement): Exit {
  if (missing.length > 0) return 'scope-missing';
  return unclear.length > 0 ? 'unreachable' : 'not-found';
}

/** Tells what a key can do, and fails where that is less than what is required. */
export async function checkStep(tools: Tools, { values }: RequestFor<'check'>, apiKey: string): Promise<Conclusion> {
  const policy: Policy = { onApiError: values['on-api-error'], operation: 'check' };
  // A check writes nothing, so that a dry run has nothing to leave out: it asks like any other.
  const statusPage = connect(tools, { ...values, 'dry-run': false }, apiKey, checkingBudgetMs);
  let check: KeyCheck;
  try {
    check = await checkKey(statusPage);
  } catch (nothingKnown) {
    return concludeFailure(operations.check.doing, nothingKnown, policy);
  }
  const judgement = judgeKey(check, { required: values.require, pageNames: values['status-page'] ?? [] });
  const verdict = describeCheckVerdict(judgement);
  const found = describeJudgement(judgement, (mendable) =>
    failsJob(policy.onApiError, operations.check.opens, mendable),
  );
  return {
    verdict,
    messages: [...describeCheckLines(check), info(verdict), ...found],
    records: [],
    tables: describeCheckTables(check),
    outputs: describeCheckOutputs(check),
    ...(found.some(({ level }) => level === 'error')
      ? { exitCode: 1, exit: exitOfJudgement(judgement) }
      : { exitCode: 0 }),
  };
}
