import type { DeploymentRecord } from '../deployment/deployment.ts';
import type { Ended } from '../deployment/end-record.ts';
import type { Outcome } from '../domain/outcome.ts';
import { describePage } from '../domain/page.ts';
import { list } from '../domain/text.ts';
import { describeTime, formatDuration, minuteMs, msBetween } from '../domain/time.ts';
import { commandToDelete, commandToEnd, commandToOpenIncident } from '../statuspage/manual-commands.ts';
import { describeFailure } from './failure.ts';
import { commandLine, error, info, type Message, warning } from './message.ts';
import { describeAnnounced, describeRecord, isUnknownRecord } from './record.ts';
import { forLog } from './sanitize.ts';

/** What an ending is told against: why it ended so, the present, and the API for the commands that do the rest by hand. */
export interface DescribeContext {
  /** An outcome; or nothing was deployed; or somebody asked for the end; or the outcome could not be known. */
  readonly why: Outcome | 'taken-back' | 'asked' | 'unknown';
  /** Whether a failed ending is an error; else it is a warning. */
  readonly isFatal: (ended: Ended) => boolean;
  readonly now: Date;
  readonly apiUrl: string;
}

/** The command that takes a record down by hand, on a line of its own. */
export function commandFor({ record }: Ended, { apiUrl, now }: DescribeContext): string {
  const { kind, id = '', startAt } = record;
  const begun = startAt === undefined || startAt <= now;
  return commandLine(begun ? commandToEnd(apiUrl, { kind, id }) : commandToDelete(apiUrl, { kind, id }));
}

/** What is said of an ending: a message for each thing that was done, and one for all that failed for the same reason. */
export function describeEndings(ended: readonly Ended[], context: DescribeContext): readonly Message[] {
  const causes = new Map<string, Ended[]>();
  const done: Message[] = [];
  for (const one of ended) {
    if (one.did !== undefined) {
      done.push(describeDone(one, one.did, context));
      continue;
    }
    const cause = describeFailure(one.doing, one.error);
    causes.set(cause, [...(causes.get(cause) ?? []), one]);
  }
  return [...done, ...[...causes.values()].map((group) => describeFailed(group, context))];
}

function describeDone(ended: Ended, did: NonNullable<Ended['did']>, context: DescribeContext): Message {
  const { record, doing } = ended;
  const what = describeRecord(record);
  const { now, why } = context;
  switch (did) {
    case 'ended':
      return info(`Ended ${what} at ${describeTime(record.endAt ?? now, now)}.`);
    case 'resolved':
      return info(`Resolved ${what}${doing === 'recovering' ? ', which an earlier failure had opened' : ''}.`);
    case 'deleted':
      return info(`Deleted ${what}: ${why === 'taken-back' ? 'nothing was deployed' : 'it had not begun'}.`);
    case 'raised':
      return describeRaised(ended, context);
    case 'kept':
      return warning(describeKept(ended, context));
    case 'left':
      return warning(describeLeft(ended, context));
    case 'already-over':
      return describeOver(ended, context);
    case 'already-resolved':
      return info(`Nothing to do for ${what}: it is resolved already.`);
    case 'gone':
      return info(`Nothing to do for ${what}: it is not there any more, or this key does not see it.`);
    case 'absent':
      return info(`Nothing to take down: ${what} was not found. Should it appear later, ${describeLater(record)}`);
    case 'untouched':
    case 'unseen':
      return describeUnrecovered(record, did, now);
  }
}

/** Not found is not "never made": a creation whose answer was lost may be applied late. */
function describeLater({ kind }: Ended['record']): string {
  return kind === 'maintenance' ? 'it ends by itself.' : 'resolve it by hand.';
}

function describeKept(ended: Ended, context: DescribeContext): string {
  const { record } = ended;
  const { now, apiUrl } = context;
  const happened = `The deployment ${describeWhy(context)}`;
  const end = commandFor(ended, context);
  if (record.kind === 'incident') {
    return `${happened} — ${describeRecord(record)} stays open, with an entry that says so — When all is well, resolve it:${end}`;
  }
  const until = record.endAt === undefined ? 'its announced end' : describeTime(record.endAt, now);
  const turn =
    record.page.id === ''
      ? ''
      : `\nTo tell visitors more, open an incident:${commandLine(commandToOpenIncident(apiUrl, record.page.id))}`;
  return `${happened} — ${describeRecord(record)} stays until ${until} — End it earlier:${end}${turn}`;
}

