import { MayExistError } from '../deployment/create.ts';
import type { Ended } from '../deployment/end-record.ts';
import type { Outcome } from '../domain/outcome.ts';
import { describePage } from '../domain/page.ts';
import { describeTime, formatDuration, minuteMs, msBetween } from '../domain/time.ts';
import { UserError } from '../domain/user-error.ts';
import { commandToEnd, commandToOpenIncident } from '../statuspage/by-hand.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import { describeRecord } from './describe-record.ts';
import { describeFailure } from './failure.ts';
import { forLog } from './harmless.ts';
import { error, info, type Message, warning } from './message.ts';

/** What an ending is told against: why it ended so, the present, and the API for the commands that do the rest by hand. */
export interface EndingContext {
  /** An outcome; or nothing was deployed; or somebody asked for the end, and nothing is known of the deployment. */
  readonly why: Outcome | 'taken-back' | 'asked';
  /** Whether a failed ending is an error; else it is a warning. */
  readonly isFatal: (ended: Ended) => boolean;
  readonly now: Date;
  readonly apiUrl: string;
}

/** What is said of each record that was to be ended, a message each; more only where an incident was opened besides. */
export function describeEnding(ended: Ended, context: EndingContext): readonly Message[] {
  return [...describeRaised(ended, context), ...describeDone(ended, context)];
}

function describeDone(ended: Ended, context: EndingContext): readonly Message[] {
  const { record, did } = ended;
  const what = describeRecord(record);
  const { now, why } = context;
  if (did === undefined) return ended.error === undefined ? [] : [describeFailedEnding(ended, context)];
  switch (did) {
    case 'ended':
      return [info(`Ended ${what} at ${describeTime(record.endAt ?? now, now)}.`)];
    case 'resolved':
      return [info(`Resolved ${what}.`)];
    case 'deleted':
      return [info(`Deleted ${what}: ${why === 'taken-back' ? 'nothing was deployed' : 'it had not begun'}.`)];
    case 'kept':
      return [warning(describeKept(ended, context))];
    case 'already-over':
      return [describeOver(ended, context)];
    case 'already-resolved':
      return [info(`Nothing to do for ${what}: it is resolved already.`)];
    case 'gone':
      return [info(`Nothing to do for ${what}: somebody has deleted it.`)];
    case 'absent':
      return [info(`Nothing to take down: ${what} was never made.`)];
  }
}

function describeKept({ record }: Ended, { why, now, apiUrl }: EndingContext): string {
  const { kind, id = '', endAt, page } = record;
  const end = commandToEnd(apiUrl, { kind, id });
  const happened = `The deployment ${describeWhy(why)}`;
  if (kind === 'incident') {
    return `${happened} — ${describeRecord(record)} stays open, with an entry that says so — When all is well, resolve it: ${end}`;
  }
  const until = endAt === undefined ? 'its announced end' : describeTime(endAt, now);
  const turn =
    page.id === '' ? '' : ` To tell visitors more, open an incident: ${commandToOpenIncident(apiUrl, page.id)}`;
  return `${happened} — ${describeRecord(record)} stays until ${until} — End it earlier: ${end}${turn}`;
}

function describeWhy(why: EndingContext['why']): string {
  switch (why) {
    case 'failure':
      return 'failed';
    case 'cancelled':
      return 'was cancelled, or its job ran out of time';
    case 'skipped':
      return 'was skipped';
    case 'success':
      return 'succeeded';
    case 'taken-back':
      return 'did not begin';
    case 'asked':
      return 'was to be ended';
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

function describeFailedEnding(ended: Ended, { now, apiUrl, isFatal }: EndingContext): Message {
  const { record, error: thrown } = ended;
  const { kind, id, endAt, page } = record;
  const what = describeRecord(record);
  const raising = kind === 'maintenance' && isAboutIncident(thrown);
  const doing = raising
    ? `Opening the incident of the failure on ${forLog(describePage(page))}`
    : `${kind === 'maintenance' ? 'Ending' : 'Resolving'} ${what}`;
  const it = raising || thrown instanceof UserError ? `${what.charAt(0).toUpperCase()}${what.slice(1)}` : 'It';
  const until = endAt === undefined ? '' : ` at ${describeTime(endAt, now)}`;
  const parts = [
    kind === 'maintenance' ? `${it} ends by itself${until}.` : `${it} stays open until somebody resolves it.`,
    ...(page.url === undefined ? [] : [`The page: ${forLog(page.url)}.`]),
    ...(id === undefined ? [] : [`By hand: ${commandToEnd(apiUrl, { kind, id })}`]),
  ].join(' ');
  const failure = describeFailure(doing, thrown);
  // A record that main never opened is not on the page: only the incident is told of.
  if (record.stage === 'missed') return (isFatal(ended) ? error : warning)(failure);
  // What is wrong with the inputs stands in lines of its own.
  return (isFatal(ended) ? error : warning)(`${failure}${thrown instanceof UserError ? '\n' : ' '}${parts}`);
}

/** The incident of a failure comes before the end of the window: what was thrown tells which of the two it was. */
function isAboutIncident(thrown: unknown): boolean {
  if (thrown instanceof MayExistError) return thrown.kind === 'incident';
  return thrown instanceof StatusPageError && thrown.call.path.startsWith('/incidents');
}

function describeRaised({ record, raised }: Ended, { why, apiUrl }: EndingContext): readonly Message[] {
  if (raised === undefined) return [];
  const { way } = raised;
  const [id, where] = [forLog(raised.id), forLog(describePage(record.page))];
  const happened = `The deployment ${describeWhy(why)}`;
  const todo = `When all is well, resolve it: ${commandToEnd(apiUrl, { kind: 'incident', id: raised.id })}`;
  switch (way) {
    case 'created':
      return [warning(`${happened} — an incident (id ${id}) was opened on ${where} — ${todo}`)];
    case 'entry':
      return [
        warning(`${happened} — the incident of an earlier failure (id ${id}) on ${where} got an entry — ${todo}`),
      ];
    case 'in-hands':
      return [
        warning(
          `${happened} — people are at work on the incident of an earlier failure (id ${id}) on ${where}; it was left alone — ${todo}`,
        ),
      ];
  }
}
