import { describe, expect, test } from '@jest/globals';
import type { Ended, EndedDone, Phase, Result } from '../../src/deployment/end-record.ts';
import { UserError } from '../../src/domain/errors.ts';
import { nameInWorkflow, nameOfFlag } from '../../src/inputs/flags.ts';
import { describeEndings as describeMessages } from '../../src/messages/ending.ts';
import type { DescribeContext } from '../../src/messages/ending-failure.ts';
import { type Message, textOf } from '../../src/messages/message.ts';
import { describeEndingVerdict, describeFailedOpeningVerdict } from '../../src/messages/verdict.ts';
import { acme, apiError, apiUrl, at, beta, incident, now, window } from './samples.ts';

const runner = { kind: 'runner', nameOf: nameInWorkflow } as const;
const terminal = { kind: 'terminal', nameOf: nameOfFlag } as const;
const success: DescribeContext = {
  why: 'success',
  isFatal: () => false,
  host: runner,
  now,
  commands: { host: 'runner', apiUrl },
};
const failure: DescribeContext = { ...success, why: 'failure' };
const taken: DescribeContext = { ...success, why: 'undone' };

const done = (record: Ended['record'], result: Result, phase: Phase = 'ending'): EndedDone => ({
  record,
  phase,
  result,
});
const failed = (record: Ended['record'], error: unknown, phase: Phase = 'ending'): Ended => ({
  record,
  phase,
  result: 'failed',
  error,
});
const missing = (record: Ended['record']): Ended => ({
  record,
  phase: 'ending',
  result: 'missing',
  error: apiError('not-found'),
});
/** The incident of a failure on the page of the window. */
const raised: EndedDone = {
  ...done({ ...incident, id: '9' }, 'incident-opened', 'opening-incident'),
  said: 'We look into it.',
};

/** The messages and their commands, as a terminal shows them. */
const describeEndings = (ended: readonly Ended[], context: DescribeContext) =>
  describeMessages(ended, context).map((message) => ({ level: message.level, text: textOf(message, 'terminal') }));
/** A record whose creation was never confirmed. */
const unconfirmed = ({ id: _, ...known }: typeof window) => ({ ...known, stage: 'opening' }) as const;

const key = '-H "Authorization: Bearer $STATUSPAGE_ME_API_KEY"';
const json = "-H 'Content-Type: application/json'";
const endWindow = (id = '42') =>
  `curl -X PATCH ${apiUrl}/maintenances/${id} ${key} ${json} -d '{"end_at":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'"}'`;
const deleteWindow = `curl -X DELETE ${apiUrl}/maintenances/42 ${key}`;
const resolveIncident = (id: string) =>
  `curl -X POST ${apiUrl}/incidents/${id}/updates ${key} ${json} -d '{"incident_state_id":"4","message":"Resolved."}'`;

const theWindow = 'the maintenance window "Maintenance in progress" (id 42) on Acme';
const theIncident = 'the incident "We look into it" (id 7) on Acme';
const ahead = { ...window, startAt: at('22:00'), endAt: at('22:30') };

test('an annotation about a deployment that did not succeed is titled by how it ended', () => {
  const kept = [
    done(window, 'kept'),
    done(incident, 'kept'),
    raised,
    { ...raised, record: { ...incident, created: true } },
  ];
  const titlesFor = (why: DescribeContext['why']) =>
    describeMessages(kept, { ...success, why }).map((message) => 'title' in message && message.title);
  expect(new Set(titlesFor('failure'))).toEqual(new Set(['deployment failed']));
  expect(new Set(titlesFor('cancelled'))).toEqual(new Set(['deployment cancelled']));
});

