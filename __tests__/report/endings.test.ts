import { describe, expect, test } from '@jest/globals';
import { MayExistError } from '../../src/deployment/create.ts';
import type { Ended } from '../../src/deployment/end-record.ts';
import { UserError } from '../../src/domain/user-error.ts';
import { describeEnding, type EndingContext } from '../../src/report/ending.ts';
import { describeEndingVerdict, describeFailedOpeningVerdict } from '../../src/report/verdict.ts';
import { apiUrl, at, incident, now, trouble, window } from './samples.ts';

const success: EndingContext = { why: 'success', isFatal: () => false, now, apiUrl };
const failure: EndingContext = { ...success, why: 'failure' };

const endWindow =
  'curl -X PATCH \'https://statuspage.me/user/api/v1/maintenances/42\' -H "Authorization: Bearer $STATUSPAGE_ME_API_KEY" ' +
  "-H 'Content-Type: application/json' -d '{\"end_at\":\"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'\"}'";
const resolveIncident = (id: string) =>
  `curl -X POST 'https://statuspage.me/user/api/v1/incidents/${id}/updates' -H "Authorization: Bearer $STATUSPAGE_ME_API_KEY" ` +
  `-H 'Content-Type: application/json' -d '{"incident_state_id":"4","message":"Resolved."}'`;
const openIncident =
  'curl -X POST \'https://statuspage.me/user/api/v1/incidents\' -H "Authorization: Bearer $STATUSPAGE_ME_API_KEY" ' +
  '-H \'Content-Type: application/json\' -d \'{"status_page_id":"p1","title":"An update did not complete"}\'';

const theWindow = 'the maintenance window "Maintenance in progress" (id 42) on Acme';
const theIncident = 'the incident "We look into it" (id 7) on Acme';
const taken: EndingContext = { ...success, why: 'taken-back' };

describe('an ending is told in one line of the log', () => {
  test.each([
    [{ record: { ...window, endAt: now }, did: 'ended' }, success, `Ended ${theWindow} at 14:09 UTC.`],
    [{ record: { ...window, endAt: undefined }, did: 'ended' }, success, `Ended ${theWindow} at 14:09 UTC.`],
    [{ record: incident, did: 'resolved' }, success, `Resolved ${theIncident}.`],
    [{ record: window, did: 'deleted' }, success, `Deleted ${theWindow}: it had not begun.`],
    [{ record: window, did: 'deleted' }, taken, `Deleted ${theWindow}: nothing was deployed.`],
    [
      { record: incident, did: 'already-resolved' },
      success,
      `Nothing to do for ${theIncident}: it is resolved already.`,
    ],
    [{ record: window, did: 'gone' }, success, `Nothing to do for ${theWindow}: somebody has deleted it.`],
    [
      { record: window, did: 'gone', error: trouble('not-found') },
      success,
      `Nothing to do for ${theWindow}: somebody has deleted it.`,
    ],
    [
      { record: { ...window, endAt: at('14:05') }, did: 'already-over' },
      taken,
      `Nothing to do: ${theWindow} was over at 14:05 UTC.`,
    ],
  ] as const)('%#', (ended: Ended, context, text) => {
    expect(describeEnding(ended, context)).toEqual([{ level: 'info', text }]);
  });

  test('that names what was never made', () => {
    expect(describeEnding({ record: { ...window, id: undefined }, did: 'absent' }, success)).toEqual([
      {
        level: 'info',
        text: 'Nothing to take down: the maintenance window "Maintenance in progress" on Acme was never made.',
      },
    ]);
  });

  test('that leaves out the title, the id and the page where they are not known', () => {
    const bare = { ...incident, title: '', id: 'none', page: { id: '' } };
    expect(describeEnding({ record: bare, did: 'resolved' }, success)[0]?.text).toBe('Resolved the incident.');
  });

  test('and there is none where nothing was done and nothing failed', () => {
    expect(describeEnding({ record: window }, success)).toEqual([]);
  });
});

