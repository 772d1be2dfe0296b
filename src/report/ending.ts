import type { Ended } from '../deployment/end-record.ts';
import { describePage } from '../domain/page.ts';
import { describeTime, formatDuration, minuteMs, msBetween } from '../domain/time.ts';
import { commandToEnd, commandToOpenIncident } from '../statuspage/by-hand.ts';
import { describeRecord } from './describe-record.ts';
import { commandFor, type EndingContext } from './ending-context.ts';
import { describeFailed } from './failed-ending.ts';
import { describeFailure } from './failure.ts';
import { forLog } from './harmless.ts';
import { commandLine, info, type Message, warning } from './message.ts';
import { describeUnrecovered } from './recovery.ts';

/** What is said of an ending: a message for each thing that was done, and one for all that failed for the same reason. */
export function describeEndings(ended: readonly Ended[], context: EndingContext): readonly Message[] {
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

function describeDone(ended: Ended, did: NonNullable<Ended['did']>, context: EndingContext): Message {
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

function describeKept(ended: Ended, context: EndingContext): string {
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
function describeLeft(ended: Ended, context: EndingContext): string {
  const { record } = ended;
  const known =
    record.id === undefined
      ? 'what an earlier attempt has left on the page was not touched'
      : 'it was open before, and stays';
  const todo =
    record.id === undefined ? 'Look at the page.' : `If it is not wanted any more:${commandFor(ended, context)}`;
  return `Leaving ${describeRecord(record)} — ${known} — ${todo}`;
}

function describeWhy({ why }: EndingContext): string {
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
function describeOver({ record }: Ended, { why, now }: EndingContext): Message {
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

function describeRaised({ record, said }: Ended, context: EndingContext): Message {
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
