import { incidentStates } from '../../src/domain/record.ts';
import { describeAnswer, judgeFields, judgeTaken, judgeText } from './checks.ts';
import { incidentTexts } from './incident-probes.ts';
import { createdInList, freshInList, listedAt, messageInList } from './list-assumptions.ts';
import { entriesOf, findState, recordOf, stateOf } from './read-response.ts';
import {
  answerAt,
  type Evidence,
  type Fact,
  idAt,
  isSuccess,
  type Step,
  successAt,
  Untold,
  verdict,
} from './recording.ts';

const shownFields = ['status_page_id', 'title', 'message', 'created_at'];

const listed = listedAt('incident');
const read = (step: Step) => (evidence: Evidence) => recordOf(successAt(evidence, step));

/** What is assumed of incidents. */
export const incidentFacts: readonly Fact[] = [
  {
    name: 'incident-created',
    assumption: `The answer to a new incident shows ${shownFields.join(', ')}`,
    breaks: 'nothing: only the id is needed, what was sent stands in for the rest',
    judge: judgeFields(read('incident'), shownFields),
  },
  {
    name: 'incident-read',
    assumption: 'GET of an incident shows title and message',
    breaks: 'an incident whose timeline is not shown either is not found by its marker',
    judge: judgeFields(read('incident read'), ['title', 'message']),
  },
  {
    name: 'incident-message',
    assumption: 'The message of an incident comes back as it was sent, the marker and signs of any script included',
    breaks:
      'an incident is not found by its marker: no adoption on a re-run, no `resolve` by `deployment-key`, no sweep',
    judge: (evidence) => judgeText(incidentTexts.first, read('incident read')(evidence).message),
  },
  freshInList('incident'),
  messageInList('incident'),
  {
    name: 'incident-list-state',
    assumption: 'The list of incidents shows their state',
    breaks: 'resolved incidents count as open, and are read one by one',
    judge: (evidence) => {
      const found = findState(listed(evidence));
      return verdict(found !== undefined, found?.name ?? 'no state');
    },
  },
  createdInList('incident'),
  {
    name: 'incident-list-length',
    assumption: 'The list of incidents, asked for with limit=200, shows both of ours',
    breaks: 'an incident behind the cut is not found: a second one may be opened',
    judge: (evidence) => {
      const shown = entriesOf(successAt(evidence, 'incidents'));
      const ours = [idAt(evidence, 'incident'), idAt(evidence, 'second incident')];
      const found = shown.filter(({ id }) => ours.includes(String(id))).length;
      if (found < 2 && shown.length >= 200) throw new Untold('the page has more than 200 incidents');
      return verdict(found === 2, `${found} of our 2, ${shown.length} in all`);
    },
  },
  {
    name: 'incident-limit',
    assumption: 'limit is honoured: limit=1 shows one incident of two',
    breaks: 'a full list is not known as one, and a missing incident is taken for absent',
    judge: (evidence) => {
      if (entriesOf(successAt(evidence, 'incidents')).length < 2) throw new Untold('the list does not show two');
      const { length } = entriesOf(successAt(evidence, 'one incident'));
      return verdict(length === 1, `${length} shown`);
    },
  },
  {
    name: 'incident-resolved-listed',
    assumption: 'The list of incidents shows resolved ones',
    breaks: 'an incident that somebody has resolved counts as never opened',
    judge: (evidence) => {
      const ours = [idAt(evidence, 'incident'), idAt(evidence, 'second incident')];
      const shown = entriesOf(successAt(evidence, 'incidents')).filter(({ id }) => ours.includes(String(id)));
      return verdict(shown.length > 0, `${shown.length} of our 2`);
    },
  },
  {
    name: 'incident-default-state',
    assumption: 'An incident without a state is Investigating',
    breaks: 'the command that opens an incident by hand opens it in another state',
    judge: (evidence) => {
      const state = stateOf(read('incident read')(evidence));
      return verdict(state === incidentStates.investigating, state);
    },
  },
  {
    name: 'incident-state-shape',
    assumption: 'The state of an incident is shown as `incident_state_id`, a string of digits',
    breaks:
      'nothing: numbers, words and objects are read too, under incident_state, state and status as well. No state at all: nobody is seen to have resolved an incident',
    judge: (evidence) => {
      const found = findState(read('incident read')(evidence));
      if (found === undefined) return verdict(false, 'no state');
      const { name, value } = found;
      const digits = typeof value === 'string' && /^\d+$/.test(value);
      return verdict(name === 'incident_state_id' && digits, `${name}: ${JSON.stringify(value)}`);
    },
  },
  {
    name: 'incident-state-monitoring',
    assumption: 'State 3 is Monitoring, which no page says',
    breaks: '`state: monitoring` sets another state',
    judge: (evidence) => {
      const answer = answerAt(evidence, 'state');
      if (!isSuccess(answer)) return judgeTaken('state')(evidence);
      const state = stateOf(read('incident with state')(evidence));
      return verdict(
        state === incidentStates.monitoring,
        JSON.stringify(findState(read('incident with state')(evidence))?.value),
      );
    },
  },
  {
    name: 'notify-default',
    assumption: 'A record made without `notify_subscribers` shows false: nobody is mailed',
    breaks: 'subscribers are mailed although `notify-subscribers` is false',
    judge: (evidence) => {
      const shown = (['window read', 'incident read'] as const).map((step) => read(step)(evidence).notify_subscribers);
      if (shown.includes(undefined)) throw new Untold('the answers do not show it');
      return verdict(
        shown.every((value) => value === false),
        shown.join(', '),
      );
    },
  },
  {
    name: 'incident-needs-page',
    assumption: 'An incident without page and component is refused with 400',
    breaks: 'nothing: one of the two is always sent',
    judge: (evidence) => {
      const answer = answerAt(evidence, 'incident of no page');
      if (answer.status === 403) throw new Untold(describeAnswer(answer));
      return verdict(answer.status === 400, describeAnswer(answer));
    },
  },
  {
    name: 'incident-component',
    assumption: 'An incident may name a component and no page',
    breaks: '`component-id` does not work',
    judge: judgeTaken('incident of a component'),
  },
];
