import { openingReference } from '../../deployment/match.ts';
import { UserError } from '../../domain/errors.ts';
import type { Availability, Monitor, Page, UptimePeriod } from '../../domain/page.ts';
import type { Incident, Kind, Window } from '../../domain/record.ts';
import { findSplitName } from '../../domain/text.ts';
import { later, msBetween, secondMs } from '../../domain/time.ts';

/** What a gate checks on a page. */
export type GateTest = Kind | 'uptime';

/** The uptime that a gate asks for: at least this percentage over this stretch of time. */
export interface UptimeTerms {
  readonly minPercent: number;
  readonly period: UptimePeriod;
}

/** Why it is not known whether a monitor was up: there is none of this name or id, it is disabled, or the API shows no uptime. */
type WhyUnmeasured = 'missing' | 'disabled' | 'not-told';

/** One thing that a gate has checked, and what it found. */
export type CheckResult =
  /**
   * No notice of others is in the way. `ours` counts those of this deployment. `perhapsIncomplete`: the list may leave out old ones.
   * `pageUnproved`: the list is empty, and the key may not ask whether it sees the page.
   */
  | {
      readonly seen: 'nothing';
      readonly page: Page;
      readonly test: Kind;
      readonly ours: number;
      readonly perhapsIncomplete: boolean;
      readonly pageUnproved: boolean;
    }
  | { readonly seen: 'record'; readonly page: Page; readonly record: Incident | Window }
  | {
      readonly seen: 'uptime';
      readonly page: Page;
      readonly monitor: Monitor;
      readonly uptimePercent: number;
      readonly downtimeSeconds: number | undefined;
      readonly terms: UptimeTerms;
    }
  | {
      readonly seen: 'unmeasured';
      readonly pages: readonly Page[];
      readonly name: string;
      readonly why: WhyUnmeasured;
      /** The name with a comma that was probably meant. */
      readonly split?: string | undefined;
    }
  | { readonly seen: 'no-monitors'; readonly page: Page }
  /** A list that shows some of its entries only, or not in a way that can be read. */
  | { readonly seen: 'in-part'; readonly page: Page; readonly test: GateTest }
  | {
      readonly seen: 'failed';
      /** Undefined if the pages themselves could not be found. */
      readonly about: { readonly page: Page; readonly test: GateTest } | undefined;
      readonly error: unknown;
      /** Whether asking again cannot fix it. */
      readonly lasting: boolean;
      /** The pages that the key sees, if that was asked for. */
      readonly visible?: readonly Page[] | undefined;
    };

/** What a result means for the gate. */
export type GateVerdict = 'open' | 'closed' | 'unknown';

/** What a result means for the gate, whatever is done about what is not known. */
export function verdictOf(result: CheckResult): GateVerdict {
  switch (result.seen) {
    case 'nothing':
      return 'open';
    case 'record':
      return 'closed';
    case 'uptime':
      return result.uptimePercent < result.terms.minPercent ? 'closed' : 'open';
    case 'unmeasured':
    case 'no-monitors':
    case 'in-part':
    case 'failed':
      return 'unknown';
  }
}

/** Whether a gate is open: what is not known closes it, unless that is let pass; a wrong input always does. */
export function isOpenGate(results: readonly CheckResult[], letsUnknownPass: boolean): boolean {
  return results.every((result) => {
    const verdict = verdictOf(result);
    if (verdict !== 'unknown') return verdict === 'open';
    return letsUnknownPass && !(result.seen === 'failed' && result.error instanceof UserError);
  });
}

/** Whether waiting can open a gate that is closed: not if the workflow or the account must be fixed. */
export function mayOpen(results: readonly CheckResult[]): boolean {
  return !results.some(
    (result) =>
      result.seen === 'no-monitors' ||
      (result.seen === 'unmeasured' && result.why !== 'not-told') ||
      (result.seen === 'failed' && result.lasting),
  );
}

/** Whether nothing but incidents of failed deployments closes a gate: then it may be their fix that is held up. */
export function isClosedByFailures(results: readonly CheckResult[]): boolean {
  const closing = results.filter((result) => verdictOf(result) !== 'open');
  return closing.every((result) => result.seen === 'record' && openingReference(result.record)?.of === 'failure');
}

/** What a page shows of one kind, as far as a gate counts it. */
export interface Standing {
  readonly open: readonly (Incident | Window)[];
  /** `perhaps-incomplete`: as long as the longest list, and newest first. `in-part`: something may be missing from it, or cannot be read. */
  readonly extent: 'whole' | 'perhaps-incomplete' | 'in-part';
  /** Whether the list is empty and the key may not ask whether it sees the page. */
  readonly pageUnproved: boolean;
}

