import { describeAnswer, judgeFields, judgeStatus } from './checks.ts';
import { describeType, entriesOf, isFields, recordOf } from './read-response.ts';
import { answerAt, type Fact, type Step, successAt, Untold, verdict } from './recording.ts';

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

/** What is assumed of ids that do not exist, of scopes, pages and monitors. */
export const accessFacts: readonly Fact[] = [
  {
    name: 'unknown-id',
    assumption: 'An id that does not exist answers 404',
    breaks:
      'nothing for 400 where scopes are tried; a mistyped `id` is then called a wrong request instead of a missing record',
    judge: judgeStatus(unknownIds, (status) => status === 404),
  },
  {
    name: 'unknown-page',
    assumption: 'The lists of a page that does not exist answer 404',
    breaks: 'a wrong `status-page` is only told by the request that opens the record',
    judge: judgeStatus(['windows of no page', 'incidents of no page'], (status) => status === 404),
  },
  {
    name: 'empty-patch',
    assumption: 'PATCH with {} to an id that does not exist answers 404 or 400',
    breaks: '`check`, and `on-failure: incident`, cannot tell whether a key may write',
    judge: judgeStatus(['empty window change', 'empty incident change'], (status) => status === 404 || status === 400),
  },
  {
    name: 'scope-first',
    assumption: 'A missing scope answers 403 also where the id does not exist',
    breaks: '`check`, and `on-failure: incident`, take a missing scope for granted',
    judge: ({ exchanges }) => {
      const statusAt = (step: Step) => exchanges.get(step)?.answer?.status;
      const lacking = gates.filter(([real]) => statusAt(real) === 403);
      if (lacking.length === 0) throw new Untold('the key lacks no scope; run it again with a smaller key');
      const other = lacking.filter(([, unknown]) => statusAt(unknown) !== 403);
      return verdict(
        other.length === 0,
        other.map(([, unknown]) => `${unknown}: ${statusAt(unknown)}`).join(', ') || '403',
      );
    },
  },
  {
    name: 'pages-scope',
    assumption: 'The scope for pages is spelled `status-pages:read`',
    breaks: 'nothing: both spellings are named to the reader',
    judge: (evidence) => {
      const answer = answerAt(evidence, 'pages');
      const spelled = /status[-_]pages:read/.exec(answer.status === 403 ? answer.text : '')?.[0];
      if (spelled === undefined) throw new Untold(answer.status === 403 ? describeAnswer(answer) : 'the key has it');
      return verdict(spelled === 'status-pages:read', spelled);
    },
  },
  {
    name: 'availability-scope',
    assumption: 'Availability needs `analytics:read`, and `monitors:read` is not enough',
    breaks: 'the 403 of `gate` names the wrong scope',
    judge: (evidence) => {
      const monitors = answerAt(evidence, 'monitors').status;
      const availability = answerAt(evidence, 'unknown availability').status;
      if ((monitors === 403) === (availability === 403)) throw new Untold('the key has both scopes or none');
      return verdict(true, monitors === 403 ? 'it is answered without monitors:read' : '403 with monitors:read');
    },
  },
  {
    name: 'pages',
    assumption: 'The list of pages shows id, name and slug of this page',
    breaks: 'a page can only be named by its UUID',
    judge: (evidence) => {
      const entry = entriesOf(successAt(evidence, 'pages')).find(({ id }) => id === evidence.pageId);
      if (entry === undefined) return verdict(false, 'this page is not in it');
      return judgeFields(() => entry, ['id', 'name', 'slug'])(evidence);
    },
  },
  {
    name: 'page-monitors',
    assumption: 'GET of a page shows its monitors, with id and enabled',
    breaks: '`gate` cannot tell which monitors belong to the page, or are disabled',
    judge: (evidence) => {
      const { monitors } = recordOf(successAt(evidence, 'page'));
      if (!Array.isArray(monitors)) return verdict(false, `monitors is ${describeType(monitors)}`);
      const [first] = monitors.filter(isFields);
      if (first === undefined) throw new Untold('the page has no monitors');
      return judgeFields(() => first, ['id', 'enabled'])(evidence);
    },
  },
  {
    name: 'availability',
    assumption: `Availability shows ${figures.join(', ')}, directly under \`data\``,
    breaks:
      'nothing under `data.availability`. Under other names: `min-uptime` cannot be judged, and the gate is closed',
    judge: judgeFields((evidence) => recordOf(successAt(evidence, 'availability')), figures),
  },
];
