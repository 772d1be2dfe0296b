import { incidentStates } from '../../src/domain/record.ts';
import { checkAccepted, recordAt } from './checks.ts';
import { incidentTexts } from './incident-probes.ts';
import { entryOf, findState, findTimeline, recordOf, stateOf, timelineOf } from './read-response.ts';
import {
  type Assumption,
  answerAt,
  idAt,
  isSuccess,
  type Recording,
  type Step,
  successAt,
  toResult,
} from './recording.ts';

const listed = (recording: Recording) =>
  entryOf(successAt(recording, 'incidents at once'), idAt(recording, 'incident'));

/** How many entries a step has added to the timeline. */
function countAdded(recording: Recording, before: Step, after: Step): number {
  return timelineOf(recordAt(after)(recording)).length - timelineOf(recordAt(before)(recording)).length;
}

/** Assumptions about the timeline of an incident, and of its changes. */
export const timelineAssumptions: readonly Assumption[] = [
  {
    name: 'timeline-name',
    assumption: 'The timeline of an incident is its property `updates`',
    breaks:
      'nothing for `timeline` and `incident_updates`. Under another name: a lost entry is not repeated, and nothing is swept',
    check: (recording) => {
      const found = findTimeline(recordAt('incident with note')(recording));
      return toResult(found?.name === 'updates', found?.name ?? 'no timeline');
    },
  },
  {
    name: 'timeline-first',
    assumption: 'The timeline holds an entry for the first message, and no more',
    breaks: '`sweep` cannot tell whether a person has edited an incident',
    check: (recording) => {
      const { length } = timelineOf(recordAt('incident read')(recording));
      return toResult(length === 1, `${length} at creation`);
    },
  },
  {
    name: 'timeline-in-lists',
    assumption: 'Lists do not show timelines',
    breaks: 'nothing: reads could be saved',
    check: (recording) => {
      const found = findTimeline(listed(recording));
      return toResult(found === undefined, found === undefined ? 'none' : found.name);
    },
  },
  {
    name: 'update-adds',
    assumption: 'POST to updates adds one entry with the message',
    breaks: 'a lost entry may be sent twice, or not at all',
    check: (recording) => {
      successAt(recording, 'note');
      const added = countAdded(recording, 'incident read', 'incident with note');
      const shows = timelineOf(recordAt('incident with note')(recording)).some(
        ({ message }) => message === incidentTexts.note,
      );
      return toResult(added === 1 && shows, `${added} added, ${shows ? 'with' : 'without'} the message`);
    },
  },
  {
    name: 'update-keeps-state',
    assumption: 'An entry without a state keeps the state of the incident',
    breaks: 'a note of a failure changes the state',
    check: (recording) => {
      const before = stateOf(recordAt('incident read')(recording));
      const after = stateOf(recordAt('incident with note')(recording));
      return toResult(before === after, before === after ? 'kept' : `${before} became ${after}`);
    },
  },
  {
    name: 'update-without-message',
    assumption: 'An entry without a message shows `message: null`',
    breaks: 'if records without a message show no such field either: beside one of them, nothing is provably absent',
    check: (recording) => {
      successAt(recording, 'state');
      const texts = timelineOf(recordAt('incident with state')(recording)).filter(
        ({ message }) => typeof message !== 'string',
      );
      const [entry] = texts;
      if (entry === undefined) return toResult(false, 'every entry has a text');
      return toResult(entry.message === null, entry.message === undefined ? 'no such field' : String(entry.message));
    },
  },
  {
    name: 'update-answer',
    assumption: 'POST to updates answers 201 and the entry',
    breaks: 'nothing: any 2xx is success, with or without a body',
    check: (recording) => {
      const { status, json, text } = successAt(recording, 'note');
      const entry = text === '' ? {} : recordOf({ json });
      const shown = Object.keys(entry).join(', ') || 'no body';
      return toResult(
        status === 201 && entry.message === incidentTexts.note && entry.title === undefined,
        `${status}, ${shown}`,
      );
    },
  },
  {
    name: 'update-resolves',
    assumption: 'An entry with state 4 resolves the incident',
    breaks: 'no incident can be resolved',
    check: (recording) => {
      const answer = answerAt(recording, 'resolution');
      if (!isSuccess(answer)) return checkAccepted('resolution')(recording);
      const state = stateOf(recordAt('incident resolved')(recording));
      return toResult(state === incidentStates.resolved, state);
    },
  },
  {
    name: 'patch-answer',
    assumption: 'PATCH answers 200 and the record',
    breaks: 'nothing: any 2xx is success, with or without a body',
    check: (recording) => {
      const { status, json, text } = successAt(recording, 'title');
      const record = text === '' ? {} : recordOf({ json });
      return toResult(
        status === 200 && record.title === incidentTexts.title,
        `${status}, ${Object.keys(record).join(', ') || 'no body'}`,
      );
    },
  },
  {
    name: 'patch-incident-keeps',
    assumption: 'PATCH of an incident keeps the fields that were not sent, and adds no entry for a title',
    breaks: '`update` with a title wipes the message or the state, or leaves an empty entry',
    check: (recording) => {
      successAt(recording, 'title');
      const before = recordAt('incident with state')(recording);
      const after = recordAt('incident with title')(recording);
      const added = countAdded(recording, 'incident with state', 'incident with title');
      const lost = ['message', findState(before)?.name ?? 'state'].filter(
        (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
      );
      return toResult(
        added === 0 && lost.length === 0,
        [`${added} added`, ...lost.map((name) => `${name} changed`)].join(', '),
      );
    },
  },
  {
    name: 'patch-incident-message',
    assumption: 'PATCH with a message rewrites the first message and adds no entry',
    breaks: 'nothing: messages are sent as updates',
    check: (recording) => {
      successAt(recording, 'message');
      const added = countAdded(recording, 'incident with title', 'incident with message');
      return toResult(added === 0, added === 0 ? 'rewritten' : `${added} added`);
    },
  },
];
