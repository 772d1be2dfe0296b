import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  compareReferences,
  compareRuns,
  encodeRun,
  failureOf,
  formatReference,
  isOwn,
  lastReference,
  type OwnReference,
  parseReference,
  type Reference,
  referenceOf,
  referencesIn,
  replaceText,
  runIdOf,
  type SharedReference,
  withoutReference,
  withReference,
} from '../../src/domain/deployment-reference.ts';

const base36 = (length: number) =>
  fc.string({
    unit: fc.constantFrom(...'0123456789abcdefghijklmnopqrstuvwxyz'),
    minLength: length,
    maxLength: length,
  });
const runIds = fc.oneof(fc.nat().map(String), fc.maxSafeNat().map(String), fc.uuid(), fc.string());
const shared: fc.Arbitrary<SharedReference> = fc.record({
  of: fc.constantFrom('deployment', 'failure'),
  key: base36(8),
  run: runIds.map(encodeRun),
});
const own: fc.Arbitrary<OwnReference> = fc
  .tuple(
    shared,
    fc.record({
      attempt: fc.option(fc.integer({ min: 1, max: 1295 }), { nil: undefined }),
      owner: base36(6),
      openedAt: fc.integer({ min: 1_577_836_800, max: 3_000_000_000 }).map((seconds) => new Date(seconds * 1_000)),
      random: base36(2),
    }),
  )
  .map(([start, rest]) => ({ ...start, ...rest }));
const references: fc.Arbitrary<Reference> = fc.oneof(shared, own);

const example: OwnReference = {
  of: 'deployment',
  key: 'k3x9q2m1',
  run: encodeRun('9876543210'),
  attempt: 2,
  owner: 'abc123',
  openedAt: new Date('2026-11-27T14:00:00Z'),
  random: 'z9',
};
const text = formatReference(example);

describe('a reference', () => {
  test('is read as it was written, in 36 characters at most', () => {
    fc.assert(
      fc.property(references, (reference) => {
        const written = formatReference(reference);
        expect(written.length).toBeLessThanOrEqual(36);
        expect(written).toMatch(/^[0-9a-z-]+$/);
        expect(parseReference(written)).toEqual(reference);
      }),
    );
    expect(text).toBe('dk3x9q2m1-4jc8lii-02abc1233lrg80z9');
  });

  test('is nothing else than what is written, to the last character', () => {
    fc.assert(
      fc.property(references, fc.nat({ max: 36 }), fc.string({ maxLength: 3 }), (reference, at, put) => {
        const written = formatReference(reference);
        const other = written.slice(0, at) + put + written.slice(at + 1);
        const parsed = parseReference(other);
        if (parsed !== undefined) expect(formatReference(parsed)).toBe(other);
      }),
    );
  });

  test.each([
    '',
    'dk3x9q2m1',
    'dk3x9q2m1-',
    'Dk3x9q2m1-4jc8lii',
    'xk3x9q2m1-4jc8lii',
    'dk3x9q2m1-04jc8lii',
    'dk3x9q2m1-4jc8lii-',
    'dk3x9q2m1-4jc8lii-02abc1233k1yw0z',
    'dk3x9q2m1-4jc8lii-02abc1233k1yw0z99',
    ' dk3x9q2m1-4jc8lii',
    'dk3x9q2m1-4jc8lii\n',
    'k0123456789abcdef',
    'r4jc8lii-0123abcd',
  ])('is not %j', (other) => {
    expect(parseReference(other)).toBeUndefined();
  });

  test('keeps the run as a number, and as a hash if it has none', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 36n ** 8n - 1n }), (id) => {
        expect(runIdOf({ of: 'deployment', key: 'k3x9q2m1', run: encodeRun(id.toString()) })).toBe(id.toString());
      }),
    );
    for (const id of ['007', '', '-5', '1e3', ' 5', 'c0ffee', `${36n ** 8n}`, '9'.repeat(40)]) {
      expect(encodeRun(id)).toHaveLength(9);
      expect(runIdOf({ of: 'deployment', key: 'k3x9q2m1', run: encodeRun(id) })).toBeUndefined();
    }
  });

  test('of a failure differs from that of the deployment by its letter alone', () => {
    expect(formatReference(failureOf(example))).toBe(`f${text.slice(1)}`);
  });

  test('says whether one step owns the record', () => {
    expect([example, { of: example.of, key: example.key, run: example.run }].map(isOwn)).toEqual([true, false]);
  });
});

