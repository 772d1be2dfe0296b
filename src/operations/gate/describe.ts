import type { DeploymentRecord } from '../../deployment/deployment.ts';
import type { Background } from '../../domain/errors.ts';
import { describePage, type Page } from '../../domain/page.ts';
import type { HostKind } from '../../domain/run.ts';
import { capitalize, list } from '../../domain/text.ts';
import { describeDuration, describeTime, secondMs } from '../../domain/time.ts';
import type { NameOf } from '../../inputs/flags.ts';
import { causeOf, describeFailure, error, type Message, warning } from '../../messages/message.ts';
import type { Outputs } from '../../messages/outputs.ts';
import { describeAnnounced, describeRecord } from '../../messages/record.ts';
import { forLog, forMarkdown } from '../../messages/sanitize.ts';
import { alignColumns, drawTable } from '../../messages/summary.ts';
import { isUnknownPage } from '../../statuspage/errors.ts';
import { type CheckResult, type GateTest, isClosedByFailures, mayOpen, usedBudgetPercent, verdictOf } from './judge.ts';

/** What a gate found, whether it passes, and how long it waited. */
export interface GateOutcome extends GateFrame {
  readonly results: readonly CheckResult[];
  readonly passed: boolean;
  readonly waitedMs: number;
}

/** What the messages of a gate need beside its results. */
export interface GateFrame extends Pick<Background, 'needed'> {
  readonly now: Date;
  readonly nameOf: NameOf;
  /** A terminal shows the table and the messages side by side, so that no reason is in both. */
  readonly kind: HostKind;
}

/** The outputs of a gate. */
export function toGateOutputs(passed: boolean, reasons: readonly string[]): Outputs {
  return { passed, reasons };
}

const head = ['Gate', 'Checked', 'Found'];

/** Everything that was checked, in lines of a log. */
export function describeGateLines({ results, ...frame }: GateOutcome): readonly string[] {
  return alignColumns([head, ...results.map((result) => toRow(result, frame).map(forLog))]);
}

/** The same as a table of Markdown. */
export function describeGateTable({ results, ...frame }: GateOutcome): string {
  return drawTable([head, ...results.map((result) => toRow(result, frame).map(forMarkdown))]);
}

/** A text for each thing that closes a gate or cannot be known; one for all that could not be asked for the same cause. */
export function describeReasons(results: readonly CheckResult[], frame: GateFrame): readonly string[] {
  const seen = results.flatMap((result) => {
    const isShownElsewhere = result.seen === 'failed' || result.seen === 'nothing';
    return isShownElsewhere || verdictOf(result) === 'open' ? [] : [`${capitalize(describeReason(result, frame))}.`];
  });
  return [
    ...seen,
    ...describeFailedChecks(
      results.filter((result) => result.seen === 'failed'),
      frame,
    ),
  ];
}

type FailedCheck = Extract<CheckResult, { readonly seen: 'failed' }>;

function describeFailedChecks(failures: readonly FailedCheck[], frame: GateFrame): readonly string[] {
  const groups = Map.groupBy(failures, ({ about, error: thrown }) =>
    isUnknownPage(thrown) ? `unknown page ${about?.page.id}` : causeOf(thrown),
  );
  return [...groups.values()].map((group) => {
    const [{ about, error: thrown, visible }] = group as [FailedCheck, ...FailedCheck[]];
    const things = group.map((one) => (one.about === undefined ? '' : describeTest(one.about.page, one.about.test)));
    const named = list([...new Set(things)].filter((thing) => thing !== ''));
    return describeFailure(`check ${named || 'the status pages'}`, thrown, { ...frame, page: about?.page, visible });
  });
}

/** The verdict of a gate in one line. */
export function describeGateVerdict({ results, passed }: GateOutcome): string {
  if (!passed) return 'The gate is closed';
  const isUnknown = results.some((result) => verdictOf(result) === 'unknown');
  return isUnknown ? 'The gate passes, but not everything could be checked' : 'The gate is open';
}

