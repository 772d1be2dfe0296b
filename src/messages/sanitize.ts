import { withoutCommands } from '../domain/text.ts';

/**
 * Text from outside as one line of a log: no line breaks, no control characters, none that turn the direction of writing, and no command of a
 * CI.
 */
export function forLog(text: string): string {
  const oneLine = text
    .replace(/(?!\s)[\p{Cc}\p{Bidi_Control}]/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
  return withoutCommands(oneLine);
}

/**
 * Text from outside as plain text in a line of Markdown: no marks, no HTML, no links or mentions; its direction stays its own. A colon before a
 * blank or in `14:32` can neither begin an emoji nor an address. It stays, because some runners show the source of a summary.
 */
export function forMarkdown(text: string): string {
  const marks = /[&<>\\`*_~|[\]@#!$]|:(?!\s|(?<=\d:)\d\d(?![\d:]))|(?<=www)\./gi;
  return `<bdi>${forLog(text).replace(marks, toEntity)}</bdi>`;
}

/** Text from outside as a block that shows it word by word, line breaks included. */
export function forMarkdownBlock(text: string): string {
  const lines = text.split(/\r\n|[\r\n]/).map((line) => forLog(line).replace(/[&<>]/g, toEntity));
  return `<pre>${lines.join('\n')}</pre>`;
}

/** An entity stands for its character and never for a mark, in Markdown as in HTML. */
function toEntity(mark: string): string {
  return `&#${mark.charCodeAt(0)};`;
}
