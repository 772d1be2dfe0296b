import { expect, test } from '@jest/globals';
import { referencesIn, replaceText } from '../../src/domain/deployment-reference.ts';

const text = 'dk3x9q2m1-4jc8lii-02abc1233lrg80z9';

test('no text of a megabyte costs more than its length', () => {
  const mebibyte = 2 ** 20;
  const parts = ['<', '<a', '<p>', '<blockquote>', '&', '&#10;', 'Ref: ', ' Ref: a', `Ref: ${text}`, '\n', ' ', 'a'];
  const hostile = [...parts.map((part) => part.repeat(mebibyte / part.length)), `<${'a'.repeat(mebibyte)}`];
  for (const message of hostile) {
    const startedAt = performance.now();
    referencesIn(message);
    replaceText(message, 'New.');
    // Linear work takes up to a second here. A regular expression that backtracks takes minutes.
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  }
});
