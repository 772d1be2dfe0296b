import { describe, expect, test } from '@jest/globals';
import { createOnce, makeOnce, UncertainCreateError } from '../../src/deployment/create-once.ts';
import { NotShownYetError } from '../../src/deployment/record-by-id.ts';
import { DuplicateError } from '../../src/deployment/settle.ts';
import { TimesKeptError } from '../../src/deployment/times.ts';
import { ChangeIgnoredError } from '../../src/deployment/window-change.ts';
import type { ExplainedError } from '../../src/domain/errors.ts';
import { nameInWorkflow } from '../../src/inputs/flags.ts';
import { StatusPageError } from '../../src/statuspage/errors.ts';
import type { ErrorCode } from '../../src/statuspage/failed-call.ts';
import { listedIncident } from './listed.ts';

const call = { method: 'POST', path: '/maintenances', scope: undefined, body: undefined } as const;
const failure = (code: ErrorCode, status?: number) =>
  new StatusPageError({ code, call, host: 'statuspage.me', status });
const server = failure('server', 503);
const lost = server.explain({ nameOf: nameInWorkflow }).happened;
const explain = (error: ExplainedError) => error.explain({ nameOf: nameInWorkflow });

type Search = 'absent' | 'unclear' | { readonly made: string };

/** Makes something with these outcomes, in their order; each search and wait is counted. */
async function make(
  outcomes: readonly (string | Error)[],
  searches: readonly (Search | Error)[] | undefined,
  leftMs: readonly number[] = [],
) {
  const left = [...leftMs];
  const done = { made: 0, searched: 0, waits: [] as number[] };
  const next = <T>(from: readonly (T | Error)[], at: number): T => {
    const one = from[at];
    if (one === undefined) throw new Error('The script is over.');
    if (one instanceof Error) throw one;
    return one;
  };
  const result = await makeOnce<string>({
    make: async () => {
      done.made += 1;
      return next(outcomes, done.made - 1);
    },
    search:
      searches &&
      (async () => {
        done.searched += 1;
        return next(searches, done.searched - 1);
      }),
    doubt: (cause, lastSearch, refusal) =>
      new UncertainCreateError('maintenance', undefined, cause, lastSearch, refusal),
    wait: async (ms) => {
      done.waits.push(ms);
    },
    leftMs: () => left.shift() ?? 60_000,
  }).catch((error: unknown) => error);
  return { result, ...done };
}

describe('what is made once', () => {
  test('is made with one request if that is answered', async () => {
    expect(await make(['a'], [], [0])).toMatchObject({ result: { made: 'a', found: false, again: false }, made: 1 });
  });

  test('fails with a refusal, and with what is no answer of the API', async () => {
    expect((await make([failure('invalid', 400)], [])).result).toMatchObject({ code: 'invalid' });
    const broken = new TypeError('broken');
    expect((await make([broken], [])).result).toBe(broken);
  });

  test('is found by a search, and known to be made once', async () => {
    const found = await make([server], [{ made: 'a' }]);
    expect(found).toMatchObject({ result: { made: 'a', found: true, again: false }, made: 1, waits: [1_000] });
  });

  test('is made again after two searches 3 s apart, and then may be there twice', async () => {
    const again = await make([server, 'b'], ['absent', 'absent']);
    expect(again).toMatchObject({ result: { made: 'b', found: false, again: true }, waits: [1_000, 3_000] });
    const found = await make([server, server], ['absent', 'absent', { made: 'a' }]);
    expect(found.result).toMatchObject({ made: 'a', found: true, again: true });
  });

  test('is not made again without the time for it and two more searches, which are 6 s', async () => {
    const late = await make([server, 'b'], ['absent', 'absent'], [9_000, 5_999]);
    expect(late).toMatchObject({ result: { lastSearch: 'absent', refusal: undefined }, made: 1 });
    expect(await make([server, 'b'], ['absent', 'absent'], [9_000, 6_000])).toMatchObject({ result: { made: 'b' } });
  });

  test('is uncertain after a search that shows nothing, that fails, or that is not possible', async () => {
    expect(await make([server], ['unclear'])).toMatchObject({ result: { lastSearch: 'unclear' }, made: 1 });
    expect(await make([server], ['absent', server])).toMatchObject({ result: { lastSearch: 'absent' }, made: 1 });
    expect(await make([server], [server])).toMatchObject({ result: { lastSearch: 'unclear' }, made: 1 });
    expect(await make([server], undefined)).toMatchObject({ result: { lastSearch: 'unclear' }, made: 1, waits: [] });
  });

  test('is searched for until the end after a time-out, and never sent again', async () => {
    const slow = await make([failure('timeout')], ['absent', 'absent', 'absent', 'absent'], [9_000, 6_000, 3_000, 0]);
    expect(slow).toMatchObject({ result: { lastSearch: 'absent' }, made: 1, searched: 4 });
    const found = await make([failure('timeout')], ['absent', 'absent', { made: 'a' }], [9_000, 6_000, 3_000]);
    expect(found.result).toMatchObject({ made: 'a' });
  });

  test('is refused if the server answers the same twice, and not if the two answers differ', async () => {
    const conflict = (status: number) =>
      new StatusPageError({ code: 'client', call, host: 'h', status, mayHaveArrived: true });
    const four = Array.from({ length: 4 }, () => 'absent' as const);
    expect(await make([conflict(409), conflict(409)], four)).toMatchObject({ result: { status: 409 }, made: 2 });
    expect(await make([conflict(409), conflict(410), 'c'], four)).toMatchObject({ result: { made: 'c' }, made: 3 });
    expect(await make([server, server, 'c'], four)).toMatchObject({ result: { made: 'c' }, made: 3 });
  });

  test('stays uncertain if sending it again is refused, with a refusal that the user can fix', async () => {
    const forbidden = failure('forbidden', 403);
    const refused = await make([server, forbidden], ['absent', 'absent']);
    expect(refused.result).toMatchObject({ lastSearch: 'absent', cause: server, refusal: forbidden });
    const limited = await make([server, failure('rate-limited', 429)], ['absent', 'absent']);
    expect(limited.result).toMatchObject({ lastSearch: 'absent', refusal: undefined });
  });
});