describe('what earlier runs may have left and nobody could search for', () => {
  const unlisted = (page: typeof acme | undefined, phase: Phase, reason?: unknown): EndedDone => ({
    ...done({ ...window, page }, 'unlisted', phase),
    reason,
  });
  const forbidden = (kind: 'incidents' | 'maintenances') =>
    apiError('forbidden', {
      status: 403,
      call: { method: 'GET', path: `/${kind}?status_page_id=p1`, scope: `${kind}:read`, body: undefined },
    });
  const linesOf = (ended: readonly Ended[]) =>
    describeMessages(ended, success).map((message) => `${message.level}: ${message.text}`);

  test('is one line for a key that may only write', () => {
    const windows = unlisted(acme, 'superseding', forbidden('maintenances'));
    expect(linesOf([windows])).toEqual([
      'info: Did not search for notices that earlier runs left on Acme: the API key most likely does not have the scope maintenances:read.',
    ]);
    const all = [acme, beta].flatMap((page) => [
      unlisted(page, 'superseding', forbidden('maintenances')),
      unlisted(page, 'recovering', forbidden('incidents')),
    ]);
    expect(linesOf(all)).toEqual([
      'info: Did not search for notices that earlier runs left and incidents of earlier failures on Acme and Beta: ' +
        'the API key most likely does not have the scopes maintenances:read and incidents:read.',
    ]);
  });

  test('is one line for each other cause', () => {
    const lines = linesOf([
      unlisted(acme, 'superseding', apiError('refused', { detail: 'ECONNREFUSED' })),
      unlisted(beta, 'superseding', apiError('refused', { detail: 'ECONNREFUSED' })),
      unlisted(acme, 'recovering'),
      unlisted(beta, 'recovering'),
    ]);
    expect(lines).toEqual([
      expect.stringMatching(
        /^info: Did not search for notices that earlier runs left on Acme and Beta: .*ECONNREFUSED\.$/,
      ),
      'info: There may be more incidents of earlier failures on Acme and Beta: their lists do not show everything.',
    ]);
  });
});

describe('an ending is one line of the log', () => {
  test.each([
    [done({ ...window, endAt: now }, 'ended'), success, `Ended ${theWindow} at 14:09 UTC.`],
    [done({ ...window, endAt: undefined }, 'ended'), success, `Ended ${theWindow} at 14:09 UTC.`],
    [done(incident, 'resolved'), success, `Resolved ${theIncident}.`],
    [done(window, 'deleted'), success, `Deleted ${theWindow}: it had not begun.`],
    [done(window, 'deleted', 'undoing'), taken, `Deleted ${theWindow}: nothing was deployed.`],
    [done(incident, 'already-resolved'), success, `Nothing to do: ${theIncident} is already resolved.`],
    [missing(window), success, `Nothing to do: ${theWindow} no longer exists, or this key cannot see it.`],
    [
      done(unconfirmed(window), 'absent'),
      success,
      'Nothing to end: the maintenance window "Maintenance in progress" on Acme was not found. If it appears later, it ends by itself.',
    ],
    [
      done({ ...incident, title: undefined, id: '7', page: undefined }, 'resolved'),
      success,
      'Resolved the incident (id 7).',
    ],
  ])('%#', (ended, context, text) => {
    expect(describeEndings([ended], context)).toEqual([{ level: 'info', text }]);
  });

  test('for each record', () => {
    expect(describeEndings([done(window, 'ended'), done(incident, 'resolved')], success)).toHaveLength(2);
    expect(describeEndings([], success)).toEqual([]);
  });
});

describe('a record that is kept', () => {
  test('is a warning with the time, and the commands that end it or turn it into an incident', () => {
    expect(describeEndings([done(window, 'kept', 'keeping')], failure)).toEqual([
      {
        level: 'warning',
        text: `The deployment failed, so ${theWindow} stays until 14:32 UTC.\nTo end it now:\n  ${endWindow()}`,
      },
    ]);
  });

  test.each([
    ['failure', 'The deployment failed'],
    ['cancelled', 'The deployment was cancelled or timed out'],
    ['skipped', 'The deployment was skipped'],
    ['success', 'The deployment succeeded'],
    ['undone', 'The deployment did not begin'],
    ['asked', 'The deployment ended'],
    ['unknown', 'The deployment ended'],
  ] as const)('after %s says so', (why, words) => {
    expect(describeEndings([done(window, 'kept')], { ...success, why })[0]?.text).toMatch(`${words}, so the`);
  });

  test('stays until its announced end if that is not known', () => {
    const record = { ...window, endAt: undefined, page: undefined };
    const text = describeEndings([done(record, 'kept')], failure)[0]?.text;
    expect(text).toContain('stays until its announced end.\nTo end it now:\n');
  });

  test('is deleted rather than ended if it has not begun', () => {
    expect(describeEndings([done(ahead, 'kept')], failure)[0]?.text).toContain(`To delete it now:\n  ${deleteWindow}`);
    expect(describeEndings([done({ ...window, startAt: undefined }, 'kept')], failure)[0]?.text).toContain(endWindow());
  });

  test('stays open if it is an incident', () => {
    expect(describeEndings([done(incident, 'kept', 'keeping')], failure)).toEqual([
      {
        level: 'warning',
        text:
          `The deployment failed, so ${theIncident} stays open, and its last update says so.\n` +
          `To resolve it now:\n  ${resolveIncident('7')}`,
      },
    ]);
  });
});

