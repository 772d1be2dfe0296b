import { describeAnswer, judgeFields, judgeTaken, judgeText } from './checks.ts';
import { createdInList, freshInList, listedAt, messageInList } from './list-assumptions.ts';
import { entriesOf, type Fields, recordOf } from './read-response.ts';
import {
  answerAt,
  type Evidence,
  exchangeAt,
  type Fact,
  idAt,
  isSuccess,
  type Step,
  successAt,
  Untold,
  verdict,
} from './recording.ts';

const shownFields = ['status_page_id', 'title', 'message', 'start_at', 'end_at', 'created_at'];

const listed = listedAt('window');
const read = (step: Step) => (evidence: Evidence) => recordOf(successAt(evidence, step));
const sent = (evidence: Evidence, step: Step): Fields => exchangeAt(evidence, step).body ?? {};

/** Judges whether two times of a record are the instants that were sent. */
function judgeTimes(shownAt: Step, sentAt: Step): Fact['judge'] {
  return (evidence) => {
    const shown = read(shownAt)(evidence);
    const names = ['start_at', 'end_at'];
    if (names.some((name) => shown[name] === undefined)) throw new Untold('the answer shows no times');
    const body = sent(evidence, sentAt);
    const wrong = names.filter((name) => Date.parse(String(shown[name])) !== Date.parse(String(body[name])));
    return verdict(wrong.length === 0, wrong.length === 0 ? 'the same instants' : `another ${wrong.join(' and ')}`);
  };
}

/** What is assumed of maintenance windows. */
export const windowFacts: readonly Fact[] = [
  {
    name: 'window-created',
    assumption: `The answer to a new window shows ${shownFields.join(', ')}`,
    breaks: 'nothing: only the id is needed, what was sent stands in for the rest',
    judge: judgeFields(read('window'), shownFields),
  },
  {
    name: 'window-read',
    assumption: 'GET of a window shows title, message, start_at and end_at',
    breaks:
      'windows that somebody moved are ended by what was announced; without a message nothing is found by its marker',
    judge: judgeFields(read('window read'), ['title', 'message', 'start_at', 'end_at']),
  },
  {
    name: 'window-message',
    assumption: 'The message of a window comes back as it was sent, the marker and signs of any script included',
    breaks: 'a window is not found by its marker: no adoption on a re-run, no `resolve` by `deployment-key`',
    judge: (evidence) => judgeText(String(sent(evidence, 'window').message), read('window read')(evidence).message),
  },
  {
    name: 'window-times',
    assumption: 'The times of a window come back as the instants that were sent',
    breaks: 'outputs and summary name wrong times; windows are taken for open or over wrongly',
    judge: judgeTimes('window read', 'window'),
  },
  freshInList('window'),
  messageInList('window'),
  {
    name: 'window-list-times',
    assumption: 'The list of windows shows start_at and end_at',
    breaks: 'windows that are over are read one by one, and two openers agree by the id alone',
    judge: judgeFields(listed, ['start_at', 'end_at']),
  },
  createdInList('window'),
  {
    name: 'window-list-length',
    assumption: 'The list of windows shows all of them',
    breaks: 'a window behind the cut is not found: a second one may be opened',
    judge: (evidence) => {
      const shown = entriesOf(successAt(evidence, 'windows'));
      const ours = [idAt(evidence, 'window'), idAt(evidence, 'same window again')];
      const found = shown.filter(({ id }) => ours.includes(String(id))).length;
      return verdict(found === new Set(ours).size, `${found} of our ${new Set(ours).size}, ${shown.length} in all`);
    },
  },
  {
    name: 'window-list-page',
    assumption: 'The list of windows holds those of the page that was asked for',
    breaks: 'records of other pages are looked through too',
    judge: (evidence) => {
      const pages = entriesOf(successAt(evidence, 'windows at once')).map((entry) => entry.status_page_id);
      if (pages.every((page) => page === undefined)) throw new Untold('the list does not show status_page_id');
      const others = pages.filter((page) => page !== evidence.pageId).length;
      return verdict(others === 0, others === 0 ? 'this page alone' : `${others} of other pages`);
    },
  },
  {
    name: 'window-patch-keeps',
    assumption: 'PATCH of a window keeps the fields that were not sent',
    breaks: 'ending a window wipes its title or message',
    judge: (evidence) => {
      successAt(evidence, 'window moved');
      const before = read('window read')(evidence);
      const shown = read('window moved, read')(evidence);
      const kept = ['title', 'message'].filter((name) => before[name] !== undefined);
      if (kept.length === 0) throw new Untold('the answer shows neither title nor message');
      const lost = kept.filter((name) => JSON.stringify(shown[name]) !== JSON.stringify(before[name]));
      return verdict(lost.length === 0, lost.length === 0 ? `${kept.join(', ')} kept` : `${lost.join(', ')} changed`);
    },
  },
  {
    name: 'window-patch-moves',
    assumption: 'PATCH moves start and end of a window together',
    breaks: 'a window that was announced ahead cannot be taken over, nor be set right by the clock of the server',
    judge: judgeTimes('window moved, read', 'window moved'),
  },
  {
    name: 'window-second',
    assumption: 'A window may be one second long',
    breaks: 'a window whose deploy took no time is ended 5 s later',
    judge: judgeTaken('window of a second'),
  },
  {
    name: 'window-week',
    assumption: 'A window may be seven days long',
    breaks: 'the longest `duration` that is accepted here is refused there',
    judge: judgeTaken('window of a week'),
  },
  {
    name: 'window-twice',
    assumption: 'The same POST twice makes two windows: there is no idempotency',
    breaks: 'nothing: the look for the marker after a lost answer would be needless',
    judge: (evidence) => {
      const first = idAt(evidence, 'window');
      const again = answerAt(evidence, 'same window again');
      const id = evidence.ids.get('same window again');
      if (id === undefined && isSuccess(again)) throw new Untold('the answer shows no id');
      return verdict(id !== undefined && id !== first, id === first ? 'the same id' : describeAnswer(again));
    },
  },
];
