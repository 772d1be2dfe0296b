import { judgeFields, judgeFreshness } from './checks.ts';
import { describeType, entriesOf, entryOf, type Fields } from './read-response.ts';
import { type Evidence, type Fact, idAt, successAt, verdict } from './recording.ts';

type Noun = 'window' | 'incident';

/** Our record as the list of its kind shows it. Throws Untold where the list was refused or lacks it. */
export const listedAt =
  (noun: Noun) =>
  (evidence: Evidence): Fields =>
    entryOf(successAt(evidence, `${noun}s at once`), idAt(evidence, noun));

/** That a list shows a new record at once. */
export const freshInList = (noun: Noun): Fact => ({
  name: `${noun}-list-fresh`,
  assumption: `The list shows a new ${noun} at once`,
  breaks: `after 2 s: two jobs may open two ${noun}s for one \`deployment-key\`; later: so may one job whose answer was lost`,
  judge: judgeFreshness(`${noun}s at once`, `${noun}s a moment later`, (answer, { ids }) =>
    entriesOf(answer).some(({ id }) => String(id) === ids.get(noun)),
  ),
});

/** That a list shows the messages, in which the markers stand. */
export const messageInList = (noun: Noun): Fact => ({
  name: `${noun}-list-message`,
  assumption: `The list of ${noun}s shows messages`,
  breaks: `the open ${noun}s are read one by one, at most 20 of them`,
  judge: (evidence) => {
    const { message } = listedAt(noun)(evidence);
    const shown = message === undefined ? 'no message' : `message is ${describeType(message)}`;
    return verdict(typeof message === 'string', shown);
  },
});

/** That a list shows when a record was made. */
export const createdInList = (noun: Noun): Fact => ({
  name: `${noun}-list-created`,
  assumption: `The list of ${noun}s shows created_at`,
  breaks: `nothing: every ${noun} that is found counts as young, which costs 2 s`,
  judge: judgeFields(listedAt(noun), ['created_at']),
});
