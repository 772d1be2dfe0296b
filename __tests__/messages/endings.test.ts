import { describe, expect, test } from '@jest/globals';
import type { Ended, EndedDone, Phase, Result } from '../../src/deployment/end-record.ts';
import { UserError } from '../../src/domain/errors.ts';
import type { DescribeContext } from '../../src/messages/ending.ts';
import { describeEndings as describeMessages } from '../../src/messages/ending.ts';
import { textOf } from '../../src/messages/message.ts';
import { describeEndingVerdict, describeFailedOpeningVerdict } from '../../src/messages/verdict.ts';
import { apiError, apiUrl, at, beta, incident, now, window } from './samples.ts';

const success: DescribeContext = { why: 'success', isFatal: () => false, now, commands: { host: 'runner', apiUrl } };
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
const gone = (record: Ended['record']): Ended => ({
  record,
  phase: 'ending',
  result: 'gone',
  error: apiError('not-found'),
});
/** The incident of a failure on the page of the window. */
const raised: EndedDone = {
  ...done({ ...incident, id: '9' }, 'incident-opened', 'opening-incident'),
  said: 'We look into it.',
};

/** The messages as the log shows them. */
const describeEndings = (ended: readonly Ended[], context: DescribeContext) =>
  describeMessages(ended, context).map((message) => ({ level: message.level, text: textOf(message) }));
/** A record whose creation was never confirmed. */
const unconfirmed = ({ id: _, ...known }: typeof window) => ({ ...known, stage: 'opening' }) as const;

const key = '-H "Authorization: Bearer $STATUSPAGE_ME_API_KEY"';
const json = "-H 'Content-Type: application/json'";
const endWindow = (id = '42') =>
  `curl -X PATCH '${apiUrl}/maintenances/${id}' ${key} ${json} -d '{"end_at":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'"}'`;
const deleteWindow = `curl -X DELETE '${apiUrl}/maintenances/42' ${key}`;
const resolveIncident = (id: string) =>
  `curl -X POST '${apiUrl}/incidents/${id}/updates' ${key} ${json} -d '{"incident_state_id":"4","message":"Resolved."}'`;
const openIncident = `curl -X POST '${apiUrl}/incidents' ${key} ${json} -d '{"status_page_id":"p1","title":"An update did not complete","message":"We are looking into it."}'`;

const theWindow = 'the maintenance window "Maintenance in progress" (id 42) on Acme';
const theIncident = 'the incident "We look into it" (id 7) on Acme';
const ahead = { ...window, startAt: at('22:00'), endAt: at('22:30') };

describe('an ending is told in one line of the log', () => {
  test.each([
    [done({ ...window, endAt: now }, 'ended'), success, `Ended ${theWindow} at 14:09 UTC.`],
    [done({ ...window, endAt: undefined }, 'ended'), success, `Ended ${theWindow} at 14:09 UTC.`],
    [done(incident, 'resolved'), success, `Resolved ${theIncident}.`],
    [done(window, 'deleted'), success, `Deleted ${theWindow}: it had not begun.`],
    [done(window, 'deleted', 'undoing'), taken, `Deleted ${theWindow}: nothing was deployed.`],
    [done(incident, 'already-resolved'), success, `Nothing to do for ${theIncident}: it is resolved already.`],
    [gone(window), success, `Nothing to do for ${theWindow}: it is not there any more, or this key does not see it.`],
    [
      done(unconfirmed(window), 'absent'),
      success,
      'Nothing to take down: the maintenance window "Maintenance in progress" on Acme was not found. Should it appear later, it ends by itself.',
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
        text:
          `The deployment failed — ${theWindow} stays until 14:32 UTC — End it earlier:\n  ${endWindow()}\n` +
          `To tell visitors more, open an incident:\n  ${openIncident}`,
      },
    ]);
  });

  test.each([
    ['failure', 'The deployment failed'],
    ['cancelled', 'The deployment was cancelled, or ran out of time'],
    ['skipped', 'The deployment was skipped'],
    ['success', 'The deployment succeeded'],
    ['undone', 'The deployment did not begin'],
    ['asked', 'The deployment ended'],
    ['unknown', 'The deployment ended'],
  ] as const)('after %s says so', (why, words) => {
    expect(describeEndings([done(window, 'kept')], { ...success, why })[0]?.text).toMatch(`${words} — the`);
  });

  test('stays until its announced end where that is not known', () => {
    const record = { ...window, endAt: undefined, page: undefined };
    const text = describeEndings([done(record, 'kept')], failure)[0]?.text;
    expect(text).toContain('stays until its announced end — End it earlier:\n');
    expect(text).not.toContain('open an incident');
  });

  test('is deleted rather than ended where it has not begun', () => {
    expect(describeEndings([done(ahead, 'kept')], failure)[0]?.text).toContain(`End it earlier:\n  ${deleteWindow}\n`);
    expect(describeEndings([done({ ...window, startAt: undefined }, 'kept')], failure)[0]?.text).toContain(endWindow());
  });

  test('stays open where it is an incident', () => {
    expect(describeEndings([done(incident, 'kept', 'keeping')], failure)).toEqual([
      {
        level: 'warning',
        text:
          `The deployment failed — ${theIncident} stays open, with an entry that says so — ` +
          `When all is well, resolve it:\n  ${resolveIncident('7')}`,
      },
    ]);
  });
});