describe('what ends a notice', () => {
  const [kept] = describeMessages([done(window, 'kept')], failure) as readonly [Message];
  const [both] = describeMessages(
    [failed(window, apiError('reset')), failed({ ...window, id: '43' }, apiError('reset'))],
    success,
  ) as readonly [Message];

  test('is a command on a terminal', () => {
    expect(textOf(kept, 'terminal')).toBe(`${kept.text}\nTo end it now:\n  ${endWindow()}`);
  });

  test('is the dashboard on the runner, whose summary has the command', () => {
    const how = 'use the dashboard of StatusPage.me, or the request in the summary of this job.';
    expect(textOf(kept, 'runner')).toBe(`${kept.text} To end it now, ${how}`);
    expect(textOf(both, 'runner')).toBe(`${both.text}\nTo end them now, ${how}`);
  });
});

describe('a record that was there before this attempt', () => {
  test('is left, which is a warning with the command that ends it', () => {
    expect(describeEndings([done(window, 'left', 'undoing')], taken)).toEqual([
      {
        level: 'warning',
        text: `Left ${theWindow} as it was: it was open before this run.\nTo end it now:\n  ${endWindow()}`,
      },
    ]);
  });

  test('that may not be there at all asks the reader to check the page', () => {
    expect(describeEndings([done(unconfirmed(window), 'left', 'undoing')], taken)[0]?.text).toBe(
      'Left the maintenance window "Maintenance in progress" on Acme as it was: ' +
        'an earlier attempt may have opened it. Check the page.',
    );
  });
});

describe('a window that its own clock ended before the deployment did', () => {
  const over = done({ ...window, startAt: at('13:02'), endAt: at('14:02') }, 'already-over');

  test.each(['success', 'failure', 'cancelled', 'unknown'] as const)(
    'is a warning with the gap and a duration, after %s',
    (why) => {
      expect(describeEndings([over], { ...success, why })).toEqual([
        {
          level: 'warning',
          text:
            `T${theWindow.slice(1)} ended by itself at 14:02 UTC, 7m before the deployment ended. ` +
            'Set duration to 1h10m or more.',
        },
      ]);
    },
  );

  test('names the flag on a command line', () => {
    expect(describeEndings([over], { ...success, host: terminal })[0]?.text).toMatch(
      /Set --duration to 1h10m or more\.$/,
    );
  });

  test.each(['undone', 'asked'] as const)('is no more than a line if it is %s', (why) => {
    expect(describeEndings([over], { ...success, why })).toEqual([
      { level: 'info', text: `Nothing to do: ${theWindow} ended at 14:02 UTC.` },
    ]);
  });

  test('has no figure if its start is not known', () => {
    const record = { ...over.record, startAt: undefined };
    expect(describeEndings([{ ...over, record }], success)[0]?.text).toMatch(/ Set a longer duration\.$/);
  });

  test('is over now if its end is not known', () => {
    const record = { ...over.record, endAt: undefined };
    expect(describeEndings([{ ...over, record }], success)[0]?.text).toContain('ended by itself at 14:09 UTC, 0s');
  });
});

