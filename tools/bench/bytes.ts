import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from './scene.ts';

/** The size of the action: the bytes of its JavaScript, plain and compressed as one file. */
export interface Size {
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly bytes: number;
  readonly compressed: number;
}

/** The largest size that the action may have. */
export const mostBytes = { bytes: 1_600_000, compressed: 420_000 } as const;

/** Measures the action's bundle, including the files that are loaded late, without the command line. */
export function measureBytes(): Size {
  const names = globSync('**/*.js', { cwd: join(root, 'dist'), exclude: ['cli'] }).sort();
  const texts = names.map((name) => readFileSync(join(root, 'dist', name)));
  const files = names.map((name, at) => ({ name, bytes: texts[at]?.length ?? 0 }));
  const all = Buffer.concat(texts);
  return { files, bytes: all.length, compressed: gzipSync(all, { level: 9 }).length };
}

/** The size as a Markdown table. */
export function renderBytes({ files, bytes, compressed }: Size): string {
  const number = (value: number) => value.toLocaleString('en-US');
  const rows = files.map((file) => `| \`${file.name}\` | ${number(file.bytes)} | |`);
  return [
    '| File | Bytes | Goal |',
    '|---|---|---|',
    ...rows,
    `| all of them | **${number(bytes)}** | ≤ ${number(mostBytes.bytes)} |`,
    `| all of them, compressed (gzip) | **${number(compressed)}** | ≤ ${number(mostBytes.compressed)} |`,
  ].join('\n');
}
