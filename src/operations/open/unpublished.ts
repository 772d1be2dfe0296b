import type { DeploymentRecord } from '../../deployment/deployment.ts';
import type { Opened } from '../../deployment/open.ts';
import { openingReference } from '../../deployment/untouched.ts';
import { isOwn, referenceOf, withoutReference } from '../../domain/deployment-reference.ts';
import { type Incident, type Kind, shorten, type Window } from '../../domain/record.ts';
import type { HostKind } from '../../domain/run.ts';
import { linesOf, list } from '../../domain/text.ts';
import { operations } from '../../inputs/operations.ts';
import { type Message, warning } from '../../messages/message.ts';
import { describeRecord } from '../../messages/record.ts';
import { commandToUpdate } from '../../statuspage/manual-commands.ts';
import type { OpenRequest } from './plan.ts';

/** A warning for each open notice that was reused although its texts are not those that the user gave. */
export function describeUnpublished(
  request: OpenRequest,
  opened: readonly Opened[],
  host: HostKind,
): readonly Message[] {
  return opened.flatMap(({ record, reused }) => {
    const texts = reused === undefined ? [] : unpublishedTexts(request, reused);
    if (texts.length === 0 || record.id === undefined) return [];
    const { kind, id } = record;
    const command = host === 'terminal' ? commandToPublish(request, { kind, id }, texts) : undefined;
    const how = {
      runner: ` To publish what you wrote, use operation: update with kind: ${kind} and id: ${id}.`,
      terminal: command === undefined ? ' To publish what you wrote, use update with its id.' : '',
    };
    const other = isShared(record, reused) ? ' For a second notice, use another deployment-key.' : '';
    return [
      warning(
        'message not published',
        `Did not publish your ${list(texts)}, because ${describeRecord(record)} is already open.${how[host]}${other}`,
        command === undefined ? undefined : [{ doing: 'publish what you wrote', command }],
      ),
    ];
  });
}

function commandToPublish(
  { values }: OpenRequest,
  named: { readonly kind: Kind; readonly id: string },
  texts: readonly ('title' | 'message')[],
): string | undefined {
  const given = texts.map((name): [string, string] => [name, values[name] ?? '']);
  return commandToUpdate({ host: 'terminal', apiUrl: values['api-url'].href }, named, new Map(given));
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