describe('a record that could not be ended', () => {
  const error = apiError('timeout', { waitedMs: 10_000 });
  const happened = 'statuspage.me did not answer in time, after 10 s. You need not change anything. Try again later.';
  const restOfWindow = `T${theWindow.slice(1)} ends by itself at 14:32 UTC. The page: https://acme.statuspage.me.\nTo end it now:\n  ${endWindow()}`;

  test('is a warning with the page, when it ends by itself, and the command that ends it manually', () => {
    expect(describeEndings([failed(window, error)], success)).toEqual([
      { level: 'warning', text: `Could not end ${theWindow}: ${happened}\n${restOfWindow}` },
    ]);
  });

  test('is an incident that stays open, and an error if that was asked for', () => {
    const context = { ...success, isFatal: ({ record }: Ended) => record === incident };
    expect(describeEndings([failed(incident, error)], context)).toEqual([
      {
        level: 'error',
        text:
          `Could not resolve ${theIncident}: ${happened}\nT${theIncident.slice(1)} stays open until you resolve it. ` +
          `The page: https://acme.statuspage.me.\nTo resolve it now:\n  ${resolveIncident('7')}`,
      },
    ]);
  });

  test.each([
    ['ending', window, `Could not end ${theWindow}`],
    ['ending', incident, `Could not resolve ${theIncident}`],
    ['keeping', incident, `Could not add an update to ${theIncident}`],
    ['undoing', window, `Could not undo ${theWindow}`],
    ['opening-incident', window, 'Could not open the incident of the failure on Acme'],
  ] as const)('is told by what was being done: %s', (doing, record, words) => {
    expect(describeEndings([failed(record, error, doing)], failure)[0]?.text).toMatch(
      `${words}: statuspage.me did not`,
    );
  });

  test('is described together with everything that failed for the same reason', () => {
    const other = { ...window, id: '43', page: beta };
    const theOther = 'the maintenance window "Maintenance in progress" (id 43) on Beta';
    const staysOpen = (what: string) =>
      `T${what.slice(1)} ends by itself at 14:32 UTC.${what === theOther ? '' : ' The page: https://acme.statuspage.me.'}`;
    const messages = describeEndings(
      [failed(window, error), done(incident, 'resolved'), failed(other, error), failed(ahead, apiError('reset'))],
      { ...success, isFatal: ({ record }) => record === other },
    );
    expect(messages).toEqual([
      { level: 'info', text: `Resolved ${theIncident}.` },
      {
        level: 'error',
        text:
          `Could not end ${theWindow} and the maintenance window "Maintenance in progress" (id 43) on Beta: ${happened}\n` +
          `${staysOpen(theWindow)}\n${staysOpen(theOther)}\n` +
          `To end ${theWindow} now:\n  ${endWindow()}\nTo end ${theOther} now:\n  ${endWindow('43')}`,
      },
      { level: 'warning', text: expect.stringMatching(/^Could not end .+ closed the connection .+ at 22:30 UTC\./s) },
    ]);
  });

  test('is described with what is known of it', () => {
    const record = { ...unconfirmed(window), endAt: undefined, page: { id: 'p1' } };
    expect(describeEndings([failed(record, error)], success)[0]?.text).toBe(
      `Could not end the maintenance window "Maintenance in progress" on p1: ${happened}\n` +
        'The maintenance window "Maintenance in progress" on p1, if it is there, ends by itself.',
    );
  });

  test('because of a wrong input shows that input, on lines of their own', () => {
    const wrong = new UserError('invalid input', 'Reading the inputs — one is wrong — Correct it:\nduration: wrong');
    expect(describeEndings([failed(window, wrong)], success)[0]?.text).toBe(
      `Reading the inputs — one is wrong — Correct it:\nduration: wrong\n${restOfWindow}`,
    );
  });

  test('is not said to be on the page if main never opened it', () => {
    const missed = { ...unconfirmed(window), stage: 'missed' } as const;
    expect(describeEndings([failed(missed, error, 'opening-incident')], failure)).toEqual([
      { level: 'warning', text: `Could not open the incident of the failure on Acme: ${happened}` },
    ]);
  });

  test('is named with its page if the key cannot see it', () => {
    const unseen = apiError('not-found', { status: 404 });
    expect(describeEndings([failed(window, unseen)], success)[0]?.text).toContain(
      'the status page Acme does not exist',
    );
  });

  test('lets nothing of the outside be a command', () => {
    const page = { id: 'p1', name: 'A', url: 'https://x.example/\r##[error]\u202e' };
    expect(describeEndings([failed({ ...window, page }, error)], success)[0]?.text).toContain(
      'The page: https://x.example/ # #[error].',
    );
  });
});

