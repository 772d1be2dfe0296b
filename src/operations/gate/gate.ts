import { MissingKeyError, MissingSecretsError } from '../../domain/errors.ts';
import type { Kind } from '../../domain/record.ts';
import { hashKey, type Run } from '../../domain/run.ts';
import { later, msBetween, secondMs } from '../../domain/time.ts';
import type { RequestFor, ValuesOf } from '../../inputs/operations.ts';
import { result } from '../../messages/message.ts';
import { connect, type Dependencies } from '../dependencies.ts';
import { type Conclusion, concludeQuietly } from '../step.ts';
import { askGate, type GateQuestion } from './ask.ts';
import {
  bypassedVerdict,
  describeBypassed,
  describeGate,
  describeGateLines,
  describeGateTable,
  describeGateVerdict,
  describeReasons,
  describeRound,
  type GateOutcome,
  toGateOutputs,
} from './describe.ts';
import { type CheckResult, isOpenGate, mayOpen, planNextAsk } from './judge.ts';

/** Each round of asking takes as long as main does without a wait. */
const roundBudgetMs = 19 * secondMs;

/** Asks whether it is a good time to deploy, again and again for the time of `wait-for`. Fails if it is not, or if that is unknown. */
export async function gateStep(dependencies: Dependencies, { values }: RequestFor<'gate'>): Promise<Conclusion> {
  const { host, frame, clock } = dependencies;
  if (values.bypass) {
    const messages = [describeBypassed(host.nameOf)];
    return { verdict: bypassedVerdict, messages, records: [], outputs: toGateOutputs(true, []), exit: 'done' };
  }
  const apiKey = values['api-key'];
  if (apiKey === undefined) return concludeGate(judge(dependencies, values, [await explainMissingKey(dependencies)]));
  // A gate writes nothing, so that a dry run has nothing to leave out.
  const statusPage = connect(dependencies, { ...values, 'dry-run': false }, apiKey, roundBudgetMs);
  const question = makeQuestion(values, frame.run);
  const endsAt = later(frame.startedAt, values['wait-for']);
  for (let askedAt = frame.startedAt; ; askedAt = clock.now()) {
    const results = await askGate(statusPage.until(later(askedAt, roundBudgetMs)), question);
    if (frame.interruption.aborted) return concludeStop();
    const story = judge(dependencies, values, results, askedAt);
    const next = planNextAsk(askedAt, endsAt);
    if (story.passed || next === undefined || !mayOpen(results)) return concludeGate(story);
    host.log.info(describeRound(story, next));
    await clock.sleep(msBetween(clock.now(), next), frame.interruption);
    if (frame.interruption.aborted) return concludeStop();
  }
}

function makeQuestion(values: ValuesOf<'gate'>, run: Run): GateQuestion {
  const { 'deployment-key': key, 'min-uptime': minPercent, 'uptime-period': period, monitors } = values;
  const kinds: Kind[] = [];
  if (!values['allow-incidents']) kinds.push('incident');
  if (!values['allow-maintenance']) kinds.push('maintenance');
  return {
    pages: values['status-page'],
    kinds,
    ours: key === undefined ? undefined : hashKey(run, key),
    uptime: minPercent === undefined ? undefined : { minPercent, period, monitors },
  };
}

/** Without a key nothing can be known, whosever mistake that is. */
async function explainMissingKey({ host }: Dependencies): Promise<CheckResult> {
  const why = await host.explainMissingSecrets();
  const error = why === undefined ? new MissingKeyError(host.kind) : new MissingSecretsError(why);
  return { seen: 'failed', about: undefined, error, lasting: true };
}

/** What results come to by the policy; `askedAt` shows how long it waited. */
function judge(
  { frame, clock, host }: Dependencies,
  values: ValuesOf<'gate'>,
  results: readonly CheckResult[],
  askedAt = frame.startedAt,
): GateOutcome {
  const passed = isOpenGate(results, values['on-api-error'] === 'warn');
  return {
    results,
    passed,
    waitedMs: msBetween(frame.startedAt, askedAt),
    now: clock.now(),
    nameOf: host.nameOf,
    needed: host.needed,
    kind: host.kind,
  };
}

function concludeGate(story: GateOutcome): Conclusion {
  const verdict = describeGateVerdict(story);
  const reasons = describeReasons(story.results, story);
  const passedSign = reasons.length === 0 ? '✅' : '⚠️';
  return {
    verdict: `${story.passed ? passedSign : '❌'} ${verdict}`,
    // A problem says the verdict itself.
    messages: [
      ...describeGateLines(story).map(result),
      ...(reasons.length === 0 ? [result(verdict)] : []),
      ...describeGate(story),
    ],
    records: [],
    tables: describeGateTable(story),
    outputs: toGateOutputs(story.passed, reasons),
    exit: story.passed ? 'done' : 'gate-closed',
  };
}

/** Nobody may deploy after this: the gate was not seen open. */
function concludeStop(): Conclusion {
  const reason = 'Interrupted while checking the gate, so it stays closed.';
  return { ...concludeQuietly(reason), outputs: toGateOutputs(false, [reason]) };
}
