import { describe, expect, test } from '@jest/globals';
import { encodeRun, formatReference, type OwnReference } from '../../src/domain/deployment-reference.ts';
import { type RunState, WorkflowRunsError } from '../../src/domain/workflow-runs.ts';
import { nameInWorkflow } from '../../src/inputs/flags.ts';
import { describeSweep, describeSweepVerdict } from '../../src/operations/sweep/describe.ts';
import { type Sweep, type Swept, sweep } from '../../src/operations/sweep/incidents.ts';
import { type Answer, acme, scripted } from '../deployment/scripted.ts';
import { apiError, incident as recorded } from '../messages/samples.ts';

const beta = '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a02';
const own: OwnReference = {
  of: 'deployment',
  key: 'k3x9q2m1',
  run: encodeRun('100'),
  attempt: 1,
  owner: 'deploy',
  openedAt: new Date('2026-03-14T11:00:00Z'),
  random: 'aa',
};
const text = (reference: OwnReference = own) => `We move.\n\nRef: ${formatReference(reference)}`;
const entry = { message: text(), incident_state_id: '1' };
const incident = (id: string, more: object = {}) => ({
  id,
  title: 'Move',
  message: text(),
  incident_state_id: '1',
  updates: [entry],
  ...more,
});

/** Sweeps a page with this list; `read` is how each incident is shown by itself. */
async function run(
  listed: Answer,
  {
    read,
    answers = {},
    state = 'completed',
    pages = [acme],
  }: {
    read?: (id: string) => Answer;
    answers?: Readonly<Record<string, Answer>>;
    state?: RunState | Error;
    pages?: readonly string[];
  } = {},
) {
  const script = scripted((request) => {
    const known = answers[request];
    if (known !== undefined) return known;
    if (request === 'GET /incidents') return listed;
    const id = request.split('/')[2] ?? '';
    if (request.startsWith('GET /incidents/')) return read?.(id) ?? incident(id);
    return request.startsWith('GET /status-pages') ? { id: acme, name: 'Acme' } : {};
  });
  const asked: string[] = [];
  const fetchState = async (runId: string) => {
    asked.push(runId);
    if (state instanceof Error) throw state;
    return state;
  };
  const asking = { runs: { fetchState }, ownRunId: '200' };
  const found = await sweep(
    script.statusPage,
    pages.map((id) => ({ id })),
    asking,
  );
  return { found, asked, requests: script.requests, results: found.swept.map(({ result }) => result) };
}