describe('a record that is kept', () => {
  test('is a warning with the time, and the commands that end it or turn it into an incident', () => {
    expect(describeEnding({ record: window, did: 'kept' }, failure)).toEqual([
      {
        level: 'warning',
        text:
          `The deployment failed — ${theWindow} stays until 14:32 UTC — End it earlier: ${endWindow} ` +
          `To tell visitors more, open an incident: ${openIncident}`,
      },
    ]);
  });

  test.each([
    ['failure', 'The deployment failed'],
    ['cancelled', 'The deployment was cancelled, or its job ran out of time'],
    ['skipped', 'The deployment was skipped'],
    ['success', 'The deployment succeeded'],
    ['taken-back', 'The deployment did not begin'],
    ['asked', 'The deployment was to be ended'],
  ] as const)('after %s says so', (why, words) => {
    expect(describeEnding({ record: window, did: 'kept' }, { ...success, why })[0]?.text).toMatch(`${words} — the`);
  });

  test('stays until its announced end where that is not known', () => {
    const text = describeEnding({ record: { ...window, endAt: undefined, page: { id: '' } }, did: 'kept' }, failure)[0]
      ?.text;
    expect(text).toContain('stays until its announced end — End it earlier: ');
    expect(text).not.toContain('open an incident');
  });

  test('stays open where it is an incident', () => {
    expect(describeEnding({ record: incident, did: 'kept' }, failure)).toEqual([
      {
        level: 'warning',
        text:
          `The deployment failed — ${theIncident} stays open, with an entry that says so — ` +
          `When all is well, resolve it: ${resolveIncident('7')}`,
      },
    ]);
  });
});

describe('a window that its own clock ended before the deployment did', () => {
  const over: Ended = { record: { ...window, startAt: at('13:02'), endAt: at('14:02') }, did: 'already-over' };

  test.each(['success', 'failure', 'cancelled'] as const)(
    'is a warning with the gap and a duration, after %s',
    (why) => {
      expect(describeEnding(over, { ...success, why })).toEqual([
        {
          level: 'warning',
          text:
            `Ending the notice — ${theWindow} was over at 14:02 UTC by its own clock, 7m before the deployment ended — ` +
            'Set `duration` to 1h10m or more.',
        },
      ]);
    },
  );

  test.each(['taken-back', 'asked'] as const)('is no more than a line where it is %s', (why) => {
    expect(describeEnding(over, { ...success, why })).toEqual([
      { level: 'info', text: `Nothing to do: ${theWindow} was over at 14:02 UTC.` },
    ]);
  });

  test('is told without a figure where its start is not known', () => {
    const record = { ...over.record, startAt: undefined };
    expect(describeEnding({ ...over, record }, success)[0]?.text).toMatch(/ — Set a longer `duration`\.$/);
  });

  test('is over now where its end is not known', () => {
    const record = { ...over.record, endAt: undefined };
    expect(describeEnding({ ...over, record }, success)[0]?.text).toContain(
      'was over at 14:09 UTC by its own clock, 0s',
    );
  });
});

