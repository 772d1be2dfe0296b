const lineEnd = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g;
/** Bounded everywhere, so that a hostile text costs no more than its length. */
const tag = /<(\/?)([a-z][a-z0-9]{0,15})(?=[\s/>])[^<>]{0,2000}>/gi;
const entity = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi;

const blocks = new Set(
  (
    'address article aside blockquote body br center dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 ' +
    'header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul'
  ).split(' '),
);

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  colon: ':',
  hyphen: '-',
  dash: '-',
  newline: '\n',
  tab: '\t',
};

/**
 * The lines that a reader sees of a message, trimmed and without the empty ones, whether a server shows it as it was written or as HTML. Block
 * tags and every kind of line end are line breaks, other tags are left out, entities are decoded once. A line of a block quote begins with `> `.
 */
export function linesOf(message: string): readonly string[] {
  let text = '';
  let from = 0;
  let depth = 0;
  const add = (part: string) => {
    const decoded = decodeEntities(part);
    text += depth > 0 ? decoded.replace(lineEnd, quoted) : decoded;
  };
  for (const { 0: whole, 1: slash, 2: name = '', index } of message.matchAll(tag)) {
    add(message.slice(from, index));
    from = index + whole.length;
    if (name.toLowerCase() === 'blockquote') depth = Math.max(0, depth + (slash === '' ? 1 : -1));
    if (blocks.has(name.toLowerCase())) text += depth > 0 ? quoted : '\n';
  }
  add(message.slice(from));
  return text
    .split(lineEnd)
    .map((line) => line.trim())
    .filter((line) => line !== '' && line !== quoted.trim());
}

const quoted = '\n> ';

function decodeEntities(text: string): string {
  return text.replace(entity, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return named[name.toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
