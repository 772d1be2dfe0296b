import { describe, expect, test } from '@jest/globals';
import { parseCommand, parseCommandFile } from '../../tools/demo/commands.ts';

describe('a line of a log', () => {
  test('is a command with its values unescaped', () => {
    expect(parseCommand('::error title=a%3A b%2C c,file=x%25::one%0Atwo%0D%25, and: more::')).toEqual({
      name: 'error',
      properties: { title: 'a: b, c', file: 'x%' },
      data: 'one\ntwo\r%, and: more::',
    });
  });

  test('is a command after blanks and whatever the case of its name', () => {
    expect(parseCommand('  ::ERROR::text')).toMatchObject({ name: 'error', data: 'text' });
  });

  test('is a command of the older kind anywhere in a line', () => {
    expect(parseCommand('title: ##[error file=a%5D;line=1]gone%3B')).toEqual({
      name: 'error',
      properties: { file: 'a]', line: '1' },
      data: 'gone;',
    });
  });

  test.each(['see ::error::text', '::unheard-of::text', '::error:text', '##[unheard-of]text', 'plain'])(
    'is only a line of the log: %s',
    (line) => {
      expect(parseCommand(line)).toBeUndefined();
    },
  );
});

describe('a command file', () => {
  test('holds short and long values, and later ones win', () => {
    expect(parseCommandFile('a=1\nb<<END\none\n\ntwo=2\nEND\n\na=2\nc=x<<y\nd<<E\nE\n')).toEqual({
      values: { a: '2', b: 'one\n\ntwo=2', c: 'x<<y', d: '' },
      problem: undefined,
    });
  });

  test('may be written with the line ends of Windows', () => {
    expect(parseCommandFile('a<<END\r\n1\r\nEND\r\n').values).toEqual({ a: '1' });
  });

  test('that was cut off keeps what is whole and names the rest', () => {
    expect(parseCommandFile('a=1\nb<<END\nhalf')).toEqual({
      values: { a: '1' },
      problem: "Invalid value. Matching delimiter not found 'END'",
    });
  });

  test.each(['nonsense', '=value', '<<END', 'name<<'])('that holds %s is refused', (line) => {
    expect(parseCommandFile(line)).toEqual({ values: {}, problem: `Invalid format '${line}'` });
  });
});
