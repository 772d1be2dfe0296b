import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..');

/** The lines that silence zizmor, shellcheck or actionlint without a word of why: beside them, or in a comment right above. */
function findUnexplained(text: string): readonly string[] {
  const lines = text.split('\n');
  const isComment = (line = '') => /^\s*# *[^\s#]/.test(line) && !silences.test(line);
  const inIgnoreList = (at: number): boolean => {
    const above = lines.slice(0, at).findLast((line) => !/^\s*(-|#|$)/.test(line)) ?? '';
    return /^\s*-/.test(lines[at] ?? '') && /^\s*ignore:\s*$/.test(above);
  };
  return lines.filter((line, at) => {
    const [, reason = ''] = silences.exec(line) ?? [];
    if (/^\s*disable: *true/.test(line)) return !isComment(lines[at - 1]) && !isComment(lines[at - 2]);
    const isSilent = silences.test(line) ? reason.trim().split(/\s+/).length < 3 : inIgnoreList(at);
    return isSilent && !isComment(lines[at - 1]);
  });
}

const silences = /# *(?:zizmor: ignore\[[^\]]*\]|shellcheck disable=[\w,]+)(.*)$/;

const files = globSync(['.github/**/*.{yml,yaml,sh}', '.github/examples/*', '.ci/run', 'action.yml'], { cwd: root });

test.each(files)('%s silences no finding without saying why', (path) => {
  expect(findUnexplained(readFileSync(join(root, path), 'utf8'))).toEqual([]);
});

test.each([
  ['      uses: ./here # zizmor: ignore[self-repository]\n', 1],
  ['      uses: ./here # zizmor: ignore[self-repository] the action lies at the root\n', 0],
  ['      # The action lies at the root.\n      uses: ./here # zizmor: ignore[self-repository]\n', 0],
  ['  # shellcheck disable=SC2086\n  run $words\n', 1],
  ['  # The words are to be split.\n  # shellcheck disable=SC2086\n  run $words\n', 0],
  ['rules:\n  misfeature:\n    ignore:\n      - ci.yml\n', 1],
  [
    'rules:\n  misfeature:\n    ignore:\n      # The linter is wrong about this file.\n      - ci.yml\n      - e2e.yml\n',
    1,
  ],
  ['rules:\n  misfeature:\n    disable: true\n', 1],
  ['rules:\n  # The linter is wrong about us.\n  misfeature:\n    disable: true\n', 0],
  ['steps:\n  - run: x\n', 0],
])('in %j %i findings would be silenced without a word', (text, count) => {
  expect(findUnexplained(text)).toHaveLength(count);
});
