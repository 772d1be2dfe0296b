import { ExplainedError, type Explanation } from '../domain/errors.ts';
import type { Window } from '../domain/record.ts';
import { liesAhead, msBetween, secondMs } from '../domain/time.ts';
import type { WindowChange } from '../statuspage/bodies.ts';
import type { StatusPage } from '../statuspage/client.ts';
import { StatusPageError } from '../statuspage/errors.ts';

/** The texts of a window as far as they can be sent again without changing them. */
export interface WindowTexts {
  readonly title?: string | undefined;
  readonly message?: string | undefined;
}

/** The texts of a window that was read. A message that comes back in another form than we sent it is left out. */
export function textsOf({ title, message }: Pick<Window, 'title' | 'message'>): WindowTexts {
  const isWhole = message !== undefined && /\nRef: [\w-]+\s*$/.test(message);
  return { ...sendableTitle(title), ...(isWhole && { message }) };
}

/** A title that may have been cut for display is not sent again. */
export function sendableTitle(title: string | undefined): Pick<WindowTexts, 'title'> {
  return title === undefined || title === '' || title.endsWith('…') ? {} : { title };
}

/**
 * Changes a window and returns what the server shows of it afterwards. If the server empties a text that was not sent, the change is sent once
 * more with the texts that we know. Throws what the client throws.
 */
export async function changeWindow(
  statusPage: StatusPage,
  id: string,
  change: WindowChange,
  texts: WindowTexts,
): Promise<Window | undefined> {
  const shown = await statusPage.changeWindow(id, change);
  const lost = shown && lostTexts(shown, change, texts);
  return lost ? statusPage.changeWindow(id, { ...texts, ...change }) : shown;
}

function lostTexts(shown: Window, change: WindowChange, { title, message }: WindowTexts): boolean {
  const lostTitle = title !== undefined && change.title === undefined && shown.title === '';
  const lostMessage = message !== undefined && change.message === undefined && shown.showsMessage && !shown.message;
  return lostTitle || lostMessage;
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
  readonly fixable = false;
  readonly exit = 'failed';
  /** What did not change, as `end`. */
  readonly fields: string;

  constructor(fields: string) {
    super(`the ${fields} did not change`);
    this.fields = fields;
  }

  explain(): Explanation {
    return {
      happened: `the status page accepted the change, but its ${this.fields} did not change`,
      todo: 'Look at the page, and change it in the dashboard.',
    };
  }
}
