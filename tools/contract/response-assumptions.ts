import { minuteMs, secondMs } from '../../src/domain/time.ts';
import { contentOf, describeType, entriesOf, findValues, isFields, recordOf } from './read-response.ts';
import { type Answer, type Evidence, type Fact, isSuccess, type Step, Untold, verdict } from './recording.ts';

const listSteps: readonly Step[] = [
  'pages',
  'monitors',
  'windows before',
  'incidents before',
  'windows at once',
  'incidents at once',
];
const singleSteps: readonly Step[] = ['page', 'window', 'window read', 'incident', 'incident read'];

function successes(evidence: Evidence, steps: readonly Step[]): readonly Answer[] {
  const found = steps.flatMap((step) => {
    const answer = evidence.exchanges.get(step)?.answer;
    return answer !== undefined && isSuccess(answer) ? [answer] : [];
  });
  if (found.length === 0) throw new Untold('no such answer');
  return found;
}

/** What is assumed of all answers. */
export const answerFacts: readonly Fact[] = [
  {
    name: 'envelope',
    assumption: 'Lists and single records stand under `data`',
    breaks: 'nothing: bare ones are read too',
    judge: (evidence) => {
      const bare = successes(evidence, [...listSteps, ...singleSteps]).filter(
        ({ json }) => !isFields(json) || !('data' in json),
      );
      return verdict(bare.length === 0, bare.length === 0 ? 'data everywhere' : `${bare.length} without`);
    },
  },
  {
    name: 'meta',
    assumption: 'Lists carry `meta.count`, the number of their entries',
    breaks:
      'nothing where it is missing; where it counts more than is shown, a list never proves that a record is absent',
    judge: (evidence) => {
      const lists = successes(evidence, listSteps);
      const counts = lists.map(({ json }) => (isFields(json) && isFields(json.meta) ? json.meta.count : undefined));
      const wrong = lists.filter((answer, place) => counts[place] !== entriesOf(answer).length);
      if (counts.every((count) => count === undefined)) return verdict(false, 'no meta.count');
      return verdict(
        wrong.length === 0,
        wrong.length === 0 ? 'meta.count' : `another count in ${wrong.length} of ${lists.length}`,
      );
    },
  },
  {
    name: 'empty-list',
    assumption: 'An empty list is `[]`',
    breaks: 'nothing: null is read too',
    judge: (evidence) => {
      const contents = successes(evidence, ['windows before', 'incidents before']).map(contentOf);
      const empty = contents.filter((content) => !Array.isArray(content) || content.length === 0);
      if (empty.length === 0) throw new Untold('the page has windows and incidents of its own');
      return verdict(
        empty.every(Array.isArray),
        empty.map((list) => (Array.isArray(list) ? '[]' : describeType(list))).join(', '),
      );
    },
  },
  {
    name: 'ids',
    assumption: 'The ids of windows and incidents are whole numbers',
    breaks: 'nothing for texts. A number above 2^53, or no id: the record cannot be ended',
    judge: (evidence) => {
      const ids = successes(evidence, ['window', 'incident']).map((answer) => recordOf(answer).id);
      const shown = ids.map((id) => (typeof id === 'string' ? `a text of ${id.length}` : typeof id)).join(', ');
      return verdict(
        ids.every((id) => Number.isSafeInteger(id)),
        shown,
      );
    },
  },
  {
    name: 'times',
    assumption: 'Times are RFC 3339 in UTC with Z and whole seconds',
    breaks: 'nothing for offsets and fractions; any other form is read as no time',
    judge: (evidence) => {
      const times = evidence.answers
        .flatMap(({ json }) => findValues(json, (name) => name.endsWith('_at')))
        .filter((value) => value !== null);
      if (times.length === 0) throw new Untold('no answer shows a time');
      const other = times.find((time) => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(String(time)));
      return verdict(other === undefined, other === undefined ? `${times.length} of them` : describeForm(other));
    },
  },
  {
    name: 'errors',
    assumption: 'A refusal is JSON with a sentence under `error`',
    breaks: 'the log shows the first characters of the answer instead of the sentence',
    judge: (evidence) => {
      const refused = evidence.answers.filter(({ status }) => status >= 400 && status < 500 && status !== 429);
      if (refused.length === 0) throw new Untold('nothing was refused');
      const silent = refused.find(({ json }) => !isFields(json) || typeof json.error !== 'string');
      return verdict(
        silent === undefined,
        silent === undefined ? `${refused.length} of them` : describeType(silent.json),
      );
    },
  },
  {
    name: 'date',
    assumption: 'Answers carry a `Date` header',
    breaks: 'clocks cannot be compared: a runner whose clock is wrong opens and ends windows at wrong times',
    judge: ({ answers }) => {
      const without = answers.filter(({ headers }) => Number.isNaN(Date.parse(headers.date ?? ''))).length;
      return verdict(without === 0, without === 0 ? 'all of them' : `${without} of ${answers.length} do not`);
    },
  },
  {
    name: 'clock',
    assumption: 'The clock of the server is less than 30 s off ours',
    breaks: 'nothing: it is set right by one more request. Is the clock of this machine right?',
    judge: ({ clockOffsetMs }) => {
      if (clockOffsetMs === undefined) throw new Untold('no answer tells the time');
      return verdict(Math.abs(clockOffsetMs) <= 0.5 * minuteMs, `${Math.round(clockOffsetMs / secondMs)} s`);
    },
  },
  {
    name: 'rate-limit',
    assumption: '429 carries `Retry-After`',
    breaks: 'nothing: without it the pauses grow by themselves',
    judge: ({ answers }) => {
      const limited = answers.filter(({ status }) => status === 429);
      if (limited.length === 0) throw new Untold(`no 429 in ${answers.length} answers`);
      const told = limited.map(({ headers }) => headers['retry-after']);
      return verdict(!told.includes(undefined), told.map((value) => value ?? 'none').join(', '));
    },
  },
];

function describeForm(time: unknown): string {
  return typeof time === 'string' ? `of the form ${time.replace(/\d/g, '0').slice(0, 40)}` : `as ${describeType(time)}`;
}