describe('a record that could not be ended', () => {
  const error = trouble('timeout', { waitedMs: 10_000 });
  const happened =
    'statuspage.me did not answer in time (after 10 s) — Nothing in the workflow has to be changed; try again later.';

  test('is a warning with the page, when it ends by itself, and the command that ends it by hand', () => {
    expect(describeEnding({ record: window, error }, success)).toEqual([
      {
        level: 'warning',
        text:
          `Ending ${theWindow} — ${happened} It ends by itself at 14:32 UTC. ` +
          `The page: https://acme.statuspage.me. By hand: ${endWindow}`,
      },
    ]);
  });

  test('is an incident that stays open, and an error where that was asked for', () => {
    expect(
      describeEnding({ record: incident, error }, { ...success, isFatal: ({ record }) => record === incident }),
    ).toEqual([
      {
        level: 'error',
        text:
          `Resolving ${theIncident} — ${happened} It stays open until somebody resolves it. ` +
          `The page: https://acme.statuspage.me. By hand: ${resolveIncident('7')}`,
      },
    ]);
  });

  test('is told with what is known of it', () => {
    const record = { ...window, id: undefined, endAt: undefined, page: { id: 'p1' } };
    expect(describeEnding({ record, error }, success)[0]?.text).toBe(
      `Ending the maintenance window "Maintenance in progress" on p1 — ${happened} It ends by itself.`,
    );
  });

  test('because of a wrong input is told with that, in lines of their own', () => {
    const wrong = new UserError('Reading the inputs — one is wrong — Correct it:\nduration: wrong');
    expect(describeEnding({ record: window, error: wrong }, success)[0]?.text).toBe(
      'Reading the inputs — one is wrong — Correct it:\nduration: wrong\n' +
        `T${theWindow.slice(1)} ends by itself at 14:32 UTC. The page: https://acme.statuspage.me. By hand: ${endWindow}`,
    );
  });

  test.each([
    ['the call', trouble('reset', { call: { method: 'POST', path: '/incidents', scope: undefined, body: {} } })],
    ['the creation', new MayExistError('incident', 'f01', trouble('reset'))],
  ])('because its incident could not be opened is told so, as %s tells', (_, thrown) => {
    expect(describeEnding({ record: window, error: thrown }, failure)[0]?.text).toMatch(
      /^Opening the incident of the failure on Acme — .+ The maintenance window "Maintenance in progress" \(id 42\) on Acme ends by itself at 14:32 UTC\./,
    );
  });

  test('because of a call to windows, or a creation of one, is told as an ending', () => {
    for (const thrown of [trouble('reset'), new MayExistError('maintenance', 'r1', trouble('reset'))])
      expect(describeEnding({ record: window, error: thrown }, failure)[0]?.text).toMatch(
        /^Ending the maintenance window/,
      );
  });

  test('is told alone where main never opened it: nothing is to be ended', () => {
    const missed = { ...window, id: undefined, stage: 'missed' } as const;
    const thrown = trouble('timeout', { call: { method: 'POST', path: '/incidents', scope: undefined, body: {} } });
    expect(describeEnding({ record: missed, error: thrown }, failure)).toEqual([
      {
        level: 'warning',
        text:
          'Opening the incident of the failure on Acme — statuspage.me did not answer in time (after 0 s) — ' +
          'Nothing in the workflow has to be changed; try again later.',
      },
    ]);
    expect(describeEnding({ record: missed, error: thrown }, { ...failure, isFatal: () => true })[0]?.level).toBe(
      'error',
    );
  });

  test('lets nothing of the outside be a command', () => {
    const page = { id: 'p1', name: 'A', url: 'https://x.example/\r##[error]\u202e' };
    expect(describeEnding({ record: { ...window, page }, error }, success)[0]?.text).toContain(
      'The page: https://x.example/ # #[error].',
    );
  });
});

describe('the incident of a failure', () => {
  const raised = (way: 'created' | 'entry' | 'in-hands'): Ended => ({
    record: window,
    did: 'ended',
    raised: { id: '9', way },
  });
  const todo = `When all is well, resolve it: ${resolveIncident('9')}`;

  test.each([
    ['created', `The deployment failed — an incident (id 9) was opened on Acme — ${todo}`],
    ['entry', `The deployment failed — the incident of an earlier failure (id 9) on Acme got an entry — ${todo}`],
    [
      'in-hands',
      `The deployment failed — people are at work on the incident of an earlier failure (id 9) on Acme; it was left alone — ${todo}`,
    ],
  ] as const)('that was %s is a warning before the end of the window', (way, text) => {
    expect(describeEnding(raised(way), failure)).toEqual([
      { level: 'warning', text },
      { level: 'info', text: `Ended ${theWindow} at 14:32 UTC.` },
    ]);
  });

  test('that was opened is told even where the window could not be ended then', () => {
    const levels = describeEnding(
      { record: window, raised: { id: '9', way: 'created' }, error: trouble('reset') },
      failure,
    );
    expect(levels.map(({ level, text }) => [level, text.split(' — ')[0]])).toEqual([
      ['warning', 'The deployment failed'],
      ['warning', `Ending ${theWindow}`],
    ]);
  });

  test('lets nothing of the outside be a command', () => {
    const record = { ...window, page: { id: 'p1', name: 'A\n::error::b' } };
    const [message] = describeEnding({ record, did: 'ended', raised: { id: '9\r##[error]', way: 'created' } }, failure);
    expect(message?.text).toContain('an incident (id 9 # #[error]) was opened on A ::error::b — ');
  });
});