describe('the incident of a failure', () => {
  const theNinth = theIncident.replace('7', '9');
  const todo = `\nTo resolve it now:\n  ${resolveIncident('9')}`;
  const earlier = { ...raised, record: { ...raised.record, created: false } };
  const untouched: Ended = done({ ...raised.record, created: false }, 'incident-opened', 'opening-incident');

  test.each([
    [raised, `, and ${theNinth} was opened.${todo}`],
    [earlier, `, and ${theNinth} of an earlier failure got an update.${todo}`],
    [untouched, `. A person has edited ${theNinth} of an earlier failure, so it stays.${todo}`],
  ])('is a warning with the command that resolves it: %#', (ended, text) => {
    expect(describeEndings([ended], failure)).toEqual([{ level: 'warning', text: `The deployment failed${text}` }]);
  });

  test('lets nothing of the outside be a command, and takes a record without an id', () => {
    const page = { id: 'p1', name: 'A\n::error::b' };
    const [message, other] = describeEndings(
      [
        { ...raised, record: { ...incident, id: '9\r##[error]', page } },
        done({ ...incident, id: '' }, 'incident-opened', 'opening-incident'),
      ],
      failure,
    );
    expect(message?.text).toContain('(id 9 # #[error]) on A ::error::b was opened.\n');
    expect(other?.text).toContain('(id ) on Acme was opened.');
  });
});

