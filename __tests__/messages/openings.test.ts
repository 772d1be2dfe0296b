import { describe, expect, test } from '@jest/globals';
import { UncertainCreateError } from '../../src/deployment/create-once.ts';
import type { Opened } from '../../src/deployment/open.ts';
import { describeOpeningVerdict } from '../../src/messages/verdict.ts';
import { describeOpeningFailures, describeOpenings } from '../../src/operations/open/describe.ts';
import { apiError, at, beta, incident, incidentPlan, now, window, windowPlan } from './samples.ts';

const created = (record: Opened['record']): Opened => ({ record, way: 'created', error: undefined });
/** A record whose id is not known. */
const pending = (stage: 'missed' | 'opening' | 'not-sent'): Opened['record'] => {
  const { id: _, ...known } = window;
  return { ...known, stage };
};
const missed: Opened = {
  record: pending('missed'),
  way: undefined,
  error: apiError('timeout'),
};
const shared = { ...windowPlan, own: false };

describe('the log of an opening', () => {
  const told = (...[plan, opened]: [Parameters<typeof describeOpenings>[0], readonly Opened[]]) =>
    describeOpenings(plan, opened, 'The post step', now);

  test('tells what was opened, how long it shows and who ends it', () => {
    expect(told(windowPlan, [created(window)])).toEqual([
      {
        level: 'info',
        text: 'Opened the maintenance window "Maintenance in progress" (id 42) on Acme: 14:02–14:32 UTC (30 min). The post step ends it.',
      },
    ]);
    expect(told(incidentPlan, [created(incident)])).toEqual([
      {
        level: 'info',
        text: 'Opened the incident "We look into it" (id 7) on Acme: investigating. The post step resolves it.',
      },
    ]);
  });

  test('tells of what is shared that it stays', () => {
    expect(told(shared, [created(window)])[0]?.text).toMatch(/\. It stays until `resolve` ends it\.$/);
  });

  test('tells that subscribers are mailed', () => {
    expect(told(windowPlan, [created({ ...window, mailed: true })])[0]?.text).toMatch(
      /\(30 min\); subscribers are mailed\. The post step/,
    );
  });

  test('tells of what was there before how it came to be ours', () => {
    expect(told(windowPlan, [{ ...created(window), way: 'adopted' }])[0]?.text).toMatch(
      /^Went on with the maintenance/,
    );
    expect(told(windowPlan, [{ ...created(window), way: 'taken-over' }])[0]?.text).toMatch(
      /^Took over the maintenance/,
    );
  });

  test('has a line for each page, and none for what was not opened or only rehearsed', () => {
    const other = { ...window, page: beta, id: '43' };
    expect(told(windowPlan, [created(window), missed, created(other), created(pending('not-sent'))])).toHaveLength(2);
  });

  test('tells of a record whose times could not be set how it came to be ours all the same', () => {
    const known = (created: boolean) =>
      told(windowPlan, [{ record: { ...window, created }, way: undefined, error: apiError('reset') }]);
    expect(known(true)[0]?.text).toMatch(/^Opened the/);
    expect(known(false)[0]?.text).toMatch(/^Went on with the/);
  });

  test('tells of a window without times, of an incident without a state, and of a page that has nothing but an id', () => {
    expect(told(windowPlan, [created({ ...window, endAt: undefined, page: { id: 'p9' } })])[0]?.text).toContain(
      '(id 42) on p9: times unknown.',
    );
    expect(told(incidentPlan, [created({ ...incident, state: undefined })])[0]?.text).toContain('on Acme: open.');
  });

  test('lets nothing of a title, a page or a state be a command', () => {
    const evil = {
      ...incident,
      title: 'a\n::error::b',
      page: { id: 'p', name: 'c##[error]d' },
      state: '\r##[error]**e**',
    };
    const [line] = told(incidentPlan, [created(evil)]);
    expect(line?.text).toContain('the incident "a ::error::b" (id 7) on c# #[error]d: error e.');
    expect(told(incidentPlan, [created({ ...incident, state: '<>' })])[0]?.text).toContain('on Acme: open.');
  });
});

