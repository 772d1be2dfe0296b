import { UncertainCreateError } from '../deployment/create-once.ts';
import type { DeploymentRecord } from '../deployment/deployment.ts';
import type { Ended } from '../deployment/end-record.ts';
import type { Opened } from '../deployment/open.ts';
import type { Plan } from '../deployment/plan.ts';
import { describeOutcome } from '../domain/outcome.ts';
import { describeSpan, describeTime, liesAhead } from '../domain/time.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { DescribeContext } from './ending.ts';
import { describeAnnounced, isUnknownRecord } from './record.ts';

/** The first line of main's summary: what is on the page now, and how long. */
export function describeOpeningVerdict(plan: Plan, opened: readonly Opened[], now: Date): string {
  const shown = opened.filter(({ record }) => isShown(record));
  const [first] = shown;
  if (first === undefined) return describeNoNotice(opened);
  const partly = describeMissing(opened);
  const { record } = first;
  const future = plan.own ? 'The post step takes it down.' : 'It stays until `resolve` takes it down.';
  if (record.kind === 'incident')
    return `On the page: an open incident (${describeAnnounced(record, now)}). ${future}${partly}`;
  const { startAt, endAt } = record;
  if (startAt !== undefined && liesAhead(startAt, now))
    return `Announced on the page: ${describeAnnounced(record, now)}. ${future}${partly}`;
  const until = endAt === undefined ? '' : ` until ${describeTime(endAt, now)} at the latest`;
  return `On the page${until}. ${future}${partly}`;
}

/** Whether a record is on the page, or would be without the dry run. */
function isShown({ stage }: DeploymentRecord): boolean {
  return stage === 'open' || stage === 'not-sent';
}

/** The pages without a notice, apart from those where that is not sure. */
function describeMissing(opened: readonly Opened[]): string {
  const doubtful = opened.filter(({ record }) => record.stage === 'opening').length;
  const missing = opened.filter(({ record }) => !isShown(record)).length - doubtful;
  const none = missing === 0 ? '' : ` On ${missing} of ${opened.length} pages there is no notice.`;
  return doubtful === 0 ? none : `${none} On ${doubtful} of ${opened.length} pages there may be one, or none.`;
}

/** Why there is no notice, and whether that is sure. */
function describeNoNotice(opened: readonly Opened[]): string {
  const [error] = opened.map((one) => one.error).filter((one) => one !== undefined);
  const sure = opened.every(({ record }) => record.stage !== 'opening');
  const what = sure ? 'No notice on the page' : 'There may be a notice on the page, or none';
  return `${what}: ${describeCause(error)}; the deployment goes on.`;
}

/** What happened, in a few words. */
function describeCause(error: unknown): string {
  const cause = error instanceof UncertainCreateError ? error.cause : error;
  if (!(cause instanceof StatusPageError)) return 'it could not be opened';
  if (cause.status !== undefined) return `StatusPage.me answered ${cause.status}`;
  const sent = cause.code === 'timeout' || cause.code === 'reset';
  return sent ? 'StatusPage.me did not answer' : 'StatusPage.me could not be reached';
}

/** The first line of the summary of an ending: whether anything is left on the page, before everything else. */
export function describeEndingVerdict(ended: readonly Ended[], { why, now }: DescribeContext): string {
  const outcome = describeWhy(why);
  const say = (...sentences: readonly string[]) => sentences.filter((sentence) => sentence !== '').join(' ');
  const left = ended.find((one) => isLeft(one, now)) ?? ended.find(({ result }) => result === 'running');
  // Without an id nobody has seen it: main's creation was lost, or the page could not be searched.
  const still = left?.record.id === undefined ? 'PERHAPS STILL ON THE PAGE' : 'STILL ON THE PAGE';
  if (left !== undefined) return say(`${still}${describeUntil(left, now)}.`, outcome, howToEnd);
  if (ended.some(({ result }) => result === 'failed')) {
    return say('NOT ALL WAS DONE.', outcome, 'What is missing stands in the annotation of this step.');
  }
  if (ended.some(({ result }) => result === 'incident-opened')) {
    return say('AN INCIDENT IS OPEN on the page.', outcome, 'It stays until somebody resolves it.');
  }
  const isRecovery = ({ phase }: Ended) => phase === 'recovering' || phase === 'superseding';
  const own = ended.filter((one) => !isRecovery(one));
  const [first] = own.toSorted((a, b) => Number(wasShown(b)) - Number(wasShown(a)));
  const recovered = ended.some((one) => one.phase === 'recovering' && wasShown(one));
  const also = recovered ? 'The incident of an earlier failure is resolved.' : '';
  return say(first === undefined ? 'Nothing to end was found.' : describeGone(first, now), outcome, also);
}

const howToEnd = 'How to end it stands in the annotation of this step.';

/** Whether a record is on the page still, by what we know: one that was kept or left, or that something failed for. */
function isLeft(ended: Ended, now: Date): boolean {
  const { record, result } = ended;
  if (result === 'kept' || result === 'left') return true;
  const mayBeThere = record.stage !== 'missed' && (record.endAt === undefined || record.endAt > now);
  return result === 'failed' && mayBeThere && !isUnknownRecord(ended.error);
}

function wasShown({ result }: Ended): boolean {
  return result === 'ended' || result === 'resolved';
}

/** Why it came to the end; empty where nothing is known of the deployment. */
function describeWhy(why: DescribeContext['why']): string {
  switch (why) {
    case 'undone':
      return 'Nothing was deployed.';
    case 'asked':
    case 'unknown':
      return '';
    default:
      return describeOutcome(why);
  }
}

function describeUntil({ record }: Ended, now: Date): string {
  if (record.kind === 'incident') return ' until somebody resolves it';
  return record.endAt === undefined ? '' : ` until ${describeTime(record.endAt, now)}`;
}

function describeGone({ record, result }: Ended, now: Date): string {
  const { startAt, endAt } = record;
  switch (result) {
    case 'deleted':
      return 'Removed from the page.';
    case 'absent':
      return 'Nothing was found on the page.';
    case 'gone':
      return 'Off the page: it was not there any more.';
    case 'already-resolved':
      return 'Off the page: it was resolved before.';
    default:
      if (startAt === undefined || (record.kind === 'maintenance' && endAt === undefined)) return 'Off the page.';
      return `On the page ${describeSpan(startAt, record.kind === 'maintenance' ? (endAt ?? now) : now, now)}.`;
  }
}

/** The first line of the summary of an opening that failed the step: what was taken back is off the page. */
export function describeFailedOpeningVerdict(undone: readonly Ended[], now: Date): string {
  const left = undone.find((one) => isLeft(one, now));
  if (left !== undefined) return `STILL ON THE PAGE${describeUntil(left, now)}. The step failed. ${howToEnd}`;
  if (undone.some(({ result }) => result === 'absent')) {
    return 'There may be a notice on the page: the step failed, and the post step looks for it again.';
  }
  return 'The step failed and left no notice on the page.';
}
