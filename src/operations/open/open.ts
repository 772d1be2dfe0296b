import type { Memory } from '../../deployment/deployment.ts';
import { undo } from '../../deployment/end.ts';
import type { EndContext } from '../../deployment/end-record.ts';
import {
  type Begun,
  begin,
  keepFailure,
  type Opened,
  type OpeningMemory,
  rememberUnlocated,
} from '../../deployment/open.ts';
import type { Plan } from '../../deployment/plan.ts';
import { withReference } from '../../domain/deployment-reference.ts';
import { type Exit, exitOf, isFixable } from '../../domain/errors.ts';
import type { Page } from '../../domain/page.ts';
import { later, secondMs } from '../../domain/time.ts';
import type { OpenRequest } from '../../inputs/operations.ts';
import { describeEndings } from '../../messages/ending.ts';
import { describeFailure, info, type Message, titleOf, warning } from '../../messages/message.ts';
import { toOutputs } from '../../messages/outputs.ts';
import { describeFailedOpeningVerdict, describeNoNotice, describeOpeningVerdict } from '../../messages/verdict.ts';
import type { StatusPage } from '../../statuspage/client.ts';
import { fetchVisible, findPages } from '../../statuspage/find-pages.ts';
import {
  connect,
  type Dependencies,
  handoffOf,
  noMemory,
  noneRunning,
  withoutInterruption,
  wordsOf,
} from '../dependencies.ts';
import { type Host, targetOf } from '../host.ts';
import { type Conclusion, concludeFailure, concludeInterruption, isFatal, type Policy } from '../step.ts';
import {
  describeOpeningFailures,
  describeOpenings,
  describeUnpublished,
  describeUnsaved,
  describeUnwritten,
  type Failure,
  warnThatAnyEndCounts,
} from './describe.ts';
import { makePlan } from './plan.ts';

/** Main takes 20 s in all. The last of them are for undoing what was opened, and for reporting. */
const openingBudgetMs = 15 * secondMs;
const mainBudgetMs = 19 * secondMs;
/** The proof that an incident can be opened must not use up the time for opening the notice. */
const proofBudgetMs = 5 * secondMs;

/** Opens a record on each page. If that must fail the job, what was opened is undone. */
export async function openStep(dependencies: Dependencies, request: OpenRequest, apiKey: string): Promise<Conclusion> {
  const { host, frame, clock, random, handoff } = dependencies;
  const { values } = request;
  const policy: Policy = { onApiError: values['on-api-error'], operation: request.operation };
  const statusPage = connect(dependencies, values, apiKey, openingBudgetMs);
  const planOn = (pages: readonly Page[]) =>
    makePlan(request, { pages, run: frame.run, now: clock.now(), random, earlier: handoff?.earlier });
  const memory = keepFailure(values['dry-run'] ? noMemory : handoffOf(dependencies).memory);
  const context = { statusPage, clock, memory };
  let pages: readonly Page[];
  try {
    pages = await findPages(statusPage, values['status-page']);
  } catch (unknownPages) {
    if (frame.interruption.aborted) return concludeInterruption(host.kind);
    // What a file remembers of an earlier start leads to more than names do.
    if (!isFatal(unknownPages, policy) && handoff?.earlier === undefined)
      rememberUnlocated(planOn([]), values['status-page'], unknownPages, context);
    return concludeFailure('look up the status page', unknownPages, policy, host);
  }
  const plan = planOn(pages);
  const opening: Opening = { dependencies, request, policy, statusPage, plan };
  const proof = await proveFailureIncident(opening);
  if ('failure' in proof) return proof.failure;
  const begun = await begin(plan, { ...context, isFatal: (thrown) => isFatal(thrown, policy) });
  const thrown = begun.opened.map(({ error }) => error);
  const visible = await fetchVisible(statusPage, thrown);
  // Nothing new is started after a signal: the post step finds what was begun. Without a post step, it is undone at once.
  if (frame.interruption.aborted) {
    if (host.kind === 'runner') return concludeInterruption(host.kind);
    return undoAtOnce(dependencies, request, apiKey, begun, memory);
  }
  return concludeOpening(opening, begun, memory, { visible, remarks: proof.remarks });
}

/** What an opening works with once its pages are known. */
interface Opening {
  readonly dependencies: Dependencies;
  readonly request: OpenRequest;
  readonly policy: Policy;
  readonly statusPage: StatusPage;
  readonly plan: Plan;
}

/** Makes sure that a failure can open an incident, if it is to. Returns what to say about that, or the end of the step. */
async function proveFailureIncident({
  dependencies,
  request,
  policy,
  statusPage,
  plan,
}: Opening): Promise<{ readonly remarks: readonly Message[] } | { readonly failure: Conclusion }> {
  if (plan.kind !== 'maintenance' || !plan.mayOpenIncident) return { remarks: [] };
  const { host, handoff } = dependencies;
  const { values, hasEmptyOutcome } = request;
  const remarks: Message[] = [];
  const refusal = await findRefusal(statusPage.within(proofBudgetMs));
  const doing = 'make sure that a failure can open an incident';
  if (refusal !== undefined) {
    // A server error proves nothing, because this id cannot exist. If something is wrong, the opening meets it.
    if (isFixable(refusal) && isFatal(refusal, policy))
      return { failure: concludeFailure(doing, refusal, policy, host) };
    const text = describeFailure(doing, refusal, host);
    remarks.push(isFixable(refusal) ? warning(titleOf(refusal), text) : info(text));
  }
  const isEndedByJobStatus = handoff === undefined && values.outcome === 'job' && !hasEmptyOutcome;
  if (isEndedByJobStatus) remarks.push(warnThatAnyEndCounts(values));
  return { remarks };
}

