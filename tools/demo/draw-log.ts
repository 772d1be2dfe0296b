import type { Stage } from './stage.ts';
import { wrapText } from './wrap-text.ts';

const looks = { error: ['Error: ', 'red'], warning: ['Warning: ', 'yellow'], notice: ['Notice: ', 'blue'] } as const;

/** The log of a step as lines, annotations as GitHub shows them. */
export function drawLog(log: string, { width, paint }: Stage): string[] {
  return log.split('\n').flatMap((line) => {
    const [, level, text = line] = /^##\[(error|warning|notice)\](.*)$/.exec(line) ?? [];
    const [word, color] = looks[level as keyof typeof looks] ?? ['', undefined];
    return wrapText(word + text, width - 2).map(
      (part) => `${paint('dim', '│')} ${color === undefined ? part : paint(color, part)}`,
    );
  });
}