/** An annotation holds no more reasons; the output holds all. */
const mostReasons = 10;
/** What the user has to know about a gate: all reasons in one annotation, and what the API may not have shown. */
export function describeGate(story: GateOutcome): readonly Message[] {
  const { results, passed, waitedMs, nameOf, kind } = story;
  if (results.every((result) => verdictOf(result) === 'open')) return describeIncomplete(results);
  const told = kind === 'terminal' ? results.filter(({ seen }) => seen === 'failed') : results;
  const reasons = describeReasons(told, story);
  const more = reasons.length > mostReasons ? [`${reasons.length - mostReasons} more are in the table.`] : [];
  const lines = [...reasons.slice(0, mostReasons), ...more];
  if (passed) {
    const happened = `Could not check everything, and the gate passes because of ${nameOf('on-api-error', 'warn')}.`;
    return [warning('check failed', [`${happened} Check the page before you deploy.`, ...lines].join('\n'))];
  }
  const waited = waitedMs > 0 ? ` after waiting ${describeDuration(waitedMs)}` : '';
  const closed = `The gate is closed${waited}${lines.length === 0 ? ', as the table shows' : ''}.`;
  const isShort = lines.length < 2 && !lines[0]?.includes('\n');
  const todo = describeTodo(story, isShort);
  const text = isShort ? [closed, ...lines, todo].join(' ') : [`${closed} ${todo}`, ...lines].join('\n');
  return [error('gate closed', text)];
}

/** What to do about a closed gate. A reason in the same line says itself how to fix it. */
function describeTodo({ results, nameOf }: GateOutcome, isShort: boolean): string {
  const bypass = nameOf('bypass', 'true');
  if (isClosedByFailures(results)) {
    const why = 'Only an incident of a failed deployment closes it.';
    return `${why} To deploy the fix, give gate and deploy the same ${nameOf('deployment-key')}, or use ${bypass}.`;
  }
  const hotfix = `For a hotfix, use ${bypass}.`;
  if (mayOpen(results)) return `Deploy later, or let the gate wait with ${nameOf('wait-for', '15m')}. ${hotfix}`;
  return isShort ? hotfix : `Fix the reasons below. ${hotfix}`;
}

/** The longest list of incidents that the API gives proves nothing about older ones. */
function describeIncomplete(results: readonly CheckResult[]): readonly Message[] {
  const pages = results.flatMap((one) => (one.seen === 'nothing' && one.perhapsIncomplete ? [one.page] : []));
  if (pages.length === 0) return [];
  const happened = `No open incident was found on ${list(pages.map(describePage))}`;
  const why = 'but the API shows only 200, so there may be others';
  return [warning('incomplete list', forLog(`${happened}, ${why}. Delete incidents that are long over.`))];
}

/** One line for a round of asking that is followed by another. */
export function describeRound({ results, ...frame }: GateOutcome, next: Date): string {
  const { now } = frame;
  const reasons = describeReasons(results, frame);
  const more = reasons.length > 1 ? ` ${reasons.length - 1} more.` : '';
  return `Closed at ${describeTime(now, now)}, asking again at ${next.toISOString().slice(11, 19)} UTC. ${reasons[0]}${more}`;
}

/** The result of a bypassed gate. */
export const bypassedVerdict = '⚠️ The gate was bypassed, and nothing was checked';

/** Whoever bypassed a gate for a hotfix easily forgets to remove the input. */
export function describeBypassed(nameOf: NameOf): Message {
  const bypass = nameOf('bypass', 'true');
  return warning(
    'gate bypassed',
    `The gate was bypassed by ${bypass}, and nothing was checked. Remove it once the hotfix is deployed.`,
  );
}

type Of<S extends CheckResult['seen']> = Extract<CheckResult, { readonly seen: S }>;

/** A row of a gate's table: what the result means, what was checked, and what was found. */
type ResultRow = readonly [verdict: string, lookedAt: string, seen: string];

/** A result as a row; its cells are text from outside. */
function toRow(result: CheckResult, frame: GateFrame): ResultRow {
  const verdict = verdictOf(result);
  switch (result.seen) {
    case 'nothing':
      return [verdict, describeTest(result.page, result.test), describeNothing(result)];
    case 'record':
      return [verdict, describeRecord(asShown(result)), describeStanding(result, frame.now)];
    case 'uptime':
      return [verdict, describeMonitor(result), describeUptime(result)];
    case 'unmeasured':
      return [verdict, describeUnmeasured(result), explainUnmeasured(result, frame)];
    case 'no-monitors':
      return [verdict, describeTest(result.page, 'uptime'), 'the page has no monitor'];
    case 'in-part':
      return [verdict, describeTest(result.page, result.test), 'the API does not show everything'];
    case 'failed': {
      const { about } = result;
      const lookedAt = about === undefined ? 'the status pages' : describeTest(about.page, about.test);
      return [verdict, lookedAt, 'could not be checked'];
    }
  }
}

