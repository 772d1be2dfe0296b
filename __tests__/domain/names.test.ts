import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findSplitName, splitNames } from '../../src/domain/text.ts';

describe('a list of names', () => {
  test.each([
    ['acme, Acme Shop\nbeta\r\n', ['acme', 'Acme Shop', 'beta']],
    ['acme,,acme,', ['acme', 'acme']],
    ['"Acme, Inc."', ['Acme, Inc.']],
    ['  "Acme, Inc." , beta', ['Acme, Inc.', 'beta']],
    ['beta\n"API, v2"\n"API, v3"\n', ['beta', 'API, v2', 'API, v3']],
    ['"The ""big"" one, really"', ['The "big" one, really']],
    ['The "big" one', ['The "big" one']],
    ['"big" one, two', ['"big" one', 'two']],
    ['"never closed, beta', ['"never closed', 'beta']],
    ['', []],
    [' , \n ,', []],
    ['""', []],
  ])('%j is split into %j', (text, names) => {
    expect(splitNames(text)).toEqual(names);
  });

  test('keeps every name that is written in double quotes', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => text.trim() === text && text !== '');
    fc.assert(
      fc.property(fc.array(name), (names) => {
        expect(splitNames(names.map((one) => `"${one.replaceAll('"', '""')}"`).join(', '))).toEqual(names);
      }),
    );
  });

  test('keeps every name without a comma, newline or double quote as it is', () => {
    const name = fc.string().filter((text) => text.trim() !== '' && !/[",\n]/.test(text));
    fc.assert(
      fc.property(fc.array(name), (names) => {
        expect(splitNames(names.join(','))).toEqual(names.map((one) => one.trim()));
      }),
    );
  });
});

describe('a name with a comma that was written without quotes', () => {
  test.each([
    [['Acme', 'Inc.'], 'Acme, Inc.'],
    [['beta', 'ACME', 'inc.', 'gamma'], 'Acme, Inc.'],
    [['Inc.', 'Acme'], undefined],
    [['Acme'], undefined],
    [['Acme, Inc.'], undefined],
    [['beta'], undefined],
  ])('is found in %j: %s', (parts, name) => {
    expect(findSplitName(parts, ['beta', 'Acme, Inc.'])).toBe(name);
  });
});
