import { describe, expect, test } from '@jest/globals';
import type { Deployment, DeploymentRecord } from '../../src/deployment/deployment.ts';
import { formatReference, isOwn } from '../../src/domain/deployment-reference.ts';
import type { Run } from '../../src/domain/run.ts';
import { later, minuteMs } from '../../src/domain/time.ts';
import type { OpenRequest } from '../../src/inputs/operations.ts';
import { readRequest } from '../../src/inputs/read-inputs.ts';
import { makePlan } from '../../src/operations/open/plan.ts';
import { acme, window as recorded, run } from '../messages/samples.ts';
import { giveInputs, type Inputs } from '../support/test-host.ts';
import { incident, window } from '../support/world.ts';

const now = new Date('2026-03-14T12:00:00.700Z');
const { step: _step, ...rest } = run;
const outside: Run = { ...rest, step: '', id: 'a1', attempt: undefined, job: '', workflow: '', outsideCi: true };

function plan(inputs: Inputs, more: Partial<Parameters<typeof makePlan>[1]> = {}) {
  const request = readRequest(giveInputs(inputs), now).request as OpenRequest;
  return makePlan(request, { pages: [acme], run: { ...run, attempt: 1 }, now, random: () => 0.5, ...more });
}

const remembering = (records: readonly DeploymentRecord[], identity?: string): Deployment => ({
  version: 2,
  stage: 'open',
  apiUrl: '',
  own: true,
  hasKey: true,
  identity,
  startedAt: later(now, -minuteMs),
  records: [...records],
});

describe('the plan of a window', () => {
  test('has the default titles, for now and for later', () => {
    expect(plan(window)).toMatchObject({
      kind: 'maintenance',
      title: 'Maintenance in progress',
      startAt: undefined,
      own: true,
    });
    expect(plan({ ...window, start: '+1h' })).toMatchObject({
      title: 'Scheduled maintenance',
      startAt: later(now, 60 * minuteMs),
      own: false,
    });
  });

  test('may open an incident only if its post step may', () => {
    const may = (inputs: Inputs) => plan({ ...window, ...inputs });
    expect(may({ 'on-failure': 'incident' })).toMatchObject({ mayOpenIncident: true });
    expect(may({ 'on-cancel': 'incident' })).toMatchObject({ mayOpenIncident: true });
    expect(may({})).toMatchObject({ mayOpenIncident: false });
  });

  test('has the reference of its step if it is its own, else that of its key, or one of its own', () => {
    const { identity, reference } = plan({ ...window, 'deployment-key': 'production' });
    expect(reference).toEqual(identity);
    const shared = plan({ ...window, 'deployment-key': 'production', 'auto-resolve': 'false' });
    expect(shared.reference && isOwn(shared.reference)).toBe(false);
    expect(shared.reference?.key).toBe(identity?.key);
    const alone = plan({ ...window, 'auto-resolve': 'false' });
    expect(alone.reference?.key).not.toBe(alone.identity?.key);
    const other = plan({ ...window, 'auto-resolve': 'false' }, { random: () => 0.25 });
    expect(other.reference?.key).not.toBe(alone.reference?.key);
    expect(plan({ ...window, marker: 'false' })).toMatchObject({ identity: undefined, reference: undefined });
  });
});

describe('the plan of an incident', () => {
  test('has its state and its component', () => {
    expect(plan({ ...incident, 'component-id': 'c1', state: 'monitoring' })).toMatchObject({
      kind: 'incident',
      state: '3',
      componentId: 'c1',
      own: true,
    });
  });

  test('has another owner than the window of the same step', () => {
    const owners = [plan({ ...incident, title: 'T' }), plan({ ...window, title: 'T' })].map(
      ({ identity }) => identity?.owner,
    );
    expect(new Set(owners).size).toBe(2);
  });
});

describe('a deployment that a file remembers', () => {
  const other: DeploymentRecord = { ...recorded, kind: 'incident', id: '7' };
  const opening: DeploymentRecord = { kind: 'maintenance', page: acme, stage: 'opening', created: true, mailed: false };
  const { page: _page, ...pageless } = recorded;

  test('leads to its open records of the same kind whose page is known', () => {
    const earlier = remembering([recorded, other, opening, pageless, { ...recorded, id: '43', created: false }]);
    const { remembered, mayBeRepeated } = plan(window, { earlier });
    expect(remembered).toEqual([
      { id: '42', pageId: 'p1', createdAt: earlier.startedAt },
      { id: '43', pageId: 'p1', createdAt: undefined },
    ]);
    expect(mayBeRepeated).toBe(true);
    expect(plan(incident, { earlier }).remembered).toEqual([{ id: '7', pageId: 'p1', createdAt: earlier.startedAt }]);
  });

  test('is nothing to repeat without such a record', () => {
    expect(plan(window, { earlier: remembering([other, opening]) })).toMatchObject({
      remembered: [],
      mayBeRepeated: false,
    });
    expect(plan(window)).toMatchObject({ remembered: [], mayBeRepeated: false });
  });

  test('is continued outside a CI, as a later attempt with the same title and as the next run with another', () => {
    const first = plan({ ...window, 'deployment-key': 'k' }, { run: outside });
    if (first.identity === undefined) throw new Error('There is no identity.');
    const earlier = remembering([], formatReference(first.identity));
    const nextRun = { ...outside, id: 'b2' };
    const same = plan({ ...window, 'deployment-key': 'k' }, { run: nextRun, earlier });
    expect(same).toMatchObject({
      mayBeRepeated: true,
      identity: { key: first.identity.key, run: first.identity.run, attempt: undefined },
    });
    const titled = plan({ ...window, 'deployment-key': 'k', title: 'Another' }, { run: nextRun, earlier });
    expect(titled.identity?.key).toBe(first.identity.key);
    expect(titled.identity?.run).not.toBe(first.identity.run);
  });

  test('counts for nothing in a CI, which says itself what is a later attempt', () => {
    const first = plan({ ...window, 'deployment-key': 'k' });
    if (first.identity === undefined) throw new Error('There is no identity.');
    const earlier = remembering([], formatReference(first.identity));
    const next = plan({ ...window, 'deployment-key': 'k' }, { run: { ...run, id: '77', attempt: 1 }, earlier });
    expect(next.identity?.run).not.toBe(first.identity.run);
    expect(next.mayBeRepeated).toBe(false);
  });

  test('without a key and without a CI has a key of its own for each command', () => {
    const keys = ['a1', 'b2'].map((id) => plan(window, { run: { ...outside, id, repository: '' } }).identity?.key);
    expect(new Set(keys).size).toBe(2);
  });
});
