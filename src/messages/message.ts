/** A line of the log, an annotation of this level, or a line of the result. */
export interface Message {
  readonly level: 'info' | 'result' | 'notice' | 'warning' | 'error';
  readonly text: string;
  /** The title of the annotation: the cause in two or three words. */
  readonly title?: string;
  /** Commands that the reader may run, each on a line of its own below the text. */
  readonly commands?: readonly Command[];
}

/** A command to copy, and the sentence in front of it. */
export interface Command {
  readonly before?: string;
  readonly command: string;
}

/** A message as the log shows it: the text, then each command on an indented line. */
export function textOf({ text, commands = [] }: Message): string {
  const lines = commands.flatMap(({ before, command }) => [...(before === undefined ? [] : [before]), `  ${command}`]);
  return [text, ...lines].join('\n');
}

export function info(text: string): Message {
  return { level: 'info', text };
}

export function result(text: string): Message {
  return { level: 'result', text };
}

export function warning(text: string, commands?: readonly Command[]): Message {
  return { level: 'warning', text, ...(commands && { commands }) };
}

export function error(text: string, commands?: readonly Command[]): Message {
  return { level: 'error', text, ...(commands && { commands }) };
}

export function notice(text: string): Message {
  return { level: 'notice', text };
}

/** Whether a message is about a problem; else it is a line of the log. */
export function isProblem({ level }: Message): boolean {
  return level !== 'info' && level !== 'result';
}
