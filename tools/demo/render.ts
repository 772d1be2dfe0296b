import { isDeepStrictEqual, stripVTControlCharacters } from 'node:util';
import MarkdownIt from 'markdown-it';
import { type HTMLElement, parse } from 'node-html-parser';
import { stringify } from 'yaml';
import type { JournalEntry } from '../../src/emulator/journal.ts';
import { type Paint, type Terminal, wrapText } from './terminal.ts';
import { noticesOf, type VisibleNotice, type VisiblePage } from './visible-page.ts';

const looks = { error: ['Error: ', 'red'], warning: ['Warning: ', 'yellow'], notice: ['Notice: ', 'blue'] } as const;

/** The log of a step as lines, annotations as GitHub shows them. */
export function renderLog(log: string, { width, paint }: Terminal): string[] {
  return log.split('\n').flatMap((line) => {
    const [, level, text = line] = /^##\[(error|warning|notice)\](.*)$/.exec(line) ?? [];
    const [word, color] = looks[level as keyof typeof looks] ?? ['', undefined];
    return wrapText(word + text, width - 2).map(
      (part) => `${paint('dim', '│')} ${color === undefined ? part : paint(color, part)}`,
    );
  });
}

const widest = 78;

/** A status page as lines for the terminal, in a frame. Of what is over, only the heading is drawn. */
export function renderPage(page: VisiblePage, { width: room, paint }: Terminal): string[] {
  const width = Math.min(room, widest) - 4;
  const body = page.sections.flatMap(({ title, notices }) => [
    '',
    paint('dim', title.toUpperCase()),
    ...notices.flatMap((notice) => renderNotice(notice, width, paint)),
  ]);
  const edge = (text: string): string => paint('dim', text);
  return [
    edge(`╭─ ${page.name} ${'─'.repeat(width - page.name.length - 1)}╮`),
    ...[renderBanner(page, paint), ...body].map((line) => `${edge('│')} ${padded(line, width)} ${edge('│')}`),
    edge(`╰${'─'.repeat(width + 2)}╯`),
  ];
}

/** The status page after the post step. If visitors see no difference, only its banner. */
export function renderPageAfter(after: VisiblePage, before: VisiblePage, terminal: Terminal): string[] {
  if (!isDeepStrictEqual(noticesOf(after), noticesOf(before))) return renderPage(after, terminal);
  return [`${renderBanner(after, terminal.paint)}  ${terminal.paint('dim', '(all as before)')}`];
}

/** What the page says first of all, in one line. */
export function renderBanner({ banner }: VisiblePage, paint: Paint): string {
  const color = /incident/.test(banner) ? 'red' : /maintenance/.test(banner) ? 'blue' : 'green';
  return `${paint(color, '●')} ${paint('bold', banner)}`;
}

function renderNotice({ title, badge, entries }: VisibleNotice, width: number, paint: Paint): string[] {
  const isOver = badge === 'Completed' || badge === 'Resolved';
  const texts = entries.flatMap(({ when, message }) => [
    ...wrapText(when, width).map((line) => paint('dim', line)),
    ...(isOver ? [] : wrapText(message, width).filter((line) => line !== '')),
  ]);
  return [`${padded(title, width - badge.length)}${badge}`, ...texts];
}

const padded = (line: string, width: number): string =>
  line + ' '.repeat(Math.max(0, width - stripVTControlCharacters(line).length));

/** The requests of a scenario as lines: which step, method, path, status, and the scope that the call needed. */
export function renderRequests(main: readonly JournalEntry[], post: readonly JournalEntry[], paint: Paint): string[] {
  const column = Math.max(0, ...[...main, ...post].map((request) => describeCall(request).length));
  const draw = (step: string, requests: readonly JournalEntry[]): string[] => {
    if (requests.length === 0) return [paint('dim', `${step}  no request`)];
    return requests.map((request) => {
      const { status, scope } = request;
      const color = status !== null && status < 300 ? 'green' : 'yellow';
      const call = describeCall(request).padEnd(column);
      return `${paint('dim', step)}  ${call}  ${paint(color, String(status ?? 'no answer'))}  ${paint('dim', scope ?? '')}`;
    });
  };
  return [...draw('main', main), ...draw('post', post)];
}

/** The beginning of a UUID is enough to recognise it. */
const describeCall = ({ method, path }: JournalEntry): string =>
  `${method.padEnd(6)} ${path.replace(/([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f-]{22}/, '$1-…')}`;

const markdown = new MarkdownIt({ html: true });

/** A job summary as lines: what GitHub renders from the Markdown, with each row of a table as a list. */
export function renderSummary(summary: string, { width, paint }: Terminal): string[] {
  const blocks = parse(markdown.render(summary), { blockTextElements: {} }).children;
  return blocks
    .map((block) => renderBlock(block, width - 2, paint))
    .flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]))
    .map((line) => `${paint('dim', '│')} ${line}`);
}

function renderBlock(block: HTMLElement, width: number, paint: Paint): string[] {
  switch (block.tagName) {
    case 'TABLE':
      return renderTable(block, width, paint);
    case 'PRE':
      return wrapText(block.text, width - 2).map((line) => paint('dim', `  ${line}`));
    case 'BLOCKQUOTE':
      return wrapText(block.structuredText, width - 2).map((line) => paint('yellow', `> ${line}`));
    case 'H3':
      return wrapText(block.structuredText, width).map((line) => paint('bold', line));
    default:
      return wrapText(block.structuredText, width).map((line) =>
        block.querySelector('strong') === null ? line : paint('bold', line),
      );
  }
}

function renderTable(table: HTMLElement, width: number, paint: Paint): string[] {
  const names = table.querySelectorAll('th').map(({ structuredText }) => structuredText);
  const column = Math.max(...names.map(({ length }) => length)) + 2;
  return table.querySelectorAll('tbody tr').flatMap((row) =>
    row.querySelectorAll('td').flatMap(({ structuredText }, index) => {
      const lines = wrapText(structuredText, width - column);
      return lines.map((line, at) => paint('dim', (at === 0 ? `${names[index]}` : '').padEnd(column)) + line);
    }),
  );
}

/** The workflow steps of a scenario, as YAML. */
export function renderWorkflow(inputs: Readonly<Record<string, string>>, paint: Paint): string[] {
  const steps = [
    { id: 'notice', uses: 'OWNER/statuspage-me@v1', with: inputs },
    { id: 'deploy', run: './deploy.sh' },
  ];
  const lines = stringify(steps, { lineWidth: 0 }).trimEnd().split('\n');
  return lines.map((line) =>
    line.replace(/^([- ]*[\w-]+:)(.*)$/, (_, name: string, pause: string) => paint('cyan', name) + pause),
  );
}