/** Writes the outputs and saves that main has finished. If something must fail the job, what was opened is undone. */
async function concludeOpening(
  { dependencies, request, policy, statusPage, plan }: Opening,
  begun: Begun,
  memory: OpeningMemory,
  { visible, remarks }: { readonly visible: readonly Page[] | undefined; readonly remarks: readonly Message[] },
): Promise<Conclusion> {
  const { host, frame } = dependencies;
  const { opened, deployment } = begun;
  const failed = opened.find((one) => one.error !== undefined && isFatal(one.error, policy))?.error;
  // While the state says that the opening is under way, post takes it that nothing was deployed.
  const unwritten = failed === undefined ? writeOutputs(host, begun, statusPage.serverNow()) : undefined;
  if (failed === undefined && unwritten === undefined) {
    deployment.stage = 'open';
    memory.remember(deployment);
  }
  // What could not be saved in full could not be ended as the outcome says.
  const unsaved = memory.failure();
  const failures = [
    ...describeOpeningFailures(plan, opened, { ...host, visible }),
    ...(unsaved === undefined ? [] : [describeUnsaved(unsaved, host)]),
    // A full disk takes neither, and is one failure.
    ...(unwritten === undefined || unsaved !== undefined ? [] : [describeUnwritten(unwritten, host)]),
  ];
  const fatal = failed ?? unwritten ?? unsaved;
  if (fatal !== undefined) {
    const untilEnd = statusPage.until(later(frame.startedAt, mainBudgetMs));
    const context = { statusPage: untilEnd, words: wordsOf(request.values), findRunning: noneRunning, deployment };
    return failOpening(context, { host, memory, failures, exit: exitOf(fatal) });
  }
  const now = statusPage.serverNow();
  const messages = [
    ...describeOpenings(plan, opened, handoffOf(dependencies).ender, now),
    ...describeUnpublished(request, opened, host),
    ...remarks,
    ...failures.map((failure): Message => ({ level: 'warning', ...failure })),
  ];
  // The post step writes the summary, once it is known how the deployment ended. A terminal shows none.
  const isLater = !statusPage.isDryRun && plan.own;
  const verdict = isLater ? describeMissing(opened) : describeOpeningVerdict(opened, now);
  return { ...goOn(plan, begun, messages, now), verdict, hasOutputs: true };
}

/** Returns why the outputs could not be written; undefined if they were. */
function writeOutputs(host: Host, { deployment }: Begun, now: Date): unknown {
  try {
    host.setOutputs(toOutputs(deployment.records, now));
    return undefined;
  } catch (unwritten) {
    return unwritten;
  }
}

/** Undoes what was begun over a connection that the signal has not reached. */
async function undoAtOnce(
  dependencies: Dependencies,
  { values }: OpenRequest,
  apiKey: string,
  { deployment }: Begun,
  memory: Memory,
): Promise<Conclusion> {
  dependencies.host.log.info('Interrupted. Undoing what was opened.');
  const { frame } = dependencies;
  const afterwards = withoutInterruption(dependencies);
  const statusPage = connect(
    { ...afterwards, frame: { ...afterwards.frame, startedAt: frame.startedAt } },
    values,
    apiKey,
    mainBudgetMs,
    deployment.clockOffsetMs,
  );
  return failOpening(
    { statusPage, words: wordsOf(values), deployment, findRunning: noneRunning },
    { host: dependencies.host, memory, failures: [], exit: 'interrupted' },
  );
}

/** Why this key cannot open an incident, tried beforehand; undefined if it can. */
async function findRefusal(statusPage: StatusPage): Promise<unknown> {
  try {
    await statusPage.proveIncidentsWrite();
    return undefined;
  } catch (refusal) {
    return refusal;
  }
}

/** What the post step does not know of: pages without a notice. Undefined if there are none. */
function describeMissing(opened: readonly Opened[]): string | undefined {
  const missing = opened.filter(({ record }) => record.stage === 'missed' || record.stage === 'gone');
  return missing.length === 0 ? undefined : describeNoNotice(missing);
}

interface FailedOpening {
  readonly host: Host;
  readonly memory: Memory;
  readonly failures: readonly Failure[];
  readonly exit: Exit;
}

async function failOpening(context: EndContext, { host, memory, failures, exit }: FailedOpening): Promise<Conclusion> {
  const { deployment, statusPage } = context;
  deployment.stage = 'failed';
  memory.remember(deployment);
  const undone = await undo(context);
  // What a time-out leaves uncertain may still be made, so the post step searches for it once more.
  const isUncertain = ({ result }: (typeof undone)[number]) => result === 'failed' || result === 'absent';
  deployment.records = undone.filter(isUncertain).map(({ record }) => record);
  memory.remember(deployment);
  const now = statusPage.serverNow();
  const commands = targetOf(host, statusPage.apiUrl.href);
  const describeContext = { why: 'undone', isFatal: () => false, host, now, commands } as const;
  const messages = [
    ...failures.map((failure): Message => ({ level: 'error', ...failure })),
    ...describeEndings(undone, describeContext),
  ];
  return { verdict: describeFailedOpeningVerdict(undone, now), messages, records: [], exit };
}

function goOn(
  plan: Plan,
  { opened, deployment }: Begun,
  messages: readonly Message[],
  now: Date,
): Omit<Conclusion, 'verdict'> {
  const created = opened.some(({ way }) => way === 'created');
  const said = created ? withReference(plan.message, plan.reference) : undefined;
  return { messages, records: deployment.records, said, serverNow: now, exit: 'done' };
}
