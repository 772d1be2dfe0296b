import { minuteMs, secondMs } from '../../src/domain/time.ts';
import { checkNames } from './checks.ts';
import {
  contentOf,
  describeType,
  documentedName,
  entriesOf,
  findValues,
  isFields,
  isNested,
  recordOf,
} from './read-response.ts';
import {
  type Answer,
  type Assumption,
  CannotTell,
  isFailureBody,
  isSuccess,
  type Recording,
  type Step,
  toResult,
} from './recording.ts';

const listSteps: readonly Step[] = [
  'pages',
  'monitors',
  'windows before',
  'incidents before',
  'windows at once',
  'incidents at once',
];
const singleSteps: readonly Step[] = ['page', 'window', 'window read', 'incident', 'incident read'];

function successes(recording: Recording, steps: readonly Step[]): readonly Answer[] {
  const found = steps.flatMap((step) => {
    const answer = recording.exchanges.get(step)?.answer;
    return answer !== undefined && isSuccess(answer) ? [answer] : [];
  });
  if (found.length === 0) throw new CannotTell('no such answer');
  return found;
}

/** Assumptions about all answers. */
export const responseAssumptions: readonly Assumption[] = [
  {
    name: 'envelope',
    assumption: 'Lists and single records are under `data`',
    breaks: 'nothing: bare ones are read too',
    check: (recording) => {
      const bare = successes(recording, [...listSteps, ...singleSteps]).filter(
        ({ json }) => !isFields(json) || !('data' in json),
      );
      return toResult(bare.length === 0, bare.length === 0 ? 'data everywhere' : `${bare.length} without`);
    },
  },
  {
    name: 'nesting',
    assumption: 'A record or a list is directly under `data`',
    breaks: 'nothing: one record or one list inside one object is read too',
    check: (recording) => {
      const nested = [...successes(recording, [...listSteps, ...singleSteps, 'availability'])].flatMap(({ json }) => {
        const content = isFields(json) && 'data' in json ? json.data : json;
        return isNested(content) ? Object.keys(content) : [];
      });
      return toResult(
        nested.length === 0,
        nested.length === 0 ? 'none inside another object' : [...new Set(nested)].join(', '),
      );
    },
  },
  {
    name: 'field-names',
    assumption: 'Fields are written as in requests: `id`, `start_at`',
    breaks: 'nothing: names are read regardless of case and underscores, and `uuid` is read as `id`',
    check: (recording) =>
      checkNames(successes(recording, [...listSteps, ...singleSteps]), (name) => documentedName(name) !== 'message'),
  },
  {
    name: 'message-name',
    assumption: 'The text of a record is its field `message`',
    breaks: 'nothing: `description` is read too',
    check: (recording) => checkNames(successes(recording, singleSteps), (name) => documentedName(name) === 'message'),
  },
  {
    name: 'compression',
    assumption: 'Answers are not compressed unless asked for',
    breaks: 'nothing: gzip, deflate and br are read too',
    check: ({ answers }) => {
      const used = [...new Set(answers.flatMap(({ headers }) => headers['content-encoding'] ?? []))];
      return toResult(used.length === 0, used.join(', ') || 'none');
    },
  },
  {
    name: 'refusal-status',
    assumption: 'A refusal has a status from 400 to 499',
    breaks: 'nothing: 200 with `"success": false` is a refusal too, but its reason is only known by its words',
    check: ({ answers }) => {
      const failed = answers.filter(({ status, json }) => status < 300 && isFailureBody(json)).length;
      if (failed > 0) return toResult(false, `${failed} with 200 and "success": false`);
      const refused = answers.filter(({ status }) => status >= 400 && status < 500).length;
      if (refused === 0) throw new CannotTell('nothing was refused');
      return toResult(true, `${refused} of them`);
    },
  },
  {
    name: 'meta',
    assumption: 'Lists carry `meta.count`, the number of their entries',
    breaks:
      'nothing if it is missing. If it counts more than the list shows, a list never proves that a record is absent',
    check: (recording) => {
      const lists = successes(recording, listSteps);
      const counts = lists.map(({ json }) => (isFields(json) && isFields(json.meta) ? json.meta.count : undefined));
      const wrong = lists.filter((answer, index) => counts[index] !== entriesOf(answer).length);
      if (counts.every((count) => count === undefined)) return toResult(false, 'no meta.count');
      return toResult(
        wrong.length === 0,
        wrong.length === 0 ? 'meta.count' : `another count in ${wrong.length} of ${lists.length}`,
      );
    },
  },
  {
    name: 'empty-list',
    assumption: 'An empty list is `[]`',
    breaks: 'nothing: null is read too',
    check: (recording) => {
      const contents = successes(recording, ['windows before', 'incidents before']).map(contentOf);
      const empty = contents.filter((content) => !Array.isArray(content) || content.length === 0);
      if (empty.length === 0) throw new CannotTell('the page has windows and incidents of its own');
      return toResult(
        empty.every(Array.isArray),
        empty.map((list) => (Array.isArray(list) ? '[]' : describeType(list))).join(', '),
      );
    },
  },
  {
    name: 'ids',
    assumption: 'The ids of windows and incidents are whole numbers',
    breaks: 'nothing for texts and for numbers above 2^53. No id: the record cannot be ended',
    check: (recording) => {
      const ids = successes(recording, ['window', 'incident']).map((answer) => recordOf(answer).id);
      const shown = ids.map((id) => describeId(id)).join(', ');
      return toResult(
        ids.every((id) => Number.isSafeInteger(id)),
        shown,
      );
    },
  },
  {
    name: 'times',
    assumption: 'Times are RFC 3339 in UTC with Z and whole seconds',
    breaks: 'nothing for offsets and fractions; any other form is read as no time',
    check: (recording) => {
      const times = recording.answers
        .flatMap(({ json }) => findValues(json, (name) => name.endsWith('_at')))
        .filter((value) => value !== null);
      if (times.length === 0) throw new CannotTell('no answer shows a time');
      const other = times.find((time) => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(String(time)));
      return toResult(other === undefined, other === undefined ? `${times.length} of them` : describeForm(other));
    },
  },
  {
    name: 'errors',
    assumption: 'A refusal is JSON with a sentence under `error`',
    breaks: 'the log shows the first characters of the answer instead of the sentence',
    check: (recording) => {
      const refused = recording.answers.filter(({ status }) => status >= 400 && status < 500 && status !== 429);
      if (refused.length === 0) throw new CannotTell('nothing was refused');
      const silent = refused.find(({ json }) => !isFields(json) || typeof json.error !== 'string');
      return toResult(
        silent === undefined,
        silent === undefined ? `${refused.length} of them` : describeType(silent.json),
      );
    },
  },
  {
    name: 'date',
    assumption: 'Answers carry a `Date` header',
    breaks: 'clocks cannot be compared, so a runner with a wrong clock opens and ends windows at wrong times',
    check: ({ answers }) => {
      const without = answers.filter(({ headers }) => Number.isNaN(Date.parse(headers.date ?? ''))).length;
      return toResult(without === 0, without === 0 ? 'all of them' : `${without} of ${answers.length} do not`);
    },
  },
  {
    name: 'clock',
    assumption: 'The clock of the server is less than 30 s off ours',
    breaks: 'nothing: one more request corrects the times. Is the clock of this machine right?',
    check: ({ clockOffsetMs }) => {
      if (clockOffsetMs === undefined) throw new CannotTell('no answer has a date');
      return toResult(Math.abs(clockOffsetMs) <= 0.5 * minuteMs, `${Math.round(clockOffsetMs / secondMs)} s`);
    },
  },
  {
    name: 'rate-limit',
    assumption: '429 carries `Retry-After`',
    breaks: 'nothing: without it the pauses grow by themselves',
    check: ({ answers }) => {
      const limited = answers.filter(({ status }) => status === 429);
      if (limited.length === 0) throw new CannotTell(`no 429 in ${answers.length} answers`);
      const waits = limited.map(({ headers }) => headers['retry-after']);
      return toResult(!waits.includes(undefined), waits.map((value) => value ?? 'none').join(', '));
    },
  },
];

function describeId(id: unknown): string {
  if (typeof id === 'bigint') return 'a number above 2^53';
  return typeof id === 'string' ? `a text of ${id.length}` : typeof id;
}

function describeForm(time: unknown): string {
  return typeof time === 'string' ? `of the form ${time.replace(/\d/g, '0').slice(0, 40)}` : `as ${describeType(time)}`;
}
