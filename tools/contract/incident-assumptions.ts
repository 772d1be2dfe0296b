import { incidentStates } from '../../src/domain/record.ts';
import { checkAccepted, checkFields, checkText, describeAnswer, recordAt } from './checks.ts';
import { incidentTexts } from './incident-probes.ts';
import { createdInList, foundAtOnce, freshInList, listedAt, messageInList } from './list-assumptions.ts';
import { entriesOf, findState, stateOf } from './read-response.ts';
import {
  type Assumption,
  answerAt,
  CannotTell,
  idAt,
  isFailureBody,
  isSuccess,
  successAt,
  toResult,
} from './recording.ts';

const shownFields = ['status_page_id', 'title', 'message', 'created_at'];

const listed = listedAt('incident');

/** Assumptions about incidents. */
export const incidentAssumptions: readonly Assumption[] = [
  {
    name: 'incident-created',
    assumption: `The answer to a new incident shows ${shownFields.join(', ')}`,
    breaks: 'nothing: only the id is needed, and the rest is known from the request',
    check: checkFields(recordAt('incident'), shownFields),
  },
  {
    name: 'incident-read',
    assumption: 'GET of an incident shows title and message',
    breaks: 'an incident without a timeline is not found by its reference',
    check: checkFields(recordAt('incident read'), ['title', 'message']),
  },
  {
    name: 'incident-message',
    assumption:
      'The message of an incident comes back as it was sent, with its reference and the letters of any script',
    breaks:
      'nothing if the line `Ref: …` is still a line of its own, or the end of a text in one line. Otherwise the incident is not found by its reference: no re-use by a re-run, no `resolve` by `deployment-key`, no sweep',
    check: (recording) => checkText(incidentTexts.first, recordAt('incident read')(recording).message),
  },
  freshInList('incident'),
  foundAtOnce('incident'),
  messageInList('incident'),
  {
    name: 'incident-list-state',
    assumption: 'The list of incidents shows their state',
    breaks: 'resolved incidents count as open, and are read one by one',
    check: (recording) => {
      const found = findState(listed(recording));
      return toResult(found !== undefined, found?.name ?? 'no state');
    },
  },
  createdInList('incident'),
  {
    name: 'incident-list-length',
    assumption: 'The list of incidents, asked for with limit=200, shows both of ours',
    breaks: 'an incident behind the cut is not found: a second one may be opened',
    check: (recording) => {
      const shown = entriesOf(successAt(recording, 'incidents'));
      const ours = [idAt(recording, 'incident'), idAt(recording, 'second incident')];
      const found = shown.filter(({ id }) => ours.includes(String(id))).length;
      if (found < 2 && shown.length >= 200) throw new CannotTell('the page has more than 200 incidents');
      return toResult(found === 2, `${found} of our 2, ${shown.length} in all`);
    },
  },
  {
    name: 'incident-limit',
    assumption: 'limit is honoured: limit=1 shows one incident of two',
    breaks: 'a full list is not known as one, and a missing incident is taken for absent',
    check: (recording) => {
      if (entriesOf(successAt(recording, 'incidents')).length < 2) throw new CannotTell('the list does not show two');
      const { length } = entriesOf(successAt(recording, 'one incident'));
      return toResult(length === 1, `${length} shown`);
    },
  },
  {
    name: 'incident-resolved-listed',
    assumption: 'The list of incidents shows resolved ones',
    breaks: 'an incident that somebody has resolved counts as never opened',
    check: (recording) => {
      const ours = [idAt(recording, 'incident'), idAt(recording, 'second incident')];
      const shown = entriesOf(successAt(recording, 'incidents')).filter(({ id }) => ours.includes(String(id)));
      return toResult(shown.length > 0, `${shown.length} of our 2`);
    },
  },
  {
    name: 'incident-default-state',
    assumption: 'An incident without a state is Investigating',
    breaks: 'an incident without `state` is opened in another state',
    check: (recording) => {
      const state = stateOf(recordAt('incident read')(recording));
      return toResult(state === incidentStates.investigating, state);
    },
  },
  {
    name: 'incident-state-shape',
    assumption: 'The state of an incident is shown as `incident_state_id`, a string of digits',
    breaks:
      'nothing: numbers, words and objects are read too, under other names as well, and so is `resolved_at`. No state at all: an incident that a person resolved counts as open',
    check: (recording) => {
      const found = findState(recordAt('incident read')(recording));
      if (found === undefined) return toResult(false, 'no state');
      const { name, value } = found;
      const digits = typeof value === 'string' && /^\d+$/.test(value);
      return toResult(name === 'incident_state_id' && digits, `${name}: ${JSON.stringify(value)}`);
    },
  },
  {
    name: 'incident-state-monitoring',
    assumption: 'State 3 is Monitoring, which no page says',
    breaks: '`state: monitoring` sets another state',
    check: (recording) => {
      const answer = answerAt(recording, 'state');
      if (!isSuccess(answer)) return checkAccepted('state')(recording);
      const state = stateOf(recordAt('incident with state')(recording));
      return toResult(
        state === incidentStates.monitoring,
        JSON.stringify(findState(recordAt('incident with state')(recording))?.value),
      );
    },
  },
  {
    name: 'notify-default',
    assumption: 'A record without `notify_subscribers` shows false: nobody is e-mailed',
    breaks: 'subscribers get e-mails although `notify-subscribers` is false',
    check: (recording) => {
      const shown = (['window read', 'incident read'] as const).map(
        (step) => recordAt(step)(recording).notify_subscribers,
      );
      if (shown.includes(undefined)) throw new CannotTell('the answers do not show it');
      return toResult(
        shown.every((value) => value === false),
        shown.join(', '),
      );
    },
  },
  {
    name: 'incident-needs-page',
    assumption: 'An incident without page and component is refused with 400',
    breaks: 'nothing: one of the two is always sent',
    check: (recording) => {
      const answer = answerAt(recording, 'incident of no page');
      if (answer.status === 403) throw new CannotTell(describeAnswer(answer));
      return toResult(answer.status === 400 || isFailureBody(answer.json), describeAnswer(answer));
    },
  },
  {
    name: 'incident-component',
    assumption: 'An incident may name a component and no page',
    breaks: '`component-id` does not work',
    check: checkAccepted('incident of a component'),
  },
];