describe('the heading of the summary of an ending', () => {
  const verdict = (why: DescribeContext['why'], ...ended: readonly Ended[]) =>
    describeEndingVerdict(ended, { ...success, why });
  const ended = done({ ...window, endAt: at('14:09') }, 'ended');
  const on = '<bdi>Acme</bdi>:';

  test.each([
    ['success', ''],
    ['failure', ' (the deployment failed)'],
    ['cancelled', ' (the deployment was cancelled)'],
    ['skipped', ' (the deployment was skipped)'],
    ['undone', ''],
    ['asked', ''],
    ['unknown', ''],
  ] as const)('after %s says how long the window was open', (why, outcome) => {
    expect(verdict(why, ended)).toBe(`✅ ${on} maintenance ended after 7 min${outcome}`);
  });

  test('says how long an incident was open', () => {
    expect(verdict('success', done(incident, 'resolved'))).toBe(`✅ ${on} incident resolved after 7 min`);
  });

  test('does without the page if its name is unknown', () => {
    const unnamed = { ...window, endAt: at('14:09'), page: { id: 'p1' } };
    expect(verdict('success', done(unnamed, 'ended'))).toBe('✅ Maintenance ended after 7 min');
  });

  test('puts what was on the page before what was not', () => {
    expect(verdict('success', done(incident, 'absent'), ended)).toMatch(/maintenance ended after 7 min/);
    expect(verdict('success', missing(window), done(incident, 'resolved'))).toMatch(/incident resolved after 7 min/);
  });

  test.each([
    ['deleted', '✅', 'incident removed'],
    ['absent', 'ℹ️', 'no incident was found to end'],
    ['missing', '✅', 'incident no longer exists'],
    ['already-resolved', '✅', 'incident was already resolved'],
  ] as const)('claims no length of time for what is %s', (result, sign, text) => {
    const one = result === 'missing' ? missing(incident) : done(incident, result);
    expect(verdict('success', one)).toBe(`${sign} ${on} ${text}`);
  });

  test('claims no length of time if the start is unknown', () => {
    expect(verdict('success', done({ ...window, startAt: undefined, endAt: undefined }, 'ended'))).toBe(
      `✅ ${on} maintenance ended`,
    );
  });

  test('does not say that a window was ended which ended by itself', () => {
    expect(verdict('success', done({ ...window, endAt: at('14:05') }, 'already-over'))).toBe(
      `ℹ️ ${on} maintenance ended by itself at 14:05 UTC`,
    );
    expect(verdict('asked', done({ ...window, endAt: at('14:05') }, 'already-over'))).toBe(
      `ℹ️ ${on} maintenance had already ended at 14:05 UTC`,
    );
  });

  test('says first what is left on the page', () => {
    expect(verdict('failure', ended, done(window, 'kept'), raised)).toBe(
      `⚠️ ${on} still under maintenance until 14:32 UTC`,
    );
    expect(verdict('undone', done(incident, 'left'))).toBe(`🔴 ${on} incident open`);
    expect(verdict('success', ended, failed(incident, apiError('server')))).toBe(`🔴 ${on} incident open`);
    expect(verdict('asked', failed({ ...window, endAt: undefined }, apiError('server')))).toBe(
      `⚠️ ${on} still under maintenance`,
    );
    expect(verdict('failure', done(ahead, 'kept'))).toBe(
      `⚠️ ${on} maintenance still announced for 22:00–22:30 UTC (30 min)`,
    );
    expect(verdict('success', failed(unconfirmed(window), apiError('server')))).toBe(
      `⚠️ ${on} maybe still under maintenance until 14:32 UTC`,
    );
  });

  test.each([
    ['was never opened', { ...unconfirmed(window), stage: 'missed' as const }, apiError('server')],
    ['ended by itself', { ...window, endAt: now }, apiError('server')],
    [
      'the server does not know',
      window,
      apiError('not-found', { call: { method: 'PATCH', path: '/maintenances/42', scope: undefined, body: {} } }),
    ],
  ])('does not claim that a notice is on the page that %s', (_, record, error) => {
    expect(verdict('failure', failed(record, error))).toBe(`⚠️ ${on} not everything could be ended`);
  });

  test('says which incident could not be opened or resolved', () => {
    const missed = { ...unconfirmed(window), stage: 'missed' as const };
    expect(verdict('failure', failed(missed, apiError('server'), 'opening-incident'))).toBe(
      `⚠️ ${on} the incident of the failure could not be opened`,
    );
    expect(verdict('success', failed(missed, apiError('server'), 'recovering'))).toBe(
      `⚠️ ${on} the incident of an earlier failure could not be resolved`,
    );
  });

  test('adds what earlier runs left, and says so if there was nothing else', () => {
    const older = done({ ...window, id: '41', endAt: at('14:09') }, 'ended', 'superseding');
    expect(verdict('success', ended, older)).toBe(
      `✅ ${on} maintenance ended after 7 min; also ended what earlier runs left`,
    );
    expect(verdict('success', older)).toBe(`✅ ${on} ended what earlier runs left`);
  });

  test('says that an incident is open', () => {
    expect(verdict('failure', raised, ended)).toBe(`🔴 ${on} incident open`);
  });

  test('says if nothing was found', () => {
    expect(verdict('failure')).toBe('ℹ️ Nothing to end was found');
  });
});

describe('the heading of the summary of an opening that failed the step', () => {
  const verdict = (...undone: readonly Ended[]) => describeFailedOpeningVerdict(undone, now);

  test('says that nothing is left, if that is sure', () => {
    expect(verdict()).toBe('❌ No notice (the step failed)');
    expect(verdict(done(window, 'deleted', 'undoing'))).toBe('❌ <bdi>Acme</bdi>: no notice (the step failed)');
  });

  test('says what is left', () => {
    expect(verdict(done(window, 'deleted'), failed(window, apiError('reset'), 'undoing'))).toBe(
      '❌ <bdi>Acme</bdi>: still under maintenance until 14:32 UTC (the step failed, and the post step tries again)',
    );
    expect(verdict(done(incident, 'left', 'undoing'))).toBe('❌ <bdi>Acme</bdi>: incident open (the step failed)');
  });

  test('says that there may be one', () => {
    expect(verdict(done(unconfirmed(window), 'absent', 'undoing'))).toBe(
      '❌ <bdi>Acme</bdi>: maybe a notice, and the post step searches again (the step failed)',
    );
  });
});
