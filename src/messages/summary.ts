import type { DeploymentRecord } from '../deployment/deployment.ts';
import { describePage, type Page } from '../domain/page.ts';
import type { Run } from '../domain/run.ts';
import type { Message } from './message.ts';
import { describeAnnounced, describeKind } from './record.ts';
import { forMarkdown, forMarkdownBlock } from './sanitize.ts';

/** What the summary of a step is made of. */
export interface Summary {
  readonly verdict: string;
  readonly dryRun: boolean;
  readonly records: readonly DeploymentRecord[];
  /** What visitors read, word by word; undefined where this step wrote nothing of its own. */
  readonly message: string | undefined;
  /** What an operation tells besides, in Markdown that is harmless already. */
  readonly tables?: string | undefined;
  /** Warnings and errors of the step. */
  readonly problems: readonly Message[];
  readonly run: Run;
  readonly now: Date;
}

/** The runner drops a summary of more than 1 MiB as a whole. */
const mostBytes = 1000 * 1024;
const cut = 'This summary was too long and is cut. The log of this step shows everything.';

/** The summary of a step in Markdown, under 1 MiB. Its first line is the verdict; text from outside is sanitized. */
export function renderSummary({ verdict, dryRun, records, message, tables, problems, run, now }: Summary): string {
  const rehearsal = dryRun ? 'Dry run, nothing was sent; without it: ' : '';
  const shown = records.filter(({ id, stage }) => id !== undefined || stage === 'not-sent');
  const parts = [`**${rehearsal}${verdict}**`];
  if (shown.length > 0) parts.push(describeTable(shown, now));
  if (message !== undefined) parts.push(`What visitors read:\n\n${forMarkdownBlock(message)}`);
  if (tables !== undefined) parts.push(tables);
  parts.push(...problems.map(quoteProblem));
  const attempt = run.attempt === undefined ? '' : `, attempt ${run.attempt}`;
  if (run.url !== undefined) parts.push(`[Run ${run.id}](${run.url})${attempt}`);
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

/** A quoted paragraph for the text, and a block to copy for each command. */
function quoteProblem({ text, commands = [] }: Message): string {
  const quote = (line: string) => `${forMarkdown(line)}  `;
  const quoted = [
    ...text.split('\n').map(quote),
    ...commands.flatMap(({ before, command }) => [
      ...(before === undefined ? [] : [quote(before)]),
      `\`\`\`sh\n> ${command}\n> \`\`\``,
    ]),
  ];
  return `> ${quoted.join('\n> ')}`;
}

function describeTable(records: readonly DeploymentRecord[], now: Date): string {
  const rows = records.map((record) => {
    const { kind, id = 'none', title = '', page, mailed, reference } = record;
    const cells = [
      page === undefined ? '' : linkPage(page),
      forMarkdown(title),
      describeAnnounced(record, now),
      mailed ? 'yes' : 'no',
      `${describeKind(kind)} <code>${forMarkdown(id)}</code>`,
      reference === undefined ? 'none' : `<code>${reference}</code>`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| Page | Title | Shown | Mailed | Record | Reference |', '|---|---|---|---|---|---|', ...rows].join('\n');
}

function linkPage(page: Page): string {
  const name = forMarkdown(describePage(page));
  return page.url !== undefined && /^https?:\/\/[^\s()<>|]+$/.test(page.url) ? `[${name}](${page.url})` : name;
}
