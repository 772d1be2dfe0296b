import type { DeploymentRecord } from '../../deployment/deployment.ts';
import { openingReference } from '../../deployment/match.ts';
import type { Opened } from '../../deployment/open.ts';
import type { Way } from '../../deployment/open-record.ts';
import type { Plan } from '../../deployment/plan.ts';
import { DuplicateError } from '../../deployment/settle.ts';
import { isOwn, referenceOf, withoutReference } from '../../domain/deployment-reference.ts';
import type { Background } from '../../domain/errors.ts';
import { describePage } from '../../domain/page.ts';
import { type Incident, type Kind, shorten, type Window } from '../../domain/record.ts';
import { linesOf, list } from '../../domain/text.ts';
import { describeTime } from '../../domain/time.ts';
import { type OpenRequest, operations } from '../../inputs/operations.ts';
import {
  causeOf,
  describeFailure,
  info,
  type Message,
  type Problem,
  titleOf,
  warning,
} from '../../messages/message.ts';
import { describeAnnounced, describeKind, describeRecord, describeSentTwice } from '../../messages/record.ts';
import { forLog } from '../../messages/sanitize.ts';
import { commandToUpdate } from '../../statuspage/manual-commands.ts';
import { type Host, targetOf } from '../host.ts';

/** A line for each notice that was opened or reused, and who ends it, as `The post step`. */
export function describeOpenings(plan: Plan, opened: readonly Opened[], ender: string, now: Date): readonly Message[] {
  const unreferenced = opened.flatMap(({ record }) => (record.referenceLost ? [record] : []));
  const each = opened.flatMap(({ record, way, beside }) => {
    const unmoved = beside ? [describeUnmoved(beside, now)] : [];
    if (record.stage !== 'open') return unmoved;
    const mail = record.mailed ? '; subscribers get mail' : '';
    return [
      info(
        `${describeWay(way ?? (record.created ? 'created' : 'adopted'))} ${describeRecord(record)}: ${describeAnnounced(record, now)}${mail}.${describeFuture(plan, ender)}`,
      ),
      ...unmoved,
      ...describeDuplicate(plan, record, ender),
    ];
  });
  return unreferenced.length === 0 ? each : [...each, describeLostReference(unreferenced)];
}

/** A notice that may be there twice, and who ends both. */
function describeDuplicate({ own, hasKey }: Plan, record: DeploymentRecord, ender: string): readonly Message[] {
  const byHand = hasKey
    ? 'To end both, use resolve with this deployment key.'
    : 'Check the page later, and end the other one too.';
  const text = describeSentTwice(record, own ? `${ender} searches for it and ends both.` : byHand).trim();
  if (text === '') return [];
  return [own ? info(text) : warning('may exist', text)];
}

/** Said once for all pages: what depends on the reference will not work there. */
function describeLostReference(records: readonly DeploymentRecord[]): Message {
  const pages = list(records.map(({ page }) => (page === undefined ? '' : forLog(describePage(page)))));
  return warning(
    'reference lost',
    `StatusPage.me shows the message on ${pages} without its last line "Ref: …". A re-run, another job or a later run cannot find ` +
      'this notice, so only this job can end it, by its id. Shorten the message if StatusPage.me cuts it.',
  );
}

/** An announced window that could not be started early, beside the one that was opened instead. */
function describeUnmoved(record: DeploymentRecord, now: Date): Message {
  const start = record.startAt === undefined ? 'later' : `at ${describeTime(record.startAt, now)}`;
  return warning(
    'announcement not started early',
    `Could not start ${describeRecord(record)} early: StatusPage.me did not move its start, so it still begins ${start}. ` +
      'This deployment opens a window of its own. A success ends both.',
  );
}

function describeWay(way: Way): string {
  switch (way) {
    case 'created':
      return 'Opened';
    case 'adopted':
      return 'Reusing';
    case 'taken-over':
      return 'Took over';
  }
}

function describeFuture(plan: Plan, ender: string): string {
  if (!plan.own) return ' It stays until resolve ends it.';
  return ` ${ender} ${plan.kind === 'maintenance' ? 'ends' : 'resolves'} it after a success.`;
}

/** A failure that is an error or a warning, by the policy. */
export type Failure = Omit<Problem, 'level'>;

/** One message for each different failure of an opening, naming all the pages that it affected. */
export function describeOpeningFailures(
  plan: Plan,
  opened: readonly Opened[],
  background: Background,
): readonly Failure[] {
  const failures = opened.filter(({ error }) => error !== undefined);
  const groups = Map.groupBy(failures, (one) => `${describeStep(one)} ${causeOf(one.error)}`);
  return [...groups.values()].map((group) => {
    const [first] = group as [Opened, ...Opened[]];
    const pages = list(group.map(({ record }) => (record.page === undefined ? '' : describePage(record.page))));
    const doing = `${describeStep(first)} the ${describeKind(plan.kind)} on ${pages}`;
    return {
      text: describeFailure(doing, first.error, { ...background, page: first.record.page }),
      title: titleOf(first.error),
    };
  });
}

