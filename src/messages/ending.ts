import type { DeploymentRecord } from '../deployment/deployment.ts';
import type { Ended, EndedDone, EndedFailed } from '../deployment/end-record.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { HostKind } from '../domain/run.ts';
import { list } from '../domain/text.ts';
import { describeTime, formatDuration, minuteMs, msBetween, secondMs } from '../domain/time.ts';
import type { NameOf } from '../inputs/flags.ts';
import { type CommandTarget, commandToDelete, commandToEnd } from '../statuspage/manual-commands.ts';
import { causeOf, describeFailure, titleOf } from './failure.ts';
import { type Command, error, info, type Message, warning } from './message.ts';
import { describeEdited, describeRunning, describeUnlisted } from './older.ts';
import { describePageOf, describeRecord, isUnknownRecord } from './record.ts';
import { forLog } from './sanitize.ts';

/** What the messages about an ending need: why it ended, the present, and for which shell and API they offer commands. */
export interface DescribeContext {
  /** An outcome; or nothing was deployed; or the user asked for the end; or the outcome could not be known. */
  readonly why: Outcome | 'undone' | 'asked' | 'unknown';
  /** Whether a failed ending is an error; else it is a warning. */
  readonly isFatal: (ended: Ended) => boolean;
  readonly host: { readonly kind: HostKind; readonly nameOf: NameOf };
  readonly now: Date;
  /** Undefined if no command may be offered, because the address of the API is not trusted. */
  readonly commands: CommandTarget | undefined;
}

/** The command that ends a notice manually, if its id is known; one that has not begun is deleted. */
function commandsToEnd(record: DeploymentRecord, { commands, now }: DescribeContext): readonly Command[] {
  const { kind, id, startAt } = record;
  if (id === undefined || commands === undefined) return [];
  const begun = startAt === undefined || startAt <= now;
  return [{ command: begun ? commandToEnd(commands, { kind, id }) : commandToDelete(commands, { kind, id }) }];
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
      return info(`Nothing to do: ${what} is already resolved.`);
    case 'gone':
    case 'failed':
      return info(`Nothing to do: ${what} no longer exists, or this key cannot see it.`);
    case 'absent':
      return info(`Nothing to end: ${what} was not found. If it appears later, ${describeLater(record)}`);
    case 'edited':
      return describeEdited(ended, now);
    case 'running':
      return describeRunning(record, commandsToEnd(record, context));
    case 'unlisted':
      return describeUnlisted(ended, context.host);
  }
}

/** An end this far ahead is not the present: the server refused that. */
const aheadMs = 10 * secondMs;

function describeEnded(ended: EndedDone | EndedFailed, now: Date): Message {
  const { record, phase } = ended;
  const { endAt = now } = record;
  const what = `${describeRecord(record)}${describeOrigin(phase)}`;
  const end = describeTime(endAt, now);
  if ('lostMessage' in ended && ended.lostMessage) {
    return warning(
      `Ended ${what} at ${end}, but its message is empty now: StatusPage.me empties what a change does not send. ` +
        'Write the message again in the dashboard if visitors read past windows.',
    );
  }
  if (msBetween(now, endAt) <= aheadMs) return info(`Ended ${what} at ${end}.`);
  return info(`Moved the end of ${what} to ${end}: the server accepts no earlier end.`);
}

/** A notice that was not found may still appear: a create whose response was lost may be applied late. */
function describeLater({ kind }: Ended['record']): string {
  return kind === 'maintenance' ? 'it ends by itself.' : 'resolve it manually.';
}

function describeKept(ended: EndedDone | EndedFailed, context: DescribeContext): Message {
  const { record } = ended;
  const what = describeRecord(record);
  const happened = `The deployment ${describeWhy(context)}, so`;
  const next = describeNextRun(ended, context);
  const end = commandsToEnd(record, context);
  if (record.kind === 'incident') {
    return warning(`${happened} ${what} stays open, and its last update says so.${next} To resolve it now:`, end);
  }
  const until = record.endAt === undefined ? 'its announced end' : describeTime(record.endAt, context.now);
  return warning(`${happened} ${what} stays until ${until}.${next} To end it now:`, end);
}

/** What ends a kept notice, if the page shows it in a way that the next run can find. */
function describeNextRun(ended: Ended, { host }: DescribeContext): string {
  if (!('nextRunEndsIt' in ended && ended.nextRunEndsIt)) return '';
  const next = host.kind === 'runner' ? 'step' : 'command';
  const ends = ended.record.kind === 'maintenance' ? 'ends' : 'resolves';
  return ` The next successful run of this ${next} ${ends} it.`;
}

function describeOrigin(phase: EndedDone['phase']): string {
  switch (phase) {
    case 'recovering':
      return ' (opened after an earlier failure)';
    case 'superseding':
      return ' (left by an earlier run)';
    case 'ending':
    case 'keeping':
    case 'undoing':
    case 'opening-incident':
      return '';
  }
}

