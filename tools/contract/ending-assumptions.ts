import { judgeStatus, judgeTaken } from './checks.ts';
import { entriesOf } from './read-response.ts';
import { answerAt, type Fact, idAt, isSuccess, successAt, Untold, verdict } from './recording.ts';

/** What is assumed of the begin and the end of a window, and of deleting. */
export const endingFacts: readonly Fact[] = [
  {
    name: 'start-now',
    assumption: 'A window may start at the present second',
    breaks: 'no window can be opened for now: the default start must move ahead',
    judge: (evidence) =>
      evidence.ids.has('window since a minute')
        ? verdict(true, 'even a minute ago is taken')
        : judgeTaken('window since now')(evidence),
  },
  {
    name: 'start-past',
    assumption: 'A window may have started a minute ago',
    breaks: 'a runner whose clock is behind cannot open a window; a repeated POST is refused after a minute',
    judge: judgeTaken('window since a minute'),
  },
  {
    name: 'end-ahead',
    assumption: 'The end of a running window may be moved to 5 s from now',
    breaks: 'no window can be ended early: it stays until its announced end',
    judge: judgeTaken('end in 5 s'),
  },
  {
    name: 'end-next-second',
    assumption: 'The end may be moved to the next full second',
    breaks: 'each ending costs a second request, and ends 5 s later',
    judge: judgeTaken('end at the next second'),
  },
  {
    name: 'end-this-second',
    assumption: 'The end may be moved to the present second, which has begun',
    breaks: 'an ending that is slow on its way costs a second request',
    judge: judgeTaken('end at this second'),
  },
  {
    name: 'end-past',
    assumption: 'The end may be moved to seconds ago',
    breaks: 'the command that ends a window by hand fails on a machine whose clock is behind',
    judge: judgeTaken('end in the past'),
  },
  {
    name: 'window-over-listed',
    assumption: 'The list of windows shows those that are over',
    breaks: 'a window that is over counts as never opened',
    judge: (evidence) => {
      const id = evidence.ids.get('window since a minute') ?? idAt(evidence, 'window since now');
      if (!isSuccess(answerAt(evidence, 'end at this second')) && !isSuccess(answerAt(evidence, 'end in the past')))
        throw new Untold('it could not be ended at once');
      const shown = entriesOf(successAt(evidence, 'windows with one that is over'));
      return verdict(
        shown.some((entry) => String(entry.id) === id),
        `${shown.length} shown`,
      );
    },
  },
  {
    name: 'delete-answer',
    assumption: 'DELETE answers 200',
    breaks: 'nothing: any 2xx is success, with or without a body',
    judge: (evidence) => {
      const { status, text } = successAt(evidence, 'window deleted');
      const body = text.length > 100 ? `a body of ${text.length} characters` : text;
      return verdict(status === 200, `${status}, ${text === '' ? 'no body' : body}`);
    },
  },
  {
    name: 'delete-gone',
    assumption: 'A deleted record answers 404, to GET and to DELETE',
    breaks: 'a record that somebody has deleted is taken for trouble',
    judge: (evidence) => {
      successAt(evidence, 'window deleted');
      return judgeStatus(
        ['deleted window', 'window deleted again', 'deleted incident'],
        (status) => status === 404,
      )(evidence);
    },
  },
];