describe('a record that was there before this attempt', () => {
  test('is left, which is a warning with the command that ends it', () => {
    expect(describeEndings([done(window, 'left', 'undoing')], taken)).toEqual([
      {
        level: 'warning',
        text: `Leaving ${theWindow} — it was open before, and stays — If it is not wanted any more:\n  ${endWindow()}`,
      },
    ]);
  });

  test('and may not be there at all is to be looked for', () => {
    expect(describeEndings([done(unconfirmed(window), 'left', 'undoing')], taken)[0]?.text).toBe(
      'Leaving the maintenance window "Maintenance in progress" on Acme — ' +
        'what an earlier attempt has left on the page was not touched — Look at the page.',
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
            `Ending the notice — ${theWindow} was over at 14:02 UTC by its own clock, 7m before the deployment ended — ` +
            'Set `duration` to 1h10m or more.',
        },
      ]);
    },
  );

  test.each(['undone', 'asked'] as const)('is no more than a line where it is %s', (why) => {
    expect(describeEndings([over], { ...success, why })).toEqual([
      { level: 'info', text: `Nothing to do: ${theWindow} was over at 14:02 UTC.` },
    ]);
  });

  test('is told without a figure where its start is not known', () => {
    const record = { ...over.record, startAt: undefined };
    expect(describeEndings([{ ...over, record }], success)[0]?.text).toMatch(/ — Set a longer `duration`\.$/);
  });

  test('is over now where its end is not known', () => {
    const record = { ...over.record, endAt: undefined };
    expect(describeEndings([{ ...over, record }], success)[0]?.text).toContain(
      'was over at 14:09 UTC by its own clock, 0s',
    );
  });
});