describe('two references', () => {
  test.each<[string, Partial<OwnReference>, ReturnType<typeof compareReferences>]>([
    ['are whole', {}, 'whole'],
    ['are of one attempt', { random: 'aa' }, 'same-attempt'],
    ['are of one attempt', { openedAt: new Date('2026-11-27T13:00:00Z') }, 'same-attempt'],
    ['are of an earlier attempt', { attempt: 1, random: 'aa' }, 'earlier-attempt'],
    ['may be of an earlier attempt', { attempt: undefined }, 'earlier-attempt'],
    ['have the key in common, if the other attempt is the later', { attempt: 3 }, 'same-key'],
    ['have the key in common, but not the step', { owner: 'zzzzzz' }, 'same-key'],
    ['have the key in common, but not the run', { run: encodeRun('1') }, 'same-key'],
    ['have the key in common, but one is of a failure', { of: 'failure' }, 'same-key'],
    ['have nothing in common, if the key differs', { key: '00000000' }, undefined],
  ])('%s: %j', (_, changes, closeness) => {
    expect(compareReferences({ ...example, ...changes }, example)).toBe(closeness);
  });

  test('have the key in common if one is shared', () => {
    const { of, key, run } = example;
    expect(compareReferences({ of, key, run }, example)).toBe('same-key');
    expect(compareReferences({ of, key, run }, { of, key, run })).toBe('whole');
  });
});

test('of two runs the lower number is the older, and any two ids have one order', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (one, other) => {
      const order = compareRuns(encodeRun(`${one}`), encodeRun(`${other}`));
      expect(Math.sign(order)).toBe(Math.sign(one - other));
    }),
  );
  fc.assert(
    fc.property(runIds, runIds, (one, other) => {
      const [a, b] = [encodeRun(one), encodeRun(other)];
      expect(Math.sign(compareRuns(a, b)) + Math.sign(compareRuns(b, a))).toBe(0);
    }),
  );
});

/** Lines that people write, none of which begins with a reference. */
const proseLines = fc.string({ maxLength: 40 }).filter((line) => !/[\r\n<&]|Ref/.test(line));
const prose = fc.array(proseLines, { maxLength: 4 }).map((lines) => lines.join('\n'));

