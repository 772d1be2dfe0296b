import { type Background, ExplainedError, explain, UserError } from '../domain/errors.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import { isAboutScope } from '../statuspage/explain-forbidden.ts';
import type { ErrorCode } from '../statuspage/failed-call.ts';
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
export function titleOf(thrown: unknown): string {
  if (thrown instanceof StatusPageError) {
    return thrown.code === 'forbidden' && isAboutScope(thrown) ? 'missing scope' : titles[thrown.code];
  }
  return thrown instanceof UserError ? 'invalid input' : 'failure';
}

const titles: Readonly<Record<ErrorCode, string>> = {
  unauthorized: 'API key refused',
  forbidden: 'access refused',
  blocked: 'request blocked',
  'not-found': 'not found',
  invalid: 'request refused',
  client: 'request refused',
  redirect: 'wrong api-url',
  'rate-limited': 'too many requests',
  server: 'API error',
  unreadable: 'unknown response',
  'too-large': 'response too large',
  timeout: 'no response',
  reset: 'network error',
  refused: 'network error',
  'unknown-host': 'network error',
  certificate: 'certificate error',
  proxy: 'proxy error',
  interrupted: 'interrupted',
  'out-of-time': 'out of time',
};
