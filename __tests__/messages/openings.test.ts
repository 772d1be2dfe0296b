import { describe, expect, test } from '@jest/globals';
import { UncertainCreateError } from '../../src/deployment/create-once.ts';
import type { Opened } from '../../src/deployment/open.ts';
import { nameInWorkflow } from '../../src/inputs/flags.ts';
import { describeOpeningVerdict } from '../../src/messages/verdict.ts';
import { describeOpeningFailures, describeOpenings } from '../../src/operations/open/describe.ts';
import { apiError, at, beta, incident, incidentPlan, now, window, windowPlan } from './samples.ts';

const inWorkflow = { nameOf: nameInWorkflow };
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
        text: 'Opened the maintenance window "Maintenance in progress" (id 42) on Acme: 14:02–14:32 UTC (30 min). The post step ends it after a success.',
      },
    ]);
    expect(told(incidentPlan, [created(incident)])).toEqual([
      {
        level: 'info',
        text: 'Opened the incident "We look into it" (id 7) on Acme: investigating. The post step resolves it after a success.',
      },
    ]);
  });

  test('says of a shared notice that it stays', () => {
    expect(told(shared, [created(window)])[0]?.text).toMatch(/\. It stays until resolve ends it\.$/);
  });

  test('tells that subscribers are mailed', () => {
    expect(told(windowPlan, [created({ ...window, mailed: true })])[0]?.text).toMatch(
      /\(30 min\); subscribers get mail\. The post step/,
    );
  });

  test('says of a notice that was open before whether it was reused or taken over', () => {
    expect(told(windowPlan, [{ ...created(window), way: 'adopted' }])[0]?.text).toMatch(/^Reusing the maintenance/);
    expect(told(windowPlan, [{ ...created(window), way: 'taken-over' }])[0]?.text).toMatch(
      /^Took over the maintenance/,
    );
  });

  test('has a line for each page, and none for what was not opened or only rehearsed', () => {
    const other = { ...window, page: beta, id: '43' };
    expect(told(windowPlan, [created(window), missed, created(other), created(pending('not-sent'))])).toHaveLength(2);
  });

  test('says how a notice was opened even if its times could not be set', () => {
    const known = (created: boolean) =>
      told(windowPlan, [{ record: { ...window, created }, way: undefined, error: apiError('reset') }]);
    expect(known(true)[0]?.text).toMatch(/^Opened the/);
    expect(known(false)[0]?.text).toMatch(/^Reusing the/);
  });

  test('describes a window without times, an incident without a state, and a page with only an id', () => {
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

  test('are named once for all the pages that they affect', () => {
    const opened = [
      failed(window, apiError('timeout')),
      created({ ...window, page: { id: 'p3', name: 'Gamma' } }),
      failed({ ...window, page: beta }, apiError('timeout')),
      failed({ ...window, page: { id: 'p4' } }, apiError('forbidden', { status: 403 })),
    ];
    expect(describeOpeningFailures(windowPlan, opened, inWorkflow).map(({ text }) => text)).toEqual([
      expect.stringMatching(
        /^Could not open the maintenance window on Acme and Beta: statuspage\.me did not answer in time/,
      ),
      expect.stringMatching(
        /^Could not open the maintenance window on p4: StatusPage\.me refused it .* does not have the scope/,
      ),
    ]);
  });

  test('name the kind, and the pages that the key sees', () => {
    const error = apiError('not-found', { status: 404 });
    expect(
      describeOpeningFailures(incidentPlan, [failed(incident, error)], { ...inWorkflow, visible: [beta] }).map(
        ({ text }) => text,
      ),
    ).toEqual([
      expect.stringMatching(
        /^Could not open the incident on Acme: the status page Acme does not exist.+This key sees "Beta"/,
      ),
    ]);
  });

  test('after the record was made can only be about its times', () => {
    const opened = [
      { record: window, way: undefined, error: apiError('timeout') },
      failed(window, apiError('timeout')),
    ];
    expect(describeOpeningFailures(windowPlan, opened, inWorkflow).map(({ text }) => text.split(': ')[0])).toEqual([
      'Could not set the times of the maintenance window on Acme',
      'Could not open the maintenance window on Acme',
    ]);
  });

  test('are none if everything succeeded', () => {
    expect(describeOpeningFailures(windowPlan, [created(window)], inWorkflow)).toEqual([]);
  });
});

describe('the heading of the summary of an opening', () => {
  const verdict = (...opened: readonly Opened[]) => describeOpeningVerdict(opened, now);

  test('says until when a window shows', () => {
    expect(verdict(created(window))).toBe('🔧 <bdi>Acme</bdi>: under maintenance until 14:32 UTC');
    expect(verdict(created({ ...window, endAt: undefined }))).toBe('🔧 <bdi>Acme</bdi>: under maintenance');
  });

  test('does without a name that is not known, and counts more than three', () => {
    expect(verdict(created({ ...window, page: { id: 'p4' } }))).toBe('🔧 Under maintenance until 14:32 UTC');
    const pages = ['A', 'B', 'C', 'D'].map((name) => created({ ...window, page: { id: name, name } }));
    expect(verdict(...pages)).toBe('🔧 4 pages: under maintenance until 14:32 UTC');
    expect(verdict(...pages.slice(0, 2))).toBe('🔧 <bdi>A</bdi> and <bdi>B</bdi>: under maintenance until 14:32 UTC');
  });

  test('says what is only announced', () => {
    expect(verdict(created({ ...window, startAt: at('22:00'), endAt: at('22:30') }))).toBe(
      '📅 <bdi>Acme</bdi>: maintenance announced for 22:00–22:30 UTC (30 min)',
    );
  });

  test('says that an incident is open', () => {
    expect(verdict(created(incident))).toBe('🔴 <bdi>Acme</bdi>: incident open (investigating)');
  });

  test('names the pages that have no notice', () => {
    const other = { ...missed, record: { ...missed.record, page: beta } };
    expect(verdict(other, created(window))).toBe(
      '🔧 <bdi>Acme</bdi>: under maintenance until 14:32 UTC (no notice on <bdi>Beta</bdi>)',
    );
    expect(verdict({ ...missed, record: { ...missed.record, page: { id: 'p4' } } }, created(window))).toMatch(
      / \(no notice on the other pages\)$/,
    );
  });

  test.each([
    [apiError('timeout'), 'StatusPage.me did not answer'],
    [apiError('refused'), 'StatusPage.me could not be reached'],
    [apiError('server', { status: 502 }), 'StatusPage.me answered 502'],
    [new UncertainCreateError('maintenance', 'r1', apiError('timeout'), 'unclear'), 'StatusPage.me did not answer'],
    [new TypeError('m'), 'it could not be opened'],
    [undefined, 'it could not be opened'],
  ])('says that there is none at all, and why: %p', (error, why) => {
    expect(verdict({ ...missed, error: undefined }, { ...missed, error })).toBe(
      `⚠️ <bdi>Acme</bdi>: no notice, ${why} (the deployment continued)`,
    );
  });

  test('says that there may be one if that is not known', () => {
    const lost: Opened = { ...missed, record: pending('opening') };
    expect(verdict(missed, lost)).toBe(
      '⚠️ <bdi>Acme</bdi>: maybe no notice, StatusPage.me did not answer (the deployment continued)',
    );
  });
});
