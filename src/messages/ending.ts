import type { DeploymentRecord } from '../deployment/deployment.ts';
import type { Ended, EndedDone, EndedFailed } from '../deployment/end-record.ts';
import type { Outcome } from '../domain/outcome.ts';
import { describePage } from '../domain/page.ts';
import { list } from '../domain/text.ts';
import { describeTime, formatDuration, minuteMs, msBetween, secondMs } from '../domain/time.ts';
import { commandToDelete, commandToEnd, commandToOpenIncident } from '../statuspage/manual-commands.ts';
import { causeOf, describeFailure } from './failure.ts';
import { type Command, error, info, type Message, warning } from './message.ts';
import { describeEdited, describeRunning, describeUnlisted } from './older.ts';
import { describeRecord, isUnknownRecord } from './record.ts';
import { forLog } from './sanitize.ts';

/** What an ending is told against: why it ended so, the present, and the API for the commands that do the rest by hand. */
export interface DescribeContext {
  /** An outcome; or nothing was deployed; or somebody asked for the end; or the outcome could not be known. */
  readonly why: Outcome | 'undone' | 'asked' | 'unknown';
  /** Whether a failed ending is an error; else it is a warning. */
  readonly isFatal: (ended: Ended) => boolean;
  readonly now: Date;
  readonly apiUrl: string;
}

/** The command that ends a record manually, if its id is known; one that has not begun is deleted. */
function commandsToEnd(record: DeploymentRecord, { apiUrl, now }: DescribeContext): readonly Command[] {
  const { kind, id, startAt } = record;
  if (id === undefined) return [];
  const begun = startAt === undefined || startAt <= now;
  return [{ command: begun ? commandToEnd(apiUrl, { kind, id }) : commandToDelete(apiUrl, { kind, id }) }];
}

/** One message for each thing that an ending did, and one for everything that failed for the same reason. */
export function describeEndings(ended: readonly Ended[], context: DescribeContext): readonly Message[] {
  const failures = ended.filter((one): one is EndedFailed => one.result === 'failed');
  const done = ended.flatMap((one) => (one.result === 'failed' ? [] : [describeDone(one, context)]));
  const groups = Map.groupBy(failures, ({ phase, error: thrown }) => `${phase} ${causeOf(thrown)}`);
  return [...done, ...[...groups.values()].map((group) => describeFailed(group, context))];
}

function describeDone(ended: EndedDone | EndedFailed, context: DescribeContext): Message {
  const { record, phase, result } = ended;
  const what = describeRecord(record);
  const { now, why } = context;
  switch (result) {
    case 'ended':
      return describeEnded(ended, now);
    case 'resolved':
      return info(`Resolved ${what}${describeOrigin(phase)}.`);
    case 'deleted':
      return info(`Deleted ${what}: ${why === 'undone' ? 'nothing was deployed' : 'it had not begun'}.`);
    case 'incident-opened':
      return describeIncident(ended, context);
    case 'kept':
      return describeKept(ended, context);
    case 'left':
      return describeLeft(record, context);
    case 'already-over':
      return describeOver(ended, context);
    case 'already-resolved':
      return info(`Nothing to do for ${what}: it is resolved already.`);
    case 'gone':
    case 'failed':
      return info(`Nothing to do for ${what}: it is not there any more, or this key does not see it.`);
    case 'absent':
      return info(`Nothing to take down: ${what} was not found. Should it appear later, ${describeLater(record)}`);
    case 'edited':
      return describeEdited(ended, now);
    case 'running':
      return describeRunning(record, commandsToEnd(record, context));
    case 'unlisted':
      return describeUnlisted(ended);
  }
}

/** An end this far ahead is not the present: the server refused that. */
const aheadMs = 10 * secondMs;

function describeEnded({ record, phase }: EndedDone | EndedFailed, now: Date): Message {
  const { endAt = now } = record;
  const what = `${describeRecord(record)}${describeOrigin(phase)}`;
  const end = describeTime(endAt, now);
  if (msBetween(now, endAt) <= aheadMs) return info(`Ended ${what} at ${end}.`);
  return info(`Moved the end of ${what} to ${end}: the server accepts no earlier end.`);
}

/** Not found is not "never made": a creation whose answer was lost may be applied late. */
function describeLater({ kind }: Ended['record']): string {
  return kind === 'maintenance' ? 'it ends by itself.' : 'resolve it by hand.';
}

function describeKept(ended: EndedDone | EndedFailed, context: DescribeContext): Message {
  const { record } = ended;
  const { now, apiUrl } = context;
  const happened = `The deployment ${describeWhy(context)}`;
  const end = commandsToEnd(record, context);
  const later = 'nextRunEndsIt' in ended && ended.nextRunEndsIt === true;
  const next = later ? nextRun : '';
  if (record.kind === 'incident') {
    const stays = `${describeRecord(record)} stays open, with an entry that says so`;
    return warning(`${happened} — ${stays}${next} — When all is well, resolve it:`, end);
  }
  const until = record.endAt === undefined ? 'its announced end' : describeTime(record.endAt, now);
  const turn = record.page && {
    before: 'To tell visitors more, open an incident:',
    command: commandToOpenIncident(apiUrl, record.page.id),
  };
  const text = `${happened} — ${describeRecord(record)} stays until ${until}${next} — End it earlier:`;
  return warning(text, [...end, ...(turn ? [turn] : [])]);
}

const nextRun = '. The next successful run of this step ends it';

