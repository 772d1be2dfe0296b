import { expect, test } from '@jest/globals';
import { alignColumns, drawTable } from '../../src/messages/summary.ts';

test('columns are aligned in a log, also if a row is short', () => {
  expect(alignColumns([['Scope', 'Key'], ['a:read', 'no', 'x'], ['b']])).toEqual([
    'Scope   Key',
    'a:read  no   x',
    'b',
  ]);
});

test('a table of Markdown has a head and a line for each row', () => {
  expect(
    drawTable([
      ['A', 'B'],
      ['1', '2'],
    ]),
  ).toBe('| A | B |\n|---|---|\n| 1 | 2 |');
});
