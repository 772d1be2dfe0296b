import { checkAccepted, checkFields, checkLength, checkText, describeAnswer, recordAt } from './checks.ts';
import { createdInList, foundAtOnce, freshInList, listedAt, messageInList } from './list-assumptions.ts';
import { entriesOf, type Fields } from './read-response.ts';
import {
  type Assumption,
  answerAt,
  CannotTell,
  exchangeAt,
  idAt,
  isSuccess,
  type Recording,
  type Step,
  successAt,
  toResult,
} from './recording.ts';
import { otherMessage } from './window-probes.ts';

const shownFields = ['status_page_id', 'title', 'message', 'start_at', 'end_at', 'created_at'];

const listed = listedAt('window');
const sent = (recording: Recording, step: Step): Fields => exchangeAt(recording, step).body ?? {};

/** Checks whether two times of a record are the instants that were sent. */
function checkTimes(shownAt: Step, sentAt: Step): Assumption['check'] {
  return (recording) => {
    const shown = recordAt(shownAt)(recording);
    const names = ['start_at', 'end_at'];
    if (names.some((name) => shown[name] === undefined)) throw new CannotTell('the answer shows no times');
    const body = sent(recording, sentAt);
    const wrong = names.filter((name) => Date.parse(String(shown[name])) !== Date.parse(String(body[name])));
    return toResult(wrong.length === 0, wrong.length === 0 ? 'the same instants' : `another ${wrong.join(' and ')}`);
  };
}

