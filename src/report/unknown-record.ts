import { recordIdOf, StatusPageError } from '../statuspage/errors.ts';

/** The server does not know the record that was to be ended: that is a mistake, and nothing on the page. */
export function isUnknownRecord(error: unknown): boolean {
  return error instanceof StatusPageError && error.trouble === 'not-found' && recordIdOf(error.call) !== undefined;
}
