import { type Background, ExplainedError, explain, UserError } from '../domain/errors.ts';
import type { MessageTitle } from '../domain/message-title.ts';
import { forLog } from './sanitize.ts';

/** Anything thrown, as one message: `Could not open it: why. What to do.` `doing` is an infinitive. */
export function describeFailure(doing: string, error: unknown, background: Background): string {
  // Its message is complete.
  if (error instanceof UserError) return error.message.split('\n').map(forLog).join('\n');
  const { happened, todo } = explain(error, background);
  return forLog(`Could not ${doing}: ${happened}.${todo === '' ? '' : ` ${todo}`}`);
}

/** What tells one cause from another, for messages that name a cause once for everything that it affected. */
export function causeOf(thrown: unknown): string {
  if (thrown instanceof ExplainedError) return thrown.causeKey;
  return thrown instanceof Error ? `${thrown.name} ${thrown.message}` : String(thrown);
}

/** The title of the annotation of a failure: the cause in two or three words. */
export function titleOf(thrown: unknown): MessageTitle {
  return thrown instanceof ExplainedError ? thrown.title : 'failure';
}
