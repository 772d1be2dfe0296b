import { type Finding, isOpenGate, mayOpen, planNextAsk } from '../domain/gate.ts';
import { failureMarker, sharedMarker } from '../domain/marker.ts';
import type { ValuesOf } from '../domain/operations.ts';
import type { Kind } from '../domain/record.ts';
import type { RequestFor } from '../domain/request.ts';
import type { Run } from '../domain/run.ts';
import { later, msBetween, secondMs } from '../domain/time.ts';
import { interruptedExitCode } from '../host/signals.ts';
import { askGate, type GateQuestion } from '../operations/gate.ts';
import { MissingKeyError, MissingSecretsError } from '../report/failure.ts';
import {
  bypassed,
  describeGate,
  describeGateLines,
  describeGateOutputs,
  describeGateTable,
  describeGateVerdict,
  describeReasons,
  describeRound,
  type GateStory,
} from '../report/gate.ts';
import { result } from '../report/message.ts';
import { type Conclusion, concludeQuietly } from './conclusion.ts';
import { connect, type Tools } from './tools.ts';

/** Each round of asking takes as long as main does without a wait. */
const roundBudgetMs = 19 * secondMs;

/** Asks whether it is a good time to deploy, again and again for the time of `wait-for`. Fails where it is not, or where that is not known. */
export async function gateStep(tools: Tools, { values }: RequestFor<'gate'>, run: Run): Promise<Conclusion> {
  const { host, clock } = tools;
  if (values.bypass) {
    const { verdict, message } = bypassed;
    return { verdict, messages: [message], records: [], outputs: describeGateOutputs(true, []), exitCode: 0 };
  }
  const apiKey = values['api-key'];
  if (apiKey === undefined) return concludeGate(judge(tools, values, [await explainMissingKey(tools)]));
  // A gate writes nothing, so that a dry run has nothing to leave out.
  const statusPage = connect(tools, { ...values, 'dry-run': false }, apiKey, roundBudgetMs);
  const question = makeQuestion(values, run);
  const endsAt = later(host.startedAt, values['wait-for']);
  for (let askedAt = host.startedAt; ; askedAt = clock.now()) {
    const findings = await askGate(statusPage.until(later(askedAt, roundBudgetMs)), question);
    if (host.interruption.aborted) return concludeStop();
    const story = judge(tools, values, findings, askedAt);
    const next = planNextAsk(askedAt, endsAt);
    if (story.passed || next === undefined || !mayOpen(findings)) return concludeGate(story);
    host.info(describeRound(story, next));
    await clock.sleep(msBetween(clock.now(), next), host.interruption);
    if (host.interruption.aborted) return concludeStop();
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
    ours: key === undefined ? [] : [sharedMarker(run, key), failureMarker(run, key)],
    uptime: minPercent === undefined ? undefined : { minPercent, period, monitors },
  };
}

/** Without a key nothing can be known, whosever mistake that is. */
async function explainMissingKey({ host }: Tools): Promise<Finding> {
  const why = await host.explainMissingSecrets();
  const error = why === undefined ? new MissingKeyError(host.place) : new MissingSecretsError(why);
  return { seen: 'trouble', about: undefined, error, lasting: true };
}

/** What findings come to by the policy; `askedAt` tells how long was waited. */
function judge(
  { host, clock }: Tools,
  values: ValuesOf<'gate'>,
  findings: readonly Finding[],
  askedAt = host.startedAt,
): GateStory {
  const passed = isOpenGate(findings, values['on-api-error'] === 'warn');
  return { findings, passed, waitedMs: msBetween(host.startedAt, askedAt), now: clock.now() };
}

function concludeGate(story: GateStory): Conclusion {
  const verdict = describeGateVerdict(story);
  return {
    verdict,
    messages: [...[...describeGateLines(story), verdict].map(result), ...describeGate(story)],
    records: [],
    tables: describeGateTable(story),
    outputs: describeGateOutputs(story.passed, describeReasons(story.findings, story.now)),
    ...(story.passed ? { exitCode: 0 } : { exitCode: 1, exit: 'gate-closed' }),
  };
}

/** Nobody may deploy after this: the gate was not seen open. */
function concludeStop(): Conclusion {
  const reason = 'Told to stop while the gate was asked; it stays closed.';
  return { ...concludeQuietly(reason), outputs: describeGateOutputs(false, [reason]), exitCode: interruptedExitCode };
}
