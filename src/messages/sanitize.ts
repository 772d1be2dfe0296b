/**
 * What CIs read as commands in the output of a step, and what breaks each of them. GitHub: `::` at the start of a line and `##[`. Azure and
 * TeamCity: `##vso[` and `##teamcity[`, anywhere in a line. GitLab: its section markers. Buildkite: the headers of its groups.
 */
const ciCommands: readonly (readonly [command: RegExp, harmless: string])[] = [
  [/##(?=\w*\[)/g, '# #'],
  [/^([^\S\n]*):(?=:)/gm, '$1: '],
  [/\bsection_(?=(?:start|end):)/g, 'section_ '],
  [/^(-(?=--[ \t]|--$)|\+(?=\+\+[ \t]|\+\+$)|~(?=~~[ \t]|~~$)|\^(?=\^\^[ \t]|\^\^$))/gm, '$1 '],
];

/** The text without anything that a CI would read as a command. */
function withoutCommands(text: string): string {
  return ciCommands.reduce((rest, [command, harmless]) => rest.replace(command, harmless), text);
}

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

/** Text from anywhere as it may be printed: line breaks and tabs stay, and nothing in it steers the terminal, turns the writing or is a command of a CI. */
export function forTerminal(text: string): string {
  return withoutCommands(text.replace(/\r\n/g, '\n').replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, ''));
}

/**
 * A value as one line of JSON that may be printed: what could steer a terminal or be a command of a CI is written as an escape, so that no
 * value changes. `write` is applied to each text in it.
 */
export function forJson(value: unknown, write: (text: string) => string): string {
  const json = JSON.stringify(value, (_name, inner: unknown) => (typeof inner === 'string' ? write(inner) : inner));
  const toEscape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return json.replace(/[\p{Cc}\p{Bidi_Control}]/gu, toEscape).replace(/#(?=\w*\[)|_(?=(?:start|end):)/g, toEscape);
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
