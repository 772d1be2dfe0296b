import { incidentStates } from '../../src/domain/record.ts';
import { judgeTaken } from './checks.ts';
import { incidentTexts } from './incident-probes.ts';
import { entryOf, findState, findTimeline, recordOf, stateOf, timelineOf } from './read-response.ts';
import { answerAt, type Evidence, type Fact, idAt, isSuccess, type Step, successAt, verdict } from './recording.ts';

const read = (step: Step) => (evidence: Evidence) => recordOf(successAt(evidence, step));

const listed = (evidence: Evidence) => entryOf(successAt(evidence, 'incidents at once'), idAt(evidence, 'incident'));

/** How many entries a step has added to the timeline. */
function countAdded(evidence: Evidence, before: Step, after: Step): number {
  return timelineOf(read(after)(evidence)).length - timelineOf(read(before)(evidence)).length;
}

/** What is assumed of the timeline of an incident, and of its changes. */
export const timelineFacts: readonly Fact[] = [
  {
    name: 'timeline-name',
    assumption: 'The timeline of an incident is its property `updates`',
    breaks:
      'nothing for `timeline` and `incident_updates`. Under another name: a lost entry is not repeated, and nothing is swept',
    judge: (evidence) => {
      const found = findTimeline(read('incident with note')(evidence));
      return verdict(found?.name === 'updates', found?.name ?? 'no timeline');
    },
  },
  {
    name: 'timeline-first',
    assumption: 'The timeline holds an entry for the first message, and no more',
    breaks: '`sweep` cannot tell whether people have touched an incident',
    judge: (evidence) => {
      const { length } = timelineOf(read('incident read')(evidence));
      return verdict(length === 1, `${length} at creation`);
    },
  },
  {
    name: 'timeline-in-lists',
    assumption: 'Lists do not show timelines',
    breaks: 'nothing: reads could be saved',
    judge: (evidence) => {
      const found = findTimeline(listed(evidence));
      return verdict(found === undefined, found === undefined ? 'none' : found.name);
    },
  },
  {
    name: 'update-adds',
    assumption: 'POST to updates adds one entry with the message',
    breaks: 'a lost entry may be sent twice, or not at all',
    judge: (evidence) => {
      successAt(evidence, 'note');
      const added = countAdded(evidence, 'incident read', 'incident with note');
      const shows = timelineOf(read('incident with note')(evidence)).some(
        ({ message }) => message === incidentTexts.note,
      );
      return verdict(added === 1 && shows, `${added} added, ${shows ? 'with' : 'without'} the message`);
    },
  },
  {
    name: 'update-keeps-state',
    assumption: 'An entry without a state keeps the state of the incident',
    breaks: 'a note of a failure changes the state',
    judge: (evidence) => {
      const before = stateOf(read('incident read')(evidence));
      const after = stateOf(read('incident with note')(evidence));
      return verdict(before === after, before === after ? 'kept' : `${before} became ${after}`);
    },
  },
  {
    name: 'update-without-message',
    assumption: 'An entry without a message shows `message: null`',
    breaks: 'if records without a message show no such field either: beside one of them, nothing is provably absent',
    judge: (evidence) => {
      successAt(evidence, 'state');
      const texts = timelineOf(read('incident with state')(evidence)).filter(
        ({ message }) => typeof message !== 'string',
      );
      const [entry] = texts;
      if (entry === undefined) return verdict(false, 'every entry has a text');
      return verdict(entry.message === null, entry.message === undefined ? 'no such field' : String(entry.message));
    },
  },
  {
    name: 'update-answer',
    assumption: 'POST to updates answers 201 and the entry',
    breaks: 'nothing: any 2xx is success, with or without a body',
    judge: (evidence) => {
      const { status, json, text } = successAt(evidence, 'note');
      const entry = text === '' ? {} : recordOf({ json });
      const shown = Object.keys(entry).join(', ') || 'no body';
      return verdict(
        status === 201 && entry.message === incidentTexts.note && entry.title === undefined,
        `${status}, ${shown}`,
      );
    },
  },
  {
    name: 'update-resolves',
    assumption: 'An entry with state 4 resolves the incident',
    breaks: 'no incident can be resolved',
    judge: (evidence) => {
      const answer = answerAt(evidence, 'resolution');
      if (!isSuccess(answer)) return judgeTaken('resolution')(evidence);
      const state = stateOf(read('incident resolved')(evidence));
      return verdict(state === incidentStates.resolved, state);
    },
  },
  {
    name: 'patch-answer',
    assumption: 'PATCH answers 200 and the record',
    breaks: 'nothing: any 2xx is success, with or without a body',
    judge: (evidence) => {
      const { status, json, text } = successAt(evidence, 'title');
      const record = text === '' ? {} : recordOf({ json });
      return verdict(
        status === 200 && record.title === incidentTexts.title,
        `${status}, ${Object.keys(record).join(', ') || 'no body'}`,
      );
    },
  },
  {
    name: 'patch-incident-keeps',
    assumption: 'PATCH of an incident keeps the fields that were not sent, and adds no entry for a title',
    breaks: '`update` with a title wipes the message or the state, or leaves an empty entry',
    judge: (evidence) => {
      successAt(evidence, 'title');
      const before = read('incident with state')(evidence);
      const after = read('incident with title')(evidence);
      const added = countAdded(evidence, 'incident with state', 'incident with title');
      const lost = ['message', findState(before)?.name ?? 'state'].filter(
        (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
      );
      return verdict(
        added === 0 && lost.length === 0,
        [`${added} added`, ...lost.map((name) => `${name} changed`)].join(', '),
      );
    },
  },
  {
    name: 'patch-incident-message',
    assumption: 'PATCH with a message rewrites the first message and adds no entry',
    breaks: 'nothing: messages go through updates, which this tells to be right',
    judge: (evidence) => {
      successAt(evidence, 'message');
      const added = countAdded(evidence, 'incident with title', 'incident with message');
      return verdict(added === 0, added === 0 ? 'rewritten' : `${added} added`);
    },
  },
];
