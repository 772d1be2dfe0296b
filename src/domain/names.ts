/** A name in double quotes, in which two quotes stand for one, or any text without a comma or newline. */
const part = /\s*(?:"((?:[^"]|"")*)"[^\S\n]*(?=,|\n|$)|([^,\n]*))(?:,|\n|$)/gy;

/** Splits a list at commas and newlines. A name with a comma goes in double quotes: `"Acme, Inc.", Beta`. */
export function splitNames(text: string): readonly string[] {
  const names = [...text.matchAll(part)].map(([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain);
  return names.map((name) => name.trim()).filter((name) => name !== '');
}

/** The known name with a comma that was split into some of the parts, because it was written without quotes. */
export function findSplitName(parts: readonly string[], known: readonly string[]): string | undefined {
  const lower = parts.map((one) => one.toLowerCase());
  return known.find((name) => {
    const pieces = name.split(',').map((piece) => piece.trim().toLowerCase());
    return pieces.length > 1 && lower.some((_, at) => pieces.every((piece, offset) => lower[at + offset] === piece));
  });
}