describe('the first line of the summary of an ending', () => {
  const verdict = (why: EndingContext['why'], ...ended: readonly Ended[]) =>
    describeEndingVerdict(ended, { ...success, why });
  const ended: Ended = { record: { ...window, endAt: at('14:09') }, did: 'ended' };

  test.each([
    ['success', 'On the page 14:02–14:09 UTC (7 min). Deployment succeeded.'],
    ['failure', 'On the page 14:02–14:09 UTC (7 min). Deployment failed.'],
    ['cancelled', 'On the page 14:02–14:09 UTC (7 min). Deployment was cancelled.'],
    ['skipped', 'On the page 14:02–14:09 UTC (7 min). Deployment was skipped.'],
    ['taken-back', 'On the page 14:02–14:09 UTC (7 min). Nothing was deployed.'],
    ['asked', 'On the page 14:02–14:09 UTC (7 min).'],
  ] as const)('after %s tells how long it was on the page, and why it is not any more', (why, text) => {
    expect(verdict(why, ended)).toBe(text);
  });

  test('tells how long an incident was open', () => {
    expect(verdict('success', { record: incident, did: 'resolved' })).toBe(
      'On the page 14:02–14:09 UTC (7 min). Deployment succeeded.',
    );
  });

  test.each([
    ['deleted', 'Removed from the page.'],
    ['absent', 'Nothing was on the page.'],
    ['gone', 'Off the page: somebody had deleted it.'],
    ['already-resolved', 'Off the page: it was resolved before.'],
  ] as const)('claims no stretch of time for what is %s', (did, text) => {
    expect(verdict('success', { record: incident, did })).toBe(`${text} Deployment succeeded.`);
  });

  test('claims no stretch of time where the record does not tell', () => {
    expect(verdict('success', { record: { ...window, startAt: undefined }, did: 'ended' })).toBe(
      'Off the page. Deployment succeeded.',
    );
    expect(verdict('success', { record: { ...window, endAt: undefined }, did: 'ended' })).toBe(
      'Off the page. Deployment succeeded.',
    );
  });

  test('tells before everything else what is left on the page', () => {
    const how = 'How to end it stands in the annotation of this step.';
    expect(verdict('failure', ended, { record: window, did: 'kept' })).toBe(
      `STILL ON THE PAGE until 14:32 UTC. Deployment failed. ${how}`,
    );
    expect(verdict('success', ended, { record: incident, error: trouble('server') })).toBe(
      `STILL ON THE PAGE until somebody resolves it. Deployment succeeded. ${how}`,
    );
    expect(verdict('asked', { record: { ...window, endAt: undefined }, error: trouble('server') })).toBe(
      `STILL ON THE PAGE. ${how}`,
    );
  });

  test('tells that an incident is open', () => {
    expect(verdict('failure', ended, { ...ended, raised: { id: '9', way: 'created' } })).toBe(
      'AN INCIDENT IS OPEN on the page. Deployment failed. It stays until somebody resolves it.',
    );
  });

  test('tells where nothing was', () => {
    const missed = { ...window, id: undefined, stage: 'missed' } as const;
    expect(verdict('failure', { record: missed, error: trouble('server') })).toBe(
      'Nothing was on the page. Deployment failed.',
    );
    expect(verdict('failure')).toBe('Nothing was on the page. Deployment failed.');
    expect(verdict('asked')).toBe('Nothing was on the page.');
  });

  test('of a step that failed tells whether anything is left', () => {
    expect(describeFailedOpeningVerdict(0)).toBe('No notice on the page: the step failed.');
    expect(describeFailedOpeningVerdict(2)).toBe(
      'STILL ON THE PAGE: the step failed, and not everything could be taken back. The post step tries again.',
    );
  });
});
