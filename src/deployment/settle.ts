import { type Background, type Exit, ExplainedError, type Explanation, exitOf, explain } from '../domain/errors.ts';
import type { Kind } from '../domain/record.ts';
import { msBetween, secondMs } from '../domain/time.ts';
import type { RecordWriter } from './deployment.ts';
import { findOpen, inOrder } from './find.ts';
import { type AnyRecord, type Match, sharedWith } from './match.ts';
import type { Plan } from './plan.ts';
import { startsNear } from './times.ts';

/** Two openers of one key wait this long, so that each sees what the other made. */
const settleMs = 2 * secondMs;
/** Nobody else is about to open a record beside one that is older than this. */
const youngMs = 10 * secondMs;

/** There may be two open records of one deployment key: the page did not answer when its openers were to agree on one of them. */
export class DuplicateError extends ExplainedError {
  override readonly name = 'DuplicateError';
  readonly title = 'two notices';
  readonly fixable = false;
  readonly kind: Kind;
  /** Ours that lost and may still be there; undefined if a search could not show whether there is another one. */
  readonly leftId: string | undefined;
  override readonly cause: unknown;

  constructor(kind: Kind, leftId: string | undefined, cause: unknown) {
    super(`there may be two open ${kind}s of one key`);
    this.kind = kind;
    this.leftId = leftId;
    this.cause = cause;
  }

  get exit(): Exit {
    return exitOf(this.cause);
  }

  override get causeKey(): string {
    return `${this.name} ${this.leftId} ${this.cause instanceof ExplainedError ? this.cause.causeKey : ''}`;
  }

  explain(background: Background): Explanation {
    const { cause, kind, leftId } = this;
    const record = kind === 'maintenance' ? 'window' : 'incident';
    const { happened } = explain(cause, background);
    if (leftId === undefined) {
      return {
        happened: `another job may have opened one at the same moment, and searching the page failed: ${happened}`,
        todo: `Check the page. If two ${record}s of this deployment are open, end the newer one.`,
      };
    }
    return {
      happened: `another job opened one at the same moment, and the ${record} that this job opened (id ${leftId}) may still be there: ${happened}`,
      todo: 'Check the page, and delete it if it is there.',
    };
  }
}

/** What openers agree on. */
export interface Settled {
  /** Undefined if the record was deleted meanwhile. */
  readonly record: AnyRecord | undefined;
  /** Set if the page could not be searched. Then the record is our own choice. */
  readonly doubt?: DuplicateError;
}

/** Whether another job may be opening the same record right now, or deleting this one. One whose age is not shown counts as young. */
export function isYoung({ createdAt }: AnyRecord, { statusPage }: RecordWriter): boolean {
  return createdAt === undefined || msBetween(createdAt, statusPage.serverNow()) < youngMs;
}

/** A window for another time is another one: an announcement for Saturday is not today's. */
export function isMeant(record: AnyRecord, plan: Plan, now: Date): boolean {
  if (plan.kind !== 'maintenance' || record.kind !== 'maintenance') return true;
  return startsNear(record, plan.startAt ?? now, now);
}

/** The record that all openers of the key agree on after a moment. What we have just made counts even if the list does not show it yet. */
export async function settle(
  { statusPage }: RecordWriter,
  plan: Plan,
  pageId: string,
  chosen: AnyRecord,
  isOurs: boolean,
): Promise<Settled> {
  const { kind, identity } = plan;
  if (identity === undefined) return { record: chosen };
  await statusPage.wait(settleMs);
  try {
    const shared = sharedWith(identity);
    const match: Match = (record) => shared(record) && isMeant(record, plan, statusPage.serverNow());
    const { open, provenAbsent } = await findOpen(statusPage, kind, pageId, match);
    if (!isOurs) return { record: open[0] ?? (provenAbsent ? undefined : chosen) };
    const seen = open.some(({ id }) => id === chosen.id);
    return { record: (seen ? open : inOrder([chosen, ...open]))[0] };
  } catch (cause) {
    return { record: chosen, doubt: new DuplicateError(kind, undefined, cause) };
  }
}
