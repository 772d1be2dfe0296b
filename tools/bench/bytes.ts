import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** The folder of the action. */
export const root = join(import.meta.dirname, '../..');

/** The size of the action: the bytes of its JavaScript, and those that a runner downloads. */
export interface Size {
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly bytes: number;
  /** The archive of the last commit, compressed. */
  readonly archive: number;
}

/** The largest size that the action may have. */
export const mostBytes = { bytes: 800_000, archive: 220_000 } as const;

/** The archive of a commit as GitHub serves it for `uses:`, before it is compressed. */
export function archiveOf(commit: string): Buffer {
  return execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 2 ** 28 });
}

/** Measures the action's bundle, including the files that are loaded late, without the command line. */
export function measureBytes(): Size {
  const names = globSync('**/*.js', { cwd: join(root, 'dist'), exclude: ['cli'] }).sort();
  const texts = names.map((name) => readFileSync(join(root, 'dist', name)));
  const files = names.map((name, at) => ({ name, bytes: texts[at]?.length ?? 0 }));
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { files, bytes, archive: gzipSync(archiveOf('HEAD'), { level: 6 }).length };
}

/** The size as a Markdown table. */
export function renderBytes({ files, bytes, archive }: Size): string {
  const number = (value: number) => value.toLocaleString('en-US');
  const rows = files.map((file) => `| \`${file.name}\` | ${number(file.bytes)} | |`);
  return [
    '| File | Bytes | Goal |',
    '|---|---|---|',
    ...rows,
    `| all of them | **${number(bytes)}** | ≤ ${number(mostBytes.bytes)} |`,
    `| the archive of a commit, which \`uses:\` downloads | **${number(archive)}** | ≤ ${number(mostBytes.archive)} |`,
  ].join('\n');
}
