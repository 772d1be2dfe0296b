import { fetchShown, type Shown } from '../../deployment/find.ts';
import type { Page } from '../../domain/page.ts';
import type { Kind } from '../../domain/record.ts';
import { longestIncidentList, type StatusPage } from '../../statuspage/client.ts';
import { isUnknownPage, StatusPageError } from '../../statuspage/errors.ts';
import { findPages, provePage } from '../../statuspage/find-pages.ts';
import {
  type CheckResult,
  chooseMonitors,
  type GateTest,
  judgeRecords,
  judgeUptime,
  type PageMonitors,
  type Standing,
  type UptimeTerms,
  type Watched,
} from './judge.ts';

/** What a gate asks for. */
export interface GateQuestion {
  /** The pages as the user named them. */
  readonly pages: readonly string[];
  /** The kinds whose records close it. */
  readonly kinds: readonly Kind[];
  /** The hash of the deployment key, whose records do not close it. */
  readonly ours: string | undefined;
  readonly uptime: UptimeQuestion | undefined;
}

interface UptimeQuestion extends UptimeTerms {
  /** Ids or names; undefined for all monitors of the pages. */
  readonly monitors: readonly string[] | undefined;
}

/** Asks for everything that a gate needs, side by side. An error about one thing is in its result; throws nothing. */
export async function askGate(client: StatusPage, question: GateQuestion): Promise<readonly CheckResult[]> {
  const statusPage = readPagesOnce(client);
  let pages: readonly Page[];
  try {
    pages = await findPages(statusPage, question.pages);
  } catch (error) {
    return [{ seen: 'failed', about: undefined, error, lasting: isLasting(error) }];
  }
  const { kinds, ours, uptime } = question;
  const records = pages.flatMap((page) => kinds.map((kind) => lookForRecords(statusPage, page, kind, ours)));
  const measured = uptime === undefined ? [] : [measureUptime(statusPage, pages, uptime)];
  const results = (await Promise.all([...records, ...measured])).flat();
  return results.some(meetsUnknownPage) ? nameVisible(statusPage, results) : results;
}

/** Several tests may need the same page. */
function readPagesOnce(statusPage: StatusPage): StatusPage {
  const reads = new Map<string, ReturnType<StatusPage['fetchPage']>>();
  const fetchPage: StatusPage['fetchPage'] = (id) => {
    const read = reads.get(id) ?? statusPage.fetchPage(id);
    reads.set(id, read);
    return read;
  };
  return { ...statusPage, fetchPage };
}

async function lookForRecords(
  statusPage: StatusPage,
  page: Page,
  kind: Kind,
  ours: string | undefined,
): Promise<readonly CheckResult[]> {
  try {
    const shown = await fetchShown(statusPage, kind, page.id, { wantsMessage: ours !== undefined });
    const isEmpty = shown.open.length + shown.over.length === 0;
    // A page that was found by its slug or name is one that the key sees.
    const needsProof = isEmpty && page.name === undefined && page.slug === undefined;
    const pageUnproved = needsProof && (await provePage(statusPage, page)) === 'not-allowed';
    const standing = { open: shown.open, extent: extentOf(kind, shown), pageUnproved };
    return judgeRecords(page, kind, standing, ours, statusPage.serverNow());
  } catch (error) {
    return [failedCheck(page, kind, error)];
  }
}

/** A full list of incidents proves nothing about those that it leaves out, unless these are the oldest. */
function extentOf(kind: Kind, { open, over, listedWhole, newestFirst }: Shown): Standing['extent'] {
  const isFull = kind === 'incident' && open.length + over.length >= longestIncidentList;
  if (isFull && newestFirst) return 'perhaps-incomplete';
  return listedWhole && !isFull ? 'whole' : 'in-part';
}

async function measureUptime(
  statusPage: StatusPage,
  pages: readonly Page[],
  question: UptimeQuestion,
): Promise<readonly CheckResult[]> {
  const failures: CheckResult[] = [];
  const seen = await Promise.all(
    pages.map(async (page): Promise<readonly PageMonitors[]> => {
      try {
        return [await fetchMonitorsOf(statusPage, page)];
      } catch (error) {
        failures.push(failedCheck(page, 'uptime', error));
        return [];
      }
    }),
  );
  const { watched, results } = chooseMonitors(question.monitors, seen.flat());
  // A name that is not found may be on the page that could not be read.
  const sure = results.filter((one) => failures.length === 0 || one.seen !== 'unmeasured' || one.why !== 'missing');
  const measured = watched.map((one) => measureMonitor(statusPage, one, question));
  return [...failures, ...sure, ...(await Promise.all(measured))];
}

async function measureMonitor(statusPage: StatusPage, watched: Watched, terms: UptimeTerms): Promise<CheckResult> {
  const { page, monitor } = watched;
  try {
    const { minPercent, period } = terms;
    return judgeUptime(watched, await statusPage.fetchAvailability(monitor.id, period), { minPercent, period });
  } catch (error) {
    return failedCheck(page, 'uptime', error);
  }
}

/** The monitors of a page from wherever the key may read them; the list of all monitors leaves the disabled ones out. */
async function fetchMonitorsOf(statusPage: StatusPage, page: Page): Promise<PageMonitors> {
  let refusal: unknown;
  try {
    const { monitors, showsAllMonitors, ...seen } = await statusPage.fetchPage(page.id);
    if (showsAllMonitors) return { page: { ...seen, ...page }, monitors, whole: true };
  } catch (error) {
    if (!isForbidden(error)) throw error;
    refusal = error;
  }
  try {
    const { records, complete } = await statusPage.fetchMonitors();
    const monitors = records.filter(({ pageId }) => pageId === page.id);
    return { page, monitors, whole: complete && records.every(({ pageId }) => pageId !== undefined) };
  } catch (error) {
    throw isForbidden(error) && refusal !== undefined ? refusal : error;
  }
}

function failedCheck(page: Page, test: GateTest, error: unknown): CheckResult {
  return { seen: 'failed', about: { page, test }, error, lasting: isLasting(error) };
}

/** The key and the workflow do not fix themselves. If something is gone that a list just showed, asking again helps. */
function isLasting(error: unknown): boolean {
  if (!(error instanceof StatusPageError)) return true;
  return error.fixable && (error.code !== 'not-found' || isUnknownPage(error));
}

function isForbidden(error: unknown): boolean {
  return error instanceof StatusPageError && error.code === 'forbidden';
}

function meetsUnknownPage(result: CheckResult): boolean {
  return result.seen === 'failed' && result.about !== undefined && isUnknownPage(result.error);
}

/** For an unknown page: those that the key sees, if it may list them. */
async function nameVisible(statusPage: StatusPage, results: readonly CheckResult[]): Promise<readonly CheckResult[]> {
  const visible = await statusPage.fetchPages().catch(() => undefined);
  return results.map((result) => (meetsUnknownPage(result) ? { ...result, visible } : result));
}
