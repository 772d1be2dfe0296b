import { type Background, ExplainedError, explain, UserError } from '../domain/errors.ts';
import type { MessageTitle } from '../domain/message-title.ts';
import type { HostKind } from '../domain/run.ts';
import { capitalize } from '../domain/text.ts';
import { forLog } from './sanitize.ts';

/** A line of the log or of the result, or a problem. */
export type Message = Line | Problem;

interface Line {
  readonly level: 'info' | 'result';
  readonly text: string;
  readonly commands?: undefined;
}

/** An annotation of this level, with its title. */
export interface Problem {
  readonly level: 'notice' | 'warning' | 'error';
  readonly title: MessageTitle;
  readonly text: string;
  /** Commands that the reader may run. */
  readonly commands?: readonly Command[];
}

/** A command to copy, and what it does as an infinitive, such as `end it`. */
export interface Command {
  readonly doing: string;
  readonly command: string;
}

/**
 * A message as the log shows it. On a terminal each command follows on an indented line; on the runner, where nobody can run it, the
 * message leads to the dashboard and to the summary, which has the commands.
 */
export function textOf({ text, commands = [] }: Message, host: HostKind): string {
  const [first, ...others] = commands;
  if (first === undefined) return text;
  if (host === 'terminal') {
    return [text, ...commands.map(({ doing, command }) => `To ${doing} now:\n  ${command}`)].join('\n');
  }
  const doing = others.length === 0 ? first.doing : 'end them';
  const between = text.includes('\n') ? '\n' : ' ';
  return `${text}${between}To ${doing} now, use the dashboard of StatusPage.me, or the request in the summary of this job.`;
}

export function info(text: string): Message {
  return { level: 'info', text };
}

export function result(text: string): Message {
  return { level: 'result', text };
}

export function warning(title: MessageTitle, text: string, commands?: readonly Command[]): Problem {
  return { level: 'warning', title, text, ...(commands && { commands }) };
}

export function error(title: MessageTitle, text: string, commands?: readonly Command[]): Problem {
  return { level: 'error', title, text, ...(commands && { commands }) };
}

export function notice(title: MessageTitle, text: string): Problem {
  return { level: 'notice', title, text };
}

/** Whether a message is about a problem; else it is a line of the log. */
export function isProblem(message: Message): message is Problem {
  const { level } = message;
  return level !== 'info' && level !== 'result';
}

/** Anything thrown, as one message: `Could not open it: why. What to do.`, or `Why. Could not open it. What to do.` `doing` is an infinitive. */
export function describeFailure(doing: string, error: unknown, background: Background): string {
  // Its message is complete.
  if (error instanceof UserError) return error.message.split('\n').map(forLog).join('\n');
  const { happened, todo, causeFirst } = explain(error, background);
  const failed = causeFirst ? `${capitalize(happened)}. Could not ${doing}.` : `Could not ${doing}: ${happened}.`;
  return forLog(`${failed}${todo === '' ? '' : ` ${todo}`}`);
}

/** A key that differs for different causes, so that a message names a cause once for everything that it affected. */
export function causeOf(thrown: unknown): string {
  if (thrown instanceof ExplainedError) return thrown.causeKey;
  return thrown instanceof Error ? `${thrown.name} ${thrown.message}` : String(thrown);
}

/** The title of the annotation of a failure: the cause in two or three words. */
export function titleOf(thrown: unknown): MessageTitle {
  return thrown instanceof ExplainedError ? thrown.title : 'failure';
}
