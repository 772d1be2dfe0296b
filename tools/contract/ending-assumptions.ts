import { checkAccepted, checkStatus, describeAnswer } from './checks.ts';
import { entriesOf } from './read-response.ts';
import {
  type Assumption,
  answerAt,
  CannotTell,
  idAt,
  isRefused,
  isSuccess,
  type Step,
  successAt,
  toResult,
} from './recording.ts';

const endSteps: readonly Step[] = ['end in 5 s', 'end at the next second', 'end at this second', 'end in the past'];

/** Assumptions about the begin and the end of a window, and of deleting. */
export const endingAssumptions: readonly Assumption[] = [
  {
    name: 'start-now',
    assumption: 'A window may start at the present second',
    breaks: 'no window can be opened for now: the default start must move ahead',
    check: (recording) =>
      recording.ids.has('window since a minute')
        ? toResult(true, 'even a minute ago is taken')
        : checkAccepted('window since now')(recording),
  },
  {
    name: 'start-past',
    assumption: 'A window may have started a minute ago',
    breaks: 'a runner whose clock is behind cannot open a window; a repeated POST is refused after a minute',
    check: checkAccepted('window since a minute'),
  },
  {
    name: 'end-ahead',
    assumption: 'The end of a running window may be moved to 5 s from now',
    breaks:
      'an end that must lie further ahead costs two more requests, and the window ends 2 minutes late. If no end is taken, the window stays until its announced end',
    check: (recording) => {
      const soon = checkAccepted('end in 5 s')(recording);
      const later = recording.exchanges.get('end 90 s ahead')?.answer;
      return later === undefined ? soon : toResult(false, `${soon.seen}; 90 s ahead: ${describeAnswer(later)}`);
    },
  },
  {
    name: 'end-next-second',
    assumption: 'The end may be moved to the next full second',
    breaks: 'each ending costs a second request, and ends 5 s later',
    check: checkAccepted('end at the next second'),
  },
  {
    name: 'end-this-second',
    assumption: 'The end may be moved to the present second, which has begun',
    breaks: 'an ending that is slow on its way costs a second request',
    check: checkAccepted('end at this second'),
  },
  {
    name: 'end-past',
    assumption: 'The end may be moved to seconds ago',
    breaks: 'the command that ends a window manually fails if the clock of the machine is behind',
    check: checkAccepted('end in the past'),
  },
  {
    name: 'end-refusal',
    assumption: 'An end that is refused is refused with 400',
    breaks: 'nothing: an end is sent again after any 4xx but 401, 403, 404 and 429',
    check: ({ exchanges }) => {
      const refused = endSteps.flatMap((step) => {
        const answer = exchanges.get(step)?.answer;
        return answer !== undefined && answer.status >= 400 && isRefused(answer) ? [answer.status] : [];
      });
      if (refused.length === 0) throw new CannotTell('no end was refused');
      return toResult(
        refused.every((status) => status === 400),
        [...new Set(refused)].join(', '),
      );
    },
  },
  {
    name: 'window-over-listed',
    assumption: 'The list of windows shows those that are over',
    breaks: 'a window that is over counts as never opened',
    check: (recording) => {
      const id = recording.ids.get('window since a minute') ?? idAt(recording, 'window since now');
      if (!isSuccess(answerAt(recording, 'end at this second')) && !isSuccess(answerAt(recording, 'end in the past')))
        throw new CannotTell('it could not be ended at once');
      const shown = entriesOf(successAt(recording, 'windows with one that is over'));
      return toResult(
        shown.some((entry) => String(entry.id) === id),
        `${shown.length} shown`,
      );
    },
  },
  {
    name: 'delete-answer',
    assumption: 'DELETE answers 200',
    breaks: 'nothing: any 2xx is success, with or without a body',
    check: (recording) => {
      const { status, text } = successAt(recording, 'window deleted');
      const body = text.length > 100 ? `a body of ${text.length} characters` : text;
      return toResult(status === 200, `${status}, ${text === '' ? 'no body' : body}`);
    },
  },
  {
    name: 'delete-gone',
    assumption: 'A deleted record answers 404, to GET and to DELETE',
    breaks: 'a record that a person deleted is reported as an API error',
    check: (recording) => {
      successAt(recording, 'window deleted');
      return checkStatus(
        ['deleted window', 'window deleted again', 'deleted incident'],
        (status) => status === 404,
      )(recording);
    },
  },
];
