import { describe, expect, test } from '@jest/globals';
import { adviseToStoreKey, explain, MissingKeyError, MissingSecretsError, UserError } from '../../src/domain/errors.ts';
import { decideEnding, endsNow, parseOutcome } from '../../src/domain/outcome.ts';
import { parseIncidentState, shorten } from '../../src/domain/record.ts';

const background = { nameOf: (input: string) => input };

describe('an ending', () => {
  test('ends a notice now if it resolves it, or replaces a window by an incident', () => {
    const ends = (action: 'keep' | 'resolve' | 'incident') =>
      (['maintenance', 'incident'] as const).map((kind) => endsNow({ action, why: 'failure' }, kind));
    expect([ends('resolve'), ends('incident'), ends('keep')]).toEqual([
      [true, true],
      [true, false],
      [false, false],
    ]);
  });

  test('recovers from earlier failures only after a success, and only if that is wanted', () => {
    expect(decideEnding('success', 'keep', 'keep', true)).toEqual({
      action: 'resolve',
      why: 'success',
      recovers: true,
    });
    expect(decideEnding('success', 'keep', 'keep')).toEqual({ action: 'resolve', why: 'success' });
    for (const outcome of ['failure', 'cancelled', 'skipped'] as const) {
      expect(decideEnding(outcome, 'keep', 'keep', true)).not.toHaveProperty('recovers');
    }
  });
});

test('the word for an outcome may have blanks around it', () => {
  expect(parseOutcome(' Passed\n')).toBe('success');
});

describe('a title', () => {
  test('is shown whole up to 300 characters', () => {
    expect(shorten('T'.repeat(300))).toBe('T'.repeat(300));
    expect(shorten('T'.repeat(301))).toBe(`${'T'.repeat(299)}…`);
  });

  test('is not cut in the middle of a character', () => {
    expect(shorten(`${'T'.repeat(298)}😀😀`).isWellFormed()).toBe(true);
  });
});

test('the digits of a state lose the zeros in front of them, and only those', () => {
  expect(['7', '007', '000', '100', '1001'].map(parseIncidentState)).toEqual(['7', '7', '0', '100', '1001']);
});

describe('a failure', () => {
  test('of the user is its own message', () => {
    expect(explain(new UserError('failure', 'Too long.'), background)).toEqual({ happened: 'Too long.', todo: '' });
  });

  test('has the same cause as another one if both have the same message', () => {
    const keyOf = (message: string) => new UserError('failure', message).causeKey;
    expect(keyOf('A.')).toBe(keyOf('A.'));
    expect(keyOf('A.')).not.toBe(keyOf('B.'));
    expect(keyOf('A.')).not.toBe(new MissingSecretsError('A.').causeKey);
  });

  test('for want of a key says where a key comes from, by where it is read', () => {
    const missing = new MissingKeyError('runner');
    expect(missing).toMatchObject({ title: 'missing API key', fixable: true, exit: 'usage' });
    expect(explain(missing, background).happened).toMatch(/api-key is empty$/);
    expect(explain(new MissingKeyError('terminal'), background).happened).toMatch(/STATUSPAGE_ME_API_KEY/);
  });

  test('for want of secrets says why there are none', () => {
    const withheld = new MissingSecretsError('it runs for a fork');
    expect(withheld).toMatchObject({ title: 'no secrets', fixable: true, exit: 'failed' });
    expect(explain(withheld, background)).toEqual({
      happened: 'it runs for a fork',
      todo: 'Do this in a run that gets the secret of the key.',
    });
  });

  test('of a key says how a new one is stored, in a workflow and on a command line', () => {
    expect(adviseToStoreKey(background)).toBe('update the secret');
    expect(adviseToStoreKey({ nameOf: (input) => `--${input}-file` })).toBe('use it in --api-key-file');
  });
});
