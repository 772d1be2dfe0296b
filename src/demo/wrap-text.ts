/** Breaks a text into lines of at most `width` characters, at blanks; what has none is broken where it must be. */
export function wrapText(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, width));
}

function wrapParagraph(paragraph: string, width: number): string[] {
  const lines = [''];
  for (const word of paragraph.split(' ')) {
    const line = lines.at(-1) ?? '';
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= width) {
      lines[lines.length - 1] = longer;
      continue;
    }
    const pieces = word.match(new RegExp(`.{1,${width}}`, 'gu')) ?? [];
    if (line === '') lines.pop();
    lines.push(...pieces);
  }
  return lines;
}