describe('in a message', () => {
  test('the reference is in the last line, below what visitors read', () => {
    expect(withReference('We are installing an update.', example)).toBe(`We are installing an update.\n\nRef: ${text}`);
    expect(withReference('We are installing an update.', undefined)).toBe('We are installing an update.');
  });

  test('it is found, whatever people write above, below, and behind it on its line', () => {
    fc.assert(
      fc.property(references, prose, prose, prose, (reference, message, behind, below) => {
        const edited = `${withReference(message, reference)} ${behind}\n${below}`;
        expect(referencesIn(edited)).toEqual([reference]);
        expect(referenceOf(edited)).toEqual(reference);
      }),
    );
  });

  test.each([
    ['CRLF', `Update.\r\n\r\nRef: ${text}\r\n`],
    ['CR', `Update.\rRef: ${text}`],
    ['a line separator', `Update.\u2028Ref: ${text}`],
    ['paragraphs', `<p>Update.</p><p>Ref: ${text}</p>`],
    ['a break', `Update.<br />Ref: ${text}<br>Sorry!`],
    ['inline tags', `<div class="a">Update.</div><div><span>Ref:</span> <b>${text}</b></div>`],
    ['entities', `Update &amp; more&#10;Ref&#58; ${text.replaceAll('-', '&#x2d;')}`],
    ['a fixed blank', `<p>Update.</p><p>Ref:&nbsp;${text}</p>`],
    ['one line, the blanks kept', `Update.  Ref: ${text}`],
    ['one line as HTML', `<p>Update. Ref: ${text}</p>\n`],
    ['nothing else', `Ref: ${text}`],
    ['a full stop behind', `Update.\nRef: ${text}. Call 555.`],
  ])('it is found with %s', (_, message) => {
    expect(referencesIn(message)).toEqual([example]);
  });

  test.each([
    ['inside a sentence', `Since this morning's update (Ref: ${text}) checkout is slow.`],
    ['inside a sentence of a longer text', `Checkout is slow.\nSee Ref: ${text}`],
    ['at the end of a sentence, in brackets', `Checkout is slow (Ref: ${text})`],
    ['in a quoted line', `Checkout is slow.\n> Ref: ${text}`],
    ['in a block quote', `<p>Slow.</p><blockquote>\n<p>Ref: ${text}</p></blockquote>`],
    ['in a block quote of several lines', `Slow.<blockquote>From the page:\nRef: ${text}</blockquote>`],
    ['in a list', `- Ref: ${text}\n- more`],
    ['with its tags shown as text', `Slow. &lt;br&gt;Ref: ${text} &lt;br&gt;`],
    ['with more characters behind', `Update.\nRef: ${text}0`],
    ['with a capital letter behind', `Update.\nRef: ${text}X`],
    ['with an underscore behind', `Update.\nRef: ${text}_`],
    ['with a hyphen behind', `Update.\nRef: ${text}-a`],
    ['cut off', `Update.\nRef: ${text.slice(0, -1)}`],
    ['in other letters', `Update.\nREF: ${text}`],
    ['without its word', `Update.\n${text}`],
  ])('it counts for nothing %s', (_, message) => {
    expect(referencesIn(message)).toEqual([]);
  });

  test('a quotation before or behind leaves the reference of the message alone', () => {
    const other = formatReference({ ...example, random: 'aa' });
    const message = withReference(`As announced in Ref: ${other} we begin.`, example);
    expect(referenceOf(`${message}\nnot Ref: ${other}`)).toEqual(example);
  });

  test('two of them belong to nobody', () => {
    const message = `${withReference('Update.', example)}\nRef: ${formatReference(failureOf(example))}`;
    expect(referencesIn(message)).toEqual([example, failureOf(example)]);
    expect(referenceOf(message)).toBeUndefined();
    expect(referenceOf(`${withReference('Update.', example)}\nRef: ${text}`)).toEqual(example);
  });

  test('the last one is that of an entry, if nothing is behind it', () => {
    expect(lastReference(withReference('We look into it.', example))).toEqual(example);
    expect(lastReference(`<p>We look into it.</p><p>Ref: ${text}</p>`)).toEqual(example);
    expect(lastReference(`We look into it. Ref: ${text}`)).toEqual(example);
    expect(lastReference(`${withReference('We look into it.', example)}\nIt is worse.`)).toBeUndefined();
    expect(lastReference(`${withReference('We look into it.', example)} and wait`)).toBeUndefined();
    expect(lastReference(`We wrote:\nsee Ref: ${text}`)).toBeUndefined();
    expect(lastReference('')).toBeUndefined();
  });
});

describe('changing the text of a message', () => {
  test('keeps the reference, and what people wrote behind and below it, to the letter', () => {
    fc.assert(
      fc.property(references, prose, prose, prose, proseLines, (reference, before, after, below, behind) => {
        const added = ` ${behind}\n${below}`;
        const message = `${withReference(before, reference)}${added}`;
        expect(replaceText(message, after)).toBe(`${withReference(after, reference)}${added}`);
        expect(referenceOf(replaceText(message, after))).toEqual(reference);
        expect(withoutReference(message)).toBe(before.trimEnd());
      }),
    );
  });

  test.each([
    ['HTML', `<p>Old.</p><p>Ref: ${text}</p><p>Call 555.</p>`, `New.\n\nRef: ${text}\nCall 555.`],
    ['one line', `Old. Ref: ${text}`, `New.\n\nRef: ${text}`],
    ['no reference', 'Old.', 'New.'],
    [
      'Markdown below',
      `Old.\r\n\r\nRef: ${text}\r\n\r\n**Call** 555 &amp; wait`,
      `New.\n\nRef: ${text}\r\n\r\n**Call** 555 &amp; wait`,
    ],
  ])('works with %s', (_, message, changed) => {
    expect(replaceText(message, 'New.')).toBe(changed);
    expect(withoutReference(message)).toBe('Old.');
  });

  test('keeps the lines of the text above its reference, also if it is shown as HTML', () => {
    expect(withoutReference(`<p>One.<br>Two.</p><p>Ref: ${text}</p>`)).toBe('One.\nTwo.');
  });
});