/** Why a result closes a gate, or cannot be known: a sentence. What could not be asked has its failure instead. */
function describeReason(result: Exclude<CheckResult, Of<'failed' | 'nothing'>>, frame: GateFrame): string {
  switch (result.seen) {
    case 'record':
      return forLog(`${describeRecord(asShown(result))} is ${describeStanding(result, frame.now)}`);
    case 'uptime':
      return forLog(`the error budget of ${describeMonitor(result)} is spent: ${describeUptime(result)}`);
    case 'unmeasured':
      return forLog(`the uptime of ${describeUnmeasured(result)} is not known: ${explainUnmeasured(result, frame)}`);
    case 'no-monitors':
      return forLog(`${describeTest(result.page, 'uptime')} is not known: the page has no monitor`);
    case 'in-part':
      return forLog(`${describeTest(result.page, result.test)}: the API does not show all, so one may be missing`);
  }
}

/** What a gate checks on a page: `the incidents of Acme`. */
function describeTest(page: Page, test: GateTest): string {
  const things = { incident: 'the incidents', maintenance: 'the maintenance windows', uptime: 'the uptime' };
  return `${things[test]} of ${describePage(page)}`;
}

function describeNothing({ test, ours, perhapsIncomplete, pageUnproved }: Of<'nothing'>): string {
  const none = test === 'incident' ? 'none is open' : 'none is under way';
  const own = ours === 0 ? '' : `, except ${ours} of this deployment`;
  const incomplete = perhapsIncomplete ? '; the list is perhaps incomplete' : '';
  const unproved = pageUnproved ? '; the key may not read pages, so it may not see this one' : '';
  return `${none}${own}${incomplete}${unproved}`;
}

function describeStanding({ record, page }: Of<'record'>, now: Date): string {
  const announced = describeAnnounced(asShown({ record, page }), now);
  if (record.kind === 'maintenance') return `under way: ${announced}`;
  return announced === 'open' ? 'open' : `open: ${announced}`;
}

/** A record of anybody's, in the form in which ours are described. */
function asShown({ record, page }: Pick<Of<'record'>, 'record' | 'page'>): DeploymentRecord {
  const { kind, id, title, startAt } = record;
  const more = record.kind === 'incident' ? { state: record.state } : { endAt: record.endAt };
  return { kind, page, id, title, startAt, ...more, stage: 'open', created: false, mailed: false };
}

function describeMonitor({ monitor, page }: Of<'uptime'>): string {
  const named = monitor.name === undefined ? '' : ` "${monitor.name}"`;
  return `the monitor${named} (id ${monitor.id}) on ${describePage(page)}`;
}

function describeUptime({ uptimePercent, downtimeSeconds, terms }: Of<'uptime'>): string {
  const { minPercent, period } = terms;
  const used = usedBudgetPercent(uptimePercent, minPercent);
  const parts = [
    `up ${uptimePercent} % over ${period}`,
    `at least ${minPercent} % asked for`,
    ...(used === undefined ? [] : [`${Math.round(used)} % of the error budget used`]),
    ...(downtimeSeconds === undefined ? [] : [`${describeDuration(downtimeSeconds * secondMs)} down`]),
  ];
  return parts.join(', ');
}

function describeUnmeasured({ name, pages }: Of<'unmeasured'>): string {
  return `the monitor "${name}" on ${list(pages.map(describePage), 'or')}`;
}

function explainUnmeasured({ why, split }: Of<'unmeasured'>, { nameOf }: GateFrame): string {
  switch (why) {
    case 'missing':
      if (split !== undefined) return `this key sees none; put double quotes around a name with a comma: "${split}"`;
      return `this key sees no such monitor; check ${nameOf('monitors')}`;
    case 'disabled':
      return `it is disabled; name the monitors that count in ${nameOf('monitors')}`;
    case 'not-told':
      return 'the API shows none, as for a new monitor';
  }
}