/** It was open before this attempt, for a reason that this attempt does not know. */
function describeLeft(record: DeploymentRecord, context: DescribeContext): Message {
  const what = `Left ${describeRecord(record)} as it was`;
  if (record.stage !== 'open') {
    return warning(`${what}: an earlier attempt may have opened it. Check the page.`);
  }
  return warning(`${what}: it was open before this run. To end it now:`, commandsToEnd(record, context));
}

function describeWhy({ why }: DescribeContext): string {
  switch (why) {
    case 'failure':
      return 'failed';
    case 'cancelled':
      return 'was cancelled or timed out';
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
function describeOver({ record, phase }: Ended, { why, now, host }: DescribeContext): Message {
  const { startAt, endAt = now } = record;
  const over = `${describeRecord(record)} ended by itself at ${describeTime(endAt, now)}`;
  // Another run, or a user who asked for it, may have ended it a moment ago: nothing is known of its announced end then.
  const isOurEnd = phase !== 'superseding' && why !== 'undone' && why !== 'asked';
  if (!isOurEnd) return info(`Nothing to do: ${over}.`);
  const gap = formatDuration(msBetween(endAt, now));
  const todo =
    startAt === undefined
      ? `Set a longer ${host.nameOf('duration')}.`
      : `Set ${host.nameOf('duration')} to ${formatDuration(roundUp(msBetween(startAt, now)))} or more.`;
  return warning(`${capital(over)}, ${gap} before the deployment ended. ${todo}`);
}

function roundUp(ms: number): number {
  return Math.ceil(ms / (5 * minuteMs)) * 5 * minuteMs;
}

function describeIncident(ended: EndedDone | EndedFailed, context: DescribeContext): Message {
  const { record } = ended;
  const what = describeRecord(record);
  const happened = `The deployment ${describeWhy(context)}`;
  const todo = `${describeNextRun(ended, context)} To resolve it now:`;
  const resolve = commandsToEnd(record, context);
  if (record.created) return warning(`${happened}, and ${what} was opened.${todo}`, resolve);
  if ('said' in ended) return warning(`${happened}, and ${what} of an earlier failure got an update.${todo}`, resolve);
  return warning(`${happened}. A person has edited ${what} of an earlier failure, so it stays.${todo}`, resolve);
}

/** What failed for one reason, on whatever pages: the reason once, then what stays on each page and how to end it manually. */
function describeFailed(group: readonly EndedFailed[], context: DescribeContext): Message {
  const [first] = group as readonly [EndedFailed, ...EndedFailed[]];
  const failure = describeFailure(describePhase(group), first.error, {
    page: first.record.page,
    nameOf: context.host.nameOf,
  });
  const left = group.filter(({ record, error: cause }) => record.stage !== 'missed' && !isUnknownRecord(cause));
  const rests = left.map(({ record }) => ({
    stays: describeRest(record, context),
    end: commandsToEnd(record, context),
  }));
  const lines = rests.filter(({ end }) => end.length === 0).map(({ stays }) => stays);
  const commands = rests.flatMap(({ stays, end }) => end.map((one) => ({ before: `${stays} To end it now:`, ...one })));
  const message = (group.some(context.isFatal) ? error : warning)([failure, ...lines].join('\n'), commands);
  return { ...message, title: titleOf(first.error) };
}

function describePhase(group: readonly EndedFailed[]): string {
  const records = list(group.map(({ record }) => describeRecord(record)));
  const pages = list(group.map(({ record }) => describePageOf(record)));
  const [{ phase, record }] = group as readonly [EndedFailed, ...EndedFailed[]];
  switch (phase) {
    case 'opening-incident':
      return `open the incident of the failure${pages && ` on ${pages}`}`;
    case 'recovering':
      return `resolve the incident of an earlier failure${pages && ` on ${pages}`}`;
    case 'superseding':
      return `end ${records} of an earlier run`;
    case 'keeping':
      return `add an update to ${records}`;
    case 'undoing':
      return `undo ${records}`;
    case 'ending':
      return record.kind === 'maintenance' ? `end ${records}` : `resolve ${records}`;
  }
}

/** What happens to a notice if nobody does anything more. */
function describeRest(record: DeploymentRecord, { now }: DescribeContext): string {
  const what = `${describeRecord(record)}${record.stage === 'open' ? '' : ', if it is there,'}`;
  const until = record.endAt === undefined ? '' : ` at ${describeTime(record.endAt, now)}`;
  const stays =
    record.kind === 'maintenance'
      ? `${capital(what)} ends by itself${until}.`
      : `${capital(what)} stays open until you resolve it.`;
  return record.page?.url === undefined ? stays : `${stays} The page: ${forLog(record.page.url)}.`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
