import MarkdownIt from 'markdown-it';
import { type HTMLElement, parse } from 'node-html-parser';
import type { Paint, Stage } from './stage.ts';
import { wrapText } from './wrap-text.ts';

const markdown = new MarkdownIt({ html: true });

/** A job summary as lines: what GitHub renders from the Markdown, with each row of a table as a list. */
export function drawSummary(summary: string, { width, paint }: Stage): string[] {
  const blocks = parse(markdown.render(summary), { blockTextElements: {} }).children;
  return blocks
    .map((block) => drawBlock(block, width - 2, paint))
    .flatMap((lines, place) => (place === 0 ? lines : ['', ...lines]))
    .map((line) => `${paint('dim', '│')} ${line}`);
}

function drawBlock(block: HTMLElement, width: number, paint: Paint): string[] {
  switch (block.tagName) {
    case 'TABLE':
      return drawTable(block, width, paint);
    case 'PRE':
      return wrapText(block.text, width - 2).map((line) => paint('dim', `  ${line}`));
    case 'BLOCKQUOTE':
      return wrapText(block.structuredText, width - 2).map((line) => paint('yellow', `> ${line}`));
    default:
      return wrapText(block.structuredText, width).map((line) =>
        block.querySelector('strong') === null ? line : paint('bold', line),
      );
  }
}

function drawTable(table: HTMLElement, width: number, paint: Paint): string[] {
  const names = table.querySelectorAll('th').map(({ structuredText }) => structuredText);
  const column = Math.max(...names.map(({ length }) => length)) + 2;
  return table.querySelectorAll('tbody tr').flatMap((row) =>
    row.querySelectorAll('td').flatMap(({ structuredText }, place) => {
      const lines = wrapText(structuredText, width - column);
      return lines.map((line, at) => paint('dim', (at === 0 ? `${names[place]}` : '').padEnd(column)) + line);
    }),
  );
}
