import { clearLine, cursorTo } from 'node:readline';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';

/** Gives a text a style of `util.styleText`, if the output shows styles. */
export type Paint = (fetchPage: Parameters<typeof styleText>[0], text: string) => string;

/** Where the demo prints: a terminal, with pauses for the reader, or a plain log. */
export interface Terminal {
  /** How many characters a line may have inside the margins. */
  readonly width: number;
  readonly paint: Paint;
  /** A heading with a line across the terminal. */
  printHeading(title: string): void;
  /** A paragraph, wrapped. */
  printParagraph(text: string): void;
  /** A small heading over lines that are shown as they are. */
  printBlock(heading: string, lines: readonly string[]): void;
  /** Gives the reader some time, as a share of the pace. Does nothing in a log. */
  pause(share: number): Promise<void>;
  /** Waits as long as the pace says, with a progress bar on a terminal. */
  showProgress(task: string): Promise<void>;
}

const tickMs = 100;
const barWidth = 24;
const widest = 100;
const narrowest = 60;

/** A stream that may be a terminal. */
export type Output = Writable & { readonly isTTY?: boolean | undefined; readonly columns?: number | undefined };

/** A terminal on a stream. The pace is the length of one task in seconds. */
export function openTerminal(out: Output, paceSeconds: number): Terminal {
  const onTerminal = out.isTTY === true;
  const width = Math.min(Math.max(out.columns ?? widest, narrowest), widest) - 4;
  const paint: Paint = (fetchPage, text) => styleText(fetchPage, text, { stream: out });
  const print = (lines: readonly string[]): void => {
    for (const line of lines) out.write(line === '' ? '\n' : `  ${line}\n`);
  };

  return {
    width,
    paint,
    printHeading: (title) =>
      print(['', '', `${paint('bold', title)} ${paint('dim', '─'.repeat(width - title.length - 1))}`]),
    printParagraph: (text) => print(['', ...wrapText(text, width)]),
    printBlock: (heading, lines) => print(['', paint('bold', heading), ...lines]),
    pause: async (share) => {
      if (onTerminal) await sleep(paceSeconds * share * 1000);
    },
    showProgress: async (task) => {
      out.write('\n');
      if (!onTerminal) {
        print([`${task} (${paceSeconds} s)`]);
        await sleep(paceSeconds * 1000);
        return;
      }
      for (let passedMs = 0; passedMs < paceSeconds * 1000; passedMs += tickMs) {
        const filled = Math.round((passedMs / (paceSeconds * 1000)) * barWidth);
        cursorTo(out, 0);
        const bar = paint('cyan', '━'.repeat(filled)) + paint('dim', '━'.repeat(barWidth - filled));
        out.write(`  ${task}  ${bar}  ${Math.floor(passedMs / 1000)} of ${paceSeconds} s`);
        clearLine(out, 1);
        await sleep(tickMs);
      }
      cursorTo(out, 0);
      clearLine(out, 0);
      print([`${task}  ${paint('cyan', '━'.repeat(barWidth))}  ${paceSeconds} s`]);
    },
  };
}

/** Breaks a text into lines of at most `width` characters, at blanks. Longer words are broken too. */
export function wrapText(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, width));
}

function wrapParagraph(paragraph: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    for (; line.length > width; line = line.slice(width)) lines.push(line.slice(0, width));
  }
  return [...lines, line];
}