function describeOrigin(phase: EndedDone['phase']): string {
  switch (phase) {
    case 'recovering':
      return ', which an earlier failure had opened';
    case 'superseding':
      return ', which an earlier run had left';
    case 'ending':
    case 'keeping':
    case 'undoing':
    case 'opening-incident':
      return '';
  }
}

/** It was open before this attempt, for a reason that this attempt does not know. */
function describeLeft(record: DeploymentRecord, context: DescribeContext): Message {
  const what = `Leaving ${describeRecord(record)}`;
  if (record.stage !== 'open') {
    return warning(`${what} — what an earlier attempt has left on the page was not touched — Look at the page.`);
  }
  const text = `${what} — it was open before, and stays — If it is not wanted any more:`;
  return warning(text, commandsToEnd(record, context));
}

function describeWhy({ why }: DescribeContext): string {
  switch (why) {
    case 'failure':
      return 'failed';
    case 'cancelled':
      return 'was cancelled, or ran out of time';
    case 'skipped':
      return 'was skipped';
    case 'success':
      return 'succeeded';
    case 'undone':
      return 'did not begin';
    case 'asked':
    case 'unknown':
      return 'ended';
  }
}

/** After a success, visitors saw no notice for a while: that is worth a warning, with the length that would have been enough. */
function describeOver({ record }: Ended, { why, now }: DescribeContext): Message {
  const { startAt, endAt = now } = record;
  const over = `${describeRecord(record)} was over at ${describeTime(endAt, now)}`;
  // Who asks for an end from outside may come after one that has done it: nothing is known of its own clock then.
  if (why === 'undone' || why === 'asked') return info(`Nothing to do: ${over}.`);
  const gap = formatDuration(msBetween(endAt, now));
  const todo =
    startAt === undefined
      ? 'Set a longer `duration`.'
      : `Set \`duration\` to ${formatDuration(roundUp(msBetween(startAt, now)))} or more.`;
  return warning(`Ending the notice — ${over} by its own clock, ${gap} before the deployment ended — ${todo}`);
}

function roundUp(ms: number): number {
  return Math.ceil(ms / (5 * minuteMs)) * 5 * minuteMs;
}

function describeIncident(ended: EndedDone | EndedFailed, context: DescribeContext): Message {
  const { record } = ended;
  const page = forLog(describePageOf(record));
  const id = forLog(record.id ?? '');
  const happened = `The deployment ${describeWhy(context)}`;
  const todo = 'When all is well, resolve it:';
  const resolve = [{ command: commandToEnd(context.apiUrl, { kind: 'incident', id: record.id ?? '' }) }];
  const earlier = `the incident of an earlier failure (id ${id}) on ${page}`;
  if (record.created) return warning(`${happened} — an incident (id ${id}) was opened on ${page} — ${todo}`, resolve);
  if ('said' in ended) return warning(`${happened} — ${earlier} got an entry — ${todo}`, resolve);
  return warning(`${happened} — people are at work on ${earlier}; it was left alone — ${todo}`, resolve);
}

/** What failed for one reason, on whatever pages: the reason once, then what stays on each page and how to end it manually. */
function describeFailed(group: readonly EndedFailed[], context: DescribeContext): Message {
  const [first] = group as readonly [EndedFailed, ...EndedFailed[]];
  const failure = describeFailure(describePhase(group), first.error, { page: first.record.page });
  const left = group.filter(({ record, error: cause }) => record.stage !== 'missed' && !isUnknownRecord(cause));
  const rests = left.map(({ record }) => ({
    stays: describeRest(record, context),
    end: commandsToEnd(record, context),
  }));
  const lines = rests.filter(({ end }) => end.length === 0).map(({ stays }) => stays);
  const commands = rests.flatMap(({ stays, end }) => end.map((one) => ({ before: `${stays} By hand:`, ...one })));
  return (group.some(context.isFatal) ? error : warning)([failure, ...lines].join('\n'), commands);
}

function describePhase(group: readonly EndedFailed[]): string {
  const records = list(group.map(({ record }) => describeRecord(record)));
  const pages = list(group.map(({ record }) => forLog(describePageOf(record))));
  const [{ phase, record }] = group as readonly [EndedFailed, ...EndedFailed[]];
  switch (phase) {
    case 'opening-incident':
      return `Opening the incident of the failure${pages && ` on ${pages}`}`;
    case 'recovering':
      return `Resolving the incident of an earlier failure${pages && ` on ${pages}`}`;
    case 'superseding':
      return `Ending ${records} of an earlier run`;
    case 'keeping':
      return `Adding an entry to ${records}`;
    case 'undoing':
      return `Taking back ${records}`;
    case 'ending':
      return record.kind === 'maintenance' ? `Ending ${records}` : `Resolving ${records}`;
  }
}

/** What happens to a record if nobody does anything more. */
function describeRest(record: DeploymentRecord, { now }: DescribeContext): string {
  const what = `${describeRecord(record)}${record.stage === 'open' ? '' : ', if it is there,'}`;
  const until = record.endAt === undefined ? '' : ` at ${describeTime(record.endAt, now)}`;
  const stays =
    record.kind === 'maintenance'
      ? `${capital(what)} ends by itself${until}.`
      : `${capital(what)} stays open until somebody resolves it.`;
  return record.page?.url === undefined ? stays : `${stays} The page: ${forLog(record.page.url)}.`;
}

function describePageOf({ page }: DeploymentRecord): string {
  return page === undefined ? '' : describePage(page);
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
