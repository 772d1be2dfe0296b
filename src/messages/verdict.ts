import { UncertainCreateError } from '../deployment/create-once.ts';
import type { DeploymentRecord } from '../deployment/deployment.ts';
import { type Ended, hasEndedEarly } from '../deployment/end-record.ts';
import type { Opened } from '../deployment/open.ts';
import { NotShownYetError } from '../deployment/record-by-id.ts';
import { capitalize, list } from '../domain/text.ts';
import { describeDuration, describeTime, liesAhead, msBetween } from '../domain/time.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { DescribeContext } from './ending-failure.ts';
import { describeAnnounced, isUnknownRecord } from './record.ts';
import { forMarkdown } from './sanitize.ts';

// A verdict is the heading of a summary, in Markdown: a sign, the pages by name if they are known, and what is on them now.

/** What an opening put on the page, and how long it stays. */
export function describeOpeningVerdict(opened: readonly Opened[], now: Date): string {
  const shown = opened.map(({ record }) => record).filter(isShown);
  const [first] = shown;
  const missing = opened.filter(({ record }) => !isShown(record));
  if (first === undefined) return describeNoNotice(missing);
  const but = missing.length === 0 ? '' : ` (no notice on ${namesOf(missing, 'the other pages')})`;
  return `${heading(...describeOnPage(first, now), shown)}${but}`;
}

/** Why pages have no notice, although the step continued. */
export function describeNoNotice(missing: readonly Opened[]): string {
  const sure = missing.every(({ record }) => record.stage !== 'opening');
  const thrown = missing.map(({ error }) => error).find((error) => error !== undefined);
  const what = `${sure ? 'no notice' : 'maybe no notice'}, ${describeCause(thrown)} (the deployment continued)`;
  return heading(
    '⚠️',
    what,
    missing.map(({ record }) => record),
  );
}

function describeOnPage(record: DeploymentRecord, now: Date): readonly [sign: string, what: string] {
  const { kind, startAt, endAt } = record;
  if (kind === 'incident') return ['🔴', `incident open (${describeAnnounced(record, now)})`];
  if (startAt !== undefined && liesAhead(startAt, now))
    return ['📅', `maintenance announced for ${describeAnnounced(record, now)}`];
  return ['🔧', `under maintenance${endAt === undefined ? '' : ` until ${describeTime(endAt, now)}`}`];
}

/** Whether a record is on the page, or would be without the dry run. */
function isShown({ stage }: DeploymentRecord): boolean {
  return stage === 'open' || stage === 'not-sent';
}

/** What happened, in a few words. */
function describeCause(error: unknown): string {
  const cause = error instanceof UncertainCreateError ? error.cause : error;
  if (!(cause instanceof StatusPageError)) return 'it could not be opened';
  if (cause.status !== undefined) return `StatusPage.me answered ${cause.status}`;
  const sent = cause.code === 'timeout' || cause.code === 'reset';
  return sent ? 'StatusPage.me did not answer' : 'StatusPage.me could not be reached';
}

/** What is on the page after an ending. What is left there comes first, whatever else was done. */
export function describeEndingVerdict(ended: readonly Ended[], { why, now }: DescribeContext): string {
  const left = ended.filter((one) => isLeft(one, now));
  const [first] = left;
  if (first !== undefined) {
    return heading(
      ...describeRemaining(first, now),
      left.map(({ record }) => record),
    );
  }
  const failed = ended.filter(({ result }) => result === 'failed');
  if (failed.length > 0) return headingOf('⚠️', describeUndone(failed), failed);
  const opened = ended.filter(({ result }) => result === 'incident-opened');
  if (opened.length > 0) return headingOf('🔴', 'incident open', opened);
  const own = ended.filter(({ phase }) => phase !== 'recovering' && phase !== 'superseding');
  const [shown] = own.toSorted((a, b) => Number(wasShown(b)) - Number(wasShown(a)));
  const earlier = ended.filter((one) => !own.includes(one) && wasShown(one));
  const also = earlier.length === 0 ? '' : '; also ended what earlier runs left';
  if (shown === undefined) {
    return earlier.length === 0
      ? 'ℹ️ Nothing to end was found'
      : headingOf('✅', 'ended what earlier runs left', earlier);
  }
  const [sign, what] = describeEnded(shown, { why, now });
  const outcome = why === 'failure' || why === 'cancelled' || why === 'skipped' ? ` (${outcomes[why]})` : '';
  return `${headingOf(sign, `${what}${also}`, own)}${outcome}`;
}

const outcomes = {
  failure: 'the deployment failed',
  cancelled: 'the deployment was cancelled',
  skipped: 'the deployment was skipped',
} as const;

/** A server may take an end only some seconds ahead. */
const presentMs = 10_000;