/** It was open before this attempt, for a reason that this attempt does not know. */
function describeLeft(ended: Ended, context: DescribeContext): string {
  const { record } = ended;
  const known =
    record.id === undefined
      ? 'what an earlier attempt has left on the page was not touched'
      : 'it was open before, and stays';
  const todo =
    record.id === undefined ? 'Look at the page.' : `If it is not wanted any more:${commandFor(ended, context)}`;
  return `Leaving ${describeRecord(record)} — ${known} — ${todo}`;
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
    case 'taken-back':
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
  if (why === 'taken-back' || why === 'asked') return info(`Nothing to do: ${over}.`);
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

function describeRaised({ record, said }: Ended, context: DescribeContext): Message {
  const where = forLog(describePage(record.page));
  const id = forLog(record.id ?? '');
  const happened = `The deployment ${describeWhy(context)}`;
  const resolve = commandToEnd(context.apiUrl, { kind: 'incident', id: record.id ?? '' });
  const todo = `When all is well, resolve it:${commandLine(resolve)}`;
  const earlier = `the incident of an earlier failure (id ${id}) on ${where}`;
  if (record.created) return warning(`${happened} — an incident (id ${id}) was opened on ${where} — ${todo}`);
  if (said !== undefined) return warning(`${happened} — ${earlier} got an entry — ${todo}`);
  return warning(`${happened} — people are at work on ${earlier}; it was left alone — ${todo}`);
}

/** What failed for one reason, on whatever pages: the reason once, then what stays on each page and how to end it by hand. */
export function describeFailed(group: readonly Ended[], context: DescribeContext): Message {
  const [first] = group as readonly [Ended, ...Ended[]];
  const failure = describeFailure(describeDoing(group), first.error, { page: first.record.page });
  const isThere = ({ record, error: cause }: Ended) => record.stage !== 'missed' && !isUnknownRecord(cause);
  const rest = group.filter(isThere).map((one) => describeRest(one, context));
  const level = group.some(context.isFatal) ? error : warning;
  return level([failure, ...rest].join('\n'));
}

function describeDoing(group: readonly Ended[]): string {
  const records = list(group.map(({ record }) => describeRecord(record)));
  const pages = list(group.map(({ record }) => forLog(describePage(record.page))));
  const [{ doing, record }] = group as readonly [Ended, ...Ended[]];
  switch (doing) {
    case 'raising':
      return `Opening the incident of the failure on ${pages}`;
    case 'recovering':
      return `Resolving the incident of an earlier failure on ${pages}`;
    case 'keeping':
      return `Adding an entry to ${records}`;
    case 'taking-back':
      return `Taking back ${records}`;
    case 'ending':
      return record.kind === 'maintenance' ? `Ending ${records}` : `Resolving ${records}`;
  }
}

/** What a record does if nobody does anything more, and the command that ends it. */
function describeRest(ended: Ended, context: DescribeContext): string {
  const { record } = ended;
  const what = `${describeRecord(record)}${record.id === undefined ? ', if it is there,' : ''}`;
  const until = record.endAt === undefined ? '' : ` at ${describeTime(record.endAt, context.now)}`;
  const stays =
    record.kind === 'maintenance'
      ? `${capital(what)} ends by itself${until}.`
      : `${capital(what)} stays open until somebody resolves it.`;
  const page = record.page.url === undefined ? '' : ` The page: ${forLog(record.page.url)}.`;
  const byHand = record.id === undefined ? '' : ` By hand:${commandFor(ended, context)}`;
  return `${stays}${page}${byHand}`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** Why the incident of an earlier failure was not resolved, or that none may have been seen. */
export function describeUnrecovered(record: DeploymentRecord, did: 'untouched' | 'unseen', now: Date): Message {
  if (did === 'unseen') {
    const page = forLog(describePage(record.page));
    return info(`No incident of an earlier failure was seen on ${page}, but the list of incidents does not show all.`);
  }
  const why =
    record.state === undefined
      ? 'its state is not shown, so people may be at work on it'
      : `it is ${describeAnnounced(record, now)}, so people are at work on it`;
  return info(`Leaving ${describeRecord(record)} of an earlier failure: ${why}.`);
}