test('a record is found if a search shows it, absent if that is proved, and else unclear', async () => {
  const record = listedIncident(undefined);
  const create = (open: readonly (typeof record)[], provenAbsent: boolean) =>
    createOnce({
      kind: 'incident',
      reference: 'd1',
      make: () => Promise.reject(server),
      search: async () => ({ open, provenAbsent }),
      wait: async () => {},
      leftMs: () => 0,
    });
  expect(await create([record], false)).toMatchObject({ made: record, found: true });
  await expect(create([], true)).rejects.toMatchObject({ lastSearch: 'absent', what: 'incident', reference: 'd1' });
  await expect(create([], false)).rejects.toMatchObject({ lastSearch: 'unclear' });
});

describe('the doubt about a create', () => {
  const doubt = (...about: ConstructorParameters<typeof UncertainCreateError>) =>
    explain(new UncertainCreateError(...about));
  const sent = `${lost}, after the request had been sent`;

  test('says what to search for on the page', () => {
    expect(doubt('maintenance', 'd1', server, 'unclear')).toEqual({
      happened: `${sent}. The window may exist`,
      todo: 'It was not sent again, so that there are never two. Check the page for "Ref: d1" in its message, and end it if you do not want it.',
    });
    expect(doubt('incident', undefined, server, 'absent')).toEqual({
      happened: `${sent}. The last search did not find the incident, but it may still appear`,
      todo: 'Check the page later for the newest one, and end it if you do not want it.',
    });
  });

  test('asks to check the timeline of an entry', () => {
    expect(doubt('entry', undefined, server, 'unclear')).toEqual({
      happened: `${sent}. The entry may exist`,
      todo: 'Check the timeline of the incident, and add what is missing.',
    });
    expect(doubt('entry', undefined, server, 'absent').happened).toBe(
      `${sent}. The last search did not find the entry, but it may still appear`,
    );
  });

  test('begins with the refusal of the second request, if there was one', () => {
    const refusal = failure('forbidden', 403);
    const { happened, todo } = explain(refusal);
    const found = doubt('maintenance', undefined, server, 'absent', refusal);
    expect(found.happened).toBe(
      `${happened}. Before that, ${sent}. The last search did not find the window, but it may still appear`,
    );
    expect(found.todo).toBe(`${todo} Check the page later for the newest one, and end it if you do not want it.`);
  });

  test('has the title, the exit and the fix of the refusal, else those of its cause', () => {
    const alone = new UncertainCreateError('maintenance', undefined, server, 'absent');
    expect(alone).toMatchObject({ title: 'may exist', exit: 'unreachable', fixable: false });
    const refused = new UncertainCreateError('maintenance', undefined, server, 'absent', failure('unauthorized', 401));
    expect(refused).toMatchObject({ title: 'API key refused', exit: 'key-refused', fixable: true });
    const conflict = new UncertainCreateError('maintenance', undefined, failure('client', 409), 'absent');
    expect(conflict).toMatchObject({ title: 'may exist', exit: 'failed', fixable: true });
  });

  test('has the same cause on two pages only if the responses and the refusals are the same', () => {
    const keyOf = (cause: StatusPageError, refusal?: StatusPageError) =>
      new UncertainCreateError('maintenance', `d${Math.random()}`, cause, 'absent', refusal).causeKey;
    expect(keyOf(server)).toBe(keyOf(failure('server', 503)));
    expect(keyOf(server)).not.toBe(keyOf(failure('server', 500)));
    expect(keyOf(server)).not.toBe(keyOf(server, failure('forbidden', 403)));
    expect(keyOf(server, failure('forbidden', 403))).not.toBe(keyOf(server, failure('unauthorized', 401)));
  });
});