describe('the failures of an opening', () => {
  const failed = (record: Opened['record'], error: unknown): Opened => ({
    record: { ...record, stage: 'gone', id: undefined },
    way: undefined,
    error,
  });

  test('are told once for all the pages that they struck', () => {
    const opened = [
      failed(window, apiError('timeout')),
      created({ ...window, page: { id: 'p3', name: 'Gamma' } }),
      failed({ ...window, page: beta }, apiError('timeout')),
      failed({ ...window, page: { id: 'p4' } }, apiError('forbidden', { status: 403 })),
    ];
    expect(describeOpeningFailures(windowPlan, opened, undefined)).toEqual([
      expect.stringMatching(/^Opening the maintenance window on Acme and Beta — statuspage\.me did not answer in time/),
      expect.stringMatching(
        /^Opening the maintenance window on p4 — StatusPage\.me refused it .* does not have the scope/,
      ),
    ]);
  });

  test('name the kind, and the pages that the key sees', () => {
    const error = apiError('not-found', { status: 404 });
    expect(describeOpeningFailures(incidentPlan, [failed(incident, error)], [beta])).toEqual([
      expect.stringMatching(
        /^Opening the incident on Acme — the status page Acme does not exist.+This key sees "Beta"/,
      ),
    ]);
  });

  test('after the record was made can only be about its times', () => {
    const opened = [
      { record: window, way: undefined, error: apiError('timeout') },
      failed(window, apiError('timeout')),
    ];
    expect(describeOpeningFailures(windowPlan, opened, undefined).map((text) => text.split(' — ')[0])).toEqual([
      'Setting the times of the maintenance window on Acme',
      'Opening the maintenance window on Acme',
    ]);
  });

  test('are none where all went well', () => {
    expect(describeOpeningFailures(windowPlan, [created(window)], undefined)).toEqual([]);
  });
});

describe('the first line of the summary of an opening', () => {
  const verdict = (plan: Parameters<typeof describeOpeningVerdict>[0], ...opened: readonly Opened[]) =>
    describeOpeningVerdict(plan, opened, now);

  test('tells until when a window shows, and who takes it down', () => {
    expect(verdict(windowPlan, created(window))).toBe(
      'On the page until 14:32 UTC at the latest. The post step takes it down.',
    );
    expect(verdict(shared, created(window))).toBe(
      'On the page until 14:32 UTC at the latest. It stays until `resolve` takes it down.',
    );
    expect(verdict(windowPlan, created({ ...window, endAt: undefined }))).toBe(
      'On the page. The post step takes it down.',
    );
  });

  test('tells what is only announced', () => {
    expect(verdict(shared, created({ ...window, startAt: at('22:00'), endAt: at('22:30') }))).toBe(
      'Announced on the page: 22:00–22:30 UTC (30 min). It stays until `resolve` takes it down.',
    );
  });

  test('tells that an incident is open', () => {
    expect(verdict(incidentPlan, created(incident))).toBe(
      'On the page: an open incident (investigating). The post step takes it down.',
    );
  });

  test('tells how many pages have no notice', () => {
    expect(verdict(windowPlan, missed, created(window), missed)).toBe(
      'On the page until 14:32 UTC at the latest. The post step takes it down. On 2 of 3 pages there is no notice.',
    );
    expect(verdict(incidentPlan, missed, created(incident))).toMatch(/ On 1 of 2 pages there is no notice\.$/);
    expect(verdict(shared, missed, created({ ...window, startAt: at('22:00') }))).toMatch(/ On 1 of 2 pages/);
  });

  test.each([
    [apiError('timeout'), 'StatusPage.me did not answer'],
    [apiError('refused'), 'StatusPage.me could not be reached'],
    [apiError('server', { status: 502 }), 'StatusPage.me answered 502'],
    [new UncertainCreateError('maintenance', 'r1', apiError('timeout'), 'unclear'), 'StatusPage.me did not answer'],
    [new TypeError('m'), 'it could not be opened'],
    [undefined, 'it could not be opened'],
  ])('tells that there is none at all, and why: %p', (error, why) => {
    expect(verdict(windowPlan, { ...missed, error: undefined }, { ...missed, error })).toBe(
      `No notice on the page: ${why}; the deployment goes on.`,
    );
  });

  test('tells that there may be one where nobody knows', () => {
    const lost: Opened = { ...missed, record: pending('opening') };
    expect(verdict(windowPlan, missed, lost)).toBe(
      'There may be a notice on the page, or none: StatusPage.me did not answer; the deployment goes on.',
    );
  });
});
