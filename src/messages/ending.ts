import type { DeploymentRecord } from '../deployment/deployment.ts';
import { type Ended, type EndedDone, type EndedMissing, hasEndedEarly } from '../deployment/end-record.ts';
import type { MessageTitle } from '../domain/message-title.ts';
import { capitalize } from '../domain/text.ts';
import { describeTime, formatDuration, minuteMs, msBetween, secondMs } from '../domain/time.ts';
import { commandsToEnd, type DescribeContext, describeFailed } from './ending-failure.ts';
import { type Command, causeOf, info, type Message, notice, warning } from './message.ts';
import { describeAnnounced, describeMoves, describeRecord, describeSentTwice } from './record.ts';
import { describeUnlisted, describeUnsearched } from './unlisted.ts';

/** One message for each thing that an ending did, and one for everything that failed for the same reason. */
export function describeEndings(ended: readonly Ended[], context: DescribeContext): readonly Message[] {
  const failures = ended.filter((one) => one.result === 'failed');
  const done = ended.flatMap((one) => (one.result === 'failed' ? [] : (describeDone(one, context) ?? [])));
  const unlisted = ended.flatMap((one) => (one.result === 'unlisted' ? [one] : []));
  const groups = Map.groupBy(failures, ({ phase, error: thrown }) => `${phase} ${causeOf(thrown)}`);
  return [
    ...done,
    ...describeUnlisted(unlisted, context.host),
    ...[...groups.values()].map((group) => describeFailed(group, context)),
  ];
}

function describeDone(ended: EndedDone | EndedMissing, context: DescribeContext): Message | undefined {
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
    case 'left-to-others':
      return describeLeft(ended, context);
    case 'already-over':
      return describeOver(ended, context);
    case 'already-resolved':
      return info(`Nothing to do: ${what} is already resolved.`);
    case 'missing':
      return describeMissing(ended, context);
    case 'absent':
      return info(`Nothing to end: ${what} was not found. If it appears later, ${describeLater(record)}`);
    case 'edited':
      return describeEdited(ended, now);
    case 'running':
      return describeRunning(record, commandsToEnd(record, context));
    case 'unlisted':
      // One line is printed for all of them.
      return undefined;
    case 'unsearched':
      return describeUnsearched(ended, context.host);
  }
}

/** An end this far ahead is not the present: the server refused that. */
const aheadMs = 10 * secondMs;

function describeEnded(ended: EndedDone | EndedMissing, now: Date): Message {
  const { record, phase } = ended;
  const { endAt = now } = record;
  const what = `${describeRecord(record)}${describeOrigin(phase)}`;
  const end = describeTime(endAt, now);
  if ('lostMessage' in ended && ended.lostMessage) {
    return warning(
      'message emptied',
      `Ended ${what} at ${end}, but its message is empty now: StatusPage.me empties what a change does not send. ` +
        'Write the message again in the dashboard if visitors read past windows.',
    );
  }
  if (msBetween(now, endAt) <= aheadMs) return info(`Ended ${what} at ${end}.`);
  return info(`Moved the end of ${what} to ${end}: the server accepts no earlier end.`);
}

function describeMissing({ record, phase }: Ended, context: DescribeContext): Message {
  const gone = `${describeRecord(record)} no longer exists, or this key cannot see it.`;
  if (phase !== 'keeping') return info(`Nothing to do: ${gone}`);
  const happened = `The deployment ${describeWhy(context)}, but ${gone}`;
  return warning(titleOfEnd(context.why), `${happened} Visitors see no notice of it.`);
}

/** A notice that was not found may still appear: a create whose response was lost may be applied late. */
function describeLater({ kind }: Ended['record']): string {
  return kind === 'maintenance' ? 'it ends by itself.' : 'resolve it manually.';
}

function describeKept(ended: EndedDone | EndedMissing, context: DescribeContext): Message {
  const { record } = ended;
  const { why } = context;
  const what = describeRecord(record);
  const happened = `The deployment ${describeWhy(context)}, so`;
  const next = describeNextRun(ended, context);
  const end = commandsToEnd(record, context);
  if (record.kind === 'incident') {
    return warning(titleOfEnd(why), `${happened} ${what} stays open, and its last update says so.${next}`, end);
  }
  const until = record.endAt === undefined ? 'its announced end' : describeTime(record.endAt, context.now);
  return warning(titleOfEnd(why), `${happened} ${what} stays until ${until}.${next}`, end);
}

/** What ends a kept notice, if the page shows it in a way that the next run can find. */
function describeNextRun(ended: Ended, { host }: DescribeContext): string {
  if (!('nextRun' in ended) || ended.nextRun === undefined) return '';
  const end = ended.record.kind === 'maintenance' ? 'end' : 'resolve';
  if (ended.nextRun === 'needs-key')
    return ` Next time, give ${host.nameOf('deployment-key')}, so that a later run can ${end} what this one leaves.`;
  if (ended.nextRun === 'reuses-it')
    return ` The next deployment with the same ${host.nameOf('deployment-key')} reuses it, and ends it if it succeeds.`;
  const isOfStep = host.kind === 'runner' && ended.nextRun !== 'by-key';
  const unless = ended.phase === 'opening-incident' ? ', unless a person edits it' : '';
  if (isOfStep) return ` The next successful run of this step ${end}s it${unless}.`;
  // Another command or step may report the next success, and only these inputs make it search for incidents.
  const inputs = `${host.nameOf('on-failure', 'incident')} or ${host.nameOf('recover', 'true')}`;
  const next = host.kind === 'runner' ? `success with the same ${host.nameOf('deployment-key')}` : 'success';
  if (ended.phase === 'opening-incident') return ` The next ${next} resolves it, if it has ${inputs}${unless}.`;
  if (host.kind === 'runner') return ` The next ${next} ${end}s it.`;
  // The command that reports a failure succeeds by doing so, so its own success promises nothing.
  if (ended.nextRun === 'ends-it') return ` The next successful run of this CI job ${end}s it.`;
  const same = ended.nextRun === 'by-file' ? 'state file' : host.nameOf('deployment-key');
  return ` The next successful deployment with the same ${same} ${end}s it.`;
}

