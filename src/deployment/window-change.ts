import { referenceOf, replaceText, withoutReference } from '../domain/deployment-reference.ts';
import { type Background, type Exit, ExplainedError, type Explanation } from '../domain/errors.ts';
import type { Window } from '../domain/record.ts';
import { list } from '../domain/text.ts';
import { liesAhead, msBetween, secondMs } from '../domain/time.ts';
import type { StatusPage } from '../statuspage/client.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { WindowChange } from '../statuspage/requests.ts';
import { readWindow } from './record-by-id.ts';

/** The texts of a window as far as they can be sent again without changing what a visitor reads. */
export interface WindowTexts {
  readonly title?: string | undefined;
  readonly message?: string | undefined;
}

/**
 * The texts of a window that was read. A message in another form than we sent it, as HTML, is what a reader sees of it. One without its
 * reference may have been cut for display, and is left out.
 */
export function textsOf({ title, message = '' }: Pick<Window, 'title' | 'message'>): WindowTexts {
  const isWhole = /\nRef: [\w-]+\s*$/.test(message);
  const readable = referenceOf(message) && replaceText(message, withoutReference(message));
  const sendable = isWhole ? message : readable;
  return { ...sendableTitle(title), ...(sendable !== undefined && { message: sendable }) };
}

/** A title that may have been cut for display is not sent again. */
export function sendableTitle(title: string | undefined): Pick<WindowTexts, 'title'> {
  return title === undefined || title === '' || title.endsWith('…') ? {} : { title };
}

/** What is known of a window before it is changed. */
export interface ChangeTarget {
  readonly id: string;
  readonly texts: WindowTexts;
  /** The texts as they were, if the server has just emptied one that `texts` lacks. */
  readonly findTexts?: (() => Promise<WindowTexts>) | undefined;
  /** Whether we opened it, so that it had a message. */
  readonly isOurs?: boolean | undefined;
  readonly emptiesUnsent?: boolean | undefined;
  /** Whether a later search must find its reference, so that an answer without the message is not enough: the window is read, or gets it again. */
  readonly mustKeepText?: boolean | undefined;
}

/** What a change came to. */
export interface WindowChanged {
  /** What the server shows of the window afterwards; undefined if it shows nothing. */
  readonly shown: Window | undefined;
  /** Whether the server empties what is not sent. */
  readonly emptiesUnsent: boolean;
  /** Whether it has emptied the message, and nobody knows what that was. */
  readonly lostMessage?: boolean;
}

/**
 * Changes a window. If the server empties a text that was not sent, the change is sent once more with the texts that we know. Throws what the
 * client throws, and MessageUnseenError.
 */
export async function changeWindow(
  statusPage: StatusPage,
  { id, texts, findTexts, isOurs = false, emptiesUnsent = false, mustKeepText = false }: ChangeTarget,
  change: WindowChange,
): Promise<WindowChanged> {
  const answered = await statusPage.changeWindow(id, emptiesUnsent ? { ...texts, ...change } : change);
  if (emptiesUnsent) return { shown: answered, emptiesUnsent };
  const isHidden = answered?.showsMessage !== true && texts.message !== undefined && change.message === undefined;
  const isReadAfter = mustKeepText && isHidden && !statusPage.isDryRun;
  // The read is about the texts alone: another job may have changed the times in between.
  const read = isReadAfter ? await readWindow(statusPage, id) : undefined;
  if (isReadAfter && read === undefined) await sendUnseen(statusPage, id, texts);
  const shown = read ?? answered;
  if (shown === undefined) return { shown, emptiesUnsent };
  const lostTitle = texts.title !== undefined && change.title === undefined && shown.title === '';
  const isBare = change.message === undefined && shown.showsMessage && !shown.message;
  if (!lostTitle && !isBare) return { shown: answered, emptiesUnsent };
  const known = { ...texts, ...(await findTexts?.()) };
  // One that we opened had a message, whether anybody knows it or not.
  const lostMessage = isBare && (isOurs || known.message !== undefined);
  if (!lostTitle && known.message === undefined) return { shown: answered, emptiesUnsent: lostMessage, lostMessage };
  const again = await changeOrRead(statusPage, id, { ...known, ...change });
  return { shown: again, emptiesUnsent: true, lostMessage: lostMessage && !(again ?? shown).message };
}

