import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hashKey, hashOwner, locateStep, mayBeRepeated, type Run } from '../../src/domain/run.ts';

const run: Run = {
  server: 'https://github.com',
  repository: 'acme/shop',
  workflow: 'acme/shop/.github/workflows/deploy.yml',
  branch: 'main',
  id: '9876543210',
  attempt: 1,
  job: 'deploy',
  leg: '{"region":"eu"}',
  step: 'notice',
  choices: { inputs: { target: 'blue' } },
  tag: undefined,
  url: 'https://github.com/acme/shop/actions/runs/9876543210',
};

/** What differs between a step and the same step in another run. */
const laterRun: Partial<Run> = { id: '9876543999', attempt: 3, tag: 'v2', url: undefined };
/** What differs between two steps of one repository. */
const elsewhere: readonly (readonly [string, Partial<Run>])[] = [
  ['workflow', { workflow: 'acme/shop/.github/workflows/release.yml' }],
  ['branch', { branch: 'hotfix' }],
  ['branch, which is not known for a tag', { branch: undefined }],
  ['job', { job: 'migrate' }],
  ['leg', { leg: '{"region":"us"}' }],
  ['step', { step: 'notice_2' }],
  ['input', { choices: { inputs: { target: 'green' } } }],
  ['environment', { choices: { inputs: { target: 'blue' }, environment: 'production' } }],
];

test('only a first attempt has no earlier one, as far as the CI counts them', () => {
  expect([1, 2, undefined].map((attempt) => mayBeRepeated({ ...run, attempt }))).toEqual([false, true, true]);
});

describe('the default key', () => {
  test('is the same in every run and attempt of a step', () => {
    expect(hashKey({ ...run, ...laterRun }, undefined)).toBe(hashKey(run, undefined));
  });

  test.each(elsewhere)('differs for another %s', (_, changes) => {
    expect(hashKey({ ...run, ...changes }, undefined)).not.toBe(hashKey(run, undefined));
  });

  test('is the same for a push and for "Run workflow" without inputs', () => {
    const pushed = hashKey({ ...run, choices: undefined }, undefined);
    const nothingChosen: readonly Run['choices'][] = [
      {},
      { inputs: {} },
      { inputs: undefined, environment: '' },
      { inputs: { reason: '' } },
      { inputs: { reason: null } },
    ];
    for (const choices of nothingChosen) expect(hashKey({ ...run, choices }, undefined)).toBe(pushed);
    expect(hashKey({ ...run, choices: { inputs: { force: false } } }, undefined)).not.toBe(pushed);
    expect(hashKey({ ...run, choices: { environment: 'production' } }, undefined)).not.toBe(pushed);
  });

  test('does not depend on the order of legs and inputs, at any depth', () => {
    const reverse = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reverse);
      if (typeof value !== 'object' || value === null) return value;
      const entries = Object.entries(value).map(([name, inner]) => [name, reverse(inner)]);
      return Object.fromEntries(entries.reverse());
    };
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (values) => {
        const one = { ...run, leg: JSON.stringify(values), choices: { inputs: values } };
        const turned = reverse(values) as Record<string, unknown>;
        const other = { ...run, leg: JSON.stringify(turned, null, 2), choices: { inputs: turned } };
        expect(hashKey(other, undefined)).toBe(hashKey(one, undefined));
        expect(hashOwner(other, 'incident', 'API')).toBe(hashOwner(one, 'incident', 'API'));
      }),
    );
  });

  test('is the same outside a matrix for both ways in which the runner says so', () => {
    expect(hashKey({ ...run, leg: 'null' }, undefined)).toBe(hashKey({ ...run, leg: '' }, undefined));
  });

  test('depends on the order of a list in the leg', () => {
    const [one, other] = ['{"a":[1,2]}', '{"a":[2,1]}'].map((leg) => hashKey({ ...run, leg }, undefined));
    expect(one).not.toBe(other);
  });

  test('does not take the end of one name for the beginning of the next', () => {
    const one = hashKey({ ...run, job: 'ab', step: 'c', leg: '' }, undefined);
    expect(hashKey({ ...run, job: 'a', step: 'bc', leg: '' }, undefined)).not.toBe(one);
    expect(hashKey({ ...run, job: 'ab', step: '', leg: 'c' }, undefined)).not.toBe(one);
  });

  test('does not exist outside a CI, because a step has no place there', () => {
    const manual = { ...run, outsideCi: true };
    expect(locateStep(manual)).toBeUndefined();
    expect(hashKey(manual, undefined)).toBeUndefined();
    expect(hashKey(manual, 'shop')).toBe(hashKey(run, 'shop'));
  });
});

describe('the key of the user', () => {
  test.each([['run', laterRun], ...elsewhere] as const)('is the same for another %s', (_, changes) => {
    expect(hashKey({ ...run, ...changes }, 'api-production')).toBe(hashKey(run, 'api-production'));
  });

  test('is never the default key', () => {
    fc.assert(
      fc.property(fc.string(), (key) => {
        expect(hashKey(run, key)).not.toBe(hashKey(run, undefined));
      }),
    );
  });

  test('differs for another key', () => {
    expect(hashKey(run, 'API')).not.toBe(hashKey(run, 'api'));
  });
});

describe.each([['default'], ['given']])('the %s key', (which) => {
  const key = which === 'given' ? 'api-production' : undefined;

  test.each([
    ['repository', { repository: 'acme/other' }],
    ['server', { server: 'https://github.example' }],
  ])('differs for another %s', (_, changes) => {
    expect(hashKey({ ...run, ...changes }, key)).not.toBe(hashKey(run, key));
  });

  test.each([
    { repository: 'Acme/Shop' },
    { server: 'https://GitHub.com/' },
    { server: 'https://github.com//', repository: '/acme/shop/' },
  ])('is the same for the spelling %j', (changes) => {
    expect(hashKey({ ...run, ...changes }, key)).toBe(hashKey(run, key));
  });

  test('shows no name', () => {
    expect(hashKey(run, key)).toMatch(/^[0-9a-z]{8}$/);
    expect(hashKey(run, key)).not.toMatch(/acme|shop|main|deploy|api/);
  });
});

describe('the owner', () => {
  test('is the same in every run of a step', () => {
    expect(hashOwner({ ...run, ...laterRun }, 'maintenance', 'API moves')).toBe(
      hashOwner(run, 'maintenance', 'API moves'),
    );
    expect(hashOwner(run, 'maintenance', 'API moves')).toMatch(/^[0-9a-z]{6}$/);
  });

  test.each(['workflow', 'job', 'leg', 'step', 'command'])('differs for another %s', (field) => {
    expect(hashOwner({ ...run, [field]: '"other"' }, 'maintenance', 'API moves')).not.toBe(
      hashOwner(run, 'maintenance', 'API moves'),
    );
  });

  test('differs for two uses in one composite action, by their kinds and titles', () => {
    const made = [
      hashOwner(run, 'maintenance', 'API moves'),
      hashOwner(run, 'maintenance', 'DB moves'),
      hashOwner(run, 'incident', 'API moves'),
    ];
    expect(new Set(made).size).toBe(3);
  });
});
