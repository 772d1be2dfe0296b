import type { DeploymentRecord } from '../deployment/deployment.ts';
import { consoleUrl } from '../domain/errors.ts';
import { describePage, type Page } from '../domain/page.ts';
import type { Message } from './message.ts';
import { describeAnnounced } from './record.ts';
import { forMarkdown } from './sanitize.ts';

/** What the summary of a step is made of. */
export interface Summary {
  /** Sanitized Markdown. */
  readonly verdict: string;
  readonly dryRun: boolean;
  readonly records: readonly DeploymentRecord[];
  /** What visitors read, word by word; undefined if this step wrote nothing. */
  readonly message: string | undefined;
  /** Tables of an operation, in sanitized Markdown. */
  readonly tables?: string | undefined;
  /** Warnings and errors of the step. */
  readonly problems: readonly Message[];
  readonly now: Date;
}

/** The runner drops a summary of more than 1 MiB as a whole. */
const mostBytes = 1000 * 1024;
const cut = 'This summary was too long and is cut. The log of this step shows everything.';

/** The summary of a step in Markdown, under 1 MiB. Its heading is the verdict; text from outside is sanitized. */
export function renderSummary({ verdict, dryRun, records, message, tables, problems, now }: Summary): string {
  const rehearsal = dryRun ? 'Dry run, nothing was sent. Without it: ' : '';
  const shown = records.filter(({ id, stage }) => id !== undefined || stage === 'not-sent');
  const parts = [`### ${rehearsal}${verdict}`, ...problems.map(quoteProblem)];
  if (shown.length > 0) parts.push(describeTable(shown, now));
  if (message !== undefined) parts.push(`Visitors read:\n\n${quoteMessage(message)}`);
  if (tables !== undefined) parts.push(tables);
  return `${keepWhatFits(parts).join('\n\n')}\n`;
}

/** The parts that fit, and a line for those that do not. */
function keepWhatFits(parts: readonly string[]): readonly string[] {
  let left = mostBytes;
  const fitting = parts.filter((part) => {
    const bytes = Buffer.byteLength(part) + 2;
    if (bytes > left) return false;
    left -= bytes;
    return true;
  });
  return fitting.length === parts.length ? parts : [...fitting, cut];
}

/** What visitors read, word by word, in lines that wrap on a narrow screen. */
function quoteMessage(text: string): string {
  const quoted = text.split(/\r\n|[\r\n]/).map((line) => (line.trim() === '' ? '>' : `> ${forMarkdown(line)}  `));
  return quoted.join('\n');
}

/** A quoted paragraph for the text, and a block to copy for each command. */
function quoteProblem({ text, commands = [] }: Message): string {
  const quote = (line: string) => `${linkConsole(forMarkdown(line))}  `;
  const quoted = [
    ...text.split('\n').map(quote),
    ...commands.flatMap(({ doing, command }) => [
      quote(`To ${doing} now, use the dashboard of StatusPage.me, or this request:`),
      `\`\`\`sh\n> ${command}\n> \`\`\``,
    ]),
  ];
  return `> ${quoted.join('\n> ')}`;
}

/** The one address that messages send the reader to is a link, whoever wrote it: it leads nowhere else. */
function linkConsole(markdown: string): string {
  return markdown.replaceAll(consoleUrl.replace(':', '&#58;'), `[${consoleUrl}](${consoleUrl})`);
}

function describeTable(records: readonly DeploymentRecord[], now: Date): string {
  const rows = records.map((record) => {
    const { title = '', page, mailed } = record;
    const cells = [
      page === undefined ? '' : linkPage(page),
      forMarkdown(title),
      describeAnnounced(record, now),
      mailed ? 'yes' : 'no',
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const times = records.every(({ kind }) => kind === 'incident') ? 'State' : 'When';
  const both = times === 'When' && records.some(({ kind }) => kind === 'incident') ? ' or state' : '';
  return [`| Page | Visitors see | ${times}${both} | Mail sent |`, '|---|---|---|---|', ...rows].join('\n');
}

function linkPage(page: Page): string {
  const name = forMarkdown(describePage(page));
  return page.url !== undefined && /^https?:\/\/[^\s()<>|]+$/.test(page.url) ? `[${name}](${page.url})` : name;
}

/** Cells from left to right. */
export type Row = readonly string[];

/** Rows as lines of a log, their columns below one another; the first row is the head. */
export function alignColumns(rows: readonly Row[]): readonly string[] {
  const widthOf = (column: number) => Math.max(...rows.map((row) => (row[column] ?? '').length));
  return rows.map((row) => {
    const cells = row.map((cell, column) => cell.padEnd(widthOf(column)));
    return cells.join('  ').trimEnd();
  });
}

/** Rows as a table of Markdown, whose cells are Markdown already; the first row is the head. */
export function drawTable([head, ...rows]: readonly [Row, ...Row[]]): string {
  const line = (cells: Row) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
