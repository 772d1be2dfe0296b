import { formatReference } from '../domain/deployment-reference.ts';
import { ExplainedError } from '../domain/errors.ts';
import type { Page } from '../domain/page.ts';
import { type Incident, shorten, type Window } from '../domain/record.ts';
import type { Clock } from '../domain/time.ts';
import type { StatusPage } from '../statuspage/client.ts';
import { UncertainCreateError } from './create-once.ts';
import type { Deployment, DeploymentRecord, Memory, RecordWriter } from './deployment.ts';
import { findEarlier, mayFindEarlier, openRecord, type Way } from './open-record.ts';
import type { Plan } from './plan.ts';

/** What became of one page: its record, and why it could not be opened or not as it should. */
export interface Opened {
  readonly record: DeploymentRecord;
  /** Undefined if nothing was opened. */
  readonly way: Way | undefined;
  readonly error: unknown;
  /** The record of an earlier attempt, job or run that is reused or taken over, as the page showed it. */
  readonly reused?: Window | Incident | undefined;
  /** An announced window whose start the server did not move: this deployment's success ends it too. */
  readonly beside?: DeploymentRecord | undefined;
}

/** A deployment that has begun, with an entry for each of its pages, in their order. */
export interface Begun {
  readonly deployment: Deployment;
  readonly opened: readonly Opened[];
}

/** A memory that keeps its failure, so that what was sent can still be undone. */
export interface OpeningMemory extends Memory {
  /** Why something could not be remembered; undefined if everything was. */
  readonly failure: () => Error | undefined;
}

/** Throws only if nothing could be remembered at all, because then nothing was sent either. */
export function keepFailure(memory: Memory): OpeningMemory {
  let hasBegun = false;
  let failure: Error | undefined;
  return {
    recall: memory.recall,
    failure: () => failure,
    remember: (deployment) => {
      try {
        memory.remember(deployment);
        hasBegun = true;
      } catch (error) {
        if (!hasBegun || !(error instanceof Error)) throw error;
        failure ??= error;
      }
    },
  };
}

interface OpeningContext {
  readonly statusPage: StatusPage;
  readonly clock: Clock;
  readonly memory: Memory;
  /** Whether an error must fail the job: then nothing further is opened. */
  readonly isFatal: (error: unknown) => boolean;
}

/**
 * Opens the records of a deployment: all pages are searched first, then opened side by side. What is known is remembered before each effect
 * and after it. An error about a page is in its entry.
 */
export async function begin(plan: Plan, { statusPage, clock, memory, isFatal }: OpeningContext): Promise<Begun> {
  const records = plan.pages.map((page) => startRecord(plan, page));
  const deployment = startDeployment(plan, statusPage, clock.now(), records);
  const remember = () => {
    deployment.clockOffsetMs = statusPage.clockOffsetMs();
    memory.remember(deployment);
  };
  remember();
  const searches = await Promise.allSettled(plan.pages.map((page) => findEarlier(statusPage, plan, page)));
  const stopped = searches.some((search) => search.status === 'rejected' && isFatal(search.reason));
  const beside = new Map<number, DeploymentRecord>();
  const reused = new Map<number, Window | Incident>();
  const openOne = async (page: Page, index: number): Promise<Way | undefined> => {
    const search = searches[index];
    if (search?.status === 'rejected') throw search.reason;
    if (stopped) return undefined;
    const write = (record: DeploymentRecord) => {
      records[index] = record;
      remember();
    };
    const current = () => records[index] ?? startRecord(plan, page);
    const writer: RecordWriter = {
      statusPage,
      note: (known) => write({ ...current(), ...known }),
      noteOpen: (id, known) => write({ ...current(), ...known, stage: 'open', id }),
      noteReused: (record) => reused.set(index, record),
      keepBeside: () => {
        reused.delete(index);
        beside.set(index, current());
        records.push(current());
        write(startRecord(plan, page));
      },
    };
    return openRecord(writer, plan, page, search?.value);
  };
  const ways = await Promise.allSettled(plan.pages.map(openOne));
  const opened = ways.map((way, index): Opened => {
    const error: unknown = way.status === 'rejected' ? way.reason : undefined;
    const record = conclude(records[index] as DeploymentRecord, {
      error,
      inSearch: searches[index]?.status === 'rejected',
      plan,
      dryRun: statusPage.isDryRun,
    });
    records[index] = record;
    return {
      record,
      way: way.status === 'fulfilled' ? way.value : undefined,
      error,
      reused: reused.get(index),
      beside: beside.get(index),
    };
  });
  remember();
  return { deployment, opened };
}

/**
 * Remembers a deployment whose pages could not be looked up, so that its end looks them up again: a failure may still open its incident
 * there, and a success ends what earlier runs left. Nothing is remembered if the end would do nothing, or meet the same refusal.
 */
export function rememberUnlocated(
  plan: Plan,
  names: readonly string[],
  error: unknown,
  { statusPage, clock, memory }: Omit<OpeningContext, 'isFatal'>,
): void {
  if (!plan.own || (wasRefused(error) && !mayOpenIncident(plan))) return;
  // An earlier attempt may have left the record of this step.
  const stage = plan.mayBeRepeated && plan.identity !== undefined ? 'opening' : 'missed';
  const deployment = startDeployment(plan, statusPage, clock.now(), [startRecord(plan, undefined, stage)]);
  memory.remember({ ...deployment, stage: 'open', pageNames: [...names] });
}

interface Failing {
  readonly error: unknown;
  /** Whether the error came from the search for an earlier record. */
  readonly inSearch: boolean;
  readonly plan: Plan;
  readonly dryRun: boolean;
}

/** What the post step has to expect of a record whose id we do not know. */
function conclude(record: DeploymentRecord, { error, inSearch, plan, dryRun }: Failing): DeploymentRecord {
  if (record.stage !== 'opening' || error instanceof UncertainCreateError) return record;
  if (error === undefined && dryRun) return { ...record, stage: 'not-sent' };
  // A key that may not open a window may well open the incident of a failure.
  if (wasRefused(error)) return { ...record, stage: mayOpenIncident(plan) ? 'missed' : 'gone' };
  // If the search failed, nothing was made. But an own record of an earlier attempt may be there, and nobody else ends it.
  return inSearch && plan.own ? record : { ...record, stage: 'missed' };
}

function mayOpenIncident(plan: Plan): boolean {
  return plan.kind === 'maintenance' && plan.mayOpenIncident;
}

/** Refused for a reason that lasts, or nothing was sent at all. */
function wasRefused(error: unknown): boolean {
  return error === undefined || (error instanceof ExplainedError && error.fixable);
}

function startRecord(plan: Plan, page?: Page, stage: 'opening' | 'missed' = 'opening'): DeploymentRecord {
  const { kind, reference, title } = plan;
  return {
    kind,
    page: page && { ...page },
    reference: reference && formatReference(reference),
    stage,
    title: shorten(title),
    created: !mayFindEarlier(plan),
    mailed: false,
  };
}

function startDeployment(plan: Plan, statusPage: StatusPage, startedAt: Date, records: DeploymentRecord[]): Deployment {
  const { own, hasKey, identity, tag } = plan;
  return {
    version: 2,
    stage: 'opening',
    apiUrl: statusPage.apiUrl.href,
    own,
    hasKey,
    identity: identity && formatReference(identity),
    startedAt,
    tag,
    records,
  };
}