/** Assumptions about maintenance windows. */
export const windowAssumptions: readonly Assumption[] = [
  {
    name: 'window-created',
    assumption: `The answer to a new window shows ${shownFields.join(', ')}`,
    breaks: 'nothing: only the id is needed, and the rest is known from the request',
    check: checkFields(recordAt('window'), shownFields),
  },
  {
    name: 'window-read',
    assumption: 'GET of a window shows title, message, start_at and end_at',
    breaks:
      'a window that a person moved is ended as announced, and without a message it is not found by its reference',
    check: checkFields(recordAt('window read'), ['title', 'message', 'start_at', 'end_at']),
  },
  {
    name: 'window-message',
    assumption: 'The message of a window comes back as it was sent, with its reference and the letters of any script',
    breaks:
      'nothing if the line `Ref: …` is still a line of its own, or the end of a text in one line. Otherwise the window is not found by its reference: no re-use by a re-run, no `resolve` by `deployment-key`',
    check: (recording) =>
      checkText(String(sent(recording, 'window').message), recordAt('window read')(recording).message),
  },
  {
    name: 'window-times',
    assumption: 'The times of a window come back as the instants that were sent',
    breaks: 'outputs and summary name wrong times; windows are taken for open or over wrongly',
    check: checkTimes('window read', 'window'),
  },
  freshInList('window'),
  messageInList('window'),
  {
    name: 'window-list-times',
    assumption: 'The list of windows shows start_at and end_at',
    breaks: 'windows that are over are read one by one, and two openers agree by the id alone',
    check: checkFields(listed, ['start_at', 'end_at']),
  },
  createdInList('window'),
  {
    name: 'window-list-length',
    assumption: 'The list of windows shows all of them',
    breaks: 'a window behind the cut is not found: a second one may be opened',
    check: (recording) => {
      const shown = entriesOf(successAt(recording, 'windows'));
      const ours = [idAt(recording, 'window'), idAt(recording, 'same window again')];
      const found = shown.filter(({ id }) => ours.includes(String(id))).length;
      return toResult(found === new Set(ours).size, `${found} of our ${new Set(ours).size}, ${shown.length} in all`);
    },
  },
  {
    name: 'window-list-page',
    assumption: 'The list of windows holds those of the page that was asked for',
    breaks: 'nothing: records of other pages are left out',
    check: (recording) => {
      const { answer: ofNoPage } = exchangeAt(recording, 'windows of no page again');
      if (ofNoPage !== undefined && isSuccess(ofNoPage) && entriesOf(ofNoPage).length > 0)
        return toResult(false, 'the list of a page that does not exist shows our window');
      const ours = idAt(recording, 'window');
      const ofAnother = recording.exchanges.get('windows of another page')?.answer;
      if (ofAnother !== undefined && isSuccess(ofAnother) && entriesOf(ofAnother).some(({ id }) => String(id) === ours))
        return toResult(false, 'the list of another page shows our window');
      const pages = entriesOf(successAt(recording, 'windows at once')).map((entry) => entry.status_page_id);
      if (pages.every((page) => page === undefined)) throw new CannotTell('the list does not show status_page_id');
      const others = pages.filter((page) => page !== recording.pageId).length;
      return toResult(others === 0, others === 0 ? 'this page alone' : `${others} of other pages`);
    },
  },
  foundAtOnce('window'),
  {
    name: 'window-patch-alone',
    assumption: 'PATCH of a window takes `end_at` without the other fields',
    breaks: 'nothing if it takes all of them: ending a window costs two more requests',
    check: (recording) => {
      const alone = checkAccepted('window end alone')(recording);
      const full = recording.exchanges.get('window end with all fields')?.answer;
      return full === undefined ? alone : toResult(false, `${alone.seen}; all fields: ${describeAnswer(full)}`);
    },
  },
  {
    name: 'window-patch-keeps',
    assumption: 'PATCH of a window keeps the fields that were not sent',
    breaks: 'ending a window empties its title or message, until a second request repairs it',
    check: (recording) => {
      successAt(recording, 'window moved');
      const before = recordAt('window read')(recording);
      const shown = recordAt('window moved, read')(recording);
      const kept = ['title', 'message'].filter((name) => before[name] !== undefined);
      if (kept.length === 0) throw new CannotTell('the answer shows neither title nor message');
      const lost = kept.filter((name) => JSON.stringify(shown[name]) !== JSON.stringify(before[name]));
      return toResult(lost.length === 0, lost.length === 0 ? `${kept.join(', ')} kept` : `${lost.join(', ')} changed`);
    },
  },
  {
    name: 'window-patch-moves',
    assumption: 'PATCH moves start and end of a window together',
    breaks:
      'a window that was announced ahead is not taken over but gets a second one beside it, and a runner whose clock is wrong opens windows at wrong times',
    check: (recording) => {
      const accepted = checkAccepted('window moved')(recording);
      return accepted.result === 'differs' ? accepted : checkTimes('window moved, read', 'window moved')(recording);
    },
  },
  {
    name: 'window-patch-message',
    assumption: 'PATCH changes the message of a window',
    breaks: '`update` with a message fails and says that the text was not published',
    check: (recording) => {
      const accepted = checkAccepted('window reworded')(recording);
      if (accepted.result === 'differs') return accepted;
      const { message } = recordAt('window reworded, read')(recording);
      if (message === undefined) throw new CannotTell('the answer does not show it');
      const old = recordAt('window moved, read')(recording).message;
      return toResult(message !== old, message !== old ? 'changed' : `${accepted.seen}, but not changed`);
    },
  },
  {
    name: 'window-message-long',
    assumption: 'A message of 700 characters comes back whole',
    breaks:
      'nothing if your messages are shorter. A longer one loses its line `Ref: …`, so nothing finds the notice again; main warns of that',
    check: (recording) => {
      successAt(recording, 'window reworded');
      const { message } = recordAt('window reworded, read')(recording);
      if (message === recordAt('window moved, read')(recording).message)
        throw new CannotTell('the message did not change');
      return checkLength(otherMessage, message);
    },
  },
  {
    name: 'window-second',
    assumption: 'A window may be one second long',
    breaks: 'a window whose deploy took no time is ended 5 s later',
    check: checkAccepted('window of a second'),
  },
  {
    name: 'window-week',
    assumption: 'A window may be seven days long',
    breaks: 'the longest `duration` that is accepted here is refused there',
    check: checkAccepted('window of a week'),
  },
  {
    name: 'window-twice',
    assumption: 'The same POST twice makes two windows: there is no idempotency',
    breaks: 'nothing: the search after a lost answer would not be necessary',
    check: (recording) => {
      const first = idAt(recording, 'window');
      const again = answerAt(recording, 'same window again');
      const id = recording.ids.get('same window again');
      if (id === undefined && isSuccess(again)) throw new CannotTell('the answer shows no id');
      return toResult(id !== undefined && id !== first, id === first ? 'the same id' : describeAnswer(again));
    },
  },
];