describe('a sweep', () => {
  test('resolves what a dead run left, and says in which state it is now', async () => {
    const { found, requests } = await run([incident('1')]);
    expect(found.swept).toMatchObject([{ result: 'resolved', runId: '100', record: { id: '1', state: '4' } }]);
    expect(requests).toEqual(['GET /incidents', 'GET /incidents/1', expect.stringMatching(/^POST \/incidents\/1\//)]);
    expect(found).toMatchObject({ incomplete: [], unproved: [], blindness: undefined });
  });

  test('does each incident once, though two lists show it', async () => {
    const { results } = await run([incident('1'), incident('2')], { pages: [acme, beta] });
    expect(results).toEqual(['resolved', 'resolved']);
  });

  test('asks GitHub only about what nobody has touched, and leaves out what is resolved', async () => {
    const touched = incident('1', { updates: [entry, { message: 'We found it.', incident_state_id: '1' }] });
    const { results, asked, requests } = await run([touched, incident('2', { incident_state_id: '4' })]);
    expect([results, asked, requests]).toEqual([['touched'], [], ['GET /incidents']]);
  });

  test.each<[string, Answer, string]>([
    ['was resolved meanwhile', incident('1', { incident_state_id: '4' }), 'over'],
    ['is gone', 404, 'over'],
    ['was touched meanwhile', incident('1', { updates: [entry, entry] }), 'touched'],
    ['shows no timeline', incident('1', { updates: undefined }), 'unclear'],
    ['has another reference now', incident('1', { message: text({ ...own, random: 'zz' }) }), 'touched'],
    ['cannot be read', 403, 'failed'],
  ])('reads an incident once more, which %s', async (_what, shown, result) => {
    const { results, found } = await run([incident('1')], { read: () => shown });
    expect(results).toEqual([result]);
    expect(found.swept[0]?.record).toMatchObject({ id: '1', state: '1' });
  });

  test.each<[RunState, string]>([
    ['in-progress', 'in-progress'],
    ['unknown', 'unknown-run'],
  ])('leaves what is of a run that is %s', async (state, result) => {
    const { results, requests } = await run([incident('1')], { state });
    expect([results, requests]).toEqual([[result], ['GET /incidents']]);
  });

  test('asks about its own run if no other is known, and does not if one is', async () => {
    const blind = await run([incident('1')], { state: 'unknown' });
    expect(blind.asked).toEqual(['100', '200']);
    expect(blind.found.blindness).toMatchObject({ name: 'WorkflowRunsError' });
    expect((await run([incident('1')])).asked).toEqual(['100']);
    expect((await run([])).asked).toEqual([]);
  });

  test('names what GitHub does not say as the failure of its incident', async () => {
    const { found } = await run([incident('1')], { state: new WorkflowRunsError({ code: 'forbidden' }) });
    expect(found.swept).toMatchObject([
      { result: 'failed', error: { name: 'WorkflowRunsError' }, record: { id: '1' } },
    ]);
    expect(found.swept[0]).not.toHaveProperty('runId');
  });

  test.each([401, 403])('stops writing after the key was refused with %d', async (status) => {
    const answers = { 'POST /incidents/1/updates': status, 'POST /incidents/2/updates': status };
    const { results, requests } = await run([incident('1'), incident('2'), incident('3')], { answers });
    const writes = requests.filter((request) => request.startsWith('POST'));
    expect([results, writes.length]).toEqual([['failed', 'failed', 'failed'], 1]);
  });

  test('goes on after another refusal', async () => {
    const answers = { 'POST /incidents/1/updates': 400 };
    const { results } = await run([incident('1'), incident('2')], { answers });
    expect(results).toEqual(['failed', 'resolved']);
  });

  test('names a page that cannot be listed, and nothing else about it', async () => {
    const { found } = await run(400);
    expect(found).toMatchObject({
      incomplete: [],
      unproved: [],
      swept: [{ result: 'failed', record: { kind: 'incident', page: { id: acme } } }],
    });
    expect(found.swept[0]?.record.id).toBeUndefined();
  });

  test('proves with a read that it sees the page of an empty list', async () => {
    expect((await run([])).found.unproved).toEqual([]);
    expect((await run([], { answers: { [`GET /status-pages/${acme}`]: 403 } })).found.unproved).toEqual([{ id: acme }]);
  });
});

describe('the messages of a sweep', () => {
  const nothing: Sweep = { swept: [], incomplete: [], unproved: [] };
  const one = (result: Exclude<Swept['result'], 'failed'>, id = '7'): Swept => ({
    record: { ...recorded, id },
    result,
    runId: '100',
  });
  const failed = (error: unknown, record: Swept['record'] = recorded): Swept => ({ record, result: 'failed', error });
  const said = (swept: Partial<Sweep>, fatal = true) =>
    describeSweep({ ...nothing, ...swept }, () => fatal, { nameOf: nameInWorkflow }).map(
      ({ level, text: line }) => `${level}: ${line}`,
    );
  const error = apiError('server', { status: 503 });
  const { id: _id, ...unlisted } = { ...recorded, stage: 'unconfirmed' } as const;

  test('is each incident that was resolved, and how many were left for which reason', () => {
    expect(said({ swept: [one('resolved'), one('touched'), one('touched', '8'), one('over')] })).toEqual([
      expect.stringMatching(
        /^info: Resolved the incident "We look into it" \(id 7\) on Acme: run 100 ended without resolving it\.$/,
      ),
      'info: Left as they are: 2 that the post step or a person has edited and 1 that was resolved meanwhile.',
    ]);
    expect(said({})).toEqual(['info: No other open incident was found.']);
    expect(said({ swept: [one('resolved')] }).at(-1)).toBe('info: No other open incident was found.');
  });

  test('is one message for each cause, with up to three names', () => {
    const several = (count: number) =>
      said({ swept: Array.from({ length: count }, (_, at) => failed(error, { ...recorded, id: String(at) })) });
    expect(several(3)).toEqual([
      expect.stringMatching(
        /^error: Could not sweep the incident .*\(id 0\).*, the incident .*\(id 1\).* and the incident .*\(id 2\)/,
      ),
    ]);
    expect(several(4)).toEqual([expect.stringMatching(/^error: Could not sweep 4 incidents: /)]);
    expect(said({ swept: [failed(error)] }, false)).toEqual([expect.stringMatching(/^warning: /)]);
  });

  test('is apart for pages that could not be listed', () => {
    expect(said({ swept: [failed(error), failed(error, unlisted)] })).toEqual([
      expect.stringMatching(/^error: Could not sweep the incident /),
      expect.stringMatching(/^error: Could not list the incidents on Acme: /),
    ]);
  });

  test('has a heading by what came of it', () => {
    const verdict = (swept: Partial<Sweep>) => describeSweepVerdict({ ...nothing, ...swept });
    const page = { id: acme };
    expect(verdict({})).toBe('✅ No incident was left open by a run that died');
    expect(verdict({ swept: [one('resolved')] })).toBe('✅ Resolved 1 incident left open by runs that died');
    expect(verdict({ swept: [one('resolved'), one('resolved', '8'), one('over')] })).toBe(
      '✅ Resolved 2 incidents left open by runs that died',
    );
    expect(verdict({ swept: [failed(error)] })).toBe('⚠️ Partly failed. No incident was resolved');
    expect(verdict({ swept: [one('resolved'), failed(error)] })).toBe(
      '⚠️ Partly failed. Resolved 1 incident left open by runs that died',
    );
    expect(verdict({ blindness: error })).toBe('⚠️ Partly failed. No incident was resolved');
    const perhaps = '⚠️ No incident left open by a run that died was found, but the lists may not have shown all';
    expect([verdict({ incomplete: [page] }), verdict({ unproved: [page] })]).toEqual([perhaps, perhaps]);
    expect(verdict({ incomplete: [page], swept: [one('resolved')] })).toMatch(/^✅/);
  });
});