/** Whether a record is still on the page, as far as we know: one that was kept or left, whose end failed, or whose end lies ahead. */
function isLeft(ended: Ended, now: Date): boolean {
  const { record, result } = ended;
  if (result === 'ended') return record.endAt !== undefined && msBetween(now, record.endAt) > presentMs;
  if (result === 'kept' || result === 'left' || result === 'left-to-others' || result === 'running') return true;
  const mayBeThere = record.stage !== 'missed' && (record.endAt === undefined || record.endAt > now);
  return result === 'failed' && mayBeThere && !isUnknownRecord(ended.error);
}

function describeRemaining(ended: Ended, now: Date): readonly [sign: string, what: string] {
  const { kind, id, startAt, endAt } = ended.record;
  // Without an id nobody has seen it: the response of the create was lost, or the page could not be searched. One that was not found may be gone.
  const isUnseen = id === undefined || (ended.result === 'failed' && ended.error instanceof NotShownYetError);
  const perhaps = isUnseen ? 'maybe ' : '';
  if (kind === 'incident') return ['🔴', `${perhaps}incident open`];
  if (startAt !== undefined && liesAhead(startAt, now))
    return ['⚠️', `${perhaps}maintenance still announced for ${describeAnnounced(ended.record, now)}`];
  const until = endAt === undefined ? '' : ` until ${describeTime(endAt, now)}`;
  return ['⚠️', `${perhaps}still under maintenance${until}`];
}

/** What of an ending failed, if nothing of it is left on the page. */
function describeUndone([first]: readonly Ended[]): string {
  switch (first?.phase) {
    case 'opening-incident':
      return 'the incident of the failure could not be opened';
    case 'recovering':
      return 'the incident of an earlier failure could not be resolved';
    default:
      return 'not everything could be ended';
  }
}

function wasShown({ result }: Ended): boolean {
  return result === 'ended' || result === 'resolved';
}

function describeEnded(
  ended: Ended,
  { why, now }: Pick<DescribeContext, 'why' | 'now'>,
): readonly [sign: string, what: string] {
  const { record, result } = ended;
  const { kind, startAt, endAt } = record;
  const thing = kind === 'maintenance' ? 'maintenance' : 'incident';
  switch (result) {
    case 'deleted':
      return ['✅', `${thing} removed${why === 'undone' ? ', nothing was deployed' : ''}`];
    case 'absent':
      return ['ℹ️', `no ${thing} was found to end`];
    case 'missing':
      return [ended.phase === 'keeping' ? 'ℹ️' : '✅', `${thing} no longer exists`];
    case 'already-resolved':
      return ['✅', 'incident was already resolved'];
    case 'already-over': {
      // Another command may have ended what the user asks to end.
      const over = why === 'asked' || hasEndedEarly(ended) ? 'had already ended' : 'ended by itself';
      return ['ℹ️', `maintenance ${over}${endAt === undefined ? '' : ` at ${describeTime(endAt, now)}`}`];
    }
    default: {
      const end = kind === 'maintenance' ? (endAt ?? now) : now;
      const after = startAt === undefined ? '' : ` after ${describeDuration(msBetween(startAt, end))}`;
      return ['✅', `${kind === 'maintenance' ? 'maintenance ended' : 'incident resolved'}${after}`];
    }
  }
}

/** What is on the page after an opening that failed the step, and was undone. */
export function describeFailedOpeningVerdict(undone: readonly Ended[], now: Date): string {
  const left = undone.filter((one) => isLeft(one, now));
  const [first] = left;
  if (first !== undefined) {
    const [, what] = describeRemaining(first, now);
    const next = first.result === 'failed' ? ', and the post step tries again' : '';
    return headingOf('❌', `${what} (the step failed${next})`, left);
  }
  const absent = undone.filter(({ result }) => result === 'absent');
  if (absent.length > 0)
    return headingOf('❌', 'maybe a notice, and the post step searches again (the step failed)', absent);
  return headingOf('❌', 'no notice (the step failed)', undone);
}

function headingOf(sign: string, what: string, entries: readonly Ended[]): string {
  return heading(
    sign,
    what,
    entries.map(({ record }) => record),
  );
}

const mostNamed = 3;

/** `✅ Acme: maintenance ended after 6 min`, or without the page if its name is unknown. */
export function heading(sign: string, what: string, records: readonly DeploymentRecord[]): string {
  const names = namesOf(
    records.map((record) => ({ record })),
    '',
  );
  if (names === '') return `${sign} ${capitalize(what)}`;
  return `${sign} ${names}: ${what}`;
}

function namesOf(entries: readonly { readonly record: DeploymentRecord }[], otherwise: string): string {
  const names = [...new Set(entries.map(({ record: { page } }) => page?.name ?? page?.slug))];
  const known = names.filter((name) => name !== undefined);
  if (known.length === 0 || known.length < names.length) return otherwise;
  return names.length > mostNamed ? `${names.length} pages` : list(known.map(forMarkdown));
}
