import { ExplainedError } from '../domain/errors.ts';
import type { Page } from '../domain/page.ts';
import { shorten } from '../domain/record.ts';
import type { Clock } from '../domain/time.ts';
import type { StatusPage } from '../statuspage/client.ts';
import { UncertainCreateError } from './create-once.ts';
import type { Deployment, DeploymentRecord, Memory } from './deployment.ts';
import { type Earlier, findEarlier, openRecord, type Way } from './open-record.ts';
import type { Plan } from './plan.ts';

/** What became of one page: its record, and why it could not be opened or not as it should. */
export interface Opened {
  readonly record: DeploymentRecord;
  /** Undefined where nothing was opened. */
  readonly way: Way | undefined;
  readonly error: unknown;
}

/** A deployment that has begun, with an entry for each of its pages, in their order. */
export interface Begun {
  readonly deployment: Deployment;
  readonly opened: readonly Opened[];
}

interface Surroundings {
  readonly statusPage: StatusPage;
  readonly clock: Clock;
  readonly memory: Memory;
  /** Whether an error must fail the job: then nothing further is opened. */
  readonly isFatal: (error: unknown) => boolean;
}

/**
 * Opens the records of a deployment: all pages are looked up first, then opened side by side. What is known is remembered before each effect
 * and after it. Trouble with a page stands in its entry.
 */
export async function begin(plan: Plan, { statusPage, clock, memory, isFatal }: Surroundings): Promise<Begun> {
  const records = plan.pages.map((page) => startRecord(plan, page));
  const deployment = startDeployment(plan, statusPage, clock.now(), records);
  const remember = () => {
    deployment.clockOffsetMs = statusPage.clockOffsetMs();
    memory.remember(deployment);
  };
  remember();
  const looks = await Promise.allSettled(records.map(({ page }) => findEarlier(statusPage, plan, page)));
  const stopped = looks.some((look) => look.status === 'rejected' && isFatal(look.reason));
  const openOne = async (record: DeploymentRecord, look: PromiseSettledResult<Earlier | undefined> | undefined) => {
    if (look?.status === 'rejected') throw look.reason;
    if (stopped) return undefined;
    const note = (known: Partial<DeploymentRecord>) => {
      Object.assign(record, known);
      remember();
    };
    return openRecord({ statusPage, note }, plan, record.page, look?.value);
  };
  const ways = await Promise.allSettled(records.map((record, place) => openOne(record, looks[place])));
  const opened = records.map((record, place) => conclude(record, looks[place], ways[place]));
  remember();
  return { deployment, opened };
}

function conclude(
  record: DeploymentRecord,
  look: PromiseSettledResult<unknown> | undefined,
  way: PromiseSettledResult<Way | undefined> | undefined,
): Opened {
  const error = way?.status === 'rejected' ? way.reason : undefined;
  if (record.stage === 'opening') record.stage = stageAfter(error, look?.status === 'rejected');
  return { record, way: way?.status === 'fulfilled' ? way.value : undefined, error };
}

/** What the post step has to expect of a record whose id did not reach us. */
function stageAfter(error: unknown, inLook: boolean): DeploymentRecord['stage'] {
  if (error instanceof UncertainCreateError) return 'opening';
  if (wasRefused(error)) return 'gone';
  // Where the look was in trouble, nothing was made; but a record of an earlier attempt may be there, and nobody else ends it.
  return inLook ? 'opening' : 'missed';
}

/** Refused for a reason that lasts, or nothing was sent at all. */
function wasRefused(error: unknown): boolean {
  return error === undefined || (error instanceof ExplainedError && error.fixable);
}

function startRecord(plan: Plan, page: Page): DeploymentRecord {
  const { kind, reference, title, searchFirst } = plan;
  return {
    kind,
    page: { ...page },
    reference,
    stage: 'opening',
    id: undefined,
    title: shorten(title),
    created: !searchFirst,
    mailed: false,
  };
}

function startDeployment(plan: Plan, statusPage: StatusPage, startedAt: Date, records: DeploymentRecord[]): Deployment {
  const { own, key, tag, failure } = plan;
  return { version: 1, stage: 'opening', apiUrl: statusPage.apiUrl.href, own, key, startedAt, tag, failure, records };
}
