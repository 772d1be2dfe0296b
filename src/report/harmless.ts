/**
 * Text from outside as one line of a log: no line breaks or control characters, and nothing that the runner reads as a command, which are `::`
 * at the start of a line and `##[` anywhere.
 */
export function forLog(text: string): string {
  const oneLine = text
    .replace(/[\u2028\u2029\s]+/g, ' ')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go.
    .replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '')
    .trim();
  return oneLine.replace(/##\[/g, '# #[').replace(/^::/, ': :');
}

/** Text from outside as plain text inside Markdown: every mark of Markdown and HTML becomes an entity; its direction stays its own. */
export function forMarkdown(text: string): string {
  return `<bdi>${toEntities(forLog(text))}</bdi>`;
}

/** Text from outside as a block that shows it word by word, line breaks included. */
export function forMarkdownBlock(text: string): string {
  return `<pre>${text
    .split(/\r\n|[\r\n]/)
    .map((line) => toEntities(forLog(line)))
    .join('\n')}</pre>`;
}

function toEntities(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
