const longestExcerpt = 120;
const longestSentence = 500;

/** The first characters of a text from outside on one line, without control and formatting characters. */
function firstPrintable(text: string, most: number): string | undefined {
  const line = text
    .slice(0, 8 * most)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim();
  const characters = [...line];
  const cut = characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : line;
  return cut === '' ? undefined : cut;
}

/** The beginning of an answer that nobody expected; undefined where nothing of it can be printed. */
export function excerptOf(text: string): string | undefined {
  return firstPrintable(text, longestExcerpt);
}

/** A sentence of the server on one line. */
export function sentenceOf(text: string): string | undefined {
  return firstPrintable(text, longestSentence);
}
