import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  carriesReference,
  failureReference,
  isSharedReference,
  ownReference,
  type Reference,
  sharedReference,
  withReference,
} from '../../src/domain/reference.ts';
import type { Run } from '../../src/domain/run.ts';

const run: Run = {
  server: 'https://github.com',
  repository: 'acme/shop',
  workflow: 'acme/shop/.github/workflows/deploy.yml',
  id: '9876543210',
  attempt: 1,
  job: 'deploy',
  leg: '',
  step: '__acme_statuspage-me',
  tag: undefined,
  url: 'https://github.com/acme/shop/actions/runs/9876543210',
};

const text = fc.string({ maxLength: 20 });
const runs: fc.Arbitrary<Run> = fc.record({
  server: fc.webUrl(),
  repository: text,
  workflow: text,
  id: fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 20n }).map(String), text),
  attempt: fc.integer({ min: 1, max: 99 }),
  job: text,
  leg: fc.oneof(fc.constant(''), fc.json()),
  step: text,
  tag: fc.option(text, { nil: undefined }),
  url: fc.constant(undefined),
});
const keys = fc.option(fc.string({ minLength: 1 }), { nil: undefined });

/** Two markers that a page may show at once. */
const makers = { own: ownReference, shared: sharedReference, failure: failureReference };

describe('the grammar of markers', () => {
  test('is r, the run in base 36, and 8 hex for what belongs to a step', () => {
    fc.assert(
      fc.property(runs, keys, (any, key) => {
        expect(ownReference(any, key)).toMatch(/^r[0-9a-z]+-[0-9a-f]{8}$/);
      }),
    );
    expect(ownReference(run, undefined)).toMatch(/^r4jc8lii-[0-9a-f]{8}$/);
    expect(Number.parseInt('4jc8lii', 36)).toBe(9876543210);
  });

  test('keeps every digit of a run id that is too long for a number', () => {
    const id = '123456789012345678901234567890';
    expect(ownReference({ ...run, id }, undefined)).toMatch(`r${BigInt(id).toString(36)}-`);
  });

  test('is k or f and 16 hex for what a key shares and what a failure opened', () => {
    fc.assert(
      fc.property(runs, keys, (any, key) => {
        expect(sharedReference(any, key)).toMatch(/^k[0-9a-f]{16}$/);
        expect(failureReference(any, key)).toMatch(/^f[0-9a-f]{16}$/);
        expect(isSharedReference(sharedReference(any, key))).toBe(true);
        expect([failureReference(any, key), ownReference(any, key), undefined].some(isSharedReference)).toBe(false);
      }),
    );
  });

  test('does not show names', () => {
    const made = Object.values(makers).map((make) => make(run, 'api-production'));
    expect(made.join(' ')).not.toMatch(/acme|shop|deploy|api|production/);
  });
});

describe('the marker of a step', () => {
  test('is the same in every attempt of the run, with whatever tag or address', () => {
    const other = { ...run, attempt: 7, tag: 'v1', url: undefined };
    for (const make of Object.values(makers)) {
      expect(make(other, undefined)).toBe(make(run, undefined));
      expect(make(other, 'key')).toBe(make(run, 'key'));
    }
  });

  test.each([
    ['server', 'https://github.example'],
    ['repository', 'acme/other'],
    ['workflow', 'acme/shop/.github/workflows/release.yml'],
    ['id', '9876543211'],
    ['job', 'deploy-eu'],
    ['leg', '{"region":"eu"}'],
    ['step', '__acme_statuspage-me_2'],
  ] as const)('is another one where the %s is another one', (field, value) => {
    expect(ownReference({ ...run, [field]: value }, undefined)).not.toBe(ownReference(run, undefined));
  });

  test('is another one for another deployment key, and for none', () => {
    const made = [undefined, 'api', 'web'].map((key) => ownReference(run, key));
    expect(new Set(made).size).toBe(3);
  });

  test('does not depend on the order of the keys in the leg, at any depth', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (leg) => {
        const turned = (value: unknown): unknown => {
          if (Array.isArray(value)) return value.map(turned);
          if (typeof value !== 'object' || value === null) return value;
          return Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([name, inner]) => [name, turned(inner)]),
          );
        };
        const one = { ...run, leg: JSON.stringify(leg) };
        const other = { ...run, leg: JSON.stringify(turned(leg), null, 2) };
        expect(ownReference(other, 'key')).toBe(ownReference(one, 'key'));
        expect(sharedReference(other, undefined)).toBe(sharedReference(one, undefined));
      }),
    );
  });

  test('depends on the order of a list in the leg', () => {
    const made = ['{"a":[1,2]}', '{"a":[2,1]}'].map((leg) => ownReference({ ...run, leg }, undefined));
    expect(made[0]).not.toBe(made[1]);
  });

  test('does not take the end of one name for the beginning of the next', () => {
    const one = { ...run, job: 'ab', step: 'c' };
    const other = { ...run, job: 'a', step: 'bc' };
    expect(ownReference(one, undefined)).not.toBe(ownReference(other, undefined));
  });
});