describe('the doubt about a second notice', () => {
  test('says whether one was made beside it, or nobody could search', () => {
    expect(explain(new DuplicateError('maintenance', undefined, server))).toEqual({
      happened: `another job may have opened one at the same moment, and searching the page failed: ${lost}`,
      todo: 'Check the page. If two windows of this deployment are open, end the newer one.',
    });
    expect(explain(new DuplicateError('incident', '7', server))).toEqual({
      happened: `another job opened one at the same moment, and the incident that this job opened (id 7) may still be there: ${lost}`,
      todo: 'Check the page, and delete it if it is there.',
    });
  });

  test('does not fail the job, and exits as its cause does', () => {
    const error = new DuplicateError('maintenance', undefined, failure('rate-limited', 429));
    expect(error).toMatchObject({ title: 'two notices', fixable: false, exit: 'rate-limited' });
  });

  test('has the same cause only for the same record and the same response', () => {
    const keyOf = (id: string | undefined, cause: unknown) => new DuplicateError('incident', id, cause).causeKey;
    expect(keyOf('7', server)).toBe(keyOf('7', failure('server', 503)));
    expect(keyOf('7', server)).not.toBe(keyOf('8', server));
    expect(keyOf('7', server)).not.toBe(keyOf('7', failure('server', 500)));
    expect(keyOf(undefined, new Error('a'))).toBe(keyOf(undefined, new Error('b')));
  });
});

describe('a warning about a window', () => {
  test('whose clock differs says by how much, in which direction, and on whose clock', () => {
    const refused = failure('invalid', 400);
    const { happened } = explain(refused);
    expect(explain(new TimesKeptError(600_000, refused))).toEqual({
      happened: `${happened}. The window is open, but by the clock of statuspage.me it begins and ends 10 min after the intended times`,
      todo: 'Correct the clock of this machine.',
    });
    const hidden = new NotShownYetError(4_000, failure('not-found', 404));
    expect(explain(new TimesKeptError(-600_000, hidden)).happened).toBe(
      `${explain(hidden).happened}. The window is open, but by the clock of statuspage.me it begins and ends 10 min before the intended times`,
    );
    expect(new TimesKeptError(1, refused)).toMatchObject({ title: 'clocks differ', fixable: false, exit: 'failed' });
  });

  test('that is not shown yet says how long it was asked for', () => {
    const error = new NotShownYetError(4_000, failure('not-found', 404));
    expect(error).toMatchObject({ title: 'not shown yet', fixable: false, exit: 'not-found' });
    expect(explain(error)).toEqual({
      happened:
        'StatusPage.me does not find what this deployment has just created (HTTP 404 for 4 s), so it may show it later, or a person has deleted it',
      todo: 'Check the page, and end it if it is there.',
    });
  });

  test('that did not change names what stayed, and two of them have one cause if that is the same', () => {
    const error = new ChangeIgnoredError(['start', 'end']);
    expect(error).toMatchObject({ title: 'change ignored', fixable: false, exit: 'failed' });
    expect(explain(error)).toEqual({
      happened: 'the status page accepted the change, but its start and end did not change',
      todo: 'Check the page, and change it in the dashboard.',
    });
    expect(error.causeKey).toBe(new ChangeIgnoredError(['start', 'end']).causeKey);
    expect(error.causeKey).not.toBe(new ChangeIgnoredError(['end']).causeKey);
  });
});
