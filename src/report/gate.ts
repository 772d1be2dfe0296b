import { type Finding, mayOpen, verdictOf } from '../domain/gate.ts';
import type { OutputName } from '../domain/outputs.ts';
import { describePage } from '../domain/page.ts';
import { describeDuration, describeTime } from '../domain/time.ts';
import { list } from '../domain/wording.ts';
import { describeFindingRow, describeReason, describeTest } from './describe-finding.ts';
import { describeFailure } from './failure.ts';
import { forLog, forMarkdown } from './harmless.ts';
import { error, type Message, warning } from './message.ts';
import { alignColumns, drawTable } from './table.ts';

/** How a gate was found, or left: its findings, whether it is passed, and how long it was waited for. */
export interface GateStory {
  readonly findings: readonly Finding[];
  readonly passed: boolean;
  readonly waitedMs: number;
  readonly now: Date;
}

/** The outputs of a gate. */
export function describeGateOutputs(
  passed: boolean,
  reasons: readonly string[],
): Partial<Readonly<Record<OutputName, string>>> {
  return { passed: String(passed), reasons: JSON.stringify(reasons) };
}

const head = ['Gate', 'Looked at', 'Seen'];

/** Everything that was looked at, in lines of a log. */
export function describeGateLines({ findings, now }: GateStory): readonly string[] {
  return alignColumns([head, ...findings.map((finding) => describeFindingRow(finding, now).map(forLog))]);
}

/** The same as a table of Markdown. */
export function describeGateTable({ findings, now }: GateStory): string {
  return drawTable([head, ...findings.map((finding) => describeFindingRow(finding, now).map(forMarkdown))]);
}

/** A text for each thing that closes a gate or cannot be known; one for all that could not be asked for the same cause. */
export function describeReasons(findings: readonly Finding[], now: Date): readonly string[] {
  const seen = findings.flatMap((finding) => {
    const toldElsewhere = finding.seen === 'trouble' || finding.seen === 'nothing';
    return toldElsewhere || verdictOf(finding) === 'open' ? [] : [describeReason(finding, now)];
  });
  return [...seen, ...describeTroubles(findings.filter((finding) => finding.seen === 'trouble'))];
}

type Trouble = Extract<Finding, { readonly seen: 'trouble' }>;

function describeTroubles(troubles: readonly Trouble[]): readonly string[] {
  const causes = new Map<string, readonly Trouble[]>();
  for (const trouble of troubles) {
    const cause = describeTrouble('', trouble);
    causes.set(cause, [...(causes.get(cause) ?? []), trouble]);
  }
  return [...causes.values()].map((group) => {
    const [first] = group as [Trouble, ...Trouble[]];
    const things = group.map(({ about }) => (about === undefined ? '' : describeTest(about.page, about.test)));
    const named = list([...new Set(things)].filter((thing) => thing !== ''));
    return describeTrouble(`Looking at ${named || 'the status pages'}`, first);
  });
}

function describeTrouble(doing: string, { about, error: thrown, visible }: Trouble): string {
  return describeFailure(doing, thrown, { page: about?.page, visible });
}

/** The first line of a gate's summary. */
export function describeGateVerdict({ findings, passed, now }: GateStory): string {
  const reasons = describeReasons(findings, now);
  if (!passed) return `THE GATE IS CLOSED, for ${count(reasons.length)}.`;
  return reasons.length === 0 ? 'The gate is open.' : 'The gate was let pass: not everything could be known.';
}

/** An annotation holds no more of them; the output holds all. */
const mostReasons = 10;

/** What somebody has to know of a gate: all reasons in one annotation, and what the API may not have shown. */
export function describeGate(story: GateStory): readonly Message[] {
  const { findings, passed, waitedMs, now } = story;
  const reasons = describeReasons(findings, now);
  if (reasons.length === 0) return describeIncomplete(findings);
  const more =
    reasons.length > mostReasons ? [`and ${reasons.length - mostReasons} more, in the output \`reasons\``] : [];
  const lines = [...reasons.slice(0, mostReasons), ...more].join('\n');
  if (passed) {
    const happened = 'not everything could be known, and `on-api-error: warn` let it pass';
    return [warning(`Asking the gate — ${happened} — Look at the page before you deploy:\n${lines}`)];
  }
  const waited = waitedMs > 0 ? `, also after ${describeDuration(waitedMs)}` : '';
  const todo = mayOpen(findings)
    ? 'Deploy later; `wait-for` asks again for a while, and `bypass: true` passes all the same'
    : 'Mend what can be mended; `bypass: true` passes all the same';
  return [error(`Asking the gate — it is closed, for ${count(reasons.length)}${waited} — ${todo}:\n${lines}`)];
}

/** The longest list of incidents that the API gives proves nothing about older ones. */
function describeIncomplete(findings: readonly Finding[]): readonly Message[] {
  const pages = findings.flatMap((one) => (one.seen === 'nothing' && one.perhapsIncomplete ? [one.page] : []));
  if (pages.length === 0) return [];
  const happened = `none is open, but the API shows 200 and no more, so that the list is perhaps incomplete`;
  const what = `the incidents of ${list(pages.map(describePage))}`;
  return [warning(forLog(`Looking at ${what} — ${happened} — Delete incidents that are long over.`))];
}

/** One line for a round of asking that is followed by another. */
export function describeRound({ findings, now }: GateStory, next: Date): string {
  const reasons = describeReasons(findings, now);
  const more = reasons.length > 1 ? `, and ${reasons.length - 1} more` : '';
  return `Closed at ${describeTime(now, now)}, asking again at ${next.toISOString().slice(11, 19)} UTC: ${reasons[0]}${more}`;
}

/** What is said of a gate that nobody asked. */
export const bypassed = {
  verdict: 'THE GATE WAS BYPASSED: nothing was looked at.',
  message: warning(
    'Asking the gate — `bypass: true` passed it, and nothing was looked at — Take it out again once the hotfix is deployed.',
  ),
} as const;

function count(reasons: number): string {
  return reasons === 1 ? 'one reason' : `${reasons} reasons`;
}