/** Sends the texts of a window that may have lost them: neither the answer to a change nor a read has shown them. */
async function sendUnseen(statusPage: StatusPage, id: string, texts: WindowTexts): Promise<void> {
  try {
    await statusPage.changeWindow(id, texts);
  } catch (error) {
    throw error instanceof StatusPageError ? new MessageUnseenError(error) : error;
  }
}

/** Sends the texts of a window that has taken a change. Whatever comes of them, the change itself was made. */
async function changeOrRead(statusPage: StatusPage, id: string, change: WindowChange): Promise<Window | undefined> {
  try {
    return await statusPage.changeWindow(id, change);
  } catch (error) {
    if (!(error instanceof StatusPageError)) throw error;
    return readWindow(statusPage, id);
  }
}

/**
 * Changes a window also on a server that needs every field: what it refuses is sent once more with all that is known, or can be read. Throws
 * the first refusal if that is refused too.
 */
export async function changeWindowInFull(
  statusPage: StatusPage,
  target: ChangeTarget,
  change: WindowChange,
  known?: Window,
): Promise<WindowChanged> {
  try {
    return await changeWindow(statusPage, target, change);
  } catch (refusal) {
    if (!isRefusedChange(refusal)) throw refusal;
    const seen = known ?? (await readWindow(statusPage, target.id));
    if (seen?.startAt === undefined || seen.endAt === undefined) throw refusal;
    const { startAt, endAt } = seen;
    try {
      return await changeWindow(statusPage, target, { ...textsOf(seen), startAt, endAt, ...change });
    } catch (again) {
      throw isRefusedChange(again) ? refusal : again;
    }
  }
}

/** Whether the server refused a change for what was sent, so that another change may be accepted: any 4xx but 401, 403, 404, 408 and 429. */
export function isRefusedChange(error: unknown): error is StatusPageError {
  return error instanceof StatusPageError && ['invalid', 'client'].includes(error.code);
}

/** Whether a time that the server shows is not the one that was sent. Servers may cut fractions of a second. */
export function isOtherTime(shown: Date | undefined, sent: Date | undefined): boolean {
  return shown !== undefined && sent !== undefined && Math.abs(msBetween(shown, sent)) > secondMs;
}

/** Whether the server shows a later end than the one that was sent. */
export function isLaterEnd(shown: Date | undefined, sent: Date): boolean {
  return shown !== undefined && liesAhead(shown, sent);
}

/** The server accepted a change and did not make it. */
export class ChangeIgnoredError extends ExplainedError {
  override readonly name = 'ChangeIgnoredError';
  readonly title = 'change ignored';
  readonly fixable = false;
  readonly exit = 'failed';
  /** What did not change, as `end`. */
  readonly fields: readonly string[];

  constructor(fields: readonly string[]) {
    super(`the ${list(fields)} did not change`);
    this.fields = fields;
  }

  explain(): Explanation {
    return {
      happened: `the status page accepted the change, but its ${list(this.fields)} did not change`,
      todo: 'Check the page, and change it in the dashboard.',
    };
  }
}

/** A window was changed, and may have lost its message. Nothing shows it, and it could not be sent again. */
export class MessageUnseenError extends ExplainedError {
  override readonly name = 'MessageUnseenError';
  readonly title = 'reference lost';
  /** The window is there, and its change was accepted. */
  readonly fixable = false;
  override readonly cause: StatusPageError;

  constructor(cause: StatusPageError) {
    super('the message may be empty');
    this.cause = cause;
  }

  get exit(): Exit {
    return this.cause.exit;
  }

  override get causeKey(): string {
    return `${this.name} ${this.cause.causeKey}`;
  }

  explain(background: Background): Explanation {
    return {
      happened: `${this.cause.explain(background).happened}. The change was accepted, but nothing shows whether the message is still there`,
      todo: 'Check the page. Without the last line of its message, other jobs and later runs cannot find this notice.',
    };
  }
}
