import * as z from 'zod/mini';
import { isPageAddress } from '../domain/page.ts';
import { isRecordId } from '../domain/record.ts';
import { splitNames } from '../domain/text.ts';
import { hourMs, parseDuration, parseTime, type Start, secondMs } from '../domain/time.ts';

/** Refuses a text in words that follow the name of its input. The text is not shown unless `shown`: it may be a secret. */
class Refusal extends Error {
  readonly shown: boolean;

  constructor(problem: string, { shown } = { shown: false }) {
    super(problem);
    this.shown = shown;
  }
}

/** What is wrong with a text, in words that follow the name of its input. */
export interface ParseProblem {
  readonly problem: string;
  /** Whether the text may be shown. */
  readonly shown: boolean;
}

type Schema = z.ZodMiniType;

/** Reads a text by the schema of its input. */
export function parseInput(schema: Schema, text: string): { readonly value: unknown } | readonly ParseProblem[] {
  const { success, data, error } = z.safeParse(schema, text);
  if (success) return { value: data };
  return error.issues.map((issue) => ({
    problem: issue.message,
    shown: issue.code !== 'custom' || issue.params?.shown === true,
  }));
}

/** A value that `parse` reads from text. If `parse` returns undefined, the text "is not" what was expected. */
export function read<T>(expected: string, parse: (text: string) => T | undefined) {
  return z.pipe(
    z.string(),
    z.transform((text, context): T => {
      const refuse = (message: string, shown: boolean) => {
        context.issues.push({ code: 'custom', message, input: text, params: { shown } });
        return z.NEVER;
      };
      try {
        return parse(text) ?? refuse(`is not ${expected}`, true);
      } catch (refusal) {
        if (refusal instanceof Refusal) return refuse(refusal.message, refusal.shown);
        throw refusal;
      }
    }),
  );
}

/** One of a few words. */
export function choice<const T extends readonly string[]>(words: T) {
  return z.enum(words, { error: `is not ${words.slice(0, -1).join(', ')} or ${words.at(-1)}` });
}

/** `true` or `false`, regardless of case. */
export function yesOrNo() {
  return read('true or false', (text) => {
    const word = text.toLowerCase();
    return word === 'true' || (word === 'false' ? false : undefined);
  });
}

/** Milliseconds between two limits. */
export function duration(leastMs: number, mostMs: number, expected: string) {
  return read(expected, (text) => {
    const ms = parseDuration(text);
    return ms === undefined || ms < leastMs || ms > mostMs ? undefined : ms;
  });
}

export function parseLine(text: string): string | undefined {
  return /[\r\n]/.test(text) ? undefined : text;
}

/** Names separated by commas or newlines, each once. A name in double quotes may contain commas. */
export function parseNames(text: string): readonly string[] | undefined {
  const names = splitNames(text);
  return names.length === 0 ? undefined : [...new Set(names)];
}

/** The API finds pages by slug or name; their addresses it lists only for custom domains. */
export function parsePageNames(text: string): readonly string[] | undefined {
  const names = parseNames(text);
  if (names?.some(isPageAddress)) {
    throw new Refusal('is the address of a page, and its slug is needed', { shown: true });
  }
  return names;
}

/** Ids in their order: `none` may be there several times. */
export function parseIds(text: string): readonly string[] | undefined {
  const ids = text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return ids.length > 0 && ids.every((id) => id === 'none' || isRecordId(id)) ? ids : undefined;
}

export function parseApiKey(text: string): string {
  if (/\s/.test(text)) throw new Refusal('contains a space or a line break. Copy the key again without them');
  if (/[^!-~]/.test(text)) throw new Refusal('contains a character that no key has. Copy the key again');
  if (!text.startsWith('spk_')) throw new Refusal('does not begin with spk_ like every key of StatusPage.me');
  return text;
}

export function parseToken(text: string): string {
  if (/[^!-~]/.test(text)) throw new Refusal('contains a space or a character that no token has. Copy it again');
  return text;
}

const longestKey = 200;

export function parseDeploymentKey(text: string): string | undefined {
  if (text.startsWith('spk_')) throw new Refusal('looks like an API key. Choose a name such as api-production');
  if (text.length > longestKey) {
    throw new Refusal(`is longer than ${longestKey} characters. Choose a name such as api-production`);
  }
  return parseLine(text);
}

export function parsePercent(text: string): number | undefined {
  const percent = /^\d{1,3}(\.\d+)?$/.test(text) ? Number(text) : 101;
  return percent > 100 ? undefined : percent;
}

/** No wait, or one that is long enough to ask again. */
export function parseWait(text: string): number | undefined {
  const ms = parseDuration(text);
  return ms === 0 || (ms !== undefined && ms >= 30 * secondMs && ms <= 6 * hourMs) ? ms : undefined;
}

export function parseStart(text: string): Start | undefined {
  if (text === 'now') return { afterMs: 0 };
  if (text.startsWith('+')) {
    const ms = parseDuration(text.slice(1));
    return ms === undefined ? undefined : { afterMs: ms };
  }
  const at = parseTime(text);
  return at && { at };
}

export function parseApiUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  if (url === null) return undefined;
  if ([url.username, url.password, url.search, url.hash].some((part) => part !== '')) {
    throw new Refusal('contains a user, a query or a fragment, which may be secret. Write the address without them');
  }
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && local) ? url : undefined;
}

/** The matrix values of the job as JSON text; empty outside a matrix, for which the runner passes `null`. */
export function parseMatrix(text: string): string | undefined {
  try {
    return JSON.parse(text) === null ? '' : text;
  } catch {
    return undefined;
  }
}
