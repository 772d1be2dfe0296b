import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { forJson, forLog, forMarkdown, forMarkdownBlock, forTerminal } from '../../src/messages/sanitize.ts';
import { markdown, nasty, render } from '../support/nasty.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go.
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

describe('a line of the log', () => {
  test.each([
    ['::error::x', ': :error::x'],
    ['  ::error::x', ': :error::x'],
    ['\0::error::x', ': :error::x'],
    ['\u202e::error::x', ': :error::x'],
    ['\ufeff::error::x', ': :error::x'],
    [':::error::x', ': ::error::x'],
    ['::::', ': :::'],
    ['a::b', 'a::b'],
    ['fine\r::error::x', 'fine ::error::x'],
    ['fine\n::error::x', 'fine ::error::x'],
    ['see ##[error]x', 'see # #[error]x'],
    ['###[error]x', '## #[error]x'],
    ['#\0#[error]x', '# #[error]x'],
    ['##[##[', '# #[# #['],
    ['a\t b\u2028c\u2029d', 'a b c d'],
    ['\u001b[31mred', '[31mred'],
    ['left\u202eright\u2069', 'leftright'],
    ['mark\u200f and \u061carabic', 'mark and arabic'],
    ['schön 日本 👩‍👩‍👧', 'schön 日本 👩‍👩‍👧'],
    ['', ''],
  ])('of %j reads %j', (text, line) => {
    expect(forLog(text)).toBe(line);
  });

  test('is never a command, whatever the text', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const line = forLog(text);
        expect(line).not.toMatch(/^\s*::/);
        expect(line).not.toContain('##[');
        expect(line).not.toMatch(unprintable);
        expect(line).not.toMatch(/\p{Bidi_Control}/u);
        expect(line).toBe(line.trim());
      }),
      { numRuns: 1_000 },
    );
  });

  test('is made harmless once for all', () => {
    fc.assert(
      fc.property(nasty, (text) => expect(forLog(forLog(text))).toBe(forLog(text))),
      { numRuns: 1_000 },
    );
  });
});

/** What Markdown does to any text: a lone surrogate is no character. */
const seen = (text: string) => text.toWellFormed();

describe('in Markdown', () => {
  test('a text is read word by word, and nothing of it is a mark, HTML or a link', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const { elements, text: read } = render(`Before ${forMarkdown(text)} after.`);
        expect(elements).toEqual(['bdi', 'p']);
        expect(read.trimEnd()).toBe(seen(`Before ${forLog(text)} after.`));
      }),
      { numRuns: 1_000 },
    );
  });

  test('a text at the start of a line begins no list, heading, quote or table', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(render(forMarkdown(text)).elements).toEqual(['bdi', 'p']);
        expect(render(`> ${forMarkdown(text)}`).elements).toEqual(['bdi', 'blockquote', 'p']);
      }),
    );
  });

  test('a text stays in its cell of a table', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const page = markdown.render(`| A | B |\n|---|---|\n| ${forMarkdown(text)} | end |`);
        expect(page.match(/<td>/g)).toHaveLength(2);
        expect(page).toContain('<td>end</td>');
      }),
    );
  });

  test('a text is a link only where we make it one', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const page = markdown.render(`[${forMarkdown(text)}](https://ours.example)`);
        expect(page.match(/<a /g)).toHaveLength(1);
        expect(page).toContain('<a href="https://ours.example">');
      }),
    );
  });

  test('the direction of a text stays its own', () => {
    expect(forMarkdown('אבג')).toBe('<bdi>אבג</bdi>');
  });

  test('nobody is mentioned, and nothing is an emoji by name or a formula', () => {
    expect(forMarkdown('@octocat :tada: $x$ #1')).toBe('<bdi>&#64;octocat &#58;tada: &#36;x&#36; &#35;1</bdi>');
    expect(forMarkdown(':a::b:')).toBe('<bdi>&#58;a&#58;&#58;b&#58;</bdi>');
    expect(forMarkdown('1:100:1 2:10:34:5')).toBe('<bdi>1&#58;100&#58;1 2&#58;10&#58;34&#58;5</bdi>');
  });

  test('a colon in a sentence or a time stays, and one of an address does not', () => {
    expect(forMarkdown('closed: at 14:32 UTC, 14:32:05')).toBe('<bdi>closed: at 14:32 UTC, 14&#58;32:05</bdi>');
    expect(forMarkdown('http://a.example')).toBe('<bdi>http&#58;//a.example</bdi>');
  });
});

describe('in a block', () => {
  test('a text is read line by line, and nothing of it is a mark or HTML', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const { elements, text: read } = render(`What visitors read:\n\n${forMarkdownBlock(text)}\n\nAfter.`);
        expect(elements).toEqual(['p', 'pre']);
        const lines = text
          .split(/\r\n|[\r\n]/)
          .map(forLog)
          .join('\n');
        expect(read.trim()).toBe(seen(`What visitors read:\n${lines}\nAfter.`));
      }),
      { numRuns: 1_000 },
    );
  });

  test('lines and empty lines stay', () => {
    expect(forMarkdownBlock('One\r\n\r\n**two** <b>\n\nRef: k01')).toBe(
      '<pre>One\n\n**two** &#60;b&#62;\n\nRef: k01</pre>',
    );
  });
});

describe('a command of a CI is none in what we print', () => {
  const commands: readonly (readonly [ci: string, text: string, harmless: string])[] = [
    ['GitHub', '::error::x', ': :error::x'],
    ['GitHub, indented', 'a\n  ::set-output name=a::b', 'a\n  : :set-output name=a::b'],
    ['GitHub, the older form', 'a ##[error]x', 'a # #[error]x'],
    ['Azure Pipelines', 'a ##vso[task.setvariable variable=a]b', 'a # #vso[task.setvariable variable=a]b'],
    ['TeamCity', "##teamcity[buildStatus text='x']", "# #teamcity[buildStatus text='x']"],
    ['GitLab', 'section_start:1:a\r\u001b[0Kx', 'section_ start:1:a[0Kx'],
    ['GitLab, the end', 'section_end:1:a', 'section_ end:1:a'],
    ['Buildkite', '--- a', '- -- a'],
    ['Buildkite, open', 'x\n+++ a', 'x\n+ ++ a'],
    ['Buildkite, muted', '~~~ a', '~ ~~ a'],
    ['Buildkite, the one before', '^^^ +++', '^ ^^ +++'],
    ['Buildkite, inline', '\u001b]1339;url=x\u0007', ']1339;url=x'],
  ];

  test.each(commands)('%s, in a line', (_, text, harmless) => {
    expect(forTerminal(text)).toBe(harmless);
    expect(forTerminal(harmless)).toBe(harmless);
  });

  test.each(commands)('%s, in JSON, which still reads the same', (_, text) => {
    const json = forJson({ [text]: [text] }, (inner) => inner);
    expect(JSON.parse(json)).toEqual({ [text]: [text] });
    expect(forTerminal(json)).toBe(json);
  });
});
