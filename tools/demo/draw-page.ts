import { isDeepStrictEqual, stripVTControlCharacters } from 'node:util';
import type { Paint, Stage } from './stage.ts';
import { noticesOf, type VisibleNotice, type VisiblePage } from './visible-page.ts';
import { wrapText } from './wrap-text.ts';

const widest = 78;

/** A status page as lines for the terminal, in a frame. Of what is over, only the heading is drawn. */
export function drawPage(page: VisiblePage, { width: room, paint }: Stage): string[] {
  const width = Math.min(room, widest) - 4;
  const body = page.sections.flatMap(({ title, notices }) => [
    '',
    paint('dim', title.toUpperCase()),
    ...notices.flatMap((notice) => drawNotice(notice, width, paint)),
  ]);
  const edge = (text: string): string => paint('dim', text);
  return [
    edge(`╭─ ${page.name} ${'─'.repeat(width - page.name.length - 1)}╮`),
    ...[drawBanner(page, paint), ...body].map((line) => `${edge('│')} ${padded(line, width)} ${edge('│')}`),
    edge(`╰${'─'.repeat(width + 2)}╯`),
  ];
}

/** A status page after something, where it may be that visitors see no difference. */
export function drawPageAfter(after: VisiblePage, before: VisiblePage, stage: Stage): string[] {
  if (!isDeepStrictEqual(noticesOf(after), noticesOf(before))) return drawPage(after, stage);
  return [`${drawBanner(after, stage.paint)}  ${stage.paint('dim', '(all as before)')}`];
}

/** What the page says first of all, in one line. */
export function drawBanner({ banner }: VisiblePage, paint: Paint): string {
  const color = /incident/.test(banner) ? 'red' : /maintenance/.test(banner) ? 'blue' : 'green';
  return `${paint(color, '●')} ${paint('bold', banner)}`;
}

function drawNotice({ title, badge, entries }: VisibleNotice, width: number, paint: Paint): string[] {
  const isOver = badge === 'Completed' || badge === 'Resolved';
  const texts = entries.flatMap(({ when, message }) => [
    ...wrapText(when, width).map((line) => paint('dim', line)),
    ...(isOver ? [] : wrapText(message, width).filter((line) => line !== '')),
  ]);
  return [`${padded(title, width - badge.length)}${badge}`, ...texts];
}

const padded = (line: string, width: number): string =>
  line + ' '.repeat(Math.max(0, width - stripVTControlCharacters(line).length));