function describeOrigin(phase: EndedDone['phase']): string {
  switch (phase) {
    case 'recovering':
      return ' (opened after an earlier failure)';
    case 'superseding':
      return ' (of an earlier run)';
    case 'ending':
    case 'keeping':
    case 'undoing':
    case 'opening-incident':
      return '';
  }
}

/** It was open before this attempt, for a reason that this attempt does not know, or other jobs may use it. */
function describeLeft({ record, result }: EndedDone | EndedMissing, context: DescribeContext): Message {
  const moved = describeMoves(record, context.now);
  const isShared = result === 'left-to-others';
  const title = isShared ? 'shared key' : 'left as it was';
  const what = `Left ${describeRecord(record)} ${isShared || moved !== '' ? 'on the page' : 'as it was'}`;
  if (record.stage !== 'open') {
    const why = isShared
      ? ', if it is there, because other jobs with this deployment key may use it.'
      : ': an earlier attempt may have opened it. Check the page.';
    return warning(title, `${what}${why}`);
  }
  const why = isShared ? ', because other jobs with this deployment key may use it.' : ': it was open before this run.';
  return warning(title, `${what}${why}${moved}`, commandsToEnd(record, context));
}

/** What an annotation about a deployment that did not succeed is about. */
function titleOfEnd(why: DescribeContext['why']): MessageTitle {
  return why === 'cancelled' ? 'deployment cancelled' : 'deployment failed';
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

/** A duration is proposed in steps of this length. */
const stepMs = 5 * minuteMs;

/** If visitors saw no notice for a while, that is worth a warning, with the length that would have been enough. */
function describeOver(ended: EndedDone | EndedMissing, context: DescribeContext): Message {
  const { record, phase } = ended;
  const { why, now, host } = context;
  const { startAt, endAt = now } = record;
  const what = describeRecord(record);
  const at = describeTime(endAt, now);
  const isEarly = hasEndedEarly(ended);
  const duration = host.nameOf('duration');
  const todo =
    startAt === undefined
      ? `Set a longer ${duration}.`
      : `Set ${duration} to ${formatDuration(Math.ceil(msBetween(startAt, now) / stepMs) * stepMs)} or more.`;
  if (phase === 'keeping') {
    // Our own state shows when it was to end.
    const over = isEarly ? `had ended at ${at} already` : `was over by ${at}`;
    const happened = `The deployment ${describeWhy(context)}, but ${what} ${over}. Visitors see no notice of it.`;
    return warning(titleOfEnd(why), isEarly ? happened : `${happened} ${todo}`);
  }
  // Another run, or a user who asked for it, may have ended it a moment ago: nothing is known of its announced end then.
  const isOurEnd = phase !== 'superseding' && why !== 'undone' && why !== 'asked';
  if (isEarly || !isOurEnd) return info(`Nothing to do: ${what} ended at ${at}.`);
  const gap = formatDuration(msBetween(endAt, now));
  const text = `${capitalize(what)} ended by itself at ${at}, ${gap} before the deployment ended. ${todo}`;
  return warning('duration too short', text);
}

function describeIncident(ended: EndedDone | EndedMissing, context: DescribeContext): Message {
  const { record } = ended;
  const { why } = context;
  const what = describeRecord(record);
  const happened = `The deployment ${describeWhy(context)}`;
  const todo = describeNextRun(ended, context);
  const end = commandsToEnd(record, context);
  if (record.created) {
    const sentTwice = describeSentTwice(record, 'Check the page later, and resolve the other one too.');
    return warning(titleOfEnd(why), `${happened}, and ${what} was opened.${todo}${sentTwice}`, end);
  }
  if ('said' in ended)
    return warning(titleOfEnd(why), `${happened}, and ${what} of an earlier failure got an update.${todo}`, end);
  return warning(
    'edited by a person',
    `${happened}. A person has edited ${what} of an earlier failure, so it stays.${todo}`,
    end,
  );
}

/** A person has edited an incident of an earlier run or failure, so it stays. */
function describeEdited({ record, phase }: Ended, now: Date): Message {
  const origin = phase === 'recovering' ? 'an earlier failure' : 'an earlier run';
  const left = `Left ${describeRecord(record)} of ${origin} as it is`;
  // It may well be resolved.
  if (record.state === undefined) return info(`${left}: its state is not shown, so a person may have edited it.`);
  return notice('edited by a person', `${left}: a person has edited it (${describeAnnounced(record, now)}).`);
}

/** What an older run opened, and that run is not over. */
function describeRunning(record: DeploymentRecord, end: readonly Command[]): Message {
  return warning(
    'run in progress',
    `${capitalize(describeRecord(record))} is from another run that is still in progress, so it stays.`,
    end,
  );
}
