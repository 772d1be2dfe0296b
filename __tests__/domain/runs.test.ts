import { describe, expect, test } from '@jest/globals';
import {
  compareReferences,
  compareRuns,
  createRunId,
  encodeRun,
  parseReference,
  replaceText,
  runIdOf,
  withoutReference,
} from '../../src/domain/deployment-reference.ts';
import { hashKey, hashOwner, type Run } from '../../src/domain/run.ts';
import { run as deployRun } from '../support/world.ts';

const run: Run = { ...deployRun, branch: 'main' };

describe('a run outside a CI', () => {
  const at = (ms: number, random = 0) => createRunId(new Date(Date.UTC(2026, 10, 28) + ms), () => random);

  test('has an id that a reference writes as it is, and a later one has a higher one', () => {
    const ids = [at(0), at(1), at(60_000)].map(encodeRun);
    expect(new Set(ids.map(({ length }) => length))).toEqual(new Set([9]));
    expect(ids.toSorted(compareRuns)).toEqual(ids);
    expect(at(0)).toMatch(/^begun-[0-9a-z]{9}$/);
    expect(at(0)).toBe(`begun-${encodeRun(at(0))}`);
  });

  test('has its own id, also if it begins in the same millisecond as another', () => {
    const ids = [0, 1 / 36, 0.5, 0.999].map((random) => at(0, random));
    expect(new Set(ids).size).toBe(4);
    expect(ids.at(-1)).toMatch(/z$/);
  });

  test.each(['begun-0123', 'begun-0123456789', 'xbegun-012345678', 'begun-01234567A'])(
    'is not what an id only resembles: %s',
    (id) => {
      expect(encodeRun(id)).not.toBe(id.slice('begun-'.length));
      expect(encodeRun(id)).toMatch(/^[0-9a-z]{9}$/);
    },
  );

  test('has no number', () => {
    expect(runIdOf({ of: 'deployment', key: 'k', run: encodeRun(at(0)) })).toBeUndefined();
    expect(runIdOf({ of: 'deployment', key: 'k', run: encodeRun('9876543210') })).toBe('9876543210');
  });
});

test('two ids that are no numbers have hashes of their own', () => {
  const ids = ['a', 'b', '', '01', '1e3', '12345678901234567'].map(encodeRun);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[0-9a-z]{9}$/);
});

test('a run is as old as itself', () => {
  expect(compareRuns('abc', 'abc')).toBe(0);
  expect([compareRuns('abc', 'abd'), compareRuns('abd', 'abc')].map(Math.sign)).toEqual([-1, 1]);
  expect(compareRuns('z', '10')).toBeLessThan(0);
});

describe('two references of one key', () => {
  const shared = { of: 'deployment', key: 'k3x9q2m1', run: '5k' } as const;
  const own = { ...shared, attempt: 2, owner: 'deploy', openedAt: new Date('2026-11-28T12:00:00Z'), random: 'aa' };

  test('are of one step only if both name it', () => {
    expect(compareReferences(shared, own)).toBe('same-key');
    expect(compareReferences(own, shared)).toBe('same-key');
    expect(compareReferences(shared, { ...shared, run: '6k' })).toBe('same-key');
  });

  test('are of an earlier attempt if nobody can tell the attempt of either', () => {
    const unknown = { ...own, attempt: undefined, random: 'bb' };
    expect(compareReferences(unknown, own)).toBe('earlier-attempt');
    expect(compareReferences(own, unknown)).toBe('earlier-attempt');
  });
});

test('a text that is longer than any reference is none', () => {
  expect(parseReference(`dk3x9q2m1-5k${'0'.repeat(30)}`)).toBeUndefined();
  expect(parseReference('')).toBeUndefined();
});

describe('a message whose reference is at its beginning', () => {
  test.each(['Ref: dk3x9q2m1-5k', '  Ref: dk3x9q2m1-5k', '<p>Ref: dk3x9q2m1-5k</p>'])(
    'has no text above it: %s',
    (message) => {
      expect(withoutReference(message)).toBe('');
      expect(replaceText(message, 'New.')).toBe('New.\n\nRef: dk3x9q2m1-5k');
    },
  );
});

describe('the hashes of a step', () => {
  test('are the same for a leg that is empty, blank or null, and for any order of its keys', () => {
    const ofLeg = (leg: string) => hashKey({ ...run, leg }, undefined);
    expect(new Set(['', ' ', 'null', ' null '].map(ofLeg)).size).toBe(1);
    expect(ofLeg('{"a":1,"b":[1,{"c":2,"d":3}]}')).toBe(ofLeg('{"b":[1,{"d":3,"c":2}],"a":1}'));
    expect(ofLeg('{"a":[1,2]}')).not.toBe(ofLeg('{"a":[2,1]}'));
    expect(ofLeg('{"a":[1,2]}')).not.toBe(ofLeg('{"a":{"0":1,"1":2}}'));
    expect(new Set(['', 'eu', 'us', 'undefined'].map(ofLeg)).size).toBe(4);
  });

  test('differ for a given key and for a place of the same name', () => {
    expect(hashKey(run, 'x')).not.toBe(hashKey(run, 'y'));
    expect(hashKey({ ...run, repository: 'acme/other' }, 'x')).not.toBe(hashKey(run, 'x'));
  });

  test('differ for an environment without inputs, and are the same if neither is there', () => {
    const chosen = (choices: Run['choices']) => hashKey({ ...run, choices }, undefined);
    expect(chosen({ environment: 'a' })).not.toBe(chosen({ environment: 'b' }));
    expect(chosen({ inputs: { x: undefined as unknown as string } })).toBe(chosen(undefined));
    expect(chosen({ inputs: { x: '1' }, environment: '' })).toBe(chosen({ inputs: { x: '1' } }));
  });

  test('differ for another command in one job', () => {
    const owners = [undefined, 'a', 'b'].map((command) => hashOwner({ ...run, command }, 'incident', 'T'));
    expect(new Set(owners).size).toBe(3);
  });
});
