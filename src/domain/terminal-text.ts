/** Text from anywhere as it may be shown on a terminal: line breaks and tabs stay, everything that could steer the terminal or turn the writing goes. */
export function forTerminal(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, '');
}

/**
 * A value as one line of JSON that a terminal can show too: what could steer it is written as an escape, so that no value changes. `write`
 * is applied to each text in it.
 */
export function toJson(value: unknown, write: (text: string) => string): string {
  const json = JSON.stringify(value, (_name, inner: unknown) => (typeof inner === 'string' ? write(inner) : inner));
  return json.replace(
    /[\p{Cc}\p{Bidi_Control}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
