import { describeDuration, describeTime, msBetween } from './time.ts';

/** What visitors read where the run that opened an incident ended without closing it. Nothing else is known, so nothing else is said. */
export const abandonedMessage = 'The update that opened this notice ended without closing it.';

/** What the placeholders of a text for visitors stand for. */
export interface Facts {
  readonly startedAt: Date;
  readonly now: Date;
  /** The announced end; incidents have none. */
  readonly endAt: Date | undefined;
  readonly tag: string | undefined;
}

/** The text with `{elapsed}`, `{end-at}` and `{tag}` filled in; what is not known is left out with the blank before it, other braces stay. */
export function fillPlaceholders(text: string, { startedAt, now, endAt, tag }: Facts): string {
  const values: Readonly<Record<string, string | undefined>> = {
    elapsed: describeDuration(msBetween(startedAt, now)),
    'end-at': endAt && describeTime(endAt, now),
    tag,
  };
  return text.replace(/ ?\{(elapsed|end-at|tag)\}/g, (found, name: string) => {
    const value = values[name];
    if (value === undefined) return '';
    return found.startsWith(' ') ? ` ${value}` : value;
  });
}

/** A list for people: `a`, `a and b`, `a, b and c`. */
export function list(words: readonly string[], last: 'and' | 'or' = 'and'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

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
