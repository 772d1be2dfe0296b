import { checkFields, checkStatus, describeAnswer } from './checks.ts';
import { describeType, entriesOf, isFields, recordOf } from './read-response.ts';
import { type Assumption, answerAt, CannotTell, type Step, successAt, toResult } from './recording.ts';

const figures = ['uptime_percentage', 'downtime_seconds', 'mttr_seconds', 'mtbf_seconds'];

const unknownIds: readonly Step[] = ['unknown window', 'unknown incident', 'unknown page', 'unknown monitor'];

/** For each scope a call that shows whether the key has it, and the call that asks for something that does not exist. */
const gates: readonly (readonly [Step, Step])[] = [
  ['windows before', 'unknown window'],
  ['incidents before', 'unknown incident'],
  ['pages', 'unknown page'],
  ['monitors', 'unknown monitor'],
  ['window', 'empty window change'],
  ['incident', 'empty incident change'],
];

/** Assumptions about ids that do not exist, of scopes, pages and monitors. */
export const accessAssumptions: readonly Assumption[] = [
  {
    name: 'unknown-id',
    assumption: 'An id that does not exist answers 404',
    breaks:
      'nothing for 400, except that a mistyped `id` is called an invalid request. 500: `check` shows `unknown` for the scopes to write',
    check: checkStatus(unknownIds, (status) => status === 404),
  },
  {
    name: 'unknown-page',
    assumption: 'The lists of a page that does not exist answer 404',
    breaks:
      'an empty list proves nothing: `gate` and `resolve` by key must also read the page, which needs `status-pages:read`',
    check: checkStatus(['windows of no page', 'incidents of no page'], (status) => status === 404),
  },
  {
    name: 'empty-patch',
    assumption: 'PATCH with {} to an id that does not exist answers 404 or 400',
    breaks: '`check`, and `on-failure: incident`, cannot tell whether a key may write',
    check: checkStatus(['empty window change', 'empty incident change'], (status) => status === 404 || status === 400),
  },
  {
    name: 'scope-first',
    assumption: 'A missing scope answers 403, even if the id does not exist',
    breaks: '`check` and `on-failure: incident` report a missing scope as granted',
    check: ({ exchanges }) => {
      const statusAt = (step: Step) => exchanges.get(step)?.answer?.status;
      const lacking = gates.filter(([real]) => statusAt(real) === 403);
      if (lacking.length === 0) throw new CannotTell('the key lacks no scope; run it again with a smaller key');
      const other = lacking.filter(([, unknown]) => statusAt(unknown) !== 403);
      return toResult(
        other.length === 0,
        other.map(([, unknown]) => `${unknown}: ${statusAt(unknown)}`).join(', ') || '403',
      );
    },
  },
  {
    name: 'forbidden',
    assumption: '403 is about the key, with a sentence under `error`',
    breaks:
      'HTML: something in front of the API refuses, and the deployment continues without a notice. A plan or a block: no scope helps, and every step fails with the words of the server',
    check: ({ answers }) => {
      const refused = answers.filter(({ status }) => status === 403);
      if (refused.length === 0) throw new CannotTell('nothing was forbidden');
      const silent = refused.find(({ json }) => !isFields(json) || typeof json.error !== 'string');
      if (silent !== undefined) return toResult(false, describeType(silent.json));
      const other = refused.find(({ text }) => /\b(plan|block(ed)?)\b/i.test(text));
      return toResult(other === undefined, describeAnswer(other ?? refused[0] ?? { status: 403, json: undefined }));
    },
  },
  {
    name: 'pages-scope',
    assumption: 'The scope for pages is spelled `status-pages:read`',
    breaks: 'nothing: messages name both spellings',
    check: (recording) => {
      const answer = answerAt(recording, 'pages');
      const spelled = /status[-_]pages:read/.exec(answer.status === 403 ? answer.text : '')?.[0];
      if (spelled === undefined)
        throw new CannotTell(answer.status === 403 ? describeAnswer(answer) : 'the key has it');
      return toResult(spelled === 'status-pages:read', spelled);
    },
  },
  {
    name: 'availability-scope',
    assumption: 'Availability needs `analytics:read`, and `monitors:read` is not enough',
    breaks: 'the 403 of `gate` names the wrong scope',
    check: (recording) => {
      const monitors = answerAt(recording, 'monitors').status;
      const availability = answerAt(recording, 'unknown availability').status;
      if ((monitors === 403) === (availability === 403)) throw new CannotTell('the key has both scopes or none');
      return toResult(true, monitors === 403 ? 'it is answered without monitors:read' : '403 with monitors:read');
    },
  },
  {
    name: 'pages',
    assumption: 'The list of pages shows id, name and slug of this page',
    breaks: 'a page can only be named by its UUID',
    check: (recording) => {
      const entry = entriesOf(successAt(recording, 'pages')).find(({ id }) => id === recording.pageId);
      if (entry === undefined) return toResult(false, 'this page is not in it');
      return checkFields(() => entry, ['id', 'name', 'slug'])(recording);
    },
  },
  {
    name: 'page-monitors',
    assumption: 'GET of a page shows its monitors, with id and enabled',
    breaks: '`gate` cannot tell which monitors belong to the page, or are disabled',
    check: (recording) => {
      const { monitors } = recordOf(successAt(recording, 'page'));
      if (!Array.isArray(monitors)) return toResult(false, `monitors is ${describeType(monitors)}`);
      const [first] = monitors.filter(isFields);
      if (first === undefined) throw new CannotTell('the page has no monitors');
      return checkFields(() => first, ['id', 'enabled'])(recording);
    },
  },
  {
    name: 'availability',
    assumption: `Availability shows ${figures.join(', ')}, directly under \`data\``,
    breaks: 'under other names: `min-uptime` cannot be checked, and the gate is closed',
    check: checkFields((recording) => recordOf(successAt(recording, 'availability')), figures),
  },
];
