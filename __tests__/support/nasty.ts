import fc from 'fast-check';
import MarkdownIt from 'markdown-it';

/** Any character but half of a pair. The unit `binary` of fast-check is the same, but each suite would first build a map of all of Unicode. */
const character = fc.nat({ max: 0x10f7ff }).map((code) => String.fromCodePoint(code < 0xd800 ? code : code + 0x800));

/** Any text. */
export const anyText = fc.string({ unit: character });

/** Any text, with what could do harm in it more often than chance would have it. */
export const nasty = fc.oneof(
  anyText,
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '::',
          '##[',
          '#',
          '[',
          ':',
          '\r',
          '\n',
          '\r\n',
          '\u2028',
          '\u0085',
          '\0',
          '\u001b[31m',
          '\u202e',
          '\u200f',
          '\u061c',
          '\u2067',
        ),
        fc.constantFrom(
          '<b>',
          '</pre>',
          '<!--',
          '&lt;',
          '&#58;',
          '](',
          '![',
          '**',
          '__',
          '`',
          '```',
          '~~',
          '|',
          '\\',
          '> ',
          '- ',
          '1. ',
          '# ',
          '    ',
        ),
        fc.constantFrom(
          'http://x.example',
          'www.x.example',
          'a@b.example',
          '@octocat',
          'mailto:',
          '$x$',
          ':tada:',
          ' ',
          'word',
        ),
        fc.string({ maxLength: 5 }),
      ),
    )
    .map((parts) => parts.join('')),
);

/** Markdown with all that a page might make of it. GitHub is stricter: HTML and bare links are let through on purpose, but not those without a scheme. */
export const markdown = new MarkdownIt({ html: true, linkify: true, typographer: false });
markdown.linkify.add('//', null);

/** What the rendered page reads, and the elements that it is made of. */
export function render(source: string) {
  const page = markdown.render(source);
  const elements = [...page.matchAll(/<\/?([a-z][a-z0-9]*)[^>]*>/gi)].map(([, name = '']) => name.toLowerCase());
  const text = page.replace(/<[^>]*>/g, '');
  const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
  return {
    elements: [...new Set(elements)].sort(),
    text: text.replace(/&(?:#(\d+)|(\w+));/g, (_, code, name) =>
      code === undefined ? (entities[name] ?? '') : String.fromCodePoint(Number(code)),
    ),
  };
}
