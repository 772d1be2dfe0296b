import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A line of a file that must change before the first release. */
const placeholders = /\bOWNER\b|not yet released/;

/** What is still a placeholder in these files, a line for each place. */
export function findPlaceholders(files: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(files).flatMap(([path, text]) =>
    text.split('\n').flatMap((line, at) => {
      const found = placeholders.exec(line)?.[0];
      return found === undefined ? [] : [`${path}:${at + 1}: ${found}`];
    }),
  );
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const named = [
    'package.json',
    'README.md',
    'docs/*.md',
    '.github/SECURITY.md',
    '.github/CODEOWNERS',
    '.github/zizmor.yml',
    '.github/workflows',
  ];
  const paths = execFileSync('git', ['ls-files', '-z', ...named], { cwd: root, encoding: 'utf8' });
  const texts = paths.split('\0').filter(Boolean);
  const found = findPlaceholders(
    Object.fromEntries(texts.map((path) => [path, readFileSync(join(root, path), 'utf8')])),
  );
  for (const line of found) console.log(line);
  console.log(found.length === 0 ? 'No placeholder is left.' : `${found.length} placeholders are left.`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
