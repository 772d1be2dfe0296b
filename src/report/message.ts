/** Something to say: a line of the log, or an annotation of this level. */
export interface Message {
  readonly level: 'info' | 'notice' | 'warning' | 'error';
  readonly text: string;
}

export function info(text: string): Message {
  return { level: 'info', text };
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
