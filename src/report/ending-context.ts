import type { Ended } from '../deployment/end-record.ts';
import type { Outcome } from '../domain/outcome.ts';
import { commandToDelete, commandToEnd } from '../statuspage/by-hand.ts';
import { commandLine } from './message.ts';

/** What an ending is told against: why it ended so, the present, and the API for the commands that do the rest by hand. */
export interface EndingContext {
  /** An outcome; or nothing was deployed; or somebody asked for the end; or the outcome could not be known. */
  readonly why: Outcome | 'taken-back' | 'asked' | 'unknown';
  /** Whether a failed ending is an error; else it is a warning. */
  readonly isFatal: (ended: Ended) => boolean;
  readonly now: Date;
  readonly apiUrl: string;
}

/** The command that takes a record down by hand, on a line of its own. */
export function commandFor({ record }: Ended, { apiUrl, now }: EndingContext): string {
  const { kind, id = '', startAt } = record;
  const begun = startAt === undefined || startAt <= now;
  return commandLine(begun ? commandToEnd(apiUrl, { kind, id }) : commandToDelete(apiUrl, { kind, id }));
}
