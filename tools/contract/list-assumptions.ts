import { checkFields, checkFreshness } from './checks.ts';
import { describeType, entriesOf, entryOf, type Fields } from './read-response.ts';
import { type Assumption, answerAt, CannotTell, idAt, type Recording, successAt, toResult } from './recording.ts';

type Noun = 'window' | 'incident';

/** Our record as the list of its kind shows it. Throws CannotTell if the list was refused or lacks it. */
export const listedAt =
  (noun: Noun) =>
  (recording: Recording): Fields =>
    entryOf(successAt(recording, `${noun}s at once`), idAt(recording, noun));

/** That a list shows a new record at once. */
export const freshInList = (noun: Noun): Assumption => ({
  name: `${noun}-list-fresh`,
  assumption: `The list shows a new ${noun} at once`,
  breaks: `after 2 s: two jobs may open two ${noun}s for one \`deployment-key\`; later: so may one job whose answer was lost`,
  check: checkFreshness(`${noun}s at once`, `${noun}s a moment later`, (answer, { ids }) =>
    entriesOf(answer).some(({ id }) => String(id) === ids.get(noun)),
  ),
});

/** That a new record is found by its id at once. */
export const foundAtOnce = (noun: Noun): Assumption => ({
  name: `${noun}-read-fresh`,
  assumption: `GET finds a new ${noun} at once`,
  breaks: `a ${noun} that has just been opened is first taken for deleted, and is asked for again for up to a minute`,
  check: (recording) => {
    const { status } = answerAt(recording, `${noun} at once`);
    if (status === 401 || status === 403) throw new CannotTell(`${noun} at once: ${status}`);
    return toResult(status !== 404, status === 404 ? 'not at once' : String(status));
  },
});

/** That a list shows the messages, which hold the references. */
export const messageInList = (noun: Noun): Assumption => ({
  name: `${noun}-list-message`,
  assumption: `The list of ${noun}s shows messages`,
  breaks: `the open ${noun}s are read one by one, at most 20 of them`,
  check: (recording) => {
    const { message } = listedAt(noun)(recording);
    const shown = message === undefined ? 'no message' : `message is ${describeType(message)}`;
    return toResult(typeof message === 'string', shown);
  },
});

/** That a list shows when a record was made. */
export const createdInList = (noun: Noun): Assumption => ({
  name: `${noun}-list-created`,
  assumption: `The list of ${noun}s shows created_at`,
  breaks: `nothing: every ${noun} that is found counts as young, which costs 2 s`,
  check: checkFields(listedAt(noun), ['created_at']),
});
