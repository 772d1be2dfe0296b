import type { DeploymentRecord } from '../deployment/deployment.ts';
import type { Ended, EndedFailed } from '../deployment/end-record.ts';
import { ChangeIgnoredError, isRefusedChange } from '../deployment/window-change.ts';
import type { Background } from '../domain/errors.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Page } from '../domain/page.ts';
import type { HostKind } from '../domain/run.ts';
import { capitalize, list } from '../domain/text.ts';
import { describeTime } from '../domain/time.ts';
import type { NameOf } from '../inputs/flags.ts';
import { type CommandTarget, commandToDelete, commandToEnd } from '../statuspage/manual-commands.ts';
import { type Command, describeFailure, error, type Message, titleOf, warning } from './message.ts';
import { describePageOf, describeRecord, isUnknownRecord } from './record.ts';
import { forLog } from './sanitize.ts';

/** What the messages about an ending need: why it ended, the present, and for which shell and API they offer commands. */
export interface DescribeContext {
  /** An outcome; or nothing was deployed; or the user asked for the end; or the outcome could not be known. */
  readonly why: Outcome | 'undone' | 'asked' | 'unknown';
  /** Whether a failed ending is an error; else it is a warning. */
  readonly isFatal: (ended: Ended) => boolean;
  readonly host: { readonly kind: HostKind; readonly nameOf: NameOf } & Pick<Background, 'needed'>;
  readonly now: Date;
  /** The pages that the key sees, if one was not found and the key may list them. */
  readonly visible?: readonly Page[] | undefined;
  /** Undefined if no command may be offered, because the address of the API is not trusted. */
  readonly commands: CommandTarget | undefined;
}

/**
 * The command that ends a notice manually, if its id is known. One that has not begun, or whose end the server refuses, is deleted. `named` is how
 * the sentence calls it.
 */
export function commandsToEnd(
  record: DeploymentRecord,
  { commands, now, why, host }: DescribeContext,
  named = 'it',
  refusal?: unknown,
): readonly Command[] {
  const { kind, id, startAt } = record;
  if (id === undefined || commands === undefined) return [];
  const cannotEnd = kind === 'maintenance' && (isRefusedChange(refusal) || refusal instanceof ChangeIgnoredError);
  if (cannotEnd || (startAt !== undefined && startAt > now)) {
    return [{ doing: `delete ${named}`, command: commandToDelete(commands, { kind, id }) }];
  }
  // Whoever asked for the end has just given this command.
  if (why === 'asked' && host.kind === 'terminal') return [];
  const end = kind === 'maintenance' ? 'end' : 'resolve';
  return [{ doing: `${end} ${named}`, command: commandToEnd(commands, { kind, id }) }];
}

/** What failed for one reason, on whatever pages: the reason once, then what stays on each page and how to end it manually. */
export function describeFailed(group: readonly EndedFailed[], context: DescribeContext): Message {
  const [first] = group as readonly [EndedFailed, ...EndedFailed[]];
  const failure = describeFailure(describePhase(group), first.error, {
    page: first.record.page,
    visible: context.visible,
    nameOf: context.host.nameOf,
    needed: context.host.needed,
  });
  const left = group.filter(({ record, error: cause }) => record.stage !== 'missed' && !isUnknownRecord(cause));
  const stays = left.map(({ record }) => describeRest(record, context));
  const commands = left.flatMap(({ record, error: cause }) =>
    commandsToEnd(record, context, left.length === 1 ? 'it' : describeRecord(record), cause),
  );
  const level = group.some(context.isFatal) ? error : warning;
  return level(titleOf(first.error), [failure, ...stays].join('\n'), commands);
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
      ? `${capitalize(what)} ends by itself${until}.`
      : `${capitalize(what)} stays open until you resolve it.`;
  return record.page?.url === undefined ? stays : `${stays} The page: ${forLog(record.page.url)}.`;
}
