import type { Opened } from '../deployment/begin.ts';
import type { Ended } from '../deployment/end-record.ts';
import type { Plan } from '../deployment/plan.ts';
import { describeOutcome } from '../domain/outcome.ts';
import { describeSpan, describeTime, liesAhead } from '../domain/time.ts';
import { describeAnnounced } from './describe-record.ts';
import type { EndingContext } from './ending.ts';

/** The first line of main's summary: what is on the page now, and how long. */
export function describeOpeningVerdict(plan: Plan, opened: readonly Opened[], now: Date): string {
  const shown = opened.filter(({ record }) => record.id !== undefined);
  const [first] = shown;
  if (first === undefined) return 'No notice on the page; the deployment goes on.';
  const missing = opened.length - shown.length;
  const partly = missing === 0 ? '' : ` On ${missing} of ${opened.length} pages there is no notice.`;
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

/** The first line of the summary of an ending: whether anything is left on the page, before everything else. */
export function describeEndingVerdict(ended: readonly Ended[], { why, now }: EndingContext): string {
  const outcome = describeWhy(why);
  const say = (...sentences: readonly string[]) => sentences.filter((sentence) => sentence !== '').join(' ');
  const left = ended.find(isLeft);
  if (left !== undefined)
    return say(
      `STILL ON THE PAGE${describeUntil(left, now)}.`,
      outcome,
      'How to end it stands in the annotation of this step.',
    );
  const raised = ended.find((one) => one.raised !== undefined);
  if (raised !== undefined)
    return say('AN INCIDENT IS OPEN on the page.', outcome, 'It stays until somebody resolves it.');
  const [first] = ended;
  return say(first === undefined ? 'Nothing was on the page.' : describeGone(first, now), outcome);
}

/** Whether a record is on the page still. One that main never opened is not, whatever went wrong with the incident of the failure. */
function isLeft({ record, did, error }: Ended): boolean {
  return did === 'kept' || (did === undefined && error !== undefined && record.stage !== 'missed');
}

/** Why it came to the end; empty where somebody asked for it, because nothing is known of the deployment then. */
function describeWhy(why: EndingContext['why']): string {
  switch (why) {
    case 'taken-back':
      return 'Nothing was deployed.';
    case 'asked':
      return '';
    default:
      return describeOutcome(why);
  }
}

function describeUntil({ record }: Ended, now: Date): string {
  if (record.kind === 'incident') return ' until somebody resolves it';
  return record.endAt === undefined ? '' : ` until ${describeTime(record.endAt, now)}`;
}

function describeGone({ record, did }: Ended, now: Date): string {
  const { startAt, endAt } = record;
  if (record.stage === 'missed') return 'Nothing was on the page.';
  switch (did) {
    case 'deleted':
      return 'Removed from the page.';
    case 'absent':
      return 'Nothing was on the page.';
    case 'gone':
      return 'Off the page: somebody had deleted it.';
    case 'already-resolved':
      return 'Off the page: it was resolved before.';
    default:
      if (startAt === undefined || (record.kind === 'maintenance' && endAt === undefined)) return 'Off the page.';
      return `On the page ${describeSpan(startAt, record.kind === 'maintenance' ? (endAt ?? now) : now, now)}.`;
  }
}

/** The verdict where a step failed before anything could be shown. */
export function describeFailedOpeningVerdict(left: number): string {
  return left === 0
    ? 'No notice on the page: the step failed.'
    : 'STILL ON THE PAGE: the step failed, and not everything could be taken back. The post step tries again.';
}
