/** Something to say: a line of the log, an annotation of this level, or a line of what was asked for. */
export interface Message {
  readonly level: 'info' | 'result' | 'notice' | 'warning' | 'error';
  readonly text: string;
}

export function info(text: string): Message {
  return { level: 'info', text };
}

export function result(text: string): Message {
  return { level: 'result', text };
}

export function warning(text: string): Message {
  return { level: 'warning', text };
}

export function error(text: string): Message {
  return { level: 'error', text };
}

export function notice(text: string): Message {
  return { level: 'notice', text };
}

/** A command that people copy, on a line of its own in a message. */
export function commandLine(command: string): string {
  return `\n  ${command}`;
}

/** Whether a line of a message is such a command. */
export function isCommandLine(line: string): boolean {
  return line.startsWith('  curl ');
}
