import { describe, expect, test } from '@jest/globals';
import { UserError } from '../../src/domain/errors.ts';
import { decideEnding, outcomeOfExitCode, outcomes, parseOutcome, reactions } from '../../src/domain/outcome.ts';
import { describePage } from '../../src/domain/page.ts';
import {
  describeIncidentState,
  isOpenWindow,
  isRecordId,
  parseIncidentState,
  type Window,
} from '../../src/domain/record.ts';
import { describeScope } from '../../src/domain/scope.ts';
import { failsJob } from '../../src/operations/step.ts';

describe('trouble with the API', () => {
  // Policy, whether the operation opens something, whether the repository can mend it: whether the job fails.
  test.each([
    ['auto', true, true, true],
    ['auto', true, false, false],
    ['auto', false, true, true],
    ['auto', false, false, true],
    ['fail', true, true, true],
    ['fail', true, false, true],
    ['fail', false, true, true],
    ['fail', false, false, true],
    ['warn', true, true, false],
    ['warn', true, false, false],
    ['warn', false, true, false],
    ['warn', false, false, false],
  ] as const)('under %s, opening: %s, fixable: %s, fails the job: %s', (policy, opens, fixable, fails) => {
    expect(failsJob(policy, opens, fixable)).toBe(fails);
  });
});

describe('a deployment that ended in', () => {
  test.each(['success', 'skipped'] as const)('%s has its record taken down, whatever the user chose', (outcome) => {
    for (const reaction of reactions)
      expect(decideEnding(outcome, reaction, reaction)).toEqual({ action: 'resolve', why: outcome });
  });

  test.each(reactions)('failure or cancelled gets the reaction of that very case: %s', (reaction) => {
    const other = reaction === 'keep' ? 'resolve' : 'keep';
    expect(decideEnding('failure', reaction, other)).toEqual({ action: reaction, why: 'failure' });
    expect(decideEnding('cancelled', other, reaction)).toEqual({ action: reaction, why: 'cancelled' });
  });
});

describe('the word of another CI for an outcome', () => {
  test.each([
    ['GitLab', ['success', 'failed', 'canceled', 'skipped']],
    ['Jenkins', ['SUCCESS', 'FAILURE', 'ABORTED', 'NOT_BUILT']],
    ['Azure Pipelines', ['Succeeded', 'Failed', 'Canceled', 'Skipped']],
    ['Semaphore', ['passed', 'failed', 'stopped', 'skipped']],
    ['GitHub', outcomes],
  ])('%s: %j', (_, words) => {
    expect(words.map(parseOutcome)).toEqual(outcomes);
  });

  test.each(['', 'job', 'UNSTABLE', '0', '1', 'ok', 'constructor'])('%j is none', (word) => {
    expect(parseOutcome(word)).toBeUndefined();
  });
});

test.each([
  ['0', 'success'],
  ['1', 'failure'],
  ['130', 'failure'],
  ['255', 'failure'],
  ['256', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['', undefined],
])('the exit code %j means %j', (text, outcome) => {
  expect(outcomeOfExitCode(text)).toBe(outcome);
});

describe('a state of an incident', () => {
  test.each([
    ['investigating', '1'],
    ['identified', '2'],
    ['monitoring', '3'],
    ['resolved', '4'],
    ['Resolved', '4'],
    ['4', '4'],
    ['04', '4'],
    ['0', '0'],
    ['17', '17'],
    ['99999999999999999999999', '99999999999999999999999'],
  ])('is read from %s', (text, id) => {
    expect(parseIncidentState(text)).toBe(id);
  });

  test.each(['', 'done', 'constructor', '-1', '1.0', '4 ', 'resolved!'])('is not read from %j', (text) => {
    expect(parseIncidentState(text)).toBeUndefined();
  });

  test('is told by its name, or by its id if it has none', () => {
    expect(['1', '2', '3', '4', '9', 'odd'].map(describeIncidentState)).toEqual([
      'investigating',
      'identified',
      'monitoring',
      'resolved',
      '9',
      'odd',
    ]);
  });
});

test('an id names one record in a path, in a list and in a workflow', () => {
  const long = 'x'.repeat(200);
  expect(['42', '0b6a-3c52', 'a/b?c#d e', long].filter(isRecordId)).toHaveLength(4);
  expect(['', '.', '..', 'none', `${long}x`, '1,2', ' 1', '1\n', 'a\u0007b', '\ud800'].filter(isRecordId)).toEqual([]);
});

test('a page is called by its name, else its slug, else its id', () => {
  expect(describePage({ id: 'i', slug: 's', name: 'n' })).toBe('n');
  expect(describePage({ id: 'i', slug: 's' })).toBe('s');
  expect(describePage({ id: 'i' })).toBe('i');
});

test('the scope for pages is told in both spellings, the others as they are', () => {
  expect(describeScope('status-pages:read')).toBe('status-pages:read (also written status_pages:read)');
  expect(describeScope('maintenances:write')).toBe('maintenances:write');
});

test('a window is open until its end, and also if its end cannot be read', () => {
  const now = new Date('2026-03-14T14:00:00Z');
  const ending = (endAt: Date | undefined) => isOpenWindow({ endAt } as Window, now);
  expect(ending(new Date('2026-03-14T14:00:01Z'))).toBe(true);
  expect(ending(now)).toBe(false);
  expect(ending(undefined)).toBe(true);
});

test('a mistake of the user is told from every other error', () => {
  expect(new UserError('invalid input', 'm')).toMatchObject({ name: 'UserError', message: 'm' });
});
