import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import MarkdownIt from 'markdown-it';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Words that have a plainer one: `if` for `where`, `prints` for `tells of`, `notice` for `record`. */
const avoided = new RegExp(
  `\\b(?:${[
    'where|told|said|tells? of|speaks? of|mend(?:s|ed|able)?|by hand|look-?ups?|sought|in trouble|strangers?',
    'tak(?:e|es|en|ing) (?:down|back)|stands? (?:in|on|for)|go(?:es)? on with|went on with|leaves with|dead runs?',
    'in doubt|in (?:their|its) reach|(?:in|to) people(?:.s hands)?|surroundings|rivals?|twins?|sequels?|mischief',
    'the whole of|all of it|is asked at|generously|markers?|records?|somebody|people',
  ].join('|')})\\b`,
  'gi',
);

/** Where a word of the list is the right one: the emulator's page is about the records of the API. */
const exceptions: readonly (readonly [path: RegExp, word: string])[] = [
  [/docs\/emulator\.md$|src\/emulator\//, 'record'],
  [/docs\/emulator\.md$|src\/emulator\//, 'records'],
];

function findAvoided(text: string, path = ''): readonly string[] {
  const found = text.match(avoided) ?? [];
  return found.filter((word) => !exceptions.some(([where, fine]) => where.test(path) && word.toLowerCase() === fine));
}

/** The sentences of a page. Code is not ours to choose, and neither are quotations and titles of tests, in italics. */
function sentencesOf(page: string): readonly string[] {
  return new MarkdownIt().parse(page, {}).flatMap(({ type, children }) => {
    if (type !== 'inline') return [];
    let depth = 0;
    return (children ?? []).flatMap((token) => {
      if (token.type === 'em_open') depth += 1;
      if (token.type === 'em_close') depth -= 1;
      return depth === 0 && token.type === 'text' ? [token.content] : [];
    });
  });
}

/** The texts of a source file that a person may read: what is quoted and has a space. Comments and what is put in do not count. */
function textsOf(source: string): readonly string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
  const quoted = code.match(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g) ?? [];
  return quoted
    .map((text) => text.replace(/\$\{[^}]*\}|\\`[^`]*\\`|(?<=.)`[^`]*`(?=.)/g, ''))
    .filter((text) => / /.test(text));
}

describe('plain words', () => {
  const pages = ['README.md', 'CHANGELOG.md', ...globSync('{docs,.github}/**/*.md', { cwd: root })];
  test.each(pages)('are used in %s', (path) => {
    expect(sentencesOf(read(path)).flatMap((text) => findAvoided(text, path))).toEqual([]);
  });

  test('are used in messages and help', () => {
    const paths = globSync('src/**/*.ts', { cwd: root }).map((path) => path.replaceAll('\\', '/'));
    const wrong = paths.flatMap((path) =>
      textsOf(read(path)).flatMap((text) => findAvoided(text, path).map((word) => ({ path, word, text }))),
    );
    expect(paths.length).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });

  test('are asked of a sentence, and not of code or the title of a test', () => {
    const page = 'It fails where `where` is, and is taken down: *where it is*. A record is mended by hand.';
    expect(sentencesOf(page).flatMap((text) => findAvoided(text))).toEqual([
      ...['where', 'taken down', 'record', 'mended', 'by hand'],
    ]);
    const source = "// Where it is.\nsay(`Look where ${where} is`, 'where');\nsay('Set `marker` to false.');";
    expect(textsOf(source).flatMap((text) => findAvoided(text))).toEqual(['where']);
  });
});
