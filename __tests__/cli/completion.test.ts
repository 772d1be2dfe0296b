import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { builtFile, inProcess } from './typing.ts';

const run = promisify(execFile);

/** What bash offers after these words, with the script that the command prints. */
async function completeInBash(...words: readonly string[]): Promise<readonly string[]> {
  const typed = words.map((word) => JSON.stringify(word)).join(' ');
  const script = `
    statuspage-me() { "${process.execPath}" "${builtFile}" "$@"; }
    # Both are there in an interactive shell with bash-completion.
    _get_comp_words_by_ref() { words=(statuspage-me ${typed}); cword=${words.length}; cur=\${words[cword]}; }
    compopt() { :; }
    source <(statuspage-me completion bash)
    $(complete -p statuspage-me | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['-c', script]);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/\s/)[0] ?? '');
}

test('bash completes commands, flags and the words that a flag takes', async () => {
  expect(await completeInBash('deploy-')).toEqual(['deploy-start', 'deploy-end']);
  expect(await completeInBash('run', '--on-f')).toEqual(['--on-failure']);
  expect(await completeInBash('run', '--on-failure', '')).toEqual(['keep', 'resolve', 'incident']);
  expect(await completeInBash('list', 'inc')).toEqual(['incidents']);
});

test.each(['zsh', 'fish'])('there is a script for %s too', async (shell) => {
  const { exitCode, stdout } = await inProcess(['completion', shell], {});
  expect(exitCode).toBe(0);
  expect(stdout).toContain('statuspage-me complete --');
});

test('a shell without a script is a wrong command line', async () => {
  const { exitCode, stdout, stderr } = await inProcess(['completion', 'tcsh'], {});
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('Allowed choices are zsh, bash, fish, powershell');
});
