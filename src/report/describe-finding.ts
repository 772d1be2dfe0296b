import type { DeploymentRecord } from '../deployment/deployment.ts';
import { type Finding, type GateTest, usedBudgetPercent, verdictOf } from '../domain/gate.ts';
import { describePage, type Page } from '../domain/page.ts';
import { describeDuration, secondMs } from '../domain/time.ts';
import { list } from '../domain/wording.ts';
import { describeAnnounced, describeRecord } from './describe-record.ts';
import { forLog } from './harmless.ts';

type Of<S extends Finding['seen']> = Extract<Finding, { readonly seen: S }>;

/** A row of a gate's table: what the finding means, what was looked at, what was seen there. */
export type FindingRow = readonly [verdict: string, lookedAt: string, seen: string];

/** A finding as a row; its cells are text from outside. */
export function describeFindingRow(finding: Finding, now: Date): FindingRow {
  const verdict = verdictOf(finding);
  switch (finding.seen) {
    case 'nothing':
      return [verdict, describeTest(finding.page, finding.test), describeNothing(finding)];
    case 'record':
      return [verdict, describeRecord(asShown(finding)), describeStanding(finding, now)];
    case 'uptime':
      return [verdict, describeMonitor(finding), describeUptime(finding)];
    case 'unmeasured':
      return [verdict, describeUnmeasured(finding), whyUnmeasured[finding.why]];
    case 'no-monitors':
      return [verdict, describeTest(finding.page, 'uptime'), 'the page has no monitor'];
    case 'in-part':
      return [verdict, describeTest(finding.page, finding.test), 'not all of it is shown'];
    case 'trouble': {
      const { about } = finding;
      const lookedAt = about === undefined ? 'the status pages' : describeTest(about.page, about.test);
      return [verdict, lookedAt, 'could not be looked at'];
    }
  }
}

/** Why a finding closes a gate, or cannot be known: a sentence. What could not be asked is told by its failure instead. */
export function describeReason(finding: Exclude<Finding, Of<'trouble' | 'nothing'>>, now: Date): string {
  switch (finding.seen) {
    case 'record':
      return forLog(`${describeRecord(asShown(finding))} is ${describeStanding(finding, now)}`);
    case 'uptime':
      return forLog(`the error budget of ${describeMonitor(finding)} is spent: ${describeUptime(finding)}`);
    case 'unmeasured':
      return forLog(`the uptime of ${describeUnmeasured(finding)} is not known: ${whyUnmeasured[finding.why]}`);
    case 'no-monitors':
      return forLog(`${describeTest(finding.page, 'uptime')} is not known: the page has no monitor`);
    case 'in-part':
      return forLog(`${describeTest(finding.page, finding.test)}: the API does not show all, so one may be missing`);
  }
}

/** What a gate looks at on a page: `the incidents of Acme`. */
export function describeTest(page: Page, test: GateTest): string {
  const things = { incident: 'the incidents', maintenance: 'the maintenance windows', uptime: 'the uptime' };
  return `${things[test]} of ${describePage(page)}`;
}

function describeNothing({ test, ours, perhapsIncomplete }: Of<'nothing'>): string {
  const none = test === 'incident' ? 'none is open' : 'none is under way';
  const own = ours === 0 ? '' : `, save ${ours} of this deployment's own`;
  return `${none}${own}${perhapsIncomplete ? '; the list is perhaps incomplete' : ''}`;
}

function describeStanding({ record, page }: Of<'record'>, now: Date): string {
  const announced = describeAnnounced(asShown({ record, page }), now);
  if (record.kind === 'maintenance') return `under way: ${announced}`;
  return announced === 'open' ? 'open' : `open: ${announced}`;
}

/** A record of anybody's, in the form in which ours are described. */
function asShown({ record, page }: Pick<Of<'record'>, 'record' | 'page'>): DeploymentRecord {
  const { kind, id, title = '', startAt } = record;
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

const whyUnmeasured: Readonly<Record<Of<'unmeasured'>['why'], string>> = {
  missing: 'no such monitor is seen there; check `monitors`',
  disabled: 'it is disabled, so neither up nor down; name those that count in `monitors`',
  'not-told': 'the API tells none, as for one that is too young',
};