describe('a record that could not be ended', () => {
  const error = apiError('timeout', { waitedMs: 10_000 });
  const happened =
    'statuspage.me did not answer in time, after 10 s — Nothing in the workflow has to be changed. Try again later.';
  const restOfWindow = `T${theWindow.slice(1)} ends by itself at 14:32 UTC. The page: https://acme.statuspage.me. By hand:\n  ${endWindow()}`;

  test('is a warning with the page, when it ends by itself, and the command that ends it by hand', () => {
    expect(describeEndings([failed(window, error)], success)).toEqual([
      { level: 'warning', text: `Ending ${theWindow} — ${happened}\n${restOfWindow}` },
    ]);
  });

  test('is an incident that stays open, and an error where that was asked for', () => {
    const context = { ...success, isFatal: ({ record }: Ended) => record === incident };
    expect(describeEndings([failed(incident, error)], context)).toEqual([
      {
        level: 'error',
        text:
          `Resolving ${theIncident} — ${happened}\nT${theIncident.slice(1)} stays open until somebody resolves it. ` +
          `The page: https://acme.statuspage.me. By hand:\n  ${resolveIncident('7')}`,
      },
    ]);
  });

  test.each([
    ['ending', window, `Ending ${theWindow}`],
    ['ending', incident, `Resolving ${theIncident}`],
    ['keeping', incident, `Adding an entry to ${theIncident}`],
    ['undoing', window, `Taking back ${theWindow}`],
    ['opening-incident', window, 'Opening the incident of the failure on Acme'],
  ] as const)('is told by what was being done: %s', (doing, record, words) => {
    expect(describeEndings([failed(record, error, doing)], failure)[0]?.text).toMatch(
      `${words} — statuspage.me did not`,
    );
  });

  test('is told together with all that failed for the same reason', () => {
    const other = { ...window, id: '43', page: beta };
    const messages = describeEndings(
      [failed(window, error), done(incident, 'resolved'), failed(other, error), failed(ahead, apiError('reset'))],
      { ...success, isFatal: ({ record }) => record === other },
    );
    expect(messages).toEqual([
      { level: 'info', text: `Resolved ${theIncident}.` },
      {
        level: 'error',
        text:
          `Ending ${theWindow} and the maintenance window "Maintenance in progress" (id 43) on Beta — ${happened}\n` +
          `${restOfWindow}\nThe maintenance window "Maintenance in progress" (id 43) on Beta ends by itself at 14:32 UTC. ` +
          `By hand:\n  ${endWindow('43')}`,
      },
      { level: 'warning', text: expect.stringMatching(/^Ending .+ closed the connection .+ at 22:30 UTC\./s) },
    ]);
  });

  test('is told with what is known of it', () => {
    const record = { ...unconfirmed(window), endAt: undefined, page: { id: 'p1' } };
    expect(describeEndings([failed(record, error)], success)[0]?.text).toBe(
      `Ending the maintenance window "Maintenance in progress" on p1 — ${happened}\n` +
        'The maintenance window "Maintenance in progress" on p1, if it is there, ends by itself.',
    );
  });

  test('because of a wrong input is told with that, in lines of their own', () => {
    const wrong = new UserError('Reading the inputs — one is wrong — Correct it:\nduration: wrong');
    expect(describeEndings([failed(window, wrong)], success)[0]?.text).toBe(
      `Reading the inputs — one is wrong — Correct it:\nduration: wrong\n${restOfWindow}`,
    );
  });

  test('is not told to be on the page where main never opened it', () => {
    const missed = { ...unconfirmed(window), stage: 'missed' } as const;
    expect(describeEndings([failed(missed, error, 'opening-incident')], failure)).toEqual([
      { level: 'warning', text: `Opening the incident of the failure on Acme — ${happened}` },
    ]);
  });

  test('is told with its page where the key does not see it', () => {
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
  const todo = `When all is well, resolve it:\n  ${resolveIncident('9')}`;
  const earlier = { ...raised, record: { ...raised.record, created: false } };
  const untouched: Ended = done({ ...raised.record, created: false }, 'incident-opened', 'opening-incident');

  test.each([
    [raised, `an incident (id 9) was opened on Acme — ${todo}`],
    [earlier, `the incident of an earlier failure (id 9) on Acme got an entry — ${todo}`],
    [untouched, `people are at work on the incident of an earlier failure (id 9) on Acme; it was left alone — ${todo}`],
  ])('is a warning with the command that resolves it: %#', (ended, text) => {
    expect(describeEndings([ended], failure)).toEqual([{ level: 'warning', text: `The deployment failed — ${text}` }]);
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
    expect(message?.text).toContain('an incident (id 9 # #[error]) was opened on A ::error::b — ');
    expect(other?.text).toContain('an incident (id ) was opened on Acme');
  });
});

describe('the first line of the summary of an ending', () => {
  const verdict = (why: DescribeContext['why'], ...ended: readonly Ended[]) =>
    describeEndingVerdict(ended, { ...success, why });
  const ended = done({ ...window, endAt: at('14:09') }, 'ended');
  const how = 'How to end it stands in the annotation of this step.';

  test.each([
    ['success', 'On the page 14:02–14:09 UTC (7 min). Deployment succeeded.'],
    ['failure', 'On the page 14:02–14:09 UTC (7 min). Deployment failed.'],
    ['cancelled', 'On the page 14:02–14:09 UTC (7 min). Deployment was cancelled.'],
    ['skipped', 'On the page 14:02–14:09 UTC (7 min). Deployment was skipped.'],
    ['undone', 'On the page 14:02–14:09 UTC (7 min). Nothing was deployed.'],
    ['asked', 'On the page 14:02–14:09 UTC (7 min).'],
    ['unknown', 'On the page 14:02–14:09 UTC (7 min).'],
  ] as const)('after %s tells how long it was on the page, and why it is not any more', (why, text) => {
    expect(verdict(why, ended)).toBe(text);
  });

  test('tells how long an incident was open', () => {
    expect(verdict('success', done(incident, 'resolved'))).toBe(
      'On the page 14:02–14:09 UTC (7 min). Deployment succeeded.',
    );
  });

  test('tells of what was on the page before what was not', () => {
    expect(verdict('success', done(incident, 'absent'), ended)).toMatch(/^On the page 14:02–14:09 UTC/);
    expect(verdict('success', gone(window), done(incident, 'resolved'))).toMatch(/^On the page 14:02–14:09 UTC/);
  });

  test.each([
    ['deleted', 'Removed from the page.'],
    ['absent', 'Nothing was found on the page.'],
    ['gone', 'Off the page: it was not there any more.'],
    ['already-resolved', 'Off the page: it was resolved before.'],
  ] as const)('claims no stretch of time for what is %s', (result, text) => {
    const one = result === 'gone' ? gone(incident) : done(incident, result);
    expect(verdict('success', one)).toBe(`${text} Deployment succeeded.`);
  });

  test('claims no stretch of time where the record does not tell', () => {
    expect(verdict('success', done({ ...window, startAt: undefined }, 'ended'))).toBe(
      'Off the page. Deployment succeeded.',
    );
    expect(verdict('success', done({ ...window, endAt: undefined }, 'ended'))).toBe(
      'Off the page. Deployment succeeded.',
    );
  });

  test('tells before everything else what is left on the page', () => {
    expect(verdict('failure', ended, done(window, 'kept'), raised)).toBe(
      `STILL ON THE PAGE until 14:32 UTC. Deployment failed. ${how}`,
    );
    expect(verdict('undone', done(incident, 'left'))).toBe(
      `STILL ON THE PAGE until somebody resolves it. Nothing was deployed. ${how}`,
    );
    expect(verdict('success', ended, failed(incident, apiError('server')))).toBe(
      `STILL ON THE PAGE until somebody resolves it. Deployment succeeded. ${how}`,
    );
    expect(verdict('asked', failed({ ...window, endAt: undefined }, apiError('server')))).toBe(
      `STILL ON THE PAGE. ${how}`,
    );
  });

  test.each([
    ['was never opened', { ...unconfirmed(window), stage: 'missed' as const }, apiError('server')],
    ['is over by itself', { ...window, endAt: now }, apiError('server')],
    [
      'the server does not know',
      window,
      apiError('not-found', { call: { method: 'PATCH', path: '/maintenances/42', scope: undefined, body: {} } }),
    ],
  ])('does not claim that a record is on the page that %s', (_, record, error) => {
    expect(verdict('failure', failed(record, error))).toBe(
      'NOT ALL WAS DONE. Deployment failed. What is missing stands in the annotation of this step.',
    );
  });

  test('takes what was not there any more for done, whatever the server said', () => {
    expect(verdict('success', gone(window))).toBe('Off the page: it was not there any more. Deployment succeeded.');
  });

  test('tells that an incident is open', () => {
    expect(verdict('failure', raised, ended)).toBe(
      'AN INCIDENT IS OPEN on the page. Deployment failed. It stays until somebody resolves it.',
    );
  });

  test('tells where nothing was', () => {
    expect(verdict('failure')).toBe('Nothing to end was found. Deployment failed.');
    expect(verdict('asked')).toBe('Nothing to end was found.');
  });
});

describe('the first line of the summary of an opening that failed the step', () => {
  const verdict = (...undone: readonly Ended[]) => describeFailedOpeningVerdict(undone, now);

  test('tells that nothing is left, where that is sure', () => {
    expect(verdict()).toBe('The step failed and left no notice on the page.');
    expect(verdict(done(window, 'deleted', 'undoing'))).toBe('The step failed and left no notice on the page.');
  });

  test('tells what is left', () => {
    const how = 'How to end it stands in the annotation of this step.';
    expect(verdict(done(window, 'deleted'), failed(window, apiError('reset'), 'undoing'))).toBe(
      `STILL ON THE PAGE until 14:32 UTC. The step failed. ${how}`,
    );
    expect(verdict(done(incident, 'left', 'undoing'))).toBe(
      `STILL ON THE PAGE until somebody resolves it. The step failed. ${how}`,
    );
  });

  test('tells that there may be one', () => {
    expect(verdict(done(unconfirmed(window), 'absent', 'undoing'))).toBe(
      'There may be a notice on the page: the step failed, and the post step looks for it again.',
    );
  });
});
