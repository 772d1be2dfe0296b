import { type DeploymentRecord, unconfirmedRecord } from '../../deployment/deployment.ts';
import { asFound } from '../../deployment/find.ts';
import { addEntryOnce } from '../../deployment/incident.ts';
import { openingReference } from '../../deployment/match.ts';
import { formatReference, isOwn, type OwnReference, referencesIn, runIdOf } from '../../domain/deployment-reference.ts';
import type { Page } from '../../domain/page.ts';
import { type Incident, incidentStates } from '../../domain/record.ts';
import { abandonedMessage } from '../../domain/text.ts';
import { type RunState, type WorkflowRuns, WorkflowRunsError } from '../../domain/workflow-runs.ts';
import type { StatusPage } from '../../statuspage/client.ts';
import { StatusPageError } from '../../statuspage/errors.ts';
import { provePage } from '../../statuspage/find-pages.ts';

/**
 * What came of an open incident. `not-ours`: no step opened it for itself; `touched`: the post step or a person has edited it; `unclear`: the
 * reply does not tell; `over`: it was resolved or deleted meanwhile.
 */
export type SweepResult = 'resolved' | 'in-progress' | 'unknown-run' | 'touched' | 'unclear' | 'not-ours' | 'over';

interface Entry {
  readonly record: DeploymentRecord;
  /** The run that opened it, if its reference says so. */
  readonly runId?: string;
}

/** One open incident, or a page whose incidents could not be listed; the record has no id then. */
export type Swept =
  | (Entry & { readonly result: SweepResult })
  | (Entry & { readonly result: 'failed'; readonly error: unknown });

/** What a sweep has found and done. */
export interface Sweep {
  readonly swept: readonly Swept[];
  /** The pages whose lists may not have shown all. */
  readonly incomplete: readonly Page[];
  /** The pages with an empty list that the key may not see: it may not ask. */
  readonly unproved: readonly Page[];
  /** Why the answers of GitHub mean nothing, if they do. */
  readonly blindness?: unknown;
}

/** What GitHub is asked about runs, and the run that asks, if GitHub runs it. */
export interface Asking {
  readonly runs: WorkflowRuns;
  readonly ownRunId: string | undefined;
}

/**
 * Resolves the open incidents that a step opened for itself, if its run is completed and nobody has edited them since. An API error about one page
 * or incident is in its entry and keeps it from no other. Run again, it continues with what is left.
 */
export async function sweep(
  statusPage: StatusPage,
  pages: readonly Page[],
  { runs, ownRunId }: Asking,
): Promise<Sweep> {
  const answers: RunState[] = [];
  const fetchState = async (runId: string) => {
    const state = await runs.fetchState(runId);
    answers.push(state);
    return state;
  };
  const sweeper: Sweeper = { statusPage, fetchState, firstWrite: undefined, refusal: undefined };
  const lists = await Promise.all(pages.map((page) => listOpen(statusPage, page)));
  const seen = new Set<string>();
  const incidents = lists
    .flatMap(({ page, open }) => open.map((incident) => ({ page, incident })))
    .filter(({ incident: { id } }) => !seen.has(id) && seen.add(id));
  const swept = await Promise.all(incidents.map(({ page, incident }) => sweepOne(sweeper, page, incident)));
  const knowsNone = answers.length > 0 && answers.every((state) => state === 'unknown');
  return {
    swept: [...lists.flatMap(({ failure }) => failure ?? []), ...swept],
    incomplete: lists.filter(({ complete }) => !complete).map(({ page }) => page),
    unproved: lists.filter(({ isProved }) => !isProved).map(({ page }) => page),
    blindness: knowsNone && ownRunId !== undefined ? await findBlindness(runs, ownRunId) : undefined,
  };
}

/** Not even the run that asks: a token that does not see the repository finds nothing there. */
async function findBlindness(runs: WorkflowRuns, ownRunId: string): Promise<unknown> {
  try {
    return (await runs.fetchState(ownRunId)) === 'unknown' ? new WorkflowRunsError({ code: 'invisible' }) : undefined;
  } catch (error) {
    return error;
  }
}

interface OpenIncidents {
  readonly page: Page;
  readonly open: readonly Incident[];
  readonly complete: boolean;
  readonly isProved: boolean;
  readonly failure?: Swept;
}

