/**
 * Text from outside as one line of a log: no line breaks, no control characters, none that turn the direction of writing, and nothing that the
 * runner reads as a command, which are `::` at the start of a line and `##[` anywhere.
 */
export function forLog(text: string): string {
  const oneLine = text
    .replace(/(?!\s)[\p{Cc}\p{Bidi_Control}]/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
  return oneLine.replace(/##\[/g, '# #[').replace(/^::/, ': :');
}

/** Text from outside as plain text in a line of Markdown: no marks, no HTML, no links or mentions; its direction stays its own. */
export function forMarkdown(text: string): string {
  const marks = /[&<>\\`*_~|[\]@#:!$]|(?<=www)\./gi;
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