describe.each([
  ['shared', sharedReference],
  ['failure', failureReference],
] as const)('the %s marker', (_, make) => {
  test('of a key is found in every workflow, run, job, leg and step of the repository', () => {
    const elsewhere = { ...run, workflow: 'w', id: '1', attempt: 2, job: 'j', leg: '{"a":1}', step: 's', tag: 't' };
    expect(make(elsewhere, 'prod')).toBe(make(run, 'prod'));
  });

  test('of a key is another one in another repository or on another server', () => {
    const made = [run, { ...run, repository: 'acme/other' }, { ...run, server: 'https://github.example' }].map((one) =>
      make(one, 'prod'),
    );
    expect(new Set(made).size).toBe(3);
    expect(make(run, 'prod')).not.toBe(make(run, 'stage'));
  });

  test.each(['server', 'repository', 'id', 'job', 'leg', 'step'] as const)(
    'without a key is another one where the %s is another one',
    (field) => {
      expect(make({ ...run, [field]: field === 'leg' ? '{"a":1}' : '5' }, undefined)).not.toBe(make(run, undefined));
    },
  );

  test('without a key is none that a key could make', () => {
    const lookalike = { ...run, id: 'key' };
    expect(make(lookalike, undefined)).not.toBe(make(run, 'run'));
  });
});

describe('in a text', () => {
  const markers: fc.Arbitrary<Reference> = fc
    .tuple(runs, keys, fc.constantFrom(...Object.values(makers)))
    .map(([any, key, make]) => make(any, key));

  test('the marker stands in the last line, below what visitors read', () => {
    expect(withReference('We are installing an update.', 'k0123')).toBe('We are installing an update.\n\nRef: k0123');
    expect(withReference('We are installing an update.', undefined)).toBe('We are installing an update.');
  });

  test('a marker is found wherever it stands between other characters', () => {
    const around = fc.string({ unit: fc.constantFrom(' ', '\n', '<', '>', '*', '_', '.', ':', '"', 'ä', '\u200b') });
    fc.assert(
      fc.property(markers, around, around, fc.string(), (marker, before, after, message) => {
        expect(carriesReference(withReference(message, marker), marker)).toBe(true);
        expect(carriesReference(`${before}${marker}${after}`, marker)).toBe(true);
      }),
    );
  });

  test('a marker that merely begins or ends like another is not taken for it', () => {
    const glue = fc.stringMatching(/^[A-Za-z0-9-]{1,5}$/);
    fc.assert(
      fc.property(markers, glue, (marker, more) => {
        expect(carriesReference(`Ref: ${marker}${more}`, marker)).toBe(false);
        expect(carriesReference(`Ref: ${more}${marker}`, marker)).toBe(false);
      }),
    );
  });

  test('another marker is not found', () => {
    fc.assert(
      fc.property(markers, markers, (one, other) => {
        fc.pre(one !== other);
        expect(carriesReference(withReference('We look into it.', one), other)).toBe(false);
      }),
    );
  });
});