/** The results about the records of one kind on a page. Those of the deployment key `ours`, and windows that have not begun, do not count. */
export function judgeRecords(
  page: Page,
  test: Kind,
  { open, extent, pageUnproved }: Standing,
  ours: string | undefined,
  now: Date,
): readonly CheckResult[] {
  const standing = open.filter((record) => record.kind === 'incident' || isUnderWay(record, now));
  const others = standing.filter((record) => ours === undefined || openingReference(record)?.key !== ours);
  const found = others.map((record): CheckResult => ({ seen: 'record', page, record }));
  if (extent === 'in-part') return [...found, { seen: 'in-part', page, test }];
  if (found.length > 0) return found;
  const perhapsIncomplete = extent === 'perhaps-incomplete';
  return [{ seen: 'nothing', page, test, ours: standing.length - others.length, perhapsIncomplete, pageUnproved }];
}

/** The end that a finished deployment gives its window is a whole second, so it lies a moment ahead. */
const justEndedMs = 2 * secondMs;

/** Whether a window has begun and was not just ended. What is not known of it counts against the gate. */
function isUnderWay({ startAt, endAt }: Window, now: Date): boolean {
  const liesAhead = startAt !== undefined && startAt > now;
  const isEnding = endAt !== undefined && msBetween(now, endAt) <= justEndedMs;
  return !liesAhead && !isEnding;
}

/** A monitor that counts, with the page that it is on. */
export interface Watched {
  readonly page: Page;
  readonly monitor: Monitor;
}

/** The result about one monitor that is not disabled. */
export function judgeUptime({ page, monitor }: Watched, availability: Availability, terms: UptimeTerms): CheckResult {
  const { uptimePercent, downtimeSeconds } = availability;
  if (uptimePercent === undefined) {
    return { seen: 'unmeasured', pages: [page], name: monitor.name ?? monitor.id, why: 'not-told' };
  }
  return { seen: 'uptime', page, monitor, uptimePercent, downtimeSeconds, terms };
}

/** How much of the error budget is used, in percent of it; undefined if there is no budget, because no downtime at all is allowed. */
export function usedBudgetPercent(uptimePercent: number, minPercent: number): number | undefined {
  return minPercent >= 100 ? undefined : ((100 - uptimePercent) / (100 - minPercent)) * 100;
}

/** A gate is asked no more often than this. */
const askEveryMs = 30 * secondMs;

/** When to check a gate again after `askedAt`: every 30 s, for the last time at `endsAt`; undefined after that. */
export function planNextAsk(askedAt: Date, endsAt: Date): Date | undefined {
  const next = later(askedAt, askEveryMs);
  if (next > endsAt) return undefined;
  // The last check is at the very end, so that all the time is used.
  return later(next, askEveryMs) > endsAt ? endsAt : next;
}

/** The monitors of a page as far as they could be seen. */
export interface PageMonitors {
  readonly page: Page;
  readonly monitors: readonly Monitor[];
  /** False if there may be others. */
  readonly whole: boolean;
}

/** The monitors whose uptime counts, and what is to be said of the others. */
export interface ChosenMonitors {
  readonly watched: readonly Watched[];
  readonly results: readonly CheckResult[];
}

/**
 * The monitors that names mean: by id, then by name regardless of case, and a name that several have means all of them; without names all
 * monitors of the pages. One that is missing or disabled is neither up nor down, and is named.
 */
export function chooseMonitors(names: readonly string[] | undefined, seen: readonly PageMonitors[]): ChosenMonitors {
  const all = seen.flatMap(({ page, monitors }) => monitors.map((monitor): Watched => ({ page, monitor })));
  const results: CheckResult[] = [];
  const chosen = new Set<Watched>();
  const split = findSplitName(
    names ?? [],
    all.flatMap(({ monitor }) => monitor.name ?? []),
  );
  for (const name of names ?? []) {
    const found = matchMonitors(name, all);
    for (const one of found) chosen.add(one);
    const pages = seen.map(({ page }) => page);
    if (found.length === 0) results.push({ seen: 'unmeasured', pages, name, why: 'missing', split });
  }
  if (names === undefined) {
    for (const one of all) chosen.add(one);
    for (const { page, monitors, whole } of seen) {
      if (!whole) results.push({ seen: 'in-part', page, test: 'uptime' });
      else if (monitors.length === 0) results.push({ seen: 'no-monitors', page });
    }
  }
  const isDisabled = ({ monitor }: Watched) => monitor.enabled === false;
  const disabled = [...chosen].filter(isDisabled).map(
    ({ page, monitor }): CheckResult => ({
      seen: 'unmeasured',
      pages: [page],
      name: monitor.name ?? monitor.id,
      why: 'disabled',
    }),
  );
  return { watched: [...chosen].filter((one) => !isDisabled(one)), results: [...results, ...disabled] };
}

function matchMonitors(name: string, all: readonly Watched[]): readonly Watched[] {
  const byId = all.filter(({ monitor }) => monitor.id === name);
  return byId.length > 0 ? byId : all.filter(({ monitor }) => monitor.name?.toLowerCase() === name.toLowerCase());
}