/** If the notice is there and is the only one, only setting its times can have failed. */
function describeStep({ record, error }: Opened): string {
  if (error instanceof DuplicateError) return 'agree with other jobs on';
  return record.stage === 'open' ? 'set the times of' : 'open';
}

/** The failure of a step that cannot hand on its outputs. */
export function describeUnwritten(thrown: unknown, background: Background): Failure {
  return { text: describeFailure('write the outputs of this step', thrown, background), title: 'outputs not written' };
}

/** The failure of an opening that was done, but could not be saved for the step that ends it. */
export function describeUnsaved(thrown: Error, background: Background): Failure {
  return { text: describeFailure('save what was opened', thrown, background), title: 'state not saved' };
}

/** Without `outcome` the status of the job decides, and that is about more than the deploy. */
export function warnThatAnyEndCounts(values: OpenRequest['values']): Message {
  const chosen = (['on-failure', 'on-cancel'] as const).filter((name) => values[name] === 'incident');
  const ends = { 'on-failure': 'failure', 'on-cancel': 'cancel or timeout' };
  const every = list(
    chosen.map((name) => ends[name]),
    'or',
  );
  return warning(
    'open to every failure',
    `${list(chosen.map((name) => `${name}: incident`))} is set without outcome, so every ${every} of the job opens an incident. ` +
      "That includes one after the deploy, such as in a test or in another action's post step. " +
      'Set outcome to the outcome of the deploy step, as the README shows.',
  );
}

/** A warning for each open notice that was reused although its texts are not those that the user gave. */
export function describeUnpublished(
  request: OpenRequest,
  opened: readonly Opened[],
  host: Pick<Host, 'kind' | 'program' | 'keyFile' | 'nameOf'>,
): readonly Message[] {
  return opened.flatMap(({ record, reused }) => {
    const texts = reused === undefined ? [] : unpublishedTexts(request, reused);
    if (texts.length === 0 || record.id === undefined) return [];
    const { kind, id } = record;
    const command = host.kind === 'terminal' ? commandToPublish(request, { kind, id }, texts, host) : undefined;
    const how = {
      runner: ` To publish what you wrote, use operation: update with kind: ${kind} and id: ${id}.`,
      terminal: command === undefined ? ' To publish what you wrote, use update with its id.' : '',
    };
    const other = isShared(record, reused) ? ` For a second notice, use another ${host.nameOf('deployment-key')}.` : '';
    return [
      warning(
        'message not published',
        `Did not publish your ${list(texts)}, because ${describeRecord(record)} is already open.${how[host.kind]}${other}`,
        command === undefined ? undefined : [{ doing: 'publish your text', command }],
      ),
    ];
  });
}

function commandToPublish(
  { values }: OpenRequest,
  named: { readonly kind: Kind; readonly id: string },
  texts: readonly ('title' | 'message')[],
  host: Pick<Host, 'kind' | 'program' | 'keyFile'>,
): string | undefined {
  const given = texts.map((name): [string, string] => [name, values[name] ?? '']);
  return commandToUpdate(targetOf(host, values['api-url'].href), named, new Map(given));
}

/** Whether another key would have opened a notice of its own. */
function isShared({ takenOver }: DeploymentRecord, reused: Window | Incident | undefined): boolean {
  const opening = reused && openingReference(reused);
  return !takenOver && opening !== undefined && !isOwn(opening);
}

function unpublishedTexts(
  { operation, values }: OpenRequest,
  reused: Window | Incident,
): readonly ('title' | 'message')[] {
  const { title, message } = values;
  // A default is no text of the user's.
  const isOurs = operation === 'open-maintenance' && message === operations[operation].inputs.message.default;
  const shown = openingText(reused);
  return [
    ...(isOther(reused.title, title) && isOther(reused.title, title && shorten(title)) ? (['title'] as const) : []),
    ...(!isOurs && isOther(shown && withoutReference(shown), message) ? (['message'] as const) : []),
  ];
}

/** The message that a record was opened with. A reply may show it in the timeline only, at either end. */
function openingText(record: Window | Incident): string | undefined {
  if (record.message !== undefined || record.kind === 'maintenance') return record.message;
  const opening = openingReference(record);
  const ends = [record.timeline?.at(0), record.timeline?.at(-1)].map((entry) => entry?.message);
  return ends.find((text) => text !== undefined && opening !== undefined && referenceOf(text)?.run === opening.run);
}

/** Whether a reader sees another text. A server may change line ends and Markdown, so only letters and digits are compared. */
function isOther(shown: string | undefined, given: string | undefined): boolean {
  return shown !== undefined && given !== undefined && lettersOf(shown) !== lettersOf(given);
}

function lettersOf(text: string): string {
  return linesOf(text)
    .join(' ')
    .replace(/[^\p{L}\p{N}]+/gu, '');
}
