import { type Background, ExplainedError, explain, UserError } from '../domain/errors.ts';
import { forLog } from './sanitize.ts';

/** Anything thrown, as one message: what failed, why, and what to do. */
export function describeFailure(doing: string, error: unknown, background: Background = {}): string {
  // Its message is complete.
  if (error instanceof UserError) return error.message.split('\n').map(forLog).join('\n');
  const { happened, todo } = explain(error, background);
  return [doing, happened, todo].map(forLog).join(' — ');
}

/** What tells one cause from another, for messages that name a cause once for everything that it affected. */
export function causeOf(thrown: unknown): string {
  if (thrown instanceof ExplainedError) return thrown.causeKey;
  return thrown instanceof Error ? `${thrown.name} ${thrown.message}` : String(thrown);
}