async function listOpen(statusPage: StatusPage, page: Page): Promise<OpenIncidents> {
  try {
    const { records, complete } = await statusPage.fetchIncidents(page.id);
    // A page that was found by its slug or name is one that the key sees.
    const needsProof = records.length === 0 && page.name === undefined && page.slug === undefined;
    const isProved = !needsProof || (await provePage(statusPage, page)) === 'proved';
    return { page, open: records.filter((incident) => !isResolved(incident)), complete, isProved };
  } catch (error) {
    const record = unconfirmedRecord('incident', page);
    return { page, open: [], complete: true, isProved: true, failure: { record, result: 'failed', error } };
  }
}

interface Sweeper {
  readonly statusPage: StatusPage;
  readonly fetchState: (runId: string) => Promise<RunState>;
  /** The first write shows whether the key may write at all, so the others wait for it. */
  firstWrite: Promise<void> | undefined;
  /** Why the key may not write: it is not tried again with every incident. */
  refusal: StatusPageError | undefined;
}

interface Judged {
  readonly result: SweepResult;
  readonly runId?: string;
}

async function sweepOne(sweeper: Sweeper, page: Page, listed: Incident): Promise<Swept> {
  const record = asFound(unconfirmedRecord('incident', page), listed);
  try {
    const { result, runId } = await judgeAndResolve(sweeper, listed);
    const now = result === 'resolved' ? { ...record, state: incidentStates.resolved } : record;
    return { record: now, result, ...(runId !== undefined && { runId }) };
  } catch (error) {
    if (!(error instanceof StatusPageError)) return { record, result: 'failed', error };
    if (error.code === 'not-found') return { record, result: 'over' };
    return { record, result: 'failed', error };
  }
}

/** Asks the cheapest question first, and stops at the first answer that forbids resolving. */
async function judgeAndResolve(sweeper: Sweeper, listed: Incident): Promise<Judged> {
  const { statusPage, fetchState } = sweeper;
  const shown = listed.showsMessage ? listed : await statusPage.fetchIncident(listed.id);
  const own = ownReferenceOf(shown);
  if (own === undefined) return { result: 'not-ours' };
  const runId = runIdOf(own);
  if (runId === undefined) return { result: 'unknown-run' };
  if (isUntouched(shown, own) === false) return { result: 'touched', runId };
  if (sweeper.refusal !== undefined) throw sweeper.refusal;
  const state = await fetchState(runId);
  if (state !== 'completed') return { result: state === 'unknown' ? 'unknown-run' : 'in-progress', runId };
  // GitHub may have kept us waiting, so the incident is read again.
  const now = await statusPage.fetchIncident(listed.id);
  if (isResolved(now)) return { result: 'over', runId };
  const seen = ownReferenceOf(now);
  const isSame = seen !== undefined && formatReference(seen) === formatReference(own);
  const untouched = isSame && isUntouched(now, own);
  if (untouched === undefined) return { result: 'unclear', runId };
  if (!untouched) return { result: 'touched', runId };
  await resolveIncident(sweeper, now);
  return { result: 'resolved', runId };
}

async function resolveIncident(sweeper: Sweeper, incident: Incident): Promise<void> {
  if (sweeper.firstWrite !== undefined) await sweeper.firstWrite.catch(() => {});
  if (sweeper.refusal !== undefined) throw sweeper.refusal;
  const entry = { message: abandonedMessage, state: incidentStates.resolved };
  const write = addEntryOnce(sweeper.statusPage, incident.id, entry, incident).catch((error: unknown) => {
    const isRefusal = error instanceof StatusPageError && ['forbidden', 'blocked', 'unauthorized'].includes(error.code);
    if (isRefusal) sweeper.refusal = error;
    throw error;
  });
  sweeper.firstWrite ??= write;
  await write;
}

/** The reference of the one step that opened an incident for itself; undefined for anything else. */
export function ownReferenceOf(incident: Incident): OwnReference | undefined {
  const reference = openingReference(incident);
  return reference !== undefined && reference.of === 'deployment' && isOwn(reference) ? reference : undefined;
}

/**
 * Whether nobody has touched an incident since its step opened it: its timeline has that one entry, in the state that it still has. Undefined
 * if the reply does not show enough to tell.
 */
export function isUntouched({ state, timeline = [] }: Incident, reference: OwnReference): boolean | undefined {
  const [first, ...later] = timeline;
  if (later.length > 0) return false;
  if (first?.message === undefined || state === undefined) return undefined;
  if (first.state !== undefined && first.state !== state) return false;
  // A timeline that leaves out the first message shows a later entry as the only one.
  return referencesIn(first.message).some(({ key, run }) => key === reference.key && run === reference.run)
    ? true
    : undefined;
}

/** Whether an incident is over, by what a reply shows. */
export function isResolved({ state }: Incident): boolean {
  return state === incidentStates.resolved;
}
